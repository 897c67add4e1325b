"""M028 to M072 and M114 in plain loops, as far as they count what was done: approvals, time, workers, closes."""

from __future__ import annotations

from typing import Any

from generative.naive_counting import (
    Figures,
    amount_share,
    column,
    groups,
    mean,
    month,
    months_of_window,
    number,
    quotient,
    share,
    spread,
    year,
)
from generative.naive_intervals import share_of_amount_limits, total_limits
from generative.naive_measures import CONTROL, contacts
from generative.naive_rules import Row, issues

Tables = dict[str, list[Row]]


def done(derived: Tables, settings: dict[str, Any], workers: dict[str, dict[str, int]]) -> Figures:
    """Every figure of this file; `workers` counts them by grade and team."""
    seen = [row for row in derived["interactions"] if row["in_window"]]
    return (
        of_working_time(seen, workers)
        | of_approvals(seen)
        | a_week(seen, settings)
        | of_workers(seen)
        | by_year(seen)
        | of_expertise(seen, settings)
        | of_screening(derived)
        | of_time_to_close(derived)
        | of_repeats(derived)
        | of_spans(derived, seen)
        | of_rounds(derived)
    )


def a_week(seen: list[Row], settings: dict[str, Any]) -> Figures:
    """M050: approve rows a week of the window."""
    of_person = [len(own) for own in groups([row for row in seen if row["activity"] == "approve"],
                                            column("person_id")).values()]  # fmt: skip
    weeks = (settings["window_end"] - settings["window_start"]).days / 7
    whole = sum(of_person)
    limits = total_limits([float(one) for one in of_person], weeks)
    return {("approvals_per_week", "", "", ""): (whole / weeks, whole, weeks, *limits)} if weeks else {}


def team(row: Row) -> str | None:
    """A service within its agency."""
    return f"{row['agency']} {row['service']}" if row["service"] else None


def of_working_time(seen: list[Row], workers: dict[str, dict[str, int]]) -> Figures:
    """M035, M044 to M046, M062: by grade and team of five workers or more only."""
    timed = [row for row in seen if row["minutes"] is not None]
    judged = [row for row in timed if row["value_work"] is not None]
    found = hours_per_value_hour(judged)
    for design, own in groups(judged, column("design")).items():
        found |= amount_share("value_share_time", own, "minutes", column("value_work"), "design", design)
        found |= hours_per_value_hour(own, "design", design)
    for by, of in (("staff_grade", column("staff_grade")), ("team", team)):
        for group, own in groups(timed, of).items():
            if workers[by].get(group, 0) >= 5:
                found |= amount_share("control_time_share", own, "minutes", in_control, by, group)
    for group, own in groups(seen, team).items():
        if workers["team"].get(group, 0) < 5:
            continue
        coded = [row for row in own if row["is_activity"] and row["value_work"] is not None]
        work = [row for row in own if row["is_activity"]]
        found |= share("helping_share_upper", work, could_help, "team", group)
        found |= share("helping_share", coded, column("value_work"), "team", group)
        theirs = [row for row in judged if team(row) == group]
        found |= amount_share("value_share_time", theirs, "minutes", column("value_work"), "team", group)
    return found


def could_help(row: Row) -> bool:
    return row["activity"] in ("do", "visit", "pull")


def in_control(row: Row) -> bool:
    return row["activity"] in CONTROL


def hours_per_value_hour(judged: list[Row], by: str = "", group: str = "") -> Figures:
    """All coded minutes over those that mattered."""
    pairs = [(row["person_id"], row["minutes"], row["minutes"] if row["value_work"] else 0.0) for row in judged]
    return mean("hours_per_value_hour", pairs, by, group)


def of_approvals(seen: list[Row]) -> Figures:
    """M050: minutes of approving, and for each refusal; M072: closes."""
    approvals = [row for row in seen if row["activity"] == "approve"]
    spent = [row["minutes"] for row in approvals if row["minutes"] is not None]
    found = number("approval_minutes", sum(spent)) if spent else {}
    pairs = [(row["person_id"], row["minutes"] or 0.0, float(row["outcome"] == "refused")) for row in approvals]
    found |= mean("approval_minutes_per_refusal", pairs)
    return found | number("closes", sum(row["activity"] == "close" for row in seen))


def of_workers(seen: list[Row]) -> Figures:
    """M031, M065, M070: different workers, services, home visits."""
    visits = [row for row in seen if row["channel"] == "home_visit"]
    found = number("home_visits", contacts(visits))
    found |= number("services", len({row["service"] for row in seen} - {None}))
    staff = {(row["agency"], row["staff_id"]) for row in seen if row["staff_id"]}
    return found | number("staff_involved", len(staff))


