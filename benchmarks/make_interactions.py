"""Writes a canonical study folder of N interactions for the scale benchmarks: persons known, words, costs, population.

    python benchmarks/make_interactions.py 1000000 FOLDER [--needs]

A few different localities of 20,000 people are simulated and then repeated under new ids until there are N rows.
Rows stand in order of time within each repetition, as extracts do, not in order of person.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from personshaped.locality.canonical import as_canonical, simulate
from personshaped.locality.tables import area_facts, unit_costs
from personshaped.tables import CANONICAL

PEOPLE, YEARS, DISTINCT = 20_000, 3, 3
HISTORY = 400  # days before the window that are written: a look-back and a month
STUDY = """[study]
name = "Scale benchmark (synthetic)"
purpose = "Help me to live my life well"
what_met_means = "the person says so"
window = ["{start}", "{end}"]

[lawful]
personal_data = false        # synthetic: simulated, nobody real
"""


def localities(rows: int, needs: bool) -> Iterator[pa.Table]:
    """The different localities that `rows` rows need, each in order of time."""
    for seed in range(1, DISTINCT + 1):
        town = simulate("assess_refer", PEOPLE, YEARS, seed)
        table = as_canonical(town)
        if needs:
            table = with_needs(table, town.rows["need"])
        since = np.datetime64(town.calendar.window_start, "us") - np.timedelta64(HISTORY, "D")
        table = table.filter(pc.greater_equal(table["started_at"], pa.scalar(since)))
        yield table.sort_by([("started_at", "ascending"), ("interaction_id", "ascending")])
        rows -= table.num_rows
        if rows <= 0:
            return


def with_needs(table: pa.Table, need: np.ndarray) -> pa.Table:
    """The table with the true need of each row as `need_id`."""
    names = pa.array(np.char.add("N", need.astype(str)))
    return table.set_column(table.schema.get_field_index("need_id"), "need_id", names)


def renamed(table: pa.Table, repetition: int) -> pa.Table:
    """The same rows of other people: ids carry the number of the repetition."""
    for name in ("interaction_id", "person_ref", "person_id", "need_id", "staff_id"):
        place = table.schema.get_field_index(name)
        ids = pc.binary_join_element_wise(f"{repetition:03d}", table[name], "")
        table = table.set_column(place, name, ids)
    return table


def write(rows: int, folder: Path, needs: bool) -> int:
    """Writes the study folder and returns the number of people in it."""
    folder.mkdir(parents=True, exist_ok=True)
    written = repetition = 0
    with pq.ParquetWriter(folder / "interactions.parquet", CANONICAL["interactions"].schema) as writer:
        tables = list(localities(rows, needs))
        while written < rows:
            part = renamed(tables[repetition % len(tables)], repetition).slice(0, rows - written)
            writer.write_table(part, row_group_size=250_000)
            written += part.num_rows
            repetition += 1
    last = pc.max(tables[0]["started_at"]).as_py().year
    (folder / "study.toml").write_text(STUDY.format(start=f"{last + 1 - YEARS}-01-01", end=f"{last + 1}-01-01"))
    pq.write_table(unit_costs(range(last - YEARS, last + 1)), folder / "unit_costs.parquet")
    pq.write_table(area_facts(PEOPLE * repetition, range(last - YEARS, last + 1)), folder / "area_facts.parquet")
    return PEOPLE * repetition


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--needs", action="store_true", help="write the true need of each row as need_id")
    arguments = parser.parse_args()
    people = write(arguments.rows, arguments.folder, arguments.needs)
    print(f"{arguments.rows:,} interactions in a locality of {people:,} people: {arguments.folder}")


if __name__ == "__main__":
    main()
