"""Records: a table on a PostgreSQL server as a source; against a real server, which the tests start and stop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from personshaped.errors import InputError
from personshaped.records import databases
from spec.postgresql_server import PASSWORD, Server, binaries, running
from spec.small_folders import Read, read_folder

psycopg = pytest.importorskip("psycopg", reason="needs the extra personshaped[postgresql]")
pytestmark = pytest.mark.postgresql

CALLS = """
CREATE SCHEMA council;
CREATE TABLE council.calls (
    id int, "Tenant" varchar, at timestamptz, day date, said text, minutes numeric(6,2), met boolean, about text[]);
INSERT INTO council.calls VALUES
    (1, 'T-007', '2024-01-03 09:30+00', '2024-01-03', 'My roof, again', 12.50, false, ARRAY['damp', 'repairs']),
    (2, 'NA', '2024-07-03 09:30:15+01', '2024-07-03', NULL, NULL, NULL, NULL),
    (3, 'T-007', 'infinity', NULL, '', 3, true, '{}');
CREATE VIEW council.answered AS SELECT * FROM council.calls WHERE said IS NOT NULL;
ALTER DATABASE postgres SET timezone TO 'Europe/London';
ALTER DATABASE postgres SET datestyle TO 'SQL, DMY';
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        pytest.skip("needs PostgreSQL's server (initdb, pg_ctl)")
    with running(programs) as found:
        with psycopg.connect(found.url(), autocommit=True) as con:
            con.execute(CALLS)
        yield found


def read_table(tmp_path: Path, url: str, table: str = "council.calls") -> Read:
    return read_folder(
        tmp_path,
        {},
        f"""
        [[source]]
        path = "{url}"
        table = "{table}"
        [[source.interactions]]
        interaction_id = "id"
        person_ref = "Tenant"
        agency = {{ const = "council" }}
        started_at = "at"
        words = "said"
        minutes = "minutes"
        need_met = "met"
        issue = "about"
        """,
    )


def test_a_table_is_read_as_it_stands_on_the_server(server: Server, tmp_path: Path) -> None:
    found = read_table(tmp_path, server.url())
    # times with a zone read as the clock of the database showed them; what is NULL there is not known here
    assert found.rows("interaction_id, ref_key, started_at, words, minutes, need_met, issue") == [
        "1 | T-007 | 2024-01-03 09:30:00 | My roof, again | 12.5 | no | damp;repairs",
        "2 | NA | 2024-07-03 09:30:15 |  |  |  |",
    ]
    (aside,) = found.records.report.files[0].examples
    assert (aside.row, aside.column, aside.reason) == (4, "started_at", '"infinity" is not a possible time')


def test_a_view_is_a_table_too(server: Server, tmp_path: Path) -> None:
    assert read_table(tmp_path, server.url(), "council.answered").rows("interaction_id") == ["1"]


def test_rows_come_a_few_thousand_at_a_time(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as con:
        con.execute("CREATE TABLE many AS SELECT n, repeat('x', 1000) AS text FROM generate_series(1, 30000) AS n")
    rows = databases.postgresql(server.url(), "many", "many")
    assert next(rows) == ["n", "text"]
    assert next(rows)[0] == 1
    with psycopg.connect(server.url(), autocommit=True) as con:
        # the query is still open on the server: only its first rows have left it
        (open_cursors,) = con.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE 'FETCH%'"
        ).fetchone()
    assert open_cursors == 1
    assert sum(1 for _ in rows) == 29_999


@pytest.mark.parametrize(
    ("table", "password", "says"),
    [
        ("council.nothing", PASSWORD, 'relation "council.nothing" does not exist'),
        ("", PASSWORD, "does not say which table"),
        ("council.calls", "Wrong-Canary-Secret", "password authentication failed"),
        ("council.calls", "Canary-Secret%zz", "its address cannot be read"),
    ],
)
def test_what_goes_wrong_is_one_line_without_the_password(
    server: Server, tmp_path: Path, table: str, password: str, says: str
) -> None:
    toml = read_table
    with pytest.raises(InputError) as error:
        toml(tmp_path, server.url(password), table) if table else read_untold(tmp_path, server.url(password))
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert "Canary" not in str(error.value)


def read_untold(tmp_path: Path, url: str) -> Read:
    source = f'[[source]]\npath = "{url}"\n[[source.people]]\nperson_ref = "Tenant"\nagency = {{ const = "council" }}\n'
    return read_folder(tmp_path, {}, source)


def test_the_password_is_in_no_report(server: Server, tmp_path: Path) -> None:
    found = read_table(tmp_path, server.url())
    said = json.dumps(found.records.report.as_json()) + "\n".join(found.records.report.lines())
    assert "Canary" not in said
    assert found.rows("DISTINCT regexp_replace(source, ':[0-9]+$', '')", order="1") == ["/postgres"]
