"""The true stream as canonical interactions: person known, nothing blurred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from personshaped.locality.designs import Design
from personshaped.locality.events import ACTIVITY, KIND, ORIGIN, REASONS, Rows
from personshaped.locality.lives import Calendar, Lives, calendar, live
from personshaped.locality.place import AGENCIES, AGENCY_NAMES, AREAS, ISSUE_NAMES, Door, front_doors
from personshaped.locality.scenarios import SCENARIOS, Scenario
from personshaped.locality.stream import happen
from personshaped.locality.taking import Cases, take_on
from personshaped.locality.voices import Spoken, speak
from personshaped.tables import ACTIVITIES, CANONICAL, INITIATORS, OUTCOMES

_CHANNELS = ("phone", "office", "web", "email", "home_visit", "internal", "999", "meeting", "letter")
_CONTROL = tuple(ACTIVITY[name] for name in ("report", "review", "approve"))


@dataclass(frozen=True)
class Simulated:
    """One locality, simulated: who lived there, what truly happened (in order of person and time), what was said."""

    scenario: Scenario
    calendar: Calendar
    lives: Lives
    rows: Rows
    spoken: Spoken
    seed: int
    cases: Cases | None = None

    @property
    def person(self) -> npt.NDArray[np.int64]:
        """The person of each row, an index."""
        return self.lives.need_person[self.rows["need"]]


def simulate(scenario: str, people: int, years: int, seed: int) -> Simulated:
    """A locality of `people` places over `years` years after its burn-in; the same arguments give the same locality."""
    chosen = SCENARIOS[scenario]
    when = calendar(years, chosen.burn_in_years)
    rng = np.random.default_rng(seed)
    lives = live(chosen, people, when.days, rng)
    rows = happen(chosen, lives, when, rng)
    rows = rows[np.lexsort((rows["time"], lives.need_person[rows["need"]]))]
    cases = None
    if chosen.taken:
        rows, cases = take_on(chosen.taken, rows, lives, when, rng)
    return Simulated(chosen, when, lives, rows, speak(rows, lives, rng), seed, cases)


def canonical_interactions(people: int, years: int, seed: int, scenario: str = "assess_refer") -> pa.Table:
    """The true stream of the window and its burn-in in the columns of CANONICAL["interactions"], `person_id` known.

    Rows are in order of person and time; `need_id` is left blank as agencies leave it; `source` is "synthetic".
    """
    return as_canonical(simulate(scenario, people, years, seed))


def as_canonical(town: Simulated) -> pa.Table:
    """The rows of a simulated locality as a canonical table (see canonical_interactions)."""
    rows, lives, rng = town.rows, town.lives, np.random.default_rng([town.seed, 1])
    person = town.person
    count = len(rows)
    started = moments(town)
    worker = _workers(rows, lives.area[person], rng)
    channel = _channels(rows, rng)
    columns: dict[str, pa.Array] = {
        "interaction_id": _numbered("i", np.arange(count)),
        "person_ref": _numbered("P", person),
        "person_id": _numbered("P", person),
        "agency": _named(AGENCY_NAMES, rows["agency"]),
        "service": _named([agency.team for agency in AGENCIES], rows["agency"]),
        "front_door": _doors(rows, lives.area[person], rng),
        "channel": _named(_CHANNELS, channel),
        "started_at": pa.array(started),
        "date_precision": pa.repeat(pa.scalar("minute"), count),
        "initiated_by": _named(INITIATORS, rows["origin"]),
        "activity": _named(ACTIVITIES, rows["activity"]),
        "words": pa.array(town.spoken.words, pa.string()),
        "issue": _issues(rows, lives),
        "outcome": _named(OUTCOMES, rows["outcome"]),
        "reason": _named(REASONS, rows["reason"]),
        "referred_to": _named(AGENCY_NAMES, rows["referred_to"]),
        "need_met": pa.array(rows["met"] == 1, pa.bool_(), mask=rows["met"] < 0),
        "crisis": pa.array(rows["crisis"], pa.bool_(), mask=~rows["crisis"]),
        "staff_id": worker,
        "staff_role": _roles(rows),
        "staff_grade": _named(("front line", "manager"), np.isin(rows["activity"], _CONTROL).astype(np.int64)),
        "minutes": pa.array(np.round(rows["minutes"].astype(float)), pa.float64()),
        "value_work": pa.array(np.isin(rows["activity"], [ACTIVITY[name] for name in ("do", "visit", "pull")])),
        "documents": pa.array(np.isin(rows["activity"], _PAPER).astype(np.int64), pa.int64()),
        "cost": pa.array(np.round(rows["cost"].astype(float), 2), pa.float64(), mask=np.isnan(rows["cost"])),
        "area": _named(AREAS, lives.area[person]),
        "design": _named([one.name for one in _designs(town)], rows["worked"]),
        "source": pa.repeat(pa.scalar("synthetic"), count),
    }
    arrays = [
        columns.get(column.name, pa.nulls(count, column.arrow)).cast(column.arrow)
        for column in CANONICAL["interactions"].columns
    ]
    return pa.table(arrays, schema=CANONICAL["interactions"].schema)


def _designs(town: Simulated) -> list[Design]:
    return [town.scenario.design, *(turn.design for turn in town.scenario.turns)]


_PAPER = tuple(ACTIVITY[name] for name in ("assess", "approve", "refer", "record", "report", "letter"))


def moments(town: Simulated) -> npt.NDArray[np.datetime64]:
    """When each row happened, to the minute: office hours, and the night for crisis askings at night.

    The map from the simulation's clock to the day's is monotone, so no row overtakes another of its need.
    """
    day = np.floor(town.rows["time"])
    part = town.rows["time"] - day
    crisis = town.rows["crisis"]
    minute = np.where(crisis, part * 530, 540 + part * 480)
    start = np.datetime64(datetime(*town.calendar.start.timetuple()[:3]), "us")
    return start + (day * 1440 + np.floor(minute)).astype("timedelta64[m]")


def _numbered(prefix: str, numbers: npt.NDArray[np.int64]) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=7, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def _named(names: tuple[str, ...] | list[str], codes: npt.NDArray[np.int64]) -> pa.Array:
    """Names by code; blank where the code is -1."""
    places = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(places, pa.array(list(names))).cast(pa.string())


def _issues(rows: Rows, lives: Lives) -> pa.Array:
    """The issue of the need; where two are mixed, half of the askings name both."""
    issue, second = lives.need_issue[rows["need"]], lives.need_second[rows["need"]]
    both = (second >= 0) & (rows["kind"] >= 0) & (rows["kind"] != KIND["chase"])
    count = len(ISSUE_NAMES)
    pairs = [one if other < 0 else f"{one};{ISSUE_NAMES[other]}" for one in ISSUE_NAMES for other in range(-1, count)]
    return _named(pairs, issue * (count + 1) + np.where(both, second, -1) + 1)


def _doors(rows: Rows, area: npt.NDArray[np.int64], rng: np.random.Generator) -> pa.Array:
    """The door an asking came in at: one of the agency's in the person's area where it has one."""
    doors = front_doors()
    names = [door.name for door in doors]
    first = np.array([[_door(doors, agency, place) for place in AREAS] for agency in AGENCY_NAMES])
    any_door = np.array(
        [next(names.index(one.name) for one in doors if one.agency == agency) for agency in AGENCY_NAMES]
    )
    size = np.array([agency.doors for agency in AGENCIES])
    drawn = any_door[rows["agency"]] + (rng.random(len(rows)) * size[rows["agency"]]).astype(np.int64)
    chosen = np.where(rng.random(len(rows)) < 0.7, first[rows["agency"], area], drawn)
    return _named(names, np.where(rows["activity"] == ACTIVITY["demand"], chosen, -1))


def _door(doors: list[Door], agency: str, area: str) -> int:
    """The agency's door in the area, else its first."""
    own = [number for number, door in enumerate(doors) if door.agency == agency]
    return next((number for number in own if doors[number].area == area), own[0])


