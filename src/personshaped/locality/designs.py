"""Ways of working that can be simulated, each a frozen set of the parameters of spec 6.2."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Design:
    """How the agencies work: the mechanism of spec 6.1, items 3 to 5. Times in days, minutes per row worked."""

    name: str  # what the canonical column `design` says
    p_resolve_first: float  # the first asking is simply sorted out
    p_met_if_in: float  # the package meets the need
    p_screen_out: float  # at severity 0; None of the screening happens where it is 0
    screen_relief: float  # less screening out for each unit of severity
    p_refer: float  # after an assessment, passed on
    p_represent: float  # after a failure, asks again
    escalate: float  # mean rise of severity at each failure (exponential)
    chase_rate: float  # progress chases a day while waiting
    wait: float  # mean days of each wait
    overhead: float  # rows of recording and control a cycle
    visits: float  # further visits, Poisson mean
    visits_by_severity: float  # more of them for each unit of severity
    visit_gap: float  # mean days between visits
    do_minutes: float
    p_pull: float  # a visit at which expertise is brought in
    asks_if_met: float = 0.85  # of needs met, someone asks the person
    delay_median: float = 45.0  # from a failure to asking again, lognormal
    delay_sigma: float = 1.0
    overhead_by_severity: float = 0.3
    p_refuse: float = 0.05  # a package is not approved
    p_placement: float = 0.75  # a package at high severity is a placement
    placement_severity: float = 4.0
    placement_median: float = 8000.0  # pounds, lognormal
    placement_sigma: float = 0.8
    max_hops: int = 4


ASSESS_REFER = Design(
    name="old",
    p_resolve_first=0.008,
    p_met_if_in=0.25,
    p_screen_out=0.86,
    screen_relief=0.04,
    p_refer=0.62,
    p_represent=0.82,
    escalate=0.6,
    chase_rate=0.010,
    wait=21.0,
    overhead=5.0,
    visits=1.6,
    visits_by_severity=1.0,
    visit_gap=7.0,
    do_minutes=50.0,
    p_pull=0.0,
)
LOCAL_BY_DEFAULT = replace(
    ASSESS_REFER,
    name="new",
    p_resolve_first=0.80,
    p_met_if_in=0.75,
    p_screen_out=0.0,
    p_refer=0.04,
    p_represent=0.90,
    escalate=0.1,
    chase_rate=0.004,
    wait=3.0,
    overhead=13.0,
    visits=12.0,
    visits_by_severity=0.0,
    visit_gap=4.0,
    do_minutes=90.0,
    p_pull=0.15,
    asks_if_met=0.98,
    overhead_by_severity=0.0,
)
HALF_WAY = replace(
    ASSESS_REFER,
    name="half_way",
    p_resolve_first=0.35,
    p_met_if_in=0.45,
    p_screen_out=0.35,
    p_refer=0.30,
    p_represent=0.80,
    escalate=0.3,
    wait=10.0,
    overhead=9.0,
    visits=8.0,
    visits_by_severity=0.0,
    do_minutes=70.0,
    p_pull=0.05,
)
DRIFT = replace(ASSESS_REFER, p_screen_out=0.35, p_met_if_in=0.55, p_refer=0.45, p_represent=0.9)
"""Where a threshold rises while everything else stays, it starts from here (spec 6.4)."""
