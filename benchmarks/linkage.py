"""How near linkage comes to known truths, and how long it takes; beside it a careful hand-made Splink model.

    python benchmarks/linkage.py [--records 1000000]

Truth sets are looked for in the folder `shared` beside the checkout: Febrl 1–3 (without its id number, and Febrl 3
with it), Splink's fake 1000, pseudopeople's census, surveys, WIC and social security files together. The last are
clean, so noise is added to each record of a slice (each field on its own, seeded, so that every run sees the same):

    typing slips          8% of forenames, 8% of surnames: one letter replaced, dropped, or two changed round
    short forms           5% of forenames become a familiar form, 4% an initial
    names changed round   1%
    surname changed       3%
    missing               5% forename, 2% surname, 8% birth date, 25% address, 15% sex, 30% middle name
    birth date            3% day and month changed round, 4% one digit wrong
    moved                 12% another house number and street
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
from careful_splink import careful_model

from personshaped.linkage.evaluation import Agreement, compare
from personshaped.linkage.linking import link
from personshaped.linkage.nicknames import FAMILIES
from personshaped.settings import Settings
from personshaped.tables import CANONICAL

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "linkage"
SEED = 7
STREETS = ("mill lane", "church road", "station street", "park avenue", "queen street", "victoria road")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=0, help="also time this many made-up records")
    asked = parser.parse_args()
    print(f"{'truth set':34} {'model':15} {'records':>9} {'precision':>9} {'recall':>8} {'F1':>8} {'seconds':>8}")
    for name, load in TRUTHS.items():
        for model, run in (("personshaped", ours), ("careful Splink", careful_model)):
            con = duckdb.connect()
            load(con)
            _report(name, model, con, run)
    if asked.records:
        con = duckdb.connect()
        _made_up(con, asked.records)
        _report("made up", "personshaped", con, ours)


def ours(con: duckdb.DuckDBPyConnection) -> str:
    return link(con, Settings(), Path("no-decisions"), None).identities_at(0.95)


def _report(
    name: str, model: str, con: duckdb.DuckDBPyConnection, run: Callable[[duckdb.DuckDBPyConnection], str]
) -> None:
    records = con.execute("SELECT count(*) FROM people").fetchall()[0][0]
    start = time.perf_counter()
    table = run(con)
    seconds = time.perf_counter() - start
    found: Agreement = compare(con, table, "truth")
    print(
        f"{name:34} {model:15} {records:9,} {found.precision:9.4f} {found.recall:8.4f} {found.f1:8.4f} {seconds:8.1f}",
        flush=True,
    )


def _people(con: duckdb.DuckDBPyConnection, query: str) -> None:
    """`people` from a query with canonical columns and `truth`; and the table `truth`."""
    con.execute(f"CREATE OR REPLACE TABLE read AS {query}")
    given = {name for name, *_ in con.execute("DESCRIBE read").fetchall()}
    columns = ", ".join(
        f"CAST({column.name if column.name in given else 'NULL'} AS {column.sql}) AS {column.name}"
        for column in CANONICAL["people"].columns
    )
    con.execute(f"CREATE OR REPLACE TABLE people AS SELECT {columns}, person_ref AS ref_key FROM read")
    con.execute("CREATE OR REPLACE TABLE truth AS SELECT agency, person_ref AS ref_key, truth AS person_id FROM read")


def febrl(number: int, identifier: str = "NULL") -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Febrl's data set: the number in `rec_id` is the person."""

    def load(con: duckdb.DuckDBPyConnection) -> None:
        cells = f"read_csv('{DATA}/febrl/dataset{number}.csv', all_varchar = true, normalize_names = true)"
        con.execute(f"CREATE OR REPLACE TABLE cells AS SELECT nullif(trim(COLUMNS(*)), '') FROM {cells}")
        _people(
            con,
            f"""
            SELECT 'register' AS agency, rec_id AS person_ref, split_part(rec_id, '-', 2) AS truth,
                   given_name AS forename, surname, postcode, {identifier} AS other_ids,
                   concat_ws(', ', street_number, address_1, address_2, suburb) AS address,
                   CAST(try_strptime(date_of_birth, '%Y%m%d') AS DATE) AS born
            FROM cells
            """,
        )

    return load


def fake_1000(con: duckdb.DuckDBPyConnection) -> None:
    """Splink's demonstration data; its city stands in for an address."""
    _people(
        con,
        f"""
        SELECT 'register' AS agency, unique_id AS person_ref, cluster AS truth, first_name AS forename, surname,
               try_cast(dob AS DATE) AS born, city AS address, email
        FROM read_csv('{DATA}/splink/fake_1000.csv', all_varchar = true)
        """,
    )


