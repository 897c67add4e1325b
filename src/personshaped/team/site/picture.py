"""The study's picture as the application holds it: read once for each version of the findings, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings

from personshaped.errors import InputError
from personshaped.figures import Figure, Measure
from personshaped.picture import words
from personshaped.picture.drawing import PAGES, parts_of, quotations
from personshaped.picture.drawn import Chart, Part
from personshaped.picture.inputs import Findings, load
from personshaped.picture.rows import Tables
from personshaped.study.measuring import MEASURES
from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right

Words = Literal["shown", "withheld"]
NAMES = dict(PAGES)
ONE_PERSON = "f-story-"
"""How the ids of charts begin that draw one person's need."""
BREAKDOWNS = ("area", "agency", "issue")


def folder() -> Path:
    """The findings of the study. Raises InputError where there are none yet."""
    study = settings.STUDY
    if study is None or not (study / "findings" / "run.json").exists():
        raise InputError("There is no finished study to show; `personshaped study FOLDER` makes one")
    return Path(study) / "findings"


def version() -> float:
    """Changes with every study."""
    return (folder() / "run.json").stat().st_mtime


def findings() -> Findings:
    """What the study found: figures and series; the tables stay on disk."""
    return _findings(folder(), version())


@lru_cache(maxsize=2)
def _findings(place: Path, of: float) -> Findings:
    return load(place)


def words_for(user: User) -> Words:
    """Whether people's words may stand on the picture's pages for this colleague.

    Where nobody is real, for everyone; else for those who may read words of people they do not work with.
    """
    real = not findings().run.study.synthetic
    return "withheld" if real and not user.may(Right.READ_ALL_WORDS) else "shown"


def parts(page: str, said: Words) -> list[Part]:
    """The parts of one page; without words nobody's single story stands among them."""
    return _parts(folder(), version(), page, said)


@lru_cache(maxsize=40)
def _parts(place: Path, of: float, page: str, said: Words) -> list[Part]:
    read = findings()
    with Tables(read.tables, said) as tables:
        found = parts_of(page, read, tables)
    return [one for one in found if said == "shown" or not one.id.startswith(ONE_PERSON)]


def spoken(said: Words) -> list[dict[str, Any]]:
    """What people said, by the picture's rule; nothing where words are withheld."""
    return _spoken(folder(), version()) if said == "shown" else []


@lru_cache(maxsize=2)
def _spoken(place: Path, of: float) -> list[dict[str, Any]]:
    with Tables(findings().tables) as tables:
        return quotations(tables)


def chart(name: str, said: Words) -> tuple[str, Chart] | None:
    """The page and the chart of that id."""
    for page in NAMES:
        for one in parts(page, said):
            if isinstance(one, Chart) and one.id == name:
                return page, one
    return None


# --- only some of it -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Only:
    """What was asked for: blank is all of it. Figures are counted by one of area, agency and issue at a time."""

    area: str = ""
    agency: str = ""
    issue: str = ""
    period: str = ""

    @property
    def any(self) -> bool:
        return bool(self.area or self.agency or self.issue or self.period)

    @property
    def breakdowns(self) -> list[tuple[str, str]]:
        """The breakdown and the group of each that was chosen."""
        return [(name, getattr(self, name)) for name in BREAKDOWNS if getattr(self, name)]

    @property
    def query(self) -> str:
        """For an address."""
        return urlencode({name: getattr(self, name) for name in (*BREAKDOWNS, "period") if getattr(self, name)})

    @property
    def says(self) -> str:
        """In words: “housing, in 2024”."""
        said = [words.agency(group) if name == "agency" else words.spoken(group) for name, group in self.breakdowns]
        return ", ".join([*said, *([spell(self.period)] if self.period else [])])

    def figure(self, name: str) -> Figure | None:
        """The figure so counted, with a value; None where the study did not count it so."""
        if len(self.breakdowns) > 1:
            return None
        by, group = self.breakdowns[0] if self.breakdowns else ("", "")
        found = findings().figures.get(name, by, group, self.period)
        return found if found is not None and found.value is not None else None


def spell(period: str) -> str:
    """A month or a year in words."""
    return words.month(period) if len(period) == 7 else period


@dataclass(frozen=True)
class Choice:
    """One thing to choose; `chosen` where it is."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One filter with its choices."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def fields(only: Only) -> list[Field]:
    """The filters with what the study's figures offer, alphabetical, periods the latest first."""
    groups = _groups(folder(), version())
    made = []
    for name, label in (("area", "Area"), ("agency", "Agency"), ("period", "Period"), ("issue", "Issue")):
        spelled = {"agency": words.agency, "period": spell}.get(name, words.spoken)
        choices = tuple(Choice(one, spelled(one), one == getattr(only, name)) for one in groups[name])
        made.append(Field(name, label, choices))
    return made


@lru_cache(maxsize=2)
def _groups(place: Path, of: float) -> dict[str, list[str]]:
    figures = findings().figures.figures
    found = {name: sorted({one.group for one in figures if one.by == name and one.group}) for name in BREAKDOWNS}
    periods = sorted({one.period for one in figures if one.period}, reverse=True)
    return {**found, "period": [*(one for one in periods if len(one) == 4), *(one for one in periods if len(one) > 4)]}


def value(figure: Figure) -> str:
    """A figure's value in words."""
    if figure.value is None:
        return "cannot be said"
    if figure.unit == "share":
        return words.out_of(figure) if words.is_few(figure) else words.percent(figure.value)
    return words.amount(figure)


def measure(name: str) -> Measure | None:
    """The declaration that a figure comes from."""
    return _measures().get(name)


@lru_cache(maxsize=1)
def _measures() -> dict[str, Measure]:
    return {name: one for one in MEASURES for name in one.names}
