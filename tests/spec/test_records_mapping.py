"""Records, second chapter: how `study.toml` turns the lines of agencies' own files into canonical rows."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import small_folders
from openpyxl import Workbook
from small_folders import Read, lines, read_folder, write

from personshaped.errors import InputError
from personshaped.linkage.pseudonyms import Pseudonyms
from personshaped.records import open_folder, read, sources
from personshaped.records.expressions import expression

CALLS = """
    Case,When,What,Who rang,Notes
    12,2024-01-03 09:00,VA,Cllr,Damp again
    13,2024-01-04 10:30,??,,
"""


def test_a_column_by_its_name(tmp_path: Path) -> None:
    read = read_folder(
        tmp_path,
        {"calls.csv": CALLS},
        """
        [[source]]
        path = "calls.csv"
        [[source.interactions]]
        person_ref = "Case"
        agency = { const = "housing" }
        started_at = "When"
        words = "Notes"
        """,
    )
    assert read.rows("person_ref, agency, started_at, words", order="started_at") == [
        "12 | housing | 2024-01-03 09:00:00 | Damp again",
        "13 | housing | 2024-01-04 10:30:00 |",
    ]


def test_an_agencys_words_are_translated_and_the_rest_is_said(tmp_path: Path) -> None:
    read = mapped(tmp_path, 'activity = { column = "What", values = { VA = "assess" }, else = "other" }')
    assert read.rows("activity", order="started_at") == ["assess", "other"]


def test_sql_is_the_way_out(tmp_path: Path) -> None:
    read = mapped(tmp_path, """words = { sql = "coalesce(Notes, 'nothing noted') || ' (' || What || ')'" }""")
    assert read.rows("words", order="started_at") == ["Damp again (VA)", "nothing noted (??)"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('words = { sql = "Nottes" }', r'calls\.csv, words: .*"Nottes" not found'),
        ('words = { sql = "upper(" }', r"calls\.csv, .*words, sql: syntax error"),
        ('when = { sql = "What = " }', r"calls\.csv, .*when, sql: syntax error"),
        ('ended_at = { column = "When", format = "%Q" }', r"calls\.csv, ended_at: .*expected a format as of strptime"),
    ],
)
def test_sql_that_cannot_be_run_names_its_column(tmp_path: Path, cell: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        mapped(tmp_path, cell)


@pytest.mark.parametrize(
    "sql",
    [
        "(SELECT content FROM read_text('/etc/passwd'))",
        "list_transform([Notes], lambda one: (SELECT max(content) FROM read_text('/etc/passwd')))[1]",
        "Notes) AS VARCHAR), CAST((What",
        "Notes), (What",
        "1) AS VARCHAR) FROM read_csv('/etc/passwd') --",
        "Notes /*",
        "Notes; DROP TABLE interactions",
        "current_query()",
        "upper(current_setting('temp_directory'))",
        "getvariable('key')",
        "getenv('HOME')",
        "system.main.upper(Notes)",
        "shown(Notes)",  # ours, and not a mapping's
        "nextval('one')",
        "parse_duckdb_log_message('QueryLog', Notes)",
        "sum(Minutes)",  # without OVER
        "string_agg(Notes, ' ') OVER ()",  # the words of others
        "lag(Notes) OVER (ORDER BY What)",
        "list_transform([1], a -> list_transform([2], b -> a + b))",
        "repeat(Notes, 1000000000)",
        "lpad(Notes, 2000000000, 'x')",
        "rpad(Notes, What::INTEGER, 'x')",
        "#1",
        "What = ANY([Notes])",
        "random()",
        "today()",
        "*",
        "COLUMNS('N.*')",
        "unnest([Notes, What])",
        "1) LIMIT (1",
    ],
)
def test_sql_is_one_expression_over_its_line_and_reads_nothing_else(tmp_path: Path, sql: str) -> None:
    with pytest.raises(InputError, match=r"^study\.toml: \[\[source\]\] calls\.csv, .*words, sql"):
        mapped(tmp_path, f'words = {{ sql = "{sql}" }}')


@pytest.mark.parametrize("word", ["current_date", "CURRENT_TIMESTAMP", "user", "upper(session_user)"])
def test_what_the_database_itself_would_tell_is_no_column(tmp_path: Path, word: str) -> None:
    with pytest.raises(InputError, match=r"calls\.csv, words: \w+ is told by the database; expected SQL over"):
        mapped(tmp_path, f'words = {{ sql = "{word}" }}')


def test_references_are_filled_up_and_lines_counted(tmp_path: Path) -> None:
    sql = "lpad(\"Case\", 6, '0') || '-' || count(*) OVER ()"
    cell = f'staff_id = {{ sql = """{sql}""" }}'
    read = read_folder(tmp_path, {"calls.csv": CALLS}, WHOLE.replace("{0}", cell))
    assert read.rows("staff_id", order="started_at") == ["000012-2", "000013-2"]


def test_a_column_may_be_named_like_such_a_word(tmp_path: Path) -> None:
    calls = CALLS.replace("Who rang", "User")
    read = read_folder(tmp_path, {"calls.csv": calls}, WHOLE.replace("{0}", 'staff_id = { sql = "upper(User)" }'))
    assert read.rows("staff_id", order="started_at") == ["CLLR", ""]


WHOLE = """
[[source]]
path = "calls.csv"
[[source.interactions]]
person_ref = "Case"
agency = { const = "housing" }
started_at = "When"
{0}
"""


def test_no_query_holds_both_the_key_and_sql_of_a_mapping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a function to slip through that tells the running query, it would tell nothing of the key."""
    monkeypatch.setattr(small_folders, "PUBLISHED", "[lawful]\npersonal_data = true\n")
    monkeypatch.setattr(sources, "expression", lambda sql, where: sql)
    read = read_folder(tmp_path, {"calls.csv": CALLS}, WHOLE.replace("{0}", 'issue = { sql = "current_query()" }'))
    told = " ".join(read.rows("issue", order="started_at"))
    assert "current_query" in told
    assert "sha256" not in told
    assert len(read.rows("DISTINCT ref_key", order="1")) == 2


