"""Page 5: what happens, the conditions that make it so, and the thinking behind them, as people wrote them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from personshaped.figures import NOT_A_GOAL, Figure
from personshaped.picture import words
from personshaped.picture.book import FigureBook
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.dots import dots
from personshaped.picture.drawn import Cell, Chart, Columns, DataTable, Line, Listing, Part, Refusal, basis_of, inside
from personshaped.picture.inputs import Condition, Findings, Voice
from personshaped.picture.pages.care import SAYS
from personshaped.picture.pages.panels import panels
from personshaped.picture.rows import Row
from personshaped.picture.svg import PETROL, SLATE

ROOM = "Room for what those who work here say about this. Nobody has written a condition for it yet."
MOST_EVIDENCE = 3
"""So many people's words stand beside one condition; the rest is named."""


@dataclass(frozen=True)
class Counted:
    """One figure to study: its sentences for many (`{n}` in a hundred) and for few (`{few}`)."""

    name: str
    many: str
    few: str
    subtitle: str
    colour: str = SLATE

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('_', '-')}"

    def says(self, figure: Figure) -> str:
        few = words.is_few(figure)
        filled = round((figure.value or 0) * 100)
        counted = f"{words.plain(figure.numerator)} of {words.plain(figure.denominator)}"
        return (self.few if few or filled <= 1 else self.many).format(n=filled, few=counted)


SHARES = (
    Counted("screened_out_share", "Of 100 people sent for an assessment, {n} were screened out first",
            "{few} people sent for an assessment were screened out first",
            "People referred to an agency whose first screen or assessment there ended in “not for us”."),
    Counted("screened_out_share_screens", "Of 100 screenings, {n} ended in “not for us”",
            "{few} screenings ended in “not for us”", "Rows in which an agency decided whether to take the person on."),
    Counted("needs_below_threshold_share", "Of 100 needs, {n} were turned away as not bad enough yet",
            "{few} needs were turned away as not bad enough yet",
            "Needs on which some agency gave “below the threshold” as its reason."),
    Counted("closed_at_initial_assessment_share", "Of 100 first assessments, {n} were followed by closing",
            "{few} first assessments were followed by closing", "Closed before anything was done."),
    Counted("assessment_without_service_share", "Of 100 rounds with an assessment, {n} led to nothing being done",
            "{few} rounds with an assessment led to nothing being done",
            "Ended rounds that hold a screen or an assessment."),
    Counted("approval_rate", "Of 100 plans sent for approval, {n} were approved",
            "{few} plans sent for approval were approved",
            "The last decision of each round that went to someone else to decide."),
    Counted("control_time_share", "Of 100 minutes worked, {n} went on control",
            "{few} minutes worked went on control",
            "Screening, assessing, approving, recording, reviewing and reporting."),
    Counted("value_share_time", "Of 100 minutes worked, {n} did what mattered to the person",
            "{few} minutes worked did what mattered to the person", "As coded by people, row by row.", PETROL),
    Counted("helping_share", "Of 100 things done, {n} did what mattered to the person",
            "{few} things done did what mattered to the person",
            "As coded by people, where it is coded at all.", PETROL),
)  # fmt: skip
COUNTS = (
    ("referrals_per_need", "Times sent on, for each need"),
    ("referral_chain_length", "Times sent on in a row, before anything was done"),
    ("referrals_lost", "Times sent on that nobody recorded receiving"),
    ("cycles_before_screened_in", "Rounds before being taken on"),
)
HOW_CONDITION = (
    "Nobody has written down a condition yet. Ask those who do the work what makes it go like this, and those who lead "
    "it what they think. Write one line for each into the file decisions/conditions.csv of the study, with the figures "
    "it bears on and the interactions whose words show it, and draw the picture again:"
)
CONDITION_LINES = (
    "condition_id,what_happens,condition,kind,whose,law_or_policy,thinking,evidence,by,on\n"
    'C1,screened_out_share;referrals_per_need,"Only a substantial need is taken on",threshold,adult_social_care,policy,'
    '"Protect our budget",h-000123;h-000207,tm,2024-05-03'
)
HOW_VOICE = (
    "Nobody has written down what people say it is like. Ask both questions, and write what is said, as it is said, "
    "into the file decisions/voices.csv of the study; only what people agree to have shown is shown:"
)
VOICE_LINES = (
    "whose,words,said_by,on,source,consent\n"
    'need_help,"I get constant referrals",tenant,2024-05-03,a visit,yes\n'
    'work_here,"I often ask myself: am I helping?",housing officer,2024-05-03,a workshop,yes'
)
_KINDS = {"data_sharing": "sharing of data"}
_LAW = {"law": "law", "policy": "policy, not law", "neither": "neither law nor policy",
        "unknown": "not known whether it is law or policy"}  # fmt: skip


