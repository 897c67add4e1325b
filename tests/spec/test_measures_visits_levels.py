"""What is learnt visit by visit (M074), and the local levels of need (M077), worked by hand."""

from __future__ import annotations

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
