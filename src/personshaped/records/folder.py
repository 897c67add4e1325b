"""A study is a folder: its `study.toml`, its tables, the agencies' files it names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from personshaped.errors import InputError, UsageError
from personshaped.records.sources import Source, parse_source
from personshaped.settings import Settings
from personshaped.tables import CANONICAL

TOML = "study.toml"
_STUDY = ("name", "purpose", "what_met_means", "window", "history_complete")
_LAWFUL = ("personal_data", "purpose", "lawful_basis", "dpia", "keep_until")
_SETTINGS = tuple(
    one.name for one in fields(Settings) if not one.name.startswith("window") and one.name != "history_complete"
)


@dataclass(frozen=True)
class Lawful:
    """Why these data may be studied; all but `personal_data` are needed where the data are personal."""

    personal_data: bool = True
    purpose: str = ""
    lawful_basis: str = ""
    dpia: str = ""
    keep_until: date | None = None

    def missing(self, today: date) -> str:
        """What stands in the way of a study, in words that name the lines to add; empty if nothing does."""
        if not self.personal_data:
            return ""
        lines = {
            "purpose": self.purpose,
            "lawful_basis": self.lawful_basis,
            "dpia": self.dpia,
            "keep_until": self.keep_until,
        }
        absent = [name for name, said in lines.items() if not said]
        if absent:
            examples = {
                "purpose": 'purpose = "service improvement study"',
                "lawful_basis": 'lawful_basis = "public task"',
                "dpia": 'dpia = "DPIA-2026-014"',
                "keep_until": "keep_until = 2027-06-30",
            }
            wanted = "; ".join(examples[name] for name in absent)
            return (
                f"personal data are studied only with {', '.join(absent)} said; expected under [lawful]: {wanted}"
                " (or personal_data = false for synthetic or published data)"
            )
        if self.keep_until and self.keep_until < today:
            return f"keep_until = {self.keep_until} has passed: these data were to be deleted by then"
        return ""

    def as_json(self) -> dict[str, Any]:
        """As plain values, for `run.json` and page 9."""
        return {
            "personal_data": self.personal_data,
            "purpose": self.purpose,
            "lawful_basis": self.lawful_basis,
            "dpia": self.dpia,
            "keep_until": self.keep_until.isoformat() if self.keep_until else None,
        }


@dataclass(frozen=True)
class StudyFolder:
    """A folder, parsed. `tables` are the canonical tables that lie in it by name; `sources` agencies' own files."""

    path: Path
    name: str
    purpose: str
    what_met_means: str
    lawful: Lawful
    settings: Settings
    tables: Mapping[str, Path]
    sources: tuple[Source, ...]
    has_toml: bool

    @property
    def toml_name(self) -> str:
        return TOML

    def files(self) -> list[Path]:
        """Every file that a study of this folder reads, in order: settings, tables, sources, decisions."""
        found = [self.path / TOML] if self.has_toml else []
        found += self.tables.values()
        for source in self.sources:
            found += [self.path / name for name in source.file_names]
        decisions = self.path / "decisions"
        found += sorted(one for one in decisions.glob("*") if one.is_file()) if decisions.is_dir() else []
        inside = {_container(self.path, one) for one in found}
        return sorted(one for one in inside if one is not None)


def _container(folder: Path, path: Path) -> Path | None:
    """The file itself, or the archive or database that holds it; None where it is not a file of the folder."""
    for one in (path, *path.parents):
        if one == folder or folder not in one.parents:
            return None
        if one.is_file():
            return one
    return None


