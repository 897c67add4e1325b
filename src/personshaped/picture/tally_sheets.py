"""Sheets to take to a front door: one page an hour, words first, nothing that must be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from markupsafe import Markup, escape

STYLE = """
@page{size:A4;margin:16mm}
body{font:400 12pt/1.45 Arial,sans-serif;color:#12303a;margin:0}
section{break-after:page}
tr{break-inside:avoid}
section:last-child{break-after:auto}
h1{font-size:18pt;margin:0 0 2mm}
p{margin:0 0 3mm;max-width:170mm}
table{width:100%;border-collapse:collapse}
th,td{border:1px solid #7c8b91;text-align:left;padding:2mm;vertical-align:top}
td{height:9.5mm}
th.v,td.v{width:16mm;text-align:center}
"""
LINES = 14


class Hour(Protocol):
    """What a sheet needs to know of one sitting."""

    @property
    def door(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def hour(self) -> int: ...


def tally_sheets(place: str, hours: Sequence[Hour]) -> str:
    """One HTML file that prints a page for each hour; it opens offline and holds no script."""
    body = Markup("\n").join(_sheet(one) for one in hours)
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>Tally sheets: {escape(place)}</title>'
        f"<style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _sheet(one: Hour) -> Markup:
    row = Markup('<tr><td></td><td class="v">☐</td><td class="v">☐</td><td class="v">☐</td></tr>')
    return Markup(
        "<section><h1>{door}: {on}, {hour}:00 to {end}:00</h1>"
        "<p>Write what people ask for, in their words; no names. Then tick. <b>First</b>: asked for the first time, "
        "for what the service is there to do. <b>Again</b>: asked because something was not done, or not done right. "
        "<b>Unsure</b> is a full answer. If it gets too busy, helping people comes first: write what you can.</p>"
        '<table><thead><tr><th>What they asked for</th><th class="v">First</th><th class="v">Again</th>'
        '<th class="v">Unsure</th></tr></thead><tbody>{rows}</tbody></table></section>'
    ).format(
        door=one.door.replace("_", " "),
        on=f"{one.on:%A} {one.on.day} {one.on:%B %Y}",
        hour=one.hour,
        end=one.hour + 1,
        rows=row * LINES,
    )
