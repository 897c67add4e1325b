"""How times are written, decided over a whole column: ISO forms, shortened forms, local forms, Excel's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from personshaped.sql import literal

FIRST_YEAR, LAST_YEAR = 1000, 9998
"""Years outside are placeholders (0001, 9999), not times: such a row is set aside as impossible."""

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_CLOCK = r"(\d\d)[T ]+(\d{1,2})[.:hH]?(\d\d)(?:[.:](\d\d)(?:\.\d+)?)?( ?[AaPp][Mm])?(?: ?(?:Uhr|uur|h))?$"
_NUMBERS = r"^\d{1,2}[/.\-]\d{1,2}[/.\-](\d{4}|\d{2})(\D|$)"


@dataclass(frozen=True)
class TimeForm:
    """How one column's times are read: a format said, or ISO and, after it, `formats`. `says` is for the report."""

    said: str = ""
    formats: tuple[str, ...] = ()
    says: str = "ISO"


ISO = TimeForm()


def said(format: str) -> TimeForm:
    """The form that `format =` names, in strftime's letters."""
    return TimeForm(said=format, says=format)


def shape_query(column: str, relation: str) -> str:
    """One row on a column of text: values, those in ISO form, those as d/m/y, the greatest first and second number,
    those with the month as a word, those as YYYYMMDD, and ISO dates at 24:00."""
    numbers = f"regexp_matches(t, '{_NUMBERS}')"
    part = r"regexp_extract(t, '^(\d{1,2})[/.\-](\d{1,2})[/.\-]', %d)"
    return f"""
        SELECT count(*), count({_iso("t")}), count(*) FILTER ({numbers}),
               max(TRY_CAST({part % 1} AS INT)) FILTER ({numbers}),
               max(TRY_CAST({part % 2} AS INT)) FILTER ({numbers}),
               count(*) FILTER (regexp_matches(t, '^\\d{{1,2}}[. \\-]+\\pL{{3,10}}[. \\-]+\\d{{2}}')),
               count(*) FILTER (regexp_matches(t, '^\\d{{8}}$')),
               count(*) FILTER (regexp_matches(t, '^\\d{{4}}[/\\-]\\d.*[T ]24[:.]?00'))
        FROM (SELECT {column} AS t FROM {relation}) WHERE t IS NOT NULL"""


def decide(
    values: int,
    iso: int,
    numbers: int,
    first: int | None,
    second: int | None,
    words: int,
    plain: int,
    midnights: int = 0,
) -> TimeForm:
    """The form of a column from its shape. Day first, unless a month-first reading is the only one that fits."""
    if iso == values or not (numbers or words or plain or midnights):
        return ISO
    formats: list[str] = [f"%Y/%m/%d{clock}" for clock in _CLOCKS[1:3]] if midnights else []
    says: list[str] = ["ISO"] if iso or midnights else []
    if numbers:
        day_first = not ((second or 0) > 12 and (first or 0) <= 12)
        order = "%d/%m" if day_first else "%m/%d"
        formats += [f"{order}/{year}{clock}" for clock in _CLOCKS for year in ("%y", "%Y")]
        sure = (first or 0) > 12 or (second or 0) > 12
        says.append(f"{'day' if day_first else 'month'} first{'' if sure else ' (could be either; taken so)'}")
    if words:
        formats += [f"%d {month} {year}{clock}" for clock in _CLOCKS for month in ("%b", "%B") for year in ("%y", "%Y")]
        says.append("month as a word")
    if plain:
        formats += ["%Y%m%d"]
        says.append("YYYYMMDD")
    return TimeForm(formats=tuple(formats), says=", ".join(says))


def time_sql(text: str, form: TimeForm) -> str:
    """A TIMESTAMP from text, as the clock on the wall showed it (an offset is not applied); NULL if impossible."""
    if form.said:
        found = f"try_strptime({text}, {literal(form.said)})"
    elif form.formats:
        formats = ", ".join(literal(one) for one in form.formats)
        tidy = f"tidy_time({text})"
        late = f"CASE WHEN {_ends_the_day(text)} THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END"
        found = f"coalesce({_iso(text)}, try_strptime({tidy}, [{formats}]) + {late})"
    else:
        found = _iso(text)
    return f"possible_time({found})"


