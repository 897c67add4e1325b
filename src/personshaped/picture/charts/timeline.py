"""One person's timeline: a lane for each agency in order of appearance, a mark for each thing that happened.

Dates are drawn no finer than they are known: a month, year or range is a bracket, an order without dates a sequence.
Marks of one kind that would touch become one pile, "×18".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from personshaped.picture import marks, words
from personshaped.picture.charts.time import TimeAxis, span
from personshaped.picture.svg import BARK, GRID, LINE, Canvas, fit, long_as

Row = dict[str, Any]
TOUCH = 15.0
_COARSE = {"month", "year", "range", "estimated"}


@dataclass
class Pile:
    """Rows of one kind at one place; `x1` is where a bracket ends."""

    mark: str
    x: float
    rows: list[Row]
    x0: float = 0
    x1: float = 0
    deep: int = 0


@dataclass
class Lane:
    """One agency's lane: its piles, and how many rows of marks it needs."""

    agency: str
    piles: list[Pile] = field(default_factory=list)
    depth: int = 1
    y: float = 0


def timeline(rows: Sequence[Row], width: float, says: str, *, link: Callable[[Row], str] | None = None) -> Markup:
    """The lanes of one person. With `link` every pile is a link to the row in the list below."""
    wide = width > 400
    left = 190.0 if wide else 14.0
    dated = all(row["started_at"] is not None and row["date_precision"] != "order" for row in rows)
    axis = _axis(rows, left + 14, width - 22, dated)
    lanes = _lanes(rows, axis)
    top = 64.0 if link else 30.0
    canvas = Canvas(width, 0)
    bottom = _stack(lanes, top, wide)
    _grid(canvas, axis, rows, bottom, top, 6 if wide else 3, dated)
    for lane in lanes:
        _lane(canvas, lane, wide, left, link)
    _sent(canvas, rows, lanes, axis)
    canvas.height = bottom + 8
    if link is None:
        return canvas.image(says)
    canvas.text(0, 18, "Point at a mark, or Tab to it, to read it here.", "q sm rest")
    return canvas.group(says)


Axis = Callable[[Row], tuple[float, float, float]]  # middle, start and end in pixels


def _axis(rows: Sequence[Row], start: float, end: float, dated: bool) -> Axis:
    if not dated:
        step = (end - start) / max(len(rows) - 1, 1)
        places = {row["interaction_id"]: start + i * step for i, row in enumerate(rows)}
        return lambda row: (places[row["interaction_id"]],) * 3
    time = _time(rows, start, end)

    def place(row: Row) -> tuple[float, float, float]:
        began = time(row["started_at"])
        if row["date_precision"] not in _COARSE or row["started_before"] is None:
            return began, began, began
        ended = min(time(row["started_before"]), end)
        return (began + ended) / 2, began, ended

    return place


def _time(rows: Sequence[Row], start: float, end: float) -> TimeAxis:
    return TimeAxis(*span([row["started_at"] for row in rows]), start, end)


def _lanes(rows: Sequence[Row], axis: Axis) -> list[Lane]:
    lanes: dict[str, Lane] = {}
    for row in sorted(rows, key=lambda one: one["position"]):
        lane = lanes.setdefault(row["agency"], Lane(row["agency"]))
        mark, (x, x0, x1) = marks.mark_of(row), axis(row)
        same = [pile for pile in lane.piles if pile.mark == mark and abs(pile.x - x) < TOUCH]
        if same:
            same[-1].rows.append(row)
        else:
            lane.piles.append(Pile(mark, x, [row], x0, x1))
    for lane in lanes.values():
        _settle(lane)
    return list(lanes.values())


def _settle(lane: Lane) -> None:
    """Piles that would touch stand under one another, in their order."""
    ends: list[float] = []
    for pile in sorted(lane.piles, key=lambda one: one.x):
        room = TOUCH + (8 + long_as(f"×{len(pile.rows)}", 14) if len(pile.rows) > 1 else 0)
        free = [deep for deep, end in enumerate(ends) if pile.x - 8 >= end]
        pile.deep = free[0] if free else len(ends)
        ends[pile.deep :] = [pile.x + room - 7, *ends[pile.deep + 1 :]]
    lane.depth = max(len(ends), 1)


def _stack(lanes: list[Lane], top: float, wide: bool) -> float:
    y = top
    for lane in lanes:
        y += 16 if wide else 38
        lane.y = y
        y += 20 * (lane.depth - 1) + 14
    return y + 6


