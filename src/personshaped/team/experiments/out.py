"""What the study reads of it: rows of the tables `changes` and `cases`, by their columns' names."""

from __future__ import annotations

from personshaped.team.experiments.models import Case, Change
from personshaped.team.people.models import Person

Row = dict[str, str]


def changes() -> list[Row]:
    """One row for every change written down; whoever wrote it is a role, never a name."""
    return [
        {
            "at": one.at.isoformat(),
            "kind": one.kind,
            "text": one.text,
            "agency": one.agency,
            "area": one.area,
            "by": str(one.kept_by.role),
        }
        for one in Change.objects.select_related("kept_by")
    ]


def cases() -> list[Row]:
    """One row for every case that says who, how chosen and both windows; the others are still being written."""
    return [_case(one) for one in Case.objects.prefetch_related("people") if not missing(one)]


def person_id(person: Person) -> str:
    """The person as the study knows them, else as the team's own source names them."""
    return person.study_person or person.address


def missing(case: Case) -> list[str]:
    """What a case still lacks before old can be set against new."""
    lacks = []
    if not case.people.all() and not case.study_people.strip():
        lacks.append("who")
    if not case.chosen:
        lacks.append("how they were chosen")
    if None in (case.old_from, case.old_to):
        lacks.append("when the old way was")
    if None in (case.new_from, case.new_to):
        lacks.append("when the new way was")
    return lacks


def _case(case: Case) -> Row:
    given = [one.strip() for one in case.study_people.split(";") if one.strip()]
    ids = dict.fromkeys([*(person_id(one) for one in case.people.all()), *given])
    days = {name: getattr(case, name) for name in ("old_from", "old_to", "new_from", "new_to")}
    return {
        "case_id": f"case{case.pk}",
        "person_ids": ";".join(ids),
        "selected_by": case.chosen,
        "selected_at": case.chosen_on.isoformat() if case.chosen_on else "",
        "eligible_n": "" if case.eligible is None else str(case.eligible),
        "declined": "yes" if case.declined else "no",
        **{name: day.isoformat() for name, day in days.items()},
    }
