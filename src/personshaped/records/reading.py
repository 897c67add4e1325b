"""The whole reading of a study's folder: files → parts → checked, decided and priced relations, and the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from personshaped.errors import InputError
from personshaped.records import (
    checking,
    dates,
    decisions,
    finishing,
    forgotten,
    issue_words,
    presidio,
    pricing,
    reporting,
)
from personshaped.records.archives import Scratch, scratch
from personshaped.records.as_it_lies import as_it_lies
from personshaped.records.folder import StudyFolder
from personshaped.records.formats import Plain, Said, open_plain, read_carefully
from personshaped.records.lines import join_lookups, lines_of
from personshaped.records.report import DataReport
from personshaped.records.sources import Block, Lookup, Source
from personshaped.records.staging import Part, Reference, Stage, stage
from personshaped.records.warnings import of_interactions, of_people, of_percentages, of_the_window
from personshaped.settings import Settings
from personshaped.tables import CANONICAL

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Records:
    """What reading leaves: the settings with their window, the report, and which canonical tables there are.

    `blank` are the columns of `interactions` without a cell.
    """

    settings: Settings
    report: DataReport
    tables: frozenset[str]
    blank: frozenset[str]


@dataclass(frozen=True)
class _File:
    """A file to read: where from, and what its lines become (a whole table, or blocks)."""

    path: str
    table: str
    source: Source | None

    @property
    def name(self) -> str:
        return self.source.name if self.source else self.path

    @property
    def tables(self) -> frozenset[str]:
        return self.source.tables if self.source else frozenset((self.table,))


def _silent(file: str, done: int, total: int) -> None:
    """For callers who do not care how far it is."""


def read(
    folder: StudyFolder, con: duckdb.DuckDBPyConnection, work: Path, reference: Reference, progress: Progress = _silent
) -> Records:
    """Leaves one relation per canonical table present in `con`, as the contract between rooms has it.

    `reference(agency_sql, person_ref_sql)` gives the SQL of `ref_key`. Large tables stay on disk, in `work`: words
    without what identifies, references keyed. Raises InputError where a file is at fault; then nothing is left behind.
    """
    parts, plains = _stage(folder, con, work, reference, (_PEOPLE, _OTHERS), progress)
    return _finish(folder, con, parts, plains)


def read_people(folder: StudyFolder, con: duckdb.DuckDBPyConnection, work: Path, reference: Reference) -> None:
    """Leaves `people` alone, for linking a folder that holds them and nothing of what was done; else as `read`."""
    its = _stage(folder, con, work, reference, (_PEOPLE,), _silent)[0]["people"]
    dropped = checking.find_duplicates(con, "people", its).dropped
    finishing.make_table(con, "people", its, dropped, checking.unknown_words(con, "people", its))
    finishing.drop_parts(con, its)


_PEOPLE = ("people",)
_OTHERS = tuple(name for name in CANONICAL if name != "people")


def _stage(
    folder: StudyFolder,
    con: duckdb.DuckDBPyConnection,
    work: Path,
    reference: Reference,
    passes: Iterable[tuple[str, ...]],
    progress: Progress,
) -> tuple[dict[str, list[Part]], dict[int, Plain]]:
    """The parts of each table, and the file of each part; `people` first: its names are taken out of all words."""
    inside = work / "records"
    inside.mkdir(parents=True, exist_ok=True)
    for statement in dates.define_macros(folder.lawful.personal_data, folder.settings.window_end):
        con.execute(statement)
    # the only query that holds the key of the pseudonyms: what DuckDB shows of one that fails holds none
    con.execute(f"CREATE OR REPLACE TEMP MACRO {_KEYED}(agency, reference) AS {reference('agency', 'reference')}")
    if folder.redaction.presidio:
        presidio.require()
        presidio.define(con)
    to = Stage(
        con, inside, _reference, folder.lawful.personal_data, people_known=False, redaction=folder.redaction,
        guarded=folder.guarded,
        forgetting=(forgetting := forgotten.load(con, folder.path)),
    )  # fmt: skip
    files = [_File(path.relative_to(folder.path).as_posix(), name, None) for name, path in folder.tables().items()]
    files += [_File(source.path, "", source) for source in folder.sources]
    with scratch(inside) as space:
        reader = _Reader(folder.path, space)
        parts: dict[str, list[Part]] = {}
        plains: dict[int, Plain] = {}
        for tables in passes:
            for at, file in enumerate(files):
                for part, plain in reader.parts(to, file, tables):
                    parts.setdefault(part.table, []).append(part)
                    plains[part.number] = plain
                    if forgetting:
                        forgotten.note_lines(con, part.file, part.row_sql(), part.relation)
                progress(file.name, at + 1, len(files))
            if "people" in tables and "people" in parts:
                finishing.make_table(con, "people", parts["people"], dropped=False, unknown=())
                to = replace(to, people_known=True)
    return parts, plains


_KEYED = "reference_key"


def _reference(agency: str, reference: str) -> str:
    """SQL of `ref_key`."""
    return f"{_KEYED}({agency}, {reference})"


class _Reader:
    """Opens files once, and numbers parts."""

    def __init__(self, folder: Path, space: Scratch) -> None:
        self._folder = folder
        self._space = space
        self._opened: dict[tuple[str, Said], Plain] = {}
        self._number = 0

    def _open(self, path: str, said: Said = Said()) -> Plain:
        if (path, said) not in self._opened:
            self._opened[path, said] = open_plain(self._folder, path, self._space, said)
        return self._opened[path, said]

    def parts(self, to: Stage, file: _File, tables: Iterable[str]) -> Iterable[tuple[Part, Plain]]:
        """The parts of a file that belong to some of `tables`. Raises InputError where its mapping cannot be run."""
        blocks: list[Block | None] = list(file.source.blocks) if file.source else [None]
        for at, block in enumerate(blocks, 1):
            table = block.table if block else file.table
            if table not in tables:
                continue
            try:
                part, plain = self._part(to, table, file, block)
            except (duckdb.ProgrammingError, duckdb.DataError) as error:
                if "CSV" not in str(error):
                    said = re.sub("'.*'", "a cell", str(error).splitlines()[0])  # a cell may hold a name
                    raise InputError(f"cannot be read: {said}", file=file.name, expected=_EXPECTED) from None
                part, plain = self._closely(to, table, file, block)
            except UnicodeDecodeError:  # the database quotes the line at fault and cuts it within a letter
                part, plain = self._closely(to, table, file, block)
            yield replace(part, block=at), plain

    def _closely(self, to: Stage, table: str, file: _File, block: Block | None) -> tuple[Part, Plain]:
        """Some row cannot be cut into cells: which, only reading row by row can tell."""
        for key in [(file.path, _said(file.source)), *map(_looked, _lookups(file.source))]:
            if not self._open(*key).parquet:
                self._opened[key] = read_carefully(self._open(*key), self._space)
        return self._part(to, table, file, block)

    def _part(self, to: Stage, table: str, file: _File, block: Block | None) -> tuple[Part, Plain]:
        self._number += 1
        plain = self._open(file.path, _said(file.source))
        lines = lines_of(to.con, plain)
        if table == "interactions" and file.source is None and (part := as_it_lies(to, self._number, plain)):
            return part, plain
        joined = [(one.on, self._open(*_looked(one))) for one in _lookups(file.source)]
        return stage(to, table, self._number, plain, join_lookups(to.con, lines, joined, self._number), block), plain


_EXPECTED = "what its [[source]] in study.toml says of it"


def _said(source: Source | None) -> Said:
    if source is None:
        return Said()
    return Said(source.encoding or "", source.delimiter or "", source.sheet or source.table or "", source.heading_row)


def _looked(one: Lookup) -> tuple[str, Said]:
    return one.file, Said(table=one.sheet or one.table or "")


def _lookups(source: Source | None) -> tuple[Lookup, ...]:
    return source.lookup if source else ()


def _finish(
    folder: StudyFolder, con: duckdb.DuckDBPyConnection, parts: Mapping[str, list[Part]], plains: Mapping[int, Plain]
) -> Records:
    """Parts into relations, and the report on them."""
    if "interactions" not in parts:
        raise InputError("nothing here says what happened to whom and when", file=folder.path.name,
                         expected="an interactions.csv, or a [[source.interactions]] in study.toml")  # fmt: skip
    counted = reporting.count(con, parts)
    duplicates, unknown = {}, {}
    warnings = [presidio.says()] if folder.redaction.presidio else []
    for table, its in parts.items():
        duplicates[table] = checking.find_duplicates(con, table, its)
        unknown[table] = checking.unknown_words(con, table, its)
        warnings += checking.warn_duplicates(table, duplicates[table].count, counted.rows_in(table))
        warnings += checking.say_unknown(table, unknown[table])
        warnings += checking.warn_blanked(con, its)
        warnings += dict.fromkeys(line for part in its for line in part.said)
    files = reporting.files(con, parts, plains, counted, duplicates)
    if "people" in parts:
        warnings += of_people(con, parts["people"])
    for table, its in parts.items():
        if table != "interactions":
            finishing.make_table(con, table, its, duplicates[table].dropped, unknown[table])
            finishing.drop_parts(con, its)
    warnings += _interactions(folder, con, parts, duplicates["interactions"], unknown["interactions"], counted)
    tables = set(parts)
    if decisions.lay_phases(con, folder.path, "phases" in parts):
        tables.add("phases")
    settings = _window(folder.settings, counted.first_day, counted.last_day)
    warnings += [*of_the_window(con, settings), *of_interactions(con, "front_doors" in parts)]
    about, alone = issue_words.warn(con)
    warnings += about
    if "conditions" in parts:
        warnings += decisions.warn_evidence(con)
    if "area_facts" in parts:
        warnings += of_percentages(con)
    if coded := decisions.has_codes(con):
        warnings += decisions.warn_codes(con)
    total = sum(one.count for one in duplicates.values())
    report = reporting.report(
        con, files, counted, total, tuple(warnings), settings, frozenset(tables), folder.lawful.personal_data
    )
    pasted = issue_words.to_paste(con, parts["interactions"], folder.sources, alone) if alone else []
    blank = counted.blank - set(decisions.CODES if coded else ())
    return Records(settings, replace(report, to_paste=tuple(pasted)), frozenset(tables), blank)


def _interactions(
    folder: StudyFolder,
    con: duckdb.DuckDBPyConnection,
    parts: Mapping[str, list[Part]],
    duplicates: checking.Duplicates,
    unknown: Mapping[str, object],
    counted: reporting.Counted,
) -> list[str]:
    """The view `interactions`: split, decided, priced. Returns what there is to say of it."""
    its = parts["interactions"]
    said = []
    repeated = checking.find_repeated_ids(con, its, duplicates.dropped) if counted.has_ids else 0
    if repeated:
        said.append(
            f"interactions: {repeated:,} different rows share an interaction_id;"
            " they were given ids of their own (~2, ~3)"
        )
    whole = finishing.Whole(
        duplicates=replace(duplicates, renamed=repeated > 0),
        unknown=tuple(unknown),
        day_only=counted.day_only,
        split=counted.split,
        coded=False,
    )
    whole = replace(whole, coded=decisions.load_codes(con, folder.path, finishing.decided(its, whole)))
    finishing.show_unpriced(con, its, whole)
    keys = pricing.used_keys(con) if "unit_costs" in parts else None
    if keys is not None:
        pricing.make_price_list(con, finishing.UNPRICED, keys)
        if pricing.has_marginal(con):  # only compare shows them: two that fit equally well are said before, not there
            pricing.make_price_list(con, finishing.UNPRICED, keys, "marginal", "marginal_rates")
        said += pricing.say_other_years(con)
    uprated = folder.settings.price_year is not None
    if folder.settings.price_year is not None:
        if "area_facts" not in parts:
            con.execute(
                "CREATE TEMP VIEW area_facts_none AS"
                " SELECT NULL::VARCHAR AS period, NULL::DOUBLE AS value, NULL::VARCHAR AS measure WHERE false"
            )
        pricing.make_deflators(
            con, folder.settings.price_year, "area_facts" if "area_facts" in parts else "area_facts_none"
        )
    finishing.show_priced(con, finishing.decided(its, whole), keys, pricing.price_sql("i"), uprated)
    return said


def _window(settings: Settings, first: date | None, last: date | None) -> Settings:
    """The window as declared, else from the day of the first row to the day after the last."""
    if settings.window_declared or first is None or last is None:
        return settings
    return replace(settings, window_start=first, window_end=last + timedelta(days=1))