def pseudopeople(sources: tuple[str, ...], noisy: bool) -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Pseudopeople's files as agencies, each a slice of up to 8,000 records, with noise added or as they are."""

    def load(con: duckdb.DuckDBPyConnection) -> None:
        parts = []
        for source in sources:
            columns = {
                name for name, *_ in con.execute(f"DESCRIBE FROM '{DATA}/pseudopeople/{source}.parquet'").fetchall()
            }
            middle = "middle_name" if "middle_name" in columns else "middle_initial"
            address = "concat_ws(' ', street_number, street_name, unit_number)" if "street_name" in columns else "NULL"
            parts.append(
                f"""
                SELECT '{source}' AS agency, CAST(row_number() OVER () AS VARCHAR) AS person_ref, simulant_id AS truth,
                       first_name AS first, {middle} AS middle, last_name AS surname, {address} AS address,
                       CAST(date_of_birth AS DATE) AS born, sex
                FROM '{DATA}/pseudopeople/{source}.parquet' WHERE hash(simulant_id) % 100 < 40
                """
            )
        table = con.execute(f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY agency, person_ref").to_arrow_table()
        con.register("slice", _noised(table) if noisy else table)
        _people(
            con, "SELECT * EXCLUDE (first, middle), nullif(concat_ws(' ', first, middle), '') AS forename FROM slice"
        )
        con.unregister("slice")

    return load


def _noised(table: pa.Table) -> pa.Table:
    chance = random.Random(SEED)
    rows = [_noise(row, chance) for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, table.schema)


def _noise(row: dict[str, object], chance: random.Random) -> dict[str, object]:
    row = dict(row)
    first, surname = str(row["first"] or ""), str(row["surname"] or "")
    draw = chance.random
    if draw() < 0.05:
        first = chance.choice(SHORT.get(first.lower(), [first]))
    elif draw() < 0.04:
        first, row["middle"] = first[:1], None
    first = _slip(first, chance) if draw() < 0.08 else first
    if draw() < 0.03:
        surname = chance.choice(("Smith", "Khan", "Garcia", "Marsh", "Okafor", "Ellery", "Novak", "Hall"))
    surname = _slip(surname, chance) if draw() < 0.08 else surname
    if draw() < 0.01:
        first, surname = surname, first
    row["first"] = None if draw() < 0.05 else first or None
    row["surname"] = None if draw() < 0.02 else surname or None
    row["middle"] = None if draw() < 0.30 else row["middle"]
    row["sex"] = None if draw() < 0.15 else row["sex"]
    row["born"] = None if draw() < 0.08 else _other_day(row["born"], chance)
    if row["address"] is not None and draw() < 0.12:
        row["address"] = f"{chance.randint(1, 300)} {chance.choice(STREETS)}"
    row["address"] = None if draw() < 0.25 else row["address"]
    return row


SHORT = {
    full: [form for form, names in FAMILIES.items() if full in names and form != full]
    for full in {name for names in FAMILIES.values() for name in names}
}


def _slip(name: str, chance: random.Random) -> str:
    if len(name) < 3:
        return name
    at = chance.randrange(len(name) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        (
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )
    )


def _other_day(born: object, chance: random.Random) -> object:
    from datetime import date

    if not isinstance(born, date):
        return born
    draw = chance.random()
    if draw < 0.03 and born.day <= 12:
        return date(born.year, born.day, born.month)
    if draw < 0.05:
        return date(born.year, born.month, min(28, (born.day + 10 - 1) % 30 + 1))
    if draw < 0.07:
        return date(born.year - 10 if born.year % 100 >= 10 else born.year + 10, born.month, min(28, born.day))
    return born


def _made_up(con: duckdb.DuckDBPyConnection, records: int) -> None:
    """Made-up people, two and a half records each at five agencies, for timing; names are syllables."""
    con.execute("SELECT setseed(0.4)")
    syllables = str(["ba", "co", "du", "el", "fa", "gri", "ho", "is", "jo", "ka", "lo", "ma", "ne", "or", "pe", "ri"])
    name = "".join(f" || {syllables}[1 + floor(pow(random(), 1.6) * 16)::INTEGER]" for _ in range(3))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE made AS
        SELECT person, '' {name} AS forename, '' {name} AS surname, '' {name} AS other,
               DATE '1930-01-01' + floor(random() * 33000)::INTEGER AS born,
               'ZZ' || (person // 30) AS postcode, (1 + person // 2 % 60) || ' ' || (person // 30) || ' road' AS address
        FROM range({int(records / 2.5)}) AS t(person)
        """
    )
    _people(
        con,
        """
        WITH copied AS (SELECT *, random() AS a, random() AS b, random() AS c, random() AS d, row_number() OVER () AS n
                        FROM made, range(5) WHERE random() < 0.5)
        SELECT 'agency ' || (n % 5) AS agency, n::VARCHAR AS person_ref, person::VARCHAR AS truth,
               CASE WHEN a < 0.05 THEN left(forename, 2) || 'x' || forename[4:] WHEN a < 0.08 THEN left(forename, 1)
                    WHEN a < 0.1 THEN NULL ELSE forename END AS forename,
               CASE WHEN b < 0.05 THEN left(surname, 3) || surname[5:] WHEN b < 0.08 THEN other
                    ELSE surname END AS surname,
               CASE WHEN c < 0.03 AND day(born) <= 12 THEN make_date(year(born), day(born), month(born))
                    WHEN c < 0.06 THEN born + 10 WHEN c < 0.12 THEN NULL ELSE born END AS born,
               CASE WHEN d < 0.1 THEN NULL WHEN d < 0.2 THEN 'YY' || floor(c * 1000)::INTEGER
                    ELSE postcode END AS postcode,
               CASE WHEN d < 0.2 THEN NULL ELSE address END AS address
        FROM copied
        """,
    )


_SURVEYS = ("american_community_survey", "current_population_survey", "women_infants_and_children")
TRUTHS: dict[str, Callable[[duckdb.DuckDBPyConnection], None]] = {
    "Febrl 1": febrl(1),
    "Febrl 2": febrl(2),
    "Febrl 3": febrl(3),
    "Febrl 3 with its id number": febrl(3, "'ssn:' || soc_sec_id"),
    "Splink fake 1000": fake_1000,
    "pseudopeople, clean": pseudopeople(("decennial_census", *_SURVEYS, "social_security"), noisy=False),
    "pseudopeople, noise added": pseudopeople(("decennial_census", *_SURVEYS, "social_security"), noisy=True),
    "census and social security, noise": pseudopeople(("decennial_census", "social_security"), noisy=True),
    "census and surveys, noise": pseudopeople(("decennial_census", *_SURVEYS), noisy=True),
}

if __name__ == "__main__":
    main()
