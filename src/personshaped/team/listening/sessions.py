"""A coder's session over the study's findings. What takes long is kept for all, until the findings change.

No page waits for the machine: it reads and learns in a thread of its own, and a page has what it learnt last.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from personshaped.demand.coding import estimates, suggestions
from personshaped.demand.coding.agreements import Question
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.estimates import Worth
from personshaped.demand.coding.queue import Queue
from personshaped.demand.coding.suggestions import Features
from personshaped.engine.local import open_connection
from personshaped.records.codebook import Codebook
from personshaped.study import guessing, listening
from personshaped.study.agreed import how_far
from personshaped.study.guessing import LEARN_EVERY, Guesses, Learnt
from personshaped.study.listening import Listening
from personshaped.study.spoken import Held, hold
from personshaped.team.accounts.findings import findings_folder
from personshaped.team.accounts.once import once, why

LOG = logging.getLogger(__name__)
MOMENT = 0.1
"""Seconds that a page waits for the machine. Small studies are reckoned in less."""
Result = TypeVar("Result")


class Beside(Generic[Result]):
    """One result that is reckoned in a thread: whoever asks waits a moment for the newest, and else has the last.

    What failed is not tried again until something else is asked for: it would fail again, and take as long.
    """

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread, self._lock = thread, Lock()
        self._running: Future[None] | None = None
        self._last: tuple[Hashable, Result] | None = None
        self._failed: tuple[Hashable, str] | None = None

    def of(self, what: Hashable, make: Callable[[], Result]) -> Result | None:
        """The result for `what`, or the last there was; None where there is none yet."""
        with self._lock:
            idle = self._running is None or self._running.done()
            tried = [one[0] for one in (self._last, self._failed) if one is not None]
            if idle and what not in tried:
                self._running = self._thread.submit(self._reckon, what, make)
            running = self._running
        if running is not None:
            wait([running], MOMENT)
        return self._last[1] if self._last else None

    @property
    def failed(self) -> str | None:
        """Why what was asked for last could not be reckoned; the log has where it happened."""
        return self._failed[1] if self._failed else None

    def _reckon(self, what: Hashable, make: Callable[[], Result]) -> None:
        try:
            self._last, self._failed = (what, make()), None
        except Exception as error:  # of any kind: a page goes on with the last result
            self._failed = what, why(error)  # the error itself would hold the stack, and people's words in it
            LOG.exception("what is reckoned beside the pages failed")


class LearningBeside(Guesses):
    """The machine of one study's words for everyone whom this process serves."""

    def __init__(self, held: Held) -> None:
        super().__init__(held)
        thread = ThreadPoolExecutor(1, "listening")
        self._read, self._known = Beside[Features](thread), Beside[Learnt](thread)
        self._worth, self._agreed = Beside[Worth](thread), Beside[tuple[Question, ...]](thread)

    @property
    def features(self) -> Features | None:
        """What the machine knows of each demand; None in the first seconds after a start."""
        return self._read.of(None, self._make)

    def learnt(self, answers: Sequence[Code]) -> Learnt | None:
        """What is known from these answers, or from some of them; None in the first seconds after a start."""
        made = self.features
        if made is None:
            return None
        given = list(answers)
        return self._known.of(guessing.told(given) // LEARN_EVERY, lambda: guessing.learn(self.held, made, given))

    def so_far(self, queue: Queue) -> Worth | None:
        """How far coding has come and what it shows, from these answers or from a few less; None at first."""
        made = self.features
        if made is None:
            return None
        now = Queue(queue.demands, list(queue.answers), list(queue.draws))
        told = len(now.answers), len(now.draws)
        return self._worth.of(told, lambda: estimates.so_far(self.held.population, now, made))

    def agreement(self, answers: Sequence[Code], book: Codebook) -> tuple[Question, ...] | None:
        """How far people agree, from these answers or from a few less; None at first."""
        given = list(answers)
        return self._agreed.of((len(given), book.version), lambda: how_far(given, book))

    @property
    def fault(self) -> str:
        """What failed first of what stands on one another, why where that can be said, and when it is tried again."""
        for beside, what, again in (
            (self._read, "read the words", "with the next study"),
            (self._known, "learn from the answers", "when more are given"),
            (self._worth, "reckon what the answers show", "when one more is given"),
            (self._agreed, "reckon how far you agree", "when one more is given"),
        ):
            if beside.failed is not None:
                return f"The machine could not {what}: {beside.failed}. It is tried again {again}; you can go on."
        return ""

    def _make(self) -> Features:
        own = replace(self.held, con=self.held.con.cursor())
        return suggestions.features(own.words, own.history, agencies=own.agencies)


@once(1)
def _read(folder: Path, written: float) -> tuple[Held, LearningBeside]:
    findings = folder / "findings"
    held = hold(findings, folder / "decisions", open_connection(findings / ".look"))
    return held, LearningBeside(held)


def read() -> None:
    """Reads what can be listened to, so that the first who comes need not wait for it."""
    folder = findings_folder().parent
    _read(folder, (folder / "findings" / "run.json").stat().st_mtime)


def open_for(coder: str) -> Listening:
    """This person's session. Raises InputError where the study is not finished, or holds no words."""
    folder = findings_folder().parent
    held, guesses = _read(folder, (folder / "findings" / "run.json").stat().st_mtime)
    return listening.reopen(folder, coder, replace(held, con=held.con.cursor()), guesses)
