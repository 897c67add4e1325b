"""What the command shows: progress on standard error, results on standard output."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

_EDGE = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200  # a pipe has no edge of its own
OUT = Console(highlight=False, soft_wrap=True, width=_EDGE)
PAGE = min(OUT.width, 100)  # wider lines of text are hard to read
ERR = Console(stderr=True, highlight=False)
_QUIET_SECONDS = 5  # between two lines about one stage where there is no terminal


class Progress:
    """A bar where standard error is a terminal, plain lines where it is not."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, float] = {}

    def __enter__(self) -> Progress:
        if ERR.is_terminal:
            self._bar = Bar(
                TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                console=ERR, transient=True,
            )  # fmt: skip
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` of a stage are finished."""
        if self._bar:
            if stage not in self._tasks:
                self._tasks[stage] = self._bar.add_task(stage, total=total)
            self._bar.update(self._tasks[stage], completed=done, total=total)
            return
        if total <= 1 and done:
            return
        now = time.monotonic()
        if stage not in self._said or done == total or now - self._said[stage] >= _QUIET_SECONDS:
            self._said[stage] = now
            count = f" {done} of {total}" if total > 1 else ""
            print(f"{stage}{count}", file=sys.stderr, flush=True)


def lines(text: Iterable[str]) -> None:
    """Plain lines."""
    for line in text:
        OUT.print(line, markup=False)


def pairs(result: Mapping[str, Any]) -> None:
    """Names and values, a line each."""
    width = max((len(name) for name in result), default=0)
    for name, value in result.items():
        OUT.print(f"{name.ljust(width)}  {value}", markup=False)


def release(result: Mapping[str, Any]) -> None:
    """What went out, what was withheld and why, and what is left for a person to do."""
    lines(
        [
            f"To publish: {result['folder']}",
            f"{result['figures']:,} figures, {result['words']:,} words that were ticked",
        ]
    )
    if result["stands"]:
        stood = f"They stand as in release {result['stands']}:"
        lines([f"{stood} what differs since is of few people, and would tell of them."])
    for why, count in result["withheld"].items():
        OUT.print(f"  {count:,} withheld: {why}", markup=False)
    if result["left_to_tick"]:
        lines([
            f"{result['left_to_tick']:,} words the picture would show are not ticked, and so not in it. Read them in"
            f" {result['to_tick']}; put those that may go, with your initials, into decisions/ticked_words.csv."
        ])  # fmt: skip
    lines(["Open it and read it as somebody who knows these people would, before it goes anywhere."])


def told(result: Mapping[str, Any]) -> None:
    """Names and values; a list stands below its name, and an empty one is left out."""
    pairs({name: value for name, value in result.items() if not isinstance(value, list)})
    for name, value in result.items():
        if isinstance(value, list) and value:
            lines((f"{name}:", *(f"  {one}" for one in value)))


def demo(made: Mapping[str, Any]) -> None:
    """What was written, and what to do next."""
    pairs(made)


def study(result: Any) -> None:
    """The main figures, then where everything is."""
    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for line in result.headlines:
        grid.add_row(line.value, line.says)
    OUT.print(grid)
    OUT.print()
    for line in result.notices:
        OUT.print(line, markup=False)
    OUT.print(f"The picture: {result.picture}", markup=False)
    OUT.print(f"Every figure: {result.figures}", markup=False)


def definitions(result: Sequence[Mapping[str, Any]]) -> None:
    """All measures as a list, or one whole."""
    if len(result) != 1:
        table(
            ("name", "answers", "unit", "says"),
            [[one[key] for key in ("name", "answers", "unit", "says")] for one in result],
        )
        return
    (one,) = result
    for key, value in one.items():
        if key != "query" and value:
            lines(textwrap.wrap(f"{key.ljust(14)}{value}", PAGE, subsequent_indent=" " * 14))
    OUT.print()
    OUT.print(one["query"], markup=False)


def scores(rows: Sequence[Mapping[str, Any]]) -> None:
    """How near each figure came to the truth."""
    if rows:
        table(tuple(rows[0]), [list(row.values()) for row in rows])


def tally(found: Mapping[str, Any]) -> None:
    """What a tally week counted, in a sentence."""
    low, high = found["low"], found["high"]
    between = f" (from {low:.0%} to {high:.0%})" if low is not None else ""
    OUT.print(
        f"Asking again: {found['value']:.0%}{between} of demand at these doors in these weeks;"
        f" {found['n']} demands heard on {found['days']} days."
    )
    if low is None:
        OUT.print("No interval: from three days on there is one.")


def agreement(agreed: Any) -> None:
    """The confusion tables first, then the coefficients, then the words to talk about."""
    if not agreed.asked:
        OUT.print("No demand has been answered by two people yet.")
    for one in agreed.asked:
        OUT.print(f"\n[bold]{one.question}[/bold] {one.items} demands were answered by two or more.")
        for two in one.sides:
            if two.fits:
                table(
                    (f"{two.first} down, {two.second} across", *two.answers), [(word, *row) for word, row in two.rows]
                )
            elif two.apart:
                table((f"{two.first} said", f"{two.second} said", "times"), two.apart)
        lines(one.says)
    if agreed.drift:
        OUT.print(f"\n[bold]Over time[/bold] {agreed.drift.says}")
        table(("first answered", "demands", "alike", "failure then", "failure now"),
              [tuple(vars(one).values()) for one in agreed.drift.periods])  # fmt: skip
    if agreed.apart:
        OUT.print(f"\n[bold]Read these aloud together:[/bold] {len(agreed.apart)} were answered differently.")
    for one in agreed.apart:
        where = one.agency.replace("_", " ") + (f", {one.when}" if one.when else "")
        lines(["", where, *(f"  before: {line}" for line in one.before), f"‘{one.words}’"])
        for question, said in one.said:
            lines([f"  {question} " + "; ".join(f"{who}: {answer}" for who, answer in said)])


def whatif(result: Any) -> None:
    """What changes, how near the model came, both sides with their ranges, and what was assumed."""
    first, *assumed = result.figures[0].assumptions
    OUT.print(f"{first}\n\nChanged from the first day:", markup=False)
    lines(f"  {line}" for line in result.changes.lines())
    OUT.print(f"\nThe model beside the study it was fitted to ({result.people:,} people):", markup=False)
    table(
        ("of the study", "study", "model", "", "moved until both agree"),
        [[one.says, *one.written(), "" if one.near else "not near", one.moves] for one in result.fit.fitted],
    )
    years = "1 year" if result.years == 1 else f"{result.years} years"
    said = f"\n{years}, {result.runs} runs: the middle, and the range of eight runs in ten."
    OUT.print(said, markup=False)
    table(("", "worked as now", "changed", "difference"), [one.written() for one in result.figures])
    OUT.print()
    lines(assumed)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows under their columns; numbers to the right."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    kept = [list(row) for row in rows]
    for at, name in enumerate(columns):
        numeric = all(isinstance(row[at], int | float | None) for row in kept)
        grid.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in kept:
        grid.add_row(*("" if cell is None else _text(cell) for cell in row))
    OUT.print(grid, markup=False)


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.4g}" if abs(cell) < 1000 else f"{cell:,.0f}"
    return str(cell).replace("[", "\\[")
