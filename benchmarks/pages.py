"""The application's pages, timed at the server: `pages.py FOLDER [TIMES] [DATABASE_URL|postgresql]`, a finished study.

Serves the folder with one process and opens every page of the picture, the figures, the rows behind two of them, the
story of whoever has most of them, and what stands in the menu of each role. Prints the first opening after the start,
and the middle and longest of TIMES (7) more, in milliseconds; then what the server worked for them (processor time, all
its threads: what a page costs on a machine that is busy with other things). Says what is over the 300 ms wanted.

Without a database it is SQLite; one that is named must be empty; `postgresql` starts a server for the time. Where the
study's data are personal the identities are sealed, nobody practises, and each signs in with a second factor.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from personshaped.records import open_folder
from spec.postgresql_server import binaries, running
from team.served import WORD, Browser, Served, story

WANTED = 300
SECRET = "JBSWY3DPEHPK3PXP"
TEAM = f"""
import django; django.setup()
from allauth.mfa.totp.internal.auth import TOTP
from personshaped.team.accounts.models import User
from personshaped.team.site.serving import PRACTICE_TEAM
for username, called, role, expertise in PRACTICE_TEAM:
    user = User(username=username, called=called, role=role, expertise=expertise)
    user.set_password({WORD!r})
    user.save()
    TOTP.activate(user, {SECRET!r})
"""
"""The practice team as colleagues of a service, each with a second factor."""
KNOWN = """
import sys, django; django.setup()
from personshaped.team.people.models import Person
Person.objects.filter(address=sys.argv[1]).update(study_person=sys.argv[2])
"""
"""A story is that of somebody whom the study knows."""


def narrowed(folder: Path) -> list[str]:
    """A query for each filter: the area, agency, month and issue with most rows."""
    tables = folder / "findings" / "tables"
    found = []
    for name, table, group in (
        ("area", "persons", "area"),
        ("agency", "interactions", "agency"),
        ("period", "interactions", "strftime(started_at, '%Y-%m')"),
        ("issue", "interactions", "split_part(issue, ';', 1)"),
    ):
        sql = f"SELECT {group} AS one FROM '{tables / table}.parquet' WHERE one <> '' GROUP BY 1 ORDER BY count(*) DESC"
        if row := duckdb.sql(f"{sql} LIMIT 1").fetchone():
            found.append(urlencode({name: row[0]}))
    return found


def longest(folder: Path) -> str:
    """The person with most rows."""
    sql = f"SELECT person_id FROM '{folder}/findings/tables/persons.parquet' ORDER BY interactions DESC, 1 LIMIT 1"
    row = duckdb.sql(sql).fetchone()
    return str(row[0]) if row else ""


def addresses(browser: Browser, folder: Path, theirs: str) -> Iterator[tuple[str, str]]:
    """What each page is, and where."""
    _, text, _ = browser.get("/picture/")
    filters = narrowed(folder)
    for page in dict.fromkeys(re.findall(r'"/picture/page/([\w-]+)/', text)):
        yield f"page {page}", f"/picture/page/{page}/"
    for one in filters:
        yield f"page asked, {one}", f"/picture/page/asked/?{one}"
    _, text, _ = browser.get("/picture/page/asked/")
    if chart := re.search(r"/picture/chart/([\w-]+)", text):
        yield "a chart alone", f"/picture/chart/{chart[1]}/"
        yield "a chart as SVG", f"/picture/chart/{chart[1]}.svg"
    yield "figures", "/picture/figures/"
    yield "figures, " + filters[0], f"/picture/figures/?{filters[0]}"
    for name in ("demands", "failure_demand_share"):
        yield f"figure {name}", f"/picture/figures/{name}/"
        yield f"rows of {name}", f"/picture/figures/{name}/rows/"
        yield f"rows of {name}, later", f"/picture/figures/{name}/rows/?from=20000"
        for one in (*filters, "&".join(filters)):
            yield f"rows of {name}, {one}", f"/picture/figures/{name}/rows/?{one}"
    yield "the longest story", theirs
    yield "the same from the study", f"{theirs}records/"


def in_the_menu(browser: Browser, look: Look) -> list[str]:
    """Where one's menu leads, and the pages that those lead to in turn, one of each kind; each opened on the way."""
    _, home, _ = browser.get("/")
    found = dict.fromkeys(re.findall(r'href="(/[^"]*)"', home.partition("<nav")[2].partition("</nav>")[0]))
    for where in [*found]:
        for further in re.findall(r'href="(/[^"?#]*)', look(browser, where).partition("<main")[2]):
            kind = re.sub(r"/(\d+|[\w-]{12})/", "/…/", further)
            if not further.startswith(("/picture/", "/static/", "/sign-in/", "/keep/")):
                found.setdefault(
                    next((one for one in found if re.sub(r"/(\d+|[\w-]{12})/", "/…/", one) == kind), further)
                )
    return [one for one in found if one != "/picture/"]


