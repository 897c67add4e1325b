"""Page 8: how far it might reach. Ranges first, what is not known after them; never a promise (N7)."""

from __future__ import annotations

from personshaped.learning.extrapolate import group_says
from personshaped.learning.extrapolate_words import freed
from personshaped.learning.projection import PROMISE, Projection
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.ranges import Range, ranges
from personshaped.picture.drawn import Chart, Columns, DataTable, Line, Listing, Part, Refusal, sentence
from personshaped.picture.inputs import Findings
from personshaped.picture.learned import Reach

NO_PLACES = (
    "no place in the data has both people and an amount to carry over (area_facts, measures population and saving)"
)

RANGE_IS = {"10th to 90th percentile": "Eight draws in ten lie in the range that leaves everything open: each "
            "draws the places and every assumption anew (10th to 90th percentile)."}  # fmt: skip


def reach(findings: Findings) -> list[Part]:
    """The parts of page 8; one refusal where there are no places to carry anything from."""
    found = findings.charts.learned.reach
    if found is None:
        why = findings.charts.learned.reach_refused
        told = why if why and "no place has a saving" not in why and "no such file" not in why else NO_PLACES
        return [
            Refusal("f-reach", "A figure for a wider area cannot be said from these data",
                    sentence(f"because {told}") + " One place says nothing about how places differ.")
        ]  # fmt: skip
    return [
        _freed(found),
        _ranges(found),
        _places(found),
        *_unlike(found),
        _tornado(found),
        *_unseen(found),
        _would_have_to_be_true(found),
        *_claim(found),
    ]


def _written(one: Projection) -> str:
    return f"{words.pounds(one.low)} to {words.pounds(one.high)}"


def _freed(found: Reach) -> Listing:
    """Hours first, then what they cost at marginal rates; the chart after it has the cost at average ones (Stat 6)."""
    rows = tuple((sentence(f"{what[:1].upper()}{what[1:]}").rstrip("."), sentence(said[:1].upper() + said[1:]))
                 for what, said in list(freed(found.hours, found.marginal, found.range))[:-1])  # fmt: skip
    return Listing(
        id="f-reach-freed",
        headline=f"{words.spoken(found.country)}: hours first, then what they cost",
        subtitle=f"Marginal: what one hour more or fewer adds or spares. {PROMISE}",
        rows=rows,
    )


def _ranges(found: Reach) -> Chart:
    rows = [
        Range("With everything left open that nobody knows", found.range.low, found.range.high, _written(found.range)),
        Range("If every place were like one of those studied", found.simple_sum.low, found.simple_sum.high,
              _written(found.simple_sum)),
    ]  # fmt: skip
    rows = [rows[0]] if rows[0].shown == rows[1].shown else rows
    if found.regression:
        one = found.regression
        rows.append(Range("By a regression over places and groups, before what nobody knows", one.low, one.high,
                          _written(one)))  # fmt: skip
    says = "Ranges: " + "; ".join(f"{one.label}: {one.shown}" for one in rows)
    return Chart(
        id="f-reach",
        headline=f"{words.spoken(found.country)}, at average rates: somewhere from {_written(found.range)} a year",
        subtitle=f"From {words.count(len(found.places), 'place')} to {words.number(found.people)} people. {PROMISE} "
        "Average: all that is spent, shared out over all hours. It is the value of people’s time and work, not cash "
        "that could be taken out.",
        wide=ranges(rows, words.pounds, WIDE, says),
        narrow=ranges(rows, words.pounds, NARROW, says),
        table=DataTable("Ranges", ("", "£ a year"), tuple((one.label, one.shown) for one in rows)),
        basis=(
            *((RANGE_IS.get(found.range.range_is) or sentence(f"The range is {found.range.range_is}"),)
              if found.range.range_is else ()),
            *((sentence(found.draws[:1].upper() + found.draws[1:]),) if found.draws else ()),
        ),
    )  # fmt: skip


