"""Hypothesis strategies of small logs that reach every rule, every activity kind and every edge of a threshold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from generative.log import Row, extract_starts, interaction, recorded_need
from personshaped.settings import Settings
from personshaped.tables import ACTIVITIES, CANONICAL, INITIATORS, OUTCOMES

START = date(2024, 1, 1)
CUT = date(2025, 1, 1)
AGENCIES = ("housing", "gp", "benefits")
GAPS = (0,) * 12 + (1, 1, 3, 3, 10, 10, 20, 27, 28, 29, 59, 60, 61, 89, 90, 91, 364, 365, 366)
WORDS = (
    None,
    "Can I have help",
    "can i have help!",
    "I got your letter and don't understand",
    "You lost my forms",
    "you sent me here",
    "the information is elsewhere",
    "benefits made a mistake",
    "housing got it wrong",
    "it was a mistake",
)
CODES: tuple[dict[str, Any], ...] = (
    {},
    {},
    {},
    {},
    {"demand_type": "value"},
    {"demand_type": "failure"},
    {"demand_type": "failure", "failure_kind": "wrong_door"},
    {"demand_type": "failure", "failure_kind": "rework", "caused_by": "housing"},
    {"demand_type": "unsure"},
    {"demand_type": "unsure", "coded_by": "rule:R2b@1"},
    {"demand_type": "failure", "failure_kind": "rework", "caused_by": "gp", "coded_by": "rule:R2d@1"},
    {"caused_by": "benefits"},
    {"caused_by": "gp", "coded_by": "tm"},
)


@dataclass(frozen=True)
class Log:
    """A small study: rows, recorded needs, and the settings they are read with."""

    rows: list[Row]
    needs: list[Row]
    settings: Settings
    beside: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def starts(self) -> dict[str, date]:
        return extract_starts(self.rows)


def moment(dice: Random, day: date) -> Row:
    """When a row happened, as finely as it is known."""
    precision = dice.choice(["minute"] * 4 + ["day"] * 6 + ["estimated", "month", "year", "range", "order"])
    start = datetime(day.year, day.month, day.day)
    match precision:
        case "minute":
            at = start + timedelta(minutes=dice.choice([0, 540, 560, 900]))
            return {"started_at": at, "started_before": at, "date_precision": precision}
        case "month":
            first = start.replace(day=1)
            after = (first + timedelta(days=32)).replace(day=1)
            return {"started_at": first, "started_before": after, "date_precision": precision}
        case "year" | "range":
            years = 1 if precision == "year" else 3
            first = datetime(day.year, 1, 1)
            return {
                "started_at": first,
                "started_before": datetime(day.year + years, 1, 1),
                "date_precision": precision,
            }
        case "order":
            return {"started_at": None, "started_before": None, "date_precision": precision}
    return {"started_at": start, "started_before": start + timedelta(1), "date_precision": precision}


HABITS = ("ids", "issues", "services", "none", "mixed")
"""How a person's rows say which need they belong to."""


def identity(dice: Random, person: str, habit: str) -> Row:
    """need_id, issues and service of a row, after the person's habit, with gaps."""
    habit = dice.choice([habit, habit, habit, "mixed", "none"])
    mixed = habit == "mixed"
    return {
        "need_id": dice.choice([f"{person}-0", f"{person}-0", f"{person}-NA"])
        if habit == "ids" or (mixed and dice.random() < 0.3)
        else None,
        "issue": dice.choice(["a", "a", "b", "a;b", "b;c", "prescription"])
        if habit == "issues" or (mixed and dice.random() < 0.4)
        else None,
        "service": dice.choice(["lettings", "lettings", "0"])
        if habit == "services" or (mixed and dice.random() < 0.4)
        else None,
    }


