"""The rows and words that a figure rests on, as far as whoever opens them may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from personshaped.disclosure import looks
from personshaped.errors import UsageError
from personshaped.figures import Measure
from personshaped.linkage import pseudonyms
from personshaped.picture import words
from personshaped.sql import literal
from personshaped.study.looking import rows_query
from personshaped.study.measuring import DERIVED
from personshaped.team.accounts.findings import findings_folder
from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.people.knowing import allowed, look, seen_by
from personshaped.team.people.models import Person
from personshaped.team.people.sent import number
from personshaped.team.site import picture
from personshaped.team.site.picture import Heard, Only, shared
from personshaped.team.site.picture_forms import asked
from personshaped.team.site.picture_views import studied

A_PAGE = 25
"""Rows on one page: a look at each person's words is recorded before any is shown."""
FEWEST = 8
"""Real people whom rows must stand for, before rows of some whom one does not work with are listed (decision 381)."""
_OPENED = look("opened rows of theirs")


@dataclass(frozen=True)
class Line:
    """One row as it may be shown; `open` where words and whose they are may be known."""

    when: str
    agency: str
    activity: str
    outcome: str
    open: bool
    words: str = ""
    person: Person | None = None
    ids: str = ""


@allowed(Right.OPEN_ROWS)
@studied
def rows(request: HttpRequest, name: str) -> HttpResponse:
    """The interactions a figure rests on. Words and whose they are only where this colleague may know them.

    With real people, of agencies whose sharing agreement holds today, as on a person's page.
    """
    measure, only = measured(name), asked(request)
    start = number(request.GET.get("from")) or 0
    try:
        sharing = shared()
        found = _rows(measure, only, start, sharing)
    except UsageError as error:
        return render(request, "site/picture_nothing.html", {"because": error})
    more, found = len(found) > A_PAGE, found[:A_PAGE]
    few = _too_few(request.user, measure, only, sharing)
    with transaction.atomic():
        known = _known(request.user)
        found = [row for row in found if not few or row["person_id"] in known]
        lines = [_line(row, known, request.user.may(Right.READ_ALL_WORDS)) for row in found]
        _record(request.user, name, start, [row for row, line in zip(found, lines, strict=True) if line.open], known)
    values = {
        "name": name, "measure": measure, "only": only, "fields": picture.fields(only), "lines": lines,
        "first": start + 1, "last": start + len(lines), "after": start + A_PAGE if more else None,
        "before": max(start - A_PAGE, 0) if start else None, "hidden": sum(1 for line in lines if not line.open),
        "few": few, "fewest": FEWEST, "by_agreement": sharing is not None,
    }  # fmt: skip
    return render(request, "site/picture_rows.html", values)


def measured(name: str) -> Measure:
    """The measure of that name; a page that is not there for any other."""
    found = picture.measure(name)
    if found is None:
        raise Http404
    return found


def countable(measure: Measure) -> bool:
    """Whether a figure is counted row by row, so that its rows can be opened."""
    try:
        rows_query(measure)
    except UsageError:
        return False
    return True


def _rows(measure: Measure, only: Only, start: int, sharing: Heard) -> list[dict[str, Any]]:
    """Up to one row more than a page, in the persons' order. Raises UsageError where it is not counted row by row."""
    keys = _keys(findings_folder(), picture.version(), measure, only, start, sharing)
    if not keys:
        return []
    people, positions = (", ".join(dict.fromkeys(literal(str(one[at])) for one in keys)) for at in (0, 1))
    cursor = _tables(findings_folder()).execute(  # only then what is long: words are read of these people alone
        f"""
        SELECT person_id, position, interaction_id, started_at, date_precision, agency, activity, words, outcome
        FROM interactions WHERE person_id BETWEEN {literal(min(keys)[0])} AND {literal(max(keys)[0])}
            AND person_id IN ({people}) AND position IN ({positions})
        ORDER BY person_id, position
        """
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall() if (row[0], row[1]) in keys]


@lru_cache(maxsize=256)
def _keys(
    place: Path, of: float, measure: Measure, only: Only, start: int, sharing: Heard
) -> frozenset[tuple[str, int]]:
    """Which rows stand on a page, worked out once for each version of the findings."""
    found = _tables(place).execute(
        f"{_stands_on(measure, only, sharing)} ORDER BY person_id, position LIMIT {A_PAGE + 1} OFFSET {start}"
    )
    return frozenset(found.fetchall())


