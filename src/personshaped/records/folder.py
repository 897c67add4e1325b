"""A study is a folder: its `study.toml`, the canonical tables in it, the agencies' files it names, its decisions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from personshaped.errors import InputError
from personshaped.records.archives import members
from personshaped.records.sources import TOML, Block, Cell, Lookup, Source, known, parse_source, text
from personshaped.settings import Settings
from personshaped.tables import CANONICAL

__all__ = ["TOML", "Block", "Cell", "Lawful", "Lookup", "Redaction", "Source", "StudyFolder", "open_folder"]

WRITTEN_BY_PEOPLE = ("conditions", "voices")
"""Tables that lie in `decisions/`, and are read like any other."""
_STUDY = ("name", "purpose", "what_met_means", "window", "history_complete", "guarded")
_REDACTION = ("presidio",)
_LAWFUL = ("personal_data", "purpose", "lawful_basis", "dpia", "keep_until")
_SETTINGS = tuple(
    one.name for one in fields(Settings) if one.name != "history_complete" and not one.name.startswith("window_")
)
_LAWFUL_LINES = {
    "purpose": 'purpose = "service improvement study"',
    "lawful_basis": 'lawful_basis = "public task"',
    "dpia": 'dpia = "DPIA-2026-014"',
    "keep_until": "keep_until = 2027-06-30",
}


@dataclass(frozen=True)
class Lawful:
    """Why these data may be studied; everything but `personal_data` is needed where the data are personal."""

    personal_data: bool = True
    purpose: str = ""
    lawful_basis: str = ""
    dpia: str = ""
    keep_until: date | None = None

    def missing(self, today: date) -> str:
        """'' where a study may run on `today`, else one line that says what stands in the way."""
        if not self.personal_data:
            return ""
        absent = [line for name, line in _LAWFUL_LINES.items() if not getattr(self, name)]
        if absent:
            return (
                f"personal data are studied only when [lawful] says why; fill in there: {'; '.join(absent)}"
                " (or personal_data = false for synthetic or published data)"
            )
        if self.keep_until and self.keep_until < today:
            return f"[lawful] keep_until = {self.keep_until} has passed: these data were to be deleted by then"
        return ""

    def as_json(self) -> dict[str, Any]:
        """As plain values, for `run.json` and the page on how this was made."""
        return {
            "personal_data": self.personal_data,
            "purpose": self.purpose,
            "lawful_basis": self.lawful_basis,
            "dpia": self.dpia,
            "keep_until": self.keep_until.isoformat() if self.keep_until else None,
        }


@dataclass(frozen=True)
class Redaction:
    """What is done to people's words besides the rules that are always applied."""

    presidio: bool = field(
        default=False,
        metadata={"meaning": "`true`: Presidio, and the spaCy model that is installed, look for names and numbers in"
                  " people's words after the rules; needs `pip install 'personshaped[pii]'`"},
    )  # fmt: skip


