"""What whoever holds the data owes people, and its keeping."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from personshaped import showing
from personshaped.cli.asked import Folder, Json, Out, Person, app, print_result


@app.command()
def forget(folder: Folder, person: Person, out: Out = None, as_json: Json = False) -> None:
    """Erase a person for good: from findings, identities and decisions, and from every reading to come."""
    from personshaped.study.duties import forget as run

    with showing.Progress() as progress:
        result = run(folder, person, out, progress.tell)
    print_result(result, as_json, showing.told)


@app.command(name="subject-access")
def subject_access(
    folder: Folder,
    person: Person,
    out: Annotated[Path, typer.Option("--out", help="A new folder for the files.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Everything held about a person, as files to hand to them; the look is recorded."""
    from personshaped.study.duties import subject_access as run

    with showing.Progress() as progress:
        result = run(folder, person, out, progress.tell)
    print_result(result, as_json, showing.told)


@app.command()
def purge(folder: Folder, out: Out = None, as_json: Json = False) -> None:
    """When keep_until has passed: delete findings and identities, and name the files left for you to delete."""

    from personshaped.study.keeping import purge as run

    print_result(run(folder, date.today(), out), as_json, showing.told)


@app.command()
def backup(
    folder: Folder,
    archive: Annotated[Path, typer.Argument(help="The archive to write.", show_default=False)],
    as_json: Json = False,
) -> None:
    """The whole folder as one file, encrypted with the study's key; the key itself is not in it."""
    from personshaped.study.keeping import backup as run

    print_result(run(folder, archive), as_json, showing.told)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="The archive to read.", show_default=False)],
    folder: Annotated[Path, typer.Argument(help="An empty place.", show_default=False)],
    key: Annotated[Path | None, typer.Option("--key", help="The file with the study's key.")] = None,
    forgotten: Annotated[Path | None, typer.Option("--forgotten", help="A newer list of those forgotten.")] = None,
    as_json: Json = False,
) -> None:
    """Bring an archive back into an empty place; what was forgotten stays forgotten."""
    from personshaped.study.keeping import restore as run

    print_result(run(archive, folder, key, forgotten), as_json, showing.told)


audit = typer.Typer(no_args_is_help=True, help="The record of looks, and the audit of the rules.")
app.add_typer(audit, name="audit")


@audit.command("verify")
def audit_verify(
    folder: Folder,
    head: Annotated[str | None, typer.Option("--head", help="A head that was noted before.")] = None,
    as_json: Json = False,
) -> None:
    """Whether the record of looks is whole: nothing changed, dropped, moved or cut off."""
    from personshaped.study.keeping import audit as run

    print_result(run(folder, head), as_json, showing.told)


@audit.command("draw")
def audit_draw(
    folder: Folder,
    sheet: Annotated[Path, typer.Option("--into", help="The sheet to write (.csv).")] = Path("audit.csv"),
    each: Annotated[int, typer.Option("--each", min=50, help="Demands from either answer of the rules.")] = 50,
    seed: Annotated[int, typer.Option(help="Another seed, another sample.")] = 1,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """A sheet of demands for two people to code, without the rules' answers: how far the rules can be trusted."""
    from personshaped.study.auditing import draw

    print_result(draw(folder, out, sheet, each, seed), as_json, showing.pairs)
