"""Page 2: what is asked, first time and again, need by need, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from personshaped.figures import Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.bars import Bar, bars
from personshaped.picture.charts.dots import dots
from personshaped.picture.charts.xmr import Series, xmr
from personshaped.picture.drawn import Cell, Chart, Columns, DataTable, Line, Part, Refusal, basis_of, refused, sentence
from personshaped.picture.inputs import Findings
from personshaped.picture.pages.growth import growth
from personshaped.picture.svg import AGAIN

FEWEST = 7
"""Fewer points say nothing about variation: no mean and no limits (Stat 1)."""
_RULES = {
    "outside": "outside the usual range",
    "shift": "one of seven on one side of the mean",
    "trend": "one of seven going one way",
    "two of three": "close to the limit, twice in three",
}


def asked(
    findings: Findings, said: Mapping[str, str], by_need: Mapping[tuple[str, str], Mapping[str, Any]]
) -> list[Part]:
    """The parts of page 2; `said` holds words for each kind of asking again, `by_need` for each (issue, type)."""
    by_month = monthly(findings)
    over_years = () if isinstance(by_month, Refusal) else growth(findings)  # one refusal of months is enough
    return [share(findings), by_month, *share_monthly(findings), *over_years, issues(findings),
            *in_their_words(findings, by_need), *kinds(findings, said)]  # fmt: skip


def share(findings: Findings) -> Part:
    """How often people who ask are asking again."""
    book = findings.figures
    figure = book.known("failure_demand_share")
    if figure is None:
        return refused("f-again", "How often people had to ask again", book.get("failure_demand_share"),
                       "no demand could be told value from failure")  # fmt: skip
    few = words.is_few(figure)
    total = int(figure.denominator or 0) if few else 100
    filled = int(figure.numerator or 0) if few else round((figure.value or 0) * 100)
    of = "demand" if few else "in every hundred demands"
    says = f"{total} dots, {filled} of them asking again: {words.out_of(figure)} demands."
    headline = _headline(figure, few)
    unclassed = book.known("unclassifiable_demands")
    left_out = (
        f" {words.count(unclassed.value, 'demand')} could not be told and are left out."
        if unclassed is not None and unclassed.value
        else ""
    )
    return Chart(
        id="f-again",
        headline=headline[:1].upper() + headline[1:],
        subtitle="Failure demand is asking again because something was not done, or not done right. Each dot is one "
        f"{of}.{left_out}",
        wide=dots(filled, total, AGAIN, WIDE, says),
        narrow=dots(filled, total, AGAIN, NARROW, says),
        table=_share_table(findings, figure),
        basis=basis_of(figure, book.others(figure)),
        figure="failure_demand_share",
    )


def _headline(figure: Figure, few: bool) -> str:
    if not figure.value:
        return "Nobody is seen to ask again"
    if few:
        return f"{words.out_of(figure)} times people asked, they were asking again"
    said = words.one_in(figure)
    if said.endswith("%"):
        return f"{said} of all asking is asking again"
    return f"{said} times people ask, they are asking again"


def _share_table(findings: Findings, figure: Figure) -> DataTable:
    """First and again, then agency by agency in alphabetical order."""
    book = findings.figures
    rows = [("All agencies", words.plain(figure.denominator), words.plain(figure.numerator), words.out_of(figure))]
    rows += [
        (words.agency(one.group), words.plain(one.denominator), words.plain(one.numerator), words.out_of(one))
        for one in sorted(book.by("failure_demand_share", "agency"), key=lambda one: words.agency(one.group))
    ]
    return DataTable("Demands, and how many were asking again", ("Asked at", "Demands", "Asking again", "Share"),
                     tuple(rows))  # fmt: skip


def monthly(findings: Findings) -> Part:
    """First time and again, month by month, as XmR charts."""
    charts = findings.charts.xmr
    pairs = (("failure_demands", "Asking again", True), ("value_demands", "Asking first time", False))
    for period in ("month", "quarter", "year"):
        series = [
            Series(name, charts[f"{key}/{period}"], again, period)
            for key, name, again in pairs
            if f"{key}/{period}" in charts
        ]
        if not series and f"demands/{period}" in charts:
            series = [Series("Demands", charts[f"demands/{period}"], False, period)]
        if series:
            return _monthly(series, period)
    return Refusal("f-monthly", "How asking varies from month to month cannot be said from these data",
                   "because there is no series of dated months to draw. With seven months it could be drawn, with "
                   "twelve it would have full limits.")  # fmt: skip


def _monthly(series: list[Series], period: str) -> Part:
    points = max(len(one.chart.points) for one in series)
    if points < FEWEST:
        return Refusal(
            "f-monthly",
            f"Whether asking is steady from {period} to {period} cannot be said from these data",
            f"because there are {words.count(points, 'point')}, and fewer than 7 say nothing about variation. "
            "No mean and no limits are drawn.",
        )
    signals = sum(1 for one in series for point in one.chart.points if point.signals)
    says = "; ".join(f"{one.name}: {one.usually()}" for one in series)
    return Chart(
        id="f-monthly",
        headline=_steady(series, signals, period),
        subtitle=f"Demands each {period}, {words.month(series[0].chart.points[0].period)} to "
        f"{words.month(series[0].chart.points[-1].period)}. Line: mean. Band: the range the system produces "
        f"{period} after {period} (XmR, 2.66 × mean moving range). {_provisional(series)}",
        wide=xmr(series, WIDE, f"Line chart, {points} points. {says}. {words.count(signals, 'signal')}."),
        narrow=xmr(series, NARROW, f"Line chart, {points} points. {says}. {words.count(signals, 'signal')}."),
        table=points_of(series, period),
        basis=tuple(notes_of(series, signals)),
        figure="demands",
    )


def share_monthly(findings: Findings) -> list[Part]:
    """Which part of asking is asking again, month by month; nothing where there are too few months for limits."""
    chart = findings.charts.xmr.get("failure_demand_share/month")
    if chart is None or len(chart.points) < FEWEST:
        return []
    series = [Series("Asking again", chart, again=True)]
    signals = sum(1 for point in chart.points if point.signals)
    usually = f"Asking again: {series[0].usually()}. {words.count(signals, 'signal')}."
    says = f"Line chart, {len(chart.points)} points. {usually}"
    return [
        Chart(
            id="f-share-monthly",
            headline=_steady(series, signals, "month", "The share of asking again"),
            subtitle="Of the demands of each month, the part that was asking again. Line: mean. Band: the range the "
            f"system produces month after month; a month with few demands has a wider one. {_provisional(series)}",
            wide=xmr(series, WIDE, says),
            narrow=xmr(series, NARROW, says),
            table=points_of(series, "month", "Asking again, of the demands of each month"),
            basis=tuple(notes_of(series, signals)),
            figure="failure_demand_share",
        )
    ]


def _steady(series: list[Series], signals: int, period: str, share: str = "") -> str:
    if signals == 0:
        return f"{share or 'Asking'} varies from {period} to {period}, but no {period} stands out"
    at = sorted({point.period for one in series for point in one.chart.points if point.signals})
    if len(at) == 1:
        return f"{share or f'One {period}'} asks a question: what happened in {words.month(at[0])}?"
    many = f"{share} asks questions in {len(at)} {period}s" if share else f"{len(at)} {period}s ask a question"
    return f"{many}, from {words.month(at[0])} on: what happened here?"


def _provisional(series: list[Series]) -> str:
    states = {phase.state for one in series for phase in one.chart.phases if not phase.suggested}
    if "provisional" in states:
        return "Fewer than 12 points: the limits are provisional and dashed."
    short = "runs" in states and min(len(one.chart.points) for one in series) < 7
    return "Fewer than 7 points have no limits." if short else ""


def notes_of(series: Sequence[Series], signals: int) -> list[str]:
    """False alarms first, then what the charts themselves say, and phases that people might begin.

    What only some of the charts say is said with their names.
    """
    charts = [one.chart for one in series]
    notes = []
    for said, names in _said_by(series).items():
        whose = "" if len(names) == len(series) else f"{words.listed(names)}: "
        notes.append(whose + (said[:1].lower() + said[1:] if whose else said))
    notes += [
        f"From {words.month(phase.first)} a new phase might begin: {sentence(phase.reason)} Only people decide that."
        for one in charts
        for phase in one.phases
        if phase.suggested
    ]
    chance = max((one.false_alarms for one in charts if one.false_alarms is not None), default=None)
    shown = (
        "here nothing is marked"
        if signals == 0
        else f"here {words.count(signals, 'point')} {'is' if signals == 1 else 'are'} marked"
    )
    if chance is not None:
        notes.insert(0, f"Where nothing changes, {round(chance * 100)} in 100 such charts mark something; {shown}.")
    return notes


def _said_by(series: Sequence[Series]) -> dict[str, list[str]]:
    """Each sentence of the charts' notes, and the names of the charts that say it."""
    names: dict[str, list[str]] = {}
    for one in series:
        note = re.sub(r"\b\d{4}-\d{2}\b", lambda month: words.month(month[0]), sentence(one.chart.note))
        for said in dict.fromkeys(re.split(r"(?<=[.?!]) (?=[A-Z])", note)):
            if said:
                names.setdefault(said, []).append(one.name)
    return names


