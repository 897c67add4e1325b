"""Laws that hold whatever the data (spec 5.3, N5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from personshaped.journeys import Walked, walk
from personshaped.settings import Settings
from personshaped.tables import ACTIVITIES, INITIATORS, OUTCOMES
from spec.small_tables import canonical, joined

START = datetime(2022, 1, 1)
CHOSEN = Settings(date(2022, 6, 1), date(2024, 1, 1), window_declared=True, history_complete=True)

_row = st.fixed_dictionaries(
    {
        "person_id": st.sampled_from(["P1", "P2", "NA"]),
        "agency": st.sampled_from(["gp", "housing", "police"]),
        "minute": st.integers(0, 800 * 1440).map(lambda minute: minute // 360 * 360),
        "initiated_by": st.sampled_from([*INITIATORS, None]),
        "activity": st.sampled_from([*ACTIVITIES, *["demand"] * 8, None]),
        "outcome": st.sampled_from([*OUTCOMES, *[None] * 8]),
        "issue": st.sampled_from(["roof", "roof;damp", "ear", None]),
        "need_id": st.sampled_from(["N1", None, None]),
        "contact_id": st.sampled_from(["c1", "c2", None, None]),
        "referred_to": st.sampled_from(["gp", "housing", "nowhere", None]),
        "need_met": st.sampled_from([True, False, None, None, None]),
        "words": st.sampled_from(["the letter", "help", None]),
        "crisis": st.sampled_from([True, None]),
        "minutes": st.sampled_from([5.0, None]),
    }
)
logs = st.lists(_row, max_size=30)


def _table(rows: list[dict[str, Any]], shift: int = 0) -> pa.Table:
    made = []
    for number, row in enumerate(rows):
        when = START + timedelta(minutes=row["minute"], days=shift)
        text = {key: value for key, value in row.items() if isinstance(value, str)}
        made.append(
            text
            | {
                "interaction_id": str(number),
                "person_ref": row["person_id"],
                "started_at": when.isoformat(timespec="minutes"),
            }
        )
    table = canonical("interactions", made)
    for name, kind in (("need_met", pa.bool_()), ("crisis", pa.bool_()), ("minutes", pa.float64())):
        table = table.set_column(table.schema.get_field_index(name), name, pa.array([row[name] for row in rows], kind))
    return joined(table)


def _walk(table: pa.Table, chosen: Settings = CHOSEN) -> Walked:
    return walk(table, None, {}, chosen)


def _counts(walked: Walked) -> dict[str, Any]:
    return {
        "demands": walked.demands.num_rows,
        "failure": pc.sum(pc.equal(walked.demands["demand_type"], "failure")).as_py() or 0,
        "needs": walked.needs.num_rows,
        "cycles": walked.cycles.num_rows,
        "episodes": walked.episodes.num_rows,
    }


@settings(max_examples=60, deadline=None)
@given(logs, st.randoms(use_true_random=False))
def test_shuffling_the_rows_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    table = _table(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    straight, shuffled = _walk(table), _walk(table.take(pa.array(order, pa.int64())))
    for name in ("interactions", "demands", "needs", "cycles", "episodes", "referrals", "persons"):
        assert getattr(straight, name).equals(getattr(shuffled, name)), name


@settings(max_examples=60, deadline=None)
@given(logs, st.integers(-400, 400))
def test_shifting_all_dates_shifts_results_only(rows: list[dict[str, Any]], days: int) -> None:
    by = timedelta(days=days)
    assert CHOSEN.window_start is not None
    assert CHOSEN.window_end is not None
    moved = replace(CHOSEN, window_start=CHOSEN.window_start + by, window_end=CHOSEN.window_end + by)
    assert _counts(_walk(_table(rows))) == _counts(_walk(_table(rows, days), moved))


_close = _row.map(lambda row: row | {"activity": "close", "need_met": None})
closings = st.lists(st.tuples(_close, st.sampled_from(["closed", "nfa", None])), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(logs, closings)
def test_agencies_closing_meets_no_need(rows: list[dict[str, Any]], closed: list[tuple[dict[str, Any], str]]) -> None:
    """N5: leaving out close rows that do not carry the person's word changes no met need."""
    rows = [*rows, *(row | {"outcome": outcome} for row, outcome in closed)]
    word = [
        row for row in rows if row["activity"] != "close" or row["need_met"] is True or row["outcome"] == "need_met"
    ]

    def met(kept: list[dict[str, Any]]) -> list[Any]:
        needs = _walk(_table(kept)).needs
        return needs.filter(pc.equal(needs["end_reason"], "met"))["ended_at"].to_pylist()

    linked = [dict(row, need_id=f"{row['person_id']}-1", issue=None) for row in rows]
    spoken = [dict(row, need_id=f"{row['person_id']}-1", issue=None) for row in word]
    assert len(word) <= len(rows)
    assert met(linked) == met(spoken)


@settings(max_examples=60, deadline=None)
@given(logs)
def test_merging_two_people_never_lowers_the_share_already_known(rows: list[dict[str, Any]]) -> None:
    merged = [dict(row, person_id="P1" if row["person_id"] == "P2" else row["person_id"]) for row in rows]
    apart, together = _walk(_table(rows)), _walk(_table(merged))
    known = dict(
        zip(apart.demands["interaction_id"].to_pylist(), apart.demands["known_system"].to_pylist(), strict=True)
    )
    for key, yes in zip(
        together.demands["interaction_id"].to_pylist(), together.demands["known_system"].to_pylist(), strict=True
    ):
        assert yes or not known.get(key, False)
    assert together.persons.num_rows <= apart.persons.num_rows


@settings(max_examples=60, deadline=None)
@given(logs)
def test_every_row_is_kept_and_every_cycle_begins_once(rows: list[dict[str, Any]]) -> None:
    walked = _walk(_table(rows))
    assert sorted(walked.interactions["interaction_id"].to_pylist()) == sorted(str(n) for n in range(len(rows)))
    everything = replace(CHOSEN, window_start=date(2021, 1, 1))
    cycles = _walk(_table(rows), everything).cycles
    inside = [one for ids in cycles["interactions"].to_pylist() for one in ids]
    assert len(inside) == len(set(inside))
    for sequence in cycles["sequence"].to_pylist():
        assert sequence[0] not in "qC"
        assert all(letter not in "RC" for letter in sequence[:-1])


@settings(max_examples=40, deadline=None)
@given(logs)
def test_no_table_names_a_worker(rows: list[dict[str, Any]]) -> None:
    walked = _walk(_table(rows))
    for name in ("interactions", "demands", "needs", "cycles", "episodes", "referrals", "persons"):
        assert "staff_id" not in getattr(walked, name).column_names
