"""Writing the trail and checking it.

Each line carries an HMAC over itself and the line before, with a key that the database never sees; the number of lines
and the last one's chain are also kept in a file outside the database (the head). So whoever owns the database can
edit, drop, reorder or cut off lines, but not without being found.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

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
    """None where every line follows from the one before, and the head outside the database agrees."""
    before, count = _START, 0
    for entry in Entry.objects.order_by("id").iterator():
        count += 1
        if not hmac.compare_digest(
            _bound(before, entry.at, entry.who_id, entry.verb, entry.person, entry.what), entry.chain
        ):
            return Fault(count, "does not follow from the line before it: one was changed, dropped or moved")
        before = entry.chain
    head = _read_head()
    if head is not None and (head["lines"], head["chain"]) != (count, before):
        kept = head["lines"]
        return Fault(count, f"the head kept outside the database knows {kept} lines; lines were cut off or added")
    return None


def _bound(before: str, at: datetime, who: int | None, verb: str, person: str, what: str) -> str:
    parts = (before, at.astimezone(UTC).isoformat(), str(who), verb, person, what[:200])
    return hmac.new(settings.AUDIT_KEY, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def _one_at_a_time() -> None:
    """Two writers must not both follow the same line: PostgreSQL waits here, SQLite lets only one write anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(727274)")


def _keep_head() -> None:
    last = Entry.objects.order_by("-id").first()
    if last is None:
        return
    path = Path(settings.AUDIT_HEAD)
    half = path.with_suffix(".half")
    half.write_text(json.dumps({"lines": Entry.objects.count(), "chain": last.chain}), encoding="utf-8")
    half.chmod(0o600)
    half.replace(path)


def _read_head() -> dict[str, object] | None:
    path = Path(settings.AUDIT_HEAD)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