def points_of(series: list[Series], period: str, title: str = "") -> DataTable:
    """The points of the charts as a table, with what stands out in each."""
    by = [{point.period: point for point in one.chart.points} for one in series]
    periods = sorted({p for one in by for p in one})
    rows = tuple(
        (
            words.month(p),
            *(_cell(each, one[p].value) if p in one else "" for each, one in zip(series, by, strict=True)),
            listed([_RULES.get(rule, rule) for one in by if p in one for rule in one[p].signals]),
        )
        for p in periods
    )
    return DataTable(
        title or f"Demands by {period}",
        (period.capitalize(), *(one.name for one in series), "What stands out"),
        rows,
    )


def _cell(one: Series, value: float | None) -> str:
    return words.percent(value) if one.chart.unit == "share" else words.plain(value)


def listed(things: list[str]) -> str:
    """The things, each once."""
    return "; ".join(dict.fromkeys(things))


def issues(findings: Findings) -> Part:
    """What people need, in their terms, most asked first."""
    book = findings.figures
    found = sorted(book.by("issue_share", "issue"), key=lambda one: (-(one.numerator or one.value or 0), one.group))[
        :12
    ]
    if not found:
        return refused("f-issues", "What people need", book.get("issue_share"), "no demand says what it is about")
    top = found[0]
    few = words.is_few(top)
    split = {one.group: one.value or 0 for one in book.by("demands_by_issue_and_type", "issue>type")}
    needs = findings.charts.needs
    named = {one.group: words.need(one.group, needs) for one in found}
    held = findings.run.published != ""
    items = [Bar(named[one.group], _first_and_again(one, split, held), *_counted(one, few)) for one in found]
    says = "Bar chart: " + "; ".join(f"{named[one.group]} {words.out_of(one)}" for one in found[:4])
    uncoded = book.known("issue_uncoded_share")
    note = (f"For {words.out_of(uncoded)} demands no need was recorded.",) if uncoded is not None else ()
    return Chart(
        id="f-issues",
        headline=f"Asked about most: {_within(top.group, needs)}",
        subtitle="Demands by what they were about, most asked first. Solid: asked for the first time. Striped: asking "
        f"again.{_untold(found, split, held)} A person can ask about more than one thing.",
        wide=bars(items, WIDE, says, part_names=_PARTS_OF_ISSUE[:2] if split else ()),
        narrow=bars(items, NARROW, says, part_names=_PARTS_OF_ISSUE[:2] if split else ()),
        table=DataTable(
            "Demands by need",
            ("Need", "Demands", "Share", *_PARTS_OF_ISSUE),
            tuple((named[o.group], words.plain(o.numerator), words.out_of(o), *_told(o, split, held)) for o in found),
        ),
        basis=(*basis_of(top, [])[1:], *note),
        figure="issue_share",
    )


