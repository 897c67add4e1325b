"""What redaction takes out of the made-up sets: `redaction.py [dev|held|fresh|notes|desk|counter|words|blanks|ages]`.

Prints recall by kind, and of the words that are to stay the share that goes, with rules alone, with Presidio and no
model, and with the model that is installed. `dev` names what is missed as well; rules are tried on that half alone.
`fresh` was written when the first rules were done, `notes` when those of decisions 0370 and 0371 were, `counter` before
those of 0420, and no rule was changed for these. The rules of 0420 were tried on `desk`, those of 0470 on `words`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb

from personshaped.records import presidio, redaction

SPEC = Path(__file__).parents[1] / "tests" / "spec"
KNOWN = (
    ("Ros", "Ellery"), ("Rosalind", "Ellery"), ("Mohammed", "Ahmed"), ("Li", "Wei"), ("Jo", "Marsh"),
    ("Siân", "O'Brien-Marsh"), ("Grace", "Okafor"), ("Will", "Price"), ("May", "Tanner"), (None, "王小明"),
)  # fmt: skip
KINDS = {
    "n": "known name", "u": "unknown name", "e": "e-mail", "p": "phone", "c": "postcode", "h": "NHS number",
    "i": "NI number", "a": "address", "d": "date of birth", "r": "reference", "v": "vehicle",
}  # fmt: skip
MARK = re.compile(r"\{([a-z]):([^}]*)\}")
ESCAPED = re.compile(r"\\(?:[nrt]|u[0-9a-f]{4})")
_TITLES = frozenset(
    ("mr", "mrs", "miss", "ms", "dr", "pc", "pcso", "ds", "sgt", "nurse", "sister", "sr", "father", "baby", "professor",
     "cllr", "councillor", "re", "the")
)  # fmt: skip
"""Stay beside a name that goes."""


@dataclass(frozen=True)
class Seen:
    """Spans found and spans there by kind, words lost of those to stay, lines without a span that lost a word."""

    found: Counter[str]
    there: Counter[str]
    lost: int
    stay: int
    hurt: int
    negatives: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def lines_of(which: str) -> list[str]:
    """The lines of one half, or of a set of its own, with their marks."""
    own = which in ("fresh", "notes", "desk", "counter", "words", "blanks", "ages")
    name = f"redaction_{which}.txt" if own else "redaction_set.txt"
    said = (SPEC / name).read_text(encoding="utf-8").splitlines()
    lines = [ESCAPED.sub(_unescaped, one) for one in said if one and not one.startswith("#")]
    return lines if own else lines[0 if which == "dev" else 1 :: 2]


def _unescaped(found: re.Match[str]) -> str:
    return found[0].encode("ascii").decode("unicode_escape")


def taken_out(said: list[str]) -> list[str]:
    """The words after the rules, people known as `KNOWN` says."""
    con = duckdb.connect()
    con.execute("CREATE TABLE people (agency TEXT, ref_key TEXT, household_id TEXT, name TEXT, forename TEXT,"
                " surname TEXT, other_names TEXT)")  # fmt: skip
    con.executemany("INSERT INTO people VALUES ('a', '1', NULL, NULL, ?, ?, NULL)", [list(one) for one in KNOWN])
    con.execute("CREATE TABLE rows_ (place INT, agency TEXT, ref_key TEXT, words TEXT)")
    con.executemany("INSERT INTO rows_ VALUES (?, 'a', '1', ?)", [[at, one] for at, one in enumerate(said)])
    con.execute(f"CREATE TABLE done AS {redaction.redacted('FROM rows_')}")
    return [row[0] for row in con.execute(f"SELECT words FROM ({redaction.redact_names(con, 'done')}) ORDER BY place")
            .fetchall()]  # fmt: skip


def seen(which: str, by_presidio: bool = False) -> Seen:
    """What is found and what else goes: a span is found where none of its words of two letters is left."""
    lines = lines_of(which)
    now = taken_out([MARK.sub(r"\2", one) for one in lines])
    now = presidio.without(now) if by_presidio else now
    found: Counter[str] = Counter()
    there: Counter[str] = Counter()
    missed, wrong, lost, stay, hurt = [], [], 0, 0, 0
    for line, after in zip(lines, now, strict=True):
        rest = _words(MARK.sub(" ", line))
        left = Counter(_words(re.sub(r"\[[^\]]*\]", " ", after)))
        gone = Counter(rest) - left
        left -= Counter(rest)
        for kind, text in MARK.findall(line):
            there[kind] += 1
            if left.keys() & {one for one in _words(text) if len(one) > 1 and one.lower() not in _TITLES}:
                missed.append(f"{line} -> {after}")
            else:
                found[kind] += 1
        stay += len(rest)
        lost += gone.total()
        if gone:
            wrong.append(f"{line} -> {after}")
            hurt += "{" not in line
    negatives = sum("{" not in one for one in lines)
    return Seen(found, there, lost, stay, hurt, negatives, tuple(missed), tuple(wrong))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def says(name: str, one: Seen) -> None:
    print(f"{name}: of all {one.found.total()} of {one.there.total()} found; words lost {one.lost} of {one.stay};"
          f" lines hurt with nothing to take out {one.hurt} of {one.negatives}")  # fmt: skip
    print("  " + "; ".join(f"{KINDS[kind]} {one.found[kind]}/{one.there[kind]}" for kind in KINDS))


def main() -> None:
    which = sys.argv[1] if len(sys.argv) > 1 else "held"
    rules = seen(which)
    says("rules", rules)
    if which == "dev" or "--lines" in sys.argv:
        print("\n".join(("missed:", *rules.missed, "wrong:", *rules.wrong)))
    if find_spec("presidio_analyzer") is not None:
        model = presidio.model_name
        presidio.model_name = lambda: ""
        says("with Presidio, no model", seen(which, by_presidio=True))
        presidio.model_name = model
        if model():
            says(f"with Presidio and {model()}", seen(which, by_presidio=True))


if __name__ == "__main__":
    main()
