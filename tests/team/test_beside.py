"""Chapter: beside the pages. What takes long is reckoned in a thread; one failure ends nothing."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from personshaped.team.listening import sessions
from personshaped.team.listening.sessions import Beside, LearningBeside
from personshaped.team.site import warm

pytestmark = pytest.mark.team


def fails() -> int:
    raise MemoryError


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Beside[int]:
    """One result beside, whose asker waits until it is there."""
    monkeypatch.setattr(sessions, "MOMENT", 10)
    return Beside[int](ThreadPoolExecutor(1))


def test_a_failure_is_logged_and_forgotten(beside: Beside[int], caplog: pytest.LogCaptureFixture) -> None:
    # given that the first reckoning fails: there is nothing yet, and the log says why
    assert beside.of("a", fails) is None
    assert [(one.levelno, one.exc_info and one.exc_info[0]) for one in caplog.records] == [(logging.ERROR, MemoryError)]
    # when the same is asked again, it is reckoned anew
    assert beside.of("a", lambda: 1) == 1
    # and where the next fails, the last result stands until it is reckoned
    assert beside.of("b", fails) == 1
    assert beside.of("b", lambda: 2) == 2
    # and what is known is not reckoned again
    assert beside.of("b", fails) == 2


def test_what_was_ready_between_two_askings_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a result that takes longer than a page waits
    monkeypatch.setattr(sessions, "MOMENT", 0)
    thread, go = ThreadPoolExecutor(1), Event()
    beside = Beside[int](thread)
    assert beside.of("a", lambda: go.wait(10) and 1) is None
    # when it is ready, and the next to ask wants a newer one that takes as long
    go.set()
    thread.submit(int).result(10)
    go.clear()
    newer = beside.of("b", lambda: go.wait(10) and 2)
    go.set()
    # then the page has the one that was ready
    assert newer == 1


def test_a_machine_that_has_learnt_nothing_yet_can_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOMENT", 0)
    machine = LearningBeside(SimpleNamespace())  # type: ignore[arg-type]  # nothing that could be read
    assert "LearningBeside" in repr(machine)
    assert (machine.features, machine.doubt([])) == (None, None)


def test_what_cannot_be_read_ahead_is_logged_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # given that the picture cannot be read, by an error that is none of ours
    done: list[Any] = []
    monkeypatch.setattr(warm.picture, "read_ahead", fails)
    monkeypatch.setattr(warm.links, "read_ahead", lambda: done.append("links"))
    monkeypatch.setattr(warm.sessions, "read", lambda: done.append("listening"))
    monkeypatch.setattr(warm, "connection", SimpleNamespace(close=lambda: done.append("closed")))
    # when the server starts
    warm._read()
    # then the others are read, the log has the error, and the connection is given back
    assert done == ["links", "listening", "closed"]
    assert [one.exc_info and one.exc_info[0] for one in caplog.records] == [MemoryError]
