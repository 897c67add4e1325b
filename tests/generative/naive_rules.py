"""The rules R1, R2, R3 and R5 a second time, in plain loops over lists of dicts: slow, and written to be read.

Nothing here imports the study. Where the text allows two readings, the one taken is in READINGS.md; `[n]` names it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
Rule = tuple[str, str, str | None]

PERSON_SIDE = ("person", "family", "third_party", "anonymous")
COARSE = ("month", "year", "range", "order")
RANK = {"demand": 0, "screen": 1, "assess": 2, "do": 3, "visit": 3, "pull": 3, "approve": 4, "record": 5}
RANK |= {"refer": 6, "close": 7}
LETTERS = {"screen": "S", "assess": "A", "do": "D", "visit": "D", "pull": "P", "refer": "R", "close": "C"}
ENDS = ("screened_out", "nfa", "advice_only", "signposted", "recorded_only", "need_met")
ANSWERED = ("nfa", "screened_out", "advice_only", "signposted", "recorded_only")
REWORK = re.compile(
    r"\b(forms?|letters?|evidence|lost|you sent me|i don['’]?t understand|appeals?|complaints?)\b", re.IGNORECASE
)
MISTAKE = re.compile(r"\b(mistakes?|errors?|wrong)\b", re.IGNORECASE)
KIND_OF = {
    "R2e": "other_agency_error",
    "R2d": "rework",
    "R2a": "progress_chase",
    "R2b": "representation",
}


def follow_all(
    rows: list[Row],
    recorded_needs: list[Row],
    extract_starts: dict[str, date],
    settings: dict[str, Any],
    other_bodies: tuple[str, ...] = ("benefits",),
) -> dict[str, Row]:
    """Each person's story: `rows` in order, `needs`, `cycles`; rows from the cut on are unseen.

    `other_bodies`: the names by which words can name another agency, besides the agencies of the data [12].
    """
    names = set(extract_starts) | set(other_bodies)
    people: dict[str, list[Row]] = {}
    for row in rows:
        if row["started_at"] is None or row["started_at"].date() < settings["window_end"]:
            people.setdefault(row["person_id"], []).append(dict(row))
    return {
        person: follow(own, recorded_needs, extract_starts, settings, names) for person, own in sorted(people.items())
    }


def follow(
    rows: list[Row], recorded_needs: list[Row], starts: dict[str, date], settings: dict[str, Any], names: set[str]
) -> Row:
    """One person's rows walked once, in order."""
    rows = sorted(rows, key=order)
    story: Row = {"rows": rows, "needs": [], "cycles": [], "settings": settings}
    for position, row in enumerate(rows, start=1):
        row["position"] = position
        row["kind"] = kind(row)
        row["is_activity"] = row["kind"] != "demand" and not (
            row["kind"] == "referral_in" and row["activity"] == "demand"
        )
        row["in_window"] = in_window(row["started_at"], settings)
        row["original"] = original(row, rows[: position - 1])
        row["echo"] = row["original"] is not None
        row["need"], row["cycle"], row["letter"] = None, None, None
        before = rows[: position - 1]
        if row["started_at"] is None:  # known by its order only: no need, no cycle, no rule
            row["shared"] = False
            row["said"] = ("unclassifiable", "no_identity", None)
            continue
        row["need"] = need_of(row, before, story, recorded_needs)
        row["shared"] = second_of_shared_contact(row, before)
        row["said"] = said_by_rule(row, before, story, starts, names)
        row["wrong_door_rule"] = wrong_door(row, before)
        if row["need"] is not None:
            take_on(row, row["need"])
        if not row["echo"]:
            cycle_through(row, story)
    end_at_cut(story)
    return story


# Order and R1


