"""Fifty colleagues at once: `load.py [MINUTES] [PEOPLE] [DATABASE_URL]` serves a folder of its own and works in it.

Without a database it is SQLite; one that is named must be empty.

Each signs in, begins a story, and then opens pages, writes visits and needs and asks whether things are sorted, with a
pause of one to three seconds between. Prints requests, errors and times by page.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from team.served import Browser, Served, story

Seen = dict[str, list[tuple[float, bool]]]


def colleague(number: int, served: Served, until: float, seen: Seen) -> None:
    """One person's work until the time is up."""
    chance, browser = random.Random(number), Browser(served.port)
    where = ""

    def go(page: str, at: str, **sent: str) -> str:
        begun, text, status = time.perf_counter(), "", 0
        with suppress(OSError):
            status, text, _ = browser.get(at, **sent)
        seen[page].append((time.perf_counter() - begun, status != 200))
        return text

    time.sleep(chance.random() * 30)
    begun = time.perf_counter()
    try:
        browser.sign_in(f"colleague{number}")
        where = story(browser, f"Person {number}", "I want my own front door.")
        seen["sign in, begin a story"].append((time.perf_counter() - begun, not where.startswith("/story/")))
    except (OSError, AssertionError):
        seen["sign in, begin a story"].append((time.perf_counter() - begun, True))
        return
    while time.time() < until:
        time.sleep(1 + 2 * chance.random())
        what = chance.random()
        if what < 0.3:
            go("home", "/")
        elif what < 0.55:
            go("a story", where)
        elif what < 0.7:
            go("write a visit, see the story", f"{where}visit/", text=f"She was painting. ‘It’s for the boy’ {what}.")
        elif what < 0.8:
            go("hear a need, see the story", f"{where}need/", words="They’ve stopped his money")
        elif what < 0.87:
            page = go("a story", where)
            if need := re.search(rf"{where}need/(\d+)/", page):
                go("has it been sorted?", f"{where}need/{need[1]}/", said="not_yet", words="Not yet")
        elif what < 0.93:
            go("their whole record", f"{where}record/")
        else:
            go("what is in our way", "/in-the-way/")


ACCOUNTS = """
import sys, django; django.setup()
from personshaped.team.accounts.models import User
word = User.objects.get(username="sam").password
names = [f"colleague{n}" for n in range(int(sys.argv[1]))]
User.objects.bulk_create(User(username=name, called=name, role="member", password=word) for name in names)
"""
"""An account for each, with the practice team's password."""


def accounts(served: Served, people: int) -> None:
    """Makes them in the folder that is served."""
    env = served.env | {
        "PERSONSHAPED_KEEP": str(served.folder / ".private" / "team"),
        "DJANGO_SETTINGS_MODULE": "personshaped.team.site.settings",
    }
    subprocess.run([sys.executable, "-c", ACCOUNTS, str(people)], env=env, check=True)


def main() -> None:
    """Serves, works, and prints."""
    minutes, people = float((sys.argv[1:] or ["3"])[0]), int((sys.argv[2:] or ["50"])[0])
    with tempfile.TemporaryDirectory() as place:
        served = Served(Path(place) / "town", Path(place) / "log", (sys.argv[3:] or [""])[0]).start()
        accounts(served, people)
        seen: Seen = defaultdict(list)
        until = time.time() + 60 * minutes
        threads = [threading.Thread(target=colleague, args=(n, served, until, seen)) for n in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        served.kill()
        if said := served.log.read_text(errors="replace").strip().splitlines()[3:]:
            print("The log ends:", *said[-12:], sep="\n")
    print(f"{people} people, {minutes:g} minutes")
    for page, all_of_it in [*sorted(seen.items()), ("all", [one for some in seen.values() for one in some])]:
        times = np.array([took for took, _ in all_of_it]) * 1000
        errors = sum(wrong for _, wrong in all_of_it)
        middle, most, nearly = np.percentile(times, [50, 95, 99])
        print(f"{page:32}{len(times):7} requests {errors:3} errors {middle:7.0f} {most:7.0f} {nearly:7.0f} ms")


if __name__ == "__main__":
    main()
