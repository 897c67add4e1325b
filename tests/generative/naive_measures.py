"""Figures in plain loops: (name, by, group, period) → (value, numerator, denominator), from the naive tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from generative.naive_rules import Row, issues

Key = tuple[str, str, str, str]
Value = tuple[float, float | None, float | None]
Tables = dict[str, list[Row]]

AWAY = ("referred", "screened_out", "nfa", "advice_only", "signposted", "recorded_only", "closed")
DID = {("activity", "do"), ("activity", "visit")}
SENT = {("activity", "refer")}
SHUT = {("activity", "close"), ("outcome", "nfa"), ("outcome", "screened_out")}
RESTS_ON = {
    "assess_refer_share": [DID],
    "assessment_without_service_share": [DID],
    "assessment_no_action_share": [DID],
    "helping_share_upper": [DID],
    "closed_at_initial_assessment_share": [DID, SHUT],
    "closed_unmet_share": [{("activity", "close")}],
    "referrals_out": [SENT],
    "referrals_lost": [SENT],
    "referrals_per_need": [SENT],
    "refer_only_share": [SENT],
    "referral_chain_length": [SENT, DID],
    "referral_chain_length_max": [SENT, DID],
}
"""What some row must say, of each set one thing, before a figure can be said at all."""
CONTROL = ("screen", "assess", "approve", "record", "report", "review")


def figures(derived: Tables) -> dict[Key, Value]:
    """Every figure that has a naive definition here, for the window and its breakdowns."""
    seen = [row for row in derived["interactions"] if row["in_window"]]
    found: dict[Key, Value] = {}
    for part in (
        of_rows(seen),
        of_demands(derived["demands"]),
        of_cycles(derived, seen),
        of_needs(derived),
        of_people(derived, seen),
        of_money(derived, seen),
        of_flow(derived, seen),
        of_failure_work(derived, seen),
        of_years(derived, seen),
    ):
        found |= part
    return found


def unsaid(rows: list[Row]) -> set[str]:
    """Figures that rest on what no row says, the rows before the window included."""
    said = {(column, row[column]) for row in rows for column in ("activity", "outcome")}
    return {name for name, sets in RESTS_ON.items() if not all(any_of & said for any_of in sets)}


def whole(name: str, value: float) -> dict[Key, Value]:
    """A count of the window."""
    return {(name, "", "", ""): (value, None, None)}


def share(
    name: str, rows: Iterable[Row], when: Callable[[Row], bool], by: str = "", group: str = ""
) -> dict[Key, Value]:
    """Rows for which `when` holds out of all of them; nothing where there are none."""
    rows = list(rows)
    top = sum(bool(when(row)) for row in rows)
    return {(name, by, group, ""): (top / len(rows), top, len(rows))} if rows else {}


def counts(name: str, rows: Iterable[Row], by: str, group: Callable[[Row], str | None]) -> dict[Key, Value]:
    """How many rows fall into each known group."""
    found: dict[Key, Value] = {}
    for row in rows:
        at = group(row)
        if at is not None:
            found[name, by, at, ""] = (found.get((name, by, at, ""), (0, None, None))[0] + 1, None, None)
    return found


def spread(name: str, values: list[float], *suffixes: str) -> dict[Key, Value]:
    """The mean, and quantiles by linear interpolation."""
    if not values:
        return {}
    found = whole(name, sum(values) / len(values))
    for suffix in suffixes:
        if suffix == "_max":
            found |= whole(name + suffix, max(values))
        else:
            found |= whole(name + suffix, quantile(values, {"_median": 0.5, "_p10": 0.1, "_p90": 0.9}[suffix]))
    return found


def quantile(values: list[float], q: float) -> float:
    """The value at position q·(n − 1) of the ordered values, between two of them in proportion."""
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def contacts(rows: Iterable[Row]) -> int:
    """Distinct contact_ids; a row without one is a contact of its own."""
    rows = list(rows)
    return len({row["contact_id"] for row in rows if row["contact_id"]}) + sum(not row["contact_id"] for row in rows)


def of_rows(seen: list[Row]) -> dict[Key, Value]:
    """M024, M025, M032, M035, M044, M045, M050."""
    work = [row for row in seen if row["is_activity"]]
    coded = [row for row in work if row["value_work"] is not None]
    timed = [row for row in seen if row["minutes"] is not None]
    judged = [row for row in timed if row["value_work"] is not None]
    found = whole("interactions", len(seen)) | whole("contacts", contacts(seen)) | whole("activities", len(work))
    found |= whole("echoes", sum(row["echo"] for row in seen))
    found |= whole("referrals_in", sum(row["kind"] == "referral_in" for row in seen))
    found |= whole("approvals", sum(row["activity"] == "approve" for row in seen))
    found |= counts("activities", work, "activity", lambda row: row["activity"])
    found |= share("helping_share", coded, lambda row: row["value_work"])
    found |= share("helping_share_upper", work, lambda row: row["activity"] in ("do", "visit", "pull"))
    screens = [row for row in seen if row["activity"] == "screen" and row["outcome"] is not None]
    found |= share("screened_out_share_screens", screens, lambda row: row["outcome"] == "screened_out")
    for agency in {row["agency"] for row in seen}:
        own = [row for row in seen if row["agency"] == agency]
        found["contacts_by_agency", "agency", agency, ""] = (contacts(own), None, None)
    if any(row["documents"] is not None for row in seen):
        found |= whole("documents", sum(row["documents"] or 0 for row in seen))
    found |= ratio("control_time_share", timed, "minutes", lambda row: row["activity"] in CONTROL)
    found |= ratio("value_share_time", judged, "minutes", lambda row: row["value_work"])
    found |= whole("minutes", sum(row["minutes"] for row in timed)) if timed else {}
    return found


def ratio(name: str, rows: list[Row], column: str, when: Callable[[Row], bool]) -> dict[Key, Value]:
    """The sum of a column where `when` holds out of its whole sum."""
    top = sum(row[column] for row in rows if when(row))
    bottom = sum(row[column] for row in rows)
    return {(name, "", "", ""): (top / bottom, top, bottom)} if bottom else {}


def of_demands(asked: list[Row]) -> dict[Key, Value]:
    """M003, M012, M015 to M017, M020, M021, M023, M060."""
    classed = [row for row in asked if row["classifiable"]]
    failed = [row for row in classed if row["demand_type"] == "failure"]
    found = whole("demands", len(asked)) | whole("failure_demands", len(failed))
    found |= whole("value_demands", len(classed) - len(failed))
    found |= whole("unclassifiable_demands", len(asked) - len(classed))
    found |= share("failure_demand_share", classed, lambda row: row["demand_type"] == "failure")
    found |= counts("demands_by_agency", asked, "agency", lambda row: row["agency"])
    for month in {f"{row['started_at']:%Y-%m}" for row in asked if row["started_at"]}:
        own = [row for row in asked if row["started_at"] and f"{row['started_at']:%Y-%m}" == month]
        found["demands", "", "", month] = (len(own), None, None)
    for agency in {row["agency"] for row in classed}:
        there = [row for row in classed if row["agency"] == agency]
        found |= share("failure_demand_share", there, lambda row: row["demand_type"] == "failure", "agency", agency)
        found |= share("external_failure_share", there, from_elsewhere, "agency", agency)
    for kind in {row["failure_kind"] for row in failed}:
        found |= share("failure_kind_share", failed, is_of("failure_kind", kind), "failure_kind", kind)
    for row in [row for row in failed if row["caused_by"]]:
        known = [one for one in failed if one["caused_by"] and one["agency"] == row["agency"]]
        pair = f"{row['caused_by']}>{row['agency']}"
        found |= share("failure_cause_share", known, is_of("caused_by", row["caused_by"]), "from>to", pair)
    for scope in ("system", "agency", "unlinked"):
        found |= share(f"known_share_{scope}", classed, lambda row, scope=scope: row[f"known_{scope}"])
    found |= share("new_person_share", classed, lambda row: not row["known_ever"])
    found |= share("signposted_share", asked, lambda row: row["outcome_signposted"])
    told = [row for row in asked if issues(row)]
    found |= share("issue_uncoded_share", asked, lambda row: not issues(row))
    for issue in {issue for row in told for issue in issues(row)}:
        found |= share("issue_share", told, lambda row, issue=issue: issue in issues(row), "issue", issue)
    return found


def from_elsewhere(row: Row) -> bool:
    """M016: failure demand whose known cause is another agency."""
    return row["demand_type"] == "failure" and row["caused_by"] is not None and row["caused_by"] != row["agency"]


def is_of(column: str, value: Any) -> Callable[[Row], bool]:
    """Whether a row has this value."""
    return lambda row: row[column] == value


def of_cycles(derived: Tables, seen: list[Row]) -> dict[Key, Value]:
    """M029, M036, M038, M039, M047, M049, M050."""
    counted = [row for row in derived["cycles"] if row["counts"]]
    over = [row for row in counted if row["ended"] != "open"]
    found = whole("cycles", len(counted)) | whole("cycles_open", len(counted) - len(over))
    found |= whole("cycles_explicit", sum(not row["implicit"] for row in counted))
    for name in ("agency", "class", "ended"):
        found |= counts("cycles", counted, name, lambda row, name=name: row[name])
    found |= share("assess_refer_share", over, assessed_and_passed_on)
    found |= share("refer_only_share", over, lambda row: row["class"] == "refer-only")
    assessed = [row for row in over if has(row, "SA")]
    found |= share("assessment_without_service_share", assessed, lambda row: not has(row, "DP"))
    first = [row for row in over if has(row, "A")]
    found |= share("closed_at_initial_assessment_share", first, lambda row: row["first_assessment_closed"])
    total = sum(row["assessments"] for row in over)
    if total:
        idle = sum(row["assessments_no_action"] for row in over)
        found["assessment_no_action_share", "", "", ""] = (idle / total, idle, total)
    decided = [row for row in derived["cycles"] if row["approval"]]
    found |= share("approval_rate", decided, lambda row: row["approval"] == "approved")
    waits = [row["approval_days"] for row in decided if row["approval_days"] is not None]
    return found | spread("approval_delay", waits, "_median")


def has(cycle: Row, letters: str) -> bool:
    """Whether the cycle holds any of the letters."""
    return any(letter in letters for letter in cycle["sequence"])


def assessed_and_passed_on(cycle: Row) -> bool:
    """M036: S or A (or implicit), no D or P, and sent on or away."""
    return (has(cycle, "SA") or cycle["implicit"]) and not has(cycle, "DP") and cycle["ended"] in AWAY


def of_needs(derived: Tables) -> dict[Key, Value]:
    """M026, M043, M053 to M055, M057."""
    cohort = [row for row in derived["needs"] if row["in_cohort"]]
    eligible = [row for row in cohort if row["first_contact_eligible"]]
    resolved = sum(row["first_contact"] for row in eligible)
    found = share("fcr_needs", eligible, lambda row: row["first_contact"])
    if derived["demands"]:
        asked = len(derived["demands"])
        found["fcr_demands", "", "", ""] = (resolved / asked, resolved, asked)
    found |= whole("needs_open", sum(row["open_at_cut"] and row["asked_for"] for row in derived["needs"]))
    found |= whole("needs_never_asked", sum(row["never_asked"] for row in cohort))
    found |= share("needs_met_bound_low", cohort, lambda row: row["end_reason"] == "met")
    found |= share("needs_met_bound_high", cohort, lambda row: row["end_reason"] == "met" or row["never_asked"])
    closed = [row for row in cohort if row["closed"]]
    found |= share("closed_unmet_share", closed, lambda row: row["closed_unmet"])
    found |= spread("referrals_per_need", [row["referrals"] for row in cohort])
    found |= spread("repeat_assessments_per_need", [row["assessments"] - 1 for row in cohort if row["assessments"]])
    found |= share("crisis_after_asking_share", cohort, lambda row: row["crisis_after_asking"])
    return found


def of_people(derived: Tables, seen: list[Row]) -> dict[Key, Value]:
    """M030, M056."""
    found: dict[Key, Value] = {}
    system = [row["person_id"] for row in derived["episodes"] if row["kind"] == "system"]
    found |= whole("system_episodes", len(system)) | whole("re_entries", len(system) - len(set(system)))
    met = {
        who: {row["agency"] for row in seen if row["person_id"] == who} for who in {row["person_id"] for row in seen}
    }
    found |= spread("agencies_per_person", [float(len(agencies)) for agencies in met.values()])
    return found | share("multi_agency_share", [{"n": len(one)} for one in met.values()], lambda row: row["n"] > 1)


def of_money(derived: Tables, seen: list[Row]) -> dict[Key, Value]:
    """M014, M018, M051, M068, M075."""
    paid = [row for row in seen if row["price"] is not None]
    if not paid:
        return {}
    found = whole("cost", sum(row["price"] for row in paid))
    for name, by in (("cost_by_agency", "agency"), ("cost", "activity")):
        for row in paid:
            if row[by] is not None:
                own = sum(one["price"] for one in paid if one[by] == row[by])
                found[name, by, row[by], ""] = (own, None, None)
    narrow = ("screen", "assess", "refer")
    control = {
        at
        for cycle in derived["cycles"]
        if cycle["class"] in ("assess-refer", "assess-only")
        for at in cycle["interactions"]
    }
    found |= ratio("assess_refer_cost_share_narrow", paid, "price", lambda row: row["activity"] in narrow)
    return found | ratio(
        "assess_refer_cost_share",
        paid,
        "price",
        lambda row: (
            row["activity"] in narrow
            or (row["activity"] in ("approve", "review", "meeting") and row["interaction_id"] in control)
        ),
    )


def of_flow(derived: Tables, seen: list[Row]) -> dict[Key, Value]:
    """R8: what arrives where, after whom; agencies with no work of their own in the data are unseen."""
    asked = [row for row in derived["demands"] if row["classifiable"]]
    failed = [row for row in asked if row["demand_type"] == "failure"]
    passed = [row for row in derived["referrals"] if row["in_window"]]
    received = [row for row in passed if row["received_id"] and row["from_agency"]]
    found = counts("failure_demand_after", failed, "from>to", lambda row: f"{row['after_agency']}>{row['agency']}")
    found |= counts("referrals_received", received, "from>to", lambda row: f"{row['from_agency']}>{row['to_agency']}")
    found |= whole("referrals_out", sum(row["sent_id"] is not None for row in passed))
    found |= whole("referrals_lost", sum(row["sent_id"] is not None and not row["received_id"] for row in passed))
    return found | arrivals(asked, failed, [row for row in passed if row["received_id"]])


def arrivals(asked: list[Row], failed: list[Row], received: list[Row]) -> dict[Key, Value]:
    """R8: H, the work arriving at each agency, and V, what of it came from outside the agencies seen at work."""
    agencies = {row["agency"] for row in asked} | {row["to_agency"] for row in received}
    flows = [(row["after_agency"], row["agency"]) for row in failed]
    flows += [(row["from_agency"], row["to_agency"]) for row in received]
    found: dict[Key, Value] = {}
    for agency in agencies:
        value = sum(row["agency"] == agency and row["demand_type"] == "value" for row in asked)
        outside = sum(to == agency and source not in agencies for source, to in flows)
        found["work_arriving", "agency", agency, ""] = (value + sum(to == agency for _, to in flows), None, None)
        found["work_from_outside", "agency", agency, ""] = (value + outside, None, None)
    return found


def of_failure_work(derived: Tables, seen: list[Row]) -> dict[Key, Value]:
    """M014, M018: work in cycles that failure demand began; of other cycles only the failure demand inside them."""
    at = rows_of_failure(derived, seen)
    found = ratio(
        "failure_demand_capacity_share",
        [row for row in seen if row["minutes"] is not None],
        "minutes",
        lambda row: row["interaction_id"] in at,
    )
    costs = [row["price"] for row in seen if row["price"] is not None]
    if costs:
        spent = sum(row["price"] for row in seen if row["price"] is not None and row["interaction_id"] in at)
        found |= whole("failure_demand_cost", spent)
    return found


def rows_of_failure(derived: Tables, seen: list[Row]) -> set[str]:
    """Ids of the rows whose work failure demand began or prolonged."""
    begun = [row for row in derived["cycles"] if row["failure_begun"]]
    within = {(row["person_id"], row["cycle_id"]) for row in begun}
    chases = [
        row for row in derived["demands"] if row["prolongs_cycle"] and (row["person_id"], row["cycle_id"]) not in within
    ]
    at = {row["interaction_id"] for cycle in begun for row in seen if row["interaction_id"] in cycle["interactions"]}
    return at | {row["interaction_id"] for row in chases}


def of_years(derived: Tables, seen: list[Row]) -> dict[Key, Value]:
    """M056, M057: agencies and cost by year."""
    found: dict[Key, Value] = {}
    dated = [row for row in seen if row["started_at"]]
    for year in {row["started_at"].year for row in dated}:
        own = [row for row in dated if row["started_at"].year == year]
        found["agencies_by_year", "", "", str(year)] = (len({row["agency"] for row in own}), None, None)
        if any(row["price"] is not None for row in own):
            found["cost_by_year", "", "", str(year)] = (sum(row["price"] or 0 for row in own), None, None)
    return found