def order(row: Row) -> tuple[Any, ...]:
    """(started_at, seq with blank last, rank of activity, id as text); rows known by order only come last [1].

    A row without an activity that the person's side began is a demand.
    """
    moment, seq = row["started_at"], row["seq"]
    asked = not row["activity"] and row["initiated_by"] in PERSON_SIDE
    return (
        moment is None,
        moment or datetime.min,
        seq is None,
        seq or 0,
        0 if asked else RANK.get(row["activity"], 8),
        row["interaction_id"],
    )


def kind(row: Row) -> str:
    """R1: a person-side demand, a row by another agency, anything else."""
    if row["initiated_by"] == "other_agency":
        return "referral_in"
    if row["activity"] == "demand" and row["initiated_by"] in (None, *PERSON_SIDE):
        return "demand"
    if row["activity"] is None and row["initiated_by"] in PERSON_SIDE:
        return "demand"
    return "activity"


def in_window(moment: datetime | None, settings: dict[str, Any]) -> bool:
    """[start, end); a row known by its order only is in the window where none is declared."""
    if moment is None:
        return not settings["window_declared"]
    return settings["window_start"] <= moment.date() < settings["window_end"]


def issues(row: Row) -> set[str]:
    """The row's issues."""
    return {part.strip() for part in (row["issue"] or "").split(";") if part.strip()}


def folded(words: str | None) -> str:
    """Words without case, space and punctuation."""
    return "".join(letter for letter in (words or "").casefold() if letter.isalnum())


def known_to_the_day(row: Row) -> bool:
    """Whether the row may take part in durations."""
    return row["started_at"] is not None and row["date_precision"] not in COARSE


def days(earlier: Row | date | datetime, later: Row | date | datetime) -> int:
    """Difference of calendar dates."""
    return (_day(later) - _day(earlier)).days


def _day(value: Row | date | datetime) -> date:
    if isinstance(value, dict):
        value = value["started_at"]
    return value.date() if isinstance(value, datetime) else value


def original(row: Row, before: list[Row]) -> Row | None:
    """R1.4: the earlier demand of which this one is an echo [2]."""
    if row["kind"] != "demand" or not known_to_the_day(row) or not folded(row["words"]):
        return None
    for other in before:
        if (
            other["kind"] == "demand"
            and not other["echo"]
            and known_to_the_day(other)
            and other["agency"] == row["agency"]
            and days(other, row) == 0
            and folded(other["words"]) == folded(row["words"])
            and other["need_id"] == row["need_id"]
            and issues(other) == issues(row)
        ):
            return other
    return None


def second_of_shared_contact(row: Row, before: list[Row]) -> bool:
    """One contact_id on one day for one need at two agencies: one demand, the first [3]."""
    if row["kind"] != "demand" or row["echo"] or row["contact_id"] is None or row["need"] is None:
        return False
    for other in before:
        if (
            counts_as_demand(other)
            and other["contact_id"] == row["contact_id"]
            and other["need"] is row["need"]
            and other["agency"] != row["agency"]
            and known_to_the_day(row)
            and known_to_the_day(other)
            and days(other, row) == 0
        ):
            return True
    return False


def counts_as_demand(row: Row) -> bool:
    """A person-side demand that is neither an echo nor the second row of one shared contact."""
    return row["kind"] == "demand" and not row["echo"] and not row["shared"]


def name_of(thing: Row | None, column: str) -> str | None:
    """The id, or blank for none."""
    return thing[column] if thing is not None else None


# R2 identity and R5


