"""Linkage, chapter 5: few records, bare records, names from everywhere, one house; and links that are drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from personshaped.linkage import drawing
from personshaped.linkage.clusters import MODEL, NUMBER, RULE, Pairs
from spec.linked_people import connection, linked
from spec.study_folders import folder as write_folder

NAMES = (
    ("Agnieszka", "Wójcik"), ("Nguyễn", "Thị Hoa"), ("Oluwaseun", "Adébáyọ̀"), ("María José", "García Núñez"),
    ("Muhammad", "Al-Husseini"), ("Siobhán", "Ó Briain"), ("李", "小龙"), ("Олена", "Шевченко"), ("Jürgen", "Groß"),
    ("Fatima", "Zahra"), ("Rhys", "ap Gruffudd"), ("Priya", "Raghunathan"),
)  # fmt: skip


def people(*rows: tuple[str, ...], columns: str) -> str:
    return "\n".join([columns, *(" | ".join(row) for row in rows)])


@pytest.mark.parametrize("count", [1, 2, 5, 20, 200])
def test_different_people_stay_different_however_few_they_are(count: int) -> None:
    rows = [
        (f"r{at:03d}", ("gp", "housing")[at % 2], f"{NAMES[at % 12][0]}{'abcdefghijklmnopq'[at // 12]}",
         NAMES[at % 12][1], f"{1930 + at % 70}-{1 + at % 12:02d}-{1 + at % 27:02d}")
        for at in range(count)
    ]  # fmt: skip
    found = linked(people(*rows, columns="ref | agency | forename | surname | born"))
    assert len(found.persons) == count


def small_town(seed: int, surname_first: str = "") -> str:
    """130 people of few names at one to three of three agencies, of which one may have the names changed round."""
    draw = np.random.default_rng(seed)
    given = ("Jose", "Luis", "Carlos", "Marcus", "Tyrone", "Miguel", "Andre",
             "Maria", "Ana", "Rosa", "Keisha", "Lupe", "Carmen", "Denise")  # fmt: skip
    family = ("Garcia Lopez", "Hernandez", "Johnson", "Martinez Ruiz", "Washington", "Ortega", "Salazar", "Nguyen")
    rows = []
    for person in range(130):
        forename, agencies = draw.integers(14), draw.choice([1, 2, 3], p=[0.4, 0.4, 0.2])
        born = f"{draw.integers(1938, 2007)}-{draw.integers(1, 13):02d}-{draw.integers(1, 29):02d}"
        surname, number = family[draw.integers(8)], draw.integers(1, 180)
        home = f"{number} {('Cerrillos Rd', 'Agua Fria St', 'Calle Ojo')[draw.integers(3)]}"
        zip_code, phone = f"8750{draw.integers(1, 10)}", "0" + "".join(map(str, draw.integers(0, 10, 9)))
        for agency in sorted(draw.choice(3, agencies, replace=False)):
            known = agency == 0 or (agency == 2 and draw.random() < 0.7)
            names = (given[forename], surname)[:: -1 if "abc"[agency] == surname_first else 1]
            rows.append((f"r{person:03d}{agency}", "abc"[agency], *names, born, home,
                         zip_code if agency != 1 else "", phone if known else ""))  # fmt: skip
    return people(*rows, columns="ref | agency | forename | surname | born | address | postcode | phone")


def test_a_model_of_few_pairs_that_are_all_alike_still_stands() -> None:
    """In one training some difference is never seen: its chance ran to nought, which nobody can write down."""
    assert len(linked(small_town(5)).persons) == 130


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_register_that_writes_the_surname_first_joins_no_namesakes(seed: int) -> None:
    """Names changed round are a rarity elsewhere; here they say no more than the same names would."""
    found = linked(small_town(seed, surname_first="b"))
    assert [group for group in found.persons if len({ref[:4] for ref in group}) > 1] == []
    assert len(found.persons) < 150  # and most are found again


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [("Mme", "F", True), ("Frau", "w", True), ("Mujer", "female", True), ("Herr", "M", True), ("Mme", "M", False)],
)
def test_sex_is_read_in_the_words_of_several_languages(one: str, other: str, together: bool) -> None:
    """In one house with like forenames another sex is another person."""
    rows = [("r1", "a", "Danielle", "Martin", "1990-02-03", "1 High Street", "ST1 1AA", one),
            ("r2", "b", "Daniele", "Martin", "1990-02-03", "1 High Street", "ST1 1AA", other)]  # fmt: skip
    found = linked(people(*rows, columns="ref | agency | forename | surname | born | address | postcode | sex"))
    assert (len(found.persons) == 1) == together


@pytest.mark.parametrize(
    ("column", "together"),
    [("H F", False), ("H M", False), ("H", False), ("H M F", True)],
    ids=["homme, femme", "hombre, mujer", "men alone", "nobody can say"],
)
def test_an_h_is_what_the_other_words_of_its_column_leave_it(column: str, together: bool) -> None:
    """Beside a woman of like forename in one house a man is another person; what is not known parts nobody."""
    home = ("1 High Street", "ST1 1AA")
    rows = [("r1", "a", "Danielle", "Martin", "1990-02-03", *home, "female"),
            ("r2", "b", "Daniele", "Martin", "1990-02-03", *home, "H"),
            *((f"s{at}", "b", f"Kit{at}", "Hall", f"19{60 + at}-01-01", f"{at} Mill Lane", "ST9 9AA", word)
              for at, word in enumerate(column.split()))]  # fmt: skip
    found = linked(people(*rows, columns="ref | agency | forename | surname | born | address | postcode | sex"))
    assert (["r1", "r2"] in found.persons) == together


def test_an_m_beside_an_h_and_no_f_is_a_woman() -> None:
    home = ("1 High Street", "ST1 1AA")
    rows = [("r1", "a", "Danielle", "Martin", "1990-02-03", *home, "mujer"),
            ("r2", "b", "Daniele", "Martin", "1990-02-03", *home, "M"),
            ("s1", "b", "Kit", "Hall", "1961-01-01", "2 Mill Lane", "ST9 9AA", "H")]  # fmt: skip
    found = linked(people(*rows, columns="ref | agency | forename | surname | born | address | postcode | sex"))
    assert ["r1", "r2"] in found.persons


@pytest.mark.parametrize("other", ["Jörg Müller-Weiß", "JOERG MUELLER-WEISS", "Jorg Muller-Weiss"])
def test_letters_that_are_spelt_in_two_ways_part_nobody(other: str) -> None:
    rows = [("r1", "a", "Jörg Müller-Weiß", "1990-02-03", "44135"), ("r2", "b", other, "1990-02-03", "44139")]
    found = linked(people(*rows, columns="ref | agency | name | born | postcode"))
    assert found.persons == [["r1", "r2"]]


@pytest.mark.parametrize("count", [5, 20, 200])
def test_records_with_nothing_but_a_name_are_not_joined_by_it(count: int) -> None:
    """A name alone is no person: nothing else speaks for the same one, so nobody is joined."""
    rows = [(f"r{at:03d}", f"agency {at % 3}", *NAMES[at % 12]) for at in range(count)]
    found = linked(people(*rows, columns="ref | agency | forename | surname"))
    assert len(found.persons) == count


def test_names_of_any_script_are_joined_where_birth_date_and_postcode_agree() -> None:
    rows = []
    for at, (forename, surname) in enumerate(NAMES):
        known = (f"{1950 + at}-03-{at + 1:02d}", f"ST{at + 1} 5AA")
        rows += [(f"a{at:02d}", "gp", forename, surname, *known), (f"b{at:02d}", "care", forename, surname, *known)]
    found = linked(people(*rows, columns="ref | agency | forename | surname | born | postcode"))
    assert found.persons == [[f"a{at:02d}", f"b{at:02d}"] for at in range(12)]


def test_a_house_full_of_people_is_not_one_person() -> None:
    """Forty of one surname and address at two agencies: each is joined with their own record, never with another's."""
    rows = []
    for at in range(40):
        forename = f"{NAMES[at % 12][0]}{'ixoq'[at // 12]}"
        known = (forename, "Marsh", f"{1940 + at}-{1 + at % 12:02d}-{1 + at % 28:02d}", "3 Mill Lane", "ST6 5AA")
        rows += [(f"a{at:02d}", "gp", *known), (f"b{at:02d}", "care", *known)]
    found = linked(people(*rows, columns="ref | agency | forename | surname | born | address | postcode"))
    assert found.persons == [[f"a{at:02d}", f"b{at:02d}"] for at in range(40)]
    assert len(set(found.households.values())) == 1


