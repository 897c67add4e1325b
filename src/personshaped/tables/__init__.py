"""Every table that rooms pass on: its grain, columns, types, units and meaning, declared once.

`read.txt` holds what a study reads, `written.txt` what it writes. Each block there is a small table: `[name] grain`,
then a column a line as `column | type | unit | needed | meaning | example`. Validation, the schema reference and the
example data all read these declarations. Types: `str`, `enum(...)`, `date`, `time`, `int`, `num`, `yesno`, and `list`
(of text). Needed: `required`, `made` (by us where blank), `wanted` (unlocks measures), `optional`, `derived`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """One column: `values` lists the words an enum allows, empty for every other type."""

    name: str
    type: str
    unit: str
    needed: str
    meaning: str
    example: str
    values: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type the column has between rooms; times are microseconds without a zone."""
        return _ARROW[self.type]

    @property
    def sql(self) -> str:
        """The DuckDB type of the same."""
        return _SQL[self.type]


@dataclass(frozen=True)
class Table:
    """One table: `grain` says what one row is."""

    name: str
    grain: str
    columns: tuple[Column, ...]

    def __getitem__(self, column: str) -> Column:
        return next(one for one in self.columns if one.name == column)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.needed == "required")

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.arrow) for column in self.columns])


_ARROW: dict[str, pa.DataType] = {
    "str": pa.string(),
    "enum": pa.string(),
    "date": pa.date32(),
    "time": pa.timestamp("us"),
    "int": pa.int64(),
    "num": pa.float64(),
    "yesno": pa.bool_(),
    "list": pa.list_(pa.string()),
}
_SQL = {
    "str": "VARCHAR",
    "enum": "VARCHAR",
    "date": "DATE",
    "time": "TIMESTAMP",
    "int": "BIGINT",
    "num": "DOUBLE",
    "yesno": "BOOLEAN",
    "list": "VARCHAR[]",
}


# What the study derives. `interactions` keeps every canonical column but `staff_id` and adds those below.


def _parse(file: str) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    text = resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
    for block in text.strip().split("\n\n"):
        head, *lines = block.strip().splitlines()
        name, grain = head[1:].split("] ", 1)
        columns = []
        for line in lines:
            cells = [cell.strip() for cell in line.split("|")]
            column, kind, unit, needed, meaning, example = (*cells, "", "")[:6]
            values: tuple[str, ...] = ()
            if kind.startswith("enum("):
                kind, values = "enum", tuple(kind[5:-1].split())
            columns.append(Column(column, kind, unit, needed, meaning, example, values))
        tables[name] = Table(name, grain, tuple(columns))
    return tables


CANONICAL: dict[str, Table] = _parse("read.txt")
"""The tables that agencies' records are mapped to, and two that people write; only `interactions` is required."""

_derived = _parse("written.txt")
_derived["interactions"] = Table(
    "interactions",
    _derived["interactions"].grain,
    tuple(column for column in CANONICAL["interactions"].columns if column.name not in ("staff_id", "person_ref"))
    + _derived["interactions"].columns,
)
DERIVED: dict[str, Table] = _derived
"""The tables under `findings/tables/`, and `figures`."""

ACTIVITIES: tuple[str, ...] = CANONICAL["interactions"]["activity"].values
OUTCOMES: tuple[str, ...] = CANONICAL["interactions"]["outcome"].values
INITIATORS: tuple[str, ...] = CANONICAL["interactions"]["initiated_by"].values
PERSON_SIDE: tuple[str, ...] = ("person", "family", "third_party", "anonymous")
"""Who counts as the person's side when they ask (R1)."""
