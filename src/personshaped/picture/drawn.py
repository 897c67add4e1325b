"""What a page is made of: a chart with its sentence, its text alternative and its table; or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from personshaped.figures import NOT_A_GOAL, Figure
from personshaped.picture import words

NEVER_GOALS = frozenset(
    {
        "screened_out_share",
        "screened_out_share_screens",
        "closed_at_initial_assessment_share",
        "cycles_before_screened_in",
    }
)
"""Figures of the measures marked [M!] (M037, M038, M061)."""


@dataclass(frozen=True)
class DataTable:
    """The same as a table: the first column is the heading of its row, the others are numbers if `numbers` says so."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: bool = True


@dataclass(frozen=True)
class Chart:
    """A figure of the picture: headline → subtitle → drawing, twice → basis → table."""

    id: str
    headline: str
    subtitle: str
    wide: Markup
    narrow: Markup
    table: DataTable
    basis: tuple[str, ...] = ()
    figure: str = ""  # its name, for `personshaped figure … --rows`
    key: tuple[str, ...] = ()  # marks that need a key
    said: str = ""  # words that stand with it
    said_by: str = ""
    room: str = ""  # what is asked for, where nobody has said anything yet


@dataclass(frozen=True)
class Refusal:
    """What cannot be said from these data, why, and so what would make it possible."""

    id: str
    headline: str
    because: str


@dataclass(frozen=True)
class Listing:
    """Numbers of different kinds, which no chart may hold: each with its own sentence."""

    id: str
    headline: str
    subtitle: str
    rows: tuple[tuple[str, str], ...]
    room: str = ""


@dataclass(frozen=True)
class Line:
    """One thing in a cell of columns: `kind` is words (somebody's own), number, quiet, or blank for plain text."""

    text: str
    kind: str = ""
    footer: str = ""  # who said it, where the line is words
    link: str = ""  # id of a part on the page


Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Columns:
    """What stands side by side, row by row; on a phone one below the other, each with its heading.

    Where there are no rows, `empty` says how to add one and `example` shows it. `figure` names the rows behind it all.
    """

    id: str
    headline: str
    subtitle: str
    heads: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...] = ()
    empty: str = ""
    example: str = ""
    after: str = ""
    figure: str = ""


Part = Chart | Refusal | Listing | Columns


def for_others(part: Part) -> Part | None:
    """The part as it stands in a version to publish: without what asks those inside to write something down, and
    without commands that only they can give. A refusal is left out, unless it is that something is withheld."""
    match part:
        case Refusal():
            return part if "withheld" in part.because else None
        case Columns():
            return replace(part, figure="", after="") if part.cells and not part.empty else None
        case Listing():
            return replace(part, room="")
        case Chart():
            return replace(part, figure="", room="")


def refused(id: str, what: str, figure: Figure | None, otherwise: str) -> Refusal:
    """A refusal that takes its reason from the refused figure's own note, where there is one."""
    note = figure.note if figure is not None and figure.note else otherwise
    return Refusal(id, f"{what} cannot be said from these data", sentence(f"because {inside(note)}"))


def inside(note: str) -> str:
    """A note within a sentence: without what every condition to study says besides, and beginning small."""
    said = note.replace(NOT_A_GOAL, "").strip().removeprefix("Refused: ").rstrip(".")
    if said.startswith("Withheld"):
        return f"it is w{said[1:]}"
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]  # NHS stays NHS


def sentence(text: str) -> str:
    """The text with a full stop."""
    text = text.strip()
    return text if not text or text.endswith((".", "?", "!", "…")) else f"{text}."


def basis_of(figure: Figure, others: list[Figure]) -> tuple[str, ...]:
    """Numerator and denominator, interval, by whom it was coded (N8), the note; and for [M!] that it is no goal."""
    lines = []
    made = words.basis(figure)
    if figure.unit == "share" and figure.denominator is not None and figure.value is not None:
        count = f"{words.plain(figure.numerator)} of {words.plain(figure.denominator)}"
        share = "" if words.is_few(figure) else f" ({words.percent(figure.value)})"
        between = "" if words.is_few(figure) else words.interval(figure)
        lines.append(sentence(f"{count}{share}{', ' + between if between else ''}, {made}"))
    else:
        between = words.interval(figure)
        n = f"n = {words.number(figure.n)}" if figure.n else ""
        text = ", ".join(part for part in (between, n, made) if part)
        lines.append(sentence(text if text.startswith("n =") else text[:1].upper() + text[1:]))
    lines += [sentence(f"{words.basis(one).capitalize()}: {_short(one)}") for one in others]
    note = figure.note.replace(made, words.BASIS.get(figure.basis, made))  # what the first line says is not said again
    if note and not any(line.startswith(note.rstrip(".")) for line in lines):
        lines.append(sentence(note[:1].upper() + note[1:]))
    if figure.name in NEVER_GOALS and NOT_A_GOAL not in figure.note:
        lines.append(NOT_A_GOAL)
    return tuple(lines)


def _short(figure: Figure) -> str:
    if figure.value is None:
        return "not known"
    shown = words.out_of(figure) if figure.unit == "share" else words.plain(figure.value)
    between = "" if words.is_few(figure) else words.interval(figure)
    return f"{shown}, {between}" if between else shown
