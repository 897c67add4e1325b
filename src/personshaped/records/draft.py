"""`personshaped init`: from agencies' files, unseen, to a `study.toml` that says what was guessed and what was not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError

from personshaped.errors import InputError
from personshaped.records.draft_guesses import LIKELY
from personshaped.records.draft_months import together
from personshaped.records.draft_plan import Plan, plans
from personshaped.records.draft_samples import samples
from personshaped.records.draft_shapes import shown
from personshaped.records.draft_words import lexicon, word_means
from personshaped.records.draft_writing import LISTS, PRIVATE, samples_of_untold, toml
from personshaped.records.folder import TOML, open_folder
from personshaped.tables import ACTIVITIES

ANSWERS = "init.toml"
"""Where answers are remembered, in the study's folder: what was answered once is not asked again."""

Ask = Callable[[str, str], str]
"""Asks a question with what is taken if nothing is said; returns the answer."""


@dataclass(frozen=True)
class Drafted:
    """One column: what it seems to be (`target` empty: could not tell), how sure, samples that name nobody."""

    file: str
    column: str
    table: str
    target: str
    how_sure: str
    samples: tuple[str, ...]
    unlocks: str


@dataclass(frozen=True)
class Draft:
    """What `init` wrote: `toml` the file, `columns` the guesses, `open_questions` what it could not tell."""

    toml: Path
    columns: tuple[Drafted, ...]
    open_questions: tuple[str, ...]
    next_step: str

    def lines(self) -> list[str]:
        """For the terminal: the guesses by file, then what could not be told, then what to do next."""
        said: list[str] = []
        for file in dict.fromkeys(one.file for one in self.columns):
            said.append(file)
            for one in self.columns:
                if one.file == file:
                    what = f"{one.table}.{one.target} ({one.how_sure})" if one.target else "could not tell"
                    said.append(f"  {one.column} → {what}: {', '.join(one.samples) or 'empty'}")
        said += [f"Open: {one}" for one in self.open_questions]
        return [*said, self.next_step]

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "toml": str(self.toml),
            "columns": [{**vars(one), "samples": list(one.samples)} for one in self.columns],
            "open_questions": list(self.open_questions),
            "next_step": self.next_step,
        }


def draft(files: Sequence[Path], into: Path, ask: Ask | None = None) -> Draft:
    """Drafts `into/study.toml` from agencies' files; one that is there is kept, and the draft stands beside it.

    `ask` is given where somebody can answer. Files stay where they are and are named by their way from the folder.
    Raises InputError where a file cannot be read.
    """
    if not files:
        raise InputError("no file named", expected="personshaped init FILE… --into FOLDER")
    with tempfile.TemporaryDirectory() as work:
        found = [one for file in files for one in samples(file, _way(file, into), Path(work))]
    into.mkdir(parents=True, exist_ok=True)
    asked = _Asked(ask, into / ANSWERS)
    planned = [_confirmed(plan, asked) for plan in plans(together(found, into))]
    personal = not asked.ask("Are these data about real people? (yes/no)", "yes").lower().startswith("n")
    purpose = asked.ask("What do people come to you for, in their words?", "Help me to live my life well")
    name = asked.ask("What is this study called?", into.resolve().name)
    asked.remember()
    target = into / (TOML if not (into / TOML).exists() else "study.draft.toml")
    target.write_text(toml(planned, {"name": name, "purpose": purpose}, personal), encoding="utf-8")
    if target.name == TOML:
        open_folder(into)
    return _draft(target, planned, personal)


def _way(file: Path, into: Path) -> str:
    return Path(os.path.relpath(file.resolve(), into.resolve())).as_posix()


class _Asked:
    """Asks what was not answered before; without anybody to ask, takes what is likeliest."""

    def __init__(self, ask: Ask | None, file: Path) -> None:
        self._ask, self._file = ask, file
        self._answers: dict[str, str] = {}
        if file.is_file():
            try:
                self._answers = {str(key): str(value) for key, value in tomlkit.parse(file.read_text("utf-8")).items()}
            except (ParseError, UnicodeDecodeError) as error:
                raise InputError(
                    f"cannot be read: {error}", file=file.name, expected="the file as init left it"
                ) from None
        self._before = dict(self._answers)

    def ask(self, question: str, default: str) -> str:
        if question not in self._answers:
            if self._ask is None:
                return default
            self._answers[question] = self._ask(question, default).strip() or default
        return self._answers[question]

    def remember(self) -> None:
        if self._answers != self._before:
            self._file.write_text(tomlkit.dumps(self._answers), encoding="utf-8")


