"""The command: arguments in, exit status out. What each command does lives in the room it calls."""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated

import typer

from personshaped import __version__
from personshaped.cli.asked import app
from personshaped.errors import PersonshapedError, Stopped

# Each tells `app` of its commands, in the order of --help.
from personshaped.cli import line, learning, team, out, duties  # isort: skip  # noqa: F401

__all__ = ["app", "main"]

_GO_ON = "free some of it and run this again (a study goes on with `--resume` from the last finished stage)"
_NO_SPACE = os.strerror(errno.ENOSPC)


def main() -> None:
    """Run the command; errors meant for users become one line and an exit status, never a traceback."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app(standalone_mode=True)
    except PersonshapedError as error:
        if debug:
            raise
        print(f"personshaped: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except (KeyboardInterrupt, BrokenPipeError):
        if debug:
            raise
        print("personshaped: stopped; `--resume` goes on from the last finished stage", file=sys.stderr)
        sys.exit(Stopped.exit_status)
    except Exception as error:
        if debug:
            raise
        if _NO_SPACE in str(error):  # whoever wrote: Python, Arrow or DuckDB, each with an error of its own
            print(f"personshaped: stopped, as the disk is full; {_GO_ON}", file=sys.stderr)
            sys.exit(Stopped.exit_status)
        print(f"personshaped: {_plain(error)} (run again with --debug for the details)", file=sys.stderr)
        sys.exit(1)


def _plain(error: Exception) -> str:
    first = next((one for one in str(error).splitlines() if one.strip()), "")
    return f"something went wrong that should not have: {type(error).__name__}: {first}"


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the whole error when something goes wrong.")] = False,
) -> None:
    """Options that stand before or after any command."""
    if version:
        print(__version__)
        raise typer.Exit
