"""When a figure is refused, and what its row then says (spec 1.4; R2, hand codes and short extracts)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from personshaped.figures import WHOLE, Figure, Measure

FEWEST_CLASSIFIABLE = 30
"""With fewer classifiable demands, none of them coded by hand, the headline share is refused (R2)."""


def refusal(one: Measure, made: list[Figure], missing: list[str], untold: Sequence[str] = ()) -> list[Figure]:
    """The figures of a measure, or the one empty row that says why there are none.

    `untold` says why some groups have none: by the first figure of those that have, or in that row.
    """
    if missing:
        return [refused(one, f"Not in the data: {'; '.join(missing)}.")]
    if not made:
        return [refused(one, " ".join(untold) or "Nothing to count in the window.")]
    if untold:
        said = f"{made[0].note} Not told: {' '.join(untold)}".strip()
        made = [replace(made[0], note=said), *made[1:]]
    if one.interval == "headline" and _too_few(made):
        return [
            refused(
                one,
                f"Fewer than {FEWEST_CLASSIFIABLE} demands can be told value from failure, and none is coded by hand:"
                " see the shares by a shorter memory, or ask each agency for a longer history.",
            )
        ]
    return [_explained(one, figure) for figure in made]


def _too_few(made: list[Figure]) -> bool:
    whole = [figure for figure in made if not figure.group and not figure.period]
    by_hand = any(figure.basis == "hand" and figure.denominator for figure in whole)
    return bool(whole) and not by_hand and (whole[0].denominator or 0) < FEWEST_CLASSIFIABLE


def _explained(one: Measure, figure: Figure) -> Figure:
    if figure.value is not None or figure.note:
        return figure
    return replace(figure, note="Nothing to count in the window.")


def refused(one: Measure, why: str) -> Figure:
    """A figure with an empty value; it stands for every breakdown of the measure."""
    unit = one.unit if WHOLE in one.by else ""
    basis = "rule" if one.basis == "coded" else one.basis
    return Figure(one.name, one.ids, "", "", "", None, unit, basis=basis, note=why)