def _confirmed(plan: Plan, asked: _Asked) -> Plan:
    """The plan with what a person says: whose records, what a line is, and the columns that are only a guess."""
    if plan.canonical or not plan.told:
        return plan
    name = plan.sample.name
    agency = plan.agency
    if not {"agency"} & {*plan.interactions, *plan.people}:
        agency = asked.ask(f"Whose records are in {name}?", plan.agency)
    activity = plan.activity
    if plan.interactions and not {"activity", "initiated_by"} & set(plan.interactions):
        listed = ", ".join(ACTIVITIES)
        said = asked.ask(f"What is one line of {name}? One of {listed}; or nothing, if it differs", plan.activity)
        activity = said if said in ACTIVITIES else ""
    kept = dict(plan.interactions)
    for target, guess in plan.interactions.items():
        if guess.score < LIKELY and target not in ("person_ref", "started_at"):
            question = f'Is "{guess.column}" in {name} the {target.replace("_", " ")}? (yes/no)'
            if asked.ask(question, "yes").lower().startswith("n"):
                del kept[target]
    return replace(plan, agency=agency, activity=activity, interactions=kept)


def _draft(target: Path, planned: Sequence[Plan], personal: bool) -> Draft:
    columns = []
    open_questions = []
    for plan in planned:
        name = plan.sample.name
        rows = [one.columns for one in plan.further if one.told]
        events = {guess.column: target for its in (*rows, plan.interactions) for target, guess in its.items()}
        events |= {column: target for target, column in plan.clocks.items()}
        used = {**{guess.column: target for target, guess in plan.people.items()}, **events}
        sure = {guess.column: guess.how_sure for its in rows for guess in its.values()}
        for guess in plan.guesses:
            canonical = used.get(guess.column, "")
            words = canonical not in PRIVATE and (guess.shape.distinct <= 60 or guess.shape.share("date") > 0.8)
            table = "interactions" if guess.column in events else "people"
            columns.append(
                Drafted(
                    name,
                    guess.column,
                    table if canonical else "",
                    canonical,
                    sure.get(guess.column, guess.how_sure)
                    if canonical and not guess.target
                    else guess.how_sure
                    if canonical
                    else "",
                    shown(guess.shape, words=words) if canonical else samples_of_untold(guess),
                    str(lexicon()["unlocks"].get(canonical, "")),
                )
            )
        open_questions += [f"{name}: {note}" for note in plan.notes]
        open_questions += [
            f'{name}: no word of "{one}" was understood; say what each means' for one in _not_understood(plan)
        ]
        open_questions += [
            f'{name}: "{one.when}" is a date too; if something happened then, a block for it stands ready in the draft'
            for one in plan.further
            if not one.told
        ]
        if plan.interactions and not ({"activity", "initiated_by"} & set(plan.interactions) or plan.activity):
            open_questions.append(f"{name}: nothing tells demand from activity; add activity or initiated_by")
    if any(plan.own_words for plan in planned):
        open_questions.append(
            "the agencies say in words of their own what people ask about: needs are not joined across them until"
            " `issue` has the same plain words everywhere; a line for each stands ready in the draft"
        )
    folder = target.parent
    if not any(plan.interactions or plan.canonical == "interactions" for plan in planned):
        open_questions.append("no file says what happened to whom and when: nothing can be studied yet")
    missing = "fill in the four lines under [lawful], then " if personal else ""
    step = f"Wrote {target}. Read it, run `personshaped check {folder}`; {missing}`personshaped study {folder}`."
    return Draft(target, tuple(columns), tuple(open_questions), step)


def _not_understood(plan: Plan) -> list[str]:
    """Columns of lists of which no word means anything to us."""
    return [
        guess.column
        for target, guess in plan.interactions.items()
        if target in LISTS and not any(word_means(target, word) for word, _ in guess.shape.words)
    ]
