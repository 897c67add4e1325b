"""M022: is underlying demand stable while failure demand rises (Stat 2)?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from personshaped.demand.living import AS_LIST, FACTS, living
from personshaped.figures import ALL_WHO_ASKED, By, Context, Measure, Query
from personshaped.statistics.counts import Floats
from personshaped.statistics.trend import (
    FEWEST_MONTHS,
    NOT_SHOWN,
    YearlyChange,
    difference_of_changes,
    fewest_to_show,
    yearly_change,
)

Row = dict[str, Any]
_YEAR = 12
THROUGHOUT = """
WITH classified AS (
    SELECT person_id, agency, demand_type, date_trunc('month', started_at) AS month FROM demands
    WHERE demand_type IN ('value', 'failure') AND started_at IS NOT NULL),
months AS (
    SELECT unnest(generate_series(
        (SELECT min(month) + INTERVAL 1 MONTH FROM classified),
        date_trunc('month', CAST($end AS TIMESTAMP)) - INTERVAL 1 MONTH, INTERVAL 1 MONTH)) AS month),
present AS (
    SELECT agency FROM classified GROUP BY ALL
    HAVING min(month) <= (SELECT min(month) + INTERVAL 2 MONTH FROM months)
       AND max(month) >= (SELECT max(month) - INTERVAL 2 MONTH FROM months)),
absent AS (
    SELECT agency, min(month) AS begins, max(month) AS ends,
           min(month) > (SELECT min(month) + INTERVAL 2 MONTH FROM months)
           AND max(month) >= (SELECT max(month) - INTERVAL 2 MONTH FROM months) AS joined
    FROM classified WHERE agency NOT IN (FROM present) GROUP BY ALL)"""
_TOGETHER = """by_person AS (SELECT person_id, cell, count(*) AS n FROM asked GROUP BY ALL),
together AS (
    SELECT list([one, other, n]) AS together
    FROM (SELECT a.cell AS one, b.cell AS other, CAST(sum(a.n * b.n) AS BIGINT) AS n
          FROM by_person a JOIN by_person b USING (person_id) WHERE a.cell <= b.cell GROUP BY ALL))"""
"""Of `asked(person_id, cell)`: for two cells the sum over persons of what each asked in both (0344), in the first row.
A cell is twice the month's number in the order of the rows, and one more for value demand."""
_ABSENT = """(SELECT list([agency, strftime(begins, '%Y-%m'), strftime(ends, '%Y-%m'),
                          CASE WHEN joined THEN 'joined' ELSE '' END] ORDER BY agency) FROM absent)"""
_JOINING = """joining AS (
    SELECT person_id, agency, m.month, date_diff('month', a.begins, m.month) - 1 AS place, demand_type
    FROM absent a JOIN months m ON m.month > a.begins LEFT JOIN classified c USING (agency, month) WHERE joined),
joining_months AS (
    SELECT agency, month, count(*) FILTER (WHERE demand_type = 'value') AS value,
           count(*) FILTER (WHERE demand_type = 'failure') AS failure
    FROM joining GROUP BY ALL),
joining_cells AS (
    SELECT person_id, agency, 2 * place + CAST(demand_type = 'value' AS INTEGER) AS cell, count(*) AS n
    FROM joining WHERE demand_type IS NOT NULL GROUP BY ALL),
joining_together AS (
    SELECT agency, a.cell AS one, b.cell AS other, CAST(sum(a.n * b.n) AS BIGINT) AS n
    FROM joining_cells a JOIN joining_cells b USING (person_id, agency) WHERE a.cell <= b.cell GROUP BY ALL)"""