def need_of(row: Row, before: list[Row], story: Row, recorded_needs: list[Row]) -> Row | None:
    """The need instance the row belongs to, opened, re-opened or begun anew by it where the rules say so."""
    settings = story["settings"]
    asks = row["kind"] == "demand" and not row["echo"]
    if row["need_id"] is not None:
        instances = [need for need in story["needs"] if need["recorded_id"] == row["need_id"]]
        if not instances:
            return open_need(row, story, recorded_needs)
        need = instances[-1]
        met = met_by(need, row)
        if asks and met is not None and days(met, row) > settings["reopen"]:
            return open_need(row, story, recorded_needs)
    elif issues(row) or row["service"]:
        alike = [need for need in story["needs"] if may_join(row, need, settings)]
        if not alike:
            return open_need(row, story, [])
        need = min(alike, key=lambda need: (-need["last"]["started_at"].timestamp(), need["number"]))
    elif asks:
        return None
    else:
        return need_of_bare_row(row, before, settings)
    end = need["recorded_end"]
    asked_before = end and any(counts_as_demand(other) and not is_past(end[0], other) for other in need["rows"])
    if (
        asks and met_by(need, row) is not None and (need["recorded_end"] is None or asked_before)
    ):  # asked again within `reopen`: the person's "met" no longer holds
        need["met"], need["met_row"], need["recorded_end"] = None, None, None
        need["met_withdrawn"] += 1
        row["reopens"] = True
    return need


def may_join(row: Row, need: Row, settings: dict[str, Any]) -> bool:
    """R2 identity without need_id: overlapping issues, else the same service, within look_back, not met long ago."""
    if issues(row):
        alike = bool(issues(row) & need["issues"])
    else:
        alike = row["service"] in need["services"]
    met = met_by(need, row)
    return (
        alike
        and days(need["last"], row) <= settings["look_back"]
        and (met is None or days(met, row) <= settings["reopen"])
    )


def need_of_bare_row(row: Row, before: list[Row], settings: dict[str, Any]) -> Row | None:
    """A non-demand row with neither need_id, issue nor service."""
    dated = [other for other in before if other["started_at"] is not None]
    for other in reversed(dated):
        if row["contact_id"] is not None and other["contact_id"] == row["contact_id"] and other["need"] is not None:
            return other["need"]
    for other in reversed(dated):
        if other["agency"] == row["agency"]:
            need = other["need"]
            if need is None or days(other, row) > settings["look_back"]:
                return None
            met = met_by(need, row)
            return need if met is None or days(met, row) <= settings["reopen"] else None
    return None


def open_need(row: Row, story: Row, recorded_needs: list[Row]) -> Row:
    """A new need instance; a recorded end belongs to the first instance that has a row by then [7]."""
    again = [need for need in story["needs"] if row["need_id"] and need["recorded_id"] == row["need_id"]]
    if row["need_id"] is not None:
        name = row["need_id"] if not again else f"{row['need_id']}#{len(again) + 1}"
    else:
        derived = [need for need in story["needs"] if need["recorded_id"] is None]
        name = f"{row['person_id']}/n{len(derived) + 1}"
    record = None
    for candidate in recorded_needs:
        if candidate["need_id"] == row["need_id"] and candidate["person_id"] == row["person_id"]:
            record = candidate
    end = None
    if not again and record is not None and record["ended_at"] is not None and record["end_reason"] is not None:
        cut = story["settings"]["window_end"]
        if record["ended_at"].date() < cut:
            end = (record["ended_at"], record["end_reason"])
    need: Row = {
        "need_id": name,
        "recorded_id": row["need_id"],
        "number": len(story["needs"]),
        "instance": len(again) + 1,
        "issues": set(),
        "services": set(),
        "last": row,
        "rows": [],
        "met": None,
        "met_row": None,
        "met_withdrawn": 0,
        "record": record,
        "recorded_end": end,
        "merged": end is not None and end[1] == "merged",
    }
    story["needs"].append(need)
    return need


def met_by(need: Row, row: Row) -> datetime | None:
    """When the need was met, as it stands just before the row; a recorded end stands over the rows' own words [7]."""
    if need["recorded_end"] is None:
        return need["met"]
    at, reason = need["recorded_end"]
    return at if reason == "met" and is_past(at, row) else None


def is_past(at: datetime, row: Row) -> bool:
    """Whether a recorded end comes before a row: a day given without a time lasts to its end."""
    if at.time() == datetime.min.time():
        return row["started_at"].date() > at.date()
    return row["started_at"] > at


