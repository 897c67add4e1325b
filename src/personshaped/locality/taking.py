"""Seven people taken on: how they were chosen, and what of their story does not happen because of it (Stat 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from personshaped.locality.events import ACTIVITY, ORIGIN, Rows
from personshaped.locality.lives import Calendar, Lives, moment
from personshaped.locality.scenarios import TURNS_AT, Taken

CASES = 7
YEAR = 365
_ASKED = 3  # askings in the year before that make someone eligible
_LATELY = 60  # days


@dataclass(frozen=True)
class Cases:
    """Who was taken on, out of how many who could have been, and when; the windows are the year before and after."""

    taken: Taken
    people: tuple[int, ...]
    eligible: int
    on: date


def take_on(taken: Taken, rows: Rows, lives: Lives, when: Calendar, rng: np.random.Generator) -> tuple[Rows, Cases]:
    """Rows as they come to be with the seven taken on, and who they are; `rows` stand in order of person and time.

    Eligible is whoever asked three times or more in the year before, once at least in its last sixty days, and still
    lives there. In crisis: those to whom
    most happened in the sixty days before, after a crisis contact; at random: drawn from the eligible.
    """
    day = when.day_of_month(TURNS_AT)
    person = lives.need_person[rows["need"]]
    count = len(lives.came)
    before = (rows["time"] >= day - YEAR) & (rows["time"] < day)
    asked = (rows["activity"] == ACTIVITY["demand"]) & (rows["origin"] != ORIGIN["other_agency"])
    often = np.bincount(person[before & asked], minlength=count) >= _ASKED
    recent = before & (rows["time"] >= day - _LATELY)
    still = np.bincount(person[recent & asked], minlength=count) > 0
    eligible = np.flatnonzero(often & still & (lives.left > day))
    if taken.chosen == "crisis":
        crisis = np.bincount(person[recent & rows["crisis"]], minlength=count)
        lately = np.bincount(person[recent], minlength=count)
        order = np.lexsort((-lately[eligible], crisis[eligible] == 0))
        chosen = eligible[order][:CASES]
    else:
        chosen = rng.permutation(eligible)[:CASES]
    people = np.sort(chosen)
    spared = np.isin(person, people) & (rows["time"] >= day) & (rng.random(len(rows)) < taken.effect)
    return rows[~spared], Cases(taken, tuple(people.tolist()), len(eligible), moment(when.start, day))


def windows(cases: Cases) -> tuple[date, date, date, date]:
    """The first and last day of the year before, and of the year after."""
    day = cases.on
    return moment(day, -YEAR), moment(day, -1), day, moment(day, YEAR - 1)
