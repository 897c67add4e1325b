"""Where contract money goes, layer by layer (M097–M099)."""

from __future__ import annotations

import pytest

from personshaped.cost.contracts import CONTRACT_MEASURES
from spec.measured import Measured, measured

FLOWS = """
contract | tier | payer    | payee    | amount | purpose    | units
care     | 0    | council  | prime    | 1000   | delivery   | 100
care     | 1    | prime    | prime    | 300    | management |
care     | 1    | prime    | regional | 700    | delivery   | 100
care     | 2    | regional | auditor  | 100    | audit      |
care     | 2    | regional | local    | 450    | delivery   | 100
advice   |      | council  | charity  | 200    | delivery   | 50
advice   |      | charity  | charity  | 150    | delivery   |
advice   |      | charity  | charity  | 50     | other      |
lost     | 0    | council  | prime    | 100    |            |
"""
ROWS = """
at      | when       | did     | by
council | 2024-01-03 | report  |
council | 2024-01-04 | approve |
prime   | 2024-01-05 | report  |
local   | 2024-01-05 | report  |
council | 2024-01-06 | do      |
"""


@pytest.fixture(scope="module")
def money() -> Measured:
    return measured(ROWS, beside={"money_flows": FLOWS}, measures=CONTRACT_MEASURES)


def test_what_reaches_those_who_deliver(money: Measured) -> None:
    # care: only local passes nothing on. advice: the charity says that it keeps 150 of its 200 for delivery.
    # lost: nobody says what for, so nothing is known to reach anyone.
    assert money.groups("frontline_share", "contract") == {"advice": 0.75, "care": 0.45, "lost": 0}
    whole = money.of("frontline_share")
    assert (whole.numerator, whole.denominator) == (600, 1300)


def test_of_each_unit_what_is_paid_and_what_is_received(money: Measured) -> None:
    assert money.groups("paid_per_unit", "contract") == {"advice": 4, "care": 10}
    assert money.groups("received_per_unit", "contract") == {"advice": 3, "care": 4.5}


def test_administration_is_management_audit_and_the_rest(money: Measured) -> None:
    assert money.groups("admin_share", "contract") == {"advice": 0.25, "care": 0.4, "lost": 0}


def test_layers_and_audits(money: Measured) -> None:
    assert money.groups("tiers", "contract") == {"care": 3, "lost": 1}  # of advice no layer is recorded
    assert money.groups("audits", "payer") == {"council": 2, "prime": 1}  # local pays nobody


def test_without_flows_each_figure_says_what_is_missing() -> None:
    bare = measured(ROWS, measures=CONTRACT_MEASURES)
    assert bare.of("frontline_share").note == "Not in the data: purpose in money_flows."
    assert bare.of("audits").note == "Not in the data: the table money_flows."