def by_year(seen: list[Row]) -> Figures:
    """M056, M057, M064, M066: by year; agencies up to each year, also those that people were referred to."""
    found = share("crisis_share", seen, lambda row: row["crisis"] is True)
    asked = [row for row in seen if row["counts_as_demand"]]
    for outcome, own in groups(asked, column("outcome")).items():
        found |= number("demands_by_outcome", len(own), "outcome", outcome)
    for at, own in groups(seen, year).items():
        found |= share("crisis_share", own, lambda row: row["crisis"] is True, period=at)
        before = [row for row in seen if row["started_at"] and (year(row) or "") <= at]
        there = {row["agency"] for row in before}
        named = {row["referred_to"] for row in before} - {None}
        found |= number("agencies_by_year_cumulative", len(there), period=at)
        found |= number("agencies_by_year_cumulative_with_referred_to", len(there | named), period=at)
        paid = [row["price"] for row in before if row["price"] is not None]
        if paid:
            found |= number("cost_cumulative", sum(paid), period=at)
        for channel, rows in groups(own, column("channel")).items():
            found |= number("contacts_by_channel", contacts(rows), "channel", channel, at)
        for issue in {issue for row in own for issue in issues(row)}:
            count = sum(issue in issues(row) for row in own)
            found |= number("interactions_by_issue", count, "issue", issue, at)
        for outcome, rows in groups([row for row in own if row["counts_as_demand"]], column("outcome")).items():
            found |= number("demands_by_outcome", len(rows), "outcome", outcome, at)
    return found


def of_expertise(seen: list[Row], settings: dict[str, Any]) -> Figures:
    """M114: what was pulled in, how often, and in which share of months."""
    found: Figures = {}
    pulls = [row for row in seen if row["activity"] == "pull"]
    for expertise, own in groups(pulls, lambda row: row["staff_role"] or row["referred_to"]).items():
        found |= number("expertise_pulled", len(own), "expertise", expertise)
        present = len({month(row) for row in own} - {None})
        whole = months_of_window(settings)
        if present:
            found["expertise_pulled_months_share", "expertise", expertise, ""] = (
                present / whole, present, whole, None, None,
            )  # fmt: skip
    return found


def of_screening(derived: Tables) -> Figures:
    """M037: people referred for assessment, by the first such cycle whose first look has ended."""
    first: dict[str, Row] = {}
    for cycle in derived["cycles"]:
        if cycle["referred_for_assessment"] and cycle["referral_screened_out"] is not None:
            known = first.get(cycle["person_id"])
            if known is None or cycle["started_at"] < known["started_at"]:
                first[cycle["person_id"]] = cycle
    return share("screened_out_share", first.values(), column("referral_screened_out"))


def of_time_to_close(derived: Tables) -> Figures:
    """M072: calendar days from the start of a cycle to the close that ended it."""
    closed = [row for row in derived["cycles"] if row["sequence"].endswith("C")]
    values = [(row["person_id"], float((row["ended_at"].date() - row["started_at"].date()).days)) for row in closed]
    return spread("time_to_close", values, ("_median", "_p10", "_p90", "_max"))


def of_repeats(derived: Tables) -> Figures:
    """M043, M051: the same service given again at the same agency; cost without each need's first assessment."""
    again = 0
    cohort = {(row["person_id"], row["need_id"]) for row in derived["needs"] if row["in_cohort"]}
    given: dict[tuple[Any, ...], int] = {}
    for row in derived["interactions"]:
        need = (row["person_id"], row["need_id"])
        if row["in_window"] and row["activity"] in ("do", "visit") and row["service"] and need in cohort:
            at = (*need, row["agency"], row["service"])
            again += given.get(at, 0) > 0
            given[at] = given.get(at, 0) + 1
    found = number("identical_service_repeats", again) if cohort else {}
    first: set[tuple[str, str]] = set()
    pairs = []
    for row in derived["interactions"]:  # in order, person by person
        repeated = row["activity"] in ("screen", "refer")
        if row["activity"] == "assess" and row["need_id"] is not None:
            repeated = (row["person_id"], row["need_id"]) in first
            first.add((row["person_id"], row["need_id"]))
        if row["in_window"] and row["price"] is not None:
            pairs.append((row["person_id"], row["price"] if repeated else 0.0, row["price"]))
    return found | quotient("assess_refer_cost_share_repeated", pairs, share_of_amount_limits)


def of_spans(derived: Tables, seen: list[Row]) -> Figures:
    """M033: years from a person's first dated row of the window to the last."""
    spans = []
    for who, own in groups(seen, column("person_id")).items():
        at = [row["started_at"] for row in own if row["started_at"]]
        if at:
            spans.append((who, (max(at).date() - min(at).date()).days / 365.25))
    return spread("history_span", spans, ("_median", "_p10", "_p90", "_max"))


def of_rounds(derived: Tables) -> Figures:
    """M028, M055: rounds of each person who asked and of each need, with their spread; the longest chain."""
    suffixes = ("_median", "_p10", "_p90", "_max", "_share_12_or_more")
    counted = [row["person_id"] for row in derived["cycles"] if row["counts"]]
    askers = {row["person_id"] for row in derived["demands"]}
    cohort = [row for row in derived["needs"] if row["in_cohort"]]
    chains = [(row["person_id"], float(row["referral_chain"])) for row in cohort]
    return (
        spread("cycles_per_person", [(who, float(counted.count(who))) for who in askers], suffixes)
        | spread("cycles_per_need", [(row["person_id"], float(row["cycles"])) for row in cohort], suffixes)
        | spread("referral_chain_length", chains, ("_max",))
    )