def _within(code: str, needs: Mapping[str, str]) -> str:
    """A need within a sentence: people's own words in quotation marks."""
    said = needs.get(code, code)
    return words.spoken(code).lower() if said == code else f"‘{words.short(said, 78)}’"


NEEDS_IN_WORDS = 6


def in_their_words(findings: Findings, said: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[Part]:
    """Need by need, something people said when they first asked and when they asked again; nothing without words."""
    found = sorted(
        findings.figures.by("issue_share", "issue"), key=lambda one: (-(one.numerator or one.value or 0), one.group)
    )
    needs = findings.charts.needs
    spoken = [one.group for one in found if any((one.group, kind) in said for kind in _TYPES)][:NEEDS_IN_WORDS]
    if not spoken:
        return []
    return [
        Columns(
            id="f-words-by-need",
            headline="In their words, need by need",
            subtitle="Something people said when they first asked, and when they asked again. Chosen by a rule, not by "
            "hand: the first of a fixed shuffle.",
            heads=("What it was about", "Asking first time", "Asking again"),
            cells=tuple(
                (
                    (Line(words.need(issue, needs)),),
                    *(_quoted(said.get((issue, kind))) for kind in _TYPES[:2]),
                )
                for issue in spoken
            ),
            figure="demands",
        )
    ]


def _quoted(row: Mapping[str, Any] | None) -> Cell:
    """Somebody's words with where and when; a quiet line where nobody's were written down."""
    if row is None:
        return (Line("No words were written down.", "quiet"),)
    when = words.when(row["started_at"], row["date_precision"])
    where = ", ".join(part for part in (words.agency(row["agency"]), when) if part)
    return (Line(words.short(row["words"]), "words", f"at {where}"),)


_PARTS_OF_ISSUE = ("Asking first time", "Asking again", "Cannot be told")
_TYPES = ("value", "failure", "unclassifiable")


def _first_and_again(issue: Figure, split: Mapping[str, float], held: bool) -> tuple[tuple[str, float], ...]:
    """The bar of an issue in its parts; whole where no demand was told apart, or which is which is withheld."""
    parts = tuple(split.get(f"{issue.group}>{kind}", 0) for kind in _TYPES)
    if not split:
        return (("first", issue.numerator or issue.value or 0),)
    if held and not _whole(issue, split):
        return (("slate", issue.numerator or issue.value or 0),)
    return tuple(zip(("first", "again", "open"), parts, strict=True))


def _whole(issue: Figure, split: Mapping[str, float]) -> bool:
    """Whether both first and again are known; in a version to publish one that is not there may be withheld."""
    return all(f"{issue.group}>{kind}" in split for kind in _TYPES[:2])


def _told(issue: Figure, split: Mapping[str, float], held: bool) -> tuple[str, ...]:
    none = "none, or withheld" if held else "0"
    groups = (f"{issue.group}>{kind}" for kind in _TYPES)
    return tuple((words.plain(split[one]) if one in split else none) if split else "" for one in groups)


def _untold(found: list[Figure], split: Mapping[str, float], held: bool) -> str:
    pale = " Pale: could not be told." if any(split.get(f"{one.group}>unclassifiable") for one in found) else ""
    grey = " Grey: how many of each is withheld." if held and split and not all(_whole(o, split) for o in found) else ""
    return pale + grey


def _counted(figure: Figure, few: bool) -> tuple[str, str]:
    """What a bar prints at its end and after it: "4 of 8" alone where they are few, else "24%" and "4,210"."""
    return (words.out_of(figure), "") if few else (words.percent(figure.value), words.number(figure.numerator))


def kinds(findings: Findings, said: Mapping[str, str]) -> list[Part]:
    """Why people had to ask again, most first, with something people said."""
    book = findings.figures
    found = sorted(book.by("failure_kind_share", "failure_kind"), key=lambda one: (-(one.value or 0), one.group))
    if not found:
        return [refused("f-kinds", "In what way people had to ask again", book.get("failure_kind_share"),
                        "no asking again was found")]  # fmt: skip
    items = []
    for one in found:
        quote = f"‘{words.short(said[one.group], 78)}’" if one.group in said else ""
        shown, also = _counted(one, words.is_few(one))
        items.append(Bar(_kind(one), (("again", one.value or 0),), shown, also, quote))
    says = "Bar chart: " + "; ".join(f"{_kind(one)} {words.out_of(one)}" for one in found)
    top = found[0]
    return [
        Chart(
            id="f-kinds",
            headline=f"Mostly it is {_kind(top)[:1].lower() + _kind(top)[1:]}" if (top.value or 0) > 0.5
            else "Asking again takes several forms" if findings.run.published
            else f"Asking again takes {words.count(len(found), 'form')}",
            subtitle="Failure demand by kind, with something people said. Each demand is counted once.",
            wide=bars(items, WIDE, says),
            narrow=bars(items, NARROW, says),
            table=DataTable(
                "Failure demand by kind",
                ("Kind", "Demands", "Share"),
                tuple((_kind(one), words.plain(one.numerator), words.out_of(one)) for one in found),
            ),
            basis=(f"Kinds are {words.basis(top)}; they are less certain than the total.",),
            figure="failure_kind_share",
        )
    ]  # fmt: skip


def _kind(figure: Figure) -> str:
    return words.KIND_OF_AGAIN.get(figure.group, words.spoken(figure.group))
