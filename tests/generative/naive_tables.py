"""The derived tables in plain loops, from the stories that `naive_rules` tells; columns named as in `tables`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from generative.naive_passages import episodes_of, referrals_of
from generative.naive_rules import (
    ANSWERED,
    PERSON_SIDE,
    Row,
    caused_by,
    counts_as_demand,
    days,
    follow_all,
    hand_coded,
    is_past,
    known_to_the_day,
    name_of,
    on_same_need,
)

WORK = "SADPR"


def derive(
    rows: list[Row], recorded_needs: list[Row], extract_starts: dict[str, date], settings: dict[str, Any]
) -> dict[str, list[Row]]:
    """Every derived table as a list of dicts: interactions, demands, needs, cycles, episodes, referrals."""
    found: dict[str, list[Row]] = {
        name: [] for name in ("interactions", "demands", "needs", "cycles", "episodes", "referrals")
    }
    for story in follow_all(rows, recorded_needs, extract_starts, settings).values():
        referrals = referrals_of(story)
        found["interactions"] += [interaction_row(row) for row in story["rows"]]
        found["demands"] += [
            demand_row(row, story) for row in story["rows"] if counts_as_demand(row) and row["in_window"]
        ]
        found["cycles"] += [
            cycle_row(cycle, story, referrals) for cycle in story["cycles"] if cycle["rows"][0]["in_window"]
        ]
        found["needs"] += [row for need in story["needs"] if (row := need_row(need, story)) is not None]
        found["episodes"] += episodes_of(story)
        found["referrals"] += referrals
    return found


def interaction_row(row: Row) -> Row:
    """A row of `interactions`: what was recorded, and what R1 to R3 say of it."""
    kept = {name: value for name, value in row.items() if name not in ("need", "cycle", "original", "shared")}
    return kept | {
        "counts_as_demand": counts_as_demand(row),
        "recorded_need_id": row["need_id"],
        "need_id": name_of(row["need"], "need_id"),
        "cycle_id": name_of(row["cycle"], "cycle_id"),
    }


# Demands


def headline(row: Row) -> tuple[str, str | None, str, str]:
    """(type, kind, rule, basis): a hand code always wins; `unsure` is unclassifiable and no rule is tried."""
    by_rule, rule, rule_kind = row["said"]
    code = row["demand_type"] if hand_coded(row) else None
    if code == "unsure":
        return ("unclassifiable", None, "unsure", "hand")
    if code == "value":
        return ("value", None, "hand", "hand")
    if code == "failure":
        kind = row["failure_kind"] or rule_kind or "unknown"
        return ("failure", "representation" if kind == "wrong_door" else kind, "hand", "hand")
    return (by_rule, rule_kind, rule, "rule")


def demand_row(row: Row, story: Row) -> Row:
    """A row of `demands`."""
    demand_type, kind, rule, basis = headline(row)
    failed = demand_type == "failure"
    before = story["rows"][: row["position"] - 1]
    hand_wrong_door = basis == "hand" and failed and row["failure_kind"] == "wrong_door"
    cycle = row["cycle"]
    recorded = "interaction_id contact_id person_id household_id agency service front_door area issue started_at"
    return {name: row[name] for name in recorded.split()} | {
        "need_id": name_of(row["need"], "need_id"),
        "cycle_id": name_of(cycle, "cycle_id"),
        "demand_type": demand_type,
        "failure_kind": kind if failed else None,
        "wrong_door": failed
        and kind == "representation"
        and (hand_wrong_door or (row["started_at"] is not None and row["wrong_door_rule"])),
        "rule": rule,
        "basis": basis,
        "rule_type": row["said"][0],
        "rule_kind": row["said"][2],
        "after_agency": after_agency(row, before, story) if failed else None,
        "after_first": after_first(row, before, story) if failed else None,
        "after_root": after_root(row, before, story) if failed else None,
        "caused_by": caused_by(row),
        "known_system": known(row, before, story, lambda other: True),
        "known_agency": known(row, before, story, lambda other: other["agency"] == row["agency"]),
        "known_unlinked": known(
            row, before, story, lambda other: (other["agency"], other["ref_key"]) == (row["agency"], row["ref_key"])
        ),
        "known_ever": known(row, before, story, lambda other: True, look_back=10**6),
        "classifiable": demand_type in ("value", "failure"),
        "first_of_need": row["need"] is not None and first_demand(row["need"]) is row,
        "outcome_signposted": cycle is not None and cycle["ended"] in ("advice_only", "signposted"),
        "prolongs_cycle": failed and cycle is not None and cycle["rows"][0] is not row,
    }


def known(row: Row, before: list[Row], story: Row, scope: Any, look_back: int | None = None) -> bool:
    """M020: a strictly earlier row of another contact, at most look_back days before, within the scope."""
    if row["started_at"] is None:
        return False
    for other in before:
        if (
            other["started_at"] is not None
            and other["started_at"] < row["started_at"]
            and (row["contact_id"] is None or other["contact_id"] != row["contact_id"])
            and days(other, row) <= (look_back or story["settings"]["look_back"])
            and scope(other)
        ):
            return True
    return False


def holders(row: Row, before: list[Row]) -> list[str]:
    """R8: the agencies of earlier rows on the need whose cycle had not ended met before this demand."""
    found = []
    for other in on_same_need(row, before) if row["started_at"] is not None else []:
        cycle = other["cycle"]
        met = cycle is not None and cycle["ended"] == "need_met" and cycle["end_row"]["position"] < row["position"]
        if not met:
            found.append(other["agency"])
    return found


def after_agency(row: Row, before: list[Row], story: Row) -> str:
    """Hand code first, else the last holder, else `unseen`."""
    return caused_by(row) or next(reversed(holders(row, before)), "unseen")


def after_first(row: Row, before: list[Row], story: Row) -> str:
    """Hand code first, else the first holder, else `unseen` [15]."""
    rows = on_same_need(row, before) if row["started_at"] is not None else []
    return caused_by(row) or (rows[0]["agency"] if rows else "unseen")


def after_root(row: Row, before: list[Row], story: Row) -> str:
    """The first caused_by met walking back along the need from the row before; else as after_agency [16]."""
    if row["started_at"] is not None:
        for other in reversed(on_same_need(row, before)):
            if caused_by(other) is not None:
                return caused_by(other) or ""
    return after_agency(row, before, story)


# Cycles


def cycle_row(cycle: Row, story: Row, referrals: list[Row]) -> Row:
    """A row of `cycles`."""
    rows, letters = cycle["rows"], cycle["sequence"]
    all_rows = sorted(rows + cycle["late_closes"], key=lambda row: row["position"])
    answered = any(row["kind"] == "demand" and row["outcome"] in ANSWERED for row in rows)
    explicit = any(letter in WORK for letter in letters)
    first = rows[0]
    received = first["kind"] == "referral_in" or any(
        one["received_id"] == first["interaction_id"] and one["sent_id"] is not None for one in referrals
    )
    at, decision = approval(cycle)
    return {
        "cycle_id": cycle["cycle_id"],
        "person_id": first["person_id"],
        "need_id": name_of(cycle["need"], "need_id"),
        "agency": cycle["agency"],
        "started_at": first["started_at"],
        "ended_at": cycle["end_row"]["started_at"] if cycle["end_row"] else None,
        "last_at": rows[-1]["started_at"],
        "sequence": letters,
        "ended": cycle["ended"],
        "class": class_of(letters, answered and not explicit, cycle["ended"]),
        "implicit": answered and not explicit,
        "counts": answered or explicit,
        "began_with": {"demand": "demand", "referral_in": "referral_in", "activity": "work"}[first["kind"]],
        "chases": letters.count("q"),
        "late_closes": len(cycle["late_closes"]),
        "failure_begun": failure_begun(cycle),
        "referred_for_assessment": received,
        "referral_screened_out": screened_out_first(cycle) if received else None,
        "first_assessment_closed": closed_at_first_assessment(cycle),
        "assessments": letters.count("A"),
        "assessments_no_action": assessments_without_action(cycle),
        "approval_days": at,
        "approval": decision,
        "rows": len(all_rows),
        "minutes": total(all_rows, "minutes"),
        "cost": total(all_rows, "price"),
        "staff": len({row["staff_id"] for row in all_rows if row["staff_id"]}),
        "interactions": [row["interaction_id"] for row in all_rows],
    }


def total(rows: list[Row], column: str) -> float:
    """The sum of what is known."""
    return sum(row[column] for row in rows if row[column] is not None)


def class_of(letters: str, implicit: bool, ended: str) -> str:
    """R3's classes by content and end [13]."""
    assess = "S" in letters or "A" in letters or implicit
    act = "D" in letters or "P" in letters
    refer = "R" in letters
    if assess and act:
        return "assess-do-refer" if refer else "assess-do"
    if assess:
        if refer:
            return "assess-refer"
        return "assess-only" if ended in ("screened_out", "nfa", "recorded_only", "closed") else "other"
    if act:
        return "do"
    return "refer-only" if refer else "other"


