"""Coding in a spreadsheet or another labelling tool instead of the terminal: the next demands out, the answers in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from personshaped.demand.coding import codes as kept
from personshaped.demand.coding import exchange
from personshaped.demand.coding.exchange import Answered
from personshaped.errors import InputError, UsageError
from personshaped.records.decisions import without_noughts
from personshaped.study.listening import Listening, allowed


@dataclass(frozen=True)
class Kept:
    """How many answers of a file were new, and how many this person had given before with the same words."""

    new: int
    known: int


def write(session: Listening, path: Path, most: int) -> int:
    """The next demands into a file; returns how many. Each is a look at a person and is recorded, and kept for them."""
    rows: list[dict[str, str]] = []
    passed = session.passed
    while len(rows) < most and (shown := session.next()) is not None:
        said = {"interaction_id": shown.interaction_id, "drawn": shown.drawn, "agency": shown.agency}
        rows.append(said | {"when": shown.when, "before": "\n".join(shown.before), "words": shown.words})
        session.written(shown)
    session.passed = passed
    exchange.write(path, rows)
    return len(rows)


def read(session: Listening, path: Path) -> Kept:
    """Answers back from a file. An answer that stands already is not kept twice, so that a file can be read again.

    Raises InputError naming the row; then nothing is kept.
    """
    whole = without_noughts(session.held.demands.ids)
    given = [_as_drawn(one, whole, path) for one in exchange.read(path)]
    for one in given:
        try:
            allowed(one.demand_type, one.failure_kind)
        except UsageError as error:
            raise InputError(str(error), file=path.name, row=one.row) from None
    return Kept(new := sum(_kept(session, one) for one in given), len(given) - new)


def _as_drawn(one: Answered, whole: Mapping[str, str], path: Path) -> Answered:
    if one.interaction_id not in whole:
        raise InputError(f'"{one.interaction_id}" is no demand of this study', file=path.name, row=one.row)
    return replace(one, interaction_id=whole[one.interaction_id])


def _kept(session: Listening, one: Answered) -> bool:
    """Keeps one answer; False where this person's answer to that demand says the same already."""
    needs = ";".join(dict.fromkeys(filter(None, map(session.need_of, one.issue.split(";")))))
    near = session.agencies_like(one.caused_by)
    cause = near[0] if len(near) == 1 else one.caused_by
    said = one.demand_type, one.failure_kind, cause, needs
    stands = kept.by_coder(session.answers).get((session.coder, one.interaction_id))
    if stands and (stands.demand_type, stands.failure_kind, stands.caused_by, stands.issue) == said:
        return False
    session.keep(one.interaction_id, one.drawn or "chosen", *said)
    return True
