"""What looks wrong in the finished tables (spec 1.5): kept, counted, and said with a place to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

import duckdb

from personshaped.records.checking import union
from personshaped.records.finishing import UNPRICED
from personshaped.records.report import listed
from personshaped.records.staging import PER_PART, Part
from personshaped.settings import Settings
from personshaped.sql import literal
from personshaped.statistics.granularity import possible_n
from personshaped.tables import PERSON_SIDE

_OFTEN_MIDNIGHT = 0.05  # share of timed rows at 00:00 above which it is worth a warning
_MOST_GAPS = 6
_FEWEST_PRINTED, _MOST_PRINTED = 3, 6
_TAIL = 45
"""Days before the window's end that an agency's rows may stop; months after that look as if nobody came."""

_ODD = (
    ("started_at", "started_at > current_date + 1", "interactions lie in the future"),
    ("started_at", "year(started_at) < 1900", "interactions lie before 1900"),
    ("ended_at", "ended_at < started_at", "interactions end before they start"),
)


def of_interactions(con: duckdb.DuckDBPyConnection, front_doors: bool) -> list[str]:
    """The warnings about rows of `interactions`."""
    return [*_odd_times(con), *_unseen(con, front_doors), *_met_without_contact(con), *_gaps(con)]


def _odd_times(con: duckdb.DuckDBPyConnection) -> list[str]:
    odd = ", ".join(f"count(*) FILTER ({sql}), min(source) FILTER ({sql})" for _, sql, _ in _ODD)
    at_midnight = "date_precision = 'minute' AND started_at = date_trunc('day', started_at)"
    *found, midnight, place, timed = con.execute(
        f"""SELECT {odd}, count(*) FILTER ({at_midnight}), min(source) FILTER ({at_midnight}),
                   count(*) FILTER (date_precision = 'minute') FROM {UNPRICED}"""
    ).fetchone() or (0,)
    said = [
        f"{count:,} {what} ({_place(first, column)})"
        for (column, _, what), count, first in zip(_ODD, found[::2], found[1::2], strict=True)
        if count
    ]
    if midnight > _OFTEN_MIDNIGHT * timed:
        said.append(f"{midnight:,} of {timed:,} times are 00:00: perhaps only the day is known"
                    f" ({_place(place, 'started_at')})")  # fmt: skip
    return said


def _place(source: str, column: str) -> str:
    """An example: `e.g. housing.csv, row 41, started_at`."""
    file, found, row = str(source).rpartition(":")
    return f"e.g. {f'{file}, row {row}' if found else source}, {column}"


def _unseen(con: duckdb.DuckDBPyConnection, front_doors: bool) -> list[str]:
    """Bodies that people are referred to and that do nothing in these data."""
    doors = "UNION SELECT front_door FROM front_doors UNION SELECT agency FROM front_doors" if front_doors else ""
    found = con.execute(
        f"""WITH sent AS (SELECT referred_to, count(*) AS times, min(source) AS place FROM {UNPRICED}
                      WHERE referred_to IS NOT NULL GROUP BY 1),
        seen AS (SELECT DISTINCT agency, front_door FROM {UNPRICED})
        FROM sent WHERE referred_to NOT IN
            (SELECT agency FROM seen UNION SELECT front_door FROM seen WHERE front_door IS NOT NULL {doors})
        ORDER BY times DESC, referred_to"""
    ).fetchall()
    if not found:
        return []
    bodies = listed([f"{name} ({count:,})" for name, count, _ in found], 8)
    return [f"referred to bodies that these data hold no work of (kept: a finding): {bodies}"
            f" ({_place(found[0][2], 'referred_to')})"]  # fmt: skip


def _met_without_contact(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Needs said to be met by somebody else, with no contact of the person within 14 days before or after.

    Days go in fortnights, so that a day is only compared with those of its own fortnight and the two beside it.
    """
    side = ", ".join(map(literal, PERSON_SIDE))
    who = "hash(coalesce(person_id, ref_key), CASE WHEN person_id IS NULL THEN agency END)"
    day = "started_at::DATE - DATE '1900-01-01'"
    count, first = con.execute(
        f"""WITH met AS (SELECT {who} AS who, {day} AS day, row_number() OVER () AS place, source FROM {UNPRICED}
                         WHERE need_met AND started_at IS NOT NULL AND NOT coalesce(initiated_by IN ({side}), false)),
        near AS (SELECT *, unnest([day // 14 - 1, day // 14, day // 14 + 1]) AS fortnight FROM met),
        contact AS (SELECT DISTINCT {who} AS who, {day} AS day FROM {UNPRICED}
                    WHERE initiated_by IN ({side}) AND started_at IS NOT NULL AND {who} IN (SELECT who FROM met)),
        heard AS (SELECT DISTINCT place FROM near JOIN contact
                  ON contact.who = near.who AND contact.day // 14 = fortnight AND abs(contact.day - near.day) <= 14)
        SELECT count(*), min(source) FROM met ANTI JOIN heard USING (place)"""
    ).fetchone() or (0, "")
    said = "needs are said to be met with no contact of the person within 14 days"
    return [f"{count:,} {said} ({_place(first, 'need_met')})"] if count else []