def _grid(canvas: Canvas, axis: Axis, rows: Sequence[Row], bottom: float, top: float, about: int, dated: bool) -> None:
    first, last = axis(rows[0])[1], canvas.width - 22
    if not dated:
        canvas.text(first - 6, top - 12, "first", "q sm")
        canvas.text(last + 6, top - 12, "last; in this order, dates not all known", "q sm", "end")
        return
    left = min(axis(row)[1] for row in rows)
    for x, name in _time(rows, left, last).calendar(about):
        canvas.line([(x, top - 6), (x, bottom)], GRID)
        end = x + long_as(name, 14) > canvas.width
        if not end:
            canvas.text(x - 2, top - 12, name, "q sm")


def _lane(canvas: Canvas, lane: Lane, wide: bool, left: float, link: Callable[[Row], str] | None) -> None:
    name, y = words.agency(lane.agency), lane.y
    canvas.put(marks.agency_at(lane.agency, 9, y if wide else y - 24))
    canvas.text(24, y + 5 if wide else y - 19, fit(name, left - 34 if wide else canvas.width - 30), "")
    first, last = min(pile.x for pile in lane.piles), max(pile.x for pile in lane.piles)
    for deep in range(lane.depth):
        inside = [pile.x for pile in lane.piles if pile.deep == deep]
        canvas.line(
            [(first if not deep else min(inside), y + 20 * deep), (last if not deep else max(inside), y + 20 * deep)],
            LINE,
            1,
        )
    for pile in lane.piles:
        _pile(canvas, pile, y + 20 * pile.deep, link)


def _pile(canvas: Canvas, pile: Pile, y: float, link: Callable[[Row], str] | None) -> None:
    if pile.x1 - pile.x0 > 3:
        canvas.path(f"M{pile.x0:.1f} {y - 7:.1f}V{y + 7:.1f}M{pile.x0:.1f} {y + 7:.1f}H{pile.x1:.1f}V{y - 7:.1f}",
                    stroke=LINE, width=1, dash="2 3")  # fmt: skip
    if link is not None:
        what = reading(pile)
        canvas.put(Markup('<a class="m" href="{}" aria-label="{}"><circle class="hit" cx="{:.1f}" cy="{:.1f}" r="12"/>'
                          ).format(link(pile.rows[0]), what, pile.x, y))  # fmt: skip
    canvas.put(marks.at(pile.mark, pile.x, y))
    if any(row.get("crisis") for row in pile.rows):
        canvas.put(marks.at("crisis", pile.x, y))
    if len(pile.rows) > 1:
        canvas.text(pile.x + 9, y + 5, f"×{len(pile.rows)}", "b sm halo")
    if link is not None:
        canvas.text(0, 18, fit(what, canvas.width, 15), "tip b")
        canvas.text(0, 38, fit(_said(pile.rows[0]), canvas.width, 16), "tip said")
        canvas.put(Markup("</a>"))


def reading(pile: Pile) -> str:
    """What a pile says: "Police: asks again, 18 times, 2010"."""
    row = pile.rows[0]
    times = f", {len(pile.rows)} times" if len(pile.rows) > 1 else ""
    return f"{words.agency(row['agency'])}: {marks.says(row)}{times}, {words.when(row['started_at'], row['date_precision'])}"  # noqa: E501


def _said(row: Row) -> str:
    return f"‘{words.short(row['words'], 160)}’" if row.get("words") else ""


def _sent(canvas: Canvas, rows: Sequence[Row], lanes: list[Lane], axis: Axis) -> None:
    """A dashed curve from "sent on" to the agency named, where that agency has a lane; a small ring where it ends."""
    lane_of = {lane.agency: lane for lane in lanes}
    for row in rows:
        to = row.get("referred_to")
        if row["activity"] != "refer" or to not in lane_of or to == row["agency"]:
            continue
        x, y, down = axis(row)[0], _y_of(lane_of[row["agency"]], row), lane_of[to].y
        later = [axis(one)[0] for one in rows if one["agency"] == to and one["position"] > row["position"]]
        end = min(later) if later else x
        turn = max(abs(end - x) / 2, 16)
        gap = 9 if down > y else -9
        bend = f"{x + turn:.1f} {y + gap * 2:.1f} {end - turn / 4:.1f} {down - gap * 2:.1f} {end:.1f} {down - gap:.1f}"
        canvas.path(f"M{x:.1f} {y + gap:.1f}C{bend}", stroke=BARK, width=1.4, dash="4 3")
        if not later:
            canvas.circle(end, down - gap, 4, "#fff", BARK, 1.8)


def _y_of(lane: Lane, row: Row) -> float:
    return lane.y + 20 * next(pile.deep for pile in lane.piles if row in pile.rows)
