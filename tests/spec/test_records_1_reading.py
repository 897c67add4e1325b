"""Records: what is in the files is used, or set aside with its reason. Nothing is dropped silently (spec 1.5, 11)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personshaped.engine.local import open_connection
from personshaped.errors import InputError
from personshaped.linkage.pseudonyms import AsGiven, Pseudonyms
from personshaped.records import Records, open_folder, read
from personshaped.records.reporting import with_removed

PUBLISHED = "[lawful]\npersonal_data = false\n"
HEAD = "person_ref,agency,started_at,activity\n"


def reading(folder: Path, **files: str | bytes) -> tuple[duckdb.DuckDBPyConnection, Records]:
    """A folder with these files (`__` stands for a dot, `study` for study.toml), read."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"study": PUBLISHED} | files
    for name, content in files.items():
        path = folder / ("study.toml" if name == "study" else name.replace("__", "."))
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    opened = open_folder(folder)
    keys = Pseudonyms(b"k" * 32) if opened.lawful.personal_data else AsGiven()
    con = open_connection(folder / "work", threads=1, memory="500MB")
    return con, read(opened, con, folder / "work", keys.sql)


def rows(con: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[object, ...]]:
    return con.execute(f"SELECT {columns} FROM interactions ORDER BY source, interaction_id").fetchall()


def test_ids_are_verbatim_and_blank_is_not_known(tmp_path: Path) -> None:
    con, _ = reading(
        tmp_path, interactions__csv=HEAD + "NA,h,2024-01-03T09:00,demand\n null ,h,2024-01-04,\n0,h,2024-01-05,do\n"
    )
    assert rows(con, "person_ref, activity") == [("NA", "demand"), ("null", None), ("0", "do")]


@pytest.mark.parametrize(
    ("written", "precision", "start", "before"),
    [
        ("2024-01-03T09:00", "minute", datetime(2024, 1, 3, 9), datetime(2024, 1, 3, 9)),
        ("2024-01-03", "day", datetime(2024, 1, 3), datetime(2024, 1, 4)),
        ("2009-06", "month", datetime(2009, 6, 1), datetime(2009, 7, 1)),
        ("2009", "year", datetime(2009, 1, 1), datetime(2010, 1, 1)),
        ("1996/2012", "range", datetime(1996, 1, 1), datetime(2013, 1, 1)),
        ("25/12/2023", "day", datetime(2023, 12, 25), datetime(2023, 12, 26)),
        ("12/25/2023", "day", datetime(2023, 12, 25), datetime(2023, 12, 26)),
        ("45000", "day", datetime(2023, 3, 15), datetime(2023, 3, 16)),
    ],
)
def test_a_time_is_as_fine_as_it_is_written(
    tmp_path: Path, written: str, precision: str, start: datetime, before: datetime
) -> None:
    con, _ = reading(tmp_path, interactions__csv=HEAD + f"a,h,{written},demand\n")
    assert rows(con, "date_precision, started_at, started_before") == [(precision, start, before)]


def test_a_column_in_which_every_time_is_midnight_knows_the_day_only(tmp_path: Path) -> None:
    con, _ = reading(tmp_path, interactions__csv=HEAD + "a,h,2024-01-03T00:00,demand\nb,h,2024-01-04T00:00,do\n")
    assert rows(con, "date_precision") == [("day",), ("day",)]


def test_every_row_that_is_not_used_has_its_reason(tmp_path: Path) -> None:
    lines = [
        "a,h,2024-01-01,demand",
        "b,h,2024-01-01",  # row 3: ragged
        "c,h,2023-02-29,demand",  # row 4: no such day
        ",h,2024-01-01,demand",  # row 5: nobody
        "d,h,0001-01-01,demand",  # row 6: a placeholder
        "e,h,,demand",  # row 7: no time, no seq
        "a,h,2024-01-01,demand",  # row 8: row 2 again
    ]
    _, records = reading(tmp_path, interactions__csv=HEAD + "\n".join(lines) + "\n")
    report = records.report
    assert (report.rows_in, report.used, report.set_aside, report.duplicates) == (7, 1, 6, 1)
    assert [(one.row, one.column) for one in report.files[0].examples] == [
        (3, ""), (4, "started_at"), (5, "person_ref"), (6, "started_at"), (7, "started_at"),
    ]  # fmt: skip


