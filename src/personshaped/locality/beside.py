"""The tables beside the agencies' files: prices, populations, doors, changes, people listened to and taken on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from personshaped.locality.accounts import rent
from personshaped.locality.canonical import Simulated
from personshaped.locality.care import care_at_home
from personshaped.locality.elsewhere import twelve_localities
from personshaped.locality.events import KIND
from personshaped.locality.lives import moment
from personshaped.locality.place import AGENCY_NAMES, ISSUE_NAMES
from personshaped.locality.providers import providers
from personshaped.locality.recording import Book, is_demand
from personshaped.locality.scenarios import Beside, Identity
from personshaped.locality.tables import LABEL, area_facts, doors, steady_prices, table, unit_costs, wanted
from personshaped.locality.taking import Cases, windows
from personshaped.locality.written import Figure, Written

_LISTENED_TO = 8  # people who said what would help, and whose records were put together by hand
_WRITERS = {
    Beside.RENT: rent,
    Beside.CARE: care_at_home,
    Beside.SURVEY: providers,
    Beside.LOCALITIES: twelve_localities,
}


def small_tables(
    town: Simulated, books: Sequence[Book], people: int, rng: np.random.Generator
) -> tuple[dict[str, pa.Table], Mapping[Figure, float]]:
    """Canonical tables by name, picked up by name from a study's folder, and the figures that are true of them."""
    start, end = town.calendar.window_start, town.calendar.window_end
    years = range(start.year - 2, end.year)
    tables = {
        "unit_costs": unit_costs(years),
        "area_facts": pa.concat_tables([area_facts(people, years), counted_apart(town)]),
        "front_doors": doors(),
        "changes": changes(town, books),
    }
    names: dict[int, str] = {}
    if town.cases:
        names |= {person: f"case-{number:02d}" for number, person in enumerate(town.cases.people, start=1)}
        tables["cases"] = _cases(town.cases, names)
        tables["area_facts"] = pa.concat_tables([tables["area_facts"], steady_prices(years)])
    if town.scenario.identity is Identity.PEOPLE:
        chosen = [one for one in _listened_to(town, books, rng) if one[1] not in names]
        names |= {person: name for name, person, _, _ in chosen}
        tables["wanted"] = wanted([(name, issue, since) for name, _, issue, since in chosen], end)
    written = Written({}, {})
    if town.scenario.beside:
        known = sorted({person for book in books for person in book.ref_person.values()} - set(names))
        written = _WRITERS[town.scenario.beside](start, end, known, rng)
        names |= written.people
    if names:
        tables["people"] = _hand_linked(names, books)
    for name, content in written.tables.items():
        tables[name] = pa.concat_tables([tables[name], content]) if name in tables else content
    return tables, written.truths


def counted_apart(town: Simulated) -> pa.Table:
    """What somebody independent counted at one agency, month by month: its askings, and those that were failure."""
    agency, rows = town.scenario.counted_apart, []
    if agency:
        here = is_demand(town) & (town.rows["agency"] == AGENCY_NAMES.index(agency))
        start, end = town.calendar.window_start, town.calendar.window_end
        months = [date(year, month, 1) for year in range(start.year, end.year) for month in range(1, 13)]
        edges = [town.calendar.day(one) for one in (*months, end)]
        for measure, what in (("demands", here), ("failure_demands", here & (town.rows["kind"] != KIND["first"]))):
            counts, _ = np.histogram(town.rows["time"][what], edges)
            for one, count in zip(months, counts.tolist(), strict=True):
                fact = {"area": "all", "period": f"{one:%Y-%m}", "measure": measure, "value": float(count)}
                rows.append({**fact, "unit": "count", "agency": agency, "source": LABEL, "independent": True})
    return table("area_facts", rows)


def _cases(cases: Cases, names: Mapping[int, str]) -> pa.Table:
    """The register of those taken on, with the year before and the year after."""
    old_from, old_to, new_from, new_to = windows(cases)
    return table(
        "cases",
        [
            {
                "case_id": name,
                "person_ids": name,
                "selected_by": cases.taken.chosen,
                "selected_at": cases.on,
                "eligible_n": cases.eligible,
                "declined": False,
                "old_from": old_from,
                "old_to": old_to,
                "new_from": new_from,
                "new_to": new_to,
            }
            for name in names.values()
        ],
    )


def changes(town: Simulated, books: Sequence[Book]) -> pa.Table:
    """What was written down of what changed, and when the late agency began to hand over what it holds."""
    said = [(one.month, one.kind, one.told, one.agency, one.area) for one in town.scenario.turns]
    said += [(one.month, "recording", one.told, one.agency, "") for one in town.scenario.recorded]
    rows: list[dict[str, Any]] = []
    for month, kind, told, agency, area in said:
        day = town.calendar.day_of_month(month)
        if told and day < town.calendar.days:
            at, text = moment(town.calendar.start, day), f"{told} ({LABEL})"
            rows.append(
                {"at": at, "kind": kind, "text": text, "agency": agency or None, "area": area or None, "by": "demo"}
            )
    for book in books:
        if book.dialect.starts_late and len(book.row):
            first = moment(town.calendar.start, int(town.rows["time"][book.row].min()))
            text = f"records are handed over from here on ({LABEL})"
            rows.append({"at": first, "agency": book.dialect.name, "kind": "data", "text": text, "by": "demo"})
    if not rows:
        text = "the extracts begin (synthetic)"
        rows.append({"at": town.calendar.window_start, "kind": "data", "text": text, "by": "demo"})
    return table("changes", rows)


def _listened_to(town: Simulated, books: Sequence[Book], rng: np.random.Generator) -> list[tuple[str, int, str, date]]:
    """Some people who asked often: id given by those who listened, person, main issue, when they first asked."""
    asked = is_demand(town) & (town.rows["time"] >= town.calendar.day(town.calendar.window_start))
    rows = np.flatnonzero(asked & np.isin(np.arange(len(asked)), np.concatenate([book.row for book in books])))
    people, first, times = np.unique(town.person[rows], return_index=True, return_counts=True)
    often = np.flatnonzero(times >= min(5, int(times.max()))) if len(times) else times
    chosen = np.sort(rng.permutation(often)[:_LISTENED_TO])
    listened = []
    for number, place in enumerate(chosen.tolist(), start=1):
        row = rows[first[place]]
        issue = ISSUE_NAMES[town.lives.need_issue[town.rows["need"][row]]]
        since = moment(town.calendar.start, int(town.rows["time"][row]))
        listened.append((f"listened-{number:02d}", int(people[place]), issue, since))
    return listened


def _hand_linked(names: Mapping[int, str], books: Sequence[Book]) -> pa.Table:
    """Every record of the people known by name to those who made the other tables, put together by hand."""
    rows = [
        {"person_ref": ref, "agency": book.dialect.name, "person_id": names[person], "link_method": "hand"}
        for book in books
        for ref, person in book.ref_person.items()
        if person in names
    ]
    return table("people", rows)
