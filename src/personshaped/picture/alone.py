"""One chart to take away: as a drawing of its own and as a sheet, each with its sentence and its basis inside."""

from __future__ import annotations

import csv
import io
import re

from markupsafe import Markup

from personshaped.cells import as_text
from personshaped.picture import marks
from personshaped.picture.charts import WIDE
from personshaped.picture.drawing import FONTS, face
from personshaped.picture.drawn import Chart
from personshaped.picture.svg import PATTERNS, Canvas, wrap

EDGE = 30.0
_LINES = 40
_STYLE = (
    'text{font-family:"Atkinson Hyperlegible Next",system-ui,"Segoe UI",Arial,sans-serif;font-size:15px;fill:#12303a}'
    '.q{fill:#4d6069}.b{font-weight:700}.sm{font-size:14px}.f{fill:#7d2c69}.said{font-family:"Literata",Georgia,serif;'
    "font-size:16px}.halo{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}"
    ".title{font-size:23px;font-weight:700}.below{font-size:14px;fill:#4d6069}"
)


def as_svg(chart: Chart, place: str) -> str:
    """A whole SVG file: headline, subtitle, the drawing, its basis, and where it is from; fonts inside."""
    top = Canvas(WIDE + 2 * EDGE, 0)
    y = _written(top, chart.headline, "title", 23, EDGE + 20, 29)
    y = _written(top, chart.subtitle, "below", 14, y + 4, 20)
    height = _height(chart.wide)
    top.put(
        Markup('<svg x="{}" y="{}" width="{}" height="{}"{}').format(
            int(EDGE), round(y + 6), WIDE, round(height), Markup(chart.wide[4:])
        )
    )
    y = _written(top, " ".join(chart.basis), "below", 14, y + height + 36, 20)
    top.height = _written(top, f"{place}. Sets no target and ranks nobody.", "below", 14, y + 4, 20)
    drawn = top.image(chart.headline)
    head = Markup("<style>{}</style>").format(Markup("".join(face(*one) for one in FONTS) + _STYLE))
    ground = Markup('<rect width="100%" height="100%" fill="#fff"/>')
    size = Markup('<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"').format(
        round(top.width), round(top.height)
    )
    opened, inside = str(drawn[4:]).split(">", 1)
    return str(size) + opened + ">" + str(head + marks.SYMBOLS + PATTERNS + ground) + inside + "\n"


def as_csv(chart: Chart, place: str) -> str:
    """The chart's table with headline, subtitle, basis and place above it; no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    for line in (chart.headline, chart.subtitle, " ".join(chart.basis), place):
        sheet.writerow([as_text(line)])
    sheet.writerow([])
    sheet.writerow([as_text(cell) for cell in chart.table.head])
    for row in chart.table.rows:
        sheet.writerow([as_text(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def _written(canvas: Canvas, words: str, css: str, size: float, y: float, step: float) -> float:
    """Words on as many lines as they take, from `y` down; returns where the next may begin."""
    for line in wrap(words, canvas.width - 2 * EDGE, size, _LINES) if words else ():
        canvas.text(EDGE, y, line, css)
        y += step
    return y


def _height(drawing: Markup) -> float:
    """The height of a drawing, from its view box."""
    found = re.match(r'<svg viewBox="0 0 [\d.]+ ([\d.]+)"', drawing)
    return float(found.group(1)) if found else 0.0
