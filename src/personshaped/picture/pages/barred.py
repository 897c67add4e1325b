"""A chart of shares that the panels have in common: one bar for each group, with its counts and interval beside."""

from __future__ import annotations

from personshaped.figures import Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.bars import Bar, bars
from personshaped.picture.drawn import Chart, DataTable, basis_of

MOST_BARS = 12


def barred(
    id: str, headline: str, subtitle: str, found: list[Figure], figure: str, labels: dict[str, str] | None = None
) -> Chart:
    """Shares as bars, each with its own number; the interval is in the table."""
    named = {one.group: (labels or {}).get(one.group) or label(one.group) for one in found}
    drawn = found[:MOST_BARS]
    items = [Bar(named[one.group], (("slate", one.value or 0),), words.out_of(one)) for one in drawn]
    says = f"Bar chart: {'; '.join(f'{named[one.group]} {words.out_of(one)}' for one in drawn)}"
    notes = list(dict.fromkeys(line for one in found for line in basis_of(one, [])[1:]))
    more = f" The first {MOST_BARS} are drawn; all are in the table." if len(found) > MOST_BARS else ""
    return Chart(
        id=id,
        headline=headline,
        subtitle=f"{subtitle}{more}",
        wide=bars(items, WIDE, says),
        narrow=bars(items, NARROW, says),
        table=DataTable(
            headline,
            ("", "Counted", "Of", "Share", "95% interval"),
            tuple((named[one.group], words.plain(one.numerator), words.plain(one.denominator), words.out_of(one),
                   "" if words.is_few(one) else words.interval(one)) for one in found),
        ),
        basis=(f"Figures are {words.BASIS.get(found[0].basis, found[0].basis)}.", *notes),
        figure=figure,
    )  # fmt: skip


def label(group: str) -> str:
    """The last part of a group `a>b` as words."""
    return words.spoken(group.rsplit(">", 1)[-1])


def by_size(found: list[Figure]) -> list[Figure]:
    """Reasons and issues stand by how often they come; agencies never do (N2)."""
    return sorted(found, key=lambda one: (-(one.value or 0), one.group))