def take_on(row: Row, need: Row) -> None:
    """The row becomes the need's last, and its word that the need is met is kept."""
    need["rows"].append(row)
    need["last"] = row
    row["was_met"] = met_by(need, row) is not None
    need["issues"] |= issues(row)
    if row["service"]:
        need["services"].add(row["service"])
    said_met = row["need_met"] is True or row["outcome"] == "need_met"
    if said_met and need["met"] is None and need["recorded_end"] is None:
        need["met"], need["met_row"] = row["started_at"], row


# R2


def hand_coded(row: Row) -> bool:
    """A coded_by that begins `rule:` is no hand code."""
    return not (row["coded_by"] or "").startswith("rule:")


def caused_by(row: Row) -> str | None:
    """The hand code of the agency whose action it follows."""
    return row["caused_by"] if hand_coded(row) else None


def said_by_rule(row: Row, before: list[Row], story: Row, starts: dict[str, date], names: set[str]) -> Rule:
    """(type, rule, kind) by the rules, hand codes left aside."""
    settings = story["settings"]
    if row["kind"] != "demand":
        return ("unclassifiable", "not_a_demand", None)
    full = starts[row["agency"]] + timedelta(days=settings["look_back"])
    if not settings["history_complete"] and row["started_at"].date() < full:
        return ("unclassifiable", "burn_in", None)
    earlier = earlier_demands(row, before, settings)
    first = row["need"] is not None and not earlier
    as_planned = set(settings["expected_repeat"])
    expected = (bool(issues(row)) and issues(row) <= as_planned) or row["service"] in as_planned
    if other_agency_error(row, first, names):
        return ("failure", "R2e", KIND_OF["R2e"])
    if first:
        return ("value", "first" if row["need"]["instance"] == 1 else "met_before", None)
    if rework(row, before, bool(earlier)):
        return ("failure", "R2d", KIND_OF["R2d"])
    if expected and row["need"] is not None:
        return ("value", "expected_repeat", None)
    if chases_open_cycle(row, story):
        return ("failure", "R2a", KIND_OF["R2a"])
    if row["need"] is not None:
        return ("failure", "R2b", KIND_OF["R2b"])
    return ("unclassifiable", "no_identity", None)


def on_same_need(row: Row, before: list[Row]) -> list[Row]:
    """Earlier rows on the need; where none is known, the rows without one at that agency [9]."""
    return [
        other
        for other in before
        if other["started_at"] is not None
        and other["need"] is row["need"]
        and (row["need"] is not None or other["agency"] == row["agency"])
    ]


def earlier_demands(row: Row, before: list[Row], settings: dict[str, Any]) -> list[Row]:
    """Echoes aside, what was asked before on the need; without a need, within look_back at that agency [9]."""
    found = [other for other in on_same_need(row, before) if other["kind"] == "demand" and not other["echo"]]
    if row["need"] is None:
        found = [other for other in found if days(other, row) <= settings["look_back"]]
    return found


def other_agency_error(row: Row, first: bool, names: set[str]) -> bool:
    """R2e by words at any demand; by caused_by at a need's first demand, or where no need is known."""
    cause = caused_by(row)
    if cause is not None and cause != row["agency"] and (first or row["need"] is None):
        return True
    words = row["words"] or ""
    named = [
        name
        for name in names
        if name != row["agency"] and re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", words, re.IGNORECASE)
    ]
    return bool(MISTAKE.search(words)) and bool(named)


def rework(row: Row, before: list[Row], asked_before: bool) -> bool:
    """R2d: the words, on a need with an earlier demand; or the last non-demand row on it is a letter by this agency."""
    if asked_before and REWORK.search(row["words"] or ""):
        return True
    if not asked_before:
        return False
    work = [other for other in on_same_need(row, before) if other["kind"] != "demand"]
    return bool(work) and work[-1]["activity"] == "letter" and work[-1]["agency"] == row["agency"]


