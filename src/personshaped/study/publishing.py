"""`export --as picture`: the only version of a study to publish (Stat 11, `trust`).

It is drawn by the same pages from a copy of the findings in which every part has been let through by a rule: figures by
`disclosure.withholding`, charts made again from those figures, words that a person ticked. What no rule lets through is
not in the copy, so that a part of the picture that is new is left out until somebody has thought about it.
"""

from __future__ import annotations

import csv
import getpass
import hashlib
import json
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from personshaped.cells import as_text
from personshaped.disclosure import releases, stories, ticked
from personshaped.disclosure.profile import DEFAULT, Profile
from personshaped.disclosure.since import to_keep, write_rows
from personshaped.disclosure.ticked import Ticked
from personshaped.errors import InputError
from personshaped.linkage import pseudonyms
from personshaped.picture import draw, rows, story
from personshaped.picture.inputs import Charts, Findings, load, read_charts, write_charts
from personshaped.records import StudyFolder, open_folder
from personshaped.sql import literal
from personshaped.study import looking, writing
from personshaped.study.published_charts import named, of_numbers, published_charts, with_numbers
from personshaped.study.published_figures import COUNTS, LetThrough, let_through

TO_TICK = "words_to_tick.csv"


@dataclass(frozen=True)
class Release:
    """What went out: where, how many figures, how many were withheld and why, how many words, and the list to tick."""

    folder: Path
    figures: int
    withheld: Mapping[str, int]
    words: int
    to_tick: Path
    left_to_tick: int
    stands: str = ""
    """The number of the release whose figures stand, as few people have changed since; blank where they are new."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(self).items()}


def publish(
    folder: Path,
    into: Path,
    profile: Profile = DEFAULT,
    out: Path | None = None,
    people: Sequence[str] = (),
) -> Release:
    """Writes `picture.html`, `figures.csv` and `README.txt` to the new folder `into`, and notes the release.

    Of `people` (a person_id, or agency:person_ref) the story goes out too, as `story-1.html` and so on: as it is where
    consent is recorded, else so that nobody is known by it. Each is recorded as a look.

    Raises InputError where there is no finished study or one of few people, where `into` holds something or stands
    among the study's own files, where an earlier release was rounded otherwise, or where `ticked_words.csv` does not
    say who ticked; UsageError where nobody is that person. Then nothing is written.
    """
    opened, findings = open_folder(folder), out or folder / "findings"
    if not (findings / "run.json").is_file():
        first = f"`personshaped study {folder}` first, which writes it"
        raise InputError("holds no finished study", file=str(findings), expected=first)
    read, key = load(findings), pseudonyms.load_key(folder / ".private")
    _check_place(into, folder, findings)
    people_in_it = _people(read)
    if people_in_it < profile.least:
        raise InputError(
            f"holds {people_in_it} people, and what is said of so few is their story", file=str(findings),
            expected=f"a study of {profile.least} people or more",
        )  # fmt: skip
    words = ticked.read(folder / "decisions")
    private = folder / ".private"
    releases.check_profile(private, profile)
    with tempfile.TemporaryDirectory() as held:
        work = Path(held)
        write_rows(read.tables, key, work / releases.ROWS)
        let = let_through(read, releases.earlier(private), work / releases.ROWS, words, profile)
        kept = _write_copy(work, read, let, words, profile)
        picture = draw(work)
        issues = {one.group for one in let.figures.figures if one.name == "issue_share" and one.value is not None}
        told = list(_stories(opened, key, findings, work, words, issues, people))
        shown = sum(1 for one in let.figures.figures if one.value is not None)
        digest = hashlib.sha256(picture.encode()).hexdigest()
        counts = {
            "figures": shown,
            "withheld": sum(let.figures.withheld.values()),
            "words": len(words),
            "sha256": digest,
        }
        into.mkdir(parents=True, exist_ok=True)
        # noted before anything stands there: what went out and was not noted could not be held against the next
        line = releases.line(datetime.now(UTC), getpass.getuser(), into, profile, **counts)
        kept |= {releases.ROWS: to_keep(work / releases.ROWS), releases.MEASURED: let.measured.encode()}
        releases.keep(private, (*let.figures.fresh, *let.quarters.fresh), kept, line)
        (into / "picture.html").write_text(picture, encoding="utf-8")
        shutil.copyfile(work / "figures.csv", into / "figures.csv")
        for number, page in enumerate(told, start=1):
            (into / f"story-{number}.html").write_text(page, encoding="utf-8")
    (into / "README.txt").write_text(f"{read.run.study.name}\n\n{profile.says}\n", encoding="utf-8")
    left = _list_to_tick(findings, read, words)
    return Release(into, shown, let.figures.withheld, len(words), findings / TO_TICK, left, let.stands)


def _check_place(into: Path, folder: Path, findings: Path) -> None:
    """Raises InputError where `into` is no new folder, or one that a study reads or writes."""
    if into.exists() and not into.is_dir():
        raise InputError("is a file", file=str(into), expected="a new folder")
    if into.exists() and any(into.iterdir()):
        raise InputError("is not empty", file=str(into), expected="a new folder, so that nothing old goes out with it")
    if any(into.resolve().is_relative_to(one.resolve()) for one in (folder, findings)):
        raise InputError("stands among the study's own files", file=str(into), expected="a folder outside the study")


def _people(read: Findings) -> int:
    """Of how many people the study is."""
    with rows.Tables(read.tables) as tables:
        return int(tables.ask("SELECT count(*) AS people FROM {persons}")[0]["people"])


# --- stories -------------------------------------------------------------------------------------------------


def _stories(
    opened: StudyFolder,
    key: bytes,
    findings: Path,
    work: Path,
    words: Mapping[str, Ticked],
    issues: Collection[str],
    people: Sequence[str],
) -> Iterator[str]:
    if not people:
        return
    agreed = stories.consented(opened.path / "decisions", lambda named: looking.person_of(findings, opened, named))
    for one in people:
        person_id = looking.person_of(findings, opened, one)
        looking.record_look(opened, person_id, "story, to publish")
        moved = None if person_id in agreed else stories.offset(key, person_id)
        stories.write(findings / "tables", work / "tables", person_id, words, issues, moved)
        yield story(work, "story")


# --- the copy that is drawn ----------------------------------------------------------------------------------


def _write_copy(
    work: Path, read: Findings, let: LetThrough, words: Mapping[str, Ticked], profile: Profile
) -> dict[str, bytes]:
    """Writes the copy; returns what of it the next release is held against, as files by name."""
    (work / "tables").mkdir()
    con = duckdb.connect()
    writing.write_figures(con, work, (*let.figures.figures, *let.quarters.figures))
    shown = (work / "figures.parquet").read_bytes()
    writing.write_figures(con, work, let.figures.figures)
    _write_words(con, read.tables, work / "tables", words)
    con.close()
    charts = published_charts(read, let.figures.figures, let.quarters.figures, words, profile)
    run = run_to_publish(read, profile)
    told = {releases.SHOWN: shown}
    if let.few_since:
        earlier = read_charts(let.few_since.folder) if let.stands else Charts()
        charts = with_numbers(charts, earlier)
        run = as_counted(run, json.loads((let.few_since.folder / COUNTS).read_text(encoding="utf-8")))
    else:
        write_charts(work, of_numbers(charts))
        told["charts.json"] = (work / "charts.json").read_bytes()
        told[COUNTS] = json.dumps(as_counted({}, run)).encode()
    write_charts(work, charts)
    (work / "run.json").write_text(json.dumps(run, default=str), encoding="utf-8")
    return told


def _write_words(con: duckdb.DuckDBPyConnection, tables: Path, into: Path, words: Mapping[str, Ticked]) -> None:
    """Of what was said only what was ticked, in the words that were, and its month rather than its day."""
    ticked.as_table(con, words)
    said = f"""SELECT interaction_id, agency, said AS words, date_trunc('month', started_at) AS started_at,
        CASE WHEN date_precision IN ('year', 'order') THEN date_precision ELSE 'month' END AS date_precision,
        initiated_by, kind FROM {literal(tables / "interactions.parquet")} JOIN ticked USING (interaction_id)"""
    asked = f"""SELECT interaction_id, first_of_need, demand_type, failure_kind, issue
        FROM {literal(tables / "demands.parquet")} SEMI JOIN ticked USING (interaction_id)"""
    for name, select in (("interactions", said), ("demands", asked)):
        con.execute(f"COPY ({select}) TO {literal(into / f'{name}.parquet')} (FORMAT parquet)")


def run_to_publish(read: Findings, profile: Profile) -> dict[str, Any]:
    """What the study says of itself, without its inputs and without counts that are few."""
    run = read.run
    rounded = {
        key: profile.rounded(value)
        for part in (run.report, run.linking)
        for key in ("rows_in", "used", "set_aside", "references", "persons", "across_agencies")
        if isinstance(value := part.get(key), int) and not profile.is_few(value)
    }
    return {
        "version": run.version, "engine": run.engine, "sample": run.sample,
        "settings": _settings_to_publish(run.settings),
        "study": {"name": run.study.name, "purpose": run.study.purpose, "what_met_means": run.study.what_met_means,
                  "synthetic": run.study.synthetic, "lawful": run.study.lawful},
        "report": {key: rounded[key] for key in ("rows_in", "used", "set_aside") if key in rounded}
        | {"priced_minutes": run.report.get("priced_minutes")},
        "linking": {key: rounded[key] for key in ("references", "persons", "across_agencies") if key in rounded}
        | {key: run.linking.get(key) for key in ("method", "model")},
        "published": profile.says,
    }  # fmt: skip


def as_counted(run: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """`run` with how many rows and people there were `then`, in which window; how it was measured stays its own."""
    window = {key: then["settings"][key] for key in ("window_start", "window_end") if key in then["settings"]}
    settings = {**run.get("settings", {}), **window}
    return {**run, "settings": settings, "report": then["report"], "linking": then["linking"]}


def _settings_to_publish(said: Mapping[str, Any]) -> dict[str, Any]:
    """The settings; of a window that nobody declared, which begins and ends with somebody's row, whole months."""
    if said.get("window_declared"):
        return dict(said)
    first, last = (date.fromisoformat(said[key]) if said.get(key) else None for key in ("window_start", "window_end"))
    whole = {} if first is None else {"window_start": str(first.replace(day=1))}
    if last is not None and last.day > 1:
        last = (last.replace(day=1) + timedelta(days=31)).replace(day=1)
    return dict(said) | whole | ({} if last is None else {"window_end": str(last)})


# --- words to tick -------------------------------------------------------------------------------------------


def _list_to_tick(findings: Path, read: Findings, words: Mapping[str, Ticked]) -> int:
    """Writes the words that the picture would show and nobody has ticked: to be read, signed, put in `decisions/`."""
    with rows.Tables(read.tables) as tables:
        said = [*rows.quotations(tables, 30), *rows.said_by_need(tables).values()]
    offered = {row["interaction_id"]: row["words"] for row in said}
    for one in read.charts.conditions:
        offered |= {
            named("condition", one.condition_id): one.condition,
            named("thinking", one.condition_id): one.thinking,
        }
    offered |= {named("need", code): text for code, text in read.charts.needs.items()}
    offered |= {named("voice", one.words): one.words for one in read.charts.voices}
    changes = [one.text for one in read.charts.methods] + [one.text for one in read.charts.learned.changes]
    offered |= {named("change", text): text for text in changes}
    left = {what: text for what, text in offered.items() if text and what not in words}
    path = findings / TO_TICK
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(0o600)
        writer = csv.writer(file)
        writer.writerow(ticked.COLUMNS)
        writer.writerows((what, as_text(text), "", "") for what, text in left.items())
    return len(left)
