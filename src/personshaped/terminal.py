"""Listening in the terminal: one demand on the screen, one key an answer, each kept before the next is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from personshaped.errors import UsageError
from personshaped.showing import OUT
from personshaped.study import agreed
from personshaped.study.listening import Listening, Shown

TYPES = {"v": "value", "f": "failure", "u": "unsure"}
KINDS = {
    letter: (kind, agreed.KINDS[kind])
    for letter, kind in {
        "r": "representation", "c": "progress_chase", "w": "rework", "d": "wrong_door", "a": "other_agency_error",
        "o": "other",
    }.items()
}  # fmt: skip
HELP = """\
v  first time: value demand, for what the service is there to do
f  asking again: failure demand, because something was not done, or not done right
u  unsure: the words and what came before do not tell
s  leave it for later      z  back: take back the last answer      q  stop (everything is kept)"""
_REPORT_EVERY = 10

Key = Callable[[str, str], str]
Line = Callable[[str], str]


class Left(Exception):
    """The person stopped."""


def listen(session: Listening, most: int | None = None, key: Key | None = None, line: Line | None = None) -> int:
    """Ask until the person stops, all is coded, or `most` answers are given; returns how many were given.

    `key(prompt, allowed)` reads one key, `line(prompt)` a line; both from the terminal unless given.
    """
    key, line = key or _key, line or _line
    given = 0
    OUT.print(
        f"Listening as {session.coder}. Whose words come next is chosen so that the answers speak for all.\n{HELP}\n"
    )
    shown = session.next()
    try:
        while shown is not None and (most is None or given < most):
            _show(session, shown, given + 1)
            step = (_ask_need if shown.parted else _ask)(session, shown, key, line)
            if step == "undone":
                shown, taken = _taken_back(session, shown)
                given -= taken
                continue
            given += step == "given"
            if step == "given" and given % _REPORT_EVERY == 0:
                OUT.print(progress(session))
            shown = session.next() if step in ("given", "later") else shown
    except (Left, click.Abort, EOFError, KeyboardInterrupt):
        pass
    OUT.print(f"\n{given} answers kept in decisions/codes.csv. {progress(session)}")
    if shown is None:
        OUT.print("Every demand that you can be asked about has an answer.")
    return given


def _taken_back(session: Listening, shown: Shown) -> tuple[Shown, bool]:
    """The demand of the latest answer, which is taken back; the same demand where none was given in this session."""
    taken = session.undo()
    if taken is None:
        OUT.print("Nothing to take back: no answer was given since you began today.")
        return shown, False
    OUT.print("Taken back. This is what you had answered last:")
    return session.again(taken), True


def progress(session: Listening) -> str:
    """How far it has come and what it shows, in a sentence or two."""
    worth = session.so_far()
    if worth is None:
        return ""
    lead = f"{worth.coded:,} of {worth.of:,} demands coded."
    if worth.share is None:
        return f"{lead} A share can be given from 10 drawn at random; so far {worth.at_random}."
    one = worth.share
    return (
        f"{lead} Asking again: {one.value:.0%} (from {one.low:.0%} to {one.high:.0%}), of all demands with words;"
        f" these answers are worth {round(one.worth):,} drawn at random."
    )


def _show(session: Listening, shown: Shown, number: int) -> None:
    before = [Text(f"  {one}", style="dim") for one in shown.before] or [Text("  nothing recorded before", style="dim")]
    words = Text(f"\n‘{shown.words}’\n", style="bold")
    said = Group(Text("Before:", style="dim"), *before, words)
    title = f"{number}. {shown.agency.replace('_', ' ')}" + (f", {shown.when}" if shown.when else "")
    OUT.print(Panel(said, title=title, title_align="left"), soft_wrap=False)  # nobody's words are cut at the edge
    if shown.drawn == "double":
        OUT.print("Someone else has answered this one too. Answer as you see it.")
    if shown.suggested is not None:
        _suggest(session, shown)


def _suggest(session: Listening, shown: Shown) -> None:
    assert shown.suggested is not None
    one = shown.suggested
    OUT.print(f"The machine's guess, which may be wrong: {one.failure_words}.")
    needs = session.book.words
    about = [f"{needs[code]} ({chance:.0%})" for code, chance in one.issues if code in needs]
    if about:
        OUT.print(f"  about: {', '.join(about)}", markup=False)
    kinds = dict(KINDS.values())
    of_kind = [f"{kinds[kind]} ({chance:.0%})" for kind, chance in one.kinds if kind in kinds]
    if of_kind:
        OUT.print(f"  if asking again: {', '.join(of_kind)}", markup=False)
    for words, said in one.alike:
        OUT.print(f"  like it, and answered {said}: ‘{words}’", markup=False)


def _ask(session: Listening, shown: Shown, key: Key, line: Line) -> str:
    """One demand: `given`, `later` or `undone`. Raises Left where the person stops."""
    chosen = key("v first time, f asking again, u unsure? (s later, z back, q stop, ? help) ", "vfuszq?")
    if chosen == "?":
        OUT.print(HELP)
        return "shown"
    if chosen == "q":
        raise Left
    if chosen == "z":
        return "undone"
    if chosen == "s":
        session.pass_over(shown)
        return "later"
    kind = cause = ""
    if chosen == "f":
        OUT.print("\n".join(f"  {letter}  {words}" for letter, (_, words) in KINDS.items()))
        picked = key(f"which kind? ({' '.join(KINDS)}, Enter not known, z back) ", "".join(KINDS) + "z\r\n")
        if picked == "z":
            return "shown"
        kind = KINDS[picked][0] if picked in KINDS else ""
        cause = _agency(session, line)
    try:
        session.answer(shown, TYPES[chosen], kind, cause, _need(session, shown, line))
    except UsageError as error:
        OUT.print(f"Not kept: {error}")
        return "shown"
    return "given"


def _ask_need(session: Listening, shown: Shown, key: Key, line: Line) -> str:
    """Which need it is, of those that the one of this answer was split into: `given`, or `later` where none is said."""
    said = session.parted_into(shown)
    assert said is not None
    OUT.print(f"You answered: ‘{said[0]}’. That need was split since; only this is asked again.", markup=False)
    issue = _need(session, shown, line, said[1])
    if not issue:
        session.pass_over(shown)
        return "later"
    try:
        session.answer_need(shown, issue)
    except UsageError as error:
        OUT.print(f"Not kept: {error}", markup=False)
        return "shown"
    return "given"


def _agency(session: Listening, line: Line) -> str:
    """An agency by the beginning of its name, else as typed: bodies outside the data can be named too."""
    while True:
        typed = line("after whose action? (how its name begins, ? for a list, Enter not known) ").strip()
        near = sorted(set(session.held.agencies)) if typed == "?" else session.agencies_like(typed)
        if not typed or len(near) == 1:
            return near[0] if near else ""
        if not near:
            OUT.print(f"No agency here begins like that; kept as typed: {typed}", markup=False)
            return typed
        OUT.print("  " + ", ".join(one.replace("_", " ") for one in near))


def _need(session: Listening, shown: Shown, line: Line, likely: Sequence[str] = ()) -> str:
    """What it is about: numbers from the code book, likely words first, or new words, which the book then holds."""
    issues = session.book.in_use
    guessed = [session.book.words.get(one) for one, _ in shown.suggested.issues] if shown.suggested else []
    first = {*likely, *guessed}
    listed = sorted(issues, key=lambda one: (one.words not in first, one.words.casefold()))
    for number, one in enumerate(listed, start=1):
        OUT.print(f"  {number}  {one.words}", markup=False)
    choice = "numbers, or new words" if listed else "in the person’s words"
    while True:
        typed = line(f"what is it about? ({choice}: I need help to …, Enter not said) ").strip()
        parts = typed.replace(",", " ").split()
        if len(typed) == 1 and typed.isalpha():
            OUT.print("One letter is no need; expected words, or Enter.")
            continue
        if not typed or not all(part.isdigit() for part in parts):
            return session.need_of(typed)
        if all(0 < int(part) <= len(listed) for part in parts):
            return ";".join(dict.fromkeys(listed[int(part) - 1].code for part in parts))
        expected = f"1 to {len(listed)}, or words" if listed else "words: no need is in the code book yet"
        OUT.print(f"There is no such number; expected {expected}.")


def _key(prompt: str, allowed: str) -> str:
    """One key where there is a terminal, else the first letter of a line; asks again for any other key."""
    while True:
        if sys.stdin.isatty():
            OUT.print(prompt, end="")
            pressed = click.getchar().lower()
            OUT.print(pressed if pressed.isprintable() else "")
        else:
            pressed = (_line(prompt)[:1] or "\n").lower()
        if pressed in allowed:
            return pressed
        OUT.print(f"{pressed!r} is no answer here.", markup=False)


def _line(prompt: str) -> str:
    OUT.print(prompt, end="")
    return input()
