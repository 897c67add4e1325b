"""The rules of the specification in plain loops, for checking the locality without any room of the study."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

PERSON_SIDE = {"person", "family", "third_party", "anonymous"}
ENDING = {"screened_out", "nfa", "advice_only", "signposted", "recorded_only", "need_met"}
LETTER = {"demand": "Q", "screen": "S", "assess": "A", "do": "D", "visit": "D", "pull": "P", "refer": "R", "close": "C"}
MISTAKE = re.compile(r"\b(mistakes?|mistakenly|wrong|wrongly|errors?|messed up|cut me off|not my fault)\b")
BODY = re.compile(r"\b(benefits|dwp|job centre|housing|hospital|school|hmrc|police|advice|gp|courts)\b")
Row = dict[str, Any]


@dataclass
class Need:
    """One need as the rules tell it: the issues met on it, its rows, and when the person said it was met."""

    issues: set[str]
    opened: datetime
    last: datetime
    met: datetime | None = None
    demands: int = 0
    rows: list[Row] = field(default_factory=list)


@dataclass
class Found:
    """What the rules find in the window [start, end)."""

    demands: int = 0
    failures: int = 0
    known: int = 0
    needs: list[Need] = field(default_factory=list)
    cycles_per_need: list[int] = field(default_factory=list)
    resolved_at_first: int = 0


def follow(rows: list[Row], start: date, end: date, look_back: int = 365) -> Found:
    """Follows every person's rows, which must be in order of person and time."""
    found, people = Found(), defaultdict(list)
    for row in rows:
        people[row["person_id"]].append(row)
    for story in people.values():
        _follow_person(story, start, look_back, found)
    for need in found.needs:
        if need.opened.date() + timedelta(days=365) <= end:
            year = [row for row in need.rows if row["started_at"] <= need.opened + timedelta(days=365)]
            found.cycles_per_need.append(counted_cycles(year))
        found.resolved_at_first += resolved_at_first(need)
    return found


def _follow_person(story: list[Row], start: date, look_back: int, found: Found) -> None:
    needs: list[Need] = []
    before: datetime | None = None
    for row in story:
        at, issues = row["started_at"], set((row["issue"] or "").split(";"))
        need = _belongs(needs, issues, at, look_back)
        asks = row["activity"] == "demand" and row["initiated_by"] in PERSON_SIDE
        again = need is not None and need.demands > 0
        if need is None and asks:
            need = Need(issues, at, at)
            needs.append(need)
            if at.date() >= start:
                found.needs.append(need)
        if asks and at.date() >= start:
            found.demands += 1
            found.failures += again or other_agency_error(row["words"], row["agency"])
            found.known += before is not None and (at.date() - before.date()).days <= look_back
        if need is not None:
            need.issues |= issues
            need.last = at
            need.demands += asks
            need.met = at if row["need_met"] else (None if asks else need.met)
            need.rows.append(row)
        before = at


def _belongs(needs: list[Need], issues: set[str], at: datetime, look_back: int) -> Need | None:
    """The need a row joins: overlapping issues, a row within the look-back, not met more than 90 days ago."""
    for need in sorted(needs, key=lambda one: one.last, reverse=True):
        recent = (at.date() - need.last.date()).days <= look_back
        settled = need.met is not None and (at.date() - need.met.date()).days > 90
        if need.issues & issues and recent and not settled:
            return need
    return None


def other_agency_error(words: str | None, agency: str) -> bool:
    """R2e by words: a mistake, and the name of another body."""
    said = (words or "").lower()
    return bool(MISTAKE.search(said)) and any(name != agency.replace("_", " ") for name in BODY.findall(said))


def counted_cycles(rows: list[Row]) -> int:
    """R3 for one need: cycles at each agency that hold an S, A, D, P or R."""
    counted, letters = 0, {}
    last: dict[str, datetime] = {}
    for row in rows:
        agency, at = row["agency"], row["started_at"]
        if agency in letters and (at.date() - last[agency].date()).days > 90:
            counted += bool(letters.pop(agency) & set("SADPR"))
        letter = LETTER.get(row["activity"], "x")
        if letter == "Q" and row["initiated_by"] == "other_agency":
            letter = "x"
        if letter == "C" and agency not in letters:
            continue
        letters.setdefault(agency, set()).add(letter)
        last[agency] = at
        if letter in "RC" or row["outcome"] in ENDING:
            counted += bool(letters.pop(agency) & set("SADPR"))
    return counted + sum(bool(held & set("SADPR")) for held in letters.values())


def resolved_at_first(need: Need) -> bool:
    """R6: met within 28 days, one demand, no referral, one agency, nobody screened out."""
    return (
        need.met is not None
        and (need.met.date() - need.opened.date()).days <= 28
        and need.demands == 1
        and len({row["agency"] for row in need.rows}) == 1
        and not any(row["activity"] == "refer" or row["outcome"] == "screened_out" for row in need.rows)
    )
