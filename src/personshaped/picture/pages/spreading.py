"""Page 3, how asking spreads (R8): what follows from one asking, and what would not arrive if one agency resolved it.

The second has not happened: it is drawn as ranges alone, each with what it assumes (N7).
"""

from __future__ import annotations

from personshaped.figures import Figure
from personshaped.learning.projection import Projection
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.falls import Fall, falls
from personshaped.picture.charts.limits import Limited, limits
from personshaped.picture.drawn import Chart, DataTable, Part, refused, sentence
from personshaped.picture.inputs import Findings

MOST_AGENCIES = 12
TOGETHER = "others, together"
"""What stands for those of fewer than 30 pieces of work (R8); it comes after all others."""
_ASSUMES = (
    "Assumes that what an agency passes on scales with what it handles. It goes along with needs; it is not proof of "
    "cause."
)


def spreading(findings: Findings) -> list[Part]:
    """What follows from one asking, then what would not arrive elsewhere; one refusal where demand reproduces itself.

    Nothing where the figures were not computed.
    """
    book = findings.figures
    named = book.get("multiplier", "agency") or book.get("multiplier")
    followed = sorted(book.by("multiplier", "agency"), key=lambda one: words.agency(one.group))
    if not followed:
        return [refused("f-follows", "What follows from one asking", named, "")] if named is not None else []
    between = _ranges(book.by("demand_prevented_elsewhere", "from>to"))
    between |= {(_others(a), _others(b)): one for (a, b), one in
                _ranges(book.by("demand_prevented_elsewhere", "pooled from>to")).items()}  # fmt: skip
    return [_follows(findings, followed), *([_would_not_arrive(between, followed)] if between else [])]


def _others(name: str) -> str:
    return TOGETHER if name == "other" else name


# --- what follows from one asking ----------------------------------------------------------------------------


def _headline(least: str, most: str) -> str:
    if least == most:
        return f"One first asking becomes {least} {'piece' if least == '1' else 'pieces'} of work across all agencies"
    return f"One first asking becomes between {least} and {most} pieces of work across all agencies"


def _follows(findings: Findings, found: list[Figure]) -> Chart:
    book = findings.figures
    together = book.known("multiplier", "pooled", "other")
    told = [one for one in found if one.low is not None]
    few = [words.agency(one.group) for one in found if one.low is None]
    shown = told or found
    items = [Limited(words.agency(one.group), one.value or 0, one.low, one.high, _interval(one), one.group)
             for one in shown]  # fmt: skip
    if told and together is not None and together.low is not None:
        shown = [*told, together]
        items.append(Limited(words.spoken(TOGETHER), together.value or 0, together.low, together.high,
                             _interval(together)))  # fmt: skip
    arrived, outside = ({one.group: one.value for one in book.by(name, "agency")}
                        for name in ("work_arriving", "work_from_outside"))  # fmt: skip
    least = min(one.value or 0 if one.low is None else one.low for one in shown)
    most = max(one.value or 0 if one.high is None else one.high for one in shown)
    says = "Dots with intervals, agencies by the alphabet: " + "; ".join(f"{one.label} {one.shown}" for one in items)
    one_by_one = "; they are drawn together" if together in shown else ""
    left_out = [f"Too little work arrives at {words.listed(few)} for an interval{one_by_one}; their dots are in the "
                "table."]  # fmt: skip
    radius = book.known("spectral_radius")
    nearly = [] if radius is None else [
        f"How nearly asking brings forth itself (spectral radius, 0 to 1): {_interval(radius)}. From 0.95 on nothing "
        "is said of what follows."]  # fmt: skip
    return Chart(
        id="f-follows",
        headline=_headline(words.plain(round(least, 1)), words.plain(round(most, 1))),
        subtitle="For one value demand that comes in at an agency: all the work that arrives anywhere, itself "
        "included: asking again (failure demand) and being sent on. It says where asking goes, not whose doing it is.",
        wide=limits(items, WIDE, says),
        narrow=limits(items, NARROW, says),
        table=DataTable(
            "Pieces of work across all agencies for one first asking",
            ("First asked at", "Pieces of work", "From", "To", "Work that arrived there", "Of it from outside"),
            tuple((words.agency(one.group), *(words.plain(_two(end)) for end in (one.value, one.low, one.high)),
                   words.number(arrived.get(one.group)), words.number(outside.get(one.group)))
                  for one in found),
        ),
        basis=(*(left_out if few and told else []), "Intervals: people drawn anew, 1,000 times.", *nearly,
               "Work that arrives is value demand, failure demand and referrals received. From outside comes value "
               "demand, and what follows from bodies with no work in these records.", _assumes(found[0])),
        figure="multiplier",
    )  # fmt: skip


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _interval(one: Figure) -> str:
    value = words.plain(_two(one.value))
    if one.low is None:
        return value
    if one.high is None:
        return f"{value} (from {words.plain(_two(one.low))}, no upper end)"
    return f"{value} ({words.plain(_two(one.low))} to {words.plain(_two(one.high))})"


