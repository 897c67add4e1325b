"""M026, M027, M042, M048, M053, M054, M057 to M061 in plain loops: how needs end, and what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from generative.naive_counting import Figures, column, groups, mean, month, number, share
from generative.naive_intervals import rate_limits
from generative.naive_rules import Row, days, known_to_the_day

Tables = dict[str, list[Row]]
Timed = list[tuple[int, str]]


def ends(derived: Tables, settings: dict[str, Any], beside: Tables) -> Figures:
    """Every figure of this file."""
    cohort = [row for row in derived["needs"] if row["in_cohort"]]
    return (
        of_first_contact(cohort)
        | open_by_month(derived["needs"], settings)
        | of_the_clock(cohort)
        | of_designs(cohort, settings["horizon"])
        | share("needs_never_asked_share", cohort, column("never_asked"))
        | before_screened_in(cohort)
        | no_longer_presenting(derived, cohort, settings)
        | of_a_change(derived, settings, beside)
    )


def of_first_contact(cohort: list[Row]) -> Figures:
    """R6, by month and design; the bound as if all that nobody asked about were met."""
    eligible = [row for row in cohort if row["first_contact_eligible"]]
    found = share("fcr_needs_bound_high", eligible, column("first_contact_possible"))
    for at, own in groups(eligible, lambda row: month(row, "opened_at")).items():
        found |= share("fcr_needs", own, column("first_contact"), period=at)
    for design, own in groups(eligible, column("design")).items():
        found |= share("fcr_needs", own, column("first_contact"), "design", design)
    return found


def open_by_month(needs: list[Row], settings: dict[str, Any]) -> Figures:
    """M059: needs asked for and open when each month of the window ends, or the window does."""
    found: Figures = {}
    day = settings["window_start"].replace(day=1)
    while day < settings["window_end"]:
        after = min((day + timedelta(32)).replace(day=1), settings["window_end"])
        still = [
            row
            for row in needs
            if row["asked_for"]
            and row["opened_at"].date() < after
            and (row["ended_at"] is None or row["ended_at"].date() >= after)
        ]
        found |= number("needs_open", len(still), period=f"{day:%Y-%m}")
        day = after
    return found


def of_the_clock(cohort: list[Row]) -> Figures:
    """Stat 3: medians if nothing else could end it, and shares with other ends competing."""
    found: Figures = {}
    timed = [(row["duration"], row["event"]) for row in cohort if row["duration"] is not None]
    found |= median("time_to_need_met", timed, "met")
    screened, crises = [], []
    for row in cohort:
        if row["duration"] is None:
            continue
        for days_to, name, into in (
            (row["screened_in_days"], "screened_in", screened),
            (row["crisis_days"], "crisis", crises),
        ):
            into.append((row["duration"], row["event"]) if days_to is None else (days_to, name))
    found |= median("time_to_screened_in", screened, "screened_in") | median("time_to_crisis", crises, "crisis")
    for horizon in (28, 90, 180, 365):
        for name, rows, end in (("needs_met_share", timed, "met"), ("crisis_after_asking_by_days", crises, "crisis")):
            if rows and followed_to(rows, horizon):
                found |= number(name, incidence(rows, end, horizon), "days", str(horizon))
    return found


def of_designs(cohort: list[Row], horizon: int) -> Figures:
    """M053: mean days to met: each day counts what is left at its end, up to the last day all designs see."""
    known = [row for row in cohort if row["duration"] is not None and row["duration"] >= 0]
    timed = {
        design: [(row["duration"], row["event"]) for row in own]
        for design, own in groups(known, column("design")).items()
    }
    until = min([horizon, *(max(day for day, _ in own) for own in timed.values())])
    if until <= 0:
        return {}
    means = {design: sum(1 - kaplan_meier(own, day) for day in range(until)) for design, own in timed.items()}
    first = "old" if "old" in means else min(means, default="")
    found: Figures = {}
    for design, days_on_average in means.items():
        found |= number("mean_time_to_need_met", days_on_average, "design", design)
        if design != first:
            apart = days_on_average - means[first]
            found |= number("mean_time_to_need_met_difference", apart, "design>design", f"{first}>{design}")
    return found


def kaplan_meier(timed: Timed, by: int) -> float:
    """The part met by a day if nothing else could end it."""
    return incidence([(day, event if event == "met" else "censored") for day, event in timed], "met", by)


def incidence(timed: Timed, end: str, horizon: int) -> float:
    """Aalen–Johansen by a day: what is left just before each time, times the part of those at risk that end so."""
    left, ended_so = 1.0, 0.0
    for day in sorted({day for day, event in timed if event != "censored" and day <= horizon}):
        at_risk = sum(other >= day for other, _ in timed)
        here = [event for other, event in timed if other == day and event != "censored"]
        ended_so += left * here.count(end) / at_risk
        left *= 1 - len(here) / at_risk
    return ended_so


def followed_to(timed: Timed, horizon: int) -> bool:
    """Beyond the longest follow-up nothing is known, unless every need had ended."""
    longest = max(day for day, _ in timed)
    return horizon <= longest or sum(incidence(timed, end, longest) for end in {end for _, end in timed}) > 1 - 1e-9


def median(name: str, timed: Timed, end: str) -> Figures:
    """Kaplan–Meier: the first day at which half or fewer are left, every other end taken as censored."""
    left = 1.0
    for day in sorted({day for day, event in timed if event == end}):
        at_risk = sum(other >= day for other, _ in timed)
        left *= 1 - sum(other == day and event == end for other, event in timed) / at_risk
        if left <= 0.5 + 1e-12:
            return number(name, day)
    return {}


def before_screened_in(cohort: list[Row]) -> Figures:
    """M061: cycles before the first screened_in, over needs ever screened in."""
    known = [row for row in cohort if row["cycles_before_screened_in"] is not None]
    pairs = [(row["person_id"], float(row["cycles_before_screened_in"]), 1.0) for row in known]
    return mean("cycles_before_screened_in", pairs)


def no_longer_presenting(derived: Tables, cohort: list[Row], settings: dict[str, Any]) -> Figures:
    """M048: of needs that another design than the old one took on and followed 180 days, met and then quiet."""
    followed, met_and_quiet = [], set()
    for row in cohort:
        met = row["end_reason"] == "met"
        since = (row["ended_at"] if met else row["opened_at"]).date()
        if row["design"] in (None, "old") or (settings["window_end"] - since).days <= 180:
            continue
        followed.append(row)
        loud = [
            one
            for one in derived["demands"]
            if one["person_id"] == row["person_id"]
            and one["demand_type"] == "failure"
            and one["started_at"]
            and 0 < (one["started_at"].date() - since).days <= 180
        ]
        if met and not loud:
            met_and_quiet.add(id(row))
    return share("no_longer_presenting_share", followed, lambda row: id(row) in met_and_quiet)


def of_a_change(derived: Tables, settings: dict[str, Any], beside: Tables) -> Figures:
    """M058: per day from the first change of method in the window on, against before."""
    start, end = settings["window_start"], settings["window_end"]
    changes = [one["at"] for one in beside["changes"] if one["kind"] == "method" and one["person_id"] is None]
    inside = [at for at in changes if start < at < end]
    if not inside:
        return {}
    at = min(inside)
    asked = [(row["started_at"], 1.0) for row in derived["demands"] if row["started_at"]]
    worked = [
        (row["started_at"], row["minutes"])
        for row in derived["interactions"]
        if row["in_window"] and row["started_at"] and row["minutes"] is not None
    ]
    found: Figures = {}
    for name, amounts in (("demand_handled_change", asked), ("resource_change", worked)):
        after = sum(amount for when, amount in amounts if when.date() >= at) / (end - at).days
        before = sum(amount for when, amount in amounts if when.date() < at) / (at - start).days
        if before and any(when.date() >= at for when, _ in amounts):
            found[name, "", "", ""] = (after / before - 1, after, before, None, None)
    return found


def represented(derived: Tables, settings: dict[str, Any]) -> Figures:
    """M040, M041 with intervals: who asks again at the agency within `horizon` of their first assessment there."""
    first: dict[tuple[str, str], Row] = {}
    for row in derived["interactions"]:
        if row["activity"] == "assess" and row["in_window"] and known_to_the_day(row):
            first.setdefault((row["agency"], row["person_id"]), row)
    found: Figures = {}
    for agency in {at for at, _ in first}:
        rows = [row for (at, _), row in first.items() if at == agency]
        rows = [row for row in rows if days(row, settings["window_end"]) > settings["horizon"]]
        again = [row | {"later": later_demands(row, derived, settings)} for row in rows]
        found |= share("represented_share", again, column("later"), "agency", agency)
        back = [(row["person_id"], float(row["later"]), 1.0) for row in again if row["later"]]
        found |= mean("re_presentations_per_person", back, "agency", agency)
        every = []
        for (at, person), row in first.items():
            years = days(row, settings["window_end"]) / 365.25
            if at == agency and years > 0:
                every.append((person, float(later_demands(row, derived, settings | {"horizon": 10**6})), years))
        if every:
            asked, years = sum(x for _, x, _ in every), sum(n for _, _, n in every)
            key = ("re_presentations_per_person_year", "agency", agency, "")
            found[key] = (asked / years, asked, years, *rate_limits(every))
    return found


def later_demands(assessed: Row, derived: Tables, settings: dict[str, Any]) -> int:
    """Demands of the person at that agency after that moment, within the horizon."""
    return sum(
        row["agency"] == assessed["agency"]
        and row["person_id"] == assessed["person_id"]
        and row["started_at"] is not None
        and row["started_at"] > assessed["started_at"]
        and days(assessed, row) <= settings["horizon"]
        for row in derived["demands"]
    )
