"""What truly happened, for those who score a study: kept in a folder of its own that no study reads."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.locality.canonical import Simulated, moments
from personshaped.locality.events import ACTIVITY, KIND, KINDS, OUTCOME
from personshaped.locality.persons import Persons
from personshaped.locality.place import AGENCIES, AGENCY_NAMES, AREAS, ISSUE_NAMES
from personshaped.locality.recording import Book, is_demand
from personshaped.locality.scenarios import TURNS_AT
from personshaped.locality.tables import LABEL
from personshaped.locality.voices import held_out
from personshaped.locality.written import Figure

_FAILURE_KIND = {
    "again": "representation",
    "chase": "progress_chase",
    "rework": "rework",
    "mistake": "other_agency_error",
}
_ABOUT = """The truth of a synthetic locality. Nothing here is about anyone real. A study never reads this folder;
`personshaped score FOLDER TRUTH` does.

persons.parquet       one row per person with a record: person_id, household_id, forename, surname, born, sex, address,
                      postcode, area, came and left (days in the locality)
records.parquet       one row per agency's reference: agency, person_ref, person_id, household_id
interactions.parquet  one row per recorded row: interaction_id, agency, person_id, need_id, cycle_id, started_at (true),
                      demand_type and failure_kind (askings of the person's side only), after_agency, issue, template,
                      held_out (words from a template kept for scoring), second_log (another agency's log of it)
needs.parquet         one row per need: need_id, person_id, issue, also_issue, opened_at, met_at, end_reason, askings
cycles.parquet        one row per try of one agency at one need: cycle_id, need_id, person_id, agency, started_at,
                      ended_at
turns.csv             what truly changed: from which month of the window, at which agency, in which area, what, from
                      what, to what; the share of what happened that an agency wrote down; of what followed for those
                      taken on, the share that did not happen
figures.csv           figures of the whole true stream in the window, under the names of a study's figures
"""


def write_truth(
    folder: Path, town: Simulated, who: Persons, books: Sequence[Book], beside: Mapping[Figure, float]
) -> list[Path]:
    """Writes every table of the truth and returns the paths; `beside` are figures of the tables beside the files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text(_ABOUT, encoding="utf-8")
    tables = {
        "persons": _persons(town, who, books),
        "records": _records(who, books),
        "interactions": _interactions(town, who, books),
        "needs": _needs(town, who),
        "cycles": _cycles(town, who),
    }
    for name, table in tables.items():
        labelled = table.append_column("source", pa.repeat(pa.scalar(LABEL), table.num_rows))
        pq.write_table(labelled, folder / f"{name}.parquet")
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "by", "group", "value", "source"])
        writer.writerows(
            [name, by, group, f"{value:.6g}", LABEL]
            for (name, by, group), value in (true_figures(town) | dict(beside)).items()
        )
    (folder / "turns.csv").write_text(_turns(town), encoding="utf-8")
    return [
        folder / "turns.csv",
        folder / "README.txt",
        *(folder / f"{name}.parquet" for name in tables),
        folder / "figures.csv",
    ]


def _turns(town: Simulated) -> str:
    """What truly changed, a line for each parameter."""
    scenario, before = town.scenario, asdict(town.scenario.design)
    lines = ["month,agency,area,what,from,to,source"]
    for turn in scenario.turns:
        lines += [
            f"{turn.month},{turn.agency},{turn.area},{name},{before[name]},{value},{LABEL}"
            for name, value in asdict(turn.design).items()
            if value != before[name]
        ]
    lines += [f"{one.month},{one.agency},,completeness,,{one.share},{LABEL}" for one in scenario.recorded]
    if scenario.taken:
        lines.append(f"{TURNS_AT},,,effect on those taken on,0,{scenario.taken.effect},{LABEL}")
    return "\n".join(lines) + "\n"


def _persons(town: Simulated, who: Persons, books: Sequence[Book]) -> pa.Table:
    seen = sorted({person for book in books for person in book.ref_person.values()})
    lives = town.lives
    return pa.table(
        {
            "person_id": [who.ids[one] for one in seen],
            "household_id": [who.household_id[one] for one in seen],
            "forename": [who.forename[one] for one in seen],
            "surname": [who.surname[one] for one in seen],
            "born": [who.born[one] for one in seen],
            "sex": [who.sex[one] for one in seen],
            "address": [who.address[one] for one in seen],
            "postcode": [who.postcode[one] for one in seen],
            "area": [AREAS[lives.area[one]] for one in seen],
            "came": lives.came[seen],
            "left": lives.left[seen],
        }
    )