def test_other_encodings_are_found_and_named(tmp_path: Path) -> None:
    text = HEAD + "Zoë,h,2024-01-01,demand\n"
    for number, encoding in enumerate(("utf-8", "utf-8-sig", "utf-16", "cp1252")):
        con, records = reading(tmp_path / str(number), interactions__csv=text.encode(encoding))
        assert rows(con, "person_ref") == [("Zoë",)]
        assert records.report.files[0].encoding == encoding


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "interactions.csv: is empty"),
        (b"person_ref,started_at\na,2024\n", "interactions.csv: no column agency"),
    ],
)
def test_a_file_that_cannot_be_read_stops_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        reading(tmp_path, interactions__csv=content)


def test_a_list_of_activities_becomes_rows_of_one_contact(tmp_path: Path) -> None:
    con, _ = reading(
        tmp_path,
        interactions__csv="interaction_id,person_ref,agency,started_at,activity,minutes,outcome,need_met,channel\n"
        "7,a,h,2024-01-01,demand;screen;refer,30,referred,no,phone\n",
    )
    assert rows(con, "interaction_id, contact_id, activity, minutes, outcome, need_met, channel") == [
        ("7", "7", "demand", 30.0, None, None, "phone"),
        ("7.2", "7", "screen", None, None, None, "phone"),
        ("7.3", "7", "refer", None, "referred", False, "phone"),
    ]


def test_a_word_no_list_has_is_other_and_listed(tmp_path: Path) -> None:
    con, records = reading(tmp_path, interactions__csv=HEAD + "a,h,2024-01-01,Shouting\n")
    assert rows(con, "activity") == [("other",)]
    assert (
        "interactions, activity: words that the list does not have, read as other: shouting (1)"
        in records.report.warnings
    )


def test_an_agency_s_own_file_is_mapped_with_its_look_ups(tmp_path: Path) -> None:
    toml = (
        PUBLISHED
        + """
[[source]]
path = "visits.csv"
lookup = [ { on = "Team", file = "teams.csv" } ]
[[source.interactions]]
agency = { const = "housing" }
service = "TeamName"
person_ref = "Tenant"
started_at = { column = "When", format = "%d.%m.%Y" }
activity = { column = "Type", values = { VA = "assess" }, else = "other" }
words = { sql = "coalesce(Notes, Type)" }
[[source.interactions]]
when = "Closed"
agency = { const = "housing" }
person_ref = "Tenant"
started_at = "Closed"
activity = { const = "close" }
"""
    )
    con, records = reading(
        tmp_path,
        study=toml,
        visits__csv="Tenant;Team;When;Type;Notes;Closed\nT1;1;03.01.2024;VA;;04/02/2024\nT2;9;05.01.2024;XX;hello;\n",
        teams__csv="Team,TeamName\n1,Lettings\n",
    )
    assert rows(con, "source, person_ref, service, started_at::DATE::VARCHAR, activity, words") == [
        ("visits.csv:2", "T1", "Lettings", "2024-01-03", "assess", "VA"),
        ("visits.csv:2", "T1", None, "2024-02-04", "close", None),
        ("visits.csv:3", "T2", None, "2024-01-05", "other", "hello"),
    ]
    assert [(one.rows_in, one.used, one.passed_over) for one in records.report.files] == [(2, 2, 0), (1, 1, 1)]