def open_folder(path: Path) -> StudyFolder:
    """The folder as its `study.toml` describes it; without one it can be checked, not studied.

    Raises InputError where the folder or `study.toml` is at fault, naming the line and the nearest right word.
    """
    if not path.is_dir():
        raise InputError(f"{path.name}: no such folder", expected="a folder with interactions.csv or a study.toml")
    toml = path / TOML
    data = _read_toml(toml) if toml.is_file() else {}
    known(data, ("study", "lawful", "settings", "source"), "")
    study = data.get("study", {})
    known(study, _STUDY, "[study]")
    tables = _tables(path)
    sources = tuple(parse_source(one, number) for number, one in enumerate(data.get("source", []), 1))
    if "interactions" not in tables and not any("interactions" in source.tables for source in sources):
        raise InputError("no interactions", file=path.name, expected="interactions.csv, or a [[source.interactions]]")
    return StudyFolder(
        path=path,
        name=str(study.get("name", path.resolve().name)),
        purpose=str(study.get("purpose", "")),
        what_met_means=str(study.get("what_met_means", "the person says so")),
        lawful=_lawful(data.get("lawful", {})),
        settings=_settings(study, data.get("settings", {})),
        tables=tables,
        sources=sources,
        has_toml=toml.is_file(),
    )


def known(given: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    """Raises InputError for the first key that is none of `names`, naming the nearest."""
    if not isinstance(given, Mapping):
        raise InputError(f"{where} is not a table", file=TOML, expected=f"{where} with {', '.join(names[:4])}")
    for key in given:
        if key not in names:
            near = get_close_matches(key, names, n=1, cutoff=0.5)
            raise InputError(
                f"{where} {key}: no such key".strip(), file=TOML, expected=near[0] if near else ", ".join(names[:12])
            )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", file=TOML, expected="TOML in UTF-8") from None


def _tables(path: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in CANONICAL:
        there = [path / f"{name}{end}" for end in (".csv", ".parquet") if (path / f"{name}{end}").is_file()]
        if len(there) > 1:
            raise InputError(f"{there[0].name} and {there[1].name} are both there", file=path.name, expected="one")
        if there:
            found[name] = there[0]
    return found


def _lawful(given: Mapping[str, Any]) -> Lawful:
    known(given, _LAWFUL, "[lawful]")
    personal = given.get("personal_data", True)
    if not isinstance(personal, bool):
        raise InputError(f"[lawful] personal_data = {personal!r}", file=TOML, expected="true or false")
    keep = given.get("keep_until")
    return Lawful(
        personal,
        str(given.get("purpose", "")),
        str(given.get("lawful_basis", "")),
        str(given.get("dpia", "")),
        _day(keep, "[lawful] keep_until") if keep else None,
    )


def _settings(study: Mapping[str, Any], given: Mapping[str, Any]) -> Settings:
    known(given, _SETTINGS, "[settings]")
    values: dict[str, Any] = {}
    for name, value in given.items():
        values[name] = _setting(name, value)
    start, end = _window(study.get("window"))
    complete = study.get("history_complete", False)
    if not isinstance(complete, bool):
        raise InputError(f"[study] history_complete = {complete!r}", file=TOML, expected="true or false")
    try:
        return Settings(
            window_start=start, window_end=end, window_declared=start is not None, history_complete=complete, **values
        )
    except TypeError as error:
        raise UsageError(f"{TOML}, [settings]: {error}") from None


def _setting(name: str, value: Any) -> Any:
    if name == "expected_repeat":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise InputError(f"[settings] {name} = {value!r}", file=TOML, expected='e.g. ["repeat prescription"]')
        return tuple(value)
    if name == "link_threshold":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise InputError(f"[settings] {name} = {value!r}", file=TOML, expected="a probability, e.g. 0.95")
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        wanted = "a year, e.g. 2024" if name == "price_year" else "a whole number of days"
        raise InputError(f"[settings] {name} = {value!r}", file=TOML, expected=wanted)
    return value


def _window(given: Any) -> tuple[date | None, date | None]:
    if given is None:
        return None, None
    if not isinstance(given, list) or len(given) != 2:
        raise InputError(f"[study] window = {given!r}", file=TOML, expected='["2021-01-01", "2024-01-01"]')
    start, end = (_day(one, "[study] window") for one in given)
    if not start < end:
        raise InputError(f"[study] window ends on {end}, not after {start}", file=TOML, expected="a later end")
    return start, end


def _day(given: Any, where: str) -> date:
    if isinstance(given, date):
        return date(given.year, given.month, given.day)
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise InputError(f"{where}: {given!r} is not a date", file=TOML, expected="e.g. 2024-06-30") from None
