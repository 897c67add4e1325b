"""The draft as the text of a `study.toml`: every line says how sure the guess is, what it rests on, what it unlocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import tomlkit

from personshaped.records.draft_guesses import Guess
from personshaped.records.draft_plan import WHO, Plan
from personshaped.records.draft_repeats import Further
from personshaped.records.draft_shapes import shown
from personshaped.records.draft_words import lexicon, says_nothing, word_means, words_of, yes_or_no
from personshaped.records.issue_words import ready_line
from personshaped.records.mapping import quoted_name
from personshaped.records.sources import Lookup
from personshaped.tables import CANONICAL

PRIVATE = (*WHO, "person_ref", "staff_id", "other_names", "address", "phone", "uprn", "household_id", "words")
"""Columns whose cells are never shown: they say who somebody is, or are somebody's own words."""
LISTS = ("activity", "outcome", "reason", "initiated_by", "channel")
"""Columns whose words are the agency's own, each to be given its meaning."""
_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_SHORT_LIST = 8
_YES_NO = ("yes", "y", "true", "t", "1", "no", "n", "false", "f", "0")


def toml(plans: Sequence[Plan], head: Mapping[str, str], personal: bool) -> str:
    """The whole file. `head` holds the study's name and purpose."""
    lines = [*_head(head, personal)]
    for plan in plans:
        if plan.by_name or not plan.told:
            lines += ["", *(f"# {line}" for line in _untold(plan))]
        else:
            lines += ["", *_source(plan)]
    return "\n".join(lines) + "\n"


def _head(head: Mapping[str, str], personal: bool) -> Iterator[str]:
    yield "# Drafted by `personshaped init` from the files below. Every line is a guess: read it, correct it, then run"
    yield "# `personshaped check` on this folder. `sure`, `likely` and `a guess` say how far to trust a line; ASK marks"
    yield "# what only somebody who works there can tell."
    yield "[study]"
    yield f"name = {_text(head['name'])}"
    yield f"purpose = {_text(head['purpose'])}  # in the words of the people served; printed on the first page"
    yield 'what_met_means = "the person says so"'
    yield '# window = ["2021-01-01", "2024-01-01"]  # without it, from the first row to the last'
    yield "history_complete = false"
    yield ""
    yield "[lawful]"
    if not personal:
        yield "personal_data = false  # synthetic or published data: about nobody, or about nobody who can be known"
        return
    yield "personal_data = true"
    yield "# A study of personal data runs only with these four filled in; until then the data can be checked."
    yield 'purpose = ""        # e.g. "service improvement study"'
    yield 'lawful_basis = ""   # e.g. "public task"'
    yield 'dpia = ""           # the reference of the data protection impact assessment'
    yield 'keep_until = ""     # the day by which these data are deleted, without quotation marks: 2027-06-30'


def _untold(plan: Plan) -> Iterator[str]:
    if plan.canonical:
        yield f"{plan.sample.name} is the table {plan.canonical}, read by its name."
        return
    yield f"{plan.sample.name} is not used: {'; '.join(plan.notes) or 'nothing in it could be told'}."
    yield from (f"  {_unused(one)}" for one in plan.unused)


def _source(plan: Plan) -> Iterator[str]:
    sample = plan.sample
    yield f"# ---- {sample.name}: {len(sample.rows):,}{'' if sample.whole else ' or more'} lines"
    yield from (f"# Note: {note}." for note in plan.notes)
    yield "[[source]]"
    yield f"path = {_text(sample.path)}"
    if sample.encoding and sample.encoding not in ("utf-8", "utf-8-sig", "ascii"):
        yield f"encoding = {_text(sample.encoding)}"
    if sample.delimiter and sample.delimiter not in (",", "\t"):
        yield f"delimiter = {_text(sample.delimiter)}"
    if sample.heading_row > 1:
        yield f"heading_row = {sample.heading_row}  # what stands above are titles"
    if sample.sheet:
        yield f"sheet = {_text(sample.sheet)}"
    if sample.table:
        yield f"table = {_text(sample.table)}"
    if plan.missing:
        yield f"missing = [{', '.join(map(_text, plan.missing))}]  # cells that say nothing: read as blank"
    if plan.lookup:
        joined = ", ".join(map(_lookup, plan.lookup))
        yield f"lookup = [ {joined} ]"
    if plan.canonical:
        yield f"[[source.{plan.canonical}]]"
        yield from (f"{name} = {_text(name)}" for name in CANONICAL[plan.canonical].names if name in sample.columns)
    if plan.interactions:
        yield from _block(plan, "interactions", plan.interactions)
    for row in plan.further:
        yield from _further(plan, row)
    if plan.people:
        yield from _block(plan, "people", plan.people)
    if plan.unused:
        yield "# Not used, because nothing told what they are:"
        yield from (f"#   {_unused(one)}" for one in plan.unused)


