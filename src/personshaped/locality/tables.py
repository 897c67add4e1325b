"""The small tables beside the interactions: prices, populations, front doors, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from personshaped.locality.place import AGENCIES, AREAS, front_doors
from personshaped.tables import CANONICAL

LABEL = "synthetic"
"""What the column `source` of every table says."""

_MANAGER = 58.0  # pounds an hour; contact officers cost _CONTACT everywhere (invented)
_CONTACT = 24.0


def table(name: str, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows as a canonical table; columns not given are blank."""
    schema = CANONICAL[name].schema
    columns = [pa.array([row.get(column) for row in rows], schema.field(column).type) for column in schema.names]
    return pa.table(columns, schema=schema)


def unit_costs(years: Iterable[int]) -> pa.Table:
    """What an hour costs at each agency, the same every year: costs move only as the work does."""
    rows = []
    for year in years:
        common = {"year": year, "unit": "hour", "basis": "average", "source": LABEL}
        for agency in AGENCIES:
            # Managers and contact officers have prices of their own at every agency: two keys, so that no two rows tie.
            rows.append({"agency": agency.name, "cost": agency.pounds, **common})
            rows.append({"agency": agency.name, "staff_role": "manager", "cost": _MANAGER, **common})
            rows.append({"agency": agency.name, "staff_role": "contact_officer", "cost": _CONTACT, **common})
    return table("unit_costs", rows)


def area_facts(people: int, years: Iterable[int]) -> pa.Table:
    """Population and households of each area, the people dealt out evenly."""
    rows = []
    for year in years:
        for place, area in enumerate(AREAS):
            here = people // len(AREAS) + (place < people % len(AREAS))
            common = {"area": area, "period": str(year), "source": LABEL, "independent": True}
            rows.append({"measure": "population", "value": float(here), "unit": "people", **common})
            rows.append({"measure": "households", "value": float(round(here / 2.3)), "unit": "households", **common})
    return table("area_facts", rows)


def steady_prices(years: Iterable[int]) -> pa.Table:
    """A deflator that says that prices stay as they are, for a study that compares costs of different years."""
    common = {"area": "all", "source": LABEL, "independent": True, "measure": "gdp_deflator", "unit": "index"}
    return table("area_facts", [{**common, "period": str(year), "value": 100.0} for year in years])


def doors() -> pa.Table:
    """Every front door of the locality, used or not."""
    return table(
        "front_doors",
        [
            {"front_door": door.name, "agency": door.agency, "kind": door.kind, "area": door.area}
            for door in front_doors()
        ],
    )


@dataclass(frozen=True)
class Wish:
    """What would help with one issue, as people put it: a thing once, or hours a week for a time."""

    item: str
    words: str
    quantity: float
    unit: str
    pounds: float
    one_off: bool


WISHES: dict[str, Wish] = {
    "ageing_basic_care": Wish("help in the mornings", "an hour of a morning, that's all", 180, "hour", 19.0, False),
    "benefits": Wish("someone to sit and do the claim", "just go through it with me", 3, "hour", 30.0, True),
    "child_behaviour": Wish("a mentor", "somebody he looks up to", 40, "hour", 22.0, False),
    "domestic_abuse": Wish("new locks and a safe room", "to be able to lock the door", 1, "item", 420.0, True),
    "drug_or_alcohol": Wish("a place on detox", "somewhere I can stop safely", 3, "week", 1150.0, True),
    "employment": Wish("boots and a site card", "I only need the card and the boots", 1, "item", 145.0, True),
    "family_support": Wish("a helper at tea time", "two hours at tea time", 120, "hour", 16.0, False),
    "housing_insecurity": Wish("rent in advance", "the first month, then I can pay it", 1, "item", 560.0, True),
    "housing_suitability": Wish("the wall dried and plastered", "just fix the damp", 1, "item", 950.0, True),
    "managing_finances": Wish(
        "an hour a week with the bills", "someone to open the post with", 26, "hour", 28.0, False
    ),
    "mental_health": Wish("the same person to talk to", "one person who knows me", 30, "hour", 45.0, False),
    "neighbours": Wish("someone to bring us together", "to have a word with us both", 6, "hour", 34.0, True),
}
"""Invented, like the prices."""


def wanted(people: Sequence[tuple[str, str, date]], until: date) -> pa.Table:
    """What each of `people` (id, issue, since when) said would help; what recurs runs until `until`."""
    rows = []
    for person, issue, since in people:
        wish = WISHES[issue]
        rows.append(
            {
                "person_id": person,
                "item": wish.item,
                "words": wish.words,
                "quantity": wish.quantity,
                "unit": wish.unit,
                "unit_cost": wish.pounds,
                "cost": round(wish.quantity * wish.pounds, 2),
                "price_year": until.year - 1,
                "one_off": wish.one_off,
                "from": since,
                "to": None if wish.one_off else until - timedelta(days=1),
            }
        )
    return table("wanted", rows)
