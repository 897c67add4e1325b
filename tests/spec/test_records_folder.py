"""Records: a study is a folder, and `study.toml` says what is in it (interfaces)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from personshaped.errors import InputError
from personshaped.records.folder import Block, Cell, Lookup, StudyFolder, open_folder
from personshaped.records.sources import When
from spec.study_folders import folder

TODAY = date(2026, 11, 23)
ROWS = """
person_ref | agency | started_at
H-1        | a      | 2024-01-01
"""


def opened(tmp_path: Path, toml: str) -> StudyFolder:
    return open_folder(folder(tmp_path, study_toml=toml, interactions_csv=ROWS, police__2023_csv=ROWS))


FULL = """
[study]
name = "Ashbrook pilot"
purpose = "Help me to live my life well"
window = ["2021-01-01", "2024-01-01"]
history_complete = true

[lawful]
purpose = "service improvement study"
lawful_basis = "public task"
dpia = "DPIA-2026-014"
keep_until = 2027-06-30

[settings]
look_back = 730
expected_repeat = ["repeat prescription"]
price_year = 2024

[[source]]
path = "police/2023.csv"
encoding = "cp1252"
lookup = [ { on = "person_ref", file = "interactions.csv" } ]
[[source.interactions]]
when = "started_at"
agency = { const = "police" }
person_ref = "person_ref"
started_at = { column = "started_at", format = "%Y-%m-%d" }
activity = { column = "Type", values = { VA = "assess" }, else = "other" }
words = { sql = "coalesce(Notes, Reason)" }
crisis = { const = true }
[[source.people]]
person_ref = "person_ref"
forename = "FirstName"
"""


def test_a_whole_study(tmp_path: Path) -> None:
    study = opened(tmp_path, FULL)
    assert (study.name, study.purpose, study.what_met_means) == (
        "Ashbrook pilot",
        "Help me to live my life well",
        "the person says so",
    )
    settings = study.settings
    assert (settings.window_start, settings.window_end, settings.window_declared) == (
        date(2021, 1, 1),
        date(2024, 1, 1),
        True,
    )
    assert (settings.history_complete, settings.look_back, settings.stale) == (True, 730, 90)
    assert (settings.expected_repeat, settings.price_year) == (("repeat prescription",), 2024)
    assert study.lawful.missing(TODAY) == ""
    (source,) = study.sources
    assert (source.path, source.encoding, source.delimiter) == ("police/2023.csv", "cp1252", None)
    assert source.lookup == (Lookup("person_ref", "interactions.csv"),)
    people, interactions = sorted(source.blocks, key=lambda block: block.table, reverse=True)
    assert people == Block("people", None, {"person_ref": Cell("person_ref"), "forename": Cell("FirstName")})
    assert interactions.when == When(column="started_at")
    assert interactions.columns == {
        "agency": Cell(const="police"),
        "person_ref": Cell("person_ref"),
        "started_at": Cell("started_at", format="%Y-%m-%d"),
        "activity": Cell("Type", values={"VA": "assess"}, otherwise="other"),
        "words": Cell(sql="coalesce(Notes, Reason)"),
        "crisis": Cell(const="yes"),
    }


def test_every_file_that_it_reads(tmp_path: Path) -> None:
    folder(tmp_path, decisions__codes_csv="interaction_id | demand_type", findings__figures_csv="name")
    names = [path.relative_to(tmp_path).as_posix() for path in opened(tmp_path, FULL).files()]
    assert names == ["decisions/codes.csv", "interactions.csv", "police/2023.csv", "study.toml"]


def test_a_file_that_a_source_maps_is_not_also_read_as_a_table(tmp_path: Path) -> None:
    assert opened(tmp_path, "").tables() == {"interactions": tmp_path / "interactions.csv"}
    mapped = '[[source]]\npath = "interactions.csv"\n[[source.interactions]]\nperson_ref = "person_ref"\n'
    assert opened(tmp_path, mapped).tables() == {}


def test_a_folder_without_a_study_can_be_checked_and_not_studied(tmp_path: Path) -> None:
    study = open_folder(folder(tmp_path / "plain", interactions_csv=ROWS))
    assert (study.toml_name, study.name, study.settings.window_declared) == ("", "plain", False)
    assert study.lawful.missing(TODAY) == (
        "personal data are studied only when [lawful] says why; fill in there: "
        'purpose = "service improvement study"; lawful_basis = "public task"; dpia = "DPIA-2026-014"; '
        "keep_until = 2027-06-30 (or personal_data = false for synthetic or published data)"
    )


def test_data_declared_synthetic_or_published_need_no_lawful_lines(tmp_path: Path) -> None:
    assert opened(tmp_path, "[lawful]\npersonal_data = false").lawful.missing(TODAY) == ""


def test_data_past_their_date_are_not_studied(tmp_path: Path) -> None:
    lawful = opened(tmp_path, FULL).lawful
    assert lawful.missing(date(2027, 6, 30)) == ""
    assert lawful.missing(date(2027, 7, 1)) == (
        "[lawful] keep_until = 2027-06-30 has passed: these data were to be deleted by then"
    )


SOURCE = '[[source]]\npath = "police/2023.csv"\n[[source.interactions]]\n'


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[studdy]\n", "study.toml: studdy: no such key; expected study"),
        ('[study]\nnames = "x"', "study.toml: [study], names: no such key; expected name"),
        ("[study]\nname = 3", "study.toml: [study] name = 3; expected a text in quotes"),
        ("[study]\nhistory_complete = 'yes'", "[study] history_complete = 'yes'; expected true or false"),
        ('[study]\nwindow = ["2024-01-01"]', "window = ['2024-01-01']; expected"),
        ('[study]\nwindow = ["2024-01-01", "2023-01-01"]', "expected an end after its start"),
        ('[study]\nwindow = ["2024-01-01", "2024-31-01"]', "'2024-31-01' is not a date; expected e.g. 2024-06-30"),
        ("[settings]\nlookback = 3", "[settings], lookback: no such key; expected look_back"),
        ("[settings]\nstale = '90'", "[settings] stale = '90'; expected a whole number of days, e.g. 90"),
        ("[settings]\nstale = 99999999999", "[settings] stale = 99999999999; expected a whole number of days"),
        ('[[source]]\npath = "police/2023.csv"\ndelimiter = ";;"', "delimiter = ';;'; expected one character"),
        ("[settings]\nlink_threshold = 2", "expected a probability, e.g. 0.95"),
        ('[lawful]\nkeep_until = "soon"', "[lawful] keep_until: 'soon' is not a date"),
        ("[source]\npath = 'a.csv'", "expected [[source]], in double brackets"),
        ("[[source]]\n", "[[source]] 1 names no path"),
        ('[[source]]\npath = "police/2022.csv"\n[[source.people]]\n', "no such file; expected police/2023.csv"),
        ('[[source]]\npath = "police/2023.csv"', "says nothing of what its lines become"),
        ('[[source]]\npath = "police/2023.csv"\n[[source.interaction]]', "interaction: no such key; expected interact"),
        (SOURCE + 'start_at = "x"', "[[source.interactions]], start_at: no such key; expected started_at"),
        (SOURCE + "agency = 3", "agency = 3; expected a column's name, or { const = 3 }"),
        (SOURCE + 'agency = { const = "a", column = "b" }', "expected exactly one of column, const and sql"),
        (SOURCE + 'agency = { cons = "a" }', "cons: no such key; expected const"),
        ("[study", "study.toml: cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_what_would_be_right(tmp_path: Path, toml: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        opened(tmp_path, toml)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_one_table_is_there_once(tmp_path: Path) -> None:
    (tmp_path / "interactions.parquet").write_bytes(b"")
    with pytest.raises(InputError, match=r"interactions\.csv and interactions\.parquet are both there"):
        opened(tmp_path, "")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        open_folder(tmp_path / "nowhere")
