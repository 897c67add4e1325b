"""The page of `extrapolate` in plain lines of at most 80 characters: ranges first, the claims last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from personshaped.learning.extrapolate import CHOSE, Reach, group_says
from personshaped.learning.projection import PROMISE, Projection, money
from personshaped.learning.published import BARE, ENGLAND_2001, Equivalent, equivalents, saving_claims
from personshaped.statistics.multilevel import FEWEST_PLACES

WIDTH = 80


def wrapped(text: str, indent: str = "") -> list[str]:
    """One paragraph in lines of at most 80 characters."""
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A small table: the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]

    def line(row: Sequence[str]) -> str:
        first, *others = (cell.rjust(width) if at else cell.ljust(width)
                          for at, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        return "  ".join((first, *others)).rstrip()

    return [line(head), *(line(row) for row in rows)]


def page(found: Reach) -> list[str]:
    """What six places can and cannot say about a country."""
    return [line for part in (_first(found), _places(found), _alike(found), _rests_on(found), _would_have(found),
                              _claims()) for line in (*part, "")]  # fmt: skip


def _first(found: Reach) -> Iterator[str]:
    yield from wrapped(PROMISE)
    yield ""
    yield f"{found.country}, {found.people:,.0f} people"
    for what, said in freed(found.hours, found.marginal, found.range):
        yield from wrapped(f"{what}: {said}", "  ")
    yield from wrapped("(eight draws in ten, each drawing the places and every assumption below anew)", "  ")
    yield from wrapped(f"at average rates: {draws_say(found)}", "  ")
    for one in found.taken:
        yield from wrapped(one[:1].upper() + one[1:], "  ")


def freed(hours: Projection | None, marginal: Projection | None, average: Projection) -> Iterator[tuple[str, str]]:
    """Stat 6's order: hours freed, cost at marginal rates, then at average ones, each with its range or why not."""
    yield "hours freed", hours.written() if hours else "not given (area_facts, measure hours_freed, hours a year)"
    yield (
        "at marginal rates",
        (f"{marginal.written()} a year" if marginal else "not given (area_facts, measure saving_marginal, £ a year)"),
    )
    yield "at average rates", f"{average.written()} a year, the value of capacity, not cash"


def _places(found: Reach) -> Iterator[str]:
    yield "What the places said they save, £ a head of their own people a year"
    yield from columns(("place", "people", "£ a head"), [
        (one.name, f"{one.population:,.0f}", f"{one.per_head:,.2f}") for one in found.places])  # fmt: skip
    yield from wrapped(mean_says(found))
    yield from wrapped(CHOSE)
    yield from wrapped(f"The report of 2014 multiplied by people. So done here, with no assumption at all: "
                       f"{found.simple_sum.written()}, as if everywhere were like the place with the least or the most "
                       f"({found.simple_sum.assumptions[0]}).")  # fmt: skip


def draws_say(found: Reach) -> str:
    """How the draws lie: half of them, and nearly all."""
    half, nearly = (" to ".join(money(end) for end in ends) for ends in (found.half, found.nearly_all))
    return f"half of the draws lie from {half}, nineteen in twenty from {nearly} a year"


def mean_says(found: Reach) -> str:
    """The mean over places with its interval and that of one place more; or why there is none."""
    if found.pooled is None:
        return found.why_not_pooled
    mean = found.pooled
    return (
        f"Mean over {mean.places} places £{mean.mean:,.0f} (from £{mean.low:,.0f} to £{mean.high:,.0f}); one place "
        f"more might find anything from £{mean.next_low:,.0f} to £{mean.next_high:,.0f}."
    )


def counts_as_says(found: Reach) -> str:
    """Kish's effective share of the people observed; blank where there are no groups to weight to."""
    if found.effective is None:
        return ""
    return f"Weighted to the country's groups, the people observed count as {found.effective:.0%} of their number."


def _alike(found: Reach) -> Iterator[str]:
    if not found.balance:
        yield from wrapped("Nothing is known of how these places differ from the country: add strata, or a measure "
                           "such as deprivation, to area_facts.csv.")  # fmt: skip
        return
    yield f"How the places differ from {found.country} (* by more than a quarter of their spread)"
    yield from columns(("", "places", "country", "difference"), [
        (group_says(one.respect), _plain(one.places), _plain(one.country),
         "-" if one.difference is None else f"{one.difference:+.2f}{'*' if one.marked else ' '}")
        for one in found.balance])  # fmt: skip
    if counts_as := counts_as_says(found):
        yield from wrapped(counts_as)
    yield from _by_regression(found)
    if found.strata and found.strata.unseen:
        groups = "; ".join(map(group_says, found.strata.unseen))
        yield from wrapped(
            f"Never observed: {groups}, {found.strata.unseen_share:.0%} of {found.country}. "
            f"Left out it would be {money(found.strata.low)}, with the most seen in any group "
            f"{money(found.strata.high)}, both before the assumptions below."
        )


