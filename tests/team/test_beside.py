"""Chapter: beside the pages. What takes long is reckoned in a thread; one failure ends nothing."""

from __future__ import annotations

import gc
import logging
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from personshaped.errors import InputError
from personshaped.team.accounts import once as once_module
from personshaped.team.accounts.once import once
from personshaped.team.listening import sessions
from personshaped.team.listening.sessions import Beside, LearningBeside
from personshaped.team.site import warm

pytestmark = pytest.mark.team


class Words:
    """What somebody said."""


def fails() -> int:
    raise MemoryError


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Beside[int]:
    """One result beside, whose asker waits until it is there."""
    monkeypatch.setattr(sessions, "MOMENT", 10)
    return Beside[int](ThreadPoolExecutor(1))


def test_a_failure_is_logged_and_not_tried_again_until_something_else_is_asked(
    beside: Beside[int], caplog: pytest.LogCaptureFixture
) -> None:
    # given that the first reckoning fails: there is nothing yet, and the log says why
    assert beside.of("a", fails) is None
    assert [(one.levelno, one.exc_info and one.exc_info[0]) for one in caplog.records] == [(logging.ERROR, MemoryError)]
    # when the same is asked again, nothing is tried
    assert beside.of("a", lambda: 1) is None
    assert beside.failed is not None
    assert beside.failed.startswith("there was not enough memory")
    # and something else is; then nothing is wrong any more
    assert beside.of("b", lambda: 2) == 2
    assert beside.failed is None
    # and where the next fails, the last result stands
    assert beside.of("c", fails) == 2
    assert beside.of("c", lambda: 3) == 2
    # and what is known is not reckoned again
    assert beside.of("d", lambda: 4) == 4
    assert beside.of("d", fails) == 4
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (InputError("words.parquet: cannot be read"), "words.parquet: cannot be read. "),
        (MemoryError(), "there was not enough memory; ask whoever runs the server for more. "),
        (ValueError("Quillfeather rang"), "ask whoever runs the server to look in its log. "),
    ],
)
def test_a_page_says_what_could_not_be_reckoned_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    # given words that cannot be read
    monkeypatch.setattr(sessions, "MOMENT", 10)
    machine, tried = LearningBeside(SimpleNamespace()), []  # type: ignore[arg-type]

    def make() -> None:
        tried.append(1)
        raise error

    monkeypatch.setattr(machine, "_make", make)
    assert machine.fault == ""
    # when two pages ask for what is learnt from them
    assert (machine.learnt([]), machine.learnt([])) == (None, None)
    # then it was tried once, and one line says what is the matter and no word of anybody's
    assert (
        machine.fault
        == f"The machine could not read the words: {says}It is tried again with the next study; you can go on."
    )
    assert tried == [1]


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
    ours = [one for one in caplog.records if one.name == warm.__name__]  # others' reckonings may still end beside
    assert [one.exc_info and one.exc_info[0] for one in ours] == [MemoryError]


def test_what_could_not_be_read_is_not_read_again_until_there_is_another_study(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # given a reading that fails, and takes long, by an error whose words are not ours
    asked: list[float] = []

    @once(2)
    def read(of: float) -> str:
        asked.append(of)
        if of == 1:
            raise ValueError("Margaret Quillfeather")
        return "read"

    # when three pages ask, and then one more after the next study
    for _ in range(3):
        with pytest.raises(InputError, match=r"look in its log\. It is tried again with the next study"):
            read(1)
    assert read(2) == "read"
    # then it was tried once for each
    assert asked == [1, 2]
    assert len(caplog.records) == 1


def test_of_a_reading_that_failed_nothing_is_kept_but_why(beside: Beside[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error holds the stack, and the stack what stood in it: people's words."""
    for module in (once_module, sessions):
        monkeypatch.setattr(module, "LOG", logging.Logger("of nobody", logging.CRITICAL + 1))
    held: list[weakref.ref[Words]] = []

    def read() -> int:
        words = Words()
        held.append(weakref.ref(words))
        raise ValueError

    read_once = once(2)(read)
    for _ in range(2):
        with pytest.raises(InputError, match="look in its log"):
            read_once()
    assert beside.of("words", read) is None
    assert beside.failed == "ask whoever runs the server to look in its log"
    gc.collect()
    assert [one() for one in held] == [None, None]


def test_what_our_own_errors_say_is_asked_each_time_for_it_may_be_put_right() -> None:
    answers: list[Any] = [InputError("codes.csv, row 2: not a code"), "read"]

    @once(2)
    def read(of: float) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(InputError, match="row 2"):
        read(1)
    assert read(1) == "read"
