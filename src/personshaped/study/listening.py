"""Coding demands in the person's own words: a session over finished findings, kept answer by answer.

`Listening` is what a terminal or a web page talks to. Every demand shown is a look at a person and is recorded first;
so is each whose words stand beside it, or are talked about because people answered differently.
"""

from __future__ import annotations

import getpass
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding import drift as moving
from personshaped.demand.coding import embedding, estimates, in_hand, suggestions
from personshaped.demand.coding import queue as drawing
from personshaped.demand.coding.codes import Code
from personshaped.demand.coding.estimates import Worth
from personshaped.demand.coding.queue import Asked, Queue
from personshaped.disclosure import looks
from personshaped.engine.local import open_connection
from personshaped.errors import UsageError
from personshaped.figures import Figure
from personshaped.linkage import pseudonyms
from personshaped.records import StudyFolder, codebook, open_folder
from personshaped.records.codebook import Codebook
from personshaped.study.agreed import Agreed, agreed
from personshaped.study.guessing import Guesses, GuessesAtOnce, Suggested
from personshaped.study.spoken import Held, hold
from personshaped.tables import CANONICAL

TYPES = CANONICAL["interactions"]["demand_type"].values
KINDS = CANONICAL["interactions"]["failure_kind"].values


@dataclass(frozen=True)
class Shown:
    """One demand as it is put before a person: what was said, and what had happened before (oldest first).

    `parted` is this person's own answer, where the need that they named was split since: only the need is asked again.
    """

    interaction_id: str
    words: str
    agency: str
    when: str
    before: tuple[str, ...]
    drawn: str
    suggested: Suggested | None
    parted: Code | None = None


