"""Who of a study's people somebody may be: by their name and one thing more, at agencies that share."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from personshaped.disclosure import looks
from personshaped.errors import InputError
from personshaped.linkage import pseudonyms
from personshaped.linkage.cleaning import NOT_A_BIRTH_DATE, compact
from personshaped.linkage.likeness import alike_whole, words_of
from personshaped.linkage.store import IdentityStore
from personshaped.records import open_folder
from personshaped.records.redaction_patterns import POSTCODE
from personshaped.sql import literal
from personshaped.study.writing import PEOPLE

LIKELY = 0.84
"""How alike forename and surname must be on average where something else is the same; forgives a slip of the pen."""
FEW = 5
FIGURES_OF_A_TELEPHONE = 9
"""The last figures of a telephone number, which stand in it with and without the code of the country."""


LONGEST = {"called": 120, "lives_at": 200, "phone": 40}
"""Letters of what is told; more is no name, address or telephone."""
_POSTCODE = re.compile(rf"(?i)\b{POSTCODE}\b", re.ASCII)


@dataclass(frozen=True)
class Told:
    """What a colleague knows of somebody: what they are called, and what else may be compared."""

    called: str
    born: date | None = None
    lives_at: str = ""
    phone: str = ""

    @property
    def postcodes(self) -> frozenset[str]:
        """The whole postcodes in where they live, small and without blanks."""
        return frozenset(re.sub("[^a-z0-9]", "", found.lower()) for found in _POSTCODE.findall(self.lives_at))

    def known(self) -> dict[str, str]:
        """What may be compared beside the name: `born`, one `postcode`, the last figures of the `phone`."""
        figures = "".join(re.findall("[0-9]", self.phone))[-FIGURES_OF_A_TELEPHONE:]
        born = self.born.isoformat() if self.born else ""
        return {
            **({"born": born} if born and born not in NOT_A_BIRTH_DATE else {}),
            **({"postcode": next(iter(self.postcodes))} if len(self.postcodes) == 1 else {}),
            **({"phone": figures} if len(figures) == FIGURES_OF_A_TELEPHONE else {}),
        }

    @property
    def enough(self) -> bool:
        """A name alone opens nobody's records."""
        return bool(self.called.strip() and self.known())

    def check(self) -> None:
        """Raises InputError where half a name, several postcodes or long texts would try many people at once."""
        for name, most in LONGEST.items():
            if len(getattr(self, name)) > most:
                raise InputError(f"What was told of them ({name}) is too long", expected=f"at most {most} letters")
        words = words_of(self.called)
        if min(map(len, (words[0], words[-1])) if len(words) > 1 else (0,)) < 2:
            raise InputError("One word of a name is many people's", expected="forename and surname, both written out")
        if len(self.postcodes) > 1:
            raise InputError("Where they live holds more than one postcode", expected="the one they live at")


@dataclass(frozen=True)
class Likely:
    """Somebody in the study: what is the same as was told, and at which agencies. What else is held is not told."""

    person_id: str
    same: tuple[str, ...]
    agencies: tuple[str, ...]


def likely(folder: Path, told: Told, agencies: Collection[str] | None, who: str) -> tuple[Likely, ...]:
    """Those of the study who may be this person, by records of these agencies (None: all, where nobody is real).

    More that is the same stands first, then the likelier name; at most FEW. With real people each look is recorded
    before it is answered, also where nobody is found. Raises InputError where there is no finished study, and where
    what was told would try many people at once.
    """
    tables = folder / "findings" / "tables"
    if not (tables / "identities.parquet").exists():
        raise InputError("No records were compared yet", expected="a finished study")
    if not (told.enough or told.postcodes) or (agencies is not None and not agencies):
        return ()
    told.check()
    rows = [row for row in _alike_in_something(folder, told.known(), agencies) if row["called"]]
    scores = alike_whole(told.called, [str(row["called"]) for row in rows])
    by_person: dict[str, list[tuple[float, dict[str, object]]]] = {}
    for score, row in zip(scores, rows, strict=True):
        if score >= LIKELY:
            by_person.setdefault(str(row["person_id"]), []).append((score, row))
    ranked = sorted(by_person.items(), key=lambda one: (-len(_same(one[1])), -max(s for s, _ in one[1]), one[0]))[:FEW]
    if open_folder(folder).lawful.personal_data:
        private, what = folder / ".private", "whether they are known"
        key = pseudonyms.load_key(private)
        for person_id, _ in ranked:
            looks.record(private, key, who=who, person_id=person_id, what=what)
        if not ranked:
            looks.record(private, key, who=who, person_id="", what=f"{what}: nobody found")
    return tuple(
        Likely(person_id, _same(found), tuple(sorted({str(row["agency"]) for _, row in found})))
        for person_id, found in ranked
    )


def _same(found: list[tuple[float, dict[str, object]]]) -> tuple[str, ...]:
    """What is the same in one record or another: `birth date`, `postcode`, `telephone`."""
    held = (("same_born", "birth date"), ("same_postcode", "postcode"), ("same_phone", "telephone"))
    return tuple(says for column, says in held if any(row[column] for _, row in found))


def _alike_in_something(
    folder: Path, known: dict[str, str], agencies: Collection[str] | None
) -> Iterator[dict[str, object]]:
    """Records that hold the same birth date, postcode or telephone, with the person each belongs to."""
    held = {
        "born": "CAST(born AS VARCHAR)",
        "postcode": compact("postcode"),
        "phone": rf"right(regexp_replace(phone, '\D', '', 'g'), {FIGURES_OF_A_TELEPHONE})",
    }
    conditions = {
        f"same_{name}": f"{sql} = {literal(known[name])}" if name in known else "false" for name, sql in held.items()
    }
    compared = ", ".join(f"coalesce({sql}, false) AS {name}" for name, sql in conditions.items())
    only = "true" if agencies is None else f"agency IN ({', '.join(map(literal, sorted(agencies)))})"
    with _people(folder) as con:
        found = con.execute(
            f"""
            WITH compared AS (
                SELECT agency, ref_key, {compared},
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
    """A connection in memory with `people`: from the encrypted store, or as the study wrote it where nobody is real."""
    con = duckdb.connect(":memory:")
    plain = folder / "findings" / "tables" / PEOPLE
    if open_folder(folder).lawful.personal_data:
        rows = IdentityStore(folder / ".private", pseudonyms.load_key(folder / ".private")).read("people")
        con.register("people", rows if rows is not None else _NOBODY)
    elif plain.exists():
        con.execute(f"CREATE VIEW people AS SELECT * FROM {literal(plain)}")
    else:
        con.register("people", _NOBODY)
    return con


_NOBODY = pa.table(
    {
        name: pa.array([], pa.string())
        for name in ("agency", "ref_key", "name", "forename", "surname", "postcode", "phone")
    }
    | {"born": pa.array([], pa.date32())}
)
