"""What the picture is drawn from: everything a findings folder must hold, as frozen data, and the one loader.

    figures.parquet   one row per figure (`tables.DERIVED["figures"]`)
    tables/           the derived tables; only ever asked for a few rows (`rows.py`)
    run.json          version, study, settings, inputs, engine, stages, report, linking
    charts.json       series that are not one figure a row: `Charts`, written by `write_charts`

The picture scales to pixels and puts numbers into words. Every number on it stands in one of these files. A part of
`charts.json` that is missing is drawn as refused, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from personshaped.errors import InputError
from personshaped.picture.book import FigureBook, read_figures
from personshaped.picture.learned import Learned, learned

# --- series that are not a figure row ------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """One period of an XmR chart; `signals` names the rules it breaks: outside, shift, trend, two of three."""

    period: str  # YYYY-MM or YYYY
    value: float | None  # None = no row in that period at all
    signals: tuple[str, ...] = ()
    lower: float | None = None  # its own limits, where they differ from period to period (p′ chart)
    upper: float | None = None


@dataclass(frozen=True)
class Phase:
    """One phase of an XmR chart. `state` is runs (fewer than 7 points: no limits), provisional (7–11) or full."""

    first: str  # the period it begins with
    last: str
    mean: float | None
    lower: float | None
    upper: float | None
    state: str = "full"
    reason: str = ""  # why a new phase began, in a person's words; blank for the first
    suggested: bool = False


@dataclass(frozen=True)
class Xmr:
    """One XmR chart (Stat 1). Keys in `Charts.xmr` are `name/period`, as in the table `phases`:

    `value_demands/month`, `failure_demands/month` (drawn together), else `demands/month`;
    `needs_open/month`; `failure_demand_share/month`.
    """

    unit: str
    points: tuple[Point, ...]
    phases: tuple[Phase, ...]
    false_alarms: float | None = None  # share of stable charts of this length that show a signal by chance
    note: str = ""  # e.g. that no low signal is possible, or lag-1 r


@dataclass(frozen=True)
class Incidence:
    """Shares of needs by days since the first asking; the four add to 1 on every day (Aalen–Johansen, Stat 3).

    `met`: the person said so. `never_asked`: nobody ever asked, and the person has been silent since. `ended`: every
    other end together. `open`: the rest. Silence counts as an end of its own here, so that `met` is the lower bound
    and `met` + `never_asked` the upper one. `days` begins with 0 and ends with the last day drawn.
    """

    days: tuple[float, ...]
    met: tuple[float, ...]
    never_asked: tuple[float, ...]
    ended: tuple[float, ...]
    open: tuple[float, ...]
    n: int


@dataclass(frozen=True)
class Lorenz:
    """What the most costly (or most asking) share of people took up: both run from 0 to 1, largest first."""

    people: tuple[float, ...]
    amount: tuple[float, ...]
    n: int


@dataclass(frozen=True)
class ReceivedWanted:
    """One person's cumulative cost beside what they said would have helped (Stat 6), same start and same prices."""

    person_id: str
    price_year: int | None
    at: tuple[str, ...]  # dates, ISO
    received: tuple[float, ...]
    wanted_low: tuple[float, ...]
    wanted_high: tuple[float, ...]


@dataclass(frozen=True)
class Tried:
    """One figure under one other threshold, for the spread on page 9."""

    setting: str  # look_back
    at: str  # "90 days", as printed
    figure: str  # failure_demand_share
    value: float | None


@dataclass(frozen=True)
class Condition:
    """A system condition that somebody wrote down, with the thinking behind it (page 5).

    `what_happens` are names of figures, `evidence` ids of interactions whose words show it.
    """

    condition_id: str
    what_happens: tuple[str, ...]
    condition: str
    kind: str = ""
    whose: str = ""
    law_or_policy: str = ""
    thinking: str = ""
    evidence: tuple[str, ...] = ()
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Voice:
    """What somebody said it is like to need help here (`need_help`) or to work here (`work_here`); may be shown."""

    whose: str
    words: str
    said_by: str = ""
    on: str = ""
    source: str = ""


@dataclass(frozen=True)
class Method:
    """A change of method that somebody recorded."""

    at: str
    text: str
    agency: str = ""


@dataclass(frozen=True)
class Charts:
    """All of `charts.json`; every part may be absent."""

    xmr: Mapping[str, Xmr] = field(default_factory=dict)
    incidence: Incidence | None = None
    lorenz: Mapping[str, Lorenz] = field(default_factory=dict)  # keys: cost, demands
    received_wanted: tuple[ReceivedWanted, ...] = ()
    spread: tuple[Tried, ...] = ()
    conditions: tuple[Condition, ...] = ()
    voices: tuple[Voice, ...] = ()
    voices_withheld: int = 0  # said without consent to be shown
    methods: tuple[Method, ...] = ()
    asked_elsewhere: tuple[int, int] | None = None  # of so many times asking again after a known agency (second
    # number), so many at another agency (first number)
    learned: Learned = field(default_factory=Learned)  # pages 7 and 8
    needs: Mapping[str, str] = field(default_factory=dict)  # codes of the code book, in the person's words