@dataclass
class Listening:
    """One person's session. Every answer is on disk before the next demand is shown."""

    folder: StudyFolder
    findings: Path
    coder: str
    held: Held
    guesses: Guesses
    book: Codebook
    answers: list[Code]
    draws: list[drawing.Draw]
    passed: frozenset[str] = frozenset()
    once_more: bool = False
    who: str = field(default_factory=getpass.getuser)
    _given: list[str] = field(default_factory=list)

    def __enter__(self) -> Listening:
        return self

    def __exit__(self, *_: object) -> None:
        self.held.con.close()
        shutil.rmtree(self.findings / ".look", ignore_errors=True)

    @property
    def decisions(self) -> Path:
        return self.folder.path / "decisions"

    @property
    def queue(self) -> Queue:
        return Queue(self.held.demands, self.answers, self.draws)

    def next(self) -> Shown | None:
        """The next demand for this person; None where everything has been coded. The look is recorded first.

        First come those whose need was split after this person had named it.
        With `once_more`, of what they answered weeks ago, blind to date (`drift`). What others have answered or drawn
        meanwhile counts, and what lies before them is left to them: two sessions never draw the same round, nor ask
        about the same demand but where two people are to code it.
        """
        if self.once_more:
            waiting = moving.to_answer_again(self.answers, self.coder, datetime.now(UTC), self.passed)
            places = [self.held.demands.place[one] for one in waiting if one in self.held.demands.place]
            return self._show(Asked(places[0], drawing.Drawn.AGAIN)) if places else None
        parted = self._parted()
        if parted is not None:
            return self._show(Asked(self.held.demands.place[parted.interaction_id], drawing.Drawn(parted.drawn)))
        with kept.alone(self.decisions):
            self._read_anew()
            others = in_hand.of_others(self.decisions, self.coder, self.answers)
            asked = self.queue.next(self.coder, self.passed, others)
            if asked is None:
                doubt = self.guesses.doubt(self.answers)
                if doubt is not None:
                    drawn = self.queue.draw(doubt)
                    drawing.append(self.decisions, drawn)
                    self.draws.extend(drawn)
                asked = self.queue.next(self.coder, self.passed, others, rounds=doubt is not None)
            if asked:
                in_hand.take(self.decisions, self.coder, self.held.demands.ids[asked.place])
        return self._show(asked) if asked else None

    def answer(
        self, shown: Shown, demand_type: str, failure_kind: str = "", caused_by: str = "", issue: str = ""
    ) -> None:
        """Keeps one answer. Raises UsageError for a word that is no answer; nothing is kept then."""
        allowed(demand_type, failure_kind)
        self.keep(shown.interaction_id, shown.drawn, demand_type, failure_kind, caused_by, issue)
        self._given.append(shown.interaction_id)

    def parted_into(self, shown: Shown) -> tuple[str, list[str]] | None:
        """The need of an answer that was split since, and those that it became, in words; None for any other."""
        for one in shown.parted.issue.split(";") if shown.parted else ():
            if into := self.book.to_look_at_again(one):
                return self.book.words[one], [self.book.words[other] for other in into]
        return None

    def answer_need(self, shown: Shown, issue: str) -> None:
        """Keeps a need in place of the one that was split; the rest of the answer stays as it was.

        Raises UsageError for a need that was split itself; nothing is kept then.
        """
        assert shown.parted is not None
        before = shown.parted
        for one in issue.split(";"):
            if into := self.book.to_look_at_again(one):
                expected = " or ".join(self.book.words[other] for other in into)
                raise UsageError(f"‘{self.book.words[one]}’ was split; expected {expected}")
        needs = before.issue.split(";")
        asked = next(one for one in needs if self.book.to_look_at_again(one))
        others = [one for one in needs if one != asked]  # a second that was split is asked about next
        said = ";".join(dict.fromkeys([*others, *issue.split(";")]))
        self.answer(shown, before.demand_type, before.failure_kind, before.caused_by, said)

    def undo(self) -> str | None:
        """Takes back this session's latest answer and returns its demand's id; None where there is none."""
        if not self._given:
            return None
        taken = self._given.pop()
        self.take_back(taken)
        return taken

    def again(self, interaction_id: str) -> Shown:
        """One demand shown once more, after an undo."""
        with kept.alone(self.decisions):
            in_hand.take(self.decisions, self.coder, interaction_id)
        drawn = next((one.drawn for one in reversed(self.answers) if one.interaction_id == interaction_id and
                      not one.withdrawn), "random")  # fmt: skip
        return self._show(Asked(self.held.demands.place[interaction_id], drawing.Drawn(drawn)))

    def shown_again(self, interaction_id: str, drawn: str) -> Shown:
        """A demand that was shown before, by its id. Raises UsageError where there is none, or no such draw."""
        if interaction_id not in self.held.demands.place or drawn not in {one.value for one in drawing.Drawn}:
            raise UsageError(f"{interaction_id!r} is no demand of this study")
        place = self.held.demands.place[interaction_id]
        before, when = self.held.before(place)
        words, agency, parted = self.held.words[place], self.held.agencies[place], self._parted(interaction_id)
        return Shown(interaction_id, words, agency, when, before, drawn, None, parted)

    def take_back(self, interaction_id: str) -> None:
        """Takes back this person's answer to one demand."""
        drawn = kept.AGAIN if self.once_more else "chosen"
        self._keep(Code(interaction_id, coded_by=self.coder, at=kept.now(), drawn=drawn, withdrawn="yes"))

    def need_of(self, words: str) -> str:
        """The code of a need by its words, added to the code book where they are new; blank for blank."""
        known = {one.words.casefold(): one.code for one in self.book.issues} | {
            one.code: one.code for one in self.book.issues
        }
        said = words.strip()
        return known.get(said.casefold()) or (self.name_need(said) if said else "")

    def pass_over(self, shown: Shown) -> None:
        """Leaves a demand for later, or for someone else."""
        self.passed |= {shown.interaction_id}

    def written(self, shown: Shown) -> None:
        """Goes on after a demand that went into this person's file; it is kept for them while the file is out."""
        with kept.alone(self.decisions):
            in_hand.written(self.decisions, self.coder, shown.interaction_id)
        self.pass_over(shown)

    def name_need(self, words: str) -> str:
        """Adds a need to the code book in the person's terms and returns its code."""
        self._keep_book(self.book.add(words, self.coder))
        return self.book.issues[-1].code

    def so_far(self) -> Worth | None:
        """How far coding has come, and what it shows; None while that is being reckoned."""
        return self.guesses.so_far(self.queue)

    @property
    def fault(self) -> str:
        """What the machine could not reckon, in one line; blank where nothing failed."""
        return self.guesses.fault

    def figures(self) -> list[Figure]:
        """The honest shares (basis hand), each with its sample in the note; none while the machine still reads."""
        features = self.guesses.features
        return estimates.shares(self.held.population, self.queue, features) if features is not None else []

    def agreement(self) -> Agreed:
        """How far people agree, and what to talk about: every demand answered differently, with its words.

        A look at each person whose words they are is recorded first.
        """
        found = agreed(self.answers, self.book, self.held, self.guesses.agreement(self.answers, self.book))
        self._look([one.interaction_id for one in found.apart])
        return found

    def agencies_like(self, written: str) -> list[str]:
        """The agencies of the study whose name this is, or else begins: none for a body outside the data."""
        begun = "_".join(written.casefold().split())
        agencies = sorted(set(self.held.agencies))
        return [one for one in agencies if one.casefold() == begun] or [
            one for one in agencies if begun and one.casefold().startswith(begun)
        ]

    def change_book(self, merge: str | None, split: str | None) -> dict[str, str]:
        """Merges or splits needs, written CODE=INTO or CODE=ONE,OTHER; says what changed.

        Where several words stand for a code they are a need in the person's terms, added where the book has none such.
        """
        for text, change in ((merge, "merge"), (split, "split")):
            if text is None:
                continue
            code, _, said = (part.strip() for part in text.partition("="))
            self.book.check(code)  # before any new words are added
            into = [self.need_of(one) if len(one.split()) > 1 else one.strip() for one in said.split(",")]
            if change == "merge":
                self._keep_book(self.book.merge(code, into[0], self.coder))
            else:
                self._keep_book(self.book.split(code, into, self.coder))
        return {"code book": self.book.changes[-1].what, "version": str(self.book.version)}

    def keep(
        self, demand: str, drawn: str, demand_type: str, failure_kind: str = "", caused_by: str = "", issue: str = ""
    ) -> None:
        """Puts one answer on disk, with who gave it, when, and the code book it was given by."""
        today, version = date.today().isoformat(), str(self.book.version or "")
        code = Code(demand, demand_type, failure_kind, caused_by, issue, self.coder, today, kept.now(), drawn, version)
        self._keep(code)

    # --- within -------------------------------------------------------------------------------------------------

    def _parted(self, of: str = "") -> Code | None:
        """This person's first answer, or that about one demand, which names a need that was split since."""
        queued = {one.value for one in drawing.Drawn}
        mine = (
            code
            for (who, demand), code in kept.by_coder(self.answers).items()
            if who == self.coder and (demand == of if of else demand not in self.passed)
        )
        return next(
            (
                code
                for code in mine
                if code.demand_type and code.drawn in queued and code.interaction_id in self.held.demands.place
                and any(self.book.to_look_at_again(one) for one in code.issue.split(";"))
            ),
            None,
        )  # fmt: skip

    def _keep_book(self, book: Codebook) -> None:
        codebook.save(book, self.decisions)
        self.book = book

    def _read_anew(self) -> None:
        self.answers, self.draws = (
            kept.read(self.decisions, self.held.demands.place),
            drawing.read(self.decisions, self.held.demands.place),
        )

    def _keep(self, code: Code) -> None:
        kept.append(self.decisions, [code])
        self.answers.append(code)

    def _show(self, asked: Asked) -> Shown:
        i = asked.place
        before, when = (self.held.before_undated(i), "") if self.once_more else self.held.before(i)
        suggested = None if asked.hidden else self.guesses.about(i, self.answers)
        self._look([self.held.demands.ids[i], *(suggested.alike_ids if suggested else ())])
        return Shown(
            self.held.demands.ids[i],
            self.held.words[i],
            self.held.agencies[i],
            when,
            before,
            asked.drawn.value,
            suggested,
            None if self.once_more else self._parted(self.held.demands.ids[i]),
        )

    def _look(self, demands: Sequence[str]) -> None:
        """Records a look at each person whose demands these are, before any is shown."""
        if self.folder.lawful.personal_data:
            private = self.folder.path / ".private"
            key = pseudonyms.load_key(private)
            for person_id in dict.fromkeys(self.held.persons[self.held.demands.place[one]] for one in demands):
                looks.record(private, key, who=self.who, person_id=person_id, what="listening")


