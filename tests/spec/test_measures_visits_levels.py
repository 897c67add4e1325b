"""What is learnt visit by visit (M074), and the local levels of need (M077), worked by hand."""

from __future__ import annotations

import pytest

from personshaped.cost.levels import LEVEL_MEASURES
from personshaped.demand.visits import issues_by_visit
from spec.measured import measured

VISITS = """
who | at   | when       | did    | issue
P1  | team | 2024-01-01 | demand | rent_arrears
P1  | team | 2024-01-02 | visit  |
P1  | team | 2024-01-03 | record | rent_arrears;benefits;food
P1  | team | 2024-01-08 | visit  | food
P1  | team | 2024-01-09 | record | benefits;childcare
P2  | team | 2024-01-04 | visit  | food
"""


def test_issues_learnt_visit_by_visit() -> None:
    found = measured(VISITS, measures=(issues_by_visit,))
    # P1 knows benefits and food after the first visit (rent_arrears was known before), childcare too after the second.
    assert found.groups("issues_by_visit", "visit") == {"01": (2 + 1) / 2, "02": 3}
    assert [found.of("issues_by_visit", visit).n for visit in ("01", "02")] == [2, 1]


def test_a_visit_that_is_coded_as_assessing_or_doing_is_a_visit_and_one_contact_is_one() -> None:
    found = measured(
        """
        who | at   | when             | did    | channel    | contact_id | issue
        P1  | team | 2024-01-02T10:00 | assess | home_visit | c1         | food
        P1  | team | 2024-01-02T11:00 | do     | home_visit | c1         | rent_arrears
        P1  | team | 2024-01-09       | assess | office     |            | benefits
        P1  | team | 2024-01-16       | do     | home_visit |            | childcare
        P1  | team | 2024-01-17       | demand | home_visit |            | debt
        """,
        measures=(issues_by_visit,),
    )
    # two visits; what is learnt at the office between them is learnt after the first, the last demand after the second
    assert found.groups("issues_by_visit", "visit") == {"01": 3, "02": 5}


def test_the_interval_of_what_is_learnt_counts_people() -> None:
    lines = "\n".join(
        f"P{one} | team | 2024-01-02 | visit  |\nP{one} | team | 2024-01-03 | record | food{';rent' * (one % 2)}"
        for one in range(12)
    )  # fmt: skip
    one = measured(f"who | at | when | did | issue\n{lines}", measures=(issues_by_visit,)).of("issues_by_visit", "01")
    assert (one.value, one.n) == (1.5, 12)
    # variance 12/11 · 3/144, carried by 18²/30 = 10.8 people: t of 9.8 is 2.2343; e to 0.15076 t / 1.5 is 1.2518
    assert (one.low, one.high) == pytest.approx((1.5 / 1.25177, 1.5 * 1.25177), abs=1e-3)


def test_people_and_cost_at_each_local_level() -> None:
    found = measured(
        """
        who | at   | when       | did    | need_id | price
        P1  | gp   | 2024-01-01 | demand | N1      | 10
        P1  | gp   | 2024-02-01 | demand | N2      | 5
        P2  | gp   | 2024-01-01 | demand | N3      | 7
        """,
        needs="""
        need_id | person_id | opened_at  | level
        N1      | P1        | 2024-01-01 | low
        N2      | P1        | 2024-02-01 | low
        N3      | P2        | 2024-01-01 | crisis
        """,
        measures=LEVEL_MEASURES,
    )
    assert found.groups("need_levels", "level") == {"crisis": 1, "low": 1}
    assert found.groups("need_levels_cost", "level") == {"crisis": 7, "low": 15}
