"""The records that the event loop works on: needs, agencies, ways of working."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Table = npt.NDArray[np.void]
"""A structured array: of NEED, AGENCY or WAY. The loop passes single records of it about."""
Record = Any

NEED = np.dtype(
    [
        ("opened", np.float64),  # times are days from the start
        ("ends", np.float64),  # the person leaves, or the simulation ends
        ("issue", np.int32),
        ("severity", np.float64),
        ("stage", np.int32),  # what happens next
        ("changed", np.bool_),  # this try is worked in the changed way
        ("agency", np.int32),
        ("came_from", np.int32),  # the agency before, -1 for none
        ("referred", np.bool_),
        ("at_once", np.bool_),  # resolved at the first contact
        ("tried", np.int32),  # tries so far begun by asking
        ("hops", np.int32),
        ("visits", np.int32),  # of this package
        ("nth", np.int32),  # of them done
        ("begun", np.float64),  # the first of them
        ("gap", np.float64),
        ("since", np.float64),  # waiting since
        ("helped_at", np.float64),  # the first thing done
        ("met_at", np.float64),
        ("said", np.bool_),  # and the person was asked
    ]
)
COUNTED: tuple[str, ...] = (
    "demands", "failures", "chases", "screens", "screened_out", "assessments", "referrals", "approvals", "refused",
    "visits", "control", "minutes", "queued", "pieces", "placed_pounds",
)  # fmt: skip
"""What is added up for each agency in the window: rows, worked minutes, days that pieces of work waited, pounds."""
AGENCY = np.dtype(
    [
        ("crisis", np.bool_),
        ("placing", np.bool_),
        ("free_at", np.float64),
        ("minutes_a_day", np.float64),  # infinite where hours have no limit
        ("minutes_a_day_changed", np.float64),
        *((name, np.float64) for name in COUNTED),
    ]
)
WAY = np.dtype(
    [
        (name, np.float64)
        for name in (
            "p_resolve_first", "p_met_if_in", "p_screen_out", "screen_relief", "p_refer", "p_represent", "escalate",
            "chase_rate", "wait", "overhead", "visits", "visits_by_severity", "visit_gap", "do_minutes", "p_pull",
            "asks_if_met", "delay_median", "delay_sigma", "overhead_by_severity", "p_refuse", "p_placement",
            "placement_severity", "placement_median", "placement_sigma", "max_hops", "p_other_error", "pace",
        )
    ]
)  # fmt: skip
"""A way of working as the loop takes it: the fields of `designs.Design`, and `pace`, which scales all minutes."""
