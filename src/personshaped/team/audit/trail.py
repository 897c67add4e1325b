"""Writing the trail and checking it.

Each line carries an HMAC over itself and the line before, with a key that the database never sees; the number of lines
and the last one's chain are also kept in a file outside the database (the head). So whoever owns the database can
edit, drop, reorder or cut off lines, but not without being found. A machine that stops between a line and its head
leaves lines after the head: they follow from it, and only the key makes such lines.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from personshaped.locks import held
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry

_START = "0" * 64
_LONGEST = Entry._meta.get_field("what").max_length


def record(*, by: User | None, verb: str, person: str = "", what: str = "") -> Entry:
    """Adds one line in the transaction that is open. If it cannot be written, what it records does not happen.

    Of `what`, the first 200 characters are kept. Raises ValidationError where `verb` or `person` is too long for its
    column, on every database alike.
    """
    what = what[:_LONGEST]
    with transaction.atomic():
        _one_at_a_time()
        last = Entry.objects.order_by("-id").first()
        at = datetime.now(UTC).replace(microsecond=0)
        chain = _bound(last.chain if last else _START, at, by.pk if by else None, verb, person, what)
        entry = Entry(at=at, who=by, verb=verb, person=person, what=what, chain=chain)
        entry.clean_fields(exclude=["who"])
        entry.save(force_insert=True)
    transaction.on_commit(_keep_head)
    return entry


@dataclass(frozen=True)
class Fault:
    """The first line that does not follow: its number in the trail, and what is wrong with it."""

    line: int
    what: str


def verify() -> Fault | None:
    """None where every line follows from the one before, and the head outside the database is one of them."""
    head = _read_head()
    before, count, met = _START, 0, head is not None and head.lines == 0
    for entry in Entry.objects.order_by("id").iterator():
        count += 1
        if not hmac.compare_digest(
            _bound(before, entry.at, entry.who_id, entry.verb, entry.person, entry.what), entry.chain
        ):
            return Fault(count, "does not follow from the line before it: one was changed, dropped or moved")
        before = entry.chain
        met = met or (head is not None and (head.lines, head.chain) == (count, before))
    if head is None:
        return Fault(count, "the head kept outside the database is gone") if count else None
    if not met:
        return Fault(count, f"the head kept outside the database knows {head.lines} lines; lines were cut off or added")
    return None


def _bound(before: str, at: datetime, who: int | None, verb: str, person: str, what: str) -> str:
    parts = (before, at.astimezone(UTC).isoformat(), str(who), verb, person, what[:200])
    return hmac.new(settings.AUDIT_KEY, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def _one_at_a_time() -> None:
    """Two writers must not both follow the same line: PostgreSQL waits here, SQLite lets only one write anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(727274)")


@dataclass(frozen=True)
class _Head:
    """What is known outside the database: how many lines, and the number and chain of the last one."""

    lines: int
    last: int
    chain: str


def _keep_head() -> None:
    """Writes the head anew. One at a time, so that a slower process never puts an older head over a newer one."""
    with held(Path(settings.AUDIT_HEAD).with_suffix(".lock")):
        before = _read_head() or _Head(0, 0, _START)
        later = Entry.objects.filter(pk__gt=before.last)
        last = later.order_by("-id").first()
        if last is None:
            return
        _write_head(_Head(before.lines + later.filter(pk__lte=last.pk).count(), last.pk, last.chain))


def _write_head(head: _Head) -> None:
    path = Path(settings.AUDIT_HEAD)
    half = path.with_suffix(".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(head), file)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _read_head() -> _Head | None:
    path = Path(settings.AUDIT_HEAD)
    return _Head(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
