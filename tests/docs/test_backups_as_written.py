"""The page on running a service is followed to the letter where it tells of backups: what it says to type is typed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from spec.postgresql_server import PASSWORD, binaries, running

pytestmark = [pytest.mark.team, pytest.mark.postgresql]
PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "run-as-a-service.md").read_text(encoding="utf-8")
BACKUP, RESTORE = re.findall(r"```\n(.*?)```", PAGE.partition("\n## Backups\n")[2], re.DOTALL)
BEGIN = """
from allauth.mfa.totp.internal.auth import TOTP
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from personshaped.team.accounts.models import User
from personshaped.team.people import actions
from personshaped.team.visits import actions as visiting
sam = User.objects.create(username="sam", called="Sam")
TOTP.activate(sam, "JBSWY3DPEHPK3PXP")
for called in ("Stays", "Erased later"):
    person = actions.begin_story(by=sam, called=called, matters="To move away")
    visit = visiting.add_visit(by=sam, person=person, text="They said ‘yes’")
    visiting.attach(by=sam, visit=visit, given=SimpleUploadedFile("a", b"OggS sound"), kind="audio/ogg")
"""
ERASE = """
from personshaped.team.people.models import Person
from personshaped.team.site.erasing import erase
erase(Person.objects.get(called="Erased later"))
"""
START = "import personshaped.team.site.wsgi\n"
TELL = """
import json
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.apps import apps
from django.conf import settings
from personshaped.team.audit import trail
rows = {one._meta.label: one._default_manager.count() for one in apps.get_models()}
sound = sorted(one.read_bytes().decode() for one in (settings.KEEP / "recordings").iterdir())
secret = decrypt(Authenticator.objects.get().data["secret"])
from personshaped.team.people.models import Person
names = [*Person.objects.values_list("called", flat=True)]
print(json.dumps({"rows": rows, "sound": sound, "secret": secret, "fault": str(trail.verify()), "names": names}))
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a service: a database of its own on PostgreSQL, a folder of its own."""
    programs = binaries()
    if programs is None:
        pytest.skip("needs PostgreSQL's server (initdb, pg_ctl)")
    with running(programs) as server:
        env = {name: told for name, told in os.environ.items() if not name.startswith(("PERSONSHAPED_", "DATABASE"))}
        env |= {
            "PGHOST": str(server.folder), "PGUSER": "postgres", "PGPASSWORD": PASSWORD,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "DATABASE_URL": f"postgresql://postgres:{PASSWORD}@/team?host={str(server.folder).replace('/', '%2F')}",
            "PERSONSHAPED_KEEP": str(tmp_path / "keep"), "DJANGO_SETTINGS_MODULE": "personshaped.team.site.settings",
        }  # fmt: skip
        (tmp_path / "elsewhere").mkdir()
        typed("createuser team\ncreatedb --owner team team\n", env, tmp_path)
        yield env


def typed(block: str, env: dict[str, str], place: Path) -> None:
    """The lines as they stand, with the page's made-up folders in a place of our own."""
    block = re.sub(r"(?<=[\s=])/(backup|elsewhere|newest)\b", rf"{place}/\1", block)
    subprocess.run(["bash", "-e", "-c", block], env=env, check=True, cwd=place, capture_output=True)


def run(script: str, env: dict[str, str]) -> str:
    """Python inside the application."""
    asked = [sys.executable, "-c", f"import django; django.setup()\n{script}"]
    return subprocess.run(asked, env=env, check=True, capture_output=True, text=True).stdout


def test_what_the_page_says_to_type_keeps_and_brings_back_all_but_whoever_was_erased_since(
    service: dict[str, str], tmp_path: Path
) -> None:
    # given a service at work, backed up as the page says; the keys lie elsewhere
    run(BEGIN, service)
    before = json.loads(run(TELL, service))
    typed(BACKUP, service, tmp_path)
    assert {one.name for one in (tmp_path / "elsewhere").iterdir()} == {"audit.key", "second_factor.key"}
    assert not [*(tmp_path / "backup" / "keep").glob("audit.key")]
    # when somebody is erased, the machine is lost, and all is brought back as the page says
    run(ERASE, service)
    shutil.move(service["PERSONSHAPED_KEEP"], tmp_path / "newest")
    typed("dropdb team\n", service, tmp_path)
    typed(RESTORE, service, tmp_path)
    after = json.loads(run(TELL, service))
    # then before it starts every row and file is as it was, the second factor too, and the trail is whole
    assert after == before
    assert (after["fault"], after["secret"], len(after["sound"])) == ("None", "JBSWY3DPEHPK3PXP", 2)
    assert after["rows"]["visits.Visit"] == 2
    # and once it has started whoever was erased since is gone again, their recording too
    run(START, service)
    started = json.loads(run(TELL, service))
    assert started["names"] == ["Stays"]
    assert (started["rows"]["visits.Visit"], len(started["sound"]), started["fault"]) == (1, 1, "None")
