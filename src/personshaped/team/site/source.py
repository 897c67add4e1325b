"""Out again: what the team recorded, as a canonical source folder that is counted like any agency's.

A need heard is a demand of the person; a visit is a visit; being asked in and accepting is a pull; a handover is a
record. A need is met only on the person's own yes. Names stay behind: people are their random addresses, or the
person_id by which the study knows them; colleagues are their roles.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from personshaped.cells import as_text
from personshaped.errors import UsageError
from personshaped.records import open_folder
from personshaped.records.folder import Lawful
from personshaped.tables import CANONICAL
from personshaped.team.accounts import out as accounts
from personshaped.team.cases.out import study_toml
from personshaped.team.experiments import out as experiments
from personshaped.team.experiments.out import person_id
from personshaped.team.peers import out as peers
from personshaped.team.people.models import Answer, Need, Person
from personshaped.team.pull.models import Ask, Brought, Handover
from personshaped.team.site.ground import out as ground
from personshaped.team.visits.models import Visit

AGENCY, DOOR, DESIGN = "locality team", "locality team", "new"
Row = dict[str, str]


def write_source(into: Path) -> dict[str, int]:
    """Writes the folder; returns rows by file. Raises UsageError rather than write into one that is not empty."""
    if into.exists() and any(into.iterdir()):
        raise UsageError(f"{into}: not empty; expected a new folder")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = {}
    for name, rows in TABLES.items():
        made = rows()
        if made:
            _write(into / f"{name}.csv", name, made)
            written[name] = len(made)
    (into / "study.toml").write_text(_toml(), encoding="utf-8")
    return written


def interactions() -> list[Row]:
    """Everything that happened, in the order of its days."""
    rows = [*_heard(), *_answered(), *_visits(), *_pulled(), *_brought(), *_handed()]
    return sorted(rows, key=lambda row: (row["started_at"], row["interaction_id"]))


def people() -> list[Row]:
    """One row for each story: the household where there is one; the area; no name."""
    return [
        {
            "person_ref": one.address,
            "agency": AGENCY,
            "person_id": person_id(one),
            "household_id": f"team-{one.household_id}" if one.household_id else "",
            "area": one.area,
            "link_method": "hand",
        }
        for one in Person.objects.all()
    ]


def needs() -> list[Row]:
    """One row for each need; ended only where the person's latest answer is yes."""
    return [_need(one) for one in Need.objects.select_related("person", "standing__level").prefetch_related("answers")]


def _need(need: Need) -> Row:
    asked = [one for one in need.answers.all() if one.said != Answer.NOT_ASKED]
    met = asked and need.is_met
    return {
        "need_id": _need_id(need),
        "person_id": person_id(need.person),
        "issue": need.issue,
        "opened_at": need.opened_on.isoformat(),
        "ended_at": asked[0].on.isoformat() if met else "",
        "end_reason": "met" if met else "",
        "met_asked_at": asked[0].on.isoformat() if asked else "",
        "words": need.words,
        "level": need.standing.level.words if hasattr(need, "standing") else "",
    }


def _row(name: str, person: Person, on: str, activity: str, initiated_by: str, **more: str) -> Row:
    """What every line has; `name` is unique."""
    base = {
        "interaction_id": f"team-{name}", "person_ref": person.address, "person_id": person_id(person),
        "agency": AGENCY, "front_door": DOOR, "started_at": on, "initiated_by": initiated_by, "activity": activity,
        "area": person.area, "design": DESIGN,
    }  # fmt: skip
    return base | more


def _need_id(need: Need) -> str:
    return f"team-{need.pk}"


def _heard() -> list[Row]:
    return [
        _row(f"need-{one.pk}", one.person, one.opened_on.isoformat(), "demand", "person", words=one.words,
             issue=one.issue, need_id=_need_id(one))
        for one in Need.objects.select_related("person")
    ]  # fmt: skip


def _answered() -> list[Row]:
    """Asking whether it is sorted is ours; the answer is theirs. Not asking is no row."""
    said = Answer.objects.exclude(said=Answer.NOT_ASKED).select_related("need__person")
    return [
        _row(f"answer-{one.pk}", one.need.person, one.on.isoformat(), "review", "own_agency", words=one.words,
             need_id=_need_id(one.need), need_met="yes" if one.said == Answer.YES else "no",
             outcome="need_met" if one.said == Answer.YES else "")
        for one in said
    ]  # fmt: skip


def _visits() -> list[Row]:
    return [
        _row(f"visit-{one.pk}", one.person, one.on.isoformat(), "visit", "own_agency", words=one.text,
             contact_id=f"team-visit-{one.pk}", channel="home_visit", staff_role=one.kept_by.role)
        for one in Visit.objects.select_related("person", "kept_by")
    ]  # fmt: skip


def _pulled() -> list[Row]:
    taken = Ask.objects.filter(accepted_at__isnull=False).select_related("person", "need", "whom")
    return [
        _row(f"pull-{one.pk}", one.person, timezone.localdate(one.accepted_at).isoformat(), "pull", "own_agency",
             words=one.words, need_id=_need_id(one.need) if one.need else "", service=one.whom.expertise)
        for one in taken if one.accepted_at
    ]  # fmt: skip


def _brought() -> list[Row]:
    return [
        _row(f"brought-{one.pk}", one.ask.person, one.on.isoformat(), "do", "own_agency", words=one.words,
             need_id=_need_id(one.ask.need) if one.ask.need else "", service=one.ask.whom.expertise)
        for one in Brought.objects.select_related("ask__person", "ask__need", "ask__whom")
    ]  # fmt: skip


def _handed() -> list[Row]:
    """A handover accepted is a record of ours, never a referral: the person was not passed on."""
    taken = Handover.objects.filter(accepted_at__isnull=False).select_related("person")
    return [
        _row(f"handover-{one.pk}", one.person, timezone.localdate(one.accepted_at).isoformat(), "record",
             "own_agency", words=one.story)
        for one in taken if one.accepted_at
    ]  # fmt: skip


TABLES: dict[str, Callable[[], Sequence[Row]]] = {
    "interactions": interactions,
    "people": people,
    "needs": needs,
    "observations": ground.observations,
    "changes": experiments.changes,
    "cases": experiments.cases,
    "ties": peers.ties,
    "front_doors": accounts.front_doors,
    "unit_costs": accounts.unit_costs,
}
"""The canonical tables that the application can fill, and what fills each."""


def _write(path: Path, table: str, rows: Sequence[Row]) -> None:
    used = [name for name in CANONICAL[table].names if any(row.get(name) for row in rows)]
    closed = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(closed, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, used, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: as_text(cell) for name, cell in row.items()} for row in rows)


def _toml() -> str:
    lawful = open_folder(settings.STUDY).lawful if settings.STUDY else Lawful()
    return study_toml("What the team recorded", "", lawful)
