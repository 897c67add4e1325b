"""Chapter: have the words moved? A fixed sample answered again, blind to date, beside the first answers (Stat 14)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from personshaped import terminal
from personshaped.demand.coding import codes
from personshaped.demand.coding.agreements import questions
from personshaped.demand.coding.codes import AGAIN, Code
from personshaped.demand.coding.drift import RESTED, SAMPLE, drift, to_answer_again
from personshaped.locality import write_demo
from personshaped.records.decisions import _standing
from personshaped.study import study
from personshaped.study.listening import listen

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def said(demand: str, word: str, at: str, coder: str = "tm", drawn: str = "random", **rest: str) -> Code:
    return Code(demand, word, coded_by=coder, at=f"{at}T10:00:00+00:00", drawn=drawn, **rest)


def once(count: int, at: str = "2026-01-10") -> list[Code]:
    return [said(f"d{number:02d}", "value", at) for number in range(count)]


def test_what_is_answered_again_stands_beside_and_decides_nothing() -> None:
    answers = [said("d1", "value", "2026-01-10"), said("d1", "failure", "2026-08-01", drawn=AGAIN)]
    assert codes.latest(answers)["d1"].demand_type == "value"
    assert questions(answers) == []
    rows = [{name: getattr(one, name) for name in codes.COLUMNS} for one in answers]
    assert [row["demand_type"] for row in _standing(rows)] == ["value"]


def test_pairs_by_the_quarter_of_the_first_answer() -> None:
    first = [said("d1", "value", "2026-01-10"), said("d2", "failure", "2026-02-10"), said("d3", "value", "2026-05-01")]
    later = [said("d1", "value", "2026-08-01", drawn=AGAIN), said("d2", "value", "2026-08-01", drawn=AGAIN),
             said("d3", "failure", "2026-08-01", drawn=AGAIN)]  # fmt: skip
    found = drift([*first, *later])
    assert found is not None
    assert [tuple(vars(one).values()) for one in found.periods] == [("2026 Q1", 2, 1, 1, 0), ("2026 Q2", 1, 0, 0, 1)]
    assert found.table == (("failure", "value", 1), ("value", "failure", 1), ("value", "value", 1))
    assert "Too few" in found.says


def test_a_change_in_one_direction_is_said_with_its_interval() -> None:
    first = once(20)
    moved = [said(f"d{n:02d}", "failure" if n < 8 else "value", "2026-08-01", drawn=AGAIN) for n in range(20)]
    found = drift([*first, *moved])
    assert found is not None
    # 8 of 20 steps are +1; one more either way: 9/22 − 1/22 ± 1.96 × sqrt((10/22 − (8/22)²) / 22)
    assert (found.change, found.low, found.high) == (pytest.approx(0.4), pytest.approx(0.1264, abs=1e-4),
                                                     pytest.approx(0.6009, abs=1e-4))  # fmt: skip
    assert "the words have moved" in found.says


def test_the_same_answers_show_no_drift() -> None:
    answers = once(12)
    found = drift([*answers, *(replace(one, drawn=AGAIN, at="2026-08-01T10:00:00+00:00") for one in answers)])
    assert found is not None
    assert (found.same, found.change) == (12, 0)
    # twelve answers that stayed do not show that none ever moves: ± 1.96 × sqrt(2/14 / 14)
    assert (found.low, found.high) == (pytest.approx(-0.198, abs=1e-3), pytest.approx(0.198, abs=1e-3))
    assert "No sign" in found.says


def test_the_sample_is_fixed_half_early_half_late_and_rests_a_month() -> None:
    old, late = once(60), [said(f"e{number:02d}", "value", "2026-06-01") for number in range(60)]
    fresh = [said("f1", "value", (NOW - RESTED + timedelta(days=1)).date().isoformat())]
    asked = to_answer_again([*old, *late, *fresh], "tm", NOW, frozenset())
    assert len(asked) == SAMPLE
    assert sum(one.startswith("d") for one in asked) == SAMPLE // 2
    assert "f1" not in asked
    assert asked == to_answer_again([*reversed(late), *old, *fresh], "tm", NOW, frozenset())
    again = said(asked[0], "value", "2026-10-01", drawn=AGAIN)
    assert to_answer_again([*old, *late, again], "tm", NOW, frozenset()) == asked[1:]
    assert to_answer_again(old, "someone else", NOW, frozenset()) == []


def test_an_answer_given_again_can_be_taken_back_and_the_first_stays() -> None:
    answers = [said("d1", "value", "2026-01-10"), said("d1", "failure", "2026-08-01", drawn=AGAIN),
               said("d1", "", "2026-08-01", drawn=AGAIN, withdrawn="yes")]  # fmt: skip
    assert drift(answers) is None
    assert codes.latest(answers)["d1"].demand_type == "value"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drift") / "town"
    write_demo(folder, "assess_refer", 200, 3, 4, lambda *_: None)
    study(folder)
    return folder


def test_in_the_terminal_it_is_blind_to_date_and_to_what_was_said(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given twelve answers of long ago
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    with listen(folder, None, "tm") as session:
        ids = session.held.demands.ids[:12]
    codes.append(folder / "decisions", [said(one, "value", "2024-01-10") for one in ids])
    # when they are asked again and each is answered as failure demand, one of them taken back first
    with listen(folder, None, "tm") as session:
        session.once_more = True
        pressed = iter("f" + "r" + "z" + "fr" * 12)
        terminal.listen(session, key=lambda prompt, allowed: next(pressed, "q"), line=lambda prompt: "")
        agreed = session.agreement()
    # then no day was shown, and the first answers stand
    shown = capsys.readouterr().out
    assert "Before:" in shown
    assert not any(month in shown for month in (" January 20", " June 20", " November 20"))
    assert {one.demand_type for one in codes.latest(codes.read(folder / "decisions")).values()} == {"value"}
    assert agreed.drift is not None
    assert (agreed.drift.items, agreed.drift.same) == (12, 0)
    assert agreed.as_json()["drift"]["says"] == agreed.drift.says