def test_references_of_personal_data_are_keyed_and_words_redacted(tmp_path: Path) -> None:
    con, records = reading(
        tmp_path,
        study="",
        interactions__csv="person_ref,agency,started_at,words\n"
        'H-1,h,2024-01-01,"Rosalind here, ring 07700 900123, ST6 5AA"\n',
        people__csv="person_ref,agency,name\nH-1,h,Rosalind Ellery\n",
    )
    assert rows(con, "person_ref, words") == [(None, "[name] here, ring [phone], [postcode]")]
    keys = con.execute("SELECT ref_key FROM interactions UNION SELECT ref_key FROM people").fetchall()
    assert [len(key) for (key,) in keys] == [64]
    written = b"".join(one.read_bytes() for one in (tmp_path / "work").rglob("*") if one.is_file())
    assert b"H-1" not in written
    assert b"Rosalind" not in written
    assert with_removed(con, records.report).removed_from_words == {"name": 1, "phone": 1, "postcode": 1}


def test_a_row_costs_its_own_price_else_the_most_specific_unit_cost(tmp_path: Path) -> None:
    con, records = reading(
        tmp_path,
        interactions__csv="interaction_id,person_ref,agency,started_at,staff_role,minutes,cost\n"
        "1,a,h,2024-01-01,officer,30,5\n2,a,h,2024-01-01,officer,30,\n3,a,h,2020-01-01,manager,30,\n4,a,gp,2024-01-01,,,\n",
        unit_costs__csv="agency,staff_role,year,unit,cost,source\nh,,2024,hour,30,x\nh,officer,2024,hour,48,x\n"
        "gp,,2024,contact,41,x\n",
    )
    # 2: 48 an hour for half an hour; 3: 30 an hour, of the nearest year, not uprated; 4: once a row
    assert rows(con, "interaction_id, price, price_basis") == [
        ("1", 5.0, "own"), ("2", 24.0, "unit"), ("3", 15.0, "unit"), ("4", 41.0, "unit"),
    ]  # fmt: skip
    assert records.report.priced_minutes == 1.0


def test_two_prices_as_specific_as_each_other_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="agency h, activity demand"):
        reading(
            tmp_path,
            interactions__csv=HEAD + "a,h,2024-01-01,demand\n",
            unit_costs__csv="agency,activity,year,unit,cost,source\nh,,2024,contact,60,x\n,demand,2024,contact,5,y\n",
        )


def test_the_window_runs_from_the_first_row_to_the_day_after_the_last(tmp_path: Path) -> None:
    _, records = reading(tmp_path, interactions__csv=HEAD + "a,h,2024-01-03T09:00,demand\nb,h,2024-05-31,do\n")
    assert (str(records.settings.window_start), str(records.settings.window_end)) == ("2024-01-03", "2024-06-01")


def test_what_people_decided_stands_over_the_sources_the_latest_line_first(tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions" / "codes.csv").write_text(
        "interaction_id,demand_type,coded_by\n1,value,tm\n1,failure,jo\n", encoding="utf-8"
    )
    con, _ = reading(tmp_path, interactions__csv=f"interaction_id,demand_type,{HEAD}1,unsure,a,h,2024-01-01,demand\n")
    assert rows(con, "demand_type, coded_by") == [("failure", "jo")]


CELL = st.sampled_from(
    ["a", "b", "NA", "", " x ", "2024-01-01", "2024-02-30", "2009", '"q', "1,2", "é", "\x00", "x\ny"]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=12))
def test_rows_in_are_rows_used_and_rows_set_aside(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str, str, str]]
) -> None:
    """The law of conservation, whatever the file holds."""
    text = HEAD + "first,h,2024-01-01,demand\n" + "".join(",".join(cells) + "\n" for cells in lines)
    con, records = reading(tmp_path_factory.mktemp("law"), interactions__csv=text)
    report = records.report
    assert report.rows_in == report.used + report.set_aside
    assert con.execute("SELECT count(*) FROM interactions").fetchone() == (report.used,)
