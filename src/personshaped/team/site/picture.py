"""The study's picture as the application holds it: read once for each version of the findings, page by page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from personshaped.figures import Figure, Measure
from personshaped.picture import words
from personshaped.picture.drawing import PAGES, parts_of, quotations
from personshaped.picture.drawn import Chart, Part
from personshaped.picture.inputs import Findings, load
from personshaped.picture.rows import Tables
from personshaped.study.measuring import BY_PAGE, MEASURES
from personshaped.team.accounts.findings import findings_folder
from personshaped.team.accounts.models import SharingAgreement, User
from personshaped.team.accounts.once import once
from personshaped.team.accounts.roles import Right

Heard = frozenset[str] | None
"""The agencies whose words may stand on a page; None, all of them."""
NAMES = dict(PAGES)
ONE_PERSON = "f-story-"
"""How the ids of charts begin that draw one person's need."""
BREAKDOWNS = ("area", "agency", "issue")


def version() -> float:
    """Changes with every study."""
    return (findings_folder() / "run.json").stat().st_mtime


def findings() -> Findings:
    """What the study found: figures and series; the tables stay on disk."""
    return _findings(findings_folder(), version())


@once(2)
def _findings(place: Path, of: float) -> Findings:
    return load(place)


def shared() -> Heard:
    """The agencies whose records may be seen under an agreement that holds today; None, all, where nobody is real."""
    if findings().run.study.synthetic:
        return None
    today = dt.date.today()
    holds = SharingAgreement.objects.filter(from_date__lte=today).filter(Q(to_date=None) | Q(to_date__gte=today))
    return frozenset(holds.values_list("agency__code", flat=True))


def heard_by(user: User) -> Heard:
    """The agencies whose words may stand on the picture's pages for this colleague.

    Where nobody is real, all of them; else those that share, for who may read words of people they do not work with.
    """
    agencies = shared()
    return agencies if agencies is None or user.may(Right.READ_ALL_WORDS) else frozenset()


def parts(page: str, heard: Heard) -> list[Part]:
    """The parts of one page; nobody's single story stands among them where not everything of it may be read."""
    return _parts(findings_folder(), version(), page, heard)


@once(40)
def _parts(place: Path, of: float, page: str, heard: Heard) -> list[Part]:
    read = findings()
    with Tables(read.tables, heard) as tables:
        found = parts_of(page, read, tables)
    whole = heard is None or heard.issuperset(_groups(place, of)["agency"])
    return [one for one in found if whole or not one.id.startswith(ONE_PERSON)]


def read_ahead() -> None:
    """Draws every page as colleagues see them: with the words of agencies that share, and with none."""
    for heard in dict.fromkeys((shared(), None if shared() is None else frozenset[str]())):
        for page in NAMES:
            parts(page, heard)
        spoken(heard)


def spoken(heard: Heard) -> list[dict[str, Any]]:
    """What people said, by the picture's rule, at the agencies whose words may be read."""
    return _spoken(findings_folder(), version(), heard)


@once(4)
def _spoken(place: Path, of: float, heard: Heard) -> list[dict[str, Any]]:
    with Tables(findings().tables, heard) as tables:
        return quotations(tables)


def chart(name: str, heard: Heard) -> tuple[str, Chart] | None:
    """The page and the chart of that id."""
    for page in NAMES:
        for one in parts(page, heard):
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
        said = [named(name, group) for name, group in self.breakdowns]
        return ", ".join([*said, *([spell(self.period)] if self.period else [])])

    def figure(self, name: str) -> Figure | None:
        """The figure so counted, with a value; None where the study did not count it so."""
        if len(self.breakdowns) > 1:
            return None
        by, group = self.breakdowns[0] if self.breakdowns else ("", "")
        found = findings().figures.get(name, by, group, self.period)
        return found if found is not None and found.value is not None else None


def named(by: str, group: str) -> str:
    """A group in words, as the picture's own pages name it."""
    return words.group(by, group, findings().charts.needs)


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
    groups = _groups(findings_folder(), version())
    made = []
    for name, label in (("area", "Area"), ("agency", "Agency"), ("period", "Period"), ("issue", "Issue")):
        chosen = getattr(only, name)
        choices = (
            Choice(one, spell(one) if name == "period" else named(name, one), one == chosen) for one in groups[name]
        )
        made.append(Field(name, label, tuple(choices)))
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


@lru_cache(maxsize=1)
def page_of() -> dict[str, str]:
    """The page of the picture that a figure belongs to, by its name."""
    return {name: page for page, measures in BY_PAGE for one in measures for name in one.names}
