"""Care at home: the hours people may have, the hours they use, and for how long (spec 6.4, `buurtzorg`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from personshaped.locality.tables import table
from personshaped.locality.written import Written

USED = 0.40
"""Of the hours that people are entitled to, those they use (S1 IIc)."""
MEDIAN_MONTHS = 2.5
"""Half of them need care for less than three months."""
_CLIENTS = 300
_SPREAD = 0.9  # of the logarithm of months of care


def care_at_home(start: date, end: date, people: Sequence[int], rng: np.random.Generator) -> Written:
    """Up to 300 people with four weeks of hours at a time from the day their care begins until it ends."""
    chosen = rng.permutation(np.array(people))[:_CLIENTS].tolist()
    names = {person: f"client-{number:03d}" for number, person in enumerate(sorted(chosen), start=1)}
    rows: list[dict[str, Any]] = []
    entitled = used = 0.0
    for name in names.values():
        begins = start + timedelta(days=int(rng.integers(0, (end - start).days - 60)))
        days = round(30.44 * MEDIAN_MONTHS * float(np.exp(_SPREAD * rng.standard_normal())))
        hours, share = 2.0 * int(rng.integers(2, 11)), float(np.clip(rng.normal(USED, 0.12), 0.05, 0.95))
        strength = float(rng.integers(2, 7))
        for at in range(0, max(days, 28), 28):
            since = begins + timedelta(days=at)
            until = since + timedelta(days=min(28, max(days - at, 1)) - 1)
            if until >= end:
                break
            given = round(hours * share * float(rng.normal(1, 0.05)), 1)
            entitled, used = entitled + hours, used + given
            period = {"person_id": name, "at": datetime.combine(since, time()), "from": since, "to": until}
            for measure, value in (
                ("hours_entitled", hours), ("hours_commissioned", round(hours * 0.7, 1)), ("hours_delivered", given),
            ):  # fmt: skip
                rows.append({**period, "measure": measure, "value": value, "unit": "hours/week", "said_by": "worker"})
            strength = float(np.clip(strength + rng.normal(0.25, 0.5), 0, 10))
            said = {"measure": "independence", "value": round(strength, 1), "unit": "0-10", "said_by": "person"}
            rows.append({**period, **said})
    truths = {("hours_used_share", "", ""): used / max(entitled, 1.0)}
    return Written({"observations": table("observations", rows)}, truths, names)