def failure_begun(cycle: Row) -> bool:
    """M014: its first row is a counted failure demand."""
    first = cycle["rows"][0]
    return counts_as_demand(first) and headline(first)[0] == "failure"


def screened_out_first(cycle: Row) -> bool | None:
    """M037: whether the cycle's first S or A ends screened_out or nfa, by its own outcome; open is unknown [14]."""
    for row in cycle["rows"]:
        if row["letter"] in ("S", "A"):
            if row["outcome"] in ("screened_out", "nfa"):
                return True
            break
    return None if cycle["ended"] == "open" else False


def closed_at_first_assessment(cycle: Row) -> bool | None:
    """M038: the first A is followed by (or itself is) C, nfa or screened_out before any D, P, R; blank without an A."""
    at = cycle["sequence"].find("A")
    if at < 0:
        return None
    for row in cycle["rows"][at:]:
        if row["letter"] in ("D", "P", "R"):
            return False
        if row["letter"] == "C" or row["outcome"] in ("nfa", "screened_out"):
            return True
    return False


def assessments_without_action(cycle: Row) -> int:
    """M039: A rows whose own outcome is recorded_only, nfa or blank, in a cycle without D, P, R or approve."""
    if any(row["letter"] in ("D", "P", "R") or row["activity"] == "approve" for row in cycle["rows"]):
        return 0
    return sum(row["letter"] == "A" and row["outcome"] in (None, "recorded_only", "nfa") for row in cycle["rows"])


