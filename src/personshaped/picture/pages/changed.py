"""Page 7: what changed. XmR charts with the changes written down lead; cases, interrupted series and signs follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from personshaped.learning.four_sentences import MEASURED
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.before_after import interrupted as drawn_series
from personshaped.picture.charts.before_after import pairs, running
from personshaped.picture.charts.xmr import Series, xmr
from personshaped.picture.drawn import Chart, Columns, DataTable, Line, Part, Refusal, sentence
from personshaped.picture.inputs import Findings
from personshaped.picture.learned import Compared, Interrupted, OldNew, Recorded, Reporting, Times
from personshaped.picture.pages.asked import FEWEST, notes_of, points_of
from personshaped.picture.pages.signs import signs

CALLED = {
    "demands": "Times people asked", "hours": "Hours worked", "cost_marginal": "Cost at marginal rates",
    "cost": "Cost at average rates", "cost_slope": "How fast the cost mounts, month by month",
}  # fmt: skip
"""In the order in which they are shown: hours freed, then cost at marginal rates, then at average ones (Stat 6)."""
MEANS = {
    "cost_marginal": "Marginal: what one hour or contact more or fewer adds or spares. ",
    "cost": "Average: the value of people’s time and work, not cash that could be taken out. ",
}
OUTCOMES = {"all": "All asking", "failure": "Asking again", "value": "Asking for the first time"}
MOST_SERIES, MOST_CASES = 6, 6
OPEN_BEYOND = 20
"""Limits further apart than so many times tell nothing, and are said in words."""
WIDE_OPEN = "there is too little to tell a fall from a rise"
ONLY_XMR = "Only the XmR chart can be read."


def changed(findings: Findings) -> list[Part]:
    """The parts of page 7."""
    found = findings.charts.learned
    cases = _cases(found.old_new) if found.old_new else [
        Refusal("f-pairs", "Old way beside new way, case by case, cannot be said from these data",
                "because nobody has written down the cases (table cases: who, how they were chosen, two windows each).")
    ]  # fmt: skip
    return [_charted(findings), *_reporting(found.reporting), *cases, *_series(found.interrupted),
            *signs(found.signs, findings.figures.get("signals"),
                   findings.figures.by("peers_who_came_back", "area>peer"))]  # fmt: skip


# --- charts with the changes written down --------------------------------------------------------------------


def _charted(findings: Findings) -> Part:
    charts, changes = findings.charts.xmr, findings.charts.learned.changes
    pairs_ = (("failure_demands", "Asking again", True), ("value_demands", "Asking first time", False))
    series = [Series(name, charts[f"{key}/month"], again) for key, name, again in pairs_ if f"{key}/month" in charts]
    if not series and "demands/month" in charts:
        series = [Series("Demands", charts["demands/month"], False)]
    points = max((len(one.chart.points) for one in series), default=0)
    if points < FEWEST:
        return Refusal("f-changes", "Whether anything changed from month to month cannot be said from these data",
                       f"because there are {words.count(points, 'dated month')}, and fewer than {FEWEST} say nothing "
                       "about variation.")  # fmt: skip
    periods = {point.period for one in series for point in one.chart.points}
    shown = [one for one in changes if one.at[:7] in periods]
    if findings.run.published and not shown:
        return Refusal("f-changes", "What changed is not said here", "because no words about it were ticked.")
    phases = max(sum(not phase.suggested for phase in one.chart.phases) for one in series)
    signals = sum(1 for one in series for point in one.chart.points if point.signals)
    says = (
        f"Line chart, {points} months, {words.count(len(shown), 'change')} marked. "
        f"{'; '.join(f'{one.name}: {one.usually()}' for one in series)}. {words.count(signals, 'signal')}."
    )
    marked = [(one.at[:7], str(number)) for number, one in enumerate(shown, 1)]
    return Chart(
        id="f-changes",
        headline=_what_stands_out(shown, phases),
        subtitle="Demands each month. A numbered line: a change that somebody wrote down, listed below. "
        "Mean and band begin anew only where a person decided so, and said why. Two things at one time prove nothing.",
        wide=xmr(series, WIDE, says, marked),
        narrow=xmr(series, NARROW, says, marked),
        table=points_of(series, "month", "Demands by month, beside what changed"),
        basis=(*(f"{number}: {_told(one)}" for number, one in enumerate(shown, 1)),
               *notes_of(series, signals)),
        figure="demands",
    )  # fmt: skip


def _told(one: Recorded) -> str:
    where = f" at {words.agency(one.agency)}" if one.agency else ""
    return sentence(f"{one.text or words.spoken(one.kind)}{where}, {words.day(date.fromisoformat(one.at))}")


def _what_stands_out(shown: list[Recorded], phases: int) -> str:
    if not shown:
        return "Nobody has written down a change in these months"
    began = f"; people began {words.count(phases - 1, 'new phase')}" if phases > 1 else "; nobody has begun a new phase"
    return f"{words.count(len(shown), 'change')} written down in these months{began}"


# --- honest reporting ----------------------------------------------------------------------------------------


def _reporting(found: tuple[Reporting, ...]) -> list[Part]:
    if not found:
        return [Refusal("f-reporting", "Whether more goes wrong or more is written down cannot be said from these data",
                        "because no series counted independently of the agencies is in the data (area_facts with "
                        "independent = yes, by month).")]  # fmt: skip
    everywhere = [one for one in found[0].evidence if len(found) > 1 and all(one in other.evidence for other in found)]
    cells = tuple(
        ((Line(words.agency(one.agency), "number"), Line(one.sentence)),
         tuple(Line(line, "quiet") for line in _looked_at([each for each in one.evidence if each not in everywhere])))
        for one in found
    )  # fmt: skip
    return [
        Columns(
            id="f-reporting",
            headline="Is more going wrong, or is more written down?",
            subtitle="One of four sentences for each agency; agencies from which fewer rows arrive come first, then by "
            "the alphabet. More written down is never called more going wrong before this has been looked at.",
            heads=("What may be said", "What was looked at"),
            cells=cells,
            after=f"The same at all of them. {' '.join(_looked_at(everywhere))} {MEASURED}" if everywhere else MEASURED,
        )
    ]


def _looked_at(evidence: Sequence[tuple[str, str]]) -> list[str]:
    """A line for each thing that was found, with all of which it says so."""
    by_finding: dict[str, list[str]] = {}
    for looked, says in evidence:
        by_finding.setdefault(says, []).append(looked)
    lines = [f"{words.listed(looked)}: {says}" for says, looked in by_finding.items()]
    return [sentence(one[:1].upper() + one[1:]) for one in lines]


# --- cases ---------------------------------------------------------------------------------------------------


def _cases(found: OldNew) -> list[Part]:
    parts: list[Part] = []
    measures, lacking = {one.name: one for one in found.measures if one.pairs}, dict(found.lacking)
    for name in CALLED:
        if name in measures:
            parts += [_pairs(measures[name], found), *_how_sure(measures[name])]
        elif name in lacking:
            parts.append(Refusal(f"f-pairs-{name.replace('_', '-')}",
                                 f"{CALLED[name]}, old and new, cannot be said of these cases",
                                 f"because {lacking[name]}."))  # fmt: skip
    return [*parts, *_running(found)]


def _shown(one: Compared, value: float) -> str:
    return words.pounds(value) if one.unit.startswith("£") else words.plain(value)


def _pairs(one: Compared, found: OldNew) -> Chart:
    n, name = len(one.pairs), CALLED[one.name]
    says = f"{n} lines, one a case: " + "; ".join(
        f"{pair.case_id} {_shown(one, pair.old)} to {_shown(one, pair.new)}" for pair in one.pairs
    )
    return Chart(
        id=f"f-pairs-{one.name.replace('_', '-')}",
        headline=f"{name}: lower in {one.lower} of {n} cases ({found.heading})",
        subtitle=f"{MEANS.get(one.name, '')}One line a case, every case drawn: the old way in one window, the new way "
        "in the next. What came by itself is in these lines too: people taken on when things are at their worst often "
        "find them easier later.",
        wide=pairs(one, lambda value: _shown(one, value), WIDE, says),
        narrow=pairs(one, lambda value: _shown(one, value), NARROW, says),
        table=DataTable(f"{name}, case by case", ("Case", "Old", "New"),
                        tuple((pair.case_id, _shown(one, pair.old), _shown(one, pair.new)) for pair in one.pairs)),
        basis=(*filter(None, (found.who,)), *found.notes),
        figure="",
    )  # fmt: skip


def _how_sure(one: Compared) -> list[Part]:
    """Beside each other: how sure one can be of these few, and how much would have come by itself."""
    shift = f"The typical difference (Hodges–Lehmann), old less new, is {_shown(one, one.shift.value)}, between " \
            f"{_shown(one, one.shift.low)} and {_shown(one, one.shift.high)}." if one.shift else \
            "Too few cases for an interval: here is each of them."  # fmt: skip
    sure = tuple(Line(line) for line in (*one.spread[:1], shift, *one.spread[1:], one.tested) if line)
    itself = tuple(Line(line) for line in one.by_itself)
    return [
        Columns(
            id=f"f-how-sure-{one.name.replace('_', '-')}",
            headline="How sure one can be, and what would have come by itself",
            subtitle=f"{CALLED[one.name]}, the same cases. Things at their worst get "
            "better by themselves; a test of the pairs alone does not know that.",
            heads=("Of these cases alone", "What would have come by itself") if itself else ("Of these cases alone",),
            cells=((sure, itself) if itself else (sure,),),
        )
    ]


def _running(found: OldNew) -> list[Part]:
    most = max((max(old, new) for _, days in found.running for _, old, new in days), default=0.0)
    parts: list[Part] = []
    for case, days in found.running[:MOST_CASES]:
        says = f"{case}: {words.pounds(days[-1][1])} in the old window, {words.pounds(days[-1][2])} in the new."
        parts.append(
            Chart(
                id=f"f-running-{len(parts) + 1}",
                headline=says,
                subtitle="Cost as it mounted up. Dashed: old window. Solid: new window. All cases have the same axis. "
                f"Chosen: {found.heading}.",
                wide=running(days, most, words.pounds, WIDE, says),
                narrow=running(days, most, words.pounds, NARROW, says),
                table=DataTable(
                    "Cost as it mounted up", ("Day", "Old", "New"),
                    tuple((words.number(day + 1), words.pounds(old), words.pounds(new)) for day, old, new in days),
                ),
                basis=_others(found),
            )
        )  # fmt: skip
    return parts


def _others(found: OldNew) -> tuple[str, ...]:
    rest = len(found.running) - MOST_CASES
    if rest <= 0:
        return ()
    return (f"The first {MOST_CASES} cases by their id; {words.count(rest, 'more case')} with the command compare.",)


# --- interrupted series --------------------------------------------------------------------------------------


def _series(found: tuple[Interrupted, ...]) -> list[Part]:
    told = [one for one in found if not one.refused and one.fitted and _narrow(one.level)]
    refused = [one for one in found if one not in told]
    parts: list[Part] = [_one_series(place, one) for place, one in enumerate(told[:MOST_SERIES], 1)]
    if refused:
        parts.append(Refusal("f-series-refused", "Not everywhere can before and after a change be told apart",
                             f"because {_why_not(refused)}"))  # fmt: skip
    return parts


def _why_not(refused: Sequence[Interrupted]) -> str:
    """Each reason once, with every change and outcome that it is the reason for."""
    by_reason: dict[str, dict[str, list[str]]] = {}
    for one in refused:
        why = one.refused.removeprefix("Refused: ").removesuffix(ONLY_XMR).strip(" .") or WIDE_OPEN
        outcomes = by_reason.setdefault(why, {}).setdefault(_when(one).strip(), [])
        outcomes.append(OUTCOMES[one.outcome].lower())
    told = []
    for why, by_when in sorted(by_reason.items()):
        held = [f"{when} ({words.listed(list(dict.fromkeys(outcomes)))})" for when, outcomes in sorted(by_when.items())]
        told.append(f"{why}: {words.listed(held)}")
    return f"{'; '.join(told)}. {ONLY_XMR}"


def _narrow(level: Times | None) -> bool:
    return level is not None and level.low > 0 and level.high / level.low <= OPEN_BEYOND


def _one_series(place: int, one: Interrupted) -> Chart:
    assert one.level is not None
    says = f"Dots for {len(one.months)} months, two lines. At once {_times(one.level)} what the old line gave."
    return Chart(
        id=f"f-series-{place}",
        headline=f"{_what(one)}: {_beside_the_old_line(one.level)}"
        + (" – recording also changed" if one.recording_changed else ""),
        subtitle=f"{sentence(_written_down(one))} At once {_times(one.level)} what the old line would have given."
        f" {_what_it_is(one)}",
        wide=drawn_series(one, WIDE, says),
        narrow=drawn_series(one, NARROW, says),
        table=DataTable(
            "Month by month", ("Month", "Seen", "Line found", "Old line gone on"),
            tuple((words.month(month), words.plain(seen), words.plain(fit), words.plain(old))
                  for month, seen, fit, old in zip(one.months, one.observed, one.fitted,
                                                   one.extended or one.fitted, strict=True)),
        ),
        basis=(*_checks(one), "What this rests on: " + " ".join(one.assumptions)),
        figure="",
    )  # fmt: skip


def _what(one: Interrupted) -> str:
    return f"{OUTCOMES[one.outcome]}{_when(one)}"


def _when(one: Interrupted) -> str:
    return f"{_where(one)} after {words.day(date.fromisoformat(one.on))}"


def _written_down(one: Interrupted) -> str:
    told = one.title.split(": ", 1)[-1].removesuffix(" – recording also changed")
    return f"What was written down then: {told}"


def _beside_the_old_line(level: Times) -> str:
    if level.high < 1:
        return "less than the old line would have given"
    return "more than the old line would have given" if level.low > 1 else "no step is shown beside the old line"


def _where(one: Interrupted) -> str:
    at = f" at {words.agency(one.agency)}" if one.agency else ""
    return f"{at} in {one.area}" if one.area else at


def _what_it_is(one: Interrupted) -> str:
    if one.controlled is None:
        return "There is no area to compare with: this is a before and after, not an effect."
    return f"Beyond what the area compared with shows, {_times(one.controlled)}: only this may be called an effect."


def _times(one: Times) -> str:
    return f"{one.value:.2f} times ({one.low:.2f} to {one.high:.2f})"


def _checks(one: Interrupted) -> list[str]:
    made = []
    if one.placebo is not None:
        alike, tried = one.placebo
        made.append(f"Of {words.count(tried, 'other date')} of the old time, {alike} show as much.")
    if one.falsification is not None:
        made.append(f"Asking for the first time, which should stay as it was: {_times(one.falsification)}.")
    if one.with_gap is not None:
        made.append(f"Leaving out the months of changing over: {_times(one.with_gap)}.")
    if one.without:
        ends = [value for _, value in one.without]
        made.append(f"With any one agency left out: {min(ends):.2f} to {max(ends):.2f} times.")
    if one.recording_changed:
        made.append("Recording also changed near this date: the two cannot be told apart.")
    return made