def _ends_the_day(text: str) -> str:
    """24:00 is the end of its day."""
    return rf"regexp_matches({text}, '\d[T ]+24[:.]?00([:.]00)?$')"


MONTHS = {
    "jan": "january januari januar jänner janvier gennaio enero janeiro",
    "feb": "february febuary februari februar février fevrier febbraio febrero fevereiro",
    "mar": "march maart märz mars marts marzo março marco mrt mrz",
    "apr": "april avril aprile abril",
    "may": "may mei mai maggio mayo maio",
    "jun": "june juni juin giugno junio junho",
    "jul": "july juli juillet luglio julio julho",
    "aug": "august augustus augusti août aout agosto",
    "sep": "september septembre settembre septiembre setembro setiembre",
    "oct": "october oktober octobre ottobre octubre",
    "nov": "november novembre noviembre novembro",
    "dec": "december dezember décembre decembre dicembre diciembre dezembro",
}
"""Months as the languages around write them, in full; any of them may be cut short after its third letter."""


def month_words(month: str) -> str:
    """A pattern of a month's names, whole or cut short, but for what two months begin with (`jui`)."""
    others = [name for other in MONTHS.keys() - {month} for name in MONTHS[other].split()]
    begun = {name[:end] for name in MONTHS[month].split() for end in range(3, len(name) + 1)}
    return "|".join(sorted(one for one in begun if not any(name.startswith(one) for name in others)))


def _tidy_sql() -> str:
    """`t` as the formats have it: d/m/y, a month as three English letters, colons in the clock, 24:00 as 00:00."""
    day = "regexp_extract(t, '^\\S+')"
    word = "t"
    for month in MONTHS:
        word = f"regexp_replace({word}, '(?i)([. -]|^)({month_words(month)})(\\PL|$)', '\\1{month}\\3')"
    spaced = f"trim(regexp_replace({word}, '^(\\d+)[. -]+(\\pL+)[. -]+(\\d+)', '\\1 \\2 \\3'))"
    dated = (
        f"CASE WHEN regexp_matches(t, '^\\d{{1,2}}[. -]+\\pL{{3}}') THEN {spaced}"
        f" ELSE translate({day}, '.-', '//') || substr(t, length({day}) + 1) END"
    )
    clock = f"regexp_replace({dated}, '{_CLOCK}', '\\1 \\2:\\3:\\4\\5')"
    return f"regexp_replace(regexp_replace({clock}, ':( ?[AaPp][Mm])?$', '\\1'), ' 24:00(:00)?$', ' 00:00\\1')"


_HARMLESS = rf"(?i)[\d\s:/.,+tz£-]*({'|'.join(map(month_words, MONTHS))})?[\d\s:/.,+tz£-]*"
"""A cell that can only be a date, a time or a number: what else stands where a time should may be a name."""


