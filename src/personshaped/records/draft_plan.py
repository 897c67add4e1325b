"""From guesses about columns to blocks of `study.toml`: who the line is about, which agency, what to look up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from personshaped.records.draft_guesses import Guess, guesses, lexicon, word_means, words_of
from personshaped.records.draft_repeats import Further, come_again, dates_apart, numbered
from personshaped.records.draft_samples import Sample
from personshaped.records.issue_words import MOST_WORDS, unshared
from personshaped.tables import CANONICAL

WHO = ("name", "forename", "surname", "nhs_number", "ni_number", "born", "email", "postcode")
_IN_PLACE = ("nhs_number", "ni_number", "name", "email")  # what can stand for a missing reference, best first
_NAMED = ("name", "forename", "surname", "born")
_TELLING = ("activity", "words", "outcome", "issue", "channel", "initiated_by", "minutes", "reason", "referred_to")
_BOTH = ("agency", "person_ref", "area", "household_id")  # belong to people as much as to interactions


@dataclass(frozen=True)
class Plan:
    """What a table of an agency seems to be. `interactions` and `people` map canonical columns to guesses.

    `further` are more rows of interactions from the same line; `clock` is a column with the time of day that belongs
    to the date in `started_at`; `own_words` are the words of `issue` where they are mostly this file's own.
    """

    sample: Sample
    agency: str
    guesses: tuple[Guess, ...]
    canonical: str = ""
    interactions: Mapping[str, Guess] = field(default_factory=dict)
    people: Mapping[str, Guess] = field(default_factory=dict)
    further: tuple[Further, ...] = ()
    lookup: tuple[tuple[str, str], ...] = ()
    activity: str = ""
    clock: str = ""
    own_words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def by_name(self) -> bool:
        """Whether it lies in the folder as a canonical table, so that no mapping is needed."""
        return bool(self.canonical) and self.sample.path in (f"{self.canonical}.csv", f"{self.canonical}.parquet")

    @property
    def told(self) -> bool:
        """Whether it becomes rows of any table."""
        return bool(self.canonical or self.interactions or self.people)

    @property
    def unused(self) -> tuple[Guess, ...]:
        """Columns with something in them that go nowhere."""
        rows = (self.interactions, self.people, *(one.columns for one in self.further if one.told))
        used = {guess.column for columns in rows for guess in columns.values()}
        return (
            () if self.canonical else tuple(one for one in self.guesses if one.column not in used and one.shape.filled)
        )


def plans(found: Sequence[Sample]) -> list[Plan]:
    """A plan for each table, made with all of them in view."""
    guessed = [(sample, _guessed(sample)) for sample in found]
    return _with_own_words(_of_one_agency([_plan(sample, its, guessed) for sample, its in guessed]))


def _guessed(sample: Sample) -> list[Guess]:
    again = numbered(sample)
    return guesses(sample, again.first, again.later)


def _with_own_words(planned: list[Plan]) -> list[Plan]:
    """Files that say in words of their own what people ask about."""
    said = {
        str(place): dict(guess.shape.words)
        for place, plan in enumerate(planned)
        if (guess := plan.interactions.get("issue")) and guess.shape.distinct <= MOST_WORDS
    }
    alone = unshared(said)
    return [
        replace(plan, own_words=tuple(said[str(place)])) if str(place) in alone else plan
        for place, plan in enumerate(planned)
    ]


def _clock(its: Sequence[Guess], started: Guess | None) -> str:
    """The one column with nothing but times of day, where the date has none."""
    found = [one.column for one in its if not one.target and one.shape.share("clock") > 0.9]
    with_date = started is not None and started.shape.length <= 11 and started.shape.share("whole") < 0.5
    return found[0] if with_date and len(found) == 1 else ""


def _of_one_agency(planned: list[Plan]) -> list[Plan]:
    """Members of one archive that know the person by the same column come from the archive's agency."""
    headings: dict[tuple[str, str], int] = {}
    for plan in planned:
        if (archive := _archive(plan)) and plan.told:
            key = (archive, _who_of(plan))
            headings[key] = headings.get(key, 0) + 1
    return [
        replace(plan, agency=agency_of(_archive(plan)))
        if headings.get((_archive(plan), _who_of(plan)), 0) > 1
        else plan
        for plan in planned
    ]


