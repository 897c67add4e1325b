"""The main job, stage by stage. Each room is called once, in the order of the house."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from personshaped.demand import audit
from personshaped.engine.local import open_connection, threads_here, warm_up
from personshaped.engine.stages import Stages
from personshaped.errors import InputError, UsageError
from personshaped.linkage import pseudonyms
from personshaped.linkage.linking import Linked
from personshaped.linkage.linking import link as link_records
from personshaped.picture import draw
from personshaped.records import Records, StudyFolder, codebook, open_folder, read
from personshaped.records.report import DataReport
from personshaped.records.reporting import with_removed
from personshaped.sql import literal
from personshaped.study import auditing, following, heard, spread, writing
from personshaped.study.headlines import Headline, headlines
from personshaped.study.learned import learned
from personshaped.study.measuring import measure_all

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """How a study runs; none of it changes what the figures mean, but `sample`, which every page then says."""

    out: Path | None = None
    engine: str = "local"
    sample: float = 1.0
    resume: bool = False
    threads: int | None = None
    memory: str = "1GB"
    keep_refs: bool = False


@dataclass(frozen=True)
class Studied:
    """Where the findings are, and what to say first."""

    findings: Path
    headlines: tuple[Headline, ...]
    notices: tuple[str, ...]

    @property
    def picture(self) -> Path:
        return self.findings / "picture.html"

    @property
    def figures(self) -> Path:
        return self.findings / "figures.csv"

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "findings": str(self.findings),
            "picture": str(self.picture),
            "figures": str(self.figures),
            "headlines": [{"value": line.value, "says": line.says} for line in self.headlines],
            "notices": list(self.notices),
        }


@dataclass(frozen=True)
class Opened:
    """A folder read into a connection, with the references keyed."""

    folder: StudyFolder
    con: duckdb.DuckDBPyConnection
    records: Records
    work: Path


def _silent(stage: str, done: int, total: int) -> None:
    """For callers who do not care how far it is."""


def check(folder: Path, threads: int | None = None, memory: str = "1GB", tell: Tell = _silent) -> DataReport:
    """The data report of a folder; works without a `study.toml`, writes nothing that stays."""
    opened = open_folder(folder)
    work = _work(folder / "findings")
    try:
        found = _read(opened, work, threads, memory, tell)
        return with_removed(found.con, found.records.report)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        _remove_if_empty(folder / "findings")


@contextmanager
def readable_folder(folder: Path, findings: Path, threads: int | None = None, tell: Tell = _silent) -> Iterator[Opened]:
    """A folder that may be studied, read; its files on the way are in `findings` and go at the end."""
    study_folder = _lawful(open_folder(folder))
    work = _work(findings)
    try:
        opened = _read(study_folder, work, threads, "1GB", tell)
        yield opened
        opened.con.close()
    finally:
        shutil.rmtree(work, ignore_errors=True)
        _remove_if_empty(findings)


@contextmanager
def linked_folder(
    folder: Path, findings: Path, threads: int | None = None, tell: Tell = _silent
) -> Iterator[tuple[Opened, Linked]]:
    """The same, linked."""
    with readable_folder(folder, findings, threads, tell) as opened:
        yield opened, _link(opened, tell)


def study(folder: Path, options: Options | None = None, tell: Tell = _silent) -> Studied:
    """Read → link → follow → measure → picture. Raises InputError where the folder is at fault.

    Writes `findings/` as `interfaces` lists it; a study stopped part-way leaves its finished stages for `resume`.
    """
    options = options or Options()
    if options.engine not in ("local", "spark"):
        raise UsageError(f"--engine {options.engine}: no such engine; expected local or spark")
    study_folder = _lawful(open_folder(folder))
    findings = writing.prepare(options.out or folder / "findings", study_folder.lawful.personal_data)
    work = _work(findings, keep=options.resume)
    if options.engine == "local" and _processes(options) > 1:
        warm_up(following.WARM)
    opened = _read(study_folder, work, options.threads, options.memory, tell)
    linked = _link(opened, tell)
    writing.write_identities(opened.con, findings, options.keep_refs)
    writing.write_people(opened.con, findings, study_folder.lawful.personal_data)
    settings = opened.records.settings
    stages = Stages.open(work, writing.fingerprint(opened.folder, settings, options.sample))
    walker = following.on_spark if options.engine == "spark" else following.on_processes(_processes(options))
    written = following.follow(
        opened.con, settings, findings / "tables", stages, options.sample, walker, tell, opened.records.blank,
        lambda sample: spread.look_backs(sample, settings, stages.folder),
    )  # fmt: skip
    opened = _counted(opened, findings, options.sample)
    tell("measuring", 0, 1)
    measured = measure_all(opened.con, opened.records, findings, settings)
    tell("measuring", 1, 1)
    again = spread.again(
        opened.con, opened.records, linked, settings, stages.folder, _processes(options), tell, options.sample
    )
    said = heard.heard(opened.folder.path, findings, opened.con)
    made = heard.beside([*measured.figures, *again.figures], said)
    audited = auditing.audited(opened.folder.path, findings, opened.con)
    made = audit.beside(made, audit.figures(audited), audited is not None)
    figures = writing.write_figures(opened.con, findings, made)
    writing.write_run(findings, opened, linked, written, options)
    needs = codebook.load(opened.folder.path / "decisions").words
    beyond = learned(opened.con, opened.records, opened.folder.path, findings, measured)
    writing.write_charts(findings, replace(measured.charts, learned=beyond, needs=needs), again.tried)
    tell("drawing", 0, 1)
    (findings / "picture.html").write_text(draw(findings), encoding="utf-8")
    tell("drawing", 1, 1)
    opened.con.close()
    shutil.rmtree(work, ignore_errors=True)
    return Studied(findings, headlines(figures), writing.notices(opened, linked, options, measured.have.around))


def _lawful(folder: StudyFolder) -> StudyFolder:
    """Refuses a study of personal data that does not say why it may be done."""
    missing = folder.lawful.missing(date.today())
    if missing:
        raise InputError(missing, file=folder.toml_name)
    return folder


def _counted(opened: Opened, findings: Path, share: float) -> Opened:
    """With what was taken out of words counted where they now are; those of a sample are not all."""
    words_in = literal(findings / "tables" / "interactions.parquet") if share == 1 else "interactions"
    report = with_removed(opened.con, opened.records.report, words_in)
    return replace(opened, records=replace(opened.records, report=report))


def _work(findings: Path, keep: bool = False) -> Path:
    work = findings / ".work"
    if not keep:
        shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    findings.chmod(0o700)
    return work


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _read(folder: StudyFolder, work: Path, threads: int | None, memory: str, tell: Tell) -> Opened:
    tell("reading", 0, 1)
    con = open_connection(work, threads, memory)
    records = read(folder, con, work, keys_of(folder).sql)
    tell("reading", 1, 1)
    return Opened(folder, con, records, work)


def keys_of(folder: StudyFolder) -> pseudonyms.ReferenceKeys:
    """How the references of a folder are written: keyed hashes, or as given where its data are not personal."""
    if not folder.lawful.personal_data:
        return pseudonyms.AsGiven()
    return pseudonyms.Pseudonyms(pseudonyms.load_key(folder.path / ".private"))


def _link(opened: Opened, tell: Tell) -> Linked:
    tell("linking", 0, 1)
    folder = opened.folder
    private = folder.path / ".private" if folder.lawful.personal_data else None
    linked = link_records(opened.con, opened.records.settings, folder.path / "decisions", private)
    tell("linking", 1, 1)
    return linked


def _processes(options: Options) -> int:
    return options.threads or threads_here()
