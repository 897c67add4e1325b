"""Charts of rare events: time between them (t-chart) and contacts between them (g-chart) (Stat 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personshaped.statistics.xmr import FEWEST_WITH_LIMITS, Floats, Signals, broken_rules, xmr

RARE_BELOW = 5.0
"""A mean of fewer than five a period asks for a longer period, or for one of these charts."""
_POWER = 3.6
_SAME_DAY = 0.5


@dataclass(frozen=True)
class Between:
    """Times or counts between events, with centre and limits on their own scale; None below seven of them."""

    values: Floats
    centre: float | None
    lower: float | None
    upper: float | None
    signals: Signals


def t_chart(days: npt.ArrayLike) -> Between:
    """Days between events, charted as y = t^(1/3.6) and drawn back (Nelson 1994); half a day for the same day."""
    t = np.asarray(days, np.float64)
    if (t < 0).any():
        raise ValueError("events must be in time order")
    t = np.where(t == 0, _SAME_DAY, t)
    chart = xmr(t ** (1 / _POWER), bounds=(0.0, None))
    phase = chart.phases[0] if chart.phases else None
    if phase is None or phase.mean is None or phase.lower is None or phase.upper is None:
        return Between(t, None, None, None, chart.signals)
    return Between(t, phase.mean**_POWER, phase.lower**_POWER, phase.upper**_POWER, chart.signals)


def g_chart(contacts: npt.ArrayLike) -> Between:
    """Contacts between events, geometric: centre ḡ, limits ḡ ± 3√(ḡ(ḡ + 1)), none below 0."""
    g = np.asarray(contacts, np.float64)
    if len(g) < FEWEST_WITH_LIMITS:
        none = np.zeros(len(g), bool)
        return Between(g, None, None, None, Signals(none, none, none, none))
    centre = float(g.mean())
    half = 3 * (centre * (centre + 1)) ** 0.5
    signals = broken_rules(g, np.full(len(g), centre), np.full(len(g), half))
    return Between(g, centre, max(0.0, centre - half), centre + half, signals)
