"""The charts of a version to publish: made again from what is published, or left out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from personshaped.capability.charts import CHARTED, charted
from personshaped.disclosure.profile import Profile
from personshaped.disclosure.ticked import Ticked
from personshaped.figures import Figure
from personshaped.picture.inputs import Charts, Condition, Findings, Incidence, Lorenz, Tried, Xmr
from personshaped.picture.learned import Learned
from personshaped.study.charts import as_drawn

_FEWEST_ENDS = 100
"""How needs end is a curve that steps with each of them: of fewer it is not shown."""
_LARGE = 800
"""Of so many a share to the whole percent tells of nobody, however often it is taken."""
_STOCKS = ("needs_open",)
"""Counted at the end of a month: those of a quarter are those of its last month."""


def named(kind: str, text: str) -> str:
    """What the list of words to tick calls words that have no id: those that are changed have to be ticked again."""
    by_id = kind in ("condition", "thinking", "need")
    return f"{kind}:{text if by_id else hashlib.sha256(text.encode()).hexdigest()[:10]}"


def published_charts(
    read: Findings, figures: Sequence[Figure], quarters: Sequence[Figure], words: Mapping[str, Ticked], profile: Profile
) -> Charts:
    exact = read.charts
    known = {one.name for one in read.figures.figures}
    agencies = {one.group for one in read.figures.figures if one.by == "agency"}
    return Charts(
        xmr=_xmr(read, figures, quarters),
        incidence=_incidence(exact.incidence),
        lorenz={
            name: one for name, given in exact.lorenz.items() if name != "cost" and (one := _lorenz(given, profile))
        },
        spread=_spread(read),
        conditions=tuple(
            _condition(one, words, known, agencies)
            for one in exact.conditions if named("condition", one.condition_id) in words
        ),
        voices=tuple(
            replace(one, words=words[called].words, said_by="", on="", source="")
            for one in exact.voices if (called := named("voice", one.words)) in words
        ),
        methods=tuple(
            replace(one, text=words[called].words, agency=_let(one.agency, agencies))
            for one in exact.methods
            if (called := named("change", one.text)) in words
        ),
        asked_elsewhere=_pair(exact.asked_elsewhere, profile),
        learned=_learned(exact.learned, words, agencies),
        needs={code: words[called].words for code in exact.needs if (called := named("need", code)) in words},
    )  # fmt: skip


def _xmr(read: Findings, figures: Sequence[Figure], quarters: Sequence[Figure]) -> dict[str, Xmr]:
    """Charts made anew of what is published: of months, or of quarters where a month alone is withheld."""
    charts = {}
    for name in CHARTED:
        if name not in (months := _months(read)):
            continue
        shown = _by_period(figures, name)
        if read.charts.xmr[f"{name}/month"].unit == "count":  # a month in which nothing was counted is one with none
            exact = _by_period(read.figures.figures, name)
            shown |= {m: Figure(name, "", "", "", m, 0.0, "count") for m in months[name] if m not in exact}
        if all(month in shown and shown[month].value is not None for month in months[name]):
            charts[f"{name}/month"] = as_drawn(charted(shown, months[name]))
        elif by_quarter := {
            _first_month(one.period): one for one in quarters if one.name == name and one.value is not None
        }:
            charts[f"{name}/quarter"] = as_drawn(charted(by_quarter, sorted(by_quarter)))
    return charts


def _months(read: Findings) -> dict[str, list[str]]:
    """The months that each chart shows inside."""
    drawn = {name: read.charts.xmr.get(f"{name}/month") for name in CHARTED}
    return {name: [point.period for point in chart.points] for name, chart in drawn.items() if chart}


def quarters_of(read: Findings) -> list[Figure]:
    """The whole quarters of each chart, exact, `2024-Q1`; a stock is that of the last month."""
    return [
        one
        for name, months in _months(read).items()
        for one in _quarters(_by_period(read.figures.figures, name), months)
    ]


def _by_period(figures: Sequence[Figure], name: str) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for one in figures:
        if one.name == name and not one.by and len(one.period) == 7:
            found.setdefault(one.period, one)
    return found


def _quarters(found: Mapping[str, Figure], months: Sequence[str]) -> list[Figure]:
    made = []
    for at in (at for at, month in enumerate(months) if int(month[5:]) % 3 == 1 and at + 3 <= len(months)):
        parts = [found[month] for month in months[at : at + 3] if month in found and found[month].value is not None]
        if not parts:
            continue
        parts = parts[-1:] if parts[0].name in _STOCKS else parts
        share = parts[0].unit == "share"
        top = sum((one.numerator if share else one.value) or 0.0 for one in parts)
        bottom = sum(one.denominator or 0.0 for one in parts) if share else None
        made.append(replace(
            parts[0], period=quarter_of(months[at]), value=top / bottom if bottom else top,
            numerator=top if share else None, denominator=bottom, low=None, high=None, n=int(bottom or top), note="",
        ))  # fmt: skip
    return made


def quarter_of(month: str) -> str:
    """2024-03 is of 2024-Q1."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def is_quarter(one: Figure) -> bool:
    """Whether it stands for a quarter, as only charts do."""
    return one.period[4:6] == "-Q"