"""A panel of its own for each agency that joined: its months after the first, as those of the whole."""
_BY_MONTH = f"""{THROUGHOUT},
{FACTS},
edge AS (SELECT min(month) AS month FROM months),
asked AS (
    SELECT person_id, 2 * date_diff('month', edge.month, c.month) + CAST(demand_type = 'value' AS INTEGER) AS cell
    FROM classified c, edge WHERE agency IN (FROM present) AND c.month IN (FROM months)),
{_TOGETHER},
{_JOINING},
counted AS (
    SELECT month, count(*) FILTER (WHERE demand_type = 'value') AS value,
           count(*) FILTER (WHERE demand_type = 'failure') AS failure
    FROM months LEFT JOIN (FROM classified WHERE agency IN (FROM present)) USING (month)
    GROUP BY ALL)
SELECT month, value, failure, value + failure AS all_demand,
       {AS_LIST} AS population,
       CASE WHEN month = (FROM edge) THEN (FROM together) END AS together,
       {_ABSENT} AS absent,
       CASE WHEN month = (FROM edge)
            THEN (SELECT list(cells ORDER BY cells.agency, cells.month) FROM joining_months cells) END AS joining,
       CASE WHEN month = (FROM edge) THEN (SELECT list(cells) FROM joining_together cells) END AS joining_together
FROM counted
ORDER BY month"""
_TURNED_ROUND = f"""{THROUGHOUT},
{FACTS},
turned AS (
    SELECT person_id, date_trunc('month', started_at) AS month, agency,
           started_at = max(started_at) OVER (PARTITION BY person_id, need_id) AS last_of_need
    FROM demands WHERE need_id IS NOT NULL AND started_at IS NOT NULL),
turned_months AS (
    SELECT unnest(generate_series(
        (SELECT min(month) + INTERVAL 1 MONTH FROM turned),
        date_trunc('month', CAST($end AS TIMESTAMP) - INTERVAL '$look_back days') - INTERVAL 1 MONTH,
        INTERVAL 1 MONTH)) AS month),
edge AS (SELECT max(month) AS month FROM turned_months),
asked AS (
    SELECT person_id, 2 * date_diff('month', t.month, edge.month) + CAST(last_of_need AS INTEGER) AS cell
    FROM turned t, edge WHERE agency IN (FROM present) AND t.month IN (FROM turned_months)),
{_TOGETHER}
SELECT month, count(*) FILTER (WHERE last_of_need) AS value, count(*) FILTER (WHERE NOT last_of_need) AS failure,
       {AS_LIST} AS population,
       CASE WHEN month = (FROM edge) THEN (FROM together) END AS together
FROM turned_months LEFT JOIN (FROM turned WHERE agency IN (FROM present)) USING (month)
GROUP BY ALL
ORDER BY month DESC"""
"""Seen from the end, the last asking of a need comes first, and the last `look_back` days are the burn-in."""
MOST_MONTHS = 600
OWN_PANEL = "agency>type"
_BEHIND_TREND = """
SELECT 'all' AS "group", person_id FROM demands
UNION ALL SELECT demand_type, person_id FROM demands
UNION ALL SELECT agency || '>all', person_id FROM demands
UNION ALL SELECT agency || '>' || demand_type, person_id FROM demands"""
_TYPES = (("all", "all_demand"), ("failure", "failure"), ("value", "value"))


def _refused(rows: list[Row]) -> list[Row]:
    """Why no trend is told of so few or so many months; nothing where one is."""
    if len(rows) < FEWEST_MONTHS:
        note = f"Refused: {len(rows)} whole months of classifiable demand; {FEWEST_MONTHS} are needed."
    elif len(rows) > MOST_MONTHS:
        note = f"Refused: {len(rows):,} months of demand are more than {MOST_MONTHS}: is a year mistyped?"
    else:
        return []
    return [{"value": None, "note": note}]


@contextmanager
def _told(made: list[Row], group: str) -> Iterator[None]:
    """A change that cannot be told becomes a row that says why."""
    try:
        yield
    except ValueError as error:
        made.append({"group": group, "value": None, "note": f"Refused: {error}."})


def _as_row(group: str, found: YearlyChange, n: int, note: str) -> Row:
    return {"group": group, "value": found.change, "low": found.low, "high": found.high, "n": n, "note": note}


def _trends(rows: list[Row], context: Context) -> list[Row]:
    """One yearly change for each type of demand, all over the same months and the same agencies; then the same of each
    agency that joined part-way, over its own months."""
    if refused := _refused(rows):
        return refused
    made = _of_panel(rows, context, f"in agencies present throughout.{_left_out(rows)}")
    for agency, own in _joining(rows).items():
        told = _refused(own) or _of_panel(own, context, "of this agency alone, which joined.")
        made += [row | {"by": OWN_PANEL, "group": f"{agency}>{row.get('group') or 'all'}"} for row in told]
    return made


def _joining(rows: list[Row]) -> dict[str, list[Row]]:
    """The rows of each agency that joined part-way, as those of the whole."""
    found: dict[str, list[Row]] = {}
    for one in rows[0]["joining"] or ():
        found.setdefault(one["agency"], []).append(
            one | {"all_demand": one["value"] + one["failure"], "population": rows[0]["population"], "together": None}
        )
    for agency, own in found.items():
        own[0]["together"] = [[one["one"], one["other"], one["n"]] for one in rows[0]["joining_together"] or ()
                              if one["agency"] == agency]  # fmt: skip
    return found


def _left_out(rows: list[Row]) -> str:
    """Who is left out, and since or until when their demands can be told apart."""
    told = [
        f"{agency} ({'from' if joined else 'seen from'} {begins}{'' if joined else f' to {ends}'})"
        for agency, begins, ends, joined in rows[0]["absent"] or ()
    ]
    if not told:
        return ""
    return f" Left out, as their demands can be told apart in a part of that time only: {', '.join(told)}."


def _of_panel(rows: list[Row], context: Context, where: str) -> list[Row]:
    people, together = _people(rows, context), _together(rows)
    made: list[Row] = []
    for group, column in _TYPES:
        counts = [row[column] for row in rows]
        if not sum(counts):
            continue
        head = " for each head of the population" if people is not None else ""
        with _told(made, group):
            found = yearly_change(counts, people, _of_type(together, group))
            within = context.settings.stable_within
            words = found.in_words(within)
            note = f"{words.capitalize()}{head}. Over {len(rows)} months, {where}"
            if words == NOT_SHOWN:
                fewest = fewest_to_show(within, len(rows))
                note += f" To show that it is stable within ±{within * 100:.3g}% takes {fewest:,} or more in that time."
            made.append(_as_row(group, found, sum(counts), note))
    return made