def approval(cycle: Row) -> tuple[int | None, str | None]:
    """M049, M050: days from the S, A or D before the cycle's last decision to it, and the decision."""
    decided = [
        row for row in cycle["rows"] if row["activity"] == "approve" and row["outcome"] in ("approved", "refused")
    ]
    if not decided:
        return None, None
    last = decided[-1]
    work = [row for row in cycle["rows"] if row["letter"] in ("S", "A", "D") and row["position"] < last["position"]]
    exact = bool(work) and known_to_the_day(work[-1]) and known_to_the_day(last)
    return (days(work[-1], last) if exact else None), last["outcome"]


# Needs


def first_demand(need: Row) -> Row | None:
    """The counted demand that opens the need."""
    return next((row for row in need["rows"] if counts_as_demand(row)), None)


def need_row(need: Row, story: Row) -> Row | None:
    """A row of `needs`, or None for one neither opened in the window nor open at the cut [8]."""
    settings = story["settings"]
    opening = first_demand(need) or need["rows"][0]
    end = need["recorded_end"] or ((need["met"], "met") if need["met"] else None)
    if not opening["in_window"] and end is not None and end[0].date() < settings["window_start"]:
        return None
    seen = [row for row in need["rows"] if row["in_window"]]
    asked = any(row["need_met"] is not None or row["outcome"] == "need_met" for row in need["rows"])
    asked_at = need["record"]["met_asked_at"] if need["record"] else None
    if asked_at is not None and (need["instance"] == 1 or asked_at >= need["rows"][0]["started_at"]):
        asked = asked or asked_at.date() < settings["window_end"]
    duration, event = clock(need, opening, end, asked, settings)
    asks = [row for row in need["rows"] if counts_as_demand(row)]
    closes = [row for row in need["rows"] if row["activity"] == "close"]
    crisis = crisis_after_asking(need, end)
    one_touch = only_one_contact(need, asks)
    at_first_contact = one_touch and event == "met" and duration is not None and duration <= settings["settle"]
    opened_by_asking = counts_as_demand(opening)
    screened_in = [row for row in need["rows"] if row["outcome"] == "screened_in"]
    reached = [
        row
        for row in need["rows"]
        if row["position"] >= opening["position"]
        and row["agency"] == opening["agency"]
        and (row["outcome"] == "screened_in" or row["activity"] in ("do", "visit"))
    ]
    return {
        "need_id": need["need_id"],
        "recorded_id": need["recorded_id"],
        "person_id": opening["person_id"],
        "household_id": opening["household_id"],
        "issue": ";".join(sorted(need["issues"])) or None,
        "service": need["rows"][0]["service"],
        "design": opening["design"],
        **{name: (need["record"] or {}).get(name) for name in ("kind", "fit", "condition_now")},
        "opening_agency": opening["agency"],
        "opened_at": opening["started_at"],
        "asked_for": opened_by_asking,
        "in_cohort": counts_as_demand(opening) and opening["in_window"] and not need["merged"],
        "ended_at": end[0] if end else None,
        "end_reason": end[1] if end else None,
        "met_withdrawn": need["met_withdrawn"],
        "asked": asked,
        "never_asked": not asked and end is None,
        "open_at_cut": end is None,
        "duration": duration,
        "event": event,
        "demands": sum(row["in_window"] for row in asks),
        "failure_demands": sum(row["in_window"] and headline(row)[0] == "failure" for row in asks),
        "interactions": len(seen),
        "agencies": len({row["agency"] for row in seen}),
        "referrals": sum(row["activity"] == "refer" for row in seen),
        "referral_chain": chain(seen),
        "screens": sum(row["activity"] == "screen" for row in seen),
        "assessments": sum(row["activity"] == "assess" for row in seen),
        "cycles": sum(
            cycle["need"] is need and cycle["rows"][0]["in_window"] and cycle_counts(cycle) for cycle in story["cycles"]
        ),
        "cycles_before_screened_in": sum(
            cycle["need"] is need and cycle_counts(cycle) and cycle["rows"][-1]["position"] < screened_in[0]["position"]
            for cycle in story["cycles"]
        )
        if screened_in
        else None,
        "screened_in_days": days(opening, reached[0])
        if reached and known_to_the_day(opening) and known_to_the_day(reached[0])
        else None,
        "closed": bool(closes),
        "closed_unmet": any(not met_by_then(need, end, row) for row in closes),
        "first_contact": at_first_contact,
        "first_contact_eligible": opened_by_asking and days(opening, settings["window_end"]) >= settings["settle"],
        "first_contact_possible": at_first_contact or (one_touch and not asked and end is None),
        "crisis_after_asking": crisis is not None,
        "crisis_days": days(opening, crisis)
        if crisis is not None and known_to_the_day(opening) and known_to_the_day(crisis)
        else None,
    }