def _first_month(quarter: str) -> str:
    return f"{quarter[:4]}-{int(quarter[-1]) * 3 - 2:02d}"


# --- beside what was published before ------------------------------------------------------------------------


def of_numbers(charts: Charts) -> Charts:
    """The parts that are made of rows and not of published figures: they hold numbers and nobody's words."""
    return Charts(
        incidence=charts.incidence, lorenz=charts.lorenz, spread=charts.spread, asked_elsewhere=charts.asked_elsewhere,
        learned=Learned(signs=charts.learned.signs),
    )  # fmt: skip


def with_numbers(charts: Charts, numbers: Charts) -> Charts:
    """Charts in which those parts are as an earlier release showed them."""
    return replace(
        charts, incidence=numbers.incidence, lorenz=numbers.lorenz, spread=numbers.spread,
        asked_elsewhere=numbers.asked_elsewhere, learned=replace(charts.learned, signs=numbers.learned.signs),
    )  # fmt: skip


def _incidence(curve: Incidence | None) -> Incidence | None:
    """How needs end, in steps of no fewer than eight needs, month by month; none of fewer than a hundred."""
    if curve is None or curve.n < _FEWEST_ENDS:
        return None
    step = 0.05 if curve.n >= 160 else 0.1
    places = sorted(
        {max(i for i, day in enumerate(curve.days) if day <= at) for at in range(0, int(curve.days[-1]) + 1, 30)}
    )

    def stepped(parts: Sequence[float]) -> tuple[float, ...]:
        return tuple(round(round(parts[i] / step) * step, 4) for i in places)

    met, silent, ended = stepped(curve.met), stepped(curve.never_asked), stepped(curve.ended)
    left = tuple(max(round(1 - sum(three), 4), 0.0) for three in zip(met, silent, ended, strict=True))
    days = tuple(float(30 * round(curve.days[i] / 30)) for i in places)
    return Incidence(days, met, silent, ended, left, round(curve.n / 10) * 10)


def _lorenz(curve: Lorenz, profile: Profile) -> Lorenz | None:
    """In steps of ten people or more: those between two points make an amount together, and nobody alone."""
    kept, upto = [(0.0, 0.0)], 0.0
    for people, amount in zip(curve.people, curve.amount, strict=True):
        if (people - upto) * curve.n >= profile.least_below and (
            people == 1 or (1 - people) * curve.n >= profile.least_below
        ):
            kept.append((round(people, 2), round(amount, 2)))
            upto = people
    if upto < 1:
        kept.append((1.0, 1.0))
    once = dict(reversed(kept))
    points = sorted(once.items())
    if len(points) < 3:
        return None
    return Lorenz(tuple(x for x, _ in points), tuple(y for _, y in points), int(profile.rounded(curve.n)))


def _spread(read: Findings) -> tuple[Tried, ...]:
    headline = read.figures.known("failure_demand_share")
    if headline is None or (headline.denominator or 0) < _LARGE:
        return ()
    return tuple(replace(one, value=round(one.value, 2)) for one in read.charts.spread if one.value is not None)


def _pair(pair: tuple[int, int] | None, profile: Profile) -> tuple[int, int] | None:
    if pair is None or any(map(profile.is_few, (pair[0], pair[1] - pair[0]))) or pair[1] < profile.least_below:
        return None
    return int(profile.rounded(pair[0])), int(profile.rounded(pair[1]))


def _let(name: str, known: Collection[str]) -> str:
    """A name that is known; any other may be somebody's words, and is left out."""
    return name if name in known else ""


def _condition(
    one: Condition, words: Mapping[str, Ticked], figures: Collection[str], agencies: Collection[str]
) -> Condition:
    thinking = words.get(named("thinking", one.condition_id))
    return replace(
        one,
        condition=words[named("condition", one.condition_id)].words,
        thinking=thinking.words if thinking else "",
        what_happens=tuple(name for name in one.what_happens if name in figures),
        whose=_let(one.whose, agencies),
        evidence=tuple(what for what in one.evidence if what in words),
        by="",
        on="",
    )


def _learned(learned: Learned, words: Mapping[str, Ticked], agencies: Collection[str]) -> Learned:
    """What was written down as a change, where it was ticked, and early signs, which hold no counts of people."""
    signs = learned.signs
    return Learned(
        changes=tuple(
            replace(one, text=words[called].words, agency=_let(one.agency, agencies))
            for one in learned.changes
            if (called := named("change", one.text)) in words
        ),
        signs=replace(signs, signals=tuple(replace(one, near=()) for one in signs.signals)) if signs else None,
        reach_refused="cases are few, and what rests on them is not published from here",
    )