def _people(rows: list[Row], context: Context) -> list[float] | None:
    around = context.have.around
    return living(rows[0]["population"], [row["month"] for row in rows], lambda area: area not in around)


def _together(rows: list[Row]) -> Floats | None:
    """For two months of either type the sum over persons of what each asked in both: failure first, then value."""
    held, months = rows[0]["together"], len(rows)
    if not held:
        return None
    one, other, n = np.array(held, np.int64).T
    one, other = (cell // 2 + months * (cell % 2) for cell in (one, other))
    summed = np.zeros((2 * months, 2 * months))
    summed[one, other] = summed[other, one] = n
    return summed


def _of_type(together: Floats | None, group: str) -> Floats | None:
    """The part of one type, or the whole."""
    if together is None:
        return None
    months = len(together) // 2
    parts = together.reshape(2, months, 2, months)
    whole: Floats = parts[0, :, 0] if group == "failure" else parts[1, :, 1] if group == "value" else parts.sum((0, 2))
    return whole


def _faster(rows: list[Row], context: Context) -> list[Row]:
    """How much faster failure demand changes than value demand."""
    if refused := _refused(rows):
        return refused
    failure, value = ([row[column] for row in rows] for column in ("failure", "value"))
    if not sum(failure) or not sum(value):
        return []
    made: list[Row] = []
    with _told(made, ""):
        found = difference_of_changes(failure, value, _together(rows))
        note = f"Over {len(rows)} months, in agencies present throughout.{_left_out(rows)}"
        made.append(_as_row("", found, sum(failure) + sum(value), note))
    return made


def _parts(rows: list[Row], context: Context) -> list[Row]:
    """T₂/T₁ = N₂/N₁ × (T/N)₂/(T/N)₁, from the first twelve months to the last; exact."""
    if len(rows) < 2 * _YEAR:
        note = f"Refused: {len(rows)} whole months of classifiable demand; two times twelve are needed."
        return [{"value": None, "note": note}]
    first, last = rows[:_YEAR], rows[-_YEAR:]
    demand = [sum(row["all_demand"] for row in part) for part in (first, last)]
    needs = [sum(row["value"] for row in part) for part in (first, last)]
    if not all(demand + needs):
        return []
    note = f"In agencies present throughout.{_left_out(rows)}"
    return [
        _factor("demand", demand[1], demand[0], note),
        _factor("demands for each need", demand[1] / needs[1], demand[0] / needs[0], note),
        _factor("needs opened", needs[1], needs[0], note),
    ]


def _factor(group: str, last: float, first: float, note: str) -> Row:
    return {"group": group, "value": last / first, "numerator": last, "denominator": first, "note": note}


def _mirrored(rows: list[Row], context: Context) -> list[Row]:
    """The yearly changes of the same demands with time turned round."""
    if refused := _refused(rows):
        return refused
    people, together = _people(rows, context), _together(rows)
    made: list[Row] = []
    for group, column in _TYPES[1:]:
        counts = [row[column] for row in rows]
        if sum(counts):
            note = f"Over {len(rows)} months before the last look-back."
            with _told(made, group):
                found = yearly_change(counts, people, _of_type(together, group))
                made.append(_as_row(group, found, sum(counts), note))
    return made


demand_trend = Measure(
    name="demand_trend", answers=("M022",), unit="ratio", by=(By("type"),), chart="xmr",
    needs=("interactions.activity|interactions.initiated_by",), wants=("linked",), source="S1 Ia",
    kind=Query(_BY_MONTH, _trends, behind=_BEHIND_TREND),
    says="How much demand changes a year: value demand (needs opened), failure demand, and both.",
    does_not_say="Why; and a change not shown is not shown to be absent.",
)  # fmt: skip
demand_trend_difference = replace(
    demand_trend, name="demand_trend_difference", by=(By(),), kind=Query(_BY_MONTH, _faster, behind=ALL_WHO_ASKED),
    says="How much faster failure demand grows in a year than value demand.",
    does_not_say="That either is stable: see demand_trend.",
)  # fmt: skip
demand_trend_parts = replace(
    demand_trend, name="demand_trend_parts", by=(By("part"),), chart="table",
    kind=Query(_BY_MONTH, _parts, behind=ALL_WHO_ASKED),
    note="Last twelve months ÷ first twelve months",
    says="What became of demand: as many times the needs opened, times as many times the demands for each need.",
    does_not_say="How sure it is: two years are compared, see demand_trend for the interval.",
)  # fmt: skip
demand_trend_turned_round = replace(
    demand_trend, name="demand_trend_turned_round", kind=Query(_TURNED_ROUND, _mirrored, behind=ALL_WHO_ASKED),
    says="A check: the same with time turned round should fall about as fast as it rose. The same direction both ways"
    " would come from records that begin too late, not from demand.",
    does_not_say="Anything about demand itself; the rules for words and hand codes play no part in it.",
)  # fmt: skip

TREND_MEASURES: tuple[Measure, ...] = (
    demand_trend, demand_trend_difference, demand_trend_parts, demand_trend_turned_round,
)  # fmt: skip
