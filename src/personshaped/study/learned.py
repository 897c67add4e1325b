"""What pages 7 and 8 are drawn from, out of what `learning` finds, in the picture's own words."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from personshaped.demand.coding import codes
from personshaped.demand.coding.drift import drift
from personshaped.errors import InputError, Refused
from personshaped.figures import Context
from personshaped.learning.extrapolate import Reach
from personshaped.learning.extrapolate_words import claim_says, counts_as_says, draws_say, mean_says
from personshaped.learning.honest import reporting
from personshaped.learning.interrupted import Series, interrupted_series
from personshaped.learning.old_new import Compared
from personshaped.learning.old_new_words import by_itself_says, ratio_says, spread_says, tested_says, who_says
from personshaped.learning.projection import Projection
from personshaped.learning.signals import Signs, signals, signs
from personshaped.learning.watched import SERIES
from personshaped.picture import learned as drawn
from personshaped.records import Records
from personshaped.statistics.counts import Floats
from personshaped.statistics.interrupted import Interruption, Times
from personshaped.study.comparing import compared
from personshaped.study.extrapolating import extrapolate
from personshaped.study.measuring import DERIVED, Measured, hide_tables, show_tables

_APART = "SELECT 1 FROM area_facts WHERE independent AND agency IS NOT NULL LIMIT 1"


def learned(con: duckdb.DuckDBPyConnection, records: Records, folder: Path, findings: Path, measured: Measured) -> (
    drawn.Learned
):  # fmt: skip
    """Everything of pages 7 and 8, from a finished walk, what was measured and the folder that was studied."""
    show_tables(con, {name: str(findings / "tables" / f"{name}.parquet") for name in DERIVED}, records.tables)
    early = None if measured.have.missing(signals.needs) else measured.made[SERIES, signs]
    again = drift(codes.read(folder / "decisions"))
    found = _learned(con, Context(records.settings, measured.have), early, again.says if again else "")
    hide_tables(con)
    return _reached(folder, found)


def _learned(con: duckdb.DuckDBPyConnection, context: Context, early: Signs | None, afresh: str) -> drawn.Learned:
    """Everything but the reach. What is resampled is done only where the data hold what it is about."""
    settings = context.settings
    if not settings.window_start or not settings.window_end:
        return drawn.Learned()
    rows = con.execute('SELECT CAST("at" AS DATE), kind, text, agency FROM changes WHERE "at" IS NOT NULL'
                       " AND person_id IS NULL ORDER BY ALL").fetchall()  # fmt: skip
    changes = tuple(drawn.Recorded(at.isoformat(), kind or "", text or "", agency or "")
                    for at, kind, text, agency in rows)  # fmt: skip
    return drawn.Learned(
        changes=changes,
        interrupted=tuple(_series(one) for one in interrupted_series(con, context))
        if any(one.kind == "method" for one in changes) else (),
        reporting=tuple(drawn.Reporting(one.agency, one.sentence.value,
                                        tuple((piece.looked_at, piece.says) for piece in one.evidence))
                        for one in reporting(con, context, afresh)) if con.execute(_APART).fetchone() else (),
        old_new=_old_new(con, context),
        signs=_signs(early),
    )  # fmt: skip


def _series(one: Series) -> drawn.Interrupted:
    found = one.found
    return drawn.Interrupted(
        title=one.title, on=one.change.on.isoformat(), outcome=one.outcome, months=one.months,
        observed=tuple(float(n) for n in one.observed),
        fitted=_line(found.fitted) if found else (),
        extended=_line(found.extended) if found else (),
        level=_times(found.level) if found else None, slope=_times(found.slope) if found else None,
        at_12=_times(found.at_12) if found else None, with_gap=_times(one.with_gap),
        controlled=_level(one.controlled), falsification=_times(one.falsification), placebo=one.placebo,
        without=tuple(pair for pair in one.without if math.isfinite(pair[1])), recording_changed=one.recording_changed,
        assumptions=one.assumptions if found else (), refused=one.refused, agency=one.change.agency,
        area=one.change.area,
    )  # fmt: skip


def _line(values: Floats) -> tuple[float, ...]:
    """None of it where a month of it is without bounds."""
    return tuple(values.tolist()) if np.isfinite(values).all() else ()


def _level(found: Interruption | None) -> drawn.Times | None:
    return _times(found.level) if found else None


def _times(one: Times | None) -> drawn.Times | None:
    """None where no end could be told."""
    if one is None or not all(math.isfinite(end) for end in (one.value, one.low, one.high)):
        return None
    return drawn.Times(one.value, one.low, one.high)


def _old_new(con: duckdb.DuckDBPyConnection, context: Context) -> drawn.OldNew | None:
    if "cases" not in context.have.recorded:
        return None
    settings = context.settings
    try:
        found = compared(con, None, settings.price_year, settings.window_end, None, seed=1)
    except Refused:
        return None
    finally:
        con.execute("DROP TABLE IF EXISTS temp.work")
    return _drawn(found)


def _drawn(found: Compared) -> drawn.OldNew:
    measures = tuple(
        drawn.Compared(
            one.name, one.unit, tuple(drawn.Pair(pair.case_id, pair.old, pair.new) for pair in one.pairs), one.lower,
            drawn.Times(one.shift.estimate, one.shift.low, one.shift.high)
            if one.shift.low is not None and one.shift.high is not None else None,
            tested_says(one), tuple(by_itself_says(found.by_itself[one.name])) if one.name in found.by_itself else (),
            tuple(filter(None, (spread_says(one), ratio_says(one)))),
        )
        for one in found.measures
    )  # fmt: skip
    return drawn.OldNew(found.heading, measures, found.notes, tuple(sorted(found.running.items())),
                        who_says(found), tuple((one.name, one.why) for one in found.lacking))  # fmt: skip


def _signs(found: Signs | None) -> drawn.Signs | None:
    if found is None or not found.charts:
        return None
    lines = tuple(drawn.Sign(one.agency, one.chart, one.rule, one.since, one.until, one.near) for one in found.signals)
    shifted = found.together_by_chance
    return drawn.Signs(
        found.silent, lines, found.charts, found.flagged, float(np.nan_to_num(found.by_chance)), found.linked,
        found.joined, (float(np.quantile(shifted, 0.025)), float(np.quantile(shifted, 0.975))) if shifted else None,
        tuple((one.agency, one.chart, one.since) for one in found.lasting), found.unseen,
    )  # fmt: skip


def _reached(folder: Path, before: drawn.Learned) -> drawn.Learned:
    """The same with how far it might reach, from `area_facts.csv`, or why that cannot be said."""
    try:
        return replace(before, reach=_reach(extrapolate(folder)))
    except (InputError, Refused) as why:
        return replace(before, reach_refused=str(why))


def _reach(found: Reach) -> drawn.Reach:
    return drawn.Reach(
        country=found.country,
        people=float(found.people),
        places=tuple(drawn.Place(one.name, float(one.population), float(one.per_head))
                     for one in sorted(found.places, key=lambda place: place.name)),
        range=found.range,
        simple_sum=found.simple_sum,
        swings=tuple(drawn.Swing(one.assumption.says, one.assumption.low, one.assumption.high,
                                 float(one.low), float(one.high)) for one in found.swings),
        unseen=tuple(found.strata.unseen) if found.strata else (),
        unseen_share=float(found.strata.unseen_share) if found.strata else 0.0,
        regression=_regression(found),
        claim=claim_says(found),
        hours=found.hours,
        marginal=found.marginal,
        unlike=tuple(drawn.Unlike(one.respect, float(one.places), float(one.country), one.marked)
                     for one in found.balance),
        draws=draws_say(found),
        mean=mean_says(found),
        counts_as=counts_as_says(found),
    )  # fmt: skip


def _regression(found: Reach) -> Projection | None:
    one = found.multilevel
    if one is None or found.strata is None:
        return None
    people = found.people * (1 - found.strata.unseen_share)
    said = ("The groups save elsewhere what they save in these places.", "Nothing of what nobody knows is in it yet.")
    return Projection("extrapolated_saving_multilevel", "by places and groups", "£ a year", one.low * people,
                           one.high * people, said, f"the 95% interval over {one.places} places")  # fmt: skip
