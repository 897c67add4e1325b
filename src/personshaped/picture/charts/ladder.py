"""The ladder of one need: each rung is one round of assess, do, refer at one agency, placed by days since asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from personshaped.picture import marks, words
from personshaped.picture.charts.time import TimeAxis, span
from personshaped.picture.svg import GRID, INK, LINE, Canvas, fit, long_as

Row = dict[str, Any]
MOST_RUNGS = 12


def ladder(cycles: Sequence[Row], rows: Sequence[Row], width: float, says: str) -> Markup:
    """`cycles` of one need with the `rows` (interactions) in them; at most MOST_RUNGS rungs are drawn."""
    wide = width > 400
    shown = list(cycles)[:MOST_RUNGS]
    dated = [row for row in rows if row["started_at"] is not None]
    inside = {one["cycle_id"]: [row for row in dated if row["cycle_id"] == one["cycle_id"]] for one in shown}
    moments = [row["started_at"] for some in inside.values() for row in some]
    axis = TimeAxis(*span(moments), 12, width - (136 if wide else 40))
    canvas = Canvas(width, 0)
    bottom = 8 + 72 * len(shown)
    for x, name in axis.days(6 if wide else 4):
        canvas.line([(x, 6), (x, bottom)], GRID)
        canvas.text(x, bottom + 22, name, "q sm", "" if x < 20 else "middle")
    ends: tuple[float, float] | None = None
    for place, cycle in enumerate(shown):
        ends = _rung(canvas, cycle, inside[cycle["cycle_id"]], 16 + 72 * place, axis, ends)
    canvas.height = bottom + 30
    if len(cycles) > len(shown):
        canvas.height += 22
        canvas.text(0, canvas.height - 4, f"and {words.count(len(cycles) - len(shown), 'more round')}", "q")
    return canvas.image(says)


def _rung(
    canvas: Canvas, cycle: Row, rows: list[Row], y: float, axis: TimeAxis, before: tuple[float, float] | None
) -> tuple[float, float]:
    groups = _groups(rows, axis, canvas.width - 24)
    first, last = groups[0][1], groups[-1][1]
    line = y + 42
    if before is not None:
        px, py = before
        down = f"{px:.1f} {py + 28:.1f} {first:.1f} {line - 36:.1f} {first:.1f} {line - 9:.1f}"
        canvas.path(f"M{px:.1f} {py + 8:.1f}C{down}", stroke=LINE, width=1.2, dash="2 3")
    _head(canvas, cycle, rows, first, y)
    if last > first:
        canvas.line([(first, line), (last, line)], INK, 1.6)
    for mark, x, many in groups:
        canvas.put(marks.at(mark, x, line))
        if many > 1:
            canvas.text(x, line + 19, f"×{many}", "sm halo", "middle")
    said = _end(cycle, rows)
    room = canvas.width - last - 16
    if long_as(said, 14) <= room or room > 180:
        canvas.text(last + 14, line + 5, fit(said, room, 14), "q sm halo")
    else:
        canvas.text(canvas.width, line + 22, fit(said, canvas.width, 14), "q sm halo", "end")
    return last, line


def _groups(rows: list[Row], axis: TimeAxis, end: float) -> list[tuple[str, float, int]]:
    """Marks with their place and number: the same again at once is one mark, others move right so that none touch."""
    groups: list[tuple[str, float, int]] = []
    for row in rows:
        mark, x = marks.mark_of(row), axis(row["started_at"])
        if groups and groups[-1][0] == mark and x - groups[-1][1] < 22:
            groups[-1] = (mark, groups[-1][1], groups[-1][2] + 1)
        else:
            groups.append((mark, max(x, groups[-1][1] + 16) if groups else x, 1))
    limit = end
    for place in reversed(range(len(groups))):
        mark, x, many = groups[place]
        groups[place] = (mark, min(x, limit), many)
        limit = groups[place][1] - 16
    return groups


def _head(canvas: Canvas, cycle: Row, rows: list[Row], x: float, y: float) -> None:
    """The agency and what was said, at the rung's beginning; moved left where it would run out of the page."""
    name = words.agency(cycle["agency"])
    said = next((f"‘{words.short(row['words'], 90)}’" for row in rows if row["kind"] == "demand" and row["words"]), "")
    note = said or next((words.short(row["words"], 60) for row in rows if row["words"]), "")
    long = max(long_as(name, 16) + 22, long_as(note, 16))
    left = max(min(x - 6, canvas.width - long), 0)
    canvas.put(marks.agency_at(cycle["agency"], left + 8, y - 1))
    canvas.text(left + 22, y + 4, fit(name, canvas.width - left - 22), "b halo")
    if note:
        canvas.text(left, y + 24, fit(note, canvas.width - left, 16), "said halo" if said else "sm halo")


def _end(cycle: Row, rows: list[Row]) -> str:
    if cycle["ended"] == "referred":
        to = next((row["referred_to"] for row in reversed(rows) if row["referred_to"]), None)
        return f"sent to {words.agency(to)}" if to else "sent on"
    reason = next((words.REASON[row["reason"]] for row in reversed(rows) if row["reason"] in words.REASON), "")
    if cycle["ended"] == "need_met":
        return "met: they said so"
    ended = words.OUTCOME.get(cycle["ended"], words.spoken(cycle["ended"] or "").lower())
    return f"{ended}, {reason}" if reason else ended
