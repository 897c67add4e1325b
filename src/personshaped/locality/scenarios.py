"""The localities that can be made, by name: how their agencies work, what changes, and what is written down (6.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from personshaped.locality.designs import ASSESS_REFER, DRIFT, HALF_WAY, LOCAL_BY_DEFAULT, Design

TURNS_AT = 18
"""The month in which something changes, in the scenarios where something does."""


class Published(Enum):
    """How much of the time before the window the agencies hand over."""

    HISTORY = "look-back and a quarter more"
    NOTHING = "from the first day of the window"


class Identity(Enum):
    """What the agencies hand over to say who is who."""

    PEOPLE = "names, birth dates and addresses, to be linked"
    REFERENCES = "each agency's own reference and nothing else"


@dataclass(frozen=True)
class Turn:
    """From `month` of the window on, tries that begin are worked in `design`: at one agency, in one area, or all."""

    month: int
    design: Design
    agency: str = ""
    area: str = ""
    told: str = ""  # what `changes` says of it; blank: nobody wrote it down
    kind: str = "method"


@dataclass(frozen=True)
class Recorded:
    """From `month` of the window on (before it: negative), `agency` writes down this share of what happens."""

    month: int
    agency: str
    share: float
    told: str = ""


@dataclass(frozen=True)
class Taken:
    """Seven people taken on in month 18: `chosen` in crisis or at random; `effect` of what would have followed does not
    happen."""

    chosen: str
    effect: float


class Beside(Enum):
    """A table that a scenario writes beside the agencies' files, with a truth of its own."""

    RENT = "accounts"
    CARE = "observations"
    SURVEY = "responses"
    LOCALITIES = "localities"


@dataclass(frozen=True)
class Scenario:
    """One locality to simulate; `says` is the sentence printed with it."""

    name: str
    says: str
    design: Design = ASSESS_REFER
    turns: tuple[Turn, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    counted_apart: str = ""  # an agency whose askings somebody independent counts, all of them
    taken: Taken | None = None
    beside: Beside | None = None
    published: Published = Published.HISTORY
    identity: Identity = Identity.PEOPLE
    needs_per_head_year: float = 0.06
    gamma_shape: float = 0.6
    turnover: float = 0.10
    burn_in_years: int = 5
    p_other_error: float = 0.03
    typo: float = 0.06
    missing_born: float = 0.05
    duplicate_ref: float = 0.04


_RISES = tuple(
    Turn(
        month=3 * quarter,
        design=replace(DRIFT, p_screen_out=min(DRIFT.p_screen_out + 0.09 / 4 * quarter, 0.98)),
        told="the threshold is raised" if quarter % 4 == 0 else "",
        kind="threshold",
    )
    for quarter in range(1, 28)
)
_BEFORE = -1200  # months: from the beginning
_REPORTS = "childrens_services"

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("assess_refer", "Agencies screen, assess, approve and refer on."),
        Scenario(
            "half_way",
            "Part of the way from assess and refer to local by default: a scenario, not a prediction.",
            HALF_WAY,
        ),
        Scenario(
            "local_by_default",
            "Someone goes to see, understands and does. The favourable end of what has been reported: "
            "a scenario, not a prediction.",
            LOCAL_BY_DEFAULT,
        ),
        Scenario(
            "threshold_drift",
            "Needs are flat while the threshold rises year by year, so that demands for each need grow "
            "(try --years 6 --people 60000).",
            DRIFT,
            turns=_RISES,
        ),
        Scenario("no_drift", "The twin of threshold_drift: the threshold stays, and nothing grows.", DRIFT),
        Scenario(
            "extract_start",
            "As assess_refer, with no history before the window: 'new' must not mean 'first in the extract'.",
            published=Published.NOTHING,
        ),
        Scenario(
            "unlinked",
            "As assess_refer, without anything to link the agencies' references by.",
            identity=Identity.REFERENCES,
        ),
        Scenario(
            "switch",
            "In month 18 one area, Ashbrook, begins to work half way to local by default; the others do not.",
            turns=(Turn(TURNS_AT, HALF_WAY, area="Ashbrook", told="a locality team starts"),),
        ),
        Scenario(
            "honest",
            "Children's services begin in month 18 to write down what they had left out; nothing else changes.",
            recorded=(
                Recorded(_BEFORE, _REPORTS, 0.60),
                Recorded(TURNS_AT, _REPORTS, 0.95, "every contact is to be written down"),
            ),
            counted_apart=_REPORTS,
        ),
        Scenario(
            "worse",
            "From month 18 children's services keep people waiting without a word, and are asked some 30% more often.",
            turns=(Turn(TURNS_AT, replace(ASSESS_REFER, chase_rate=0.040), agency=_REPORTS),),
            recorded=(Recorded(_BEFORE, _REPORTS, 0.80),),
            counted_apart=_REPORTS,
        ),
        Scenario(
            "silent",
            "From month 18 children's services write down a fifth of what they did before; nothing else changes.",
            recorded=(Recorded(TURNS_AT, _REPORTS, 0.20),),
            counted_apart=_REPORTS,
        ),
        Scenario(
            "failing_agency",
            "Half way to local by default; from month 18 housing meets half as many needs as it did.",
            HALF_WAY,
            turns=(
                Turn(
                    TURNS_AT,
                    replace(
                        HALF_WAY,
                        p_resolve_first=HALF_WAY.p_resolve_first / 2,
                        p_met_if_in=HALF_WAY.p_met_if_in / 2,
                    ),
                    agency="housing",
                ),
            ),
        ),
        Scenario(
            "seven_cases",
            "Seven people are taken on in crisis in month 18, and six tenths of what would have followed does not.",
            taken=Taken("crisis", 0.6),
        ),
        Scenario(
            "seven_cases_null",
            "Seven people are taken on in crisis in month 18, and it makes no difference.",
            taken=Taken("crisis", 0.0),
        ),
        Scenario(
            "seven_cases_random",
            "Seven people are drawn in month 18, and six tenths of what would have followed does not happen.",
            taken=Taken("random", 0.6),
        ),
        Scenario(
            "seven_cases_random_null",
            "Seven people are drawn in month 18, and it makes no difference.",
            taken=Taken("random", 0.0),
        ),
        Scenario(
            "buurtzorg",
            "As assess_refer, with the hours of care at home that people may have and do.",
            beside=Beside.CARE,
        ),
        Scenario("rent", "As assess_refer, with 3,000 rent accounts, 14% of them in enforcement.", beside=Beside.RENT),
        Scenario(
            "survey",
            "As assess_refer, with a survey that 96 of 480 providers answered and where contract money went.",
            beside=Beside.SURVEY,
        ),
        Scenario(
            "localities",
            "As assess_refer, with what twelve localities saved, by stratum, and the country's strata.",
            beside=Beside.LOCALITIES,
        ),
    )
}
"""The scenarios that `demo --scenario` offers, by name."""
