"""A page of the documentation as things to do: files to write, lines to change, commands to run and what they say.

A fenced block says what it is in the words after its language: `file=PATH` is a file to write, `add=PATH` are lines to
add at its end, `edit=PATH` is a diff to apply. A `console` block holds commands (`$ …`) and, below each, lines that it
must print, in order; `…` stands for anything that is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)(?P<words>[^\n`]*)\n(?P<body>.*?)^ *```$", re.DOTALL | re.MULTILINE
)
REFUSAL = "personshaped: "


@dataclass(frozen=True)
class Block:
    """One fenced block; `words` are `file`, `add` or `edit` with a path."""

    language: str
    words: dict[str, str]
    body: str


@dataclass(frozen=True)
class Command:
    """A command as typed and the lines that it must print. A line of refusal asks for an exit status other than 0."""

    line: str
    shown: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        return any(one.startswith(REFUSAL) for one in self.shown)

    def missing(self, printed: str) -> str:
        """The first shown line that was not printed after the ones before it; '' where all were."""
        lines = iter([" ".join(line.split()) for line in printed.splitlines()])
        for one in self.shown:
            pattern = ".*".join(re.escape(" ".join(part.split())) for part in one.split("…"))
            pattern = pattern.replace(".*", r"\s*.*\s*")
            if not any(re.fullmatch(pattern, line) for line in lines):
                return one
        return ""


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    found = []
    for one in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        words = dict(word.split("=", 1) for word in one["words"].split() if "=" in word)
        indent = one["indent"]
        body = "".join(line.removeprefix(indent) for line in one["body"].splitlines(keepends=True))
        found.append(Block(one["language"], words, body))
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a console block."""
    found: list[Command] = []
    for line in block.body.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], ()))
        elif line.strip() not in ("", "…"):
            found[-1] = Command(found[-1].line, (*found[-1].shown, line))
    return found


def write(block: Block, folder: Path) -> None:
    """Do what a block that names a file says. Raises ValueError where a diff does not fit."""
    for name, path in ((word, folder / path) for word, path in block.words.items()):
        path.parent.mkdir(parents=True, exist_ok=True)
        if name == "file":
            path.write_text(block.body, encoding="utf-8")
        elif name == "add":
            with path.open("a", encoding="utf-8") as file:
                file.write(block.body)
        elif name == "edit":
            path.write_text(edited(path.read_text(encoding="utf-8"), block.body), encoding="utf-8")
        else:
            raise ValueError(f"{name}= is not known; expected file=, add= or edit=")


def edited(text: str, diff: str) -> str:
    """`text` with one change: the lines of the diff marked ` ` or `-`, there once, become those marked ` ` or `+`.

    `…` at the end of a line of the diff stands for the rest of that line, which is kept where the line is.
    """
    lines = text.splitlines()
    changes = [(line[:1], line[1:]) for line in diff.splitlines()]
    before = [words for mark, words in changes if mark in " -"]
    places = [at for at in range(len(lines) - len(before) + 1) if all(map(_is, lines[at:], before))]
    if len(places) != 1:
        raise ValueError(f"there {len(places)} times, not once:\n{diff}")
    at = place = places[0]
    after: list[str] = []
    for mark, words in changes:
        if mark == "+":
            after.append(words)
            continue
        if mark == " ":
            after.append(lines[at])
        at += 1
    return "\n".join([*lines[:place], *after, *lines[at:]]) + "\n"


def _is(line: str, words: str) -> bool:
    return line.startswith(words[:-1]) if words.endswith("…") else line == words