def _records(who: Persons, books: Sequence[Book]) -> pa.Table:
    rows = [(book.dialect.name, ref, person) for book in books for ref, person in book.ref_person.items()]
    return pa.table(
        {
            "agency": [agency for agency, _, _ in rows],
            "person_ref": [ref for _, ref, _ in rows],
            "person_id": [who.ids[person] for _, _, person in rows],
            "household_id": [who.household_id[person] for _, _, person in rows],
        }
    )


def _interactions(town: Simulated, who: Persons, books: Sequence[Book]) -> pa.Table:
    parts = []
    started, asked, held = moments(town), is_demand(town), held_out(town.spoken.template)
    for book in books:
        row = book.row
        own = town.rows["agency"][row] == AGENCY_NAMES.index(book.dialect.name)
        parts.append(
            pa.table(
                {
                    "interaction_id": book.rows["interaction_id"],
                    "agency": pa.repeat(pa.scalar(book.dialect.name), len(row)),
                    "person_id": pa.array([who.ids[one] for one in town.person[row]], pa.string()),
                    "need_id": pa.array([f"N{need:06d}" for need in town.rows["need"][row]], pa.string()),
                    "cycle_id": pa.array(town.rows["cycle"][row]),
                    "started_at": pa.array(started[row]),
                    "demand_type": _types(town, row, asked[row] & own),
                    "failure_kind": _kinds(town, row, asked[row] & own),
                    "after_agency": _after(town, row, asked[row] & own),
                    "issue": pa.array(
                        [ISSUE_NAMES[one] for one in town.lives.need_issue[town.rows["need"][row]]], pa.string()
                    ),
                    "template": pa.array(town.spoken.template[row]),
                    "held_out": pa.array(held[row]),
                    "second_log": pa.array(~own),
                }
            )
        )
    return pa.concat_tables(parts)


def _types(town: Simulated, row: npt.NDArray[np.int64], asked: npt.NDArray[np.bool_]) -> pa.Array:
    value = town.rows["kind"][row] == KIND["first"]
    names = np.where(value, "value", "failure").astype(object)
    return pa.array(names, pa.string(), mask=~asked)


def _kinds(town: Simulated, row: npt.NDArray[np.int64], asked: npt.NDArray[np.bool_]) -> pa.Array:
    names = np.array([_FAILURE_KIND.get(kind, "") for kind in KINDS], dtype=object)[town.rows["kind"][row]]
    return pa.array(names, pa.string(), mask=~asked | (names == ""))


def _after(town: Simulated, row: npt.NDArray[np.int64], asked: npt.NDArray[np.bool_]) -> pa.Array:
    """Whose work the asking follows: the body named in a mistake, else the agency before."""
    said = [town.spoken.body[one] for one in row.tolist()]
    before = town.rows["after"][row]
    names = [body or (AGENCY_NAMES[agency] if agency >= 0 else None) for body, agency in zip(said, before, strict=True)]
    return pa.array(names, pa.string(), mask=~asked)


def _needs(town: Simulated, who: Persons) -> pa.Table:
    lives, rows = town.lives, town.rows
    count = len(lives.need_person)
    met = np.full(count, np.nan)
    met[rows["need"][rows["truly_met"]]] = rows["time"][rows["truly_met"]]
    askings = np.bincount(rows["need"][is_demand(town)], minlength=count)
    gone = lives.left[lives.need_person] < town.calendar.days
    died = lives.died[lives.need_person]
    last = np.zeros(count)
    np.maximum.at(last, rows["need"], rows["time"])
    gave_up = ~gone & (town.calendar.days - last > 365)
    reason = np.select([~np.isnan(met), gone & died, gone, gave_up], ["met", "died", "moved_away", "gave_up"], "")
    return pa.table(
        {
            "need_id": [f"N{need:06d}" for need in range(count)],
            "person_id": [who.ids[one] for one in lives.need_person],
            "issue": [ISSUE_NAMES[one] for one in lives.need_issue],
            "also_issue": pa.array([ISSUE_NAMES[one] if one >= 0 else None for one in lives.need_second], pa.string()),
            "opened_at": _times(town, lives.need_opened),
            "met_at": _times(town, met),
            "end_reason": pa.array(reason.astype(object), pa.string(), mask=reason == ""),
            "askings": askings,
        }
    )