def event(dice: Random, person: str, day: date, habit: str, agencies: tuple[str, ...]) -> Row:
    """One row of a person on a day."""
    asks = dice.random() < 0.4
    activity = "demand" if asks else dice.choice([None, "assess", "do", "refer", "close", *ACTIVITIES])
    by = dice.choice([None, *["person"] * 5, *INITIATORS] if asks else [*["own_agency"] * 5, None, *INITIATORS])
    outcome = dice.choice([None] * 30 + list(OUTCOMES))
    onward = activity == "refer" or outcome == "referred" or dice.random() < 0.05
    row: Row = {
        "person_id": person,
        "person_ref": dice.choice(["0", "0", "NA"]),
        "agency": dice.choice(agencies),
        "activity": activity,
        "initiated_by": by,
        "words": dice.choice(WORDS),
        "outcome": outcome if activity != "approve" else dice.choice(["approved", "refused", None]),
        "reason": dice.choice([None, None, "not_for_us", "wrong_area", "below_threshold"]),
        "referred_to": dice.choice([None, *agencies, *agencies, "police"]) if onward else None,
        "need_met": dice.choice([None] * 24 + [True, True, False]),
        "crisis": dice.choice([None] * 8 + [True, False]),
        "contact_id": dice.choice([None] * 8 + ["null", "c2"]),
        "seq": dice.choice([None] * 6 + [1, 2, 3]),
        "minutes": dice.choice([None, 0.0, 5.0, 30.0]),
        "cost": dice.choice([None, 10.0]),
        "staff_id": dice.choice([None, "s1", "s2"]),
        "value_work": dice.choice([None, True, False]),
        "documents": dice.choice([None, 0, 1]),
        "design": dice.choice([None, "old", "new"]),
    }
    made = row | moment(dice, day) | identity(dice, person, habit) | (dice.choice(CODES) if asks else {})
    return made | surroundings(dice, person)


def surroundings(dice: Random, person: str) -> Row:
    """Doors, channels, workers and places: what no rule looks at, and measures count."""
    return {
        "front_door": dice.choice([None, "desk", "0", "form"]),
        "channel": dice.choice([None, "phone", "home_visit", "home_visit", "letter"]),
        "staff_role": dice.choice([None, None, "social_worker", "nurse"]),
        "staff_grade": dice.choice([None, "front line", "manager"]),
        "people_present": dice.choice([None, 1, 3]),
        "area": dice.choice([None, "Ashbrook", "Weir End"]),
        "household_id": HOUSEHOLDS.get(person),
    }


def again(dice: Random, row: Row, agencies: tuple[str, ...]) -> Row:
    """The same asked once more: an echo, or one call that two agencies log."""
    return row | {
        "agency": dice.choice([row["agency"], *agencies]),
        "contact_id": dice.choice([row["contact_id"], "c3"]),
    }


def person_rows(person: str, habits: Random, numbers: list[int]) -> list[Row]:
    """One person's rows; gaps stand around the thresholds, from before the window to after the cut.

    Each row rolls its cells from one number: many rows stay cheap, and shrinking still drops rows.
    """
    day = habits.choice([START, START, date(2022, 6, 1), date(2023, 1, 1), date(2023, 12, 31), date(2024, 10, 1)])
    habit, agencies = habits.choice(HABITS), habits.choice([AGENCIES, AGENCIES[:2]])
    found: list[Row] = []
    for place, number in enumerate(numbers):
        dice = Random(number * 32 + place)
        day += timedelta(dice.choice(GAPS))
        if day > date(2025, 3, 1):
            break
        if found and found[-1]["activity"] == "demand" and dice.random() < 0.15:
            found.append(again(dice, found[-1], agencies))
        else:
            found.append(event(dice, person, day, habit, agencies))
    return found


HOUSEHOLDS = {"P1": "H1", "NA": "H1", "0": "H2", "P5": "H1", "P6": "H3", "P7": "H3", "P8": "H4"}


def recorded(dice: Random, person: str) -> list[Row]:
    """Recorded needs of a person: open, met, or ended some other way; before they were asked too, or after the cut."""
    if dice.random() < 0.4:
        return []
    reasons = CANONICAL["needs"]["end_reason"].values
    reason = dice.choice([None, "met", "met", *reasons])
    ends = (
        datetime(2024, 1, 2),
        datetime(2024, 4, 1, 12),
        datetime(2024, 9, 1),
        datetime(2024, 12, 1),
        datetime(2025, 2, 1),
    )
    return [
        recorded_need(
            {
                "need_id": f"{person}-0",
                "person_id": person,
                "opened_at": datetime(2024, 1, 1),
                "ended_at": dice.choice(ends) if reason else None,
                "end_reason": reason,
                "met_asked_at": dice.choice([None, None, datetime(2024, 6, 1)]),
            }
            | hand_codes(Random(f"{person} {reason}"))
        )
    ]