def _channels(rows: Rows, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    asked = rng.choice(4, len(rows), p=[0.62, 0.24, 0.08, 0.06])
    asked = np.where(rows["crisis"] & (rows["agency"] == AGENCY_NAMES.index("police")), 6, asked)
    helped = np.where(rng.random(len(rows)) < 0.6, 4, 1)
    internal = np.full(len(rows), 5)
    done = np.isin(rows["activity"], [ACTIVITY[name] for name in ("do", "visit", "assess", "pull")])
    demand = (rows["activity"] == ACTIVITY["demand"]) & (rows["origin"] != ORIGIN["other_agency"])
    return np.select([demand, done], [asked, helped], internal)


def _workers(rows: Rows, area: npt.NDArray[np.int64], rng: np.random.Generator) -> pa.Array:
    """Who did it: one of thirty an agency, most often of the person's area."""
    number = rows["agency"].astype(np.int64) * 100 + area * 6 + (rng.random(len(rows)) * 6).astype(np.int64)
    return _named([f"s{one:04d}" for one in range(len(AGENCIES) * 100)], number)


def _roles(rows: Rows) -> pa.Array:
    own = [agency.worker for agency in AGENCIES]
    control = np.isin(rows["activity"], _CONTROL)
    front = np.isin(rows["activity"], (ACTIVITY["demand"], ACTIVITY["screen"]))
    code = np.where(control, len(own), np.where(front, len(own) + 1, rows["agency"].astype(np.int64)))
    return _named([*own, "manager", "contact_officer"], code)