def write_charts(findings: Path, charts: Charts) -> None:
    """Writes `charts.json`, keys sorted, so that the same series give the same bytes."""
    text = json.dumps(asdict(charts), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    (findings / "charts.json").write_text(text + "\n", encoding="utf-8")


# --- run.json ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Study:
    """What the study says of itself. `synthetic` is true where no row is about a real person."""

    name: str
    purpose: str
    what_met_means: str
    synthetic: bool
    lawful: Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """`run.json`.

    `report` is the data report; the picture reads `rows_in`, `used`, `set_aside` and `reasons` (a mapping of reason to
    rows). Of `linking` it reads `references`, `persons`, `across_agencies`, `method`, `model`, `decisions_unused`.
    `stages` maps a stage to its rows; `inputs` a file to its hash.
    """

    version: str
    engine: str
    study: Study
    settings: Mapping[str, Any]
    inputs: Mapping[str, Any]
    stages: Mapping[str, Any]
    report: Mapping[str, Any]
    linking: Mapping[str, Any]
    sample: float = 1.0  # below 1, every page says that it shows a sample of the people
    published: str = ""  # what was held back, in a version to publish


@dataclass(frozen=True)
class Findings:
    """A findings folder, read: everything but the tables, which stay on disk."""

    folder: Path
    run: Run
    figures: FigureBook
    charts: Charts

    @property
    def tables(self) -> Path:
        return self.folder / "tables"


def load(folder: Path) -> Findings:
    """Reads a findings folder.

    Raises InputError where `run.json` or `figures.parquet` is missing or cannot be read.
    """
    return Findings(folder, _run(folder), read_figures(folder / "figures.parquet"), read_charts(folder))


def load_links(folder: Path) -> Findings:
    """The same where only linking has run: without `run.json` and figures, and then as personal data."""
    if (folder / "run.json").exists() and (folder / "figures.parquet").exists():
        return load(folder)
    nothing = Study("Linking only", "", "the person says so", synthetic=False, lawful={})
    return Findings(folder, Run("", "", nothing, {}, {}, {}, {}, {}), FigureBook(()), Charts())


def read_charts(folder: Path) -> Charts:
    """The series of `charts.json`; no series at all where the file is absent."""
    if not (folder / "charts.json").exists():
        return Charts()
    data = _json(folder / "charts.json")
    incidence, elsewhere = data.get("incidence"), data.get("asked_elsewhere")
    return Charts(
        xmr={name: _xmr(one) for name, one in data.get("xmr", {}).items()},
        incidence=Incidence(**_tuples(incidence)) if incidence else None,
        lorenz={name: Lorenz(**_tuples(one)) for name, one in data.get("lorenz", {}).items()},
        received_wanted=tuple(ReceivedWanted(**_tuples(one)) for one in data.get("received_wanted", ())),
        spread=tuple(Tried(**one) for one in data.get("spread", ())),
        conditions=tuple(Condition(**_tuples(one)) for one in data.get("conditions", ())),
        voices=tuple(Voice(**one) for one in data.get("voices", ())),
        voices_withheld=int(data.get("voices_withheld", 0)),
        methods=tuple(Method(**one) for one in data.get("methods", ())),
        asked_elsewhere=(int(elsewhere[0]), int(elsewhere[1])) if elsewhere else None,
        learned=learned(data.get("learned", {})),
        needs=dict(data.get("needs", {})),
    )


def _xmr(data: dict[str, Any]) -> Xmr:
    points = tuple(Point(**_tuples(point)) for point in data["points"])
    phases = tuple(Phase(**phase) for phase in data["phases"])
    return Xmr(data["unit"], points, phases, data.get("false_alarms"), data.get("note", ""))


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _run(folder: Path) -> Run:
    data = _json(folder / "run.json")
    study = data.get("study", {})
    return Run(
        version=str(data.get("version", "")),
        engine=str(data.get("engine", "")),
        study=Study(
            name=study.get("name") or "This study",
            purpose=study.get("purpose") or "",
            what_met_means=study.get("what_met_means") or "the person says so",
            synthetic=bool(study.get("synthetic", False)),
            lawful=study.get("lawful") or {},
        ),
        settings=data.get("settings") or {},
        inputs=_by_name(data.get("inputs")),
        stages=data.get("stages") or {},
        report=data.get("report") or {},
        linking=data.get("linking") or {},
        sample=float(data.get("sample") or 1.0),
        published=str(data.get("published") or ""),
    )


def _by_name(inputs: Any) -> Mapping[str, Any]:
    """Inputs as a mapping of name to hash, also where they come as a list of `{file|path|name, sha256|hash}`."""
    if isinstance(inputs, Mapping):
        return inputs
    named = {}
    for one in inputs or ():
        name = one.get("file") or one.get("path") or one.get("name") or ""
        named[str(name)] = one.get("sha256") or one.get("hash") or ""
    return named


def _json(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("is not there", file=path.name, expected="the findings folder of a finished study") from None
    except json.JSONDecodeError as error:
        raise InputError(f"cannot be read: {error}", file=path.name, expected="the file as study wrote it") from None
    return data