def _block(plan: Plan, table: str, columns: Mapping[str, Guess]) -> Iterator[str]:
    yield f"[[source.{table}]]"
    if "agency" not in columns:
        yield f"agency = {{ const = {_text(plan.agency)} }}  # ASK: by the file's name; one word for all its files"
    if table == "interactions" and plan.activity:
        yield f"activity = {{ const = {_text(plan.activity)} }}  # said, or by the name of the file or date"
    if table == "interactions" and not plan.activity and not {"activity", "initiated_by"} & set(columns):
        yield '# activity = { const = "demand" }  # ASK: nothing tells asking from work; if all lines ask'
    after: list[str] = []
    for name in CANONICAL[table].names:
        if name not in columns:
            continue
        guess = columns[name]
        if table == "interactions" and name in LISTS and guess.shape.words:
            after += _words(name, guess)
        elif name in plan.clocks and table == "interactions":
            yield f"{name} = {_with_clock(guess, plan.clocks[name], plan)}  # {_why(name, guess)}"
        else:
            yield f"{name} = {_cell(name, guess)}  # {_why(name, guess)}"
        if name == "issue" and plan.own_words:
            yield "# ASK: no other file has these words, so needs are not joined across agencies. Say in plain words,"
            if guess.codes:
                yield "# the same for every agency and on the right of each, what it is about."
                continue
            yield "# the same for every agency, what each is about; then take away the next # and the line above:"
            yield f"# {ready_line(guess.column, plan.own_words)}"
    yield from after


def _further(plan: Plan, row: Further) -> Iterator[str]:
    """One more event of a line; commented out where nothing tells what it is."""
    said = plan.activity if row.like_first else row.activity
    lines = [*_block(replace(plan, activity=said, clocks={}), "interactions", row.columns)]
    lines.insert(1, f"when = {_text(row.when)}  # one more row, from each line where this date is filled")
    if row.told:
        yield from lines
        return
    yield f"# ASK: {_flat(_text(row.when))} is a date too. If something happened then, take away the #s and say what:"
    yield from (line if line.startswith("#") else f"# {line}" for line in lines)


def _lookup(one: Lookup) -> str:
    said = {"on": one.on, "file": one.file, "sheet": one.sheet, "table": one.table}
    return "{ " + ", ".join(f"{key} = {_text(value)}" for key, value in said.items() if value) + " }"


def _with_clock(day: Guess, clock: str, plan: Plan) -> str:
    whole = any(one.column == clock and one.shape.share("clock") < 0.5 for one in plan.guesses)
    text = f"lpad(trim({quoted_name(clock)}), 4, '0')" if whole else f"trim({quoted_name(clock)})"
    parts = f"trim({quoted_name(day.column)}) || ' ' || coalesce({text}, '')"
    return f"{{ sql = {_text(parts)} }}"


