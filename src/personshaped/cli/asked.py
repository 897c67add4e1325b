"""What the commands share: the options most of them have, and how a result is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="personshaped",
    help="What one person asked for across every agency, how often they had to ask again, and whether it helped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Folder = Annotated[Path, typer.Argument(help="The study's folder.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where the findings go (default: FOLDER/findings).")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Processors to use (default: all).")]
Memory = Annotated[str, typer.Option("--memory", help="The most the database may hold, e.g. 1GB.")]
Person = Annotated[str, typer.Argument(help="A person_id, or agency:person_ref.", show_default=False)]


def print_result(result: Any, as_json: bool, show: Callable[[Any], None]) -> None:
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=2, default=str))
    else:
        show(result)