class Listening:
    """A connection that keeps the text of every query."""

    def __init__(self) -> None:
        self._con, self.queries = duckdb.connect(), []

    def execute(self, query: str, *given: Any) -> Any:
        self.queries.append(query)
        return self._con.execute(query, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def test_the_key_stands_in_one_query_that_no_data_can_break(tmp_path: Path) -> None:
    """DuckDB shows a piece of a query that fails, and `--debug` shows that: no query over data holds the key."""
    folder = write(tmp_path / "study", {"calls.csv": CALLS}, WHOLE.replace("{0}", 'words = "Notes"'))
    con, key = Listening(), b"canary" * 5
    read(open_folder(folder), con, tmp_path / "work", Pseudonyms(key).sql)  # type: ignore[arg-type]
    inner = "".join(f"\\x{byte ^ 0x36:02X}" for byte in key)
    holding = [query for query in con.queries if inner in query]
    assert [query.partition("(")[0] for query in holding] == ["CREATE OR REPLACE TEMP MACRO reference_key"]
    assert con.execute("SELECT DISTINCT length(ref_key) FROM interactions").fetchall() == [(64,)]


def test_a_comment_in_sql_ends_with_its_line(tmp_path: Path) -> None:
    read = mapped(tmp_path, 'words = { sql = "coalesce(Notes, What) -- or what it was" }')
    assert len(read.rows("words", order="started_at")) == 2


def test_when_makes_a_row_only_where_its_column_is_not_blank(tmp_path: Path) -> None:
    read = read_folder(
        tmp_path,
        {
            "stays.csv": """
            ID,Entered,Left
            a,2024-01-01,2024-02-01
            b,2024-01-02,
            """
        },
        """
        [[source]]
        path = "stays.csv"
        [[source.interactions]]
        person_ref = "ID"
        agency = { const = "hostel" }
        started_at = "Entered"
        activity = { const = "do" }
        [[source.interactions]]
        when = "Left"
        person_ref = "ID"
        agency = { const = "hostel" }
        started_at = "Left"
        activity = { const = "close" }
        [[source.people]]
        person_ref = "ID"
        agency = { const = "hostel" }
        """,
    )
    assert read.rows("person_ref, started_at::DATE, activity", order="1, 2") == [
        "a | 2024-01-01 | do",
        "a | 2024-02-01 | close",
        "b | 2024-01-02 | do",
    ]
    assert read.rows("person_ref, agency", "people", "1") == ["a | hostel", "b | hostel"]
    assert read.rows("count(DISTINCT interaction_id)", order="1") == ["3"]


def test_look_ups_join_in_order_and_never_make_two_rows_of_one(tmp_path: Path) -> None:
    read = read_folder(
        tmp_path,
        {
            "exits.csv": """
            Enrolment,Date
            e1,2024-05-01
            e2,2024-05-02
            e9,2024-05-03
            """,
            "enrolments.csv": """
            Enrolment,Project,Person
            e1,p1,anna
            e2,p2,ben
            e2,p1,a second line of e2
            """,
            "projects.csv": """
            Project,Name
            p1,Night shelter
            p2,Rapid rehousing
            """,
        },
        """
        [[source]]
        path = "exits.csv"
        lookup = [ { on = "Enrolment", file = "enrolments.csv" }, { on = "Project", file = "projects.csv" } ]
        [[source.interactions]]
        person_ref = { sql = "coalesce(Person, 'unknown ' || Enrolment)" }
        agency = { const = "homelessness" }
        service = "Name"
        started_at = "Date"
        """,
    )
    assert read.rows("person_ref, service", order="started_at") == [
        "anna | Night shelter",
        "ben | Rapid rehousing",
        "unknown e9 |",
    ]


def test_a_list_of_activities_becomes_rows_of_one_contact(tmp_path: Path) -> None:
    """Section 11: minutes, documents, cost to the first; outcome, reason, referred_to, need_met to the last."""
    read = read_folder(
        tmp_path,
        {
            "interactions.csv": """
            interaction_id,person_ref,agency,started_at,activity,minutes,documents,cost,outcome,referred_to,words
            a,P1,gp,2024-01-03T09:00,demand; screen ;refer,12,2,9.50,referred,hospital,my hip
            b,P1,gp,2024-01-04T09:00,demand,5,,,,,still my hip
            """
        },
    )
    rows = read.rows(
        "contact_id, activity, minutes, documents, cost, outcome, referred_to, words",
        order="started_at, interaction_id",
    )
    assert rows == [
        "a | demand | 12.0 | 2 | 9.5 |  |  | my hip",
        "a | screen |  |  |  |  |  | my hip",
        "a | refer |  |  |  | referred | hospital | my hip",
        "| demand | 5.0 |  |  |  |  | still my hip",
    ]
    assert read.rows("count(DISTINCT interaction_id)", order="1") == ["4"]
    assert read.records.report.used == 2


def test_several_files_of_one_agency_keep_their_lines(tmp_path: Path) -> None:
    read = read_folder(
        tmp_path,
        {
            "2023.csv": """
            ref,at
            a,2023-01-01
            """,
            "2024.csv": """
            ref,at
            a,2024-01-01
            b,2024-01-02
            """,
        },
        "".join(
            f"""
            [[source]]
            path = "{year}.csv"
            [[source.interactions]]
            person_ref = "ref"
            agency = {{ const = "police" }}
            started_at = "at"
            """
            for year in (2023, 2024)
        ),
    )
    assert read.rows("source, interaction_id", order="started_at") == [
        "2023.csv:2 | 2023.csv:2",
        "2024.csv:2 | 2024.csv:2",
        "2024.csv:3 | 2024.csv:3",
    ]


def mapped(tmp_path: Path, line: str, calls: str = CALLS) -> Read:
    return read_folder(
        tmp_path,
        {"calls.csv": calls},
        f"""
        [[source]]
        path = "calls.csv"
        [[source.interactions]]
        person_ref = "Case"
        agency = {{ const = "housing" }}
        started_at = "When"
        {line}
        """,
    )


# Formats


def _workbook() -> bytes:
    from datetime import datetime

    book = Workbook()
    book.active.title = "Read me"
    sheet = book.create_sheet("Calls")
    sheet.append(["Case", "When"])
    sheet.append([12, datetime(2024, 1, 3, 9, 0)])
    sheet.append(["0013", datetime(2024, 1, 4, 10, 30)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _zip(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, lines(content))
    return file.getvalue()


def _sqlite(tmp_path: Path) -> bytes:
    path = tmp_path / "made.sqlite"
    con = sqlite3.connect(path)
    con.execute('CREATE TABLE calls ("Case", "When")')
    con.executemany("INSERT INTO calls VALUES (?, ?)", [(12, "2024-01-03 09:00"), ("0013", "2024-01-04 10:30")])
    con.commit()
    con.close()
    return path.read_bytes()


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/"><trace>
<string key="concept:name" value="12"/>
<event><string key="concept:name" value="register"/>
<date key="time:timestamp" value="2024-01-03T09:00:00.000+01:00"/></event>
</trace><trace>
<string key="concept:name" value="0013"/>
<event><string key="concept:name" value="close"/>
<date key="time:timestamp" value="2024-01-04T10:30:00.000+01:00"/></event>
</trace></log>
"""
OCEL = {
    "objects": [{"id": "12", "type": "case"}, {"id": "0013", "type": "case"}],
    "events": [
        {"id": "e1", "type": "register", "time": "2024-01-03T09:00:00Z", "relationships": [{"objectId": "12"}]},
        {"id": "e2", "type": "close", "time": "2024-01-04T10:30:00Z", "relationships": [{"objectId": "0013"}]},
    ],
}
PLAIN = """
    Case;When
    12;2024-01-03 09:00
    0013;2024-01-04 10:30
"""


@pytest.mark.parametrize("kind", ["semicolons", "tabs", "xlsx", "zip", "gz", "sqlite", "xes", "xes.gz", "ocel"])
def test_every_format_reads_to_the_same_rows(tmp_path: Path, kind: str) -> None:
    columns = ("Case", "When")
    more = ""
    match kind:
        case "semicolons":
            path, content = "calls.csv", lines(PLAIN).encode()
        case "tabs":
            path, content = "calls.tsv", lines(PLAIN).replace(";", "\t").encode()
        case "xlsx":
            path, content, more = "calls.xlsx", _workbook(), 'sheet = "Calls"'
        case "zip":
            path, content = "calls.zip/in/calls.csv", _zip("in/calls.csv", PLAIN)
        case "gz":
            path, content = "calls.csv.gz", gzip.compress(lines(PLAIN).encode())
        case "sqlite":
            path, content, more = "calls.sqlite", _sqlite(tmp_path), 'table = "calls"'
        case "xes":
            path, content, columns = "calls.xes", XES.encode(), ("case:concept:name", "time:timestamp")
        case "xes.gz":
            path, content, columns = (
                "calls.xes.gz",
                gzip.compress(XES.encode()),
                ("case:concept:name", "time:timestamp"),
            )
        case _:
            path, content, columns = "calls.jsonocel", json.dumps(OCEL).encode(), ("object:case", "time")
    read = read_folder(
        tmp_path,
        {path.split("/")[0]: content},
        f"""
        [[source]]
        path = "{path}"
        {more}
        [[source.interactions]]
        person_ref = "{columns[0]}"
        agency = {{ const = "housing" }}
        started_at = "{columns[1]}"
        """,
    )
    assert read.rows("person_ref, started_at", order="started_at") == [
        "12 | 2024-01-03 09:00:00",
        "0013 | 2024-01-04 10:30:00",
    ]


CANONICAL_PARQUET = """
    SELECT 'i' || i AS interaction_id, 'P' || i AS person_ref, 'gp' AS agency, 'demand' AS activity,
           TIMESTAMP '2024-01-03 09:00:00' + INTERVAL 1 DAY * i AS started_at, {words} AS words, 1.5::FLOAT AS minutes
    FROM range(3) AS r(i)
"""


@pytest.mark.parametrize(
    ("words", "written"),
    [("I need help", []), (" I need help", ["interactions-1.parquet"])],
    ids=["nothing to mend: shown where it lies", "something to mend: written again"],
)
def test_a_canonical_parquet_file(tmp_path: Path, words: str, written: list[str]) -> None:
    made = tmp_path / "made.parquet"
    duckdb.sql(CANONICAL_PARQUET.format(words=f"'{words}'")).write_parquet(str(made))
    read = read_folder(tmp_path, {"interactions.parquet": made.read_bytes()})
    assert read.rows("interaction_id, ref_key, started_at, date_precision, words, minutes, source") == [
        "i0 | P0 | 2024-01-03 09:00:00 | minute | I need help | 1.5 | interactions.parquet:2",
        "i1 | P1 | 2024-01-04 09:00:00 | minute | I need help | 1.5 | interactions.parquet:3",
        "i2 | P2 | 2024-01-05 09:00:00 | minute | I need help | 1.5 | interactions.parquet:4",
    ]
    assert [path.name for path in (tmp_path / "work").rglob("*.parquet")] == written
    assert read.records.report.used == 3


@pytest.mark.parametrize("clock", ["00:00", "09:15"])
@pytest.mark.parametrize("given", ["NULL", "CASE WHEN i = 0 THEN 'minute' END", "CASE WHEN i = 0 THEN 'day' END"])
def test_how_finely_a_time_is_known_is_the_same_where_it_lies_and_written_again(
    tmp_path: Path, clock: str, given: str
) -> None:
    found = []
    for words in ("I need help", " I need help"):  # the second has to be mended, and is written again
        made = tmp_path / "made.parquet"
        rows = CANONICAL_PARQUET.format(words=f"({given})::VARCHAR AS date_precision, '{words}'").replace(
            "09:00", clock
        )
        duckdb.sql(rows).write_parquet(str(made))
        read = read_folder(tmp_path / f"{len(found)}", {"interactions.parquet": made.read_bytes()})
        filled = read.records.report.filled["interactions.date_precision"]
        found.append((read.rows("started_at, date_precision, started_before"), filled, read.records.report.warnings))
    assert found[0] == found[1]


# What is wrong in a mapping is said in one line


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('words = "Note"', "calls.csv, words: no column 'Note'; expected Notes"),
        (
            'wrods = "Notes"',
            "study.toml: [[source]] calls.csv, [[source.interactions]], wrods: no such key; expected words",
        ),
        (
            'words = { sql = "uper(Notes)" }',
            "study.toml: [[source]] calls.csv, [[source.interactions]], words, sql: uper() is not for mappings"
            " (perhaps you mean upper()); expected functions of texts",
        ),
    ],
)
def test_a_mapping_at_fault(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        mapped(tmp_path, line)
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("sql", "near"),
    [
        ("now()", ""),
        ("md5(Notes)", ""),
        ("levenshtein(Notes, 'a')", ""),
        ("bool_or(true) OVER ()", ""),
        ("lenght(Notes)", "length()"),
        ("row_numbr() OVER ()", "row_number()"),
        ("dense_rnk() OVER ()", "dense_rank()"),
    ],
)
def test_a_name_is_proposed_only_where_it_is_nearly_the_same(sql: str, near: str) -> None:
    with pytest.raises(InputError) as error:
        expression(sql, "words, sql")
    proposed = f" (perhaps you mean {near})" if near else ""
    assert f"is not for mappings{proposed}; expected functions of texts, numbers, times and lists" in str(error.value)


def test_a_mapping_without_what_the_table_needs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"calls\.csv: no column person_ref"):
        read_folder(
            tmp_path,
            {"calls.csv": CALLS},
            """
            [[source]]
            path = "calls.csv"
            [[source.interactions]]
            agency = { const = "housing" }
            started_at = "When"
            """,
        )


def test_postgresql_without_a_server_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_folder(
            tmp_path,
            {},
            """
            [[source]]
            path = "postgresql://nobody:secret@127.0.0.1:1/cases"
            table = "calls"
            [[source.interactions]]
            person_ref = "Case"
            agency = { const = "housing" }
            started_at = "When"
            """,
        )
    assert "127.0.0.1" in str(error.value)
    assert "secret" not in str(error.value)


EVENTS = """
Ref;Type;Urgent
1;Call;yes
2;Visit;no
3;Letter;
4;;yes
"""


@pytest.mark.parametrize(
    ("when", "refs"),
    [
        ('"Type"', ["1", "2", "3"]),
        ('{ column = "Type" }', ["1", "2", "3"]),
        ('{ column = "Type", equals = "Call" }', ["1"]),
        ('{ column = "Type", in = ["Call", "Visit"] }', ["1", "2"]),
        ("{ sql = \"Urgent = 'yes' OR Type = 'Letter'\" }", ["1", "3", "4"]),  # NULL is not true
    ],
)
def test_when_chooses_lines(tmp_path: Path, when: str, refs: list[str]) -> None:
    found = read_folder(
        tmp_path,
        {"events.csv": EVENTS},
        f"""
        [[source]]
        path = "events.csv"
        [[source.interactions]]
        when = {when}
        interaction_id = "Ref"
        person_ref = "Ref"
        agency = {{ const = "gp" }}
        started_at = {{ const = "2024-01-03" }}
        """,
    )
    assert found.rows("interaction_id") == refs
    (file,) = found.records.report.files
    assert (file.rows_in, file.passed_over) == (len(refs), 4 - len(refs))


@pytest.mark.parametrize(
    "when",
    ['{ column = "Type", equals = "Call", in = ["Visit"] }', '{ equals = "Call" }', '{ column = "Type", in = [] }'],
)
def test_when_that_chooses_nothing_clearly(tmp_path: Path, when: str) -> None:
    toml = f"""
        [[source]]
        path = "events.csv"
        [[source.interactions]]
        when = {when}
        """
    with pytest.raises(InputError, match=r"study\.toml: \[\[source\]\] events\.csv, .*, when = .*expected"):
        read_folder(tmp_path, {"events.csv": EVENTS}, toml)


def test_the_rows_of_a_look_up_that_are_of_no_use_are_named(tmp_path: Path) -> None:
    found = read_folder(
        tmp_path,
        {
            "calls.csv": "Ref;Person;Kind\n1;p1;A\n2;p1;B\n3;p2;C",
            "kinds.csv": "Kind;Service\nA;repairs\nB;lettings;oops\n;nothing\nA;again",
        },
        """
        [[source]]
        path = "calls.csv"
        lookup = [ { on = "Kind", file = "kinds.csv" } ]
        [[source.interactions]]
        person_ref = "Person"
        agency = { const = "housing" }
        service = "Service"
        started_at = { const = "2024-01-03" }
        interaction_id = "Ref"
        """,
    )
    assert found.rows("interaction_id, service") == ["1 | repairs", "2 |", "3 |"]
    assert list(found.records.report.warnings) == [
        "kinds.csv, row 3: ragged: more cells than headings; not looked up",
        "kinds.csv, row 4, Kind: blank; 1 such rows are not looked up",
        "kinds.csv, Kind: 1 keys stand on several rows (the first on row 2); the first row of each counts,"
        " 1 rows are not looked up",
        "calls.csv: 2 lines find nothing in kinds.csv by Kind",
    ]


TITLES = """
Ashbrook Homes;;
"Official: personal";;

Ref;Cost;When
a;"1.234,50";3.5.24
b;12,5;14.5.24
c;"1,250";15.5.24
d;£7;16.5.24
"""


@pytest.mark.parametrize("said", ["", "heading_row = 4"])
def test_titles_may_stand_above_the_headings(tmp_path: Path, said: str) -> None:
    text = TITLES.lstrip("\n")
    toml = f"""
        [[source]]
        path = "costs.csv"
        {said}
        [[source.interactions]]
        interaction_id = "Ref"
        person_ref = "Ref"
        agency = {{ const = "housing" }}
        started_at = "When"
        cost = "Cost"
        """
    found = read_folder(tmp_path, {"costs.csv": text.encode()}, toml)
    # a comma before other than three digits is a decimal one
    assert found.rows("interaction_id, cost, source") == [
        "a | 1234.5 | costs.csv:5",
        "b | 12.5 | costs.csv:6",
        "c | 1250.0 | costs.csv:7",
        "d | 7.0 | costs.csv:8",
    ]
    assert "headings in row 4" in found.records.report.files[0].lines()[0]


def test_a_workbook_reads_as_it_is_shown(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Register of May"])
    sheet.append([])
    sheet.append(["Ref", "When", "Day", "Minutes", "Met", "Words"])
    sheet.append(["007", datetime(2024, 1, 3, 9, 30), date(2024, 1, 3), 12.5, True, "two\nlines"])
    sheet.append([8, datetime(2024, 1, 4), date(2024, 1, 4), 3, False, "=1+1"])
    sheet["F5"].data_type = "s"
    file = io.BytesIO()
    book.save(file)
    found = read_folder(
        tmp_path,
        {"book.xlsx": file.getvalue()},
        """
        [[source]]
        path = "book.xlsx"
        [[source.interactions]]
        interaction_id = "Ref"
        person_ref = "Ref"
        agency = { const = "gp" }
        started_at = "When"
        ended_at = "Day"
        minutes = "Minutes"
        need_met = "Met"
        words = "Words"
        """,
    )
    columns = "interaction_id, started_at, ended_at, minutes, need_met, words, source"
    assert found.rows(columns, order="source") == [
        "007 | 2024-01-03 09:30:00 | 2024-01-03 00:00:00 | 12.5 | yes | two\nlines | book.xlsx:4",
        "8 | 2024-01-04 00:00:00 | 2024-01-04 00:00:00 | 3.0 | no | =1+1 | book.xlsx:5",
    ]
