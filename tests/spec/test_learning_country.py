"""Which area is the country that savings are carried to, where area_facts has several without a saving."""

from __future__ import annotations

from pathlib import Path

import pytest

from personshaped.errors import InputError
from personshaped.learning.extrapolate import group_says
from personshaped.learning.extrapolate_words import page
from personshaped.study.extrapolating import extrapolate

PLACES = [f"Place {name},2024,{measure},{group},{value},x,made up" for name in "ABCDEFGH"
          for group, value, saved in (("imd=1", 6000, 900_000), ("imd=2", 4000, 200_000 + 1000 * ord(name)))
          for measure, value in (("population", value), ("saving", saved))]  # fmt: skip
COUNTRY = ["Norland,2024,population,imd=1,400000,people,made up", "Norland,2024,population,imd=2,600000,people,made up"]
WARDS = [f"Ward {name},2024,population,,3000,people,made up" for name in "XYZ"]


def folder(path: Path, *rows: str) -> Path:
    text = "area,period,measure,stratum,value,unit,source\n" + "\n".join(rows) + "\n"
    (path / "area_facts.csv").write_text(text, encoding="utf-8")
    return path


def test_the_country_has_the_places_groups_and_more_people_than_all_of_them(tmp_path: Path) -> None:
    found = extrapolate(folder(tmp_path, *PLACES, *COUNTRY, *WARDS))
    assert (found.country, found.people, len(found.places)) == ("Norland", 1_000_000, 8)
    assert found.multilevel is not None
    # £150 a head in four tenths, some £68 in six
    assert found.multilevel.low < 0.4 * 150 + 0.6 * 67.1 < found.multilevel.high


def test_people_of_english_areas_that_the_file_lacks_come_from_the_statistics_and_it_is_said(tmp_path: Path) -> None:
    saved = [f"{name},2024,saving,,{pounds},£ a year,made up" for name, pounds in
             (("Stoke-on-Trent", 2_563_750), ("Leeds", 7_980_000))]  # fmt: skip
    found = extrapolate(folder(tmp_path, *saved), country="England")
    assert found.people == 56_550_138
    assert [one.name for one in found.places] == ["Leeds", "Stoke-on-Trent"]
    assert "people of England: 56,550,138, Office for National Statistics, 2020" in found.range.assumptions
    own = folder(tmp_path, *saved, "England,2024,population,,1000,people,made up")
    assert extrapolate(own, country="England").people == 1000


def test_groups_of_the_places_that_the_country_lacks_are_named_and_a_number_is_a_number(tmp_path: Path) -> None:
    found = extrapolate(folder(tmp_path, *PLACES, *COUNTRY, "Place A,2024,saving,imd=9,5,£ a year,made up",
                               "Place A,2024,population,imd=9,5,people,made up"))  # fmt: skip
    assert "left out, for Norland has no such group: imd=9" in found.range.assumptions
    assert any(line.strip() == "Left out, for Norland has no such group: imd=9" for line in page(found))
    with pytest.raises(InputError, match='"nan" is not a number'):
        extrapolate(folder(tmp_path, *PLACES, *COUNTRY, "Place A,2024,saving,imd=1,nan,£ a year,made up"))


def test_two_that_could_be_it_are_asked_about_by_name(tmp_path: Path) -> None:
    other = [row.replace("Norland", "Sudland") for row in COUNTRY]
    with pytest.raises(InputError, match="--country"):
        extrapolate(folder(tmp_path, *PLACES, *COUNTRY, *other))
    assert extrapolate(folder(tmp_path, *PLACES, *COUNTRY, *other), country="Sudland").country == "Sudland"


def test_groups_are_printed_in_words(tmp_path: Path) -> None:
    assert group_says("age=65+;imd=1-2") == "age 65+, index of multiple deprivation 1-2"
    assert group_says("funding_per_head") == "funding per head"
    unseen = ["Norland,2024,population,imd=5,9,people,made up", "Norland,2024,population,imd=6,9,people,made up"]
    found = extrapolate(folder(tmp_path, *PLACES, *COUNTRY, *unseen))
    printed = " ".join(" ".join(page(found)).split())
    assert "index of multiple deprivation 2 " in printed
    assert "Never observed: index of multiple deprivation 5; index of multiple deprivation 6, 0%" in printed
    assert "imd" not in printed + " ".join(found.range.assumptions)
