"""A link is a recorded judgement: two records, what was judged, how sure, on what evidence, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from personshaped.errors import InputError
from personshaped.locks import held
from personshaped.records import by_hand

Verdict = Literal["same", "different", "unsure"]
Author = Literal["given", "rule", "model", "person"]

VERDICTS: tuple[Verdict, ...] = ("same", "different", "unsure")
COLUMNS = ("agency_a", "ref_a", "agency_b", "ref_b", "judgement", "by", "when", "evidence")
"""The columns of `decisions/links.csv`; `by` is who decided, `evidence` their note."""


@dataclass(frozen=True, order=True)
class Reference:
    """One agency's record of a person."""

    agency: str
    ref_key: str


@dataclass(frozen=True)
class Judgement:
    """One judgement on two references, the smaller first. `score` is 0–1; a person's is 1."""

    a: Reference
    b: Reference
    verdict: Verdict
    score: float
    evidence: str
    by: Author
    when: date | None = None
    who: str = ""

    @staticmethod
    def of(
        one: Reference,
        other: Reference,
        verdict: Verdict,
        *,
        by: Author,
        score: float = 1.0,
        evidence: str = "",
        when: date | None = None,
        who: str = "",
    ) -> Judgement:
        """The judgement with its two references in order, so that a pair has one spelling."""
        a, b = sorted((one, other))
        return Judgement(a, b, verdict, score, evidence, by, when, who)


def read(path: Path) -> tuple[Judgement, ...]:
    """People's judgements in force from `decisions/links.csv`: for each pair the latest line.

    Raises InputError naming the row for a judgement or a date that cannot be read. No file, no judgements.
    """
    if not path.exists():
        return ()
    latest: dict[tuple[Reference, Reference], Judgement] = {}
    table = by_hand.read(path, path.name)
    missing = [name for name in COLUMNS[:5] if name not in table.head]
    if missing:
        raise InputError(f"no column {', '.join(missing)}", file=path.name, expected=", ".join(COLUMNS))
    for number, line in enumerate(table.lines, start=2):
        if any(map(str.strip, line)):
            judgement = _judgement(table.row(line), path.name, number)
            latest[judgement.a, judgement.b] = judgement
    return tuple(latest.values())


def append(path: Path, judgements: Iterable[Judgement]) -> None:
    """Adds people's judgements to `decisions/links.csv`, which is only ever appended to."""
    rows = [
        {
            "agency_a": one.a.agency, "ref_a": one.a.ref_key, "agency_b": one.b.agency, "ref_b": one.b.ref_key,
            "judgement": one.verdict, "by": one.who, "when": one.when or "", "evidence": one.evidence,
        }
        for one in judgements
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with held(path.with_name(".links.lock")):
        by_hand.append(path, COLUMNS, rows)


def _judgement(row: dict[str, str | None], file: str, number: int) -> Judgement:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    verdict = next((one for one in VERDICTS if one == cells["judgement"].lower()), None)
    if verdict is None:
        raise InputError(
            f"{cells['judgement']!r} is not a judgement",
            file=file,
            row=number,
            column="judgement",
            expected=" or ".join(VERDICTS),
        )
    one, other = Reference(cells["agency_a"], cells["ref_a"]), Reference(cells["agency_b"], cells["ref_b"])
    if one == other or not all((one.agency, one.ref_key, other.agency, other.ref_key)):
        raise InputError(
            "a judgement needs two records", file=file, row=number, expected="two different agency and reference"
        )
    return Judgement.of(
        one,
        other,
        verdict,
        by="person",
        evidence=cells["evidence"],
        when=_day(cells["when"], file, number),
        who=cells["by"],
    )


def _day(text: str, file: str, number: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise InputError(
            f"{text!r} is not a date", file=file, row=number, column="when", expected="e.g. 2024-06-30"
        ) from None
