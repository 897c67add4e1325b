"""Referrals (R1, R8) and episodes (R4) in plain loops, from the stories that `naive_rules` tells."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from generative.naive_rules import Row, caused_by, days, in_window, name_of

# R1 and R8: referrals


def referrals_of(story: Row) -> list[Row]:
    """One row a referral: sent and received, sent and lost, or received from an unseen source [10]."""
    rows = [row for row in story["rows"] if row["started_at"] is not None]
    taken: set[int] = set()
    found = []
    for sent in rows:
        if sent["activity"] != "refer":
            continue
        receipt = next((row for row in rows if is_receipt(row, sent, story) and row["position"] not in taken), None)
        if receipt is not None:
            taken.add(receipt["position"])
        found.append(referral(sent, receipt))
    found += [referral(None, row) for row in rows if row["kind"] == "referral_in" and row["position"] not in taken]
    return found


def is_receipt(row: Row, sent: Row, story: Row) -> bool:
    """A row by other_agency, or a cycle's first row that is no person-side demand, there, after it, within handover."""
    begins = row["cycle"] is not None and row["cycle"]["rows"][0] is row and row["kind"] != "demand"
    there = row["agency"] == sent["referred_to"] or (sent["referred_to"] is None and row["agency"] != sent["agency"])
    return (
        there
        and row["position"] > sent["position"]
        and days(sent, row) <= story["settings"]["handover"]
        and (row["kind"] == "referral_in" or begins)
    )


def referral(sent: Row | None, receipt: Row | None) -> Row:
    """A row of `referrals`."""
    leading = sent or receipt or {}
    return {
        "person_id": leading["person_id"],
        "need_id": name_of(leading["need"], "need_id"),
        "from_agency": sent["agency"] if sent else caused_by(leading),
        "to_agency": (sent and sent["referred_to"]) or (receipt and receipt["agency"]),
        "sent_at": sent["started_at"] if sent else None,
        "received_at": receipt["started_at"] if receipt else None,
        "sent_id": sent["interaction_id"] if sent else None,
        "received_id": receipt["interaction_id"] if receipt else None,
        "in_window": leading["in_window"],
    }


# R4


def episodes_of(story: Row) -> list[Row]:
    """System and agency episodes begun in the window."""
    cycles = sorted(story["cycles"], key=lambda cycle: cycle["rows"][0]["position"])
    found = runs(cycles, None, story)
    for agency in sorted({cycle["agency"] for cycle in cycles}):
        found += runs([cycle for cycle in cycles if cycle["agency"] == agency], agency, story)
    return [row for row in found if in_window(row["started_at"], story["settings"])]


def runs(cycles: list[Row], agency: str | None, story: Row) -> list[Row]:
    """Cycles joined into episodes, by R4's rule for one agency or for the system."""
    groups: list[list[Row]] = []
    for cycle in cycles:
        held = still_in if agency is None else goes_on
        if groups and held(groups[-1], cycle["rows"][0], story):
            groups[-1].append(cycle)
        else:
            groups.append([cycle])
    return [episode(group, agency, story) for group in groups]


def last_to_end(cycles: list[Row]) -> Row:
    """The cycle of a run that ended last."""
    return max(cycles, key=lambda cycle: cycle["end_row"]["position"])


def last_to_let_go(cycles: list[Row], settings: dict[str, Any]) -> Row:
    """The cycle of a system episode after which none was open: a stale one is open until `stale` is over."""

    def let_go(cycle: Row) -> tuple[date, bool]:
        stale = cycle["ended"] == "stale"
        return cycle["end_row"]["started_at"].date() + timedelta(settings["stale"] if stale else 0), stale

    return max(cycles, key=let_go)


def goes_on(cycles: list[Row], row: Row, story: Row) -> bool:
    """Agency episode: a cycle there is still open, or the last ended at most `stale` ago and not for good [11]."""
    stale = story["settings"]["stale"]
    if any(is_open_at(cycle, row, stale) for cycle in cycles):
        return True
    last = last_to_end(cycles)
    for_good = ("screened_out", "nfa", "closed", "need_met")
    return last["ended"] not in for_good and days(last["end_row"], row) <= stale


def is_open_at(cycle: Row, row: Row, stale: int) -> bool:
    """Whether the cycle is open when the row comes: a stale one is, until `stale` is over."""
    if cycle["ended"] == "open" or cycle["end_row"]["position"] > row["position"]:
        return True
    return cycle["ended"] == "stale" and days(cycle["end_row"], row) <= stale


def still_in(cycles: list[Row], row: Row, story: Row) -> bool:
    """System episode: some cycle is open at this row (a stale one until `stale` is over), or a referral holds [11]."""
    for cycle in cycles:
        if is_open_at(cycle, row, story["settings"]["stale"]):
            return True
        if cycle["sequence"].endswith("R") and holds(cycle["end_row"], row, story):
            return True
    return False


def holds(sent: Row, row: Row, story: Row) -> bool:
    """R4: the person stays in for `handover` after a referral, until the first row at the agency referred to."""
    if days(sent, row) > story["settings"]["handover"]:
        return False
    for other in story["rows"]:
        if other["started_at"] is None or not sent["position"] < other["position"] < row["position"]:
            continue
        if other["agency"] == sent["referred_to"] or (
            sent["referred_to"] is None and other["agency"] != sent["agency"]
        ):
            return False
    return True


def episode(cycles: list[Row], agency: str | None, story: Row) -> Row:
    """A row of `episodes`; the end of a stale cycle is its last row, and a hold lengthens nothing [11]."""
    cut = story["settings"]["window_end"]
    open_still = any(cycle["ended"] == "open" for cycle in cycles)
    latest = None if open_still else last_to_end(cycles)
    last = latest if agency or open_still else last_to_let_go(cycles, story["settings"])
    if agency is None and not open_still:
        for cycle in cycles:
            if cycle["sequence"].endswith("R") and waits_at_cut(cycle["end_row"], cut, story):
                open_still = True
    ended = "open" if open_still or last is None else "stale" if last["ended"] == "stale" else "recorded"
    return {
        "person_id": cycles[0]["rows"][0]["person_id"],
        "kind": "system" if agency is None else "agency",
        "agency": agency,
        "started_at": cycles[0]["rows"][0]["started_at"],
        "ended_at": None if ended == "open" or latest is None else latest["end_row"]["started_at"],
        "ended": ended,
    }


def waits_at_cut(sent: Row, cut: date, story: Row) -> bool:
    """Whether a referral's hold still runs at the cut."""
    if days(sent, cut) > story["settings"]["handover"]:
        return False
    later = [row for row in story["rows"] if row["started_at"] is not None and row["position"] > sent["position"]]
    return not any(
        row["agency"] == sent["referred_to"] or (sent["referred_to"] is None and row["agency"] != sent["agency"])
        for row in later
    )