def evidence(findings: Findings) -> list[str]:
    """The interactions whose words stand beside a condition."""
    return sorted({one for condition in findings.charts.conditions for one in condition.evidence})


def why(findings: Findings, said: dict[str, Row]) -> list[Part]:
    """The parts of page 5; `said` holds the words of `evidence`. What cannot be counted: a refusal for each reason."""
    book = findings.figures
    parts: list[Part] = [_share(findings, one, figure) for one in SHARES if (figure := book.known(one.name))]
    counts = [(label, figure) for name, label in COUNTS if (figure := book.known(name))]
    if counts:
        parts.append(_counts(counts))
    parts += panels(findings)
    parts = [conditions(findings, said, parts), voices(findings), *parts]
    return [*parts, *_missing(book)]


def _missing(book: FigureBook) -> list[Part]:
    by_reason: dict[str, list[str]] = {}
    for one in SHARES:
        if (figure := book.get(one.name)) is not None and figure.value is None:
            by_reason.setdefault(inside(figure.note), []).append(_topic(one))
    return [
        Refusal(f"f-why-{place}", f"{_first_up(words.listed(topics))} cannot be said from these data",
                f"because {why or 'what it needs was not recorded'}.")
        for place, (why, topics) in enumerate(by_reason.items(), 1)
    ]  # fmt: skip


# --- what happens, the condition, the thinking ---------------------------------------------------------------


def conditions(findings: Findings, said: dict[str, Row], parts: Sequence[Part]) -> Columns:
    """One row for each condition that was written down: figures and words, the condition, the thinking.

    A figure that one of the page's `parts` draws is said in that chart's own sentence, and leads to it.
    """
    table = Columns(
        id="f-conditions",
        headline="What happens, what makes it so, and the thinking behind it",
        subtitle="Read from right to left: thinking makes conditions, and conditions make what happens. Each line was "
        f"written by someone who studied this system; the words are people’s own. {NOT_A_GOAL}",
        heads=("What happens", "← The condition that makes it so", "← The thinking behind it"),
    )
    found = findings.charts.conditions
    if not found:
        return replace(table, empty=HOW_CONDITION, example=CONDITION_LINES)
    drawn = {part.figure: part for part in reversed(parts) if isinstance(part, Chart)}
    return replace(
        table,
        cells=tuple((_happens(findings, one, said, drawn), _condition(one), _thinking(one)) for one in found),
        after="Add or correct a condition in decisions/conditions.csv: a later line with the same id stands.",
    )


def _happens(findings: Findings, one: Condition, said: dict[str, Row], drawn: Mapping[str, Chart]) -> Cell:
    lines = [_number(findings, name, drawn) for name in one.what_happens]
    different = {said[name]["words"]: said[name] for name in reversed(one.evidence) if name in said}
    shown = list(reversed(different.values()))[:MOST_EVIDENCE]
    lines += [
        Line(words.short(row["words"], 180), "words",
             f"at {words.agency(row['agency'])}, {words.when(row['started_at'], row['date_precision'])}")
        for row in shown
    ]  # fmt: skip
    more = sum(1 for name in one.evidence if name in said) - len(shown)
    if more:
        lines.append(Line(f"{words.count(more, 'more row')} of evidence", "quiet"))
    lost = [name for name in one.evidence if name not in said]
    if lost:
        lines.append(Line(f"No words in these data under {words.listed(lost)}.", "quiet"))
    return tuple(lines) or (Line("No figure and no words are named yet.", "quiet"),)


