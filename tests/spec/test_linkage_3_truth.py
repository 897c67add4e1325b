"""Linkage, chapter 3: how near the model comes to known truths, without being told about them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from personshaped.linkage.evaluation import Agreement, compare
from personshaped.linkage.linking import link
from personshaped.settings import Settings
from personshaped.tables import CANONICAL
from spec.linked_people import linked


def _febrl(shared: Path, number: int) -> tuple[Agreement, list[tuple[object, ...]]]:
    con = duckdb.connect()
    cells = f"read_csv('{shared}/data/linkage/febrl/dataset{number}.csv', all_varchar = true, normalize_names = true)"
    con.execute(f"CREATE TABLE cells AS SELECT nullif(trim(COLUMNS(*)), '') FROM {cells}")
    blank = ", ".join(f"NULL::{column.sql} AS {column.name}" for column in CANONICAL["people"].columns)
    con.execute(f"CREATE TABLE people AS SELECT {blank}, NULL::VARCHAR AS ref_key WHERE false")
    con.execute(
        """
        INSERT INTO people BY NAME
        SELECT 'register' AS agency, rec_id AS person_ref, rec_id AS ref_key, given_name AS forename, surname, postcode,
               concat_ws(', ', street_number, address_1, address_2, suburb) AS address,
               try_strptime(date_of_birth, '%Y%m%d')::DATE AS born
        FROM cells
        """
    )
    con.execute(
        "CREATE TABLE truth AS SELECT 'register' AS agency, rec_id AS ref_key, rec_id.split('-')[2] AS person_id"
        " FROM cells"
    )
    summary = link(con, Settings(), Path("no-decisions"), None)
    links = con.execute("FROM links ORDER BY ALL").fetchall()
    return compare(con, summary.identities_at(0.95), "truth"), links


def test_febrl_3_without_its_id_number(shared: Path) -> None:
    found, _ = _febrl(shared, 3)
    assert found.f1 >= 0.98
    assert found.precision >= 0.99


def test_the_same_records_give_the_same_links(shared: Path) -> None:
    assert _febrl(shared, 1) == _febrl(shared, 1)


FORENAMES = [
    "Ros",
    "Kit",
    "Jean",
    "Sam",
    "Tom",
    "Lucy",
    "Ben",
    "Amina",
    "Peter",
    "Grace",
    "Leo",
    "Maya",
    "Ivan",
    "Nora",
    "Hugo",
    "Olga",
    "Ravi",
    "Tess",
    "Umar",
    "Vera",
]
SURNAMES = [
    "Ellery",
    "Pugh",
    "Okafor",
    "Marsh",
    "Hall",
    "Novak",
    "Khan",
    "Byrne",
    "Costa",
    "Dunn",
    "Evans",
    "Frost",
    "Gill",
    "Hope",
    "Irwin",
    "Jones",
]


def _town(people: int) -> str:
    """Each person at two agencies, the second with a slip in the surname of every fifth and no address for every
    seventh; the last ten are twins of the ten before."""
    lines = ["ref | agency | forename | surname | born | postcode | address"]
    for person in range(people):
        at = person - 10 if person >= people - 10 else person
        forename = FORENAMES[(at + (person != at) * 7) % 20]
        surname = SURNAMES[at * 7 % 16] + SURNAMES[at * 3 % 13].lower()
        born = f"{1940 + at * 11 % 70}-{1 + at * 5 % 12:02}-{1 + at * 17 % 28:02}"
        home = f"ST{at % 9} {at % 7}AA | {at} Mill Lane"
        slip = surname[:2] + surname[3:] if person % 5 == 0 else surname
        lines.append(f"g{person} | gp | {forename} | {surname} | {born} | {home}")
        lines.append(f"h{person} | housing | {forename} | {slip} | {born} | {'|' if person % 7 == 0 else home}")
    return "\n".join(lines)


def test_a_model_joins_slips_and_keeps_twins_apart() -> None:
    found = linked(_town(300))
    assert found.linked.model_note == "compared forename, surname, birth date, postcode, address"
    joined = [person for person in found.persons if len(person) > 1]
    assert all(len(person) == 2 and person[0][1:] == person[1][1:] for person in joined)  # nobody wrongly
    assert len(joined) >= 290
    twins = ("different", "rule", "same household, surname and birth date, but different forenames")
    assert sum(link == twins for link in found.links.values()) >= 10
    assert found.linked.method.endswith("by a probabilistic model (Splink) at 0.95")


def test_few_records_are_left_to_the_rules() -> None:
    found = linked(_town(60))
    assert found.linked.model_note == "rules alone: 120 records are too few to train a model (from 200)"


def test_pairs_are_counted_by_hand() -> None:
    con = duckdb.connect()
    con.execute(
        """
        CREATE TABLE truth AS
        FROM (VALUES ('a', '1', 'P'), ('a', '2', 'P'), ('a', '3', 'P'), ('a', '4', 'Q'), ('a', '5', 'R'))
        AS t(agency, ref_key, person_id)
        """
    )
    con.execute(
        """
        CREATE TABLE found AS
        FROM (VALUES ('a', '1', 'x'), ('a', '2', 'x'), ('a', '3', 'y'), ('a', '4', 'y'), ('b', '5', 'x'))
        AS t(agency, ref_key, person_id)
        """
    )
    # true pairs 1-2, 1-3, 2-3; joined 1-2, 3-4; the record of agency b is not in the truth
    agreement = compare(con, "found", "truth")
    assert agreement == Agreement(right=1, wrong=1, missed=2)
    assert (agreement.precision, agreement.recall, agreement.f1) == (1 / 2, 1 / 3, 2 / 5)
