"""The figures that a version to publish lets through, held against the rows behind them and the releases before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from personshaped.capability.charts import CHARTED
from personshaped.disclosure import releases
from personshaped.disclosure.behind import crowds, dominance
from personshaped.disclosure.profile import Profile
from personshaped.disclosure.releases import Earlier
from personshaped.disclosure.since import Since, since
from personshaped.disclosure.ticked import Ticked
from personshaped.disclosure.withholding import Known, Published, as_they_stood, published
from personshaped.figures import QUARTER, Context, DataAvailability, Figure
from personshaped.picture.inputs import Findings
from personshaped.settings import Settings
from personshaped.study.measuring import DERIVED, MEASURES, show_tables
from personshaped.study.published_charts import is_quarter, named, quarters_of

COUNTS = "run.json"
"""Where a release that told of everybody anew keeps how many rows and people there were."""


@dataclass(frozen=True)
class LetThrough:
    """Figures, those of charts by the quarter, and the latest release since which what differs is of few people: its
    figures stand, unless they were measured otherwise (`measured`: with which settings, by which version)."""

    figures: Published
    quarters: Published
    measured: str
    few_since: Earlier | None

    @property
    def stands(self) -> str:
        """The number of the release whose figures stand; blank where these are new."""
        then = self.few_since
        return then.folder.name if then and then.measured == self.measured else ""


def let_through(
    read: Findings, before: Sequence[Earlier], rows: Path, words: Mapping[str, Ticked], profile: Profile
) -> LetThrough:
    """What of the findings may be published after the releases `before`; `rows` is what `since.write_rows` wrote."""
    unticked = {code for code in read.charts.needs if named("need", code) not in words}
    settings = {name: value for name, value in read.run.settings.items() if not name.startswith("window")}
    measured = json.dumps({"version": read.run.version} | settings, sort_keys=True)
    known, differing = _asked(read, before, rows, profile)
    few = (one.release for one in differing if one.few(profile))
    then = next((one for one in few if (one.folder / COUNTS).exists()), None)
    if then and then.measured == measured:
        stood = [
            as_they_stood([one for one in then.figures if is_quarter(one) == by_quarter], unticked)
            for by_quarter in (False, True)
        ]
        return LetThrough(stood[0], stood[1], measured, then)
    figures, quarters = (
        published(exact, profile, beside_earlier(exact, known, differing, measured, profile), known, unticked)
        for exact in (read.figures.figures, quarters_of(read))
    )
    return LetThrough(figures, quarters, measured, then)


def _asked(read: Findings, before: Sequence[Earlier], rows: Path, profile: Profile) -> tuple[Known, list[Since]]:
    """What the rows say of who stands behind figures, and of what differs since each release, the latest first."""
    context = Context(_settings(read.run.settings), DataAvailability(frozenset()))
    measures = [*MEASURES, *(replace(one, by=(QUARTER,)) for one in MEASURES if one.name in CHARTED)]
    with duckdb.connect() as con:
        show_tables(con, {name: str(read.tables / f"{name}.parquet") for name in DERIVED}, frozenset())
        made = dominance(con, MEASURES, context, profile)
        declared = {name: one for one in MEASURES for name in one.names}
        known = Known(declared, made.checked, made.dominated, crowds(con, measures, context))
        return known, [since(con, one, rows, measures, context) for one in reversed(before)]


def beside_earlier(
    exact: Sequence[Figure], known: Known, differing: Sequence[Since], measured: str, profile: Profile
) -> dict[int, Figure | None]:
    """Of figures that would tell of few people beside a release before what the latest such showed, by their place;
    None where it showed none, or measured otherwise.

    One that was not shown before tells of few where few people's rows behind it are new: months of which the quarter
    was shown, and in which only somebody forgotten is missing.
    """
    found: dict[int, Figure | None] = {}
    for at, one in enumerate(exact):
        for then in differing if one.value is not None else ():
            few = then.few_did(one.name, (one.by, one.group, one.period), known, profile)
            was = then.release.shown.get(one.key)
            if (few and was is None) or releases.differs(one, then.release, few, profile):
                found[at] = was if then.release.measured == measured else None
                break
            if was is not None and releases.is_in(one, then.release):
                break  # it has been shown as it is
    return found


def _settings(said: Mapping[str, Any]) -> Settings:
    """The settings of `run.json`, as far as queries ask for them."""
    days = {key: date.fromisoformat(said[key]) for key in ("window_start", "window_end") if said.get(key)}
    numbers = {one.name: said[one.name] for one in fields(Settings) if type(said.get(one.name)) is int}
    return Settings(**days | numbers)
