"""The locality's model fitted to a study's own figures, by moving each parameter after its own figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

import numpy as np

from personshaped.errors import Refused
from personshaped.locality.designs import ASSESS_REFER
from personshaped.locality.whatif.model import Agencies, Model, Outcome, lives, run

Figures = Mapping[tuple[str, str, str], float]
"""A study's figures for its whole window: the value for (name, by, group)."""

SPARE = 0.15
"""Hours that each agency has beyond those it was seen to work: not in any record, so it is assumed and said."""
MOST_NEEDS = 2.0
"""Needs a head and year beyond which the number of people is not believed."""
_PEOPLE = 50_000  # simulated while fitting, whatever the population: rates alone are fitted
_LONGEST = 6  # years
_ROUNDS = 14
_NEAR, _NEAR_SHARE = 0.05, 0.005  # a figure met within this part of itself, or by so much, is fitted
_CONTROL = ("record", "report", "review", "meeting", "letter")
_FLOOR, _CEILING = 0.0005, 0.9995


@dataclass(frozen=True)
class Moment:
    """A figure of the study, what the simulation makes of it, and the parameter that is moved until they agree.

    `says` and `moves` are both in a practitioner's words.
    """

    name: str
    says: str
    parameter: str
    moves: str
    seen: Callable[[Figures], float]
    simulated: Callable[[Outcome], float]
    share: bool = False  # both are shares: moved on the logit scale
    set_to: Callable[[float], float] | None = None  # the parameter is this of the figure, and needs no moving
    needed: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Fitted:
    """One line of how near the fit came: the study's figure, the simulation's, and the parameter moved."""

    name: str
    says: str
    parameter: str
    moves: str
    study: float
    simulation: float

    @property
    def near(self) -> bool:
        return abs(self.simulation - self.study) <= max(_NEAR * abs(self.study), _NEAR_SHARE)

    def written(self) -> tuple[str, str]:
        """Both as people read them: a part of all as a percentage, what is for each need to one place or two."""
        shown = "{:.1%}" if ", of all " in self.says else "{:,.0f}" if self.study >= 100 else "{:.2f}"
        return shown.format(self.study), shown.format(self.simulation)

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {**vars(self), "near": self.near}


@dataclass(frozen=True)
class Fit:
    """The model, how near it came, and what was assumed for want of figures."""

    model: Model
    fitted: tuple[Fitted, ...]
    assumptions: tuple[str, ...]


def _whole(name: str) -> tuple[str, str, str]:
    return (name, "", "")


def _activity(name: str) -> tuple[str, str, str]:
    return ("activities", "activity", name)


_NEEDS = _whole("value_demands")
_CHASING = ("failure_kind_share", "failure_kind", "progress_chase")


def _needs(run: Outcome) -> float:
    return max(run.total("demands") - run.total("failures"), 1.0)


def _per_need(*names: str) -> Callable[[Outcome], float]:
    return lambda run: sum(run.total(name) for name in names) / _needs(run)


def _met_and_said(run: Outcome) -> float:
    """Met by the end of the window, and the person said so: the study's lower bound."""
    return float((np.isfinite(run.met_after) & run.said)[run.opened >= 0].mean())


