"""Killed while it writes: what was acknowledged is there, the trail is whole, and the next start goes on.

Several processes write at once, as gunicorn's do. Twice in an ordinary run; `PERSONSHAPED_KILLS=200` for the whole.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.team
KILLS = int(os.environ.get("PERSONSHAPED_KILLS", "2"))
BEGIN = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from personshaped.team.accounts.models import User
from personshaped.team.people import actions
sam = User.objects.create(username="sam", called="Sam")
actions.begin_story(by=sam, called="Family", matters="To move away")
"""
WRITE = """
import sys
import django; django.setup()
from personshaped.team.accounts.models import User
from personshaped.team.people.models import Person
from personshaped.team.visits import actions
sam, person = User.objects.get(), Person.objects.get()
while True:
    print(actions.add_visit(by=sam, person=person, text="What they said").pk, flush=True)
"""
CHECK = """
import django; django.setup()
from personshaped.team.audit import trail
from personshaped.team.audit.models import Entry
from personshaped.team.visits.models import Visit
print(trail.verify(), Entry.objects.filter(verb="added a visit").count() == Visit.objects.count())
print(*Visit.objects.values_list("pk", flat=True))
"""


def environment(keep: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PERSONSHAPED_STUDY")}
    return kept | {"PERSONSHAPED_KEEP": str(keep), "DJANGO_SETTINGS_MODULE": "personshaped.team.site.settings"}


def told(keep: Path, script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(keep), capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_what_was_acknowledged_is_there_after_every_kill(tmp_path: Path) -> None:
    told(tmp_path, BEGIN)
    chance, acknowledged = random.Random(7), set()
    for _ in range(KILLS):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITE], env=environment(tmp_path), stdout=subprocess.PIPE, text=True
            )
            for _ in range(3)
        ]
        for one in writers:
            assert one.stdout is not None
            acknowledged.add(int(one.stdout.readline()))
        time.sleep(chance.random() / 5)
        for one in writers:
            one.kill()
        for one in writers:
            rest, _ = one.communicate()
            acknowledged |= {int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")}
        state, there = told(tmp_path, CHECK)
        assert state == "None True", state
        assert acknowledged <= {int(pk) for pk in there.split()}
