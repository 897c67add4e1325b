# ruff: noqa: E501
"""Measures over small tables: the worked example of the specification (section 5.1), and any other few rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from personshaped.capability.measures import MEASURES as CAPABILITY
from personshaped.conditions.measures import MEASURES as CONDITIONS
from personshaped.cost.measures import MEASURES as COST
from personshaped.demand.measures import MEASURES as DEMAND
from personshaped.engine.availability import available
from personshaped.engine.measuring import measure
from personshaped.figures import DataAvailability, Figure, Measure
from personshaped.flow.measures import MEASURES as FLOW
from personshaped.journeys import walk
from personshaped.settings import Settings
from personshaped.statistics.clustered import INTERVALS
from personshaped.tables import CANONICAL
from spec.small_tables import canonical, interactions, table

REGISTER: tuple[Measure, ...] = (*DEMAND, *FLOW, *CAPABILITY, *CONDITIONS, *COST)
DERIVED = ("interactions", "persons", "demands", "needs", "cycles", "episodes", "referrals")

TWENTY_ROWS = """
who | ref_key | at                | front_door           | when             | by           | did     | words                 | demand_type | failure_kind       | caused_by          | issue               | need_id | outcome      | reason     | referred_to | need_met | staff | minutes | value_work | documents | price
P1  | H-001   | housing           | housing phone line   | 2024-01-03T09:00 | person       | demand  | up the stairs         | value       |                    |                    | housing_suitability | N1      |              |            |             |          | s1    | 10      | no         | 0         | 5.00
P1  | H-001   | housing           | housing phone line   | 2024-01-03T09:10 |              | screen  |                       |             |                    |                    | housing_suitability | N1      | screened_out | not_for_us |             |          | s1    | 5       | no         | 1         | 2.50
P1  | S-77    | adult_social_care | adult contact centre | 2024-01-17T10:00 | person       | demand  | told me to ask you    | failure     | representation     | housing            | housing_suitability | N1      |              |            |             |          | s2    | 10      | no         | 0         | 4.00
P1  | S-77    | adult_social_care | adult contact centre | 2024-01-17T10:10 |              | screen  |                       |             |                    |                    | housing_suitability | N1      | forwarded    |            |             |          | s2    | 5       | no         | 0         | 2.00
P1  | S-77    | adult_social_care | adult contact centre | 2024-01-24T14:00 |              | assess  |                       |             |                    |                    | housing_suitability | N1      |              |            |             |          | s3    | 60      | no         | 2         | 48.00
P1  | S-77    | adult_social_care | adult contact centre | 2024-01-31T11:00 | person       | demand  | what is happening     | failure     | progress_chase     | adult_social_care  | housing_suitability | N1      |              |            |             |          | s2    | 5       | no         | 0         | 2.00
P1  | S-77    | adult_social_care |                      | 2024-02-05T09:00 |              | approve |                       |             |                    |                    | housing_suitability | N1      | approved     |            |             |          | s4    | 20      | no         | 1         | 20.00
P1  | S-77    | adult_social_care |                      | 2024-02-07T09:00 |              | refer   |                       |             |                    |                    | housing_suitability | N1      | referred     |            | gp          |          | s3    | 15      | no         | 1         | 12.00
P1  | G-9     | gp                | surgery              | 2024-02-14T09:30 | other_agency | assess  |                       |             |                    |                    | housing_suitability | N1      |              |            |             |          | s5    | 20      | no         | 1         | 40.00
P1  | G-9     | gp                | surgery              | 2024-02-14T09:50 |              | do      | painkillers           |             |                    |                    | housing_suitability | N1      |              |            |             |          | s5    | 10      | no         | 0         | 20.00
P1  | G-9     | gp                | surgery              | 2024-02-14T10:00 |              | close   |                       |             |                    |                    | housing_suitability | N1      | nfa          |            |             |          | s5    | 5       | no         | 0         | 10.00
P1  | S-77    | adult_social_care | adult contact centre | 2024-03-01T09:00 | person       | demand  | look at the stairs    | failure     | representation     | gp                 | housing_suitability | N1      |              |            |             |          | s2    | 10      | no         | 0         | 4.00
P1  | S-77    | adult_social_care |                      | 2024-03-02T10:00 |              | do      | second rail fitted    |             |                    |                    | housing_suitability | N1      |              |            |             |          | s3    | 120     | yes        | 0         | 96.00
P1  | S-77    | adult_social_care |                      | 2024-03-20T10:00 |              | close   | sorted, thank you     |             |                    |                    | housing_suitability | N1      | need_met     |            |             | yes      | s3    | 5       | no         | 0         | 4.00
P2  | H-002   | housing           | housing office       | 2024-01-10T13:00 | person       | demand  | sorting out benefit   | value       |                    |                    | benefits            | N2      |              |            |             |          | s1    | 10      | no         | 0         | 5.00
P2  | H-002   | housing           | housing office       | 2024-01-10T13:10 |              | do      | rang together         |             |                    |                    | benefits            | N2      | need_met     |            |             | yes      | s1    | 45      | yes        | 0         | 22.50
P3  | A-3     | advice            | advice bureau        | 2024-02-01T10:00 | person       | demand  | stopped by mistake    | failure     | other_agency_error | benefits           | benefits            | N3      |              |            |             |          | s6    | 10      | no         | 0         | 4.00
P3  | A-3     | advice            | advice bureau        | 2024-02-01T10:10 |              | do      | asked to look again   |             |                    |                    | benefits            | N3      | awaiting     |            |             |          | s6    | 30      | no         | 0         | 12.00
P3  | A-3     | advice            | advice bureau        | 2024-02-20T15:00 | person       | demand  | have you heard        | failure     | progress_chase     | advice             | benefits            | N3      |              |            |             |          | s6    | 5       | no         | 0         | 2.00
P4  | S-80    | adult_social_care | adult contact centre | 2024-03-15T16:00 | family       | demand  | Mum can't cope        | value       |                    |                    | ageing_basic_care   | N4      |              |            |             |          | s2    | 10      | no         | 0         | 4.00
"""
NEEDS = """
need_id | person_id | issue               | opened_at  | ended_at   | end_reason
N1      | P1        | housing_suitability | 2024-01-03 | 2024-03-20 | met
N2      | P2        | benefits            | 2024-01-10 | 2024-01-10 | met
N3      | P3        | benefits            | 2024-02-01 |            |
N4      | P4        | ageing_basic_care   | 2024-03-15 | 2024-03-25 | moved_away
"""
BESIDE = {
    "people": """
        person_ref | agency            | person_id
        H-001      | housing           | P1
        S-77       | adult_social_care | P1
    """,
    "front_doors": """
        front_door           | agency            | kind
        housing phone line   | housing           | phone
        housing office       | housing           | office
        adult contact centre | adult_social_care | phone
        surgery              | gp                | office
        advice bureau        | advice            | office
        police station       | police            | office
    """,
    "area_facts": """
        area | period | measure    | value | unit   | source
        Town | 2024   | population | 100   | people | made up
    """,
    "wanted": """
        person_id | need_id | item             | quantity | unit | unit_cost | cost | price_year
        P1        | N1      | second stair rail| 1        | item | 120       | 120  | 2024
    """,
}


class Measured:
    """Figures of a few rows, looked up by name, group and period."""

    def __init__(self, con: duckdb.DuckDBPyConnection, have: DataAvailability, figures: Sequence[Figure]) -> None:
        self.con = con
        self.have = have
        self.figures = figures

    def of(self, name: str, group: str = "", period: str = "", by: str | None = None, basis: str = "") -> Figure:
        """The headline: the first row of that name, group and period."""
        found = [
            one
            for one in self.figures
            if (one.name, one.group, one.period) == (name, group, period)
            and (by is None or one.by == by)
            and (not basis or one.basis == basis)
        ]
        if not found:
            raise KeyError((name, group, period, by))
        return found[0]

    def value(self, name: str, group: str = "", period: str = "", by: str | None = None) -> float | None:
        return self.of(name, group, period, by).value

    def groups(self, name: str, by: str) -> dict[str, float | None]:
        """Every group of a breakdown with its value, in the order written."""
        return {one.group: one.value for one in self.figures if one.name == name and one.by == by}

    def periods(self, name: str) -> dict[str, float | None]:
        return {one.period: one.value for one in self.figures if one.name == name and one.period and not one.group}


def connection(rows: pa.Table, settings: Settings, needs: str = "", beside: dict[str, str] | None = None) -> Any:
    """A DuckDB connection with the derived tables and the canonical ones beside them."""
    recorded = canonical("needs", table(needs)) if needs else None
    moments = zip(rows["agency"].to_pylist(), rows["started_at"].to_pylist(), strict=True)
    starts: dict[str, date] = {}
    for agency, moment in moments:
        if moment:
            starts[agency] = min(starts.get(agency, moment.date()), moment.date())
    walked = walk(rows, recorded, starts, settings)
    con = duckdb.connect()
    for name in DERIVED:
        con.register(f"arrow_{name}", getattr(walked, name))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    for name, text in (beside or {}).items():
        con.register(f"arrow_{name}", canonical(name, table(text)))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    empty_where_not_given(con)
    return con


def empty_where_not_given(con: Any) -> None:
    """Recorded tables that a study does not have stand there empty, as in `study.measuring`."""
    for name, one in CANONICAL.items():
        columns = ", ".join(f'"{column.name}" {column.sql}' for column in one.columns)
        con.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")


def measured(
    text: str,
    *,
    needs: str = "",
    beside: dict[str, str] | None = None,
    measures: Iterable[Measure] = REGISTER,
    staff_total: int | None = None,
    have: DataAvailability | None = None,
    **settings: Any,
) -> Measured:
    """All figures of a small table of interactions, with complete history unless told otherwise."""
    lines = table(text)
    prices = [float(row["price"]) if row.get("price") else None for row in lines]
    refs = [row.get("ref_key") or row.get("who") or "P1" for row in lines]
    rows = interactions(text)
    rows = rows.set_column(rows.schema.get_field_index("price"), "price", pa.array(prices, pa.float64()))
    rows = rows.set_column(rows.schema.get_field_index("ref_key"), "ref_key", pa.array(refs, pa.string()))
    days = [moment.date() for moment in rows["started_at"].to_pylist() if moment]
    chosen = Settings(
        **{
            "window_start": min(days),
            "window_end": date(max(days).year + 1, 1, 1),
            "window_declared": True,
            "history_complete": True,
        }
        | settings
    )
    con = connection(rows, chosen, needs, beside)
    recorded = canonical("needs", table(needs)) if needs else None
    have = have or available(con, filled(rows, recorded, columns_of(beside or {})), staff_total)
    return Measured(con, have, measure(con, tuple(measures), chosen, have, INTERVALS))


def columns_of(beside: dict[str, str]) -> set[str]:
    """Tables with rows and their columns that are not blank throughout."""
    return {
        f"{name}.{column}" if column else name
        for name, text in beside.items()
        for row in table(text)
        for column in ["", *(one for one, cell in row.items() if cell)]
    }


def filled(rows: pa.Table, needs: pa.Table | None, beside: Iterable[str] = ()) -> set[str]:
    """What the reading of the records would report: tables with rows, columns that are not blank throughout."""
    tables = {"interactions": rows} | ({"needs": needs} if needs is not None else {})
    columns = {
        f"{name}.{column}"
        for name, found in tables.items()
        for column in found.column_names
        if found[column].null_count < found.num_rows
    }
    return {*tables, *beside, *columns}


def worked_example() -> Measured:
    """The twenty rows of the specification, window 2024-01-01 to 2024-04-01."""
    return measured(
        TWENTY_ROWS, needs=NEEDS, beside=BESIDE, staff_total=6,
        window_start=date(2024, 1, 1), window_end=date(2024, 4, 1),
    )  # fmt: skip
