"""The generator must reach every rule, end, kind and edge; what it never makes is never tested."""

from __future__ import annotations

from functools import cache

import pytest

from generative.generator import rolled
from generative.log import Row, plain
from generative.naive_rules import ENDS as ENDS_THE_CYCLE
from generative.naive_tables import derive
from personshaped.tables import ACTIVITIES, DERIVED, INITIATORS, OUTCOMES

RULES = (
    "hand",
    "unsure",
    "burn_in",
    "no_identity",
    "R2e",
    "R2d",
    "R2a",
    "R2b",
    "first",
    "met_before",
    "expected_repeat",
)
PRECISIONS = ("minute", "day", "month", "year", "range", "estimated", "order")
ENDS = (*ENDS_THE_CYCLE, "closed", "referred", "stale", "open")
CLASSES = DERIVED["cycles"]["class"].values
EVENTS = DERIVED["needs"]["event"].values


@cache
def reached() -> frozenset[str]:
    """Everything that 400 rolled logs reach, as `what:value`."""
    found: set[str] = set()
    for seed in range(400):
        log = rolled(seed)
        for table, rows in derive(log.rows, log.needs, log.starts, plain(log.settings)).items():
            for row in rows:
                found.update(marks(table, row))
    return frozenset(found)


def marks(table: str, row: Row) -> set[str]:
    """What one derived row shows."""
    match table:
        case "interactions":
            found = {
                f"{name}:{row[name]}" for name in ("activity", "initiated_by", "outcome", "date_precision", "letter")
            }
            if row["kind"] == "demand" and not row["echo"] and not row["counts_as_demand"]:
                found.add("shared contact")
            return found | {f"echo:{row['echo']}", f"in_window:{row['in_window']}", f"kind:{row['kind']}"}
        case "demands":
            names = ("rule", "failure_kind", "wrong_door", "known_unlinked", "outcome_signposted", "prolongs_cycle")
            found = {f"{name}:{row[name]}" for name in names}
            return found | ({"after:unseen"} if row["after_agency"] == "unseen" else set())
        case "needs":
            found = {
                f"event:{row['event']}",
                f"never_asked:{row['never_asked']}",
                f"crisis:{row['crisis_after_asking']}",
            }
            found |= {f"first_contact:{row['first_contact']}", f"end_reason:{row['end_reason']}"}
            return found | ({"re-opened"} if row["met_withdrawn"] else set())
        case "cycles":
            found = {f"ended:{row['ended']}", f"class:{row['class']}", f"implicit:{row['implicit']}"}
            return found | ({"late close"} if row["late_closes"] else set()) | {f"began:{row['began_with']}"}
        case "episodes":
            return {f"{row['kind']} episode:{row['ended']}"}
    both = ("sent" if row["sent_id"] else "unseen") + " " + ("received" if row["received_id"] else "lost")
    return {f"referral:{both}"}


EXPECTED = (
    [f"activity:{name}" for name in (None, *ACTIVITIES)]
    + [f"initiated_by:{name}" for name in (None, *INITIATORS)]
    + [f"outcome:{name}" for name in (None, *OUTCOMES)]
    + [f"date_precision:{name}" for name in PRECISIONS]
    + [f"letter:{name}" for name in (None, *"QqSADPRxC")]
    + [f"rule:{name}" for name in RULES]
    + [f"ended:{name}" for name in ENDS]
    + [f"class:{name}" for name in CLASSES]
    + [f"event:{name}" for name in EVENTS]
    + ["end_reason:merged", "wrong_door:True", "failure_kind:unknown", "after:unseen", "known_unlinked:True"]
    + ["shared contact", "re-opened", "late close", "echo:True", "implicit:True", "first_contact:True"]
    + ["crisis:True", "never_asked:True", "outcome_signposted:True", "prolongs_cycle:True", "in_window:False"]
    + ["began:referral_in", "began:work", "referral:sent received", "referral:sent lost", "referral:unseen received"]
    + [f"{kind} episode:{ended}" for kind in ("system", "agency") for ended in ("recorded", "stale", "open")]
)


@pytest.mark.parametrize("mark", EXPECTED)
def test_the_generator_reaches(mark: str) -> None:
    assert mark in reached()
