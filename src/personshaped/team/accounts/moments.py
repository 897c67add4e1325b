"""The cache: in the database, so that a code used at one process is used at all, and as JSON.

Django's own keeps pickles there: whoever could write to the database could run anything in the application.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.utils import timezone

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Moments(BaseCache):
    """Keeps what JSON can say: numbers, texts, lists of them."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keeps it only where nothing is kept by that name; of several at once one is told that it did."""
        self._rows(key, version).filter(until__lte=timezone.now()).delete()
        kept = {"value": json.dumps(value), "until": self._until(timeout)}
        try:
            with transaction.atomic():
                self._model().objects.create(key=self._key(key, version), **kept)
        except IntegrityError:
            return False
        return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """What is kept; the default where nothing is, or what is there was not written here."""
        found = self._rows(key, version).filter(until__gt=timezone.now()).first()
        try:
            return json.loads(found.value) if found else default
        except ValueError:
            return default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keeps it. What has run out is swept away on the way."""
        self._model().objects.filter(until__lte=timezone.now()).delete()
        kept = {"value": json.dumps(value), "until": self._until(timeout)}
        self._model().objects.update_or_create(key=self._key(key, version), defaults=kept)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keeps it for longer."""
        return bool(self._rows(key, version).filter(until__gt=timezone.now()).update(until=self._until(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Takes it away."""
        return bool(self._rows(key, version).delete()[0])

    def clear(self) -> None:
        """Takes everything away."""
        self._model().objects.all().delete()

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Adds to a number, one process at a time. Raises ValueError where there is none."""
        with transaction.atomic():
            row = self._rows(key, version).select_for_update().filter(until__gt=timezone.now()).first()
            if row is None:
                raise ValueError(f"no number is kept as {key!r}")
            number: int = json.loads(row.value) + delta
            self._rows(key, version).update(value=json.dumps(number))
        return number

    def _key(self, key: str, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def _rows(self, key: str, version: int | None) -> Any:
        return self._model().objects.filter(key=self._key(key, version))

    def _until(self, timeout: Any) -> datetime:
        if timeout is None:
            return _NEVER
        return timezone.now() + timedelta(seconds=self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout)

    @staticmethod
    def _model() -> Any:
        from personshaped.team.accounts.models import Moment  # settings name this module before there are models

        return Moment
