"""The few figures that the command says first, in the order of Check: demand, flow, capability, cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personshaped.figures import Figure

SAID = (
    ("demands", "times people asked for help"),
    ("failure_demand_share", "of it was failure demand: asking again, chasing, putting right"),
    ("known_share_system", "came from people already known somewhere"),
    ("cycles_per_need", "assess-do-refer cycles for each need"),
    ("referrals_per_need", "referrals for each need"),
    ("fcr_needs", "of needs were met at the first contact"),
    ("needs_met_bound_low", "of needs were met: the person said so"),
    ("needs_never_asked_share", "of needs are open and nobody ever asked the person"),
    ("cost", "spent in all, as far as costs are known"),
)


NOBODY_AGAIN = (
    "Nobody is seen to ask again: where a reference stands for a case, what its person asked in others is not"
)
FEW = 10
"""Out of fewer than this a share is printed as a count."""


@dataclass(frozen=True)
class Headline:
    """One line: the figure as printed, and what it says."""

    value: str
    says: str


def headlines(figures: Sequence[Figure]) -> tuple[Headline, ...]:
    """The first row of each of these figures, for the whole window; refused ones with their reason."""
    found: dict[str, Figure] = {}
    for figure in figures:
        whole = not figure.by and not figure.group and not figure.period
        if figure.name not in found and whole:
            found[figure.name] = figure
    return tuple(Headline(printed(found[name]), _says(found[name], says)) for name, says in SAID if name in found)


def _says(figure: Figure, says: str) -> str:
    if figure.value is None:
        return f"{says}: cannot be said from these data. {figure.note}"
    few = figure.unit == "share" and (figure.denominator or figure.n or 0) < FEW
    if figure.low is not None and figure.high is not None and not few:
        says += _limits(figure.low, figure.high, figure.unit)
    if figure.basis in ("hand", "rule"):
        says = ", ".join(filter(None, (says, f"coded by {figure.basis}", figure.partly_by_hand)))
    return f"{says}. {NOBODY_AGAIN}" if figure.name == "failure_demand_share" and not figure.value else says


def _limits(low: float, high: float, unit: str) -> str:
    """The interval where it says more than the figure: not where both ends are printed alike."""
    ends = number(low, unit), number(high, unit)
    said = ends[0] != ends[1] and any(map(_is_more, ends))
    return f" (from {ends[0]} to {ends[1]})" if said else ""


def _is_more(end: str) -> bool:
    """Whether it is printed as more than nothing: `0` and `0.0` are alike."""
    return any(digit in "123456789" for digit in end)


def printed(figure: Figure) -> str:
    """A figure as people read it: `5 of 8` below ten, a percentage above, pounds with their sign."""
    if figure.value is None:
        return "–"
    if figure.unit == "share" and figure.denominator and figure.denominator < FEW and figure.numerator is not None:
        return f"{figure.numerator:.0f} of {figure.denominator:.0f}"
    if figure.unit == "share" and figure.denominator is None and figure.n and figure.n < FEW:
        return f"about {figure.value * figure.n:.0f} of {figure.n}"
    if figure.unit == "count" and figure.denominator and figure.value != figure.numerator:
        return f"{figure.value:,.1f}"  # a mean: 1.0 for each need, not 1
    return number(figure.value, figure.unit)


def number(value: float, unit: str) -> str:
    """A value or a limit of it as people read it."""
    if unit == "share":
        return f"{value:.0%}" if 0.1 <= value <= 0.9 else f"{value:.1%}"
    if unit.startswith("£"):
        return f"{'-' if value < 0 else ''}£{abs(value):,.0f}{unit.removeprefix('£')}"
    if unit == "ratio" or (unit == "per person-year" and 0 < value < 1):
        return f"{value:.2f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