def chases_open_cycle(row: Row, story: Row) -> bool:
    """R2a: a cycle of (person, need, agency) has S, A, D, P or x, no end, and a last row within `stale`."""
    cycle = last_cycle(row, story)
    return (
        cycle is not None
        and cycle["ended"] is None
        and days(cycle["rows"][-1], row) <= story["settings"]["stale"]
        and any(letter in "SADPx" for letter in cycle["sequence"])
    )


def wrong_door(row: Row, before: list[Row]) -> bool:
    """R2c, inside R2b: the row before on the need sent the person away as not for us, or sent them here."""
    if row["kind"] != "demand" or row["need"] is None:
        return False
    earlier = on_same_need(row, before)
    if not any(other["kind"] == "demand" and not other["echo"] for other in earlier):
        return False
    last = earlier[-1]
    sent_away = last["outcome"] in ("screened_out", "signposted", "referred") or last["activity"] == "refer"
    not_here = sent_away and last["reason"] in ("not_for_us", "wrong_area")
    return not_here or last["referred_to"] == row["agency"]


# R3


def letter_of(row: Row) -> str:
    """A row's letter; a referral in, and what the agency itself set off as a demand, is x unless it is work [4]."""
    if row["kind"] == "demand":
        return "Q"
    return LETTERS.get(row["activity"], "x")


def last_cycle(row: Row, story: Row) -> Row | None:
    """The latest cycle of the row's person, need and agency."""
    for cycle in reversed(story["cycles"]):
        if cycle["need"] is row["need"] and cycle["agency"] == row["agency"]:
            return cycle
    return None


def cycle_through(row: Row, story: Row) -> None:
    """One step of R3's machine for (person, need, agency)."""
    letter = letter_of(row)
    cycle = last_cycle(row, story)
    if cycle is not None and cycle["ended"] is None and days(cycle["rows"][-1], row) > story["settings"]["stale"]:
        cycle["ended"], cycle["end_row"] = "stale", cycle["rows"][-1]
    if cycle is None or cycle["ended"] is not None:
        if letter == "C":
            if cycle is not None:
                cycle["late_closes"].append(row)
                row["cycle"], row["letter"] = cycle, letter
            return
        cycle = begin_cycle(row, story)
    elif letter == "Q" and any(has in "SADPR" for has in cycle["sequence"]):
        letter = "q"
    cycle["rows"].append(row)
    cycle["sequence"] += letter
    row["cycle"], row["letter"] = cycle, letter
    if letter == "R":
        cycle["ended"], cycle["end_row"] = "referred", row
    elif letter == "C":
        cycle["ended"], cycle["end_row"] = row["outcome"] or "closed", row
    elif row["outcome"] in ENDS:
        cycle["ended"], cycle["end_row"] = row["outcome"], row


def begin_cycle(row: Row, story: Row) -> Row:
    """An open cycle, numbered from 1 for its need and agency."""
    alike = [c for c in story["cycles"] if c["need"] is row["need"] and c["agency"] == row["agency"]]
    whose = row["need"]["need_id"] if row["need"] is not None else row["person_id"]
    cycle: Row = {
        "cycle_id": f"{whose}|{row['agency']}|{len(alike) + 1}",
        "need": row["need"],
        "agency": row["agency"],
        "rows": [],
        "sequence": "",
        "ended": None,
        "end_row": None,
        "late_closes": [],
    }
    story["cycles"].append(cycle)
    return cycle


def end_at_cut(story: Row) -> None:
    """At the cut a cycle is stale if its last row is more than `stale` before, else open."""
    for cycle in story["cycles"]:
        if cycle["ended"] is None:
            last = cycle["rows"][-1]
            if days(last, story["settings"]["window_end"]) > story["settings"]["stale"]:
                cycle["ended"], cycle["end_row"] = "stale", last
            else:
                cycle["ended"] = "open"