def _archive(plan: Plan) -> str:
    head, found, _ = plan.sample.path.partition(".zip/")
    return f"{head}.zip" if found else ""


def _who_of(plan: Plan) -> str:
    guess = plan.interactions.get("person_ref") or plan.people.get("person_ref")
    return guess.column if guess else ""


def agency_of(path: str) -> str:
    """The agency by the name of its file, else of its archive or folder: `police/2023.csv` is police's."""
    parts = [part for part in re.split(r"[\\/]", path) if part not in ("", ".", "..")]
    for part in reversed(parts):
        kept = [word for word in words_of(part) if word not in lexicon()["generic"] and not word.isdigit()]
        if kept:
            return "_".join(kept)
    return words_of(parts[-1])[0] if parts and words_of(parts[-1]) else "agency"


Guessed = Sequence[tuple[Sample, list[Guess]]]


def _plan(sample: Sample, its: list[Guess], everything: Guessed) -> Plan:
    stem = re.split(r"[\\/]", sample.path)[-1].split(".")[0].lower()
    if stem in CANONICAL and set(CANONICAL[stem].required) <= set(sample.columns):
        return Plan(sample, "", tuple(its), canonical=stem)
    by_target = {guess.target: guess for guess in its if guess.target}
    notes: list[str] = []
    lookup: list[tuple[str, str]] = []
    who = (
        by_target.get("person_ref")
        or _shared(its, everything, sample, notes)
        or _looked_up(sample, everything, "person_ref", lookup, notes)
        or _at_last(its, notes)
    )
    if who is None:
        notes.append("no column says which person a line is about, so none of it is used")
        return Plan(sample, agency_of(sample.path), tuple(its), notes=tuple(notes))
    by_target["person_ref"] = who
    late_note = ""
    if "started_at" not in by_target and (late := by_target.get("ended_at") or by_target.get("recorded_at")):
        late_note = f'"{late.column}" is the only date: taken for when it happened'
        del by_target[late.target]
        by_target["started_at"] = Guess(late.column, "interactions", "started_at", 0.6, late.shape)
    if "interaction_id" not in by_target and (key := _key(its, who)):
        by_target["interaction_id"] = key
        by_target = {
            name: guess for name, guess in by_target.items() if name != "contact_id" or guess.column != key.column
        }
    if "service" not in by_target and (service := _looked_up(sample, everything, "service", lookup, notes)):
        by_target["service"] = service
    interactions = {name: guess for name, guess in by_target.items() if name in CANONICAL["interactions"].names}
    people = {name: guess for name, guess in by_target.items() if guess.table == "people" or name in _BOTH}
    if not _has_interactions(interactions, sample):
        if "started_at" not in interactions and not any(name in people for name in WHO):
            notes.append("no column says when anything happened")
        interactions = {}
    elif late_note:
        notes.append(late_note)
    if not any(name in people for name in WHO):
        people = {}
    interactions, further = _rows(interactions, sample, its)
    if interactions and who.shape.share("letters") > 0.8 and who.shape.distinct > 3:
        notes.append(f'"{who.column}" holds names rather than numbers: one spelt in two ways is two people')
    return Plan(
        sample,
        agency_of(sample.path),
        tuple(its),
        interactions=interactions,
        people=people,
        further=further,
        lookup=tuple(lookup),
        clock=_clock(its, interactions.get("started_at")),
        activity=_activity(sample) if interactions and not {"activity", "initiated_by"} & set(interactions) else "",
        notes=tuple(notes),
    )


def _rows(
    interactions: dict[str, Guess], sample: Sample, its: list[Guess]
) -> tuple[dict[str, Guess], tuple[Further, ...]]:
    """The columns of a line's first event, and the other events of the line."""
    if not interactions:
        return interactions, ()
    again = numbered(sample)
    others = come_again(interactions, again, its)
    staying, apart = dates_apart(interactions, [one for one in its if one.column not in again.later])
    return staying, (*others, *apart)


