"""The command: arguments in, exit status out. What each command does lives in the room it calls."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from personshaped import __version__, showing
from personshaped.errors import PersonshapedError, Stopped, UsageError

app = typer.Typer(
    name="personshaped",
    help="What one person asked for across every agency, how often they had to ask again, and whether it helped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Folder = Annotated[Path, typer.Argument(help="The study's folder.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where the findings go [default: FOLDER/findings].")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Processors to use [default: all].")]
Memory = Annotated[str, typer.Option("--memory", help="The most the database may hold, e.g. 1GB.")]


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
        print(f"personshaped: {_plain(error)} (run again with --debug for the details)", file=sys.stderr)
        sys.exit(1)


def _plain(error: Exception) -> str:
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"something went wrong that should not have: {type(error).__name__}: {first}"


def _print(result: Any, as_json: bool, show: Callable[[Any], None]) -> None:
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=2, default=str))
    else:
        show(result)


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the whole error when something goes wrong.")] = False,
) -> None:
    """Options that stand before or after any command."""
    if version:
        print(__version__)
        raise typer.Exit


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
        _print({name: one.says for name, one in SCENARIOS.items()}, as_json, showing.pairs)
        return
    if scenario not in SCENARIOS:
        raise UsageError(f"no scenario {scenario!r}; expected one of {', '.join(SCENARIOS)}")
    with showing.Progress() as progress:
        made = write_demo(folder, scenario, people, years, seed, progress.tell)
    _print(made.as_json(), as_json, showing.demo)


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
    _print(drafted.as_json(), as_json, lambda _: showing.lines(drafted.lines()))


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

    _print({"sheet": str(write(into))}, as_json, showing.pairs)


@app.command()
def check(folder: Folder, as_json: Json = False, threads: Threads = None, memory: Memory = "1GB") -> None:
    """The data report: rows in, used and set aside and why; what these data can and cannot show."""
    from personshaped.study import check as run

    with showing.Progress() as progress:
        report = run(folder, threads, memory, progress.tell)
    _print(report.as_json(), as_json, lambda _: showing.lines(report.lines()))
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
        _print(look_up(folder, out, pair), as_json, showing.pairs)
        return
    with showing.Progress() as progress:
        result = run(folder, out, threads, progress.tell)
    _print(result, as_json, showing.pairs)


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
    _print(result.as_json(), as_json, lambda _: showing.study(result))


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
    _print(result.as_json(), as_json, lambda _: showing.lines(page_of(result, showing.PAGE)))


@app.command()
def story(
    folder: Folder,
    person: Annotated[str, typer.Argument(help="A person_id, or agency:person_ref.", show_default=False)],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """One person's whole story as a page; the look is recorded."""
    from personshaped.study import story as run

    _print(run(folder, out, person), as_json, showing.pairs)


