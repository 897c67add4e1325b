"""Listening, counting at the door, old against new, how far it might reach, what if; the definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from personshaped import showing
from personshaped.cli.asked import Folder, Json, Out, Threads, app, print_result


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
        bool, typer.Option("--embed", help="Suggestions by meaning, with the sentence model of the extra 'embed'.")
    ] = False,
    merge: Annotated[str | None, typer.Option(help="In the code book, one need into another: CODE=INTO.")] = None,
    split: Annotated[str | None, typer.Option(help="In the code book, one need into others: CODE=ONE,OTHER.")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Code demands in the person's own words: value or failure, which kind, what it is about."""
    from personshaped import terminal
    from personshaped.study import sheets
    from personshaped.study.listening import by_meaning
    from personshaped.study.listening import listen as open_session

    changes = bool(merge or split or write or read)
    only_reads = not changes and (agreement or as_json)
    with open_session(folder, out, coder, by_meaning(folder) if embed else None, only_reads=only_reads) as session:
        if merge or split:
            print_result(session.change_book(merge, split), as_json, showing.pairs)
        elif write is not None:
            written = {"demands": sheets.write(session, write, most or 50), "file": str(write)}
            print_result(written, as_json, showing.pairs)
        elif read is not None:
            answers = sheets.read(session, read)
            print_result({"answers kept": answers.new, "given before": answers.known}, as_json, showing.pairs)
        elif agreement:
            agreed = session.agreement()
            print_result(agreed.as_json(), as_json, lambda _: showing.agreement(agreed))
        elif as_json:
            print_result({"figures": [vars(one) for one in session.figures()]}, as_json, showing.pairs)
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
    people: Annotated[int | None, typer.Option(min=50, help="Who lives there (default: as the study says).")] = None,
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
    print_result(result.as_json(), as_json, lambda _: showing.whatif(result))


@app.command()
def tally(
    folder: Folder,
    week: Annotated[list[str] | None, typer.Option(help="A week to count in, by any of its days; repeat.")] = None,
    opens: Annotated[int, typer.Option(help="The first hour.")] = 9,
    closes: Annotated[int, typer.Option(help="The hour it ends.")] = 17,
    share: Annotated[float, typer.Option(help="The share you expect, to plan by.")] = 0.5,
    within: Annotated[float, typer.Option(help="How near you want to know it.")] = 0.1,
    most: Annotated[int, typer.Option(min=1, help="The most hours to sit.")] = 60,
    an_hour: Annotated[
        float | None, typer.Option(min=0.1, help="Demands a door hears in an hour, where you counted; else by records.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, other hours.")] = 1,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Plan a week of counting demand at the front doors, with sheets to print; without --week, what was counted."""
    from personshaped.study import tallying

    if week:
        planned = tallying.plan(folder, out, week, (opens, closes), share, within, most, seed, an_hour)
        print_result(planned.as_json(), as_json, showing.pairs)
    else:
        print_result(vars(tallying.counted(folder)), as_json, showing.tally)


@app.command()
def compare(
    folder: Folder,
    out: Out = None,
    prices_of: Annotated[
        int | None, typer.Option("--prices-of", help="All costs in this year's prices, by HM Treasury's GDP deflators.")
    ] = None,
    usual: Annotated[
        float | None,
        typer.Option(min=0, help="What a case like these usually costs over such a time, if you know it."),
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
    print_result(result.as_json(), as_json, lambda _: showing.lines(page(result)))


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
    print_result(result.as_json(), as_json, lambda _: showing.lines(page(result)))


@app.command()
def measures(
    name: Annotated[str | None, typer.Argument(help="A measure's name or id; all, if left out.")] = None,
    as_json: Json = False,
) -> None:
    """The definitions, as the code computes them."""
    from personshaped.study import definitions

    print_result(definitions(name), as_json, showing.definitions)


@app.command()
def score(folder: Folder, truth: Annotated[Path, typer.Argument(help="The truth.")], as_json: Json = False) -> None:
    """How near linkage, coding and figures came to a known truth."""
    from personshaped.locality import score as run

    findings = folder / "findings" if (folder / "findings").is_dir() else folder
    print_result([row.as_json() for row in run(findings, truth)], as_json, showing.scores)
