"""What twelve localities saved, and the country that one might carry it to (spec 6.4, `localities`; Stat 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from personshaped.locality.tables import table
from personshaped.locality.written import Written

COUNTRY = "The country"
LOCALITIES = 12
COUNTRY_PEOPLE = 4_000_000
STRATA: dict[str, tuple[float, float, float]] = {
    "imd=1-2": (0.40, 0.65, 210.0),
    "imd=3": (0.20, 0.20, 130.0),
    "imd=4-5": (0.40, 0.15, 60.0),
}
"""Stratum: its share of the country, of the localities on the mean, and what is saved for each head. The localities
that went first are poorer than the country, so savings for each head there are more than the country's would be."""
TRUE_SAVING = COUNTRY_PEOPLE * sum(share * saved for share, _, saved in STRATA.values())


def twelve_localities(start: date, end: date, people: Sequence[int], rng: np.random.Generator) -> Written:
    """Populations and savings of twelve localities by stratum, and the populations of the country's strata."""
    rows: list[dict[str, Any]] = []
    common = {"period": str(end.year - 1), "source": "synthetic", "independent": True}
    for number in range(1, LOCALITIES + 1):
        size = 1000.0 * int(rng.integers(40, 260))
        mix = rng.dirichlet([30 * here for _, here, _ in STRATA.values()])
        luck = float(rng.normal(1, 0.15))
        for (stratum, (_, _, saved)), share in zip(STRATA.items(), mix, strict=True):
            here = {**common, "area": f"Locality {number:02d}", "stratum": stratum}
            living = float(round(size * share))
            pounds = round(living * saved * luck * float(rng.normal(1, 0.05)), 2)
            rows.append({**here, "measure": "population", "value": living, "unit": "people"})
            rows.append({**here, "measure": "saving", "value": pounds, "unit": "£"})
    for stratum, (share, _, _) in STRATA.items():
        living = COUNTRY_PEOPLE * share
        rows.append(
            {**common, "area": COUNTRY, "stratum": stratum, "measure": "population", "value": living, "unit": "people"}
        )
    return Written({"area_facts": table("area_facts", rows)}, {("extrapolated_saving", "", ""): TRUE_SAVING})