@app.command()
def listen(
    folder: Folder,
    coder: Annotated[str, typer.Option("--as", help="Your initials: whose answers these are.")] = "",
    most: Annotated[int | None, typer.Option("--most", min=1, help="Stop after so many answers.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Once more what you answered weeks ago, blind: have the words moved?")
    ] = False,
    agreement: Annotated[bool, typer.Option("--agreement", help="How far people agree, and what to discuss.")] = False,
    write: Annotated[Path | None, typer.Option("--write", help="The next demands into a .csv or .jsonl file.")] = None,
    read: Annotated[Path | None, typer.Option("--read", help="Answers back from such a file.")] = None,
    embed: Annotated[
        bool, typer.Option("--embed", help="Suggestions by meaning, with the sentence model of the extra [embed].")
    ] = False,
    merge: Annotated[str | None, typer.Option(help="In the code book, one need into another: CODE=INTO.")] = None,
    split: Annotated[str | None, typer.Option(help="In the code book, one need into others: CODE=ONE,OTHER.")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Code demands in the person's own words: value or failure, which kind, what it is about."""
    from personshaped import terminal
    from personshaped.study.listening import by_meaning
    from personshaped.study.listening import listen as open_session

    with open_session(folder, out, coder, by_meaning(folder) if embed else None) as session:
        if merge or split:
            _print(session.change_book(merge, split), as_json, showing.pairs)
        elif write is not None:
            _print({"demands": session.write(write, most or 50), "file": str(write)}, as_json, showing.pairs)
        elif read is not None:
            _print({"answers kept": session.read(read)}, as_json, showing.pairs)
        elif agreement:
            agreed = session.agreement()
            _print(agreed.as_json(), as_json, lambda _: showing.agreement(agreed))
        elif as_json:
            _print({"figures": [vars(one) for one in session.figures()]}, as_json, showing.pairs)
        else:
            session.once_more = again
            terminal.listen(session, most)


@app.command()
def whatif(
    folder: Folder,
    resolve_first: Annotated[
        float | None, typer.Option(help="Share of needs simply sorted out at the first contact.")
    ] = None,
    screen_out: Annotated[
        float | None, typer.Option(help="Share turned away at the door; 0: nobody screens, someone goes to see.")
    ] = None,
    refer: Annotated[float | None, typer.Option(help="Share passed on, of those let in.")] = None,
    approve: Annotated[float | None, typer.Option(help="Share of packages approved.")] = None,
    met: Annotated[float | None, typer.Option(help="Share of packages that meet the need.")] = None,
    visits: Annotated[float | None, typer.Option(help="Visits of a package, on the mean.")] = None,
    wait: Annotated[float | None, typer.Option(help="Days of each wait, on the mean.")] = None,
    capacity: Annotated[
        list[str] | None, typer.Option(help="An agency's hours: AGENCY=+10%, all=-5%, AGENCY=1200 a year.")
    ] = None,
    people: Annotated[int | None, typer.Option(min=50, help="Who lives there [default: as the study says].")] = None,
    years: Annotated[int, typer.Option(min=1, max=20, help="Years after the change.")] = 5,
    runs: Annotated[int, typer.Option(min=5, help="Runs; the ranges are over them.")] = 20,
    seed: Annotated[int, typer.Option(help="Another seed, other chances.")] = 1,
    out: Out = None,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Simulate another way of working in a place like the one studied: old beside new, with ranges, never a promise."""
    from personshaped.locality.whatif import Changes
    from personshaped.study.whatif import whatif as run

    changes = Changes(resolve_first, screen_out, refer, approve, met, visits, wait, tuple(capacity or ()))
    with showing.Progress() as progress:
        result = run(folder, out, changes, people, years, runs, seed, threads, progress.tell)
    _print(result.as_json(), as_json, lambda _: showing.whatif(result))


@app.command()
def tally(
    folder: Folder,
    week: Annotated[list[str] | None, typer.Option(help="A week to count in, by any of its days; repeat.")] = None,
    opens: Annotated[int, typer.Option(help="The first hour.")] = 9,
    closes: Annotated[int, typer.Option(help="The hour it ends.")] = 17,
    share: Annotated[float, typer.Option(help="The share you expect, to plan by.")] = 0.5,
    within: Annotated[float, typer.Option(help="How near you want to know it.")] = 0.1,
    most: Annotated[int, typer.Option(min=1, help="The most hours to sit.")] = 60,
    seed: Annotated[int, typer.Option(help="Another seed, other hours.")] = 1,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Plan a week of counting demand at the front doors, with sheets to print; without --week, what was counted."""
    from personshaped.study import tallying

    if week:
        planned = tallying.plan(folder, out, week, (opens, closes), share, within, most, seed)
        _print(planned.as_json(), as_json, showing.pairs)
    else:
        _print(vars(tallying.counted(folder)), as_json, showing.tally)


@app.command()
def compare(
    folder: Folder,
    out: Out = None,
    prices_of: Annotated[
        int | None, typer.Option("--prices-of", help="All costs in this year's prices, by HM Treasury's GDP deflators.")
    ] = None,
    usual: Annotated[
        float | None, typer.Option(help="What a case like these usually costs over such a time, if you know it.")
    ] = None,
    bootstrap: Annotated[
        int, typer.Option(min=0, max=100_000, help="Also a studentised bootstrap interval, from so many resamples.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Another seed, other chances.")] = 1,
    as_json: Json = False,
) -> None:
    """Old against new: every case beside itself, how sure one can be, and how much would have come about by itself."""
    from personshaped.learning.old_new_words import page
    from personshaped.study.comparing import compare as run

    result = run(folder, out, prices_of, usual, seed, bootstrap)
    _print(result.as_json(), as_json, lambda _: showing.lines(page(result)))


@app.command()
def extrapolate(
    folder: Folder,
    country: Annotated[str | None, typer.Option(help="The area to carry it to, where area_facts has several.")] = None,
    claim: Annotated[float, typer.Option(min=1, help="The claim to look at, £ a year for England.")] = 16e9,
    seed: Annotated[int, typer.Option(help="Another seed, other chances.")] = 1,
    as_json: Json = False,
) -> None:
    """How far it might reach: ranges first, what they rest on, and what would have to be true. Never a promise."""
    from personshaped.learning.extrapolate_words import page
    from personshaped.study.extrapolating import extrapolate as run

    result = run(folder, country, claim, seed)
    _print(result.as_json(), as_json, lambda _: showing.lines(page(result)))


@app.command()
def measures(
    name: Annotated[str | None, typer.Argument(help="A measure's name or id; all, if left out.")] = None,
    as_json: Json = False,
) -> None:
    """The definitions, as the code computes them."""
    from personshaped.study import definitions

    _print(definitions(name), as_json, showing.definitions)


@app.command()
def score(folder: Folder, truth: Annotated[Path, typer.Argument(help="The truth.")], as_json: Json = False) -> None:
    """How near linkage, coding and figures came to a known truth."""
    from personshaped.locality import score as run

    findings = folder / "findings" if (folder / "findings").is_dir() else folder
    _print([row.as_json() for row in run(findings, truth)], as_json, showing.scores)


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="The study's folder; made where there is none.")] = Path("."),
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8000,
    keep: Annotated[
        Path | None, typer.Option(help="Where it keeps its own things [default: FOLDER/.private/team].")
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


@app.command()
def export(
    folder: Folder,
    into: Annotated[Path, typer.Option("--into", help="A new folder.", show_default=False)],
    form: Annotated[str, typer.Option("--as", help="source: what the team recorded, as a folder to study.")] = "source",
    keep: Annotated[
        Path | None, typer.Option(help="Where the application keeps its things [default: FOLDER/.private/team].")
    ] = None,
    as_json: Json = False,
) -> None:
    """Out again: what the team recorded in the application, as a source folder that is counted like any agency's."""
    if form != "source":
        raise UsageError(f"--as {form}: there is no such form yet; expected source")
    try:
        from personshaped.team.site import serving
    except ModuleNotFoundError as error:
        raise UsageError(f"this needs {error.name}; install it with: pip install personshaped[team]") from None
    _print(serving.export_source(folder, keep, into), as_json, showing.pairs)


def _named(question: str) -> str:
    return str(typer.prompt(question.rstrip(": "), default="", show_default=False))


Person = Annotated[str, typer.Argument(help="A person_id, or agency:person_ref.", show_default=False)]


@app.command()
def forget(folder: Folder, person: Person, out: Out = None, as_json: Json = False) -> None:
    """Erase a person for good: from findings, identities and decisions, and from every reading to come."""
    from personshaped.study.duties import forget as run

    with showing.Progress() as progress:
        result = run(folder, person, out, progress.tell)
    _print(result, as_json, showing.told)


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
    _print(result, as_json, showing.told)


@app.command()
def purge(folder: Folder, out: Out = None, as_json: Json = False) -> None:
    """When keep_until has passed: delete findings and identities, and name the files left for you to delete."""
    from datetime import date

    from personshaped.study.keeping import purge as run

    _print(run(folder, date.today(), out), as_json, showing.told)


@app.command()
def backup(
    folder: Folder,
    archive: Annotated[Path, typer.Argument(help="The archive to write.", show_default=False)],
    as_json: Json = False,
) -> None:
    """The whole folder as one file, encrypted with the study's key; the key itself is not in it."""
    from personshaped.study.keeping import backup as run

    _print(run(folder, archive), as_json, showing.told)


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

    _print(run(archive, folder, key, forgotten), as_json, showing.told)


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

    _print(run(folder, head), as_json, showing.told)


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

    _print(draw(folder, out, sheet, each, seed), as_json, showing.pairs)


if __name__ == "__main__":
    main()
