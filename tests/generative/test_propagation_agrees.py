"""R8, propagation and attribution, in plain loops from the specification, against the study on rolled logs."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative.generator import Log, rolled
from generative.log import as_table, needs_table, plain
from generative.naive_tables import Row, derive
from personshaped.demand.attribution import ATTRIBUTION_MEASURES
from personshaped.engine.availability import available
from personshaped.engine.measuring import measure
from personshaped.figures import Context, DataAvailability, Figure, Query
from personshaped.flow.propagation import PROPAGATION_MEASURES, demand_prevented_elsewhere, multiplier
from personshaped.journeys import walk
from personshaped.statistics.clustered import INTERVALS
from spec.measured import DERIVED, filled

Flows = dict[tuple[str, str], float]
NAMES = ("multiplier", "demand_prevented_elsewhere", "spectral_radius")


def studied(log: Log) -> dict[tuple[str, str, str, str], Figure]:
    """The study's figures of R8."""
    rows, needs = as_table(log.rows), needs_table(log.needs) if log.needs else None
    walked = walk(rows, needs, log.starts, log.settings)
    con = duckdb.connect()
    for name in DERIVED:
        con.register(f"arrow_{name}", getattr(walked, name))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    have = available(con, filled(rows, needs), None)
    found = measure(con, (*ATTRIBUTION_MEASURES, *PROPAGATION_MEASURES), log.settings, have, INTERVALS)
    con.close()
    return {(one.name, one.by, one.group, one.period): one for one in found}


def arrivals(log: Log) -> tuple[list[str], Flows, dict[str, float]]:
    """The agencies, (F + R)[a, b] among them, and V."""
    derived = derive(log.rows, log.needs, log.starts, plain(log.settings))
    came: list[tuple[str | None, str]] = []
    for row in derived["demands"]:
        if row["demand_type"] in ("value", "failure"):
            came.append((row["after_agency"], row["agency"]))
    for row in derived["referrals"]:
        if row["in_window"] and row["received_at"] is not None:
            came.append((row["from_agency"], row["to_agency"]))
    agencies = sorted({at for _, at in came})
    flows: Flows = {}
    outside = dict.fromkeys(agencies, 0.0)
    for source, at in came:
        if source in outside:
            flows[source, at] = flows.get((source, at), 0.0) + 1
        else:
            outside[at] += 1
    return agencies, flows, outside


def work(agencies: list[str], share: Flows, entering: dict[str, float]) -> dict[str, float]:
    """H = V + Gᵀ V + Gᵀ Gᵀ V + …: what enters, what follows from it, what follows from that, and so on."""
    total, now = dict(entering), dict(entering)
    for _ in range(5000):
        then = dict.fromkeys(agencies, 0.0)
        for (a, b), part in share.items():
            then[b] += now[a] * part
        for name in agencies:
            total[name] += then[name]
        now = then
        if sum(now.values()) < 1e-14:
            break
    return total


@pytest.mark.parametrize("seed", range(12))
def test_propagation_agrees(seed: int) -> None:
    log = rolled(seed)
    agencies, flows, outside = arrivals(log)
    theirs = {key: one.value for key, one in studied(log).items() if key[0] in NAMES and one.value is not None}
    radius = theirs.get(("spectral_radius", "", "", ""))
    if radius is None or radius >= 0.95:
        assert not any(key[0] == "multiplier" for key in theirs)
        return
    arriving = {b: outside[b] + sum(n for (_, to), n in flows.items() if to == b) for b in agencies}
    share = {(a, b): n / arriving[a] for (a, b), n in flows.items()}
    assert work(agencies, share, outside) == pytest.approx(arriving, rel=1e-9)
    for a in agencies:
        one = work(agencies, share, {name: float(name == a) for name in agencies})
        assert theirs["multiplier", "agency", a, ""] == pytest.approx(sum(one.values()), rel=1e-9)
        without = work(agencies, {pair: part for pair, part in share.items() if pair[0] != a}, outside)
        for b in agencies:
            found = theirs.get(("demand_prevented_elsewhere", "from>to", f"{a}>{b}", ""), 0.0)
            assert found == pytest.approx(arriving[b] - without[b], rel=1e-9, abs=1e-9)
        elsewhere = sum(arriving[b] - without[b] for b in agencies if b != a)
        found = theirs["demand_prevented_elsewhere", "agency", a, ""]
        assert found == pytest.approx(elsewhere, rel=1e-9, abs=1e-9)


@st.composite
def people_of(draw: st.DrawFn) -> list[Row]:
    """What some persons bring: agencies with much work, and with little."""
    agencies = ["advice", "courts", "gp", "housing"][: draw(st.integers(2, 4))]
    often = [draw(st.sampled_from([1, 12])) for _ in agencies]
    made: list[dict[tuple[str, str], int]] = []
    for _ in range(draw(st.integers(1, 40))):
        cells: dict[tuple[str, str], int] = {}
        for at, many in zip(agencies, often, strict=True):
            for _ in range(draw(st.integers(0, many))):
                source = draw(st.sampled_from(["", "", *agencies]))
                cells[source, at] = cells.get((source, at), 0) + 1
        if cells:
            made.append(cells)
    there = {at for cells in made for _, at in cells}
    rows = []
    for cells in made:
        told: dict[tuple[str, str], int] = {}
        for (source, at), n in cells.items():  # a source at which nothing arrived is outside
            pair = (source if source in there else "", at)
            told[pair] = told.get(pair, 0) + n
        rows.append({"cells": [[*pair, str(n)] for pair, n in sorted(told.items())], "persons": 1})
    return rows