def _places(found: Reach) -> Chart:
    items = [Range(one.name, min(0.0, one.per_head), max(0.0, one.per_head),
                   f"{words.pounds(one.per_head)} a head, {words.number(one.people)} people")
             for one in found.places]  # fmt: skip
    each = [one.per_head for one in found.places]
    says = "Bars: " + "; ".join(f"{one.label} {one.shown}" for one in items)
    return Chart(
        id="f-reach-places",
        headline=f"The places differ: {words.pounds(min(each))} to {words.pounds(max(each))} a head",
        subtitle="Each place that was studied, by the alphabet. They were not drawn at random: places that chose to do "
        "this may differ from those that did not.",
        wide=ranges(items, words.pounds, WIDE, says),
        narrow=ranges(items, words.pounds, NARROW, says),
        table=DataTable("Places", ("Place", "People", "£ a head, a year"),
                        tuple((one.name, words.number(one.people), words.pounds(one.per_head))
                              for one in found.places)),
        basis=(f"{found.mean} An interval is no guard against places that chose themselves.",) if found.mean else (),
    )  # fmt: skip


def _unlike(found: Reach) -> list[Part]:
    """How the places differ from the country, respect by respect."""
    if not found.unlike:
        return []
    far = sum(one.marked for one in found.unlike)
    rows = tuple(
        (
            group_says(one.respect),
            f"{_part(one.places)} in the places, {_part(one.country)} in "
            f"{found.country}{': far apart' if one.marked else ''}",
        )
        for one in found.unlike
    )
    return [
        Listing(
            id="f-reach-unlike",
            headline=f"{words.spoken(found.country)}: the places differ from it in {far} of "
            f"{words.count(len(found.unlike), 'respect')}",
            subtitle="The places are taken on average. Far apart: by more than a quarter of the "
            "spread between places. Weighting to the country’s groups helps only for what is listed here."
            + (f" {found.counts_as}" if found.counts_as else ""),
            rows=rows,
        )
    ]


def _part(value: float) -> str:
    return words.percent(value) if 0 <= value <= 1 else words.rough(value)


def _tornado(found: Reach) -> Part:
    moving = [one for one in found.swings if one.low != one.high]
    if not moving:
        return Refusal("f-reach-swings", "What matters most cannot be said from these data",
                       "because no assumption was given a range.")  # fmt: skip
    items = [Range(f"{one.says[:1].upper()}{one.says[1:]}: {words.percent(one.least)} to {words.percent(one.most)}",
                   one.low, one.high, f"{words.pounds(one.low)} to {words.pounds(one.high)}")
             for one in moving]  # fmt: skip
    says = "Ranges, widest first: " + "; ".join(f"{one.label} gives {one.shown}" for one in items)
    return Chart(
        id="f-reach-swings",
        headline="What nobody knows moves it most: "
        f"{moving[0].says}",
        subtitle="Each assumption alone at either end of its range, every other in its middle; the widest first.",
        wide=ranges(items, words.pounds, WIDE, says),
        narrow=ranges(items, words.pounds, NARROW, says),
        table=DataTable("What each assumption moves", ("Assumption, with its range", "£ a year"),
                        tuple((one.label, one.shown) for one in items)),
    )  # fmt: skip


def _unseen(found: Reach) -> list[Part]:
    if not found.unseen:
        return []
    groups = words.listed([group_says(one) for one in found.unseen])
    return [
        Listing(
            id="f-reach-unseen",
            headline="People of whom nothing has been seen anywhere",
            subtitle="They count from nothing at all to as much as the most seen; nothing was filled in for them.",
            rows=((groups, f"{words.percent(found.unseen_share)} of the people of {found.country}"),),
        )
    ]


def _would_have_to_be_true(found: Reach) -> Listing:
    rows = []
    for one in found.range.assumptions:
        what, colon, range_ = one[:1].upper() + one[1:], "", ""
        if one.endswith("%") and ": " in one:
            what, colon, range_ = what.rpartition(": ")
        low, _, high = range_.partition(" to ")
        rows.append((what, high if low == high else range_) if colon else ("Besides", sentence(what)))
    return Listing(
        id="f-reach-assumed",
        headline="What would have to be true",
        subtitle=f"The range holds only as far as these do. {PROMISE}",
        rows=tuple(rows),
        room="Which of these could be tried out, and where?",
    )


def _claim(found: Reach) -> list[Part]:
    """What was claimed in print, last of all, and what would have to be true for it."""
    head, said = found.claim
    if not head:
        return []
    return [
        Columns(
            id="f-reach-claim",
            headline=head,
            subtitle="The amount stands in print without its working; it is set beside what these places say, no more.",
            heads=("What it would ask for", "With what nobody knows"),
            cells=((tuple(Line(one) for one in said[:1]), tuple(Line(one) for one in said[1:])),),
        )
    ]
