"""What users are told: one line each, saying what was wrong, where, and what would be right."""

from __future__ import annotations


class PersonshapedError(Exception):
    """Base of every error meant for a user; the command prints it as one line and exits with `exit_status`."""

    exit_status = 1


class InputError(PersonshapedError):
    """The input is at fault (exit status 1).

    The message names the file and, where known, the row and the column: `housing.csv, row 41, started_at:
    "31 June" is not a date; expected e.g. 2024-06-30`.
    """

    def __init__(
        self, what: str, *, file: str = "", row: int | None = None, column: str = "", expected: str = ""
    ) -> None:
        place = ", ".join(part for part in (file, f"row {row}" if row is not None else "", column) if part)
        text = f"{place}: {what}" if place else what
        super().__init__(f"{text}; expected {expected}" if expected else text)


class UsageError(PersonshapedError):
    """The command was used wrongly (exit status 2): an unknown figure, person, option value."""

    exit_status = 2


class Stopped(PersonshapedError):
    """Stopped part-way (exit status 3); the same command with `--resume` goes on from the last finished stage."""

    exit_status = 3


class Refused(PersonshapedError):
    """The data do not support what was asked; the message names what is missing.

    Inside a study a refusal never stops anything: it becomes a figure with an empty value and this note.
    """
