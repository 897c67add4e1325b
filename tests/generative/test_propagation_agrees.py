"""R8, propagation and attribution, in plain loops from the specification, against the study on rolled logs."""

from __future__ import annotations

import duckdb
import pytest

from generative.generator import Log, rolled
from generative.log import as_table, needs_table, plain
from generative.naive_tables import Row, derive
from personshaped.demand.attribution import ATTRIBUTION_MEASURES
from personshaped.engine.availability import available
from personshaped.engine.measuring import measure
from personshaped.figures import Figure
from personshaped.flow.propagation import PROPAGATION_MEASURES
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
