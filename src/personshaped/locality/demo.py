"""Writes a synthetic locality as a study folder: agencies' own files, their mapping, and the truth apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import tomlkit

from personshaped.errors import UsageError
from personshaped.locality.beside import small_tables
from personshaped.locality.canonical import Simulated, simulate
from personshaped.locality.dialects import dialects
from personshaped.locality.files import delimited, inline, mapping, write_book
from personshaped.locality.persons import persons
from personshaped.locality.place import AREAS
from personshaped.locality.recording import Book, is_demand, keep_books
from personshaped.locality.scenarios import SCENARIOS
from personshaped.locality.truth import write_truth


@dataclass(frozen=True)
class Demo:
    """What was written: the study folder, the truth's folder, counts of rows, people with a row and askings."""

    folder: Path
    truth: Path
    scenario: str
    interactions: int
    persons: int
    demands: int
    files: tuple[Path, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, files by their names within the folder."""
        return {
            "folder": str(self.folder),
            "truth": str(self.truth),
            "scenario": self.scenario,
            "says": SCENARIOS[self.scenario].says,
            "interactions": self.interactions,
            "persons": self.persons,
            "demands": self.demands,
            "files": [path.relative_to(self.folder).as_posix() for path in self.files],
        }


def write_demo(
    folder: Path,
    scenario: str,
    people: int,
    years: int,
    seed: int,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Demo:
    """Writes the locality into `folder` and the truth into `folder` + ".truth"; the same arguments give the same bytes.

    `people` is the number living there at any time, `years` the length of the window; `progress` is told the stage, how
    many are done and how many there are.
    Raises UsageError for an unknown scenario, for numbers out of range and for a folder that is not empty.
    """
    truth = folder.with_name(folder.name + ".truth")
    _refuse_what_cannot_be(folder, truth, scenario, people, years)
    progress("making the locality", 0, 4)
    town = simulate(scenario, people, years, seed)
    rng = np.random.default_rng([seed, 2])
    progress("making the locality", 1, 4)
    who = persons(town.lives, town.calendar, rng)
    books = keep_books(town, who, dialects(), rng)
    progress("making the locality", 2, 4)
    files = [path for book in books if book.rows.num_rows for path in write_book(folder, book)]
    small, truths = small_tables(town, books, people, rng)
    files += [_write_csv(folder / f"{name}.csv", content) for name, content in small.items()]
    files += [_write_study(folder, town, books), _write_about(folder, town)]
    progress("making the locality", 3, 4)
    write_truth(truth, town, who, books, truths)
    progress("making the locality", 4, 4)
    asked = is_demand(town)
    return Demo(
        folder=folder,
        truth=truth,
        scenario=scenario,
        interactions=sum(book.rows.num_rows for book in books),
        persons=len({person for book in books for person in book.ref_person.values()}),
        demands=sum(int(asked[book.row].sum()) for book in books),
        files=tuple(dict.fromkeys(files)),
    )


def _refuse_what_cannot_be(folder: Path, truth: Path, scenario: str, people: int, years: int) -> None:
    if scenario not in SCENARIOS:
        raise UsageError(f'no scenario "{scenario}"; there are {", ".join(SCENARIOS)}')
    if people < 20 or not 1 <= years <= 20:
        raise UsageError("a locality needs 20 people or more and 1 to 20 years")
    for place in (folder, truth):
        if place.exists() and any(place.iterdir()):
            raise UsageError(f"{place} is not empty; choose a new folder or empty it first")
    folder.mkdir(parents=True, exist_ok=True)


def _write_csv(path: Path, content: pa.Table) -> Path:
    """A canonical table as CSV, without its empty columns and with yes and no for yes and no."""
    columns = {}
    for name in content.column_names:
        column = content[name]
        if column.null_count < len(column):
            plain = pa.types.is_boolean(column.type)
            columns[name] = pa.array(["yes" if one else "no" for one in column.to_pylist()]) if plain else column
    if "source" not in columns:
        columns["source"] = pa.repeat(pa.scalar("synthetic"), content.num_rows)
    path.write_text(delimited(pa.table(columns)), encoding="utf-8", newline="")
    return path


def _write_study(folder: Path, town: Simulated, books: Sequence[Book]) -> Path:
    """study.toml: what the study is for, its window, and how each agency's files are read."""
    when, document = town.calendar, tomlkit.document()
    document.add(tomlkit.comment(f"A synthetic locality: {town.scenario.says}"))
    document.add(tomlkit.comment("Nobody in it is real; names, streets, words and prices are invented."))
    study = tomlkit.table()
    study["name"] = f"{AREAS[0]} and {AREAS[-1]} (synthetic)"
    study["purpose"] = "Help me to live my life well"
    study["what_met_means"] = "the person says so"
    study["window"] = [when.window_start.isoformat(), when.window_end.isoformat()]
    document["study"] = study
    lawful = tomlkit.table()
    false = tomlkit.boolean("false")
    lawful["personal_data"] = false.comment("synthetic: simulated by personshaped demo, about nobody")
    document["lawful"] = lawful
    if town.cases:
        settings = tomlkit.table()
        settings["price_year"] = when.window_end.year - 1
        document["settings"] = settings
    sources = tomlkit.aot()
    for book in books:
        if book.rows.num_rows:
            for block in mapping(book):
                sources.append(_source_item(block))
    document["source"] = sources
    path = folder / "study.toml"
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path


def _write_about(folder: Path, town: Simulated) -> Path:
    """What the folder is, for whoever opens it."""
    path = folder / "README.txt"
    path.write_text(
        f"A synthetic locality: {town.scenario.says}\n"
        "Nobody in it is real. Names, streets, words, references and prices are invented; the postcodes lie in\n"
        "an area that does not exist and the NHS numbers in the range kept for tests.\n\n"
        "Each folder holds the files of one agency as that agency keeps them. study.toml says how they are read.\n"
        "What truly happened is in the folder of the same name that ends in .truth, which no study reads.\n",
        encoding="utf-8",
    )
    return path


def _source_item(block: dict[str, Any]) -> tomlkit.items.Table:
    """One [[source]] with its [[source.interactions]] and [[source.people]]."""
    item = tomlkit.table()
    for key, value in block.items():
        if isinstance(value, list):
            rows = tomlkit.aot()
            for one in value:
                row = tomlkit.table()
                for name, content in one.items():
                    row[name] = inline(content)
                rows.append(row)
            item[key] = rows
        else:
            item[key] = value
    return item
