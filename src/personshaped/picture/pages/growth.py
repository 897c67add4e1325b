"""Page 2, what asking is made of over the years: needs steady or not, and demands for each need (Stat 2, M022)."""

from __future__ import annotations

from collections.abc import Sequence

from personshaped.figures import Figure
from personshaped.picture.drawn import Listing, Part, refused, sentence
from personshaped.picture.inputs import Findings

_TYPES = (("value", "Asking for the first time"), ("failure", "Asking again"), ("all", "All asking"))


def growth(findings: Findings) -> list[Part]:
    """Is underlying demand stable while the total rises? In words, after the charts that lead; or why not."""
    book = findings.figures
    yearly = [(says, one) for name, says in _TYPES if (one := book.known("demand_trend", "type", name)) is not None]
    if not yearly:
        why = next((one for one in book.refused() if one.name == "demand_trend"), None)
        return [refused("f-growth", "Whether asking changes from year to year", why, "too few months are known")]
    rows = [(_signed(one), sentence(f"{says}, a year{_between(one)}. {one.note}")) for says, one in yearly]
    faster = book.known("demand_trend_difference")
    if faster is not None:
        rows.append((_signed(faster), sentence(f"Asking again beside asking for the first time, a year"
                                               f"{_between(faster)}. {faster.note}")))  # fmt: skip
    return [
        Listing(
            id="f-growth",
            headline=_made_of(book.by("demand_trend_parts", "part")),
            subtitle="A year’s change with its 95% interval. “Stable” is shown, not assumed: only where the 90% "
            "interval lies within the limit named. The charts above come first; nothing here says why.",
            rows=(*rows, *_turned_round(book.by("demand_trend_turned_round", "type"))),
        )
    ]


def _made_of(parts: Sequence[Figure]) -> str:
    """“Asking rose 41%: 1% more needs, times 40% more demands for each need.” Exact, of two years."""
    times = {one.group: one.value - 1 for one in parts if one.value is not None}
    if not {"demand", "needs opened", "demands for each need"} <= times.keys():
        return "How asking changes from year to year"
    whole = times["demand"]
    did = "stayed as it was" if not round(whole, 2) else f"{'rose' if whole > 0 else 'fell'} {abs(whole):.0%}"
    needs, each = (_more(times[name]) for name in ("needs opened", "demands for each need"))
    return f"From the first twelve months to the last asking {did}: {needs} needs, times {each} demands for each need"


def _more(change: float) -> str:
    if not round(change, 2):
        return "as many"
    return f"{abs(change):.0%} {'more' if change > 0 else 'fewer'}"


def _turned_round(found: Sequence[Figure]) -> list[tuple[str, str]]:
    """The check against records that begin too late: it should go the other way."""
    named = dict(_TYPES)
    return [
        (
            _signed(one),
            f"{named[one.group]}, with time turned round: about the mirror image, unless records begin late.",
        )
        for one in found
        if one.group in named
    ]


def _signed(one: Figure) -> str:
    return f"{one.value:+.1%}".replace("-", "−")


def _between(one: Figure) -> str:
    between = [f"{end:+.1%}".replace("-", "−") for end in (one.low, one.high) if end is not None]
    return f" (from {between[0]} to {between[1]})" if len(between) == 2 else ""