@settings(max_examples=25, deadline=None)
@given(people_of())
def test_agencies_of_little_work_taken_as_one(people: list[Row]) -> None:
    """Fewer than thirty pieces: their names become one, and everything is counted anew."""
    assert isinstance(multiplier.kind, Query)
    assert isinstance(demand_prevented_elsewhere.kind, Query)
    assert multiplier.kind.once is not None
    assert multiplier.kind.reckon is not None
    assert demand_prevented_elsewhere.kind.reckon is not None
    context = Context(None, DataAvailability(frozenset()))
    rested = multiplier.kind.once(people)
    theirs = {(row.get("by", "agency"), row["group"]): row for row in multiplier.kind.reckon(rested, context)
              if row.get("group")}  # fmt: skip
    falls = {(row.get("by", "agency"), row["group"]): row for row in
             demand_prevented_elsewhere.kind.reckon(rested, context) if row.get("group")}  # fmt: skip
    came = [(source, at, int(n)) for one in people for source, at, n in one["cells"]]
    total = {at: sum(n for _, to, n in came if to == at) for at in {at for _, at, _ in came}}
    small = {at for at, n in total.items() if n < 30}
    pairs = {pair for by, pair in falls if by == "pooled from>to"}
    if not small or len(small) == len(total) or not theirs:
        assert ("pooled", "other") not in theirs
        assert not pairs
        return
    name = {at: "(other)" if at in small else at for at in total} | {"": ""}
    agencies = sorted({name[at] for at in total})
    outside, share = dict.fromkeys(agencies, 0.0), dict[tuple[str, str], float]()
    arriving = {one: float(sum(n for at, n in total.items() if name[at] == one)) for one in agencies}
    for source, at, n in came:
        if source:
            pair = (name[source], name[at])
            share[pair] = share.get(pair, 0.0) + n / arriving[name[source]]
        else:
            outside[name[at]] += n
    if ("pooled", "other") not in theirs:  # refused: it would reproduce itself
        return
    found = theirs["pooled", "other"]
    follows = work(agencies, share, {one: float(one == "(other)") for one in agencies})
    assert found["value"] == pytest.approx(sum(follows.values()), rel=1e-9)
    assert found["n"] == sum(total[at] for at in small)
    assert all(at in found["note"] for at in small)
    there = sum(any(at in small for _, at, _ in one["cells"]) for one in people)
    assert ("low" in found) == (there >= 10)
    seen = set()
    for a in agencies:
        without = work(agencies, {pair: part for pair, part in share.items() if pair[0] != a}, outside)
        for b in agencies:
            fall = arriving[b] - without[b]
            pair = f"{a}>{b}".replace("(other)", "other")
            if "(other)" in (a, b) and fall > 1e-9:
                assert falls["pooled from>to", pair]["value"] == pytest.approx(fall, rel=1e-6)
                seen.add(pair)
        if a == "(other)":
            elsewhere = sum(arriving[b] - without[b] for b in agencies if b != a)
            assert falls["pooled", "other"]["value"] == pytest.approx(elsewhere, rel=1e-6, abs=1e-9)
    assert seen == pairs


def parts_of(row: Row, interactions: list[Row]) -> dict[str, float]:
    """Shared equally among all who held the need before; a body that a person named takes it whole."""
    if row["caused_by"]:
        return {row["caused_by"]: 1.0}
    own = next(one for one in interactions if one["interaction_id"] == row["interaction_id"])
    before = {
        one["agency"]
        for one in interactions
        if one["person_id"] == row["person_id"] and row["need_id"] and one["need_id"] == row["need_id"]
        and one["position"] < own["position"]
    }  # fmt: skip
    return dict.fromkeys(before, 1 / len(before)) if before else {row["after_agency"]: 1.0}


@pytest.mark.parametrize("seed", range(8))
def test_the_four_readings_of_attribution_agree(seed: int) -> None:
    log = rolled(seed)
    derived = derive(log.rows, log.needs, log.starts, plain(log.settings))
    theirs = studied(log)
    expected: dict[tuple[str, str], float] = {}
    for row in derived["demands"]:
        if row["demand_type"] != "failure":
            continue
        readings = {"_first": {row["after_first"]: 1.0}, "_root": {row["after_root"]: 1.0}}
        for name, parts in (readings | {"_shared": parts_of(row, derived["interactions"])}).items():
            for holder, part in parts.items():
                key = (f"failure_demand_after{name}", f"{holder}>{row['agency']}")
                expected[key] = expected.get(key, 0.0) + part
    found = {
        (key[0], key[2]): one.value
        for key, one in theirs.items()
        if key[0].startswith("failure_demand_after_") and one.value is not None
    }
    assert found == pytest.approx(expected)