def hand_codes(dice: Random) -> Row:
    """What people said of a need."""
    return {
        "kind": dice.choice([None, "help_me", "fix_me", "appeal", "appeal"]),
        "fit": dice.choice([None, "never_eligible", "other_need", "genuine"]),
        "condition_now": dice.choice([None, "better", "same", "worse"]),
    }


PERSONS = ("P1", "NA", "null", "0", *(f"P{number}" for number in range(5, 21)))
"""Ids are text, whatever they look like."""


def log_of(habits: int, numbers: list[list[int]]) -> Log:
    """The log that these numbers stand for: a list a person."""
    dice = Random(habits)
    rows: list[Row] = []
    needs: list[Row] = []
    for person, own in zip(PERSONS, numbers, strict=False):
        rows += person_rows(person, dice, own)
        needs += recorded(dice, person)
    names = ["NA", "null", "0", *(str(number) for number in range(10, 2000))]
    settings = Settings(
        window_start=START,
        window_end=CUT,
        window_declared=dice.random() < 0.7,
        history_complete=dice.random() < 0.7,
        expected_repeat=dice.choice([(), ("prescription",), ("lettings", "a", "b")]),
    )
    named = [interaction(row | {"interaction_id": name}) for row, name in zip(rows, names, strict=False)]
    return Log(named, needs, settings, beside(Random(f"beside {habits}"), PERSONS[: len(numbers)]))


def beside(dice: Random, persons: tuple[str, ...]) -> dict[str, list[Row]]:
    """The recorded tables besides interactions and needs: doors, changes, facts of areas, and what was wanted."""
    doors = [
        {"front_door": name, "agency": "housing", "opened_on": dice.choice([None, date(2023, 1, 1), date(2025, 1, 1)]),
         "closed_on": dice.choice([None, None, date(2023, 12, 31), date(2024, 1, 1)])}
        for name in ("desk", "form", "police station", "hatch")
    ]  # fmt: skip
    facts = [
        {"area": area, "period": period, "measure": name, "value": value, "source": "made up"}
        for name, value in (("population", 150.0), ("households", 60.0))
        for area in ("Ashbrook", "Weir End")
        for period in ("2023", "2024")
    ]
    changes = [
        {"at": date(2024, dice.randint(1, 12), 2), "kind": dice.choice(["method", "method", "recording"]),
         "text": "another way", "person_id": dice.choice([None, None, "P1"])}
        for _ in range(3)
    ]  # fmt: skip
    wanted = [
        {"person_id": person, "item": item, "cost": dice.choice([None, 100.0, 250.0]), "quantity": 4.0,
         "unit_cost": 15.0, "price_year": dice.choice([2024, 2024, 2024, 2024, 2023]) if item == "rail" else 2024,
         "alternative_group": dice.choice([None, "upstairs", "upstairs"])}
        for person in (*persons[:2], "nobody")
        for item in ("rail", "lift", "cleaner")
        if dice.random() < 0.7
    ]  # fmt: skip
    return {"front_doors": doors, "area_facts": facts, "changes": changes, "wanted": wanted}


def logs() -> st.SearchStrategy[Log]:
    """1 to 4 people with up to 25 rows each over 2 to 3 agencies, small when they fail."""
    number = st.integers(0, 2**32)
    return st.builds(log_of, number, st.lists(st.lists(number, max_size=25), min_size=1, max_size=4))


def rolled(seed: int) -> Log:
    """A log of the same kind by plain dice: larger than Hypothesis's, and the same every time."""
    dice = Random(seed)
    return log_of(seed, [[dice.randrange(2**32) for _ in range(25)] for _ in range(dice.randint(1, 4))])


def crowd(seed: int) -> Log:
    """Sixteen people with a few rows each: enough for intervals that count persons."""
    dice = Random(seed)
    return log_of(seed, [[dice.randrange(2**32) for _ in range(dice.randint(4, 12))] for _ in range(16)])


def shuffled(log: Log, order: list[int]) -> Log:
    """The same log with its rows in another order."""
    return replace(log, rows=[log.rows[position] for position in order])