MOMENTS: tuple[Moment, ...] = (
    Moment(
        "failure_demand_share", "failure demand, of all demand",
        "p_represent", "how many ask again after a failure",
        lambda seen: seen[_whole("failure_demand_share")],
        lambda run: run.total("failures") / max(run.total("demands"), 1), share=True,
        needed=(_whole("failure_demand_share"),),
    ),
    Moment(
        "fcr_needs", "needs met at the first contact, of all needs",
        "p_resolve_first", "how many are sorted out at the first contact",
        lambda seen: seen[_whole("fcr_needs")],
        lambda run: float(run.at_once[run.opened >= 0].mean()), set_to=lambda share: share,
        needed=(_whole("fcr_needs"),),
    ),
    Moment(
        "screened_out_share_screens", "turned away, of all screened",
        "p_screen_out", "how many are turned away at the door",
        lambda seen: seen[_whole("screened_out_share_screens")],
        lambda run: run.total("screened_out") / max(run.total("screens"), 1), share=True,
        needed=(_whole("screened_out_share_screens"),),
    ),
    Moment(
        "referrals for each need", "times passed on, for each need",
        "p_refer", "how many are passed on",
        lambda seen: seen[_whole("referrals_out")] / seen[_NEEDS],
        _per_need("referrals"), needed=(_whole("referrals_out"), _NEEDS),
    ),
    Moment(
        "approval_rate", "approved, of all asked for",
        "p_refuse", "how many packages are refused",
        lambda seen: seen[_whole("approval_rate")],
        lambda run: 1 - run.total("refused") / max(run.total("approvals"), 1), set_to=lambda share: 1 - share,
        needed=(_whole("approval_rate"),),
    ),
    Moment(
        "needs_met_bound_low", "needs known to be met, of all needs",
        "p_met_if_in", "how many packages meet the need",
        lambda seen: seen[_whole("needs_met_bound_low")], _met_and_said,
        share=True, needed=(_whole("needs_met_bound_low"),),
    ),
    Moment(
        "things done for each need", "things done, for each need",
        "visits", "visits of a package",
        lambda seen: seen[_activity("do")] / seen[_NEEDS],
        _per_need("visits"), needed=(_activity("do"), _NEEDS),
    ),
    Moment(
        "rows of recording and control for each need", "records, reports, reviews, meetings, letters, for each need",
        "overhead", "recording and control on each try",
        lambda seen: sum(seen.get(_activity(one), 0.0) for one in _CONTROL) / seen[_NEEDS],
        _per_need("control"), needed=(_activity("record"), _NEEDS),
    ),
    Moment(
        "minutes for each need", "minutes worked, for each need",
        "pace", "how long every piece of work takes",
        lambda seen: seen[_whole("minutes")] / seen[_NEEDS],
        _per_need("minutes"), needed=(_whole("minutes"), _NEEDS),
    ),
    Moment(
        "progress chases for each need", "times asked what is happening, for each need",
        "chase_rate", "how often people ask what is happening while they wait",
        lambda seen: seen[_CHASING] * seen[_whole("failure_demands")] / seen[_NEEDS], _per_need("chases"),
        needed=(_CHASING, _whole("failure_demands"), _NEEDS),
    ),
)  # fmt: skip
_CHECKED = Moment(
    "cycles for each need", "cycles, for each need",
    "", "nothing: a check",
    lambda seen: seen[_whole("cycles")] / seen[_NEEDS],
    lambda run: (run.total("demands") - run.total("chases") + run.total("referrals")) / _needs(run),
    needed=(_whole("cycles"), _NEEDS),
)  # fmt: skip
"""Left free: what the fit makes of a figure that nothing was moved for."""
_OPTIONAL = {"chase_rate"}


def fit(figures: Figures, people: int, years: float, seed: int = 1) -> Fit:
    """The model of a place whose study has these figures over `years` with `people` living there.

    Raises Refused, naming them, where figures are missing that nothing can stand in for; and where so few people
    cannot have had so many needs.
    """
    _refuse_without(figures)
    a_head = figures[_NEEDS] / people / years
    if a_head > MOST_NEEDS:
        raise Refused(
            f"{figures[_NEEDS]:,.0f} needs of {people:,} people are {a_head:.1f} a head and year: give --people as"
            " many as live in the place that was studied"
        )
    moments = [one for one in MOMENTS if all(key in figures for key in one.needed)]
    start = Model(people=_PEOPLE, agencies=_agencies(figures), needs_per_head_year=a_head)
    model, assumptions = _waiting(start, figures)
    simulated = min(max(round(years), 1), _LONGEST)
    for _ in range(_ROUNDS):
        seen = _run(model, simulated, seed)
        for moment in moments:
            model = _moved(model, moment, moment.seen(figures), moment.simulated(seen))
    seen = _run(model, simulated, seed)
    shown = [*moments, *([_CHECKED] if _whole("cycles") in figures else [])]
    fitted = tuple(
        Fitted(one.name, one.says, one.parameter, one.moves, one.seen(figures), one.simulated(seen)) for one in shown
    )
    kept = [one.moves for one in MOMENTS if one not in moments]
    if kept:
        assumptions += (f"Not in the study, so as in the synthetic locality: {', '.join(kept)}.",)
    hours = seen.agencies["minutes"] / 60 / simulated * people / _PEOPLE * (1 + SPARE)
    assumptions += (
        f"Each agency has {SPARE:.0%} more hours than it was seen to work; no record says how many it has.",
        "People go to agencies, and are passed on to them, as often as the study saw each of them asked; none is for"
        " crises alone.",
        "New needs come as often as the study saw them open, whatever is changed.",
        "In no study, so as in the synthetic locality: how grave needs are and become after each failure, how long"
        " people wait before they ask again, how many move away or die, and that of needs met"
        f" {model.design.asks_if_met:.0%} are asked about.",
        _worth(figures),
        "After the change everyone works in the changed way from the first day.",
    )
    return Fit(replace(model, people=people, hours=tuple(hours.tolist())), fitted, assumptions)


