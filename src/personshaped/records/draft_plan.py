"""From guesses about columns to blocks of `study.toml`: who the line is about, which agency, what to look up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from personshaped.records.draft_codes import with_codes
from personshaped.records.draft_dates import first_of
from personshaped.records.draft_guesses import LIKELY, SURE, Guess, guesses
from personshaped.records.draft_names import without_names
from personshaped.records.draft_person import Guessed, looked_up, person_of
from personshaped.records.draft_repeats import Further, come_again, dates_apart, may_happen, numbered
from personshaped.records.draft_samples import Sample
from personshaped.records.draft_words import lexicon, word_means, words_of
from personshaped.records.issue_words import MOST_WORDS, unshared
from personshaped.records.sources import REFERENCES, Lookup
from personshaped.tables import CANONICAL

WHO = ("name", "forename", "surname", "nhs_number", "ni_number", "born", "email", "postcode")
_TELLING = ("activity", "words", "outcome", "issue", "channel", "initiated_by", "minutes", "reason", "referred_to")
_BOTH = ("agency", "person_ref", "area", "household_id")  # belong to people as much as to interactions


@dataclass(frozen=True)
class Plan:
    """What a table of an agency seems to be. `interactions` and `people` map canonical columns to guesses.

    `further` are more rows of interactions from the same line; `clocks` are columns with the time of day of
    the date in `started_at` or `ended_at`; `own_words` are the words of `issue` where they are mostly this file's own;
    `missing` are the cells of its columns that say nothing.
    """

    sample: Sample
    agency: str
    guesses: tuple[Guess, ...]
    canonical: str = ""
    interactions: Mapping[str, Guess] = field(default_factory=dict)
    people: Mapping[str, Guess] = field(default_factory=dict)
    further: tuple[Further, ...] = ()
    lookup: tuple[Lookup, ...] = ()
    activity: str = ""
    clocks: Mapping[str, str] = field(default_factory=dict)
    own_words: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
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
        used = {guess.column for columns in rows for guess in columns.values()} | {*self.clocks.values()}
        return (
            () if self.canonical else tuple(one for one in self.guesses if one.column not in used and one.shape.filled)
        )


def plans(found: Sequence[Sample]) -> list[Plan]:
    """A plan for each table, made with all of them in view."""
    guessed = without_names([(sample, _guessed(sample)) for sample in with_codes(found)])
    return _with_own_words(_of_one_agency([_plan(sample, its, guessed) for sample, its in guessed]))


def _guessed(sample: Sample) -> list[Guess]:
    again = numbered(sample)
    return guesses(sample, again.first, again.later)


def _with_own_words(planned: list[Plan]) -> list[Plan]:
    """Files that say in words of their own what people ask about."""
    said = {
        str(place): {word: times for word, times in guess.shape.words if word not in guess.shape.names}
        for place, plan in enumerate(planned)
        if (guess := plan.interactions.get("issue")) and guess.shape.distinct <= MOST_WORDS
    }
    alone = unshared(said)
    return [
        replace(plan, own_words=tuple(said[str(place)])) if str(place) in alone else plan
        for place, plan in enumerate(planned)
    ]


def _clocks(its: Sequence[Guess], interactions: Mapping[str, Guess]) -> dict[str, str]:
    """Columns with nothing but times of day, each beside the date whose heading is most like its own."""
    loose = [one for one in its if not one.target and _is_clock(one)]
    found: dict[str, str] = {}
    for target in ("started_at", "ended_at"):
        date = interactions.get(target)
        if date is None or date.sql or date.shape.length > 11 or date.shape.share("whole") >= 0.5:
            continue
        alike = [(len(set(words_of(one.column)) & set(words_of(date.column))), one.column) for one in loose]
        alone = len(loose) == 1 and target == "started_at"
        best = max(alike, key=lambda one: one[0], default=(0, ""))
        if best[0] or alone:
            found[target] = best[1]
            loose = [one for one in loose if one.column != best[1]]
    return found


def _is_clock(guess: Guess) -> bool:
    timed = bool(set(words_of(guess.column)) & set(lexicon()["clocks"]))
    return guess.shape.share("clock") > 0.9 or (timed and guess.shape.share("plain_clock") > 0.95)


def _of_one_agency(planned: list[Plan]) -> list[Plan]:
    """Members of one archive that know the person by the same column come from the archive's agency; so do files with
    one column of references whose references are the same, which bear the name that theirs have in common."""
    planned = _of_one_register(planned)
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


def _of_one_register(planned: list[Plan]) -> list[Plan]:
    agencies = {at: plan.agency for at, plan in enumerate(planned)}
    for at, plan in enumerate(planned):
        if not plan.people or plan.interactions or not _who_of(plan):
            continue
        theirs = {*plan.sample.cells(_who_of(plan))} - {""}
        for other, its in enumerate(planned):
            alike = other != at and _who_of(its).casefold() == _who_of(plan).casefold() and not _archive(its)
            if alike and _who_of(its) in its.sample.columns:
                refs = {*its.sample.cells(_who_of(its))} - {""}
                if len(refs & theirs) >= _SAME_REGISTER * len(refs):
                    agencies[at] = agencies[other] = _in_common(agencies[at], agencies[other])
    return [replace(plan, agency=agencies[at]) for at, plan in enumerate(planned)]


def _in_common(one: str, other: str) -> str:
    both = [word for word in one.split("_") if word in other.split("_")]
    return "_".join(both) or min(one, other, key=lambda name: (len(name), name))


def _archive(plan: Plan) -> str:
    head, found, _ = plan.sample.path.partition(".zip/")
    return f"{head}.zip" if found else ""


def _who_of(plan: Plan) -> str:
    guess = plan.interactions.get("person_ref") or plan.people.get("person_ref")
    return guess.column if guess else ""


_SAME_REGISTER = 0.9  # share of the references of a file that a register has, from which they are one agency's
_DATED = re.compile(r"(?!(?:101|111|112|999)$)[a-z]{0,2}\d+[a-z]{0,2}")  # 2024, q3, t0915, v2; but 111 is an agency


def agency_of(path: str) -> str:
    """The agency by the name of its file, else of its archive or folder: `police/2023.csv` is police's."""
    parts = [part for part in re.split(r"[\\/]", path) if part not in ("", ".", "..")]
    for part in reversed(parts):
        kept = [word for word in words_of(part) if word not in lexicon()["generic"] and not _DATED.fullmatch(word)]
        if kept:
            return "_".join(kept)
    return words_of(parts[-1])[0] if parts and words_of(parts[-1]) else "agency"