def _gaps(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Months without a row for an agency that had rows before and after: a gap of the extract, not of demand. An
    agency with rows in fewer than half of its months is sparse by nature, and said to be so in one line."""
    rows = con.execute(
        f"""WITH months AS (SELECT DISTINCT agency, date_trunc('month', started_at)::DATE AS month FROM {UNPRICED}
                           WHERE started_at IS NOT NULL AND date_precision NOT IN ('year', 'range')),
        steps AS (SELECT agency, month, lead(month) OVER (PARTITION BY agency ORDER BY month) AS next,
                         count(*) OVER (PARTITION BY agency) AS filled,
                         date_diff('month', min(month) OVER (PARTITION BY agency),
                                   max(month) OVER (PARTITION BY agency)) + 1 AS months FROM months)
        SELECT agency, strftime(month + INTERVAL 1 MONTH, '%Y-%m'), strftime(next - INTERVAL 1 MONTH, '%Y-%m'),
               filled, months
        FROM steps WHERE date_diff('month', month, next) > 1 ORDER BY agency, month"""
    ).fetchall()
    said = []
    for agency, its in groupby(rows, key=lambda row: row[0]):
        gaps = list(its)
        filled, months = gaps[0][3:]
        if 2 * filled < months and months > 12:
            said.append(f"{agency}: rows in only {filled:,} of {months:,} months: too few to tell a gap of the extract"
                        " from a month in which nobody came")  # fmt: skip
            continue
        names = [first if first == last else f"{first} to {last}" for _, first, last, *_ in gaps]
        alone = len(gaps) == 1 and gaps[0][1] != gaps[0][2]
        where = f"from {names[0]}" if alone else f"in {listed(names, _MOST_GAPS)}"
        said.append(f"{agency}: no row {where}, though there are before and after: a gap of the extract?")
    return said


def of_the_window(con: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    """Where nobody declared a window, and one agency's late rows draw it out beyond those of others; agencies that
    are sparse by nature stop no sooner for it."""
    if settings.window_declared or settings.window_end is None:
        return []
    ends = con.execute(
        f"""SELECT agency, max(started_at)::DATE AS last FROM {UNPRICED} WHERE started_at IS NOT NULL
        GROUP BY agency
        HAVING 2 * count(DISTINCT date_trunc('month', started_at)) > date_diff('month', min(started_at), last)
           AND count(DISTINCT date_trunc('month', started_at)) > 1
        ORDER BY agency"""
    ).fetchall()
    early = [(agency, last) for agency, last in ends if (settings.window_end - last).days > _TAIL]
    if not early:
        return []
    named = listed([f"{agency} ({last})" for agency, last in early], _MOST_GAPS)
    end = min(last for _, last in early) + timedelta(days=1)
    said = (
        f"the window runs to the last row of all, {settings.window_end - timedelta(days=1)}, but rows end sooner at"
        f" {named}: later months look as if nobody came."
    )
    start = settings.window_start
    if start is None or 2 * (end - start) < settings.window_end - start:
        return [said]  # an agency that ended long ago says nothing of the others' extracts
    return [f'{said} Perhaps put under [study]: window = ["{start}", "{end}"]']


def of_people(con: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> list[str]:
    """References that hold two NHS numbers or two dates of birth."""
    said = []
    numbers = {part.number: part for part in parts}
    for column, words in (("nhs_number", "two NHS numbers"), ("born", "two dates of birth")):
        value = "regexp_replace(nhs_number, '[^0-9]', '', 'g')" if column == "nhs_number" else column
        count, first = con.execute(
            f"""SELECT count(*), min(first) FROM (
                SELECT min(n) AS first FROM {union(parts, ("agency", "ref_key", column, "n"))}
                GROUP BY agency, ref_key HAVING count(DISTINCT {value}) > 1)"""
        ).fetchone() or (0, 0)
        if count:
            part = numbers[first // PER_PART]
            place = f"{part.file}, row {first - part.base + 1}, {column}"
            said.append(f"people: {count:,} references have {words} (first: {place})")
    return said


def of_percentages(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Published percentages in `area_facts` and the numbers of people they can be of (Stat 12), table by table."""
    found = con.execute(
        """SELECT source, area, period, list(value ORDER BY measure, stratum) FROM area_facts
           WHERE unit IN ('%', 'per cent', 'percent') AND value BETWEEN 0 AND 100
           GROUP BY ALL HAVING count(*) >= ? ORDER BY ALL""",
        [_FEWEST_PRINTED],
    ).fetchall()
    said = []
    for source, area, period, values in found[:_MOST_PRINTED]:
        printed = {f"{value:g}" for value in values}
        fits = possible_n(printed, decimals=max(len(one.partition(".")[2]) for one in printed))
        of = (
            f"can be of {', '.join(map(str, fits[:6]))}{' …' if len(fits) > 6 else ''} and of no fewer: ask for n"
            if fits
            else "can be of no one number up to 1,000: are they of more, or of several, or is one mistyped?"
        )
        said.append(f"area_facts: the {len(values)} percentages of {area} {period} ({source}) {of}")
    if left := found[_MOST_PRINTED:]:
        said.append(f"area_facts: {len(left)} more with percentages, of which it is not said what they can be of")
    return said