def _refuse_without(figures: Figures) -> None:
    needed = {key for moment in MOMENTS if moment.parameter not in _OPTIONAL for key in moment.needed}
    missing = sorted(_named(key) for key in needed if key not in figures)
    if not any(name == "demands_by_agency" for name, _, _ in figures):
        missing.append("demands_by_agency")
    if missing:
        raise Refused(f"the model cannot be fitted: the study has no {', '.join(missing)}")


def _named(key: tuple[str, str, str]) -> str:
    name, by, group = key
    return f"{name} ({by} {group})" if by else name


def _agencies(figures: Figures) -> Agencies:
    """The study's agencies, alphabetical; an hour's value is what the study's hours came to on the mean."""
    asked = sorted((group, value) for (name, _, group), value in figures.items() if name == "demands_by_agency")
    hour = figures.get(_whole("cost"), float("nan")) / max(figures[_whole("minutes")] / 60, 1.0)
    shares = np.array([[value for _, value in asked]]) / sum(value for _, value in asked)
    return Agencies(tuple(name for name, _ in asked), shares, np.full(len(asked), hour))


def _worth(figures: Figures) -> str:
    if _whole("cost") not in figures:
        return "The study has no costs, so what hours are worth is not known."
    return (
        "An hour is worth what the study's hours cost on the mean, the same at every agency; placements are in that"
        " mean, and none is simulated."
    )


def _waiting(model: Model, figures: Figures) -> tuple[Model, tuple[str, ...]]:
    """Each wait as long as the study's from an assessment to its approval, which is half of the design's."""
    delay = figures.get(_whole("approval_delay"))
    if not delay:
        return model, (f"Waits are those of the synthetic locality, {ASSESS_REFER.wait / 2:g} days a step.",)
    return replace(model, design=replace(model.design, wait=2 * delay)), (
        f"Every wait is as long as the study's from assessment to approval, {delay:.3g} days on the mean.",
    )


def _run(model: Model, years: int, seed: int) -> Outcome:
    return run(model, model, lives(model, years, seed), years, seed)


def _moved(model: Model, moment: Moment, wanted: float, got: float) -> Model:
    """The parameter moved by what its figure missed by; small steps, since figures hang together."""
    name = moment.parameter
    value = model.pace if name == "pace" else float(getattr(model.design, name))
    if moment.set_to:
        value = moment.set_to(wanted)
    elif moment.share:
        value = 1 / (1 + exp(-(_logit(value) + 0.7 * (_logit(wanted) - _logit(got)))))
    else:
        value *= min(max((max(wanted, 1e-6) / max(got, 1e-6)) ** 0.7, 0.5), 2.0)
        value = min(value, _CEILING) if name.startswith("p_") else value
    if name == "pace":
        return replace(model, pace=value)
    moved: dict[str, Any] = {name: value}
    return replace(model, design=replace(model.design, **moved))


def _logit(share: float) -> float:
    share = min(max(share, _FLOOR), _CEILING)
    return log(share / (1 - share))