def _too_few(user: User, measure: Measure, only: Only, sharing: Heard) -> bool:
    """Whether the rows stand for so few real people that a time, an agency and a place would tell who they are."""
    if picture.findings().run.study.synthetic or user.may(Right.READ_ALL_WORDS):
        return False
    return _people(findings_folder(), picture.version(), measure, only, sharing) < FEWEST


@lru_cache(maxsize=256)
def _people(place: Path, of: float, measure: Measure, only: Only, sharing: Heard) -> int:
    """How many people the rows stand for."""
    rows = _stands_on(measure, only, sharing)
    counted = _tables(place).execute(f"SELECT count(DISTINCT person_id) FROM ({rows})").fetchone()
    return int(counted[0]) if counted else 0


def _stands_on(measure: Measure, only: Only, sharing: Heard) -> str:
    """Persons and positions of the rows behind a figure, of what was asked for, at agencies that share (None: all)."""
    held = (
        [] if sharing is None else [f"agency IN ({', '.join(map(literal, sorted(sharing)))})" if sharing else "false"]
    )
    conditions = " AND ".join([*_where(only), *held]) or "true"
    return f"SELECT person_id, position FROM ({rows_query(measure)}) WHERE {conditions}"


def _tables(place: Path) -> duckdb.DuckDBPyConnection:
    """The study's tables as they lie on disk, for one question."""
    return _opened(place, picture.version()).cursor()


@lru_cache(maxsize=1)
def _opened(place: Path, of: float) -> duckdb.DuckDBPyConnection:
    tables = place / "tables"
    con = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 2}
    )
    for name in DERIVED:
        con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({literal(str(tables / f'{name}.parquet'))})")
    return con


def _where(only: Only) -> list[str]:
    """Conditions on interactions. Values are written into the SQL: binding them makes DuckDB import pandas."""
    part, first = ("month", f"{only.period}-01") if len(only.period) == 7 else ("year", f"{only.period}-01-01")
    asked_for = [
        ("agency = {}", only.agency),
        ("list_contains(list_transform(string_split(issue, ';'), x -> trim(x)), {})", only.issue),
        (f"date_trunc('{part}', started_at) = try_cast({{}} AS TIMESTAMP)", only.period and first),
        ("person_id IN (SELECT person_id FROM persons WHERE area = {})", only.area),
    ]
    return [condition.format(literal(value)) for condition, value in asked_for if value]


def _known(user: User) -> dict[str, Person]:
    """The people this colleague works with, by their person_id in the study."""
    return {one.study_person: one for one in seen_by(user).exclude(study_person="")}


def _line(row: dict[str, Any], known: dict[str, Person], all_words: bool) -> Line:
    person = known.get(row["person_id"])
    when: datetime | None = row["started_at"]
    outcome = words.OUTCOME.get(row["outcome"], row["outcome"] or "")
    opened = all_words or person is not None
    return Line(
        when=words.when(when, row["date_precision"] if opened else _coarse(row["date_precision"])),
        agency=words.agency(row["agency"]),
        activity=words.ACTIVITY.get(row["activity"], row["activity"] or ""),
        outcome=outcome,
        open=opened,
        words=(row["words"] or "") if opened else "",
        person=person,
        ids=row["interaction_id"] if opened else "",
    )


def _coarse(precision: str | None) -> str | None:
    """To whoever does not know whose a row is its time is told by the month, and no nearer than it is known."""
    return precision if precision in ("year", "range", "order") else "month"


def _record(user: User, name: str, start: int, seen: list[dict[str, Any]], known: dict[str, Person]) -> None:
    """The look, in the trail and, for personal data, in the study's own record: before anything is shown."""
    people = dict.fromkeys(row["person_id"] for row in seen)
    trail.record(
        by=user, verb="opened rows", what=f"figure {name}, from row {start + 1}, words of {len(people)} people"
    )
    for person_id in people:
        if person_id in known:
            trail.record(by=user, verb=_OPENED, person=known[person_id].address, what=f"figure {name}")
    if not picture.findings().run.study.synthetic:
        private = Path(settings.STUDY) / ".private"
        key = pseudonyms.load_key(private)
        for person_id in people:
            looks.record(private, key, who=user.username, person_id=person_id, what=f"rows of {name}")