# --- the command ---------------------------------------------------------------------------------------------

TOML = """
[study]
name = "Ashbrook"
[lawful]
personal_data = false
"""


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "personshaped", *map(str, arguments)],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ | {"COLUMNS": "200"},
    )  # fmt: skip


def test_link_needs_only_people_and_reads_dates_day_first_or_iso(tmp_path: Path) -> None:
    town = write_folder(
        tmp_path / "town",
        study_toml=TOML,
        people_csv="""
        person_ref | agency  | forename | surname  | born       | postcode
        H-1        | housing | Zebedee  | Quillfin | 13/04/1961 | ZE1 1AA
        H-2        | housing | Ottoline | Brackmar | 30/11/1988 | OT2 2BB
        """,
    )
    with (town / "people.csv").open("a") as file:
        file.write("G-1,gp,Zebedee,Quillfin,1961-04-13,ZE1 1AA\n")
    done = command("link", town)
    assert done.returncode == 0, done.stderr
    said = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith(("records", "persons")))
    assert said == {"records": "3", "persons": "2"}
    assert (town / "findings" / "links.html").exists()
    assert not (town / "findings" / ".work").exists()


def test_a_folder_with_nothing_to_link_is_refused_in_one_line(tmp_path: Path) -> None:
    done = command("link", write_folder(tmp_path / "town", study_toml=TOML))
    assert done.returncode != 0
    assert [line for line in done.stderr.splitlines() if "nothing here says" in line]
    assert "Traceback" not in done.stderr


