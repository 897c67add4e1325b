"""Hypothesis strategies of small logs that reach every rule, every activity kind and every edge of a threshold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from generative.log import Row, extract_starts, interaction, recorded_need
from hypothesis import strategies as st

from personshaped.settings import Settings
from personshaped.tables import ACTIVITIES, INITIATORS, OUTCOMES

START = date(2024, 1, 1)
CUT = date(2025, 1, 1)
AGENCIES = ("housing", "gp", "benefits")
GAPS = (0, 0, 0, 0, 1, 3, 10, 27, 28, 29, 59, 60, 61, 89, 90, 91, 364, 365, 366)
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

    @property
    def starts(self) -> dict[str, date]:
        return extract_starts(self.rows)


@st.composite
def moments(draw: st.DrawFn, day: date) -> Row:
    """When a row happened, as finely as it is known."""
    precision = draw(st.sampled_from(["minute", "day", "day", "day", "estimated", "month", "year", "range", "order"]))
    start = datetime(day.year, day.month, day.day)
    match precision:
        case "minute":
            at = start + timedelta(minutes=draw(st.sampled_from([0, 540, 560, 900])))
            return {"started_at": at, "started_before": at, "date_precision": precision}
        case "month":
            first = start.replace(day=1)
            after = (first + timedelta(days=32)).replace(day=1)
            return {"started_at": first, "started_before": after, "date_precision": precision}
        case "year" | "range":
            years = 1 if precision == "year" else 3
            first = datetime(day.year, 1, 1)
            return {"started_at": first, "started_before": datetime(day.year + years, 1, 1), "date_precision": precision}
        case "order":
            return {"started_at": None, "started_before": None, "date_precision": precision}
    return {"started_at": start, "started_before": start + timedelta(1), "date_precision": precision}


@st.composite
def events(draw: st.DrawFn, person: str, day: date, has_issues: bool) -> Row:
    """One row of a person on a day."""
    asks = draw(st.integers(0, 9)) < 4
    activity = "demand" if asks else draw(st.sampled_from([None, *ACTIVITIES]))
    by = draw(st.sampled_from([None, "person", "person", *INITIATORS] if asks else ["own_agency", None, *INITIATORS]))
    outcome = draw(st.sampled_from([None] * 12 + list(OUTCOMES)))
    row: Row = {
        "person_id": person,
        "person_ref": draw(st.sampled_from(["0", "NA"])),
        "agency": draw(st.sampled_from(AGENCIES[:2] if draw(st.booleans()) else AGENCIES)),
        "activity": activity,
        "initiated_by": by,
        "words": draw(st.sampled_from(WORDS)),
        "outcome": outcome,
        "reason": draw(st.sampled_from([None, None, "not_for_us", "wrong_area", "below_threshold"])),
        "referred_to": draw(st.sampled_from([None, *AGENCIES, "police"]))
        if activity == "refer" or outcome == "referred" or draw(st.integers(0, 9)) == 0
        else None,
        "need_met": draw(st.sampled_from([None] * 12 + [True, False])),
        "crisis": draw(st.sampled_from([None, None, None, True, False])),
        "contact_id": draw(st.sampled_from([None, None, None, None, "null", "c2"])),
        "seq": draw(st.sampled_from([None, None, 1, 2, 3])),
        "need_id": draw(st.sampled_from([None, None, None, f"{person}-0", f"{person}-NA"])),
        "issue": draw(st.sampled_from([None, "a", "b", "a;b", "c", "prescription"])) if has_issues else None,
        "service": draw(st.sampled_from([None, None, "lettings", "0"])),
        "minutes": draw(st.sampled_from([None, 0.0, 5.0, 30.0])),
        "cost": draw(st.sampled_from([None, 10.0])),
        "staff_id": draw(st.sampled_from([None, "s1", "s2"])),
        "value_work": draw(st.sampled_from([None, True, False])),
        "documents": draw(st.sampled_from([None, 0, 1])),
        "design": draw(st.sampled_from([None, "old", "new"])),
    }
    return row | draw(moments(day)) | (draw(st.sampled_from(CODES)) if asks else {})


@st.composite
def people(draw: st.DrawFn, person: str) -> list[Row]:
    """One person's rows, gaps drawn around the thresholds, from before the window to after the cut."""
    day = draw(st.sampled_from([START, START, date(2022, 6, 1), date(2023, 1, 1), date(2023, 12, 31), date(2024, 10, 1)]))
    has_issues = draw(st.booleans())
    found: list[Row] = []
    for gap in draw(st.lists(st.sampled_from(GAPS), max_size=25)):
        day += timedelta(gap)
        if day > date(2025, 3, 1):
            break
        if found and draw(st.integers(0, 7)) == 0:  # the same asked again, perhaps elsewhere in one contact
            again = dict(found[-1])
            again["agency"] = draw(st.sampled_from([again["agency"], *AGENCIES]))
            found.append(again)
        else:
            found.append(draw(events(person, day, has_issues)))
    return found


@st.composite
def recorded(draw: st.DrawFn, person: str) -> list[Row]:
    """Recorded needs of a person: open, met, or ended some other way."""
    if draw(st.integers(0, 3)):
        return []
    reason = draw(
        st.sampled_from([None, "met", "met", "died", "moved_away", "gave_up", "lost_contact", "in_custody_or_care", "merged"])
    )
    at = draw(st.sampled_from([datetime(2024, 1, 2), datetime(2024, 4, 1, 12), datetime(2024, 7, 1), datetime(2025, 2, 1)]))
    asked = draw(st.sampled_from([None, datetime(2024, 6, 1)]))
    ended = at if reason else None
    given = {"need_id": f"{person}-0", "person_id": person, "opened_at": datetime(2024, 1, 1), "met_asked_at": asked}
    return [recorded_need(given | {"ended_at": ended, "end_reason": reason})]


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """1 to 4 people over 2 to 3 agencies; ids are text such as "0", "NA" and "null"."""
    persons = draw(st.sampled_from([("P1",), ("P1", "NA"), ("P1", "NA", "null", "0")]))
    given = [row for person in persons for row in draw(people(person))]
    names = ["NA", "null", "0", *(str(number) for number in range(10, 200))]
    rows = [interaction(row | {"interaction_id": name}) for row, name in zip(given, names, strict=False)]
    needs = [row for person in persons for row in draw(recorded(person))]
    settings = Settings(
        window_start=START,
        window_end=CUT,
        window_declared=draw(st.booleans()),
        history_complete=draw(st.booleans()),
        expected_repeat=draw(st.sampled_from([(), ("prescription",), ("lettings", "c")])),
    )
    return Log(rows, needs, settings)


def shuffled(log: Log, order: list[int]) -> Log:
    """The same log with its rows in another order."""
    return replace(log, rows=[log.rows[position] for position in order])
