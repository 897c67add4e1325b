"""What pages would read once and keep is read when the server starts, so that nobody is the first to wait for it."""

from __future__ import annotations

import logging
from threading import Thread

from django.db import connection

from personshaped.errors import PersonshapedError
from personshaped.team.links import views as links
from personshaped.team.listening import sessions
from personshaped.team.site import picture

LOG = logging.getLogger(__name__)


def begin() -> None:
    """Begins to read, in a thread that ends with the process. A page that comes before reads for itself."""
    Thread(target=_read, name="warm", daemon=True).start()


def _read() -> None:
    try:
        for read in (picture.read_ahead, links.read_ahead, sessions.read):
            try:
                read()
            except PersonshapedError:  # no study, no words in it, or a reading that failed (525): the page says so
                continue
            except Exception:  # of any kind, and kept nowhere: the others are read all the same, a page tries again
                LOG.exception("what pages read could not be read ahead")
    finally:
        connection.close()