def _has_interactions(columns: Mapping[str, Guess], sample: Sample) -> bool:
    """Something happened at some time; a register with one line a person and a date of entry is not that."""
    if "started_at" not in columns:
        return False
    who = columns["person_ref"]
    own_key = who.column in sample.columns and who.shape.is_key
    return not own_key or any(name in columns for name in _TELLING)


def _shared(its: list[Guess], everything: Guessed, sample: Sample, notes: list[str]) -> Guess | None:
    """The reference whose heading does not say so: a file about people has the same column, as its key."""
    others = [theirs for other, theirs in everything if other is not sample]
    keys = {
        guess.column.lower()
        for theirs in others
        if any(one.target in _NAMED for one in theirs)
        for guess in theirs
        if guess.shape.is_key and guess.shape.is_reference
    }
    named = any(guess.target in _NAMED for guess in its)
    elsewhere = {guess.column.lower() for theirs in others for guess in theirs} if named else set()
    for one in _codes(its):
        if one.column.lower() in (elsewhere if one.shape.is_key else keys):
            notes.append(f'"{one.column}" is the key of a file about people, so it is taken for the person; check')
            return replace(one, table="interactions", target="person_ref", score=0.55)
    return None


def _at_last(its: list[Guess], notes: list[str]) -> Guess | None:
    """A code that comes again and again, else what names the person stands for a reference."""
    for one in _codes(its):
        again = 1 < one.shape.distinct < 0.9 * one.shape.filled and one.shape.filled > 0.9 * one.shape.lines
        if again and one.target in ("", "contact_id"):
            notes.append(
                f'"{one.column}" looks like a reference that comes again, so it is taken for the person; check'
            )
            return replace(one, table="interactions", target="person_ref", score=0.5)
    by_target = {one.target: one for one in its if not set(words_of(one.column)) & set(lexicon()["workers"])}
    for target in _IN_PLACE:
        best = by_target.get(target)
        if best and best.shape.filled > 0.5 * best.shape.lines:
            notes.append(f'no reference of its own: "{best.column}" stands for the person')
            return replace(best, table="interactions", target="person_ref", score=0.5)
    return None


def _codes(its: list[Guess]) -> list[Guess]:
    """Columns of codes that are not about those who work there."""
    return [
        one
        for one in its
        if one.shape.is_reference
        and one.shape.share("coded") > 0.5
        and not set(words_of(one.column)) & set(lexicon()["workers"])
    ]


def _key(its: list[Guess], who: Guess) -> Guess | None:
    """The first code that no two lines share, if nothing else is known of it: the line's own number."""
    for one in its:
        loose = one.target in ("", "contact_id") and one.column != who.column
        if loose and one.shape.is_key and one.shape.is_reference and one.shape.share("coded") > 0.9:
            return Guess(one.column, "interactions", "interaction_id", 0.6, one.shape)
    return None


def _looked_up(
    sample: Sample, everything: Guessed, target: str, lookup: list[tuple[str, str]], notes: list[str]
) -> Guess | None:
    """The target from another file of the same archive or folder, by a column that is a key there."""
    for other, theirs in everything:
        if (
            other is sample
            or other.name != other.path
            or other.path.rpartition("/")[0] != sample.path.rpartition("/")[0]
        ):
            continue
        wanted = next((one for one in theirs if one.target == target and one.column not in sample.columns), None)
        if wanted is None:
            continue
        for key in theirs:
            if key.shape.is_key and key.shape.is_reference and key.column in sample.columns and key is not wanted:
                if (key.column, other.path) not in lookup:
                    lookup.append((key.column, other.path))
                notes.append(f'{target} comes from {other.name}, "{wanted.column}", by "{key.column}"')
                return Guess(wanted.column, "interactions", target, 0.6, wanted.shape)
    return None


def _activity(sample: Sample) -> str:
    """What every line is, by the file's own name: calls are demands, visits are visits."""
    return word_means(
        "activity", re.split(r"[\\/]", sample.name)[-1].rpartition(".")[0] or sample.table or sample.sheet
    )