def _by_regression(found: Reach) -> Iterator[str]:
    if found.multilevel is None:
        few = f"fewer than {FEWEST_PLACES} places, or no groups" if found.strata else "no groups"
        yield from wrapped(f"No regression over places and groups: {few}.")
        return
    one = found.multilevel
    yield from wrapped(
        f"A regression over {one.places} places and {len(one.groups)} groups, both drawn towards their mean, and "
        f"weighted to {found.country}’s own mix: from £{one.low:,.0f} to £{one.high:,.0f} a head of the groups "
        f"observed, before the assumptions below. Places differ by some £{one.spread_of_places:,.0f} whatever "
        "their groups."
    )


def _plain(value: float) -> str:
    return f"{value:.0%}" if 0 <= value <= 1 else f"{value:,.1f}"


def _rests_on(found: Reach) -> Iterator[str]:
    yield "What it rests on: one assumption at either end, the others in their middle"
    moving = [one for one in found.swings if one.low < one.high]
    cut = [one.assumption.says for one in moving if _cut(one.assumption.says) != one.assumption.says]
    yield from columns(("assumption", "from", "to", "£ a year"), [
        (_cut(one.assumption.says), f"{one.assumption.low:.0%}", f"{one.assumption.high:.0%}",
         f"{money(one.low)} to {money(one.high)}") for one in moving])  # fmt: skip
    if cut:
        yield from wrapped(f"In full: {'; '.join(cut)}.")
    fixed = [one.assumption for one in found.swings if one.low == one.high]
    if fixed:
        yield from wrapped("Left as they are: " + "; ".join(f"{one.says} ({one.low:.0%})" for one in fixed) + ".")
    yield from wrapped(
        "These ranges are there to be argued about: put your own in assumptions.csv (name,low,high,says)."
    )


def _cut(text: str) -> str:
    return text if len(text) <= 38 else text[:37] + "…"


def _would_have(found: Reach) -> Iterator[str]:
    head, said = claim_says(found)
    yield head
    for one in said:
        yield from wrapped(one, "  ")


def claim_says(found: Reach) -> tuple[str, tuple[str, ...]]:
    """What would have to be true for the amount that was claimed: a heading, and sentences."""
    low, high = found.heads
    best = 1.0
    for one in found.assumptions:
        best *= one.high
    middle = 1.0
    for one in found.assumptions:
        middle *= one.middle
    need = found.claim_per_head
    said = [f"Every place would have to save £{need:,.0f} a head, all of it real, lasting and everywhere. The places "
            f"here say £{low:,.0f} to £{high:,.0f}."]  # fmt: skip
    if best > 0:
        said.append(f"With every assumption at its kindest end, £{need / best:,.0f} a head.")
    if middle > 0:
        said.append(f"With every assumption in its middle, £{need / middle:,.0f} a head.")
    said.append(f"Of all the draws that the range rests on, {_of_draws(found.claim_share)} reach it.")
    head = f"What would have to be true for {money(need * ENGLAND_2001)} in England (£{need:,.2f} a head in 2001)"
    return head, tuple(said)


def _of_draws(share: float) -> str:
    return "none" if share == 0 else "fewer than 1 in 100" if share < 0.01 else f"{share:.0%}"


def _equivalent(one: Equivalent) -> str:
    if one.number in (1, 2, 3):
        return f"{one.exact:.3f}" if one.exact < 1 else f"{one.exact:.2f}"
    return f"{one.exact:.0f}×" if one.number == 10 else one.rounded


def _claims() -> Iterator[str]:
    yield "As published, without comment: what was claimed, and the ten comparisons"
    claims = saving_claims()
    tables = [equivalents(amount) for _, amount, _ in claims]
    yield from columns(("", *(money(amount) for _, amount, _ in claims), "as printed"), [
        (f"{one.number:>2} {one.name}", *(_equivalent(table[at]) for table in tables), one.published)
        for at, one in enumerate(tables[0])])  # fmt: skip
    yield from wrapped(BARE)
    yield from wrapped("The three amounts stand in print with no working; none can be derived from another.")
