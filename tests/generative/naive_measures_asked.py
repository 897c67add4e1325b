"""M001 to M025 and M113 in plain loops: doors, issues, demands by month and place, households, hand codes."""

from __future__ import annotations

from typing import Any

from generative.naive_counting import (
    Figures,
    column,
    groups,
    mean,
    month,
    months_of_window,
    number,
    quotient,
    share,
    spread,
)
from generative.naive_intervals import share_limits
from generative.naive_rules import Row, issues

Tables = dict[str, list[Row]]


def asked(derived: Tables, settings: dict[str, Any], beside: Tables) -> Figures:
    """Every figure of this file."""
    demands = derived["demands"]
    seen = [row for row in derived["interactions"] if row["in_window"]]
    cohort = [row for row in derived["needs"] if row["in_cohort"]]
    return (
        doors(demands, seen, settings, beside)
        | by_month_and_place(demands)
        | by_issue(demands, seen, settings)
        | of_hand_codes(derived, cohort)
        | of_households(demands, cohort, beside)
        | spread(
            "demands_per_person",
            [(who, float(len(own))) for who, own in groups(demands, column("person_id")).items()],
            ("_median", "_p10", "_p90", "_max"),
        )
        | service_issues(cohort)
    )


def doors(demands: list[Row], seen: list[Row], settings: dict[str, Any], beside: Tables) -> Figures:
    """M001: listed doors open in the window, doors where someone asked, both; back doors."""
    listed = {
        door["front_door"]
        for door in beside["front_doors"]
        if (door["opened_on"] is None or door["opened_on"] < settings["window_end"])
        and (door["closed_on"] is None or door["closed_on"] >= settings["window_start"])
    }
    used = {row["front_door"] for row in demands if row["front_door"]}
    people = total_of(beside, "population")
    found = number("front_doors", len(listed | used)) | number("front_doors_listed", len(listed))
    found |= number("front_doors_used", len(used)) | number("front_doors_both", len(listed & used))
    found["front_doors_per_10000", "", "", ""] = (
        10000 * len(listed | used) / people, len(listed | used), people, None, None,
    )  # fmt: skip
    tried = [(who, {row["front_door"] for row in own} - {None}) for who, own in of_persons(demands)]
    found |= mean("front_doors_per_person", [(who, float(len(one)), 1.0) for who, one in tried])
    return found | number("back_doors", len({row["front_door"] for row in seen if row["crisis"]} - {None}))


def of_persons(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    return list(groups(rows, column("person_id")).items())


def total_of(beside: Tables, measure: str) -> float:
    """The latest value of each area, added."""
    facts = [row for row in beside["area_facts"] if row["measure"] == measure]
    latest = {row["area"]: row for row in sorted(facts, key=column("period"))}
    return float(sum(row["value"] for row in latest.values()))


def by_month_and_place(demands: list[Row]) -> Figures:
    """M012, M013, M020, M025 by month and area."""
    found: Figures = {}
    classed = [row for row in demands if row["classifiable"]]
    for at, own in groups(demands, month).items():
        told = [row for row in own if row["classifiable"]]
        fails = sum(row["demand_type"] == "failure" for row in told)
        if fails:
            found |= number("failure_demands", fails, period=at)
        if len(told) - fails:
            found |= number("value_demands", len(told) - fails, period=at)
        found |= share("failure_demand_share", told, failure, period=at)
        found |= share("known_share_system", told, column("known_system"), period=at)
    for area, own in groups(classed, column("area")).items():
        found |= share("failure_demand_share", own, failure, "area", area)
    return found


def failure(row: Row) -> bool:
    return bool(row["demand_type"] == "failure")


def by_issue(demands: list[Row], seen: list[Row], settings: dict[str, Any]) -> Figures:
    """M002 to M004: words kept, value and failure, and issues present in three months of four."""
    found: Figures = {}
    words: dict[str, int] = {}
    for row in seen:
        if row["counts_as_demand"] and row["words"]:
            for issue in issues(row):
                words[issue] = words.get(issue, 0) + 1
    for issue, count in words.items():
        found |= number("demand_words", count, "issue", issue)
    types: dict[str, int] = {}
    for row in demands:
        for issue in issues(row):
            pair = f"{issue}>{row['demand_type']}"
            types[pair] = types.get(pair, 0) + 1
    for pair, count in types.items():
        found |= number("demands_by_issue_and_type", count, "issue>type", pair)
    dated = [row for row in demands if row["started_at"] and issues(row)]
    months: dict[str, set[str | None]] = {}
    for row in dated:
        for issue in issues(row):
            months.setdefault(issue, set()).add(month(row))
    often = {issue for issue, present in months.items() if len(present) >= 0.75 * months_of_window(settings)}
    return found | share("predictable_share", dated, lambda row: bool(issues(row) & often))


def of_hand_codes(derived: Tables, cohort: list[Row]) -> Figures:
    """M009, M019, M034, M113: needs by hand code, out of those coded; appeals decided."""
    found: Figures = {}
    for name, code in (("service_fit_split", "fit"), ("condition_change", "condition_now")):
        coded = [row for row in cohort if row[code]]
        for group in {row[code] for row in coded}:
            found |= share(name, coded, lambda row, code=code, group=group: row[code] == group, code, group)
    found |= share("service_fit_uncoded_share", cohort, lambda row: row["fit"] is None)
    kinds = [row for row in cohort if row["kind"]]
    found |= share("help_me_share", kinds, lambda row: row["kind"] == "help_me")
    appeals = {(row["person_id"], row["need_id"]) for row in derived["needs"] if row["kind"] == "appeal"}
    decided = [row for row in derived["cycles"] if row["approval"] and (row["person_id"], row["need_id"]) in appeals]
    return found | share("appeals_won_share", decided, lambda row: row["approval"] == "approved")


def of_households(demands: list[Row], cohort: list[Row], beside: Tables) -> Figures:
    """M010, M011: issues among households studied; households with demands at two and three agencies."""
    found: Figures = {}
    studied: dict[str, set[str]] = {}
    for row in cohort:
        if row["household_id"] and row["issue"]:
            studied.setdefault(row["household_id"], set()).update(row["issue"].split(";"))
    for issue in {issue for held in studied.values() for issue in held}:
        pairs = [(household, float(issue in held), 1.0) for household, held in studied.items()]
        found |= quotient("household_issue_prevalence", pairs, share_limits, "issue", issue)
    living = total_of(beside, "households")
    reached = {
        household: {row["agency"] for row in own} for household, own in groups(demands, column("household_id")).items()
    }
    for k in (2, 3):
        many = sum(len(agencies) >= k for agencies in reached.values())
        if reached:
            found["multi_service_households", "k", str(k), ""] = (many / living, many, living, None, None)
    return found


def service_issues(cohort: list[Row]) -> Figures:
    """M004: different issues behind the needs first presented to a service."""
    found: Figures = {}
    for service, own in groups(cohort, column("service")).items():
        behind = {issue for row in own if row["issue"] for issue in row["issue"].split(";")}
        if behind:
            found |= number("issues_behind_service", len(behind), "service", service)
    return found