def _times(town: Simulated, days: npt.NDArray[np.float64]) -> pa.Array:
    start = np.datetime64(town.calendar.start, "s")
    known = ~np.isnan(days)
    seconds = np.where(known, np.floor(np.where(known, days, 0) * 86400), 0).astype("timedelta64[s]")
    return pa.array(start + seconds, mask=~known)


def _cycles(town: Simulated, who: Persons) -> pa.Table:
    rows = town.rows
    ids, first, place = np.unique(rows["cycle"], return_index=True, return_inverse=True)
    started, ended = np.full(len(ids), np.inf), np.full(len(ids), -np.inf)
    np.minimum.at(started, place, rows["time"])
    np.maximum.at(ended, place, rows["time"])
    return pa.table(
        {
            "cycle_id": ids,
            "need_id": [f"N{need:06d}" for need in rows["need"][first]],
            "person_id": [who.ids[one] for one in town.person[first]],
            "agency": [AGENCY_NAMES[one] for one in rows["agency"][first]],
            "started_at": _times(town, started),
            "ended_at": _times(town, ended),
        }
    )


def true_figures(town: Simulated) -> dict[tuple[str, str, str], float]:
    """Figures of the whole true stream within the window, keyed (name, by, group) as a study names them."""
    rows = town.rows
    since = town.calendar.day(town.calendar.window_start)
    inside = rows["time"] >= since
    asked = is_demand(town)
    here = inside & asked
    failure = here & (rows["kind"] != KIND["first"])
    worked = inside & (rows["activity"] != ACTIVITY["demand"])
    helped = worked & np.isin(rows["activity"], [ACTIVITY[name] for name in ("do", "visit", "pull")])
    figures: dict[tuple[str, str, str], float] = {
        ("demands", "", ""): float(here.sum()),
        ("failure_demands", "", ""): float(failure.sum()),
        ("failure_demand_share", "", ""): _share(failure, here),
        ("known_share_system", "", ""): _known(town, here),
        ("helping_share_upper", "", ""): _share(helped, worked),
        ("value_share_time", "", ""): float(rows["minutes"][helped].sum() / max(rows["minutes"][inside].sum(), 1)),
        ("interactions", "", ""): float(inside.sum()),
    }
    for name, activity, outcome in (
        ("screened_out_share_screens", "screen", "screened_out"),
        ("approval_rate", "approve", "approved"),
    ):
        base = inside & (rows["activity"] == ACTIVITY[activity])
        if base.any():
            figures[(name, "", "")] = _share(base & (rows["outcome"] == OUTCOME[outcome]), base)
    return figures | _concentration(town, inside, here)


def _share(part: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> float:
    return float(part.sum() / max(whole.sum(), 1))


def _known(town: Simulated, here: npt.NDArray[np.bool_]) -> float:
    """M020 at the system: askings whose person has an earlier row within a year (rows stand in that order)."""
    person, time = town.person, town.rows["time"]
    before = np.concatenate([[False], (person[1:] == person[:-1]) & (time[1:] - time[:-1] <= 365)])
    return _share(before & here, here)


def _concentration(
    town: Simulated, inside: npt.NDArray[np.bool_], here: npt.NDArray[np.bool_]
) -> dict[tuple[str, str, str], float]:
    """M006 and M007: the costliest 1 and 5 per cent of everyone who lives there, their part of cost and of askings."""
    rows, person, count = town.rows, town.person, len(town.lives.came)
    price = np.array([agency.pounds for agency in AGENCIES])[rows["agency"]]
    cost = np.where(np.isnan(rows["cost"]), rows["minutes"] / 60 * price, rows["cost"])
    spent = np.bincount(person[inside], cost[inside], count)
    asked = np.bincount(person[here], minlength=count)
    order = np.argsort(-spent, kind="stable")
    places = int((town.lives.came == 0).sum())  # one tenant of each place was there on the first day
    found = {}
    for share, name in ((0.01, "1%"), (0.05, "5%")):
        top = order[: int(np.ceil(share * places))]
        found[("top_share_cost", "q", name)] = float(spent[top].sum() / max(spent.sum(), 1))
        found[("top_share_demand", "q", name)] = float(asked[top].sum() / max(asked.sum(), 1))
    return found
