"""Who of a study's people somebody may be: by their name and one thing more, at agencies that share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from personshaped.disclosure import looks
from personshaped.engine.local import open_connection
from personshaped.errors import InputError
from personshaped.linkage import pseudonyms
from personshaped.linkage.cleaning import compact
from personshaped.linkage.likeness import alike
from personshaped.linkage.store import IdentityStore
from personshaped.records import open_folder, read
from personshaped.sql import literal

LIKELY = 0.84
"""How alike a name must be where something else is the same; forgives a slip of the pen in each word."""
FEW = 5
FIGURES_OF_A_TELEPHONE = 9
"""The last figures of a telephone number, which stand in it with and without the code of the country."""


@dataclass(frozen=True)
class Told:
    """What a colleague knows of somebody: what they are called, and what else may be compared."""

    called: str
    born: date | None = None
    lives_at: str = ""
    phone: str = ""

    @property
    def enough(self) -> bool:
        """A name alone opens nobody's records."""
        return bool(self.called.strip() and (self.born or self.lives_at.strip() or self.phone.strip()))


@dataclass(frozen=True)
class Likely:
    """Somebody in the study: how agencies write their name and birth date, what is the same, and who knows them."""

    person_id: str
    names: tuple[str, ...]
    born: tuple[str, ...]
    same: tuple[str, ...]
    agencies: tuple[str, ...]


def likely(folder: Path, told: Told, agencies: Collection[str] | None, who: str) -> tuple[Likely, ...]:
    """Those of the study who may be this person, by records of these agencies (None: all, where nobody is real).

    More that is the same stands first, then the likelier name; at most FEW. With real people each look is recorded
    before it is returned. Raises InputError where there is no finished study.
    """
    tables = folder / "findings" / "tables"
    if not (tables / "identities.parquet").exists():
        raise InputError("No records were compared yet", expected="a finished study")
    if not told.enough or (agencies is not None and not agencies):
        return ()
    rows = [row for row in _alike_in_something(folder, told, agencies) if row["called"]]
    scores = alike(told.called, [str(row["called"]) for row in rows])
    by_person: dict[str, list[tuple[float, dict[str, object]]]] = {}
    for score, row in zip(scores, rows, strict=True):
        if score >= LIKELY:
            by_person.setdefault(str(row["person_id"]), []).append((score, row))
    ranked = sorted(by_person.items(), key=lambda one: (-len(_same(one[1])), -max(s for s, _ in one[1]), one[0]))[:FEW]
    if open_folder(folder).lawful.personal_data:
        key = pseudonyms.load_key(folder / ".private")
        for person_id, _ in ranked:
            looks.record(folder / ".private", key, who=who, person_id=person_id, what="whether they are known")
    return tuple(
        Likely(
            person_id,
            _each(found, "called"),
            _each(found, "born"),
            _same(found),
            _each(found, "agency"),
        )
        for person_id, found in ranked
    )


def _same(found: list[tuple[float, dict[str, object]]]) -> tuple[str, ...]:
    """What is the same in one record or another: `birth date`, `postcode`, `telephone`."""
    held = (("same_born", "birth date"), ("same_postcode", "postcode"), ("same_phone", "telephone"))
    return tuple(says for column, says in held if any(row[column] for _, row in found))


def _each(found: list[tuple[float, dict[str, object]]], column: str) -> tuple[str, ...]:
    """Each value of a column once, of the likeliest record first; agencies alphabetically."""
    values = dict.fromkeys(str(row[column]) for _, row in sorted(found, key=lambda one: -one[0]) if row[column])
    return tuple(sorted(values) if column == "agency" else values)


def _alike_in_something(folder: Path, told: Told, agencies: Collection[str] | None) -> Iterator[dict[str, object]]:
    """Records that hold the same birth date, postcode or telephone, with the person each belongs to."""
    lives, figures = compact(literal(told.lives_at)), r"right(regexp_replace({}, '\D', '', 'g'), {})"
    last = figures.format(literal(told.phone), FIGURES_OF_A_TELEPHONE)
    born = f"born = DATE {literal(told.born.isoformat())}" if told.born else "false"
    conditions = {
        "same_born": born,
        "same_postcode": f"length({compact('postcode')}) > 4 AND contains({lives}, {compact('postcode')})",
        "same_phone": f"length({last}) = {FIGURES_OF_A_TELEPHONE}"
        f" AND {figures.format('phone', FIGURES_OF_A_TELEPHONE)} = {last}",
    }
    compared = ", ".join(f"coalesce({sql}, false) AS {name}" for name, sql in conditions.items())
    only = "true" if agencies is None else f"agency IN ({', '.join(map(literal, sorted(agencies)))})"
    with _people(folder) as con:
        found = con.execute(
            f"""
            WITH compared AS (
                SELECT agency, ref_key, {compared}, CAST(born AS VARCHAR) AS born,
                    coalesce(name, concat_ws(' ', forename, surname)) AS called
                FROM people WHERE {only}
            )
            SELECT compared.*, person_id FROM compared
            JOIN {literal(folder / "findings" / "tables" / "identities.parquet")} USING (agency, ref_key)
            WHERE {" OR ".join(conditions)} ORDER BY agency, ref_key, called
            """
        )
        names = [column[0] for column in found.description or ()]
        for row in found.fetchall():
            yield dict(zip(names, row, strict=True))


def _people(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory with `people`: from the encrypted store, or as read where nobody is real."""
    con = duckdb.connect(":memory:")
    if open_folder(folder).lawful.personal_data:
        rows = IdentityStore(folder / ".private", pseudonyms.load_key(folder / ".private")).read("people")
    else:
        run = folder / "findings" / "run.json"
        rows = people_as_read(folder, run.stat().st_mtime if run.exists() else 0.0)
    con.register("people", rows if rows is not None else _NOBODY)
    return con


@lru_cache(maxsize=1)
def people_as_read(folder: Path, of: float) -> pa.Table:
    """Everybody in a study of invented people, read once for each version of its findings."""
    with TemporaryDirectory() as place:
        con = open_connection(Path(place))
        if "people" not in read(open_folder(folder), con, Path(place), pseudonyms.AsGiven().sql).tables:
            return _NOBODY
        return con.execute("SELECT * FROM people").to_arrow_table()


_NOBODY = pa.table(
    {
        name: pa.array([], pa.string())
        for name in ("agency", "ref_key", "name", "forename", "surname", "postcode", "phone")
    }
    | {"born": pa.array([], pa.date32())}
)
