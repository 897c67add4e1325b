"""Out again: a version to publish, and what the team recorded as one more source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from personshaped import showing
from personshaped.cli.asked import Folder, Json, Out, app, print_result
from personshaped.disclosure.profile import DEFAULT, Profile
from personshaped.errors import UsageError


@app.command()
def export(
    folder: Folder,
    into: Annotated[Path, typer.Option("--into", help="A new folder.", show_default=False)],
    form: Annotated[
        str,
        typer.Option(
            "--as",
            help="picture: a version to publish, small counts withheld, words that a person ticked; "
            "source: what the team recorded, as a folder to study.",
        ),
    ] = "source",
    least: Annotated[int, typer.Option(help="picture: the smallest count that is shown.")] = DEFAULT.least,
    round_to: Annotated[int, typer.Option(help="picture: counts are rounded to this.")] = DEFAULT.round_to,
    story: Annotated[
        list[str] | None,
        typer.Option(
            help="picture: also this person's story (a person_id, or agency:person_ref): as it is with consent, else "
            "with dates moved and agencies by kind.",
            show_default=False,
        ),
    ] = None,
    out: Out = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="source: where the application keeps its things (default: FOLDER/.private/team)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Out again: a version of the picture to publish, or what the team recorded, as a source to study."""
    match form:
        case "picture":
            from personshaped.study import publishing

            release = publishing.publish(folder, into, Profile(least, round_to), out, story or ())
            print_result(release.as_json(), as_json, showing.release)
        case "source":
            try:
                from personshaped.team.site import serving
            except ModuleNotFoundError as error:
                raise UsageError(f"this needs {error.name}; install it with: pip install personshaped[team]") from None
            print_result(serving.export_source(folder, keep, into), as_json, showing.pairs)
        case _:
            raise UsageError(f"--as {form}: there is no such form yet; expected picture (with figures.csv) or source")