# --- drawn links (Stat 13) -----------------------------------------------------------------------------------


def test_fifty_link_sets_are_what_plain_loops_give() -> None:
    """Seven records: a–b surely, b–c and d–e by chance, e–f by a rule, a and c never one; g alone."""
    refs = "abcdefg"
    con = connection(
        people(*((one, one.upper()) for one in refs), columns="ref | forename"),
        people(*((one, "2024-01-01") for one in refs), columns="ref | when"),
    )
    con.execute(
        "CREATE TABLE link_refs (node BIGINT, agency TEXT, ref_key TEXT, given TEXT, household_id TEXT, area TEXT)"
    )
    con.executemany("INSERT INTO link_refs VALUES (?, 'gp', ?, NULL, NULL, NULL)", list(enumerate(refs)))
    judged = [(0, 1, 1.0, NUMBER), (1, 2, 0.9, MODEL), (3, 4, 0.6, MODEL), (4, 5, 0.5, RULE)]
    same = Pairs(*(np.array(column) for column in zip(*judged, strict=True)))
    apart = Pairs(np.array([0]), np.array([2]), np.array([1.0]), np.array([RULE]))
    assert drawing.draw(con, np.array([0, 0, 0, 3, 3, 3, 6]), same, apart) == 1

    chance = np.random.default_rng(drawing.SEED)
    seen: set[tuple[str, ...]] = set()
    for draw in range(drawing.DRAWS):
        persons = [{one} for one in refs]
        for (one, other, score, basis), number in zip(judged, chance.random(len(judged)), strict=True):
            if basis > NUMBER and number >= score:
                continue
            left = next(person for person in persons if refs[one] in person)
            right = next(person for person in persons if refs[other] in person)
            if left is right or {"a", "c"} <= left | right:
                continue
            persons.remove(right)
            left |= right
        naive = tuple(sorted("".join(sorted(person)) for person in persons))
        rows = con.execute(
            "SELECT string_agg(ref_key, '' ORDER BY ref_key) FROM identities_drawn WHERE draw = ? GROUP BY person_id",
            [draw],
        ).fetchall()
        assert tuple(sorted(person for (person,) in rows)) == naive
        seen.add(naive)
    assert len(seen) == 4
    # a way to divide that was drawn before keeps its version, so that it is followed once
    versions = "SELECT count(DISTINCT version) FROM identities_drawn WHERE ref_key = ?"
    counted = {one: (con.execute(versions, [one]).fetchone() or (0,))[0] for one in refs}
    assert counted == {"a": 1, "b": 1, "c": 1, "d": 4, "e": 4, "f": 4, "g": 1}
