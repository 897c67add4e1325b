"""Starting the application on one machine: database, first account, server; and a practice team of invented people."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from personshaped.errors import UsageError
from personshaped.records import open_folder

PRACTICE_TEAM = (
    ("sam", "Sam", "member", "housing"),
    ("asha", "Asha", "member", "family support"),
    ("priya", "Priya", "expert", "benefits"),
    ("len", "Len", "expert", "debt"),
    ("mark", "Mark", "analyst", ""),
    ("joan", "Joan", "leader", ""),
    ("gita", "Gita", "guardian", ""),
    ("lee", "Lee", "keeper", ""),
)
PRACTICE_WORD = "practice makes kind"
"""The password of everyone in the practice team; the people are invented, and so is the team."""


def prepare(folder: Path, keep: Path | None, practice: bool, over_http: bool) -> None:
    """Sets the environment, starts Django, brings the database up to date and gathers the static files."""
    if practice and open_folder(folder).lawful.personal_data and (folder / "study.toml").exists():
        raise UsageError(f"--practice: {folder} holds personal data; practice is for invented people only")
    if practice:
        os.environ["PERSONSHAPED_PRACTICE"] = "1"
    if over_http:
        os.environ["PERSONSHAPED_HTTP"] = "1"
    _start(folder, keep)
    from django.conf import settings
    from django.core.management import call_command

    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)


def _start(folder: Path, keep: Path | None) -> None:
    os.umask(0o077)  # what the application keeps is for its owner alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personshaped.team.site.settings")
    os.environ["PERSONSHAPED_STUDY"] = str(folder.resolve())
    if keep is not None:
        os.environ["PERSONSHAPED_KEEP"] = str(keep.resolve())
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from personshaped.team.site.erasing import erase_again

    erase_again()  # a database brought back from a backup


def export_source(folder: Path, keep: Path | None, into: Path) -> dict[str, int]:
    """What the team recorded, written as a source folder; rows by file. The export is a line in the trail."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    _start(folder, keep)
    from django.db import transaction

    from personshaped.team.audit import trail
    from personshaped.team.site.source import write_source

    with transaction.atomic():
        trail.record(by=None, verb="exported as a source")
        return write_source(into)


def first_account(ask: Callable[[str], str] | None) -> tuple[str, str] | None:
    """Makes the first account where there is none, and returns its name and password; `ask` asks for the name.

    The first account keeps the accounts: it makes the others, and sees no one's story.
    """
    from personshaped.team.accounts.models import User

    if User.objects.exists():
        return None
    called = (ask("Your name, for the first account (it keeps the others): ") if ask else "").strip() or "keeper"
    word = "-".join(secrets.token_hex(2) for _ in range(4))
    user = User(username=called.lower().replace(" ", "."), called=called, role="keeper")
    user.set_password(word)
    user.save()
    return user.username, word


def practice_team() -> list[str]:
    """The invented colleagues, made once; their names to sign in with."""
    from personshaped.team.accounts.models import User

    for username, called, role, expertise in PRACTICE_TEAM:
        user, made = User.objects.get_or_create(
            username=username,
            defaults={"called": called, "role": role, "expertise": expertise},
        )
        if made:
            user.set_password(PRACTICE_WORD)
            user.save()
    return [username for username, *_ in PRACTICE_TEAM]


def run(port: int, workers: int) -> None:
    """Serves until it is stopped, to this machine alone; a reverse proxy stands before it in a service.

    This process becomes the server: forked from one in which databases and threads are open, its workers could not end.
    It runs in the folder where the application keeps its things, and takes nothing from the environment: gunicorn reads
    a configuration, which is Python, from where it is started, and that may be a folder of agencies' files.
    """
    from django.conf import settings

    os.environ["PERSONSHAPED_KEEP"] = str(Path(settings.KEEP).resolve())
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    os.chdir(settings.KEEP)
    asked = ("--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", "4", "--log-level", "warning")
    command = [sys.executable, "-P", "-m", "gunicorn", "personshaped.team.site.wsgi:application", *asked]
    sys.stdout.flush()
    os.execv(sys.executable, command)
