"""The application as it is served: a hundred at once, killed while it writes, brought back, and searched for names."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from personshaped.study import keeping
from personshaped.team.site import serving
from team.served import Browser, Served, story

pytestmark = pytest.mark.team
KILLS = int(os.environ.get("PERSONSHAPED_KILLS", "2"))
AT_ONCE = 100
CANARY = "Quillfeather"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """In a folder of its own; on PostgreSQL where the tests are run on it."""
    database = ""
    if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        import psycopg

        server = os.environ["DATABASE_URL"]
        with psycopg.connect(server.replace("host=%2F", "host=/"), autocommit=True) as con:
            con.execute(f"CREATE DATABASE served_{os.getpid()}_{time.time_ns()}")
            name = con.execute("SELECT datname FROM pg_database ORDER BY oid DESC LIMIT 1").fetchone()[0]  # type: ignore[index]
        database = server.replace("/postgres?", f"/{name}?")
    one = Served(tmp_path / "town", tmp_path / "log", database).start()
    yield one
    one.kill()


Rows = dict[str, list[tuple[Any, ...]]]


def rows(database: Path) -> Rows:
    """Every row of every table, as it stands."""
    con = sqlite3.connect(database)
    names = [one for (one,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: sorted(con.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}
    con.close()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the database's own."""
    found = {one.relative_to(folder).as_posix(): one for one in folder.rglob("*") if one.is_file()}
    return {name: one.read_bytes() for name, one in found.items() if "team.sqlite3" not in name}


def test_of_a_hundred_who_write_at_once_one_is_kept_and_none_is_lost(served: Served) -> None:
    sam = Browser(served.port)
    sam.sign_in("sam")
    where = story(sam, "Jan", "I want my own front door.") + "matters/"
    ready = threading.Barrier(AT_ONCE)

    def write(number: int) -> tuple[str, str]:
        one = Browser(served.port)
        for cookie in sam.jar:
            one.jar.set_cookie(cookie)
        ready.wait()
        status, page, url = one.get(where, matters=f"Text of writer {number}.", version="1")
        assert status == 200
        return url, page

    with ThreadPoolExecutor(AT_ONCE) as many:
        answers = list(many.map(write, range(AT_ONCE)))
    won = [n for n, (url, _) in enumerate(answers) if not url.endswith("matters/")]
    assert len(won) == 1
    for n, (_, page) in enumerate(answers):
        if n != won[0]:
            assert "Someone else wrote here too" in page
            assert f"Text of writer {won[0]}." in page
            assert f"Text of writer {n}." in page


def test_killed_while_it_writes_nothing_acknowledged_is_lost(served: Served) -> None:
    """Twice in an ordinary run; `PERSONSHAPED_KILLS=60` for the whole."""
    browser = Browser(served.port)
    browser.sign_in("sam")
    where, chance, acknowledged = story(browser, "Jan", "My own door."), random.Random(7), set[str]()

    def write(number: int) -> None:
        one = Browser(served.port)
        for cookie in browser.jar:
            one.jar.set_cookie(cookie)
        for at in range(10_000):
            text = f"visit {number} {at} {time.time_ns()}."
            try:
                status, _, _ = one.get(f"{where}visit/", text=text)
            except OSError:
                return
            if status == 200:
                acknowledged.add(text)

    for round_ in range(KILLS):
        writers = [threading.Thread(target=write, args=(n + 10 * round_,)) for n in range(3)]
        for thread in writers:
            thread.start()
        time.sleep(0.5 + chance.random())
        served.kill()
        for thread in writers:
            thread.join()
        served.start()
    browser = Browser(served.port)
    browser.sign_in("sam")
    page = browser.get(f"{where}record/")[1]
    assert len(acknowledged) > KILLS
    assert not [text for text in acknowledged if text not in page]
    gita = Browser(served.port)
    gita.sign_in("gita")
    assert "Whole: every line follows" in gita.get("/trail/?verify=1")[1]


