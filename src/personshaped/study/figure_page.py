"""One measure as a terminal shows it: what it says, its value, its groups, its notes once, its query last."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from personshaped.figures import Figure
from personshaped.study.headlines import FEW, number, printed
from personshaped.study.looking import Looked

_SPREAD = {"_median": "median", "_p10": "one in ten below", "_p90": "nine in ten below", "_max": "most"}
_COUNTED = re.compile(r"^[\d.]+ of [\d.]+\. ?")
_LABELS = 3  # groups named with a note of their own


def page_of(looked: Looked, width: int = 80) -> list[str]:
    """The lines, none wider than `width` but for the query."""
    lines = [looked.measure.name, *_wrapped(looked.measure.says, width)]
    lines += [*_wrapped(f"What it does not say: {looked.measure.does_not_say}", width), ""]
    lines += [*_wrapped("; ".join(_made_of(looked)), width), ""]
    shown, hidden = _sections(looked)
    for title, figures in shown:
        lines += [*([title] if title else []), *_table(looked, figures, width), ""]
    if hidden:
        lines += [f"And {hidden} months: --by month shows them.", ""]
    notes = _notes(looked, [one for _, figures in shown for one in figures], width)
    if notes:
        lines += [*notes, ""]
    return [
        *lines,
        "The query that is its definition, over findings/tables:",
        looked.query,
        *_rows_behind(looked, width),
    ]


def _rows_behind(looked: Looked, width: int) -> list[str]:
    """Person by person, each interaction with the words under it."""
    lines, person = [], None
    for row in looked.rows or ():
        who, at, agency, activity, words, outcome, name = row
        if who != person:
            lines += ["", str(who)]
            person = who
        said = (str(at or "undated"), agency, activity, outcome, name)
        lines.append("  ".join(str(part) for part in said if part))
        lines += textwrap.wrap(words or "", width, initial_indent="    ", subsequent_indent="    ")
    return lines


def _wrapped(text: str, width: int, hang: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def _made_of(looked: Looked) -> Iterable[str]:
    """Ids, unit, how the demands were coded, and the window."""
    yield f"Answers {', '.join(looked.measure.answers)}"
    yield f"unit: {looked.measure.unit}"
    bases = list(dict.fromkeys(one.basis for one in looked.found))
    if bases:
        yield f"basis: {', '.join(bases)}"
    if looked.window:
        first, cut = looked.window
        yield f"window: {first} to {cut - timedelta(days=1)}"


Section = tuple[str, Sequence[Figure]]


def _sections(looked: Looked) -> tuple[list[Section], int]:
    """The whole first, then each breakdown; and how many months are kept back, which nobody asked for."""
    parts: dict[str, list[Figure]] = {}
    for one in looked.found:
        period = {0: "", 4: "year", 7: "month"}[len(one.period)]
        parts.setdefault(" and ".join(part for part in (one.by, period) if part), []).append(one)
    asked = looked.breakdown.period == "month" or set(parts) == {"month"}
    kept_back = [] if asked else parts.pop("month", [])
    if asked and looked.breakdown.period == "month":
        parts = {"month": parts.get("month", [])}
    sections = [(f"By {title}" if title else "", figures) for title, figures in parts.items()]
    return sorted(sections, key=lambda section: bool(section[0])), len({one.period for one in kept_back})


@dataclass(frozen=True)
class _Line:
    label: str
    cells: tuple[str, ...]


def _table(looked: Looked, figures: Sequence[Figure], width: int) -> list[str]:
    """Label, value, range, count, each as wide as its widest; a label that leaves no room stands on its own line."""
    if not figures:
        return ["Nothing in the window."]
    several = len({one.basis for one in figures}) > 1
    lines = [_Line(_label(looked, one, several), (printed(one), _range(one), _of(one))) for one in figures]
    widths = [max(len(line.cells[at]) for line in lines) for at in range(3)]
    room = width - sum(part + 3 for part in widths if part)
    label = min(max(len(line.label) for line in lines), max(room, 12))
    return [row for line in lines for row in _row(line, widths, label)]


def _row(line: _Line, widths: Sequence[int], label: int) -> list[str]:
    cells = [cell.rjust(wide) for cell, wide in zip(line.cells, widths, strict=True) if wide]
    if len(line.label) <= label:
        return ["   ".join([*([line.label.ljust(label)] if label else []), *cells]).rstrip()]
    return [*_wrapped(line.label, sum(widths) + label, "  "), "   ".join([" " * label, *cells]).rstrip()]


def _label(looked: Looked, figure: Figure, several: bool) -> str:
    suffix = figure.name.removeprefix(looked.measure.name)
    words = _SPREAD.get(suffix, suffix.strip("_").replace("_", " "))
    if not suffix and len(looked.measure.names) > 1:
        words = "mean"
    basis = (figure.basis if figure.basis == "corrected" else f"by {figure.basis}") if several else ""
    return "  ".join(part for part in (_group(looked, figure), figure.period, words, basis) if part)


def _group(looked: Looked, figure: Figure) -> str:
    """The group as the data have it, a need in the words of the code book."""
    parts = zip(figure.by.split(">"), figure.group.rsplit(">", figure.by.count(">")), strict=False)
    return ">".join(looked.needs.get(code, code) if by == "issue" else code for by, code in parts)


def _few(figure: Figure) -> bool:
    return figure.unit == "share" and (figure.denominator or FEW) < FEW


def _range(figure: Figure) -> str:
    if (figure.low is None and figure.high is None) or figure.low == figure.high or _few(figure):
        return ""
    low, high = ("…" if one is None else number(one, figure.unit) for one in (figure.low, figure.high))
    return f"from {low} to {high}"


def _of(figure: Figure) -> str:
    """What was divided by what, else how many it rests on."""
    if _few(figure) or figure.value is None:
        return ""
    if figure.numerator is not None and figure.denominator is not None:
        word = "of" if figure.unit == "share" else "÷"
        return f"{_amount(figure.numerator)} {word} {_amount(figure.denominator)}"
    return f"n {figure.n:,}" if figure.n is not None and figure.n != figure.value else ""


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"


def _notes(looked: Looked, figures: Sequence[Figure], width: int) -> list[str]:
    """Each note once; one that not all figures carry names those that do."""
    carried: dict[str, list[str]] = {}
    for one in figures:
        note = _COUNTED.sub("", one.note)
        if one.group or one.period:
            note = note.replace(f"{one.partly_by_hand}, ", "") if one.partly_by_hand else note
        if note:
            carried.setdefault(note, []).append(_label(looked, one, several=False))
    lines = []
    for note, labels in carried.items():
        named = [label for label in dict.fromkeys(labels) if label]
        whose = ", ".join(named[:_LABELS]) + (f" and {len(named) - _LABELS} more" if len(named) > _LABELS else "")
        text = note[0].upper() + note[1:]
        lines += _wrapped(f"{whose}: {text}" if len(carried) > 1 and whose else text, width, "  ")
    return lines