def _assumes(one: Figure) -> str:
    """What R8 assumes, where the measure's standing note says so; else the note as it is."""
    return _ASSUMES if "Assumes" in one.note else sentence(one.note)


# --- what would not arrive -----------------------------------------------------------------------------------


def _ranges(found: list[Figure]) -> dict[tuple[str, str], Projection]:
    """What would not arrive at b if a resolved what reaches it; only where both ends are known."""
    made = {}
    for one in found:
        a, _, b = one.group.partition(">")
        if one.low is not None and one.high is not None:
            made[a, b] = Projection("demand_prevented_elsewhere", "", "pieces of work", max(one.low, 0.0), one.high,
                                   (_assumes(one),))  # fmt: skip
    return made


def _would_not_arrive(between: dict[tuple[str, str], Projection], followed: list[Figure]) -> Chart:
    names = [one for one in (*(one.group for one in followed), TOGETHER) if any(one in pair for pair in between)]
    weight = {name: sum(one.high for pair, one in between.items() if pair[0] == name) for name in names}
    kept = sorted(sorted(names, key=lambda name: (-weight[name], name))[:MOST_AGENCIES], key=_in_order)
    drawn = {pair: Fall(one.low, one.high) for pair, one in between.items() if set(pair) <= set(kept)}
    elsewhere = {pair: one for pair, one in between.items() if pair[0] != pair[1]} or between
    (a, b), most = max(elsewhere.items(), key=lambda one: (one[1].low, one[0]))
    place = "there itself" if a == b else f"at {words.agency(b)}"
    says = (
        f"Matrix of {len(kept)} agencies: what would not arrive at the column if the row resolved all that reaches it. "
        f"Widest: {words.agency(a)}, {place}, {_written(most)}."
    )
    more = words.count(len(names) - len(kept), "agency", "agencies")
    left_out = f" The table also holds {more} with less." if len(names) > len(kept) else ""
    return Chart(
        id="f-would-not-arrive",
        headline="What if one agency resolved all that reaches it? What might then not arrive at others",
        subtitle="Row: the agency that resolves. Column: where less work would arrive, in the time studied. Dashed "
        "square: the high end of the range; solid square inside it: the low end. A projection, not a promise; nobody "
        f"can know it before it is tried. Agencies in alphabetical order.{left_out}",
        wide=falls(drawn, kept, WIDE, says),
        narrow=falls(drawn, kept, NARROW, says),
        table=DataTable(
            "Pieces of work that would not arrive, as a range",
            ("If this one resolved what reaches it", "less would arrive at", "Range"),
            tuple((words.agency(one), words.agency(other), _written(between[one, other]))
                  for one, other in sorted(between, key=lambda pair: (_in_order(pair[0]), _in_order(pair[1])))),
        ),
        basis=("Ranges: people drawn anew, 1,000 times. Pairs without a range are left out.",
               *most.assumptions, "Not a saving: people’s time that could go to something else."),
        figure="demand_prevented_elsewhere",
    )  # fmt: skip


def _in_order(name: str) -> tuple[bool, str]:
    """By the alphabet, those taken together last."""
    return name == TOGETHER, words.agency(name)


def _written(one: Projection) -> str:
    return f"{words.number(one.low)} to {words.number(one.high)}"