def test_a_backup_comes_back_whole_and_who_was_erased_stays_erased(served: Served, tmp_path: Path) -> None:
    """Made while the application serves; the erasure comes after it."""
    if os.environ.get("DATABASE_URL"):
        pytest.skip("`personshaped backup` keeps SQLite; a PostgreSQL database has its own")
    sam, gita = Browser(served.port), Browser(served.port)
    sam.sign_in("sam")
    gita.sign_in("gita")
    where, jan = story(sam, CANARY, "I want to move."), story(sam, "Jan", "My own door.")
    for n in range(20):
        sam.get(f"{where}visit/", text=f"Visit {n}. ‘It’s for the boy.’")
    sam.get(f"{jan}visit/", text="‘Nobody ever rang me back.’")
    sam.get(f"{jan}need/", words="A door that locks")
    keep, archive = served.folder / ".private" / "team", tmp_path / "town.sealed"
    recording = keep / "recordings" / "said"
    recording.parent.mkdir(exist_ok=True)
    recording.write_bytes(b"OggS sound")
    before, beside = rows(keep / "team.sqlite3"), files(served.folder)
    keeping.backup(served.folder, archive)
    gita.get(f"{where}erase/", sure="yes")
    keeping.restore(archive, tmp_path / "back", served.folder / ".private" / "key")
    # then every row of every table and every other file is as it was: people, words, the trail and its head
    back = tmp_path / "back" / ".private" / "team"
    assert rows(back / "team.sqlite3") == before
    assert len(before["visits_visit"]) == 21
    assert len(before["audit_entry"]) > 21
    restored = files(tmp_path / "back")
    erased = ".private/team/erased.txt"
    assert {name: restored.get(name) for name in beside if name != erased} == {
        name: held for name, held in beside.items() if name != erased
    }
    assert {".private/team/audit.head", ".private/team/recordings/said"} <= set(restored)
    assert CANARY.encode() not in archive.read_bytes()
    again = Served(tmp_path / "back", tmp_path / "log2").start()
    try:
        after = rows(back / "team.sqlite3")
        assert len(after["people_person"]) == len(before["people_person"]) - 1
        assert len(after["visits_visit"]) == 1
        # and whoever works with somebody reads their words again, and goes on writing
        sam = Browser(again.port)
        sam.sign_in("sam")
        page = sam.get(jan)[1]
        assert [
            one for one in ("My own door.", "Nobody ever rang me back.", "A door that locks") if one not in page
        ] == []
        sam.get(f"{jan}visit/", text="The lock is on.")
        assert "The lock is on." in sam.get(jan)[1]
        gita = Browser(again.port)
        gita.sign_in("gita")
        assert gita.get(where)[0] == 403
        assert "Whole: every line follows" in gita.get("/trail/?verify=1")[1]
    finally:
        again.kill()


def test_names_stand_in_the_database_and_nowhere_else(served: Served, tmp_path: Path) -> None:
    """Not in the log, the trail, an error page, an export or any other file; the database's own files hold them."""
    sam = Browser(served.port)
    sam.sign_in("sam")
    where = story(sam, f"{CANARY} Ashgrove", "I want to move.")
    sam.get(f"{where}about/", lives_at=f"{CANARY} Street 4", phone="07700 900461", version="1")
    sam.get(f"{where}around/", called=f"{CANARY} Junior", is_to_them="her son")
    pages = [sam.get(one)[1] for one in (f"/story/{CANARY}/", "/no/such/page/", f"{where}visit/999/")]
    sam.get(f"/?q={CANARY}")
    stranger = Browser(served.port)
    stranger.sign_in("asha")
    pages.append(stranger.get(where)[1])
    stranger.get("/begin/", called=f"{CANARY} Ashgrove", matters="x")
    gita = Browser(served.port)
    gita.sign_in("gita")
    pages.append(gita.get("/trail/")[1])
    assert not [page for page in pages[1:] if CANARY in page]
    held = [one for one in served.folder.rglob("*") if one.is_file() and CANARY.encode() in one.read_bytes()]
    assert {one.name for one in held} <= {"team.sqlite3", "team.sqlite3-wal"}
    assert f"{CANARY} " not in (tmp_path / "log").read_text()


def test_where_the_head_of_the_trail_cannot_be_kept_nothing_is_shown(served: Served) -> None:
    """Its file may be gone, full or read-only: nobody looks until it can be kept again, and then the trail is whole."""
    sam = Browser(served.port)
    sam.sign_in("sam")
    where = story(sam, CANARY, "I want to move.")
    half = next(served.folder.rglob("audit.head")).with_suffix(".half")
    half.mkdir()  # where the next head is written before it takes the place of the last
    status, page, _ = sam.get(where)
    assert status == 500
    assert CANARY not in page
    half.rmdir()
    assert CANARY in sam.get(where)[1]
    gita = Browser(served.port)
    gita.sign_in("gita")
    assert "Whole: every line follows" in gita.get("/trail/?verify=yes")[1]


def test_the_server_reads_no_configuration_from_the_folder_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Given a study folder with a gunicorn.conf.py among agencies' files, its Python is not run."""
    (tmp_path / "gunicorn.conf.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PERSONSHAPED_KEEP", "kept-elsewhere")
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--config gunicorn.conf.py")
    began: list[Path] = []
    monkeypatch.setattr(os, "execv", lambda *_: began.append(Path.cwd()))
    serving.run(8765, 1)
    assert began == [Path(settings.KEEP).resolve()]
    assert "GUNICORN_CMD_ARGS" not in os.environ
