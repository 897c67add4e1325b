"""Page 5: counts of the conditions people work in, beside room for what those who work here say."""

from __future__ import annotations

from dataclasses import dataclass

from personshaped.figures import NOT_A_GOAL, Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.dots import dots
from personshaped.picture.drawn import NEVER_GOALS, Chart, DataTable, Listing, Part, Refusal, basis_of
from personshaped.picture.inputs import Findings
from personshaped.picture.svg import PETROL, SLATE

ROOM = "Room for what those who work here say about this. Nobody has written it down yet."


@dataclass(frozen=True)
class Counted:
    """One condition: the figure, its sentences for many (`{n}` in a hundred) and for few (`{few}`)."""

    name: str
    many: str
    few: str
    subtitle: str
    colour: str = SLATE


SHARES = (
    Counted("screened_out_share", "Of 100 people sent for an assessment, {n} were screened out first",
            "{few} people sent for an assessment were screened out first",
            "People referred to an agency whose first screen or assessment there ended in “not for us”."),
    Counted("screened_out_share_screens", "Of 100 screenings, {n} ended in “not for us”",
            "{few} screenings ended in “not for us”", "Rows in which an agency decided whether to take the person on."),
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
    ("approval_delay_median", "Days waited for approval, half of plans"),
)


def why(findings: Findings) -> list[Part]:
    """The parts of page 5; a condition that cannot be counted is named in one refusal."""
    book = findings.figures
    parts: list[Part] = [_share(findings, one, figure) for one in SHARES if (figure := book.known(one.name))]
    counts = [(label, figure) for name, label in COUNTS if (figure := book.known(name))]
    if counts:
        parts.append(_counts(counts))
    missing = [one for one in SHARES if (found := book.get(one.name)) is not None and found.value is None]
    if missing:
        what = words.listed([_topic(one) for one in missing])
        notes = list(dict.fromkeys(note for one in missing if (f := book.get(one.name)) and (note := f.note)))
        parts.append(Refusal("f-why", f"{what} cannot be said from these data", f"because {words.listed(notes)}."
                             if notes else "because what they need was not recorded."))  # fmt: skip
    return parts


def _topic(one: Counted) -> str:
    return words.spoken(one.name.replace("_share", ""))


def _share(findings: Findings, one: Counted, figure: Figure) -> Chart:
    few = words.is_few(figure)
    total = int(figure.denominator or 0) if few else 100
    filled = int(figure.numerator or 0) if few else round((figure.value or 0) * 100)
    counted = f"{words.plain(figure.numerator)} of {words.plain(figure.denominator)}"
    headline = (one.few if few or filled <= 1 else one.many).format(n=filled, few=counted)
    said = next((c for c in findings.charts.conditions if c.figure == one.name), None)
    says = f"{total} dots, {filled} filled: {words.out_of(figure)}."
    return Chart(
        id=f"f-{one.name.replace('_', '-')}",
        headline=headline,
        subtitle=one.subtitle,
        wide=dots(filled, total, one.colour, WIDE, says),
        narrow=dots(filled, total, one.colour, NARROW, says),
        table=DataTable(
            headline,
            ("", "Counted", "Of", "Share"),
            ((_topic(one), words.plain(figure.numerator), words.plain(figure.denominator), words.out_of(figure)),),
        ),
        basis=basis_of(figure, findings.figures.others(figure)),
        figure=one.name,
        said=words.short(said.words) if said else "",
        said_by=said.said_by or "someone who studied this system" if said else "",
        room="" if said else ROOM,
    )


def _counts(counts: list[tuple[str, Figure]]) -> Listing:
    shown = []
    for label, one in counts:
        amount = f"{words.plain(one.value)} {one.unit}" if one.unit == "days" else words.plain(one.value)
        shown.append((label, f"{amount}. {NOT_A_GOAL}" if one.name in NEVER_GOALS else amount))
    return Listing(
        id="f-sent",
        headline="Being sent on, and waiting",
        subtitle="Means and counts of different kinds, so no chart holds them together.",
        rows=tuple(shown),
        room=ROOM,
    )
