"""Rent, care, surveys, contracts and thresholds: the study's figures against plain loops, on rolled tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from generative.generator import Log, rolled
from generative.log import as_table, needs_table
from generative.naive_services import Key, Tables, figures
from personshaped.capability.care import CARE_MEASURES
from personshaped.capability.thermostat import THERMOSTAT_MEASURES
from personshaped.capability.unplanned import UNPLANNED_MEASURES
from personshaped.conditions.measures import MEASURES as CONDITIONS
from personshaped.cost.contracts import CONTRACT_MEASURES
from personshaped.engine.measuring import measure
from personshaped.figures import DataAvailability
from personshaped.flow.rent import RENT_MEASURES
from personshaped.journeys import walk
from personshaped.statistics.clustered import INTERVALS
from personshaped.tables import CANONICAL

MEASURES = (
    *RENT_MEASURES, *CARE_MEASURES, *THERMOSTAT_MEASURES, *UNPLANNED_MEASURES, *CONTRACT_MEASURES, *CONDITIONS,
)  # fmt: skip
EVERYTHING = DataAvailability(frozenset(need for one in MEASURES for part in one.needs for need in part.split("|")))
BESIDE = ("accounts", "observations", "responses", "money_flows", "cases", "area_facts")


def beside(dice: Random, log: Log) -> Tables:
    """Accounts, observations, answers, flows and cases about the people of a log, with blanks and ties."""
    start, end = log.settings.window_start, log.settings.window_end
    assert start
    assert end
    people = sorted({row["person_id"] for row in log.rows})
    agencies = sorted({row["agency"] for row in log.rows})

    def moment() -> datetime:
        return datetime(start.year, start.month, start.day) + timedelta(
            days=dice.randrange(-400, (end - start).days + 20), hours=dice.choice([0, 0, 9])
        )

    accounts = [
        {"account_id": dice.choice("ABC"), "agency": dice.choice(agencies), "person_id": dice.choice([None, *people]),
         "at": moment(), "reason_type": dice.choice([None, None, "cannot_pay", "wont"]),
         "kind": dice.choice(["charge", "payment", "letter", "letter", "notice", "court", "enforcement", "eviction"]),
         "balance_after": dice.choice([None, -10.0, 0.0, 5.0, 50.0])}
        for _ in range(40)
    ]  # fmt: skip
    for number in range(6):  # the same account month by month, long enough for a pattern
        owed, rises = 0.0, dice.random() < 0.4
        for month in range(dice.choice([20, 24, 30])):
            turn = month % 12 == number if dice.random() < 0.8 else dice.random() < 0.2
            owed = owed + dice.choice([10, 10, -5]) if rises and month > 12 else float(50 * turn)
            at = datetime(end.year - 2 + month // 12, month % 12 + 1, 15)
            accounts.append(
                {"account_id": f"long{number}", "agency": agencies[0], "kind": "charge", "at": at,
                 "balance_after": owed}
            )  # fmt: skip
    measures = ("hours_entitled", "hours_commissioned", "hours_delivered", "independence", "carer_strain",
                "seen_by_authority", "seen_by_carer", "in_hospital", "died")  # fmt: skip
    observations = []
    for _ in range(200):
        kind = dice.choice([*measures[:3] * 8, *measures[3:-1] * 3, "died"])
        first = moment()
        if kind[:5] == "hours":
            first = first.replace(day=min(first.day, 28), month=dice.choice([2, 9]))
        whole = dice.choice([None, first.date().replace(day=1)])
        observations.append(
            {"person_id": dice.choice(people), "at": first, "measure": kind, "value": float(dice.randrange(0, 6)),
             "unit": dice.choice([None, "hours/week", "hours", "hours/day"]) if kind[:5] == "hours" else None,
             "said_by": dice.choice([None, "person", "family", "assessor"]), "from": whole,
             "to": whole + timedelta(days=dice.choice([13, 27])) if whole else None}
        )  # fmt: skip
    scales = dice.choice([(None, "of 10"), ("of 10", "of 10"), ("of 10", None), ("of 10", "of 5")])
    for _ in range(dice.choice([0, 12])):
        observations.append(
            {"person_id": dice.choice(people), "at": moment(), "measure": "satisfaction", "unit": scales[0],
             "value": float(dice.randrange(0, 11)), "said_by": dice.choice(["person", "person", "family", None])}
        )  # fmt: skip
    facts = [
        {"area": dice.choice(["Hill", "Vale"]), "period": dice.choice(["2023", "2024"]), "agency": one,
         "measure": dice.choice(["sickness_days", "staff_years"]), "value": float(dice.randrange(0, 40)), "source": "s"}
        for one in dice.choices([None, *agencies], k=10)
    ] + [
        {"area": "England", "period": period, "measure": "national_satisfaction", "unit": scales[1], "source": "s",
         "value": value, "agency": None}
        for period, value in (("2023", 6.5), ("2024", 7.5))
    ]  # fmt: skip
    responses = [
        {"survey": dice.choice("st"), "respondent": dice.choice("abcdefgh"), "question": dice.choice("xyz"),
         "answer": dice.choice([None, "yes", "no", "yes;no", " maybe ; yes"]), "weight": dice.choice([None, 1.0, 2.5]),
         "invited": dice.choice([None, True, False])}
        for _ in range(40)
    ]  # fmt: skip
    bodies = [*agencies, "council", "prime", "local"]
    flows = [
        {"contract": dice.choice("CD"), "tier": dice.choice([None, 0, 1, 2]), "payer": dice.choice(bodies),
         "payee": dice.choice(bodies), "amount": float(dice.randrange(1, 9) * 100),
         "purpose": dice.choice([None, "delivery", "delivery", "management", "audit", "other", "profit"]),
         "units": dice.choice([None, 10.0, 20.0])}
        for _ in range(dice.randrange(1, 9))
    ]  # fmt: skip
    middle = start + (end - start) / 2
    cases = [
        {"case_id": person, "person_ids": person, "selected_by": "random", "declined": dice.choice([None, False, True]),
         "old_from": start, "old_to": middle, "new_from": middle + timedelta(days=1), "new_to": end}
        for person in people[:3]
    ]  # fmt: skip
    return {"accounts": accounts, "observations": observations, "responses": responses, "money_flows": flows,
            "cases": cases, "area_facts": facts}  # fmt: skip


def compared(seed: int) -> tuple[dict[Key, float], dict[Key, float]]:
    """The naive answers and the study's, of one rolled log."""
    log = rolled(seed)
    dice = Random(seed)
    if seed % 3 == 0:  # a window long enough to follow people for two years
        log = replace(log, settings=replace(log.settings, window_end=date(2028, 1, 1)))
    for row in log.rows:
        row["reason"] = dice.choice([None, None, "below_threshold"])
    tables = beside(dice, log)
    walked = walk(as_table(log.rows), needs_table(log.needs) if log.needs else None, log.starts, log.settings)
    con = duckdb.connect()
    for name in ("interactions", "persons", "demands", "needs"):
        con.register(f"arrow_{name}", getattr(walked, name))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
        tables[name] = getattr(walked, name).to_pylist()
    for name in BESIDE:
        rows = tables.get(name, [])
        columns = {c.name: pa.array([one.get(c.name) for one in rows], c.arrow) for c in CANONICAL[name].columns}
        con.register(f"arrow_{name}", pa.table(columns))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    for name in BESIDE:
        tables[name] = [dict.fromkeys(CANONICAL[name].names) | row for row in tables[name]]
    settings = log.settings
    assert settings.window_start
    assert settings.window_end
    theirs: dict[Key, float] = {}
    for one in measure(con, MEASURES, settings, EVERYTHING, INTERVALS):
        if one.value is not None:
            theirs.setdefault((one.name, one.by, one.group, one.period), one.value)
    con.close()
    window: tuple[date, date] = (settings.window_start, settings.window_end)
    return figures(tables, *window, settings.stale, settings.history_complete), theirs


def differing(ours: dict[Key, float], theirs: dict[Key, float]) -> list[tuple[Any, ...]]:
    """Figures that only one has, or that differ; spreads that have no twin, and zeros of empty groups, aside."""
    found = []
    named = {key[0] for key in ours}
    for key in sorted({*ours, *(key for key in theirs if key[0] in named)}):
        mine, other = ours.get(key), theirs.get(key)
        near = 1e-4 if key[0] == "hours_used_share_of_people" else 1e-6  # added as whole ten-thousandths
        if mine is None or other is None or abs(mine - other) > near * max(1, abs(mine)):
            found.append((key, mine, other))
    return found


@pytest.mark.parametrize("seed", range(25))
def test_figures_agree(seed: int) -> None:
    ours, theirs = compared(seed)
    assert differing(ours, theirs) == []


def test_every_measure_of_these_is_reached() -> None:
    reached: set[str] = set()
    for seed in range(25):
        ours, theirs = compared(seed)
        reached |= {key[0] for key in ours} & {key[0] for key in theirs}
    assert {one.name for one in MEASURES} - reached == set()
