"""Chapter 3: the assess-do-refer cycle (R3), episodes (R4), referrals (R1.2)."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from personshaped.journeys import Walked
from spec.small_tables import Row, column, follow, table

CYCLES = """
what happens                       | sequence | ended        | counts | class
demand,screen:screened_out         | QS       | screened_out | yes    | assess-only
demand,assess,do,refer             | QADR     | referred     | yes    | assess-do-refer
demand,assess,refer:nfa            | QAR      | referred     | yes    | assess-refer
demand,demand,demand               | QQQ      | open         | no     | other
demand,assess,demand               | QAq      | open         | yes    | other
demand,record,demand               | QxQ      | open         | no     | other
demand:nfa                         | Q        | nfa          | yes    | assess-only
demand,do,close:need_met           | QDC      | need_met     | yes    | do
demand,pull,close                  | QPC      | closed       | yes    | do
refer                              | R        | referred     | yes    | refer-only
visit,record:recorded_only         | Dx       | recorded_only| yes    | do
assess,approve:approved            | Ax       | open         | yes    | other
demand,assess:need_met             | QA       | need_met     | yes    | other
"""


def _rows(line: Row) -> str:
    lines = ["id | at | when | did | need_id | outcome"]
    for day, step in enumerate(str(line["what happens"]).split(","), start=1):
        did, _, outcome = step.partition(":")
        lines.append(f"{day} | gp | 2024-01-{day:02} | {did} | N1 | {outcome}")
    return "\n".join(lines)


def test_the_machine() -> None:
    for line in table(CYCLES):
        walked = follow(_rows(line), window_end=date(2024, 2, 1))
        (cycle,) = walked.cycles.to_pylist()
        found = [cycle["sequence"], cycle["ended"], cycle["counts"], cycle["class"]]
        assert found == [line["sequence"], line["ended"], line["counts"] == "yes", line["class"]], line


def test_a_close_when_no_cycle_is_open_is_a_late_close() -> None:
    walked = follow(
        """
        id | at | when       | did    | need_id | outcome
        1  | gp | 2024-01-01 | close  | N1      |
        2  | gp | 2024-01-02 | assess | N1      | nfa
        3  | gp | 2024-01-09 | close  | N1      | closed
        """
    )
    (cycle,) = walked.cycles.to_pylist()
    assert (cycle["sequence"], cycle["ended"], cycle["late_closes"]) == ("A", "nfa", 1)
    assert cycle["interactions"] == ["2", "3"]  # the late close is kept with the cycle, outside its letters


def test_a_cycle_goes_stale_after_90_days_without_a_row() -> None:
    text = """
        id | at | when       | did    | need_id
        1  | gp | 2024-01-01 | demand | N1
        2  | gp | 2024-01-02 | assess | N1
        3  | gp | {third}    | do     | N1
        """
    within = follow(text.format(third="2024-04-01"))  # 90 days after 2 January
    assert within.cycles["sequence"].to_pylist() == ["QAD"]
    beyond = follow(text.format(third="2024-04-02"))
    assert beyond.cycles["sequence"].to_pylist() == ["QA", "D"]
    assert beyond.cycles["ended"].to_pylist() == ["stale", "stale"]  # the cut is a year later


def test_rows_at_different_agencies_run_side_by_side() -> None:
    walked = follow(
        """
        id | at      | when       | did    | need_id
        1  | gp      | 2024-01-01 | demand | N1
        2  | housing | 2024-01-02 | demand | N1
        3  | gp      | 2024-01-03 | assess | N1
        4  | housing | 2024-01-04 | screen | N1
        """
    )
    assert column(walked.cycles, "sequence", "cycle_id") == {"N1|gp|1": "QA", "N1|housing|1": "QS"}


def test_a_referral_in_is_an_x_and_its_own_nfa_is_not_implicit() -> None:
    walked = follow(
        """
        id | at | when       | by           | did    | need_id | outcome
        1  | gp | 2024-01-01 | other_agency | demand | N1      | nfa
        """
    )
    (cycle,) = walked.cycles.to_pylist()
    assert (cycle["sequence"], cycle["ended"], cycle["counts"], cycle["implicit"]) == ("x", "nfa", False, False)


def test_person_by_agency_where_no_need_is_known() -> None:
    walked = follow(
        """
        id | at | when       | did
        1  | gp | 2024-01-01 | demand
        2  | gp | 2024-01-02 | assess
        """
    )
    assert walked.cycles["cycle_id"].to_pylist() == ["P1|gp|1"]


def test_a_referral_keeps_the_person_in_until_they_arrive_or_60_days_pass() -> None:
    text = """
        id | at      | when       | did    | need_id | referred_to
        1  | housing | 2024-01-01 | demand | N1      |
        2  | housing | 2024-01-02 | refer  | N1      | gp
        3  | {where} | {arrives}  | assess | N1      |
        """
    kept = follow(text.format(where="gp", arrives="2024-03-02"))  # 60 days
    assert kept.episodes.filter(_system(kept))["episode_id"].to_pylist() == ["P1|system|1"]
    late = follow(text.format(where="gp", arrives="2024-03-03"))
    assert late.episodes.filter(_system(late)).num_rows == 2
    assert column(kept.referrals, "received_id", "sent_id") == {"2": "3"}
    assert column(late.referrals, "received_id", "sent_id") == {"2": None}


def test_an_exit_is_a_recorded_end_or_staleness() -> None:
    walked = follow(
        """
        id | at | when       | did    | need_id | outcome
        1  | gp | 2024-01-01 | demand | N1      | nfa
        2  | gp | 2024-01-02 | demand | N1      |
        3  | gp | 2024-06-01 | demand | N1      |
        """,
        window_end=date(2024, 6, 30),
    )
    assert walked.episodes.filter(_system(walked))["ended"].to_pylist() == ["recorded", "stale", "open"]


def _system(walked: Walked) -> pa.Array:
    return pc.equal(walked.episodes["kind"], "system")
