"""M005 to M008, M018 a year, M052, M067 to M069 in plain loops: who received most, assessments, what was wanted."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from generative.naive_counting import Figures, column, groups, mean, number
from generative.naive_intervals import total_limits
from generative.naive_measures import rows_of_failure
from generative.naive_measures_asked import total_of
from generative.naive_rules import Row, issues

Tables = dict[str, list[Row]]


def costs(derived: Tables, settings: dict[str, Any], beside: Tables) -> Figures:
    """Every figure of this file; nothing where no row has a price."""
    seen = [row for row in derived["interactions"] if row["in_window"]]
    found = of_what_was_wanted(seen, beside)
    if any(row["price"] is not None for row in derived["interactions"]):
        found |= of_the_costliest(derived, seen, beside) | of_assessing(derived, seen, settings)
        found |= failure_a_year(derived, seen, settings)
        found |= per_head(seen, settings, beside)
    return found


def per_head(seen: list[Row], settings: dict[str, Any], beside: Tables) -> Figures:
    """M082 to M084: £ a contact, demands a day for each person seen, and their product, before and after."""
    start, end = settings["window_start"], settings["window_end"]
    changes = [one["at"] for one in beside["changes"] if one["kind"] == "method" and one["person_id"] is None]
    inside = [at for at in changes if start < at < end]
    if not inside:
        return {}
    at, sides = min(inside), []
    length = min((at - start).days, (end - at).days)
    for later in (False, True):
        first = at if later else at - timedelta(days=length)
        within = {first + timedelta(days=day) for day in range(length)}
        rows = [row for row in seen if row["started_at"] and row["started_at"].date() in within]
        priced = [row for row in rows if row["price"] is not None]
        contacts = {row["contact_id"] or ("alone", row["interaction_id"]) for row in priced}
        people = {row["person_id"] for row in rows}
        asked = sum(bool(row["counts_as_demand"]) for row in rows)
        if not contacts or not spent(priced) or (not later and not asked):
            return {}
        sides.append((spent(priced) / len(contacts), asked / len(people) / length))
    (each_before, asked_before), (each, asked) = sides
    pairs = {
        "cost_per_contact_change": (each, each_before),
        "demand_change": (asked, asked_before),
        "end_to_end_cost_change": (each * asked, each_before * asked_before),
    }
    return {(name, "", "", ""): (top / low - 1, top, low, None, None) for name, (top, low) in pairs.items()}


def spent(rows: list[Row]) -> float:
    return float(sum(row["price"] or 0 for row in rows))


def home(row: Row) -> str:
    """The household, or the person where none is known."""
    return str(row["household_id"] or row["person_id"])


def of_the_costliest(derived: Tables, seen: list[Row], beside: Tables) -> Figures:
    """M006 to M008: the first ⌈q·population⌉ in order of cost; ties by name, as nothing else tells them apart."""
    found: Figures = {}
    population = total_of(beside, "population")
    by_person, asked = groups(seen, column("person_id")), groups(derived["demands"], column("person_id"))
    order = sorted(by_person, key=lambda who: (-spent(by_person[who]), who))
    found |= shares("", order, by_person, asked, population)
    by_home, asked_home = groups(seen, home), groups(derived["demands"], home)
    homes = sorted(by_home, key=lambda one: (-spent(by_home[one]), one))
    if any(row["household_id"] for row in seen):
        found |= shares("_households", homes, by_home, asked_home, total_of(beside, "households"))
    whole, so_far = spent(seen), 0.0
    for place, who in enumerate(order, 1):
        so_far += spent(by_person[who])
        if whole and so_far * 2 >= whole:
            found["half_of_cost_share", "", "", ""] = (place / population, place, population, None, None)
            break
    return found | of_their_reasons(order, by_person, asked, population)


def shares(
    suffix: str, order: list[str], rows: dict[str, list[Row]], asked: dict[str, list[Row]], everyone: float
) -> Figures:
    """Cost and demand of the costliest, for 1% and 5%."""
    found: Figures = {}
    if not any(spent(rows[one]) for one in order):
        return {}  # ranked by nothing, the first are anyone
    for q, part in (("1%", 0.01), ("5%", 0.05)):
        top = order[: ceil(part * everyone)]
        for name, amount in (
            ("top_share_cost", {one: spent(rows[one]) for one in order}),
            ("top_share_demand", {one: float(len(asked.get(one, ()))) for one in order}),
        ):
            whole, theirs = sum(amount.values()), sum(amount[one] for one in top)
            if whole:
                found[name + suffix, "q", q, ""] = (theirs / whole, theirs, whole, None, None)
    return found


def of_their_reasons(
    order: list[str], rows: dict[str, list[Row]], asked: dict[str, list[Row]], population: float
) -> Figures:
    """M005: the main issue of the people at the top one per cent, all ties taken in."""
    first = order[: ceil(0.01 * population)]
    least = min((spent(rows[who]) for who in first), default=0.0)
    top = [who for who in order if spent(rows[who]) > 0 and spent(rows[who]) >= least]
    main: dict[str, int] = {}
    for who in top:
        times: dict[str, int] = {}
        for row in asked.get(who, ()):
            for issue in issues(row):
                times[issue] = times.get(issue, 0) + 1
        if times:
            most = min(times, key=lambda issue: (-times[issue], issue))
            main[most] = main.get(most, 0) + 1
    whole = sum(main.values())
    return {
        ("high_consumer_reason_share", "issue", issue, ""): (count / whole, count, whole, None, None)
        for issue, count in main.items()
    }


def of_assessing(derived: Tables, seen: list[Row], settings: dict[str, Any]) -> Figures:
    """M052: what assessing cost (as M051) for each household seen and year, without and with placements."""
    years = (settings["window_end"] - settings["window_start"]).days / 365.25
    classes = {at: cycle["class"] for cycle in derived["cycles"] for at in cycle["interactions"]}

    def assessing(row: Row) -> bool:
        inside = classes.get(row["interaction_id"]) in ("assess-refer", "assess-only")
        control = row["activity"] in ("approve", "review", "meeting") and inside
        return row["activity"] in ("screen", "assess", "refer") or control

    without, placed = [], []
    for household, own in groups(seen, home).items():
        plain = [row for row in own if row["outcome"] != "placement" and assessing(row)]
        without.append((household, spent(plain), years))
        every = [row for row in own if row["outcome"] == "placement" or assessing(row)]
        placed.append((household, spent(every), years))
    found = mean("assessment_cost_per_household_year", without)
    return found | mean("assessment_cost_per_household_year_with_placements", placed)


def failure_a_year(derived: Tables, seen: list[Row], settings: dict[str, Any]) -> Figures:
    """M018: what the work of failure demand cost for each year since the first demand that is told apart."""
    told = [row["started_at"] for row in derived["demands"] if row["demand_type"] in ("value", "failure")]
    at = rows_of_failure(derived, seen)
    of_person: dict[str, float] = {}
    for row in seen:
        if row["price"] is not None and row["interaction_id"] in at:
            of_person[row["person_id"]] = of_person.get(row["person_id"], 0.0) + row["price"]
    amounts = [one for one in of_person.values() if one > 0]
    days = (settings["window_end"] - min(one for one in told if one).date()).days if any(told) else 0
    if not amounts or days < 365:
        return {}
    whole, years = sum(amounts), days / 365.25
    limits = total_limits(amounts, years)
    return {("failure_demand_cost_per_year", "", "", ""): (whole / years, whole, years, *limits)}


def of_what_was_wanted(seen: list[Row], beside: Tables) -> Figures:
    """M067 to M069: for the people seen who said what would help; alternatives all added, and the cheapest."""
    here = {row["person_id"] for row in seen}
    items = [
        item | {"cost": item["cost"] if item["cost"] is not None else item["quantity"] * item["unit_cost"]}
        for item in beside["wanted"]
        if item["person_id"] in here
    ]
    if not items:
        return {}
    least = 0.0
    for own in groups(items, column("person_id")).values():
        free = [item["cost"] for item in own if item["alternative_group"] is None]
        choices = groups(own, column("alternative_group")).values()
        least += sum(free) + sum(min(item["cost"] for item in some) for some in choices)
    wanted = sum(item["cost"] for item in items)
    people = {item["person_id"] for item in items}
    paid = [row for row in seen if row["person_id"] in people and row["price"] is not None]
    received = spent(paid)
    found = number("cost_wanted", wanted) | number("cost_wanted_low", least)
    if paid:
        found |= number("cost_received", received)
    years = {row["started_at"].year for row in paid if row["started_at"]} | {item["price_year"] for item in items}
    if len(years) == 1 and paid:
        found["cost_gap", "", "", ""] = (received - wanted, None, None, received - wanted, received - least)
        found["cost_ratio", "", "", ""] = (received / wanted, received, wanted, received / wanted, received / least)
    return found
