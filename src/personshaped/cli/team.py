"""The team's application, served."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from personshaped.cli.asked import app
from personshaped.errors import UsageError


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="The study's folder; made where there is none.")] = Path("."),
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8000,
    keep: Annotated[
        Path | None, typer.Option(help="Where it keeps its own things (default: FOLDER/.private/team).")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that serve.")] = 2,
    practice: Annotated[
        bool, typer.Option("--practice", help="Invented people and colleagues, no second factor.")
    ] = False,
) -> None:
    """The team's web application, on this machine."""
    try:
        from personshaped.team.site import serving
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the web application needs {error.name}; install it with: pip install personshaped[team]"
        ) from None
    folder.mkdir(parents=True, exist_ok=True)
    serving.prepare(folder, keep, practice, over_http=True)
    if practice:
        names = ", ".join(serving.practice_team())
        print(f"Practice, with invented people. Sign in as {names}; the password is: {serving.PRACTICE_WORD}")
    elif account := serving.first_account(_named if sys.stdin.isatty() else None):
        print(f"The first account is {account[0]}; its password, shown this once: {account[1]}")
    if not (folder / "findings" / "run.json").exists():
        print(f"There is no finished study here, so the picture is empty; make one with: personshaped study {folder}")
    print(f"Open http://127.0.0.1:{port}/ (Ctrl-C stops it)", flush=True)
    serving.run(port, workers)


def _named(question: str) -> str:
    return str(typer.prompt(question.rstrip(": "), default="", show_default=False))
