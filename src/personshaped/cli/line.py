"""The line: agencies' files in, the picture out, and what one may look up in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from personshaped import showing
from personshaped.cli.asked import Folder, Json, Memory, Out, Threads, app, print_result
from personshaped.errors import PersonshapedError, UsageError


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="A folder to make.", show_default=False)],
    scenario: Annotated[str, typer.Option(help="Which locality; `--scenario list` names them.")] = "assess_refer",
    people: Annotated[int, typer.Option(min=50, help="How many people live there.")] = 2000,
    years: Annotated[int, typer.Option(min=1, help="Years of records.")] = 3,
    seed: Annotated[int, typer.Option(help="Another seed, another locality.")] = 1,
    as_json: Json = False,
) -> None:
    """Write an example locality (synthetic) as agencies' own files, with its study.toml; the truth goes beside it."""
    from personshaped.locality import SCENARIOS, write_demo

    if scenario == "list":
        print_result({name: one.says for name, one in SCENARIOS.items()}, as_json, showing.pairs)
        return
    if scenario not in SCENARIOS:
        raise UsageError(f"no scenario {scenario!r}; expected one of {', '.join(SCENARIOS)}")
    with showing.Progress() as progress:
        made = write_demo(folder, scenario, people, years, seed, progress.tell)
    print_result(made.as_json(), as_json, showing.demo)


@app.command()
def init(
    files: Annotated[list[Path], typer.Argument(help="Agencies' files, as they were sent.", show_default=False)],
    into: Annotated[
        Path, typer.Option("--into", help="The study's folder; made where there is none.", show_default=False)
    ],
    as_json: Json = False,
) -> None:
    """Draft study.toml from agencies' files: for each column a guess, how sure, samples, and what it could not tell."""
    from personshaped.records.draft import draft

    drafted = draft(files, into, _asked if sys.stdin.isatty() and not as_json else None)
    print_result(drafted.as_json(), as_json, lambda _: showing.lines(drafted.lines()))


def _asked(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, err=True))


@app.command()
def template(
    into: Annotated[
        Path, typer.Option("--into", help="Where the sheet goes: a new study's folder.", show_default=False)
    ],
    as_json: Json = False,
) -> None:
    """A sheet (Excel) to build one person's history from case files by hand, in a folder that can be studied."""
    from personshaped.records.draft_template import template as write

    print_result({"sheet": str(write(into))}, as_json, showing.pairs)


@app.command()
def check(folder: Folder, as_json: Json = False, threads: Threads = None, memory: Memory = "1GB") -> None:
    """The data report: rows in, used and set aside and why; what these data can and cannot show."""
    from personshaped.study import check as run

    with showing.Progress() as progress:
        report = run(folder, threads, memory, progress.tell)
    print_result(report.as_json(), as_json, lambda _: showing.lines(report.lines()))
    if not report.usable:
        raise PersonshapedError(f"{folder}: no interaction remains after setting rows aside; see the report above")


@app.command()
def link(
    folder: Folder,
    out: Out = None,
    pair: Annotated[str | None, typer.Option("--pair", help="Look a pair of links.html up; recorded.")] = None,
    as_json: Json = False,
    threads: Threads = None,
) -> None:
    """Only who is the same person: writes `links.html`, a page of what was joined and why."""
    from personshaped.study import link as run
    from personshaped.study.looking import pair as look_up

    if pair is not None:
        print_result(look_up(folder, out, pair), as_json, showing.pairs)
        return
    with showing.Progress() as progress:
        result = run(folder, out, threads, progress.tell)
    print_result(result, as_json, showing.pairs)


@app.command()
def study(
    folder: Folder,
    out: Out = None,
    engine: Annotated[str, typer.Option(help="Where the walk runs: local, or spark.")] = "local",
    sample: Annotated[str | None, typer.Option(help="Study only this share of the people, e.g. 5%.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last finished stage.")] = False,
    threads: Threads = None,
    memory: Memory = "1GB",
    keep_refs: Annotated[
        bool, typer.Option("--keep-refs", help="Keep agencies' own references in identities.parquet.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The main job: read, link, follow, measure, and draw the picture."""
    from personshaped.study import Options
    from personshaped.study import study as run

    options = Options(out, engine, _share(sample), resume, threads, memory, keep_refs)
    with showing.Progress() as progress:
        result = run(folder, options, progress.tell)
    print_result(result.as_json(), as_json, lambda _: showing.study(result))


def _share(sample: str | None) -> float:
    if sample is None:
        return 1.0
    text = sample.strip()
    try:
        share = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise UsageError(f"--sample {sample}: not a share of the people; expected e.g. 5% or 0.05")
    return share


@app.command()
def figure(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="A figure's name or id, e.g. failure_demand_share or M012.")],
    by: Annotated[str | None, typer.Option(help="agency, month, issue, area or design.")] = None,
    people: Annotated[str | None, typer.Option(help="Only these people: person ids, separated by commas.")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="Also the interactions and words behind it.")] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """One figure with its definition as the query that ran."""
    from personshaped.study import figure as run
    from personshaped.study.figure_page import page_of

    chosen = tuple(one.strip() for one in people.split(",") if one.strip()) if people else ()
    result = run(folder, out, name, by, chosen, rows)
    print_result(result.as_json(), as_json, lambda _: showing.lines(page_of(result, showing.PAGE)))


@app.command()
def story(
    folder: Folder,
    person: Annotated[str, typer.Argument(help="A person_id, or agency:person_ref.", show_default=False)],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """One person's whole story as a page; the look is recorded."""
    from personshaped.study import story as run

    print_result(run(folder, out, person), as_json, showing.pairs)