def cycle_counts(cycle: Row) -> bool:
    """Holds an S, A, D, P or R, or a demand row that answered itself."""
    answered = any(row["kind"] == "demand" and row["outcome"] in ANSWERED for row in cycle["rows"])
    return answered or any(letter in WORK for letter in cycle["sequence"])


def clock(
    need: Row, opening: Row, end: tuple[datetime, str] | None, asked: bool, settings: dict[str, Any]
) -> tuple[int | None, str | None]:
    """Stat 3: days from opening to the end, or to censoring, and what ended it; coarse dates give no duration."""
    event: str = end[1] if end else "censored"
    if event == "merged" or not counts_as_demand(opening):
        return None, None
    if not known_to_the_day(opening):
        return None, None
    if end is not None and end[0].date() < opening["started_at"].date():
        return None, None  # recorded as over before it was asked: no duration can be told [7]
    if end is not None:
        exact = need["recorded_end"] is not None or known_to_the_day(need["met_row"])
        return (days(opening, end[0]), event) if exact else (None, None)
    if asked:
        return days(opening, settings["window_end"]), event
    theirs = [row for row in need["rows"] if row["kind"] == "demand" or row["initiated_by"] in PERSON_SIDE]
    theirs = [row for row in theirs if known_to_the_day(row)]
    return days(opening, theirs[-1]), event


def met_by_then(need: Row, end: tuple[datetime, str] | None, row: Row) -> bool:
    """Whether the need had been met when this row closed it; a close that carries the word counts as met."""
    if end is None or end[1] != "met":
        return False
    if need["recorded_end"] is not None:
        return row["started_at"].date() >= end[0].date()
    return row["position"] >= need["met_row"]["position"]


def only_one_contact(need: Row, asks: list[Row]) -> bool:
    """R6 but for "met": one demand, no referral on, no second agency, nothing screened out."""
    rows = need["rows"]
    return (
        len(asks) == 1
        and not any(row["activity"] == "refer" for row in rows)
        and len({row["agency"] for row in rows}) == 1
        and not any(row["activity"] in ("screen", "assess") and row["outcome"] == "screened_out" for row in rows)
    )


def is_met_by(need: Row, end: tuple[datetime, str] | None, row: Row) -> bool:
    """Whether the need had been met before this row, as things turned out."""
    if end is None or end[1] != "met":
        return False
    return is_past(end[0], row) if need["recorded_end"] else row["position"] > need["met_row"]["position"]


def crisis_after_asking(need: Row, end: tuple[datetime, str] | None) -> Row | None:
    """R7: the first crisis row after the opening demand while the need is unmet; a met later withdrawn was none."""
    opening = first_demand(need)
    if opening is None:
        return None
    for row in need["rows"]:
        if row["position"] > opening["position"] and row["crisis"] is True and not is_met_by(need, end, row):
            return row
    return None


def chain(rows: list[Row]) -> int:
    """The longest run of refer rows without a do or visit between."""
    longest = run = 0
    for row in rows:
        if row["activity"] == "refer":
            run += 1
        elif row["activity"] in ("do", "visit"):
            run = 0
        longest = max(longest, run)
    return longest