@dataclass(frozen=True)
class StudyFolder:
    """A folder, understood. `toml_name` is empty where it has no `study.toml`: such a folder can only be checked.

    `guarded` says that its CSV tables were written with `cells.as_text`, which is undone on reading.
    """

    path: Path
    toml_name: str
    name: str
    purpose: str
    what_met_means: str
    lawful: Lawful = field(default_factory=Lawful)
    redaction: Redaction = Redaction()
    settings: Settings = field(default_factory=Settings)
    sources: tuple[Source, ...] = ()
    guarded: bool = False

    def holds(self, table: str) -> bool:
        """Whether a file in the folder, or a source, is meant for this table."""
        return table in self.tables() or any(table in source.tables for source in self.sources)

    def tables(self) -> dict[str, Path]:
        """The canonical tables that lie in the folder by name, but for files that a source maps itself.

        Raises InputError where a table is there twice.
        """
        mapped = {name for source in self.sources for name in source.file_names}
        found: dict[str, Path] = {}
        for table in CANONICAL:
            inside = "decisions/" if table in WRITTEN_BY_PEOPLE else ""
            there = [f"{inside}{table}{end}" for end in (".csv", ".tsv", ".parquet")]
            there = [name for name in there if (self.path / name).is_file()]
            there = [name for name in there if name not in mapped]
            if len(there) > 1:
                raise InputError(
                    f"{there[0]} and {there[1]} are both there", file=self.path.name, expected="one of them"
                )
            if there:
                found[table] = self.path / there[0]
        return found

    def files(self) -> list[Path]:
        """Every file that a study of this folder reads, sorted; for a member of an archive, the archive."""
        found = set(self.tables().values())
        if self.toml_name:
            found.add(self.path / self.toml_name)
        for source in self.sources:
            found |= {_on_disk(self.path, name) for name in source.file_names}
        decisions = self.path / "decisions"
        if decisions.is_dir():
            found |= {one for one in decisions.rglob("*") if one.is_file() and not one.name.startswith(".")}
        return sorted(found)


def _on_disk(folder: Path, name: str) -> Path:
    """The file, or the archive or database that holds it. Raises InputError where there is none."""
    path = folder / name
    for one in (path, *path.parents):
        if one.is_file():
            return one
        if one == folder:
            break
    near = get_close_matches(name, [str(one.relative_to(folder)) for one in _candidates(path)], n=1, cutoff=0.5)
    expected = near[0] if near else "a file beside study.toml, or archive.zip/member.csv"
    raise InputError(f"[[source]] {name}: no such file", file=TOML, expected=expected)


def _each_file(folder: Path, source: Source) -> list[Source]:
    """One source for each file that a path with `*` stands for: `calls/2023-*.csv`, `calls.zip/*.csv`.

    Raises InputError where it stands for none.
    """
    if "*" not in source.path or "://" in source.path or (folder / source.path).is_file():
        return [source]
    head, archived, _ = source.path.partition(".zip/")
    if archived:
        archive = f"{head}.zip"
        named = [f"{archive}/{one}" for one in members(_on_disk(folder, archive), archive)]
    else:
        above, _, _ = source.path.partition("*")[0].rpartition("/")
        under = folder / above
        found = under.rglob("*") if "/" in source.path[len(above) + 1 :] else under.glob("*")
        before = f"{above}/" if above else ""
        named = [f"{before}{one.relative_to(under).as_posix()}" for one in found if one.is_file()]
    pattern = re.compile("[^/]*".join(map(re.escape, source.path.split("*"))))
    meant = sorted(one for one in named if pattern.fullmatch(one))
    if not meant:
        where = f"[[source]] {source.path}"
        raise InputError(f"{where}: no such file", file=TOML, expected="a path where * stands for part of a name")
    return [replace(source, path=one, written=source.path) for one in meant]


def _candidates(path: Path) -> list[Path]:
    return [one for one in path.parent.iterdir() if one.is_file()] if path.parent.is_dir() else []