def _plan(sample: Sample, its: list[Guess], everything: Guessed) -> Plan:
    stem = re.split(r"[\\/]", sample.path)[-1].split(".")[0].lower()
    if stem in CANONICAL and set(CANONICAL[stem].required) <= set(sample.columns):
        return Plan(sample, "", tuple(its), canonical=stem)
    by_target = {guess.target: guess for guess in its if guess.target}
    notes: list[str] = []
    lookup: list[Lookup] = []
    who = person_of(its, everything, sample, lookup, notes)
    if who is None:
        return Plan(sample, agency_of(sample.path), tuple(its), notes=(*notes, _about_nobody(sample)))
    by_target = {name: one for name, one in by_target.items() if one.column != who.column or one.table == "people"}
    by_target["person_ref"] = who
    its, by_target, late_note = _timed(its, by_target, sample, notes)
    if "interaction_id" not in by_target and (key := _key(its, who)):
        by_target["interaction_id"] = key
        by_target = {
            name: guess for name, guess in by_target.items() if name != "contact_id" or guess.column != key.column
        }
    if "service" not in by_target and (service := looked_up(sample, everything, "service", lookup, notes)):
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
    if interactions and not who.sql and who.shape.share("letters") > 0.8 and who.shape.distinct > 3:
        notes.append(f'"{who.column}" holds names rather than numbers: one spelt in two ways is two people')
    return Plan(
        sample,
        agency_of(sample.path),
        tuple(its),
        interactions=interactions,
        people=people,
        further=further,
        lookup=tuple(lookup),
        clocks=_clocks(its, interactions),
        missing=_missing(
            [*interactions.values(), *people.values(), *(one for row in further for one in row.columns.values())]
        ),
        activity=_activity(sample) if interactions and not {"activity", "initiated_by"} & set(interactions) else "",
        notes=tuple(notes),
    )


def _about_nobody(sample: Sample) -> str:
    listed = ", ".join(f'"{one}"' for one in sample.explains)
    if listed:
        return f"a list of codes: its words are used for {listed}"
    return "no column says which person a line is about, so none of it is used"


def _timed(
    its: list[Guess], by_target: dict[str, Guess], sample: Sample, notes: list[str]
) -> tuple[list[Guess], dict[str, Guess], str]:
    """The guesses with the column that says when a line happened, and what to say where a later date stands for it."""
    if first := _begun_before(by_target.get("started_at"), its, sample, notes):
        later = by_target["started_at"].column
        its = [
            replace(one, target="") if one.column == later else first if one.column == first.column else one
            for one in its
        ]
        by_target = {name: one for name, one in by_target.items() if one.column != first.column} | {"started_at": first}
    late = by_target.get("recorded_at") or by_target.get("ended_at")
    if "started_at" in by_target or late is None:
        return its, by_target, ""
    kept = {name: one for name, one in by_target.items() if name != late.target}
    late_note = f'no date says when it happened: "{late.column}" is taken for that'
    return its, kept | {"started_at": replace(late, target="started_at", score=0.6)}, late_note


def _missing(used: Sequence[Guess]) -> tuple[str, ...]:
    """The cells of these columns that say nothing; codes that do are mapped to nothing one by one."""
    told = [one for one in used if one.target not in REFERENCES and not one.codes]
    return tuple(sorted({cell for one in told for cell in one.shape.missing}))


def _begun_before(told: Guess | None, its: list[Guess], sample: Sample, notes: list[str]) -> Guess | None:
    """Another date of a line that comes before the one taken for its beginning, if its heading hardly tells that."""
    if told is None or told.score >= SURE:
        return None
    apart = {told.column, *numbered(sample).later}
    dates = {
        one.column: one
        for one in its
        if one.shape.share("date") >= 0.9 and one.target in ("", "recorded_at") and may_happen(one.column)
    }
    first = first_of(sample, [told.column, *(column for column in dates if column not in apart)]) if dates else ""
    if not first or first == told.column:
        return None
    notes.append(f'"{first}" comes before "{told.column}" on nearly every line, so it is taken for the beginning')
    return replace(dates[first], table="interactions", target="started_at", score=LIKELY)


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


def _key(its: list[Guess], who: Guess) -> Guess | None:
    """The first code that no two lines share, if nothing else is known of it: the line's own number."""
    for one in its:
        loose = one.target in ("", "contact_id") and one.column != who.column
        if loose and one.shape.is_key and one.shape.is_reference and one.shape.share("coded") > 0.9:
            return replace(one, table="interactions", target="interaction_id", score=0.6)
    return None


def _activity(sample: Sample) -> str:
    """What every line is, by the file's own name: calls are demands, visits are visits."""
    return word_means(
        "activity", re.split(r"[\\/]", sample.name)[-1].rpartition(".")[0] or sample.table or sample.sheet
    )