Look = Callable[[Browser, str], str]
"""Opens a page, keeps how long it took, gives its text."""
ROLES = ("sam", "priya", "joan", "mark", "gita", "lee")
"""One of the practice team for each role."""


def code_of_now() -> str:
    """What an authenticator on a phone would show (RFC 6238)."""
    told = hmac.new(base64.b32decode(SECRET), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = told[-1] & 15
    return f"{(struct.unpack('>I', told[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def timed(served: Served, keep: Path, times: int, personal: bool) -> int:
    """Opens every address and prints its times; how many are over what is wanted."""
    env = served.env | {
        "PERSONSHAPED_KEEP": str(keep),
        "DJANGO_SETTINGS_MODULE": "personshaped.team.site.settings",
    }
    if personal:
        subprocess.run([sys.executable, "-c", TEAM], env=env, check=True)

    def signed_in(who: str) -> Browser:
        browser = Browser(served.port)
        browser.sign_in(who, code_of_now() if personal else "")
        return browser

    browser = signed_in("sam")
    theirs = story(browser, "The longest", "I want to be left alone.")
    address = theirs.strip("/").split("/")[-1]
    subprocess.run([sys.executable, "-c", KNOWN, address, longest(served.folder)], env=env, check=True)
    seen: dict[tuple[Browser, str], list[tuple[float, float]]] = {}

    def look(browser: Browser, where: str) -> str:
        begun, worked = time.perf_counter(), work(served)
        status, text, _ = browser.get(where)
        assert status == 200, (where, status)
        took = (time.perf_counter() - begun) * 1000, work(served) - worked
        seen.setdefault((browser, where), []).append(took)
        return text

    over, pages = 0, [(browser, what, where) for what, where in addresses(browser, served.folder, theirs)]
    for who in ROLES:
        theirs_too = browser if who == "sam" else signed_in(who)  # no code is taken twice
        pages += [(theirs_too, f"{who}: {where}", where) for where in in_the_menu(theirs_too, look)]
    print(f"{'':60}{'first':>7}{'middle':>7}{'longest':>8} ms, worked {'first':>6}{'middle':>7} ms")
    for browser, what, where in pages:
        for _ in range(times + 1):
            text = look(browser, where)
        took = np.array(seen[browser, where])
        first, middle, most = took[0], np.median(took[1:], axis=0), took[1:].max(axis=0)
        over += bool(middle[0] > WANTED)
        print(
            f"{what[:60]:60}{first[0]:7.0f}{middle[0]:7.0f}{most[0]:8.0f} ms{first[1]:14.0f}{middle[1]:7.0f} ms"
            f"{len(text) / 1000:7.0f} kB{'  over' if max(first[0], middle[0]) > WANTED else ''}",
            flush=True,
        )
    return over


def work(served: Served) -> float:
    """Milliseconds of processor time of the server and its workers so far."""
    assert served.process is not None
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = stat.read_text().rpartition(") ")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(parts[2]) == served.process.pid:  # its process group
            ticks += int(parts[11]) + int(parts[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Serves, opens, prints."""
    folder, times, database = Path(sys.argv[1]).resolve(), int((sys.argv[2:] or ["7"])[0]), "".join(sys.argv[3:])
    personal = open_folder(folder).lawful.personal_data
    with ExitStack() as held:
        if database == "postgresql":
            programs = binaries()
            if programs is None:
                sys.exit("needs PostgreSQL's server (initdb, pg_ctl)")
            database = held.enter_context(running(programs)).url().replace("?host=/", "?host=%2F", 1)
        place = Path(held.enter_context(tempfile.TemporaryDirectory()))
        keep = place / "team"
        served = Served(folder, place / "log", database, keep, workers=1, practice=not personal).start()
        held.callback(served.kill)
        kind = "PostgreSQL" if database else "SQLite"
        print(f"{kind}, identities {'sealed' if personal else 'in the clear (nobody is real)'}")
        over = timed(served, keep, times, personal)
    print(f"Over {WANTED} ms in the middle: {over}")


if __name__ == "__main__":
    main()