def _number(findings: Findings, name: str, drawn: Mapping[str, Chart]) -> Line:
    """A figure as one short sentence, linked to where it is drawn on this page."""
    if name in drawn:
        return Line(drawn[name].headline, "number", link=drawn[name].id)
    figure = findings.figures.known(name)
    if figure is None:
        unknown = findings.figures.get(name) is None
        return Line(f"{words.spoken(name)}: {'no figure of that name' if unknown else 'not known'}", "quiet")
    label = {**dict(COUNTS), **SAYS}.get(name) or words.spoken(name)
    shown = words.share(figure) if figure.unit == "share" else words.amount(figure)
    return Line(f"{label}: {shown}", "number")


def _condition(one: Condition) -> Cell:
    kind = words.spoken(_KINDS.get(one.kind, one.kind)) if one.kind != "other" else ""
    about = [kind, words.agency(one.whose) if one.whose else "", _LAW.get(one.law_or_policy, "")]
    lines = [Line(one.condition)]
    if any(about):
        lines.append(Line(f"{'; '.join(filter(None, about))}.", "quiet"))
    written = " ".join(filter(None, (f"by {one.by}" if one.by else "", f"on {_day(one.on)}" if one.on else "")))
    return (*lines, *((Line(f"Written down {written}.", "quiet"),) if written else ()))


def _thinking(one: Condition) -> Cell:
    if not one.thinking:
        return (Line("Nobody has asked yet what is thought.", "quiet"),)
    return (Line(one.thinking, "words"),)


def _day(iso: str) -> str:
    return words.day(date.fromisoformat(iso))


def voices(findings: Findings) -> Columns:
    """What people say it is like, in two columns."""
    table = Columns(
        id="f-voices",
        headline="What it is like",
        subtitle="The same system from both sides, in people’s own words.",
        heads=("What is it like to need help here?", "What is it like to work here?"),
    )
    found = findings.charts.voices
    withheld = findings.charts.voices_withheld
    kept = f"{words.count(withheld, 'more thing was', 'more things were')} said that may not be shown."
    if not found:
        return replace(table, empty=HOW_VOICE, example=VOICE_LINES, after=kept if withheld else "")
    sides = tuple(
        tuple(_voice(one) for one in found if one.whose == whose)
        or (Line("Nobody has been asked yet, or nobody agreed to have it shown.", "quiet"),)
        for whose in ("need_help", "work_here")
    )
    return replace(table, cells=(sides,), after=kept if withheld else "")


def _voice(one: Voice) -> Line:
    where = "" if one.source.startswith("decisions/") else one.source
    return Line(
        words.short(one.words), "words", ", ".join(filter(None, (one.said_by, where, _day(one.on) if one.on else "")))
    )


# --- what can be counted -------------------------------------------------------------------------------------


def _topic(one: Counted) -> str:
    """What it counts, from its own sentence: "how many screenings ended in “not for us”"."""
    return one.few.replace("{few}", "how many")


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _share(findings: Findings, one: Counted, figure: Figure) -> Chart:
    few = words.is_few(figure)
    total = int(figure.denominator or 0) if few else 100
    filled = int(figure.numerator or 0) if few else round((figure.value or 0) * 100)
    headline = one.says(figure)
    says = f"{total} dots, {filled} filled: {words.out_of(figure)}."
    basis = basis_of(figure, findings.figures.others(figure))
    written = findings.charts.conditions
    waits = bool(written) and not any(one.name in condition.what_happens for condition in written)
    return Chart(
        id=one.id,
        headline=headline,
        subtitle=one.subtitle,
        wide=dots(filled, total, one.colour, WIDE, says),
        narrow=dots(filled, total, one.colour, NARROW, says),
        table=DataTable(
            headline,
            ("", "Counted", "Of", "Share"),
            (
                (
                    _first_up(_topic(one)),
                    words.plain(figure.numerator),
                    words.plain(figure.denominator),
                    words.out_of(figure),
                ),
            ),
        ),
        basis=basis if any(NOT_A_GOAL in line for line in basis) else (*basis, NOT_A_GOAL),
        figure=one.name,
        room=ROOM if waits else "",
    )


def _counts(counts: list[tuple[str, Figure]]) -> Listing:
    return Listing(
        id="f-sent",
        headline="Being sent on, and waiting",
        subtitle=f"Means and counts of different kinds, so no chart holds them together. {NOT_A_GOAL}",
        rows=tuple((label, words.amount(one)) for label, one in counts),
    )