def define_macros(personal: bool, end: date | None = None) -> tuple[str, ...]:
    """The SQL macros that the reading uses; run once on a connection. Of `personal` data, `shown(cell)`, which goes
    into the report, shows a cell at fault only where it can be no name. A birth in two digits is before `end`, that of
    the window: the same files read on another day say the same."""
    latest = f"DATE '{end}'" if end else "current_date"
    harmless = f"regexp_full_match(t::VARCHAR, {literal(_HARMLESS)})" if personal else "true"
    return (
        f"CREATE OR REPLACE TEMP MACRO shown(t) AS CASE WHEN {harmless} THEN left(t::VARCHAR, 40) ELSE '…' END",
        r"""CREATE OR REPLACE TEMP MACRO iso_moment(t) AS TRY_CAST(
            CASE WHEN length(t) NOT IN (10, 16, 19) THEN regexp_replace(t, '\s*(Z|[+-]\d{2}(:?\d{2})?)$', '') ELSE t END
            AS TIMESTAMP)""",
        """CREATE OR REPLACE TEMP MACRO iso_start(t) AS CASE length(t)
            WHEN 4 THEN TRY_CAST(t || '-01-01' AS TIMESTAMP) WHEN 7 THEN TRY_CAST(t || '-01' AS TIMESTAMP)
            ELSE TRY_CAST(t AS TIMESTAMP) END""",
        """CREATE OR REPLACE TEMP MACRO iso_after(t) AS CASE length(t)
            WHEN 4 THEN TRY_CAST(t || '-01-01' AS TIMESTAMP) + INTERVAL 1 YEAR
            WHEN 7 THEN TRY_CAST(t || '-01' AS TIMESTAMP) + INTERVAL 1 MONTH
            ELSE date_trunc('day', TRY_CAST(t AS TIMESTAMP)) + INTERVAL 1 DAY END""",
        r"""CREATE OR REPLACE TEMP MACRO iso_time(t) AS CASE
            WHEN length(t) >= 10 AND NOT contains(t, '/') AND t[6] <> '.' THEN iso_moment(t)
            WHEN length(t) IN (4, 7) AND regexp_full_match(t, '\d{4}(-\d{2})?') THEN iso_start(t)
            WHEN t[5] = '/' AND t[8] = '/' THEN iso_moment(replace(t, '/', '-'))
            WHEN regexp_full_match(t, '\d{4}[-\d]*/\d{4}[-\d]*') THEN
                CASE WHEN iso_start(split_part(t, '/', 1)) <= iso_start(split_part(t, '/', 2))
                     THEN iso_start(split_part(t, '/', 1)) END
            WHEN regexp_full_match(t, '\d{5}(\.\d+)?') THEN TIMESTAMP '1899-12-30'
                + to_seconds(round(TRY_CAST(t AS DOUBLE) * 86400)::BIGINT)
            WHEN contains(t, '-') THEN TRY_CAST(t AS TIMESTAMP) END""",
        f"CREATE OR REPLACE TEMP MACRO tidy_time(t) AS {_tidy_sql()}",
        # a year of two digits is one that has been
        rf"""CREATE OR REPLACE TEMP MACRO birth_date(t, born) AS
            CASE WHEN born > {latest} AND regexp_matches(t, '^[^\d]*\d{{1,2}}[^\d].*[^\d]\d{{2}}$')
                 THEN CAST(born - INTERVAL 100 YEAR AS DATE) ELSE born END""",
        f"""CREATE OR REPLACE TEMP MACRO possible_time(one) AS
            CASE WHEN year(one) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN one END""",
    )


def _iso(text: str) -> str:
    return f"iso_time({text})"


def range_end_sql(text: str) -> str:
    """For `1996/2012`: the first moment after the range, TIMESTAMP; else NULL."""
    return f"CASE WHEN {_is_range(text)} THEN iso_after(split_part({text}, '/', 2)) END"


def _is_range(text: str) -> str:
    years = rf"regexp_full_match({text}, '\d{{4}}[-\d]*/\d{{4}}[-\d]*')"
    return f"contains({text}, '/') AND {years} AND NOT ({text}[5] = '/' AND {text}[8] = '/')"


def precision_sql(text: str, form: TimeForm) -> str:
    """How finely a time is written: minute, day, month, year or range."""
    if form.said:
        fine = any(one in form.said for one in ("%H", "%I", "%c", "%X", "%T", "%s"))
        coarse = "day" if any(one in form.said for one in ("%d", "%j", "%x", "%D", "%F", "%-d")) else "month"
        coarse = (
            coarse if any(one in form.said for one in ("%m", "%b", "%B", "%-m", "%j", "%x", "%D", "%F")) else "year"
        )
        return f"CASE WHEN {text} IS NOT NULL THEN '{'minute' if fine else coarse}' END"
    clock = f" OR regexp_matches({text}, '{_CLOCK}')" if form.formats else ""
    return (
        f"CASE WHEN contains({text}, ':'){clock} THEN 'minute' WHEN length({text}) = 4 THEN 'year'"
        f" WHEN length({text}) = 7 AND {text}[5] = '-' THEN 'month' WHEN {_is_range(text)} THEN 'range'"
        f" WHEN contains({text}, '.') AND regexp_full_match({text}, '\\d{{5}}\\.\\d+') THEN 'minute'"
        f" WHEN {text} IS NOT NULL THEN 'day' END"
    )