def allowed(demand_type: str, failure_kind: str) -> None:
    """Raises UsageError where these words are no answer."""
    for name, said, known in (("demand_type", demand_type, TYPES), ("failure_kind", failure_kind, ("", *KINDS))):
        if said not in known:
            raise UsageError(f"{said!r} is no {name}; expected one of {', '.join(filter(None, known))}")
    if failure_kind and demand_type != "failure":
        raise UsageError(f"{demand_type} demand has no failure_kind; expected it blank, or failure")


Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def by_meaning(folder: Path) -> Embed:
    """A sentence model for the suggestions (extra `[embed]`); its numbers are kept in the study's `.private`."""
    private = folder / ".private"
    private.mkdir(mode=0o700, exist_ok=True)
    return lambda texts: embedding.meaning(texts, private / "embeddings.npz")


def listen(
    folder: Path, out: Path | None, coder: str, embed: Embed | None = None, *, only_reads: bool = False
) -> Listening:
    """Opens a session for one person, by their initials. Raises UsageError without, InputError without findings.

    Who `only_reads` what people answered needs no initials.
    """
    if not coder.strip() and not only_reads:
        raise UsageError("whose answers are these? expected --as with your initials, e.g. --as tm")
    if coder.startswith("rule:"):
        raise UsageError(f"--as {coder}: that stands for a rule; expected a person's initials")
    opened = open_folder(folder)
    findings = out or folder / "findings"
    decisions = folder / "decisions"
    held = hold(findings, decisions, open_connection(findings / ".look"))
    made = suggestions.features(held.words, held.history, embed, held.agencies)
    return Listening(
        opened,
        findings,
        coder.strip(),
        held,
        GuessesAtOnce(held, made),
        codebook.load(decisions),
        kept.read(decisions, held.demands.place),
        drawing.read(decisions, held.demands.place),
    )


def reopen(folder: Path, coder: str, held: Held, guesses: Guesses) -> Listening:
    """A session over demands that were read before; codes, draws and code book are read afresh."""
    decisions = folder / "decisions"
    return Listening(
        open_folder(folder), folder / "findings", coder, held, guesses, codebook.load(decisions),
        kept.read(decisions, held.demands.place), drawing.read(decisions, held.demands.place), who=coder,
    )  # fmt: skip