def _cell(name: str, guess: Guess) -> str:
    if guess.sql:
        return f"{{ sql = {_text(guess.sql)} }}"
    column, shape = _text(guess.column), guess.shape
    if name in ("started_at", "ended_at", "recorded_at", "born") and shape.share("whole") > 0.9:
        if shape.share("serial") > 0.9:
            return column  # days as workbooks count them are read as they are
        return f"{{ column = {column}, format = {_text(_FORMATS.get(round(shape.length), '%Y%m%d'))} }}"
    if name == "minutes" and set(lexicon()["hours"]) & set(words_of(guess.column)):
        hours = f"TRY_CAST(replace({quoted_name(guess.column)}, ',', '.') AS DOUBLE) * 60"
        return f"{{ sql = {_text(hours)} }}"
    if name in CANONICAL["interactions"].names and CANONICAL["interactions"][name].type == "yesno":
        said = {word: meaning for word, _ in shape.words if (meaning := yes_or_no(word))}
        if guess.codes or any(word.lower() not in _YES_NO for word in said):
            return _mapped(guess, said)
    return _mapped(guess, {word: word for word in guess.codes.values()}) if guess.codes else column


def _mapped(guess: Guess, meanings: Mapping[str, str]) -> str:
    """The column with what each of its words means, or each of its codes."""
    keys = guess.codes or {word: word for word in meanings}
    meanings = {**meanings, **{word: "" for word in guess.codes.values() if says_nothing(word)}}
    pairs = ", ".join(
        f"{_text(key)} = {_text(meanings[word])}"
        for key, word in keys.items()
        if word in meanings and word not in guess.shape.names
    )
    return f"{{ column = {_text(guess.column)}, values = {{ {pairs} }} }}"


def _words(name: str, guess: Guess) -> Iterator[str]:
    """A list of the agency's words, each with what it seems to mean and how many lines have it."""
    yield f"[source.interactions.{name}]  # {_why(name, guess)}"
    yield f"column = {_text(guess.column)}"
    other = "other" if "other" in CANONICAL["interactions"][name].values else ""
    yield f"else = {_text(other)}  # for every other word"
    yield f"[source.interactions.{name}.values]  # to {', '.join(CANONICAL['interactions'][name].values)}"
    keys = {word: key for key, word in guess.codes.items()}
    for word, count in guess.shape.words:
        meaning = word_means(name, word)
        lines = f"{count:,} line{'' if count == 1 else 's'}"
        if word in guess.shape.names:
            continue
        if word in keys:
            lines = f"{_flat(word)}: {lines}"
        if meaning:
            yield f"{_text(keys.get(word, word))} = {_text(meaning)}  # {lines}"
        else:
            yield f"# {_text(keys.get(word, word))} = {_text(other)}  # {lines}; could not tell"
    for code, word in guess.codes.items():
        if says_nothing(word):
            yield f'{_text(code)} = ""  # {_flat(word)}'
    if hidden := [count for word, count in guess.shape.words if word in guess.shape.names]:
        yield f"# {len(hidden):,} more on {sum(hidden):,} lines are not shown: they may be names"


def _why(name: str, guess: Guess) -> str:
    """How sure, what it looks like, what it unlocks."""
    samples = "" if name == "words" else ", ".join(shown(guess.shape, words=name not in PRIVATE))
    filled = f"{guess.shape.filled / max(guess.shape.lines, 1):.0%} filled"
    unlocks = lexicon()["unlocks"].get(name, "")
    parts = (guess.how_sure, filled, _flat(samples), f"unlocks {unlocks}" if unlocks else "")
    return "; ".join(part for part in parts if part)


def samples_of_untold(guess: Guess) -> tuple[str, ...]:
    """Sample values of a column that could not be told: words only of a short list whose heading names nobody."""
    spelt = {word for short in words_of(guess.column) for word in lexicon()["short"].get(short, short).split()}
    harmless = not spelt & set(lexicon()["may_name"]) and guess.shape.distinct <= _SHORT_LIST
    return shown(guess.shape, words=harmless and guess.shape.share("letters") > 0.5 and not guess.shape.own)


def _unused(guess: Guess) -> str:
    samples = ", ".join(samples_of_untold(guess))
    return _flat(f"{guess.column}: {guess.shape.filled:,} filled, {guess.shape.distinct:,} different; {samples}")


def _flat(text: str) -> str:
    """A comment stays on its line."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)


def _text(value: str) -> str:
    return tomlkit.item(value).as_string()
