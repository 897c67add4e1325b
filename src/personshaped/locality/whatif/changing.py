"""What someone would change, said in the terms of a study, as a changed model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from personshaped.errors import UsageError
from personshaped.locality.whatif.fitting import Fit
from personshaped.locality.whatif.model import Model


@dataclass(frozen=True)
class Changes:
    """Each is None, and stays as it was fitted, unless it is to change. Shares are fractions 0-1."""

    resolve_first: float | None = None  # of needs, simply sorted out at the first contact
    screen_out: float | None = None  # of those screened, turned away; 0: nobody screens, someone goes to see
    refer: float | None = None  # of those let in and not already passed on four times, passed on
    approve: float | None = None  # of packages asked for, approved
    met: float | None = None  # of packages, those that meet the need
    visits: float | None = None  # of one package, on the mean
    wait: float | None = None  # days, each step
    capacity: tuple[str, ...] = ()  # AGENCY=+10%, AGENCY=-5%, AGENCY=1200 (hours a year); `all` for every agency

    def lines(self) -> list[str]:
        """What changes, a line each."""
        said = [
            ("resolve_first", "needs sorted out at the first contact"),
            ("screen_out", "turned away at the door"),
            ("refer", "passed on after someone has been let in"),
            ("approve", "packages approved"),
            ("met", "packages that meet the need"),
            ("visits", "visits of a package, on the mean, however grave the need"),
            ("wait", "days of each wait, on the mean"),
        ]
        given = [(name, text, getattr(self, name)) for name, text in said if getattr(self, name) is not None]
        found = [f"{text}: {value:g}" if name in ("visits", "wait") else f"{text}: {100 * value:g}%"
                 for name, text, value in given]  # fmt: skip
        return [*found, *(f"hours: {one}" for one in self.capacity)]


def changed(fit: Fit, changes: Changes) -> Model:
    """The fitted model with the changes made.

    Raises UsageError for shares outside 0-1, negative numbers, unknown agencies, and where nothing would change.
    """
    _refuse_what_cannot_be(changes)
    design, values = fit.model.design, dict[str, Any]()
    if changes.resolve_first is not None:
        values["p_resolve_first"] = changes.resolve_first
    if changes.screen_out is not None:
        values["p_screen_out"] = _at_no_severity(fit, changes.screen_out)
    if changes.refer is not None:
        values["p_refer"] = changes.refer
    if changes.approve is not None:
        values["p_refuse"] = 1 - changes.approve
    if changes.met is not None:
        values["p_met_if_in"] = changes.met
    if changes.visits is not None:
        values |= {"visits": changes.visits - 1, "visits_by_severity": 0.0}
    if changes.wait is not None:
        values["wait"] = 2 * changes.wait
    return replace(fit.model, design=replace(design, **values), hours=_hours(fit.model, changes.capacity))


def _refuse_what_cannot_be(changes: Changes) -> None:
    if not changes.lines():
        raise UsageError("whatif: nothing to change; expected e.g. --resolve-first 0.3 or --capacity all=+10%")
    for name in ("resolve_first", "screen_out", "refer", "approve", "met"):
        share = getattr(changes, name)
        if share is not None and not 0 <= share <= 1:
            raise UsageError(f"--{name.replace('_', '-')} {share:g}: not a share; expected 0 to 1")
    if changes.visits is not None and not 1 <= changes.visits < math.inf:
        raise UsageError(f"--visits {changes.visits:g}: expected 1 or more, for a package has a visit")
    if changes.wait is not None and not 0 < changes.wait < math.inf:
        raise UsageError(f"--wait {changes.wait:g}: expected more than 0 days")


def _at_no_severity(fit: Fit, share: float) -> float:
    """What is turned away at severity 0 when `share` is turned away in all: as far above it as it was when fitted."""
    if share == 0:
        return 0.0
    seen = next((one.simulation for one in fit.fitted if one.parameter == "p_screen_out"), None)
    above = 0.0 if seen is None else fit.model.design.p_screen_out - seen
    return max(share + above, 1e-9)


def _hours(model: Model, capacity: Sequence[str]) -> tuple[float, ...] | None:
    """Each agency's hours a year with the changes to them."""
    if model.hours is None:
        return None
    hours = dict(zip(model.agencies.names, model.hours, strict=True))
    for one in capacity:
        agency, sign, amount = one.partition("=")
        names = list(hours) if agency == "all" else [agency]
        if not sign or any(name not in hours for name in names):
            raise UsageError(f"--capacity {one}: expected AGENCY=+10%, agencies: all, {', '.join(hours)}")
        for name in names:
            hours[name] = _amount(one, amount.strip(), hours[name])
    return tuple(hours.values())


def _amount(said: str, amount: str, before: float) -> float:
    try:
        value = before * (1 + float(amount[:-1]) / 100) if amount.endswith("%") else float(amount)
    except ValueError:
        value = -1.0
    if value <= 0:
        raise UsageError(f"--capacity {said}: expected a change such as +10% or -5%, or hours a year such as 1200")
    return value