def open_folder(path: Path) -> StudyFolder:
    """The folder as its `study.toml` describes it; without one it can be checked, not studied.

    Raises InputError in one line that names the file, the key and the nearest right one.
    """
    if not path.is_dir():
        raise InputError(f"{path}: no such folder", expected="a folder with a study.toml or an interactions.csv")
    toml = path / TOML
    data = _parsed(toml) if toml.is_file() else {}
    known(data, ("study", "lawful", "redaction", "settings", "source"), "")
    study = data.get("study", {})
    known(study, _STUDY, "[study]")
    given = data.get("source", [])
    if not isinstance(given, list):
        raise InputError("[source]: a table of its own", file=TOML, expected="[[source]], in double brackets")
    folder = StudyFolder(
        path=path,
        toml_name=TOML if toml.is_file() else "",
        name=_said(study, "[study]", "name") or path.resolve().name,
        purpose=_said(study, "[study]", "purpose"),
        what_met_means=_said(study, "[study]", "what_met_means") or "the person says so",
        lawful=_lawful(data.get("lawful", {})),
        redaction=_redaction(data.get("redaction", {})),
        guarded=_yes_no(study.get("guarded", False), "[study] guarded"),
        settings=_settings(study, data.get("settings", {})),
        sources=tuple(
            one for number, said in enumerate(given, start=1) for one in _each_file(path, parse_source(said, number))
        ),
    )
    folder.files()  # a path that leads nowhere is said now, not after an hour of reading
    return folder


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError("is not in UTF-8", file=TOML, expected="the file saved again as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"cannot be read as TOML: {error}", file=TOML) from None


def _said(given: Mapping[str, Any], where: str, key: str) -> str:
    return text(given[key], f"{where} {key}") if given.get(key, "") != "" else ""


def _lawful(given: Mapping[str, Any]) -> Lawful:
    known(given, _LAWFUL, "[lawful]")
    return Lawful(
        personal_data=_yes_no(given.get("personal_data", True), "[lawful] personal_data"),
        purpose=_said(given, "[lawful]", "purpose"),
        lawful_basis=_said(given, "[lawful]", "lawful_basis"),
        dpia=_said(given, "[lawful]", "dpia"),
        keep_until=_day(given["keep_until"], "[lawful] keep_until") if given.get("keep_until", "") != "" else None,
    )


def _redaction(given: Mapping[str, Any]) -> Redaction:
    known(given, _REDACTION, "[redaction]")
    return Redaction(presidio=_yes_no(given.get("presidio", False), "[redaction] presidio"))


def _settings(study: Mapping[str, Any], given: Mapping[str, Any]) -> Settings:
    known(given, _SETTINGS, "[settings]")
    values: dict[str, Any] = {name: _setting(name, value) for name, value in given.items()}
    start, end = _window(study.get("window"))
    return Settings(
        window_start=start,
        window_end=end,
        window_declared=start is not None,
        history_complete=_yes_no(study.get("history_complete", False), "[study] history_complete"),
        **values,
    )


_MOST = 100_000  # days; more is a slip
_SHARES = {"link_threshold": "a probability, e.g. 0.95", "stable_within": "a share a year, e.g. 0.02"}


def _setting(name: str, value: Any) -> Any:
    where = f"[settings] {name} = {value!r}"
    if name == "expected_repeat":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise InputError(where, file=TOML, expected='a list of texts, e.g. ["repeat prescription"]')
        return tuple(value)
    if name in _SHARES:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise InputError(where, file=TOML, expected=_SHARES[name])
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        expected = "a year, e.g. 2024" if name == "price_year" else "a whole number of days, e.g. 90"
        raise InputError(where, file=TOML, expected=expected)
    return value


def _window(given: Any) -> tuple[date | None, date | None]:
    if given is None:
        return None, None
    if not isinstance(given, list) or len(given) != 2:
        expected = '["2021-01-01", "2024-01-01"], the end not included'
        raise InputError(f"[study] window = {given!r}", file=TOML, expected=expected)
    start, end = (_day(one, "[study] window") for one in given)
    if start >= end:
        raise InputError(
            f"[study] window ends on {end}, begins on {start}", file=TOML, expected="an end after its start"
        )
    return start, end


def _day(given: Any, where: str) -> date:
    if isinstance(given, date):
        return given.date() if isinstance(given, datetime) else given
    try:
        return date.fromisoformat(given)
    except (ValueError, TypeError):
        raise InputError(f"{where}: {given!r} is not a date", file=TOML, expected="e.g. 2024-06-30") from None


def _yes_no(given: Any, where: str) -> bool:
    if not isinstance(given, bool):
        raise InputError(f"{where} = {given!r}", file=TOML, expected="true or false, without quotes")
    return given
