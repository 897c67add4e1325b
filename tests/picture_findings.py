"""Small findings folders to draw: the worked example of the specification (four people), and a made-up town.

Written by hand as ASCII, so that what the picture shows can be checked against what stands here.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.picture import inputs
from personshaped.tables import DERIVED

Row = dict[str, Any]

INTERACTIONS = """
 id | person | agency            | day   | kind        | activity | type    | kind_of        | cycle | outcome      | referred_to | need | words
  1 | P1     | housing           | 01-03 | demand      | demand   | value   |                | c1    |              |             | N1   | I can't get up the stairs to the bath
  2 | P1     | housing           | 01-03 | activity    | screen   |         |                | c1    | screened_out |             | N1   |
  3 | P1     | adult_social_care | 01-17 | demand      | demand   | failure | representation | c2    |              |             | N1   | I still can't get to the bath, housing told me to ask you
  4 | P1     | adult_social_care | 01-17 | activity    | screen   |         |                | c2    | forwarded    |             | N1   |
  5 | P1     | adult_social_care | 01-24 | activity    | assess   |         |                | c2    |              |             | N1   |
  6 | P1     | adult_social_care | 01-31 | demand      | demand   | failure | progress_chase | c2    |              |             | N1   | What is happening with my assessment?
  7 | P1     | adult_social_care | 02-05 | activity    | approve  |         |                | c2    | approved     |             | N1   |
  8 | P1     | adult_social_care | 02-07 | activity    | refer    |         |                | c2    | referred     | gp          | N1   |
  9 | P1     | gp                | 02-14 | referral_in | assess   |         |                | c3    |              |             | N1   |
 10 | P1     | gp                | 02-14 | activity    | do       |         |                | c3    |              |             | N1   | painkillers prescribed
 11 | P1     | gp                | 02-14 | activity    | close    |         |                | c3    | nfa          |             | N1   |
 12 | P1     | adult_social_care | 03-01 | demand      | demand   | failure | representation | c4    |              |             | N1   | Please can someone come and look at the stairs
 13 | P1     | adult_social_care | 03-02 | activity    | do       |         |                | c4    |              |             | N1   | second stair rail fitted while I was there
 14 | P1     | adult_social_care | 03-20 | activity    | close    |         |                | c4    | need_met     |             | N1   | That's sorted, thank you
 15 | P2     | housing           | 01-10 | demand      | demand   | value   |                | c5    |              |             | N2   | I need help sorting out my housing benefit
 16 | P2     | housing           | 01-10 | activity    | do       |         |                | c5    | need_met     |             | N2   | rang benefits together and it is paid
 17 | P3     | advice            | 02-01 | demand      | demand   | failure | other_agency_error | c6 |             |             | N3   | The benefits office has stopped my money by mistake
 18 | P3     | advice            | 02-01 | activity    | do       |         |                | c6    | awaiting     |             | N3   | asked benefits to look again
 19 | P3     | advice            | 02-20 | demand      | demand   | failure | progress_chase | c6    |              |             | N3   | Have you heard back from benefits?
 20 | P4     | adult_social_care | 03-15 | demand      | demand   | value   |                |       |              |             | N4   | Mum can't cope at home
"""  # noqa: E501
NEEDS = """
 need | person | issue               | opened | ended | end_reason | never_asked | demands | agencies | duration | closed
 N1   | P1     | housing_suitability | 01-03  | 03-20 | met        | no          | 4       | 3        | 77       | yes
 N2   | P2     | benefits            | 01-10  | 01-10 | met        | no          | 1       | 1        | 0        | no
 N3   | P3     | benefits            | 02-01  |       |            | yes         | 2       | 1        |          | no
 N4   | P4     | ageing_basic_care   | 03-15  | 03-25 | moved_away | no          | 1       | 1        | 10       | no
"""  # noqa: E501
CYCLES = """
 cycle | person | need | agency            | started | ended_at | sequence | ended
 c1    | P1     | N1   | housing           | 01-03   | 01-03    | QS       | screened_out
 c2    | P1     | N1   | adult_social_care | 01-17   | 02-07    | QSAqxR   | referred
 c3    | P1     | N1   | gp                | 02-14   | 02-14    | ADC      | nfa
 c4    | P1     | N1   | adult_social_care | 03-01   | 03-20    | QDC      | need_met
 c5    | P2     | N2   | housing           | 01-10   | 01-10    | QD       | need_met
 c6    | P3     | N3   | advice            | 02-01   |          | QDq      | open
"""
FIGURES = """
 name                             | measure   | by           | group                                | period | value  | unit  | numerator | denominator | low    | high   | n   | basis   | note
 demands                          | M025      |              |                                      |        | 8      | count |           |             |        |        | 8   | derived |
 failure_demand_share             | M012      |              |                                      |        | 0.625  | share | 5         | 8           | 0.3057 | 0.8632 | 8   | hand    |
 failure_demand_share             | M012      |              |                                      |        | 0.625  | share | 5         | 8           | 0.3057 | 0.8632 | 8   | rule    |
 failure_demand_share             | M012      | agency       | adult_social_care                    |        | 0.75   | share | 3         | 4           |        |        | 4   | hand    |
 failure_demand_share             | M012      | agency       | advice                               |        | 1      | share | 2         | 2           |        |        | 2   | hand    |
 failure_demand_share             | M012      | agency       | housing                              |        | 0      | share | 0         | 2           |        |        | 2   | hand    |
 issue_share                      | M003      | issue        | ageing_basic_care                    |        | 0.125  | share | 1         | 8           |        |        | 8   | derived |
 issue_share                      | M003      | issue        | benefits                             |        | 0.375  | share | 3         | 8           |        |        | 8   | derived |
 issue_share                      | M003      | issue        | housing_suitability                  |        | 0.5    | share | 4         | 8           |        |        | 8   | derived |
 failure_kind_share               | M015      | failure_kind | other_agency_error                   |        | 0.2    | share | 1         | 5           |        |        | 5   | hand    |
 failure_kind_share               | M015      | failure_kind | progress_chase                       |        | 0.4    | share | 2         | 5           |        |        | 5   | hand    |
 failure_kind_share               | M015      | failure_kind | representation                       |        | 0.4    | share | 2         | 5           |        |        | 5   | hand    |
 failure_demand_after             | R8        | from>to      | adult_social_care>adult_social_care  |        | 1      | count |           |             |        |        | 5   | hand    |
 failure_demand_after             | R8        | from>to      | advice>advice                        |        | 1      | count |           |             |        |        | 5   | hand    |
 failure_demand_after             | R8        | from>to      | benefits>advice                      |        | 1      | count |           |             |        |        | 5   | hand    |
 failure_demand_after             | R8        | from>to      | gp>adult_social_care                 |        | 1      | count |           |             |        |        | 5   | hand    |
 failure_demand_after             | R8        | from>to      | housing>adult_social_care            |        | 1      | count |           |             |        |        | 5   | hand    |
 known_share_system               | M020      |              |                                      |        | 0.5    | share | 4         | 8           |        |        | 8   | derived |
 known_share_unlinked             | M020      |              |                                      |        | 0.375  | share | 3         | 8           |        |        | 8   | derived |
 cycles_per_need                  | M028      |              |                                      |        | 1.5    | count | 6         | 4           |        |        | 4   | derived |
 cycles_per_need_median           | M028      |              |                                      |        | 1      | count |           |             |        |        | 4   | derived |
 cycles_per_need_p90              | M028      |              |                                      |        | 3.1    | count |           |             |        |        | 4   | derived |
 cycles_per_need_max              | M028      |              |                                      |        | 4      | count |           |             |        |        | 4   | derived |
 needs_met_share                  | M054      | days         | 90                                   |        | 0.75   | share |           |             |        |        | 4   | derived |
 needs_met_bound_low              | M054      |              |                                      |        | 0.5    | share | 2         | 4           |        |        | 4   | derived |
 needs_met_bound_high             | M054      |              |                                      |        | 0.75   | share | 3         | 4           |        |        | 4   | derived |
 fcr_needs                        | M026      |              |                                      |        | 0.3333 | share | 1         | 3           |        |        | 3   | derived |
 fcr_demands                      | M026      |              |                                      |        | 0.125  | share | 1         | 8           |        |        | 8   | derived |
 screened_out_share_screens       | M037      |              |                                      |        | 0.5    | share | 1         | 2           |        |        | 2   | derived | A condition to study, not a goal.
 assessment_without_service_share | M047      |              |                                      |        | 0.6667 | share | 2         | 3           |        |        | 3   | derived |
 approval_rate                    | M049      |              |                                      |        | 1      | share | 1         | 1           |        |        | 1   | derived | 1 of 1
 approval_delay_median            | M050      |              |                                      |        | 12     | days  |           |             |        |        | 1   | derived |
 value_share_time                 | M045      |              |                                      |        | 0.4024 | share | 165       | 410         |        |        | 20  | hand    |
 control_time_share               | M044      |              |                                      |        |        | share |           |             |        |        |     | derived | staff_grade is not recorded
 referrals_per_need               | M055      |              |                                      |        | 0.25   | count | 1         | 4           |        |        | 4   | derived |
 cost                             | M068      |              |                                      |        | 319    | £     |           |             |        |        | 20  | derived |
 cost                             | M068      | activity     | do                                   |        | 150.5  | £     |           |             |        |        | 5   | derived |
 cost                             | M068      | activity     | assess                               |        | 88     | £     |           |             |        |        | 2   | derived |
 cost_by_year                     | M057      |              |                                      | 2024   | 319    | £     |           |             |        |        | 20  | derived |
 cost_wanted                      | M067      |              |                                      |        | 120    | £     |           |             |        |        | 1   | derived |
 cost_received                    | M068      |              |                                      |        | 269.5  | £     |           |             |        |        | 1   | derived |
 cost_gap                         | M069      |              |                                      |        | 149.5  | £     |           |             |        |        | 1   | derived |
 cost_ratio                       | M069      |              |                                      |        | 2.2458 | ratio |           |             |        |        | 1   | derived |
 top_share_cost                   | M006;M008 | q            | 1%                                   |        | 0.8448 | share | 269.5     | 319         |        |        | 4   | derived |
 documents                        | M032      |              |                                      |        | 6      | count |           |             |        |        | 20  | derived |
 history_span                     | M033      |              |                                      |        |        | years |           |             |        |        |     | derived | fewer than two dated rows a person
"""  # noqa: E501


def rows(table: str) -> list[dict[str, str]]:
    """An ASCII table as rows of text."""
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [dict(zip(head, line, strict=True)) for line in lines]


def moment(day: str) -> datetime | None:
    return datetime.fromisoformat(f"2024-{day}T09:00") if day else None


def write_table(folder: Path, name: str, content: list[Row]) -> None:
    """A derived table with all its columns, blank where not given."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    schema = DERIVED[name].schema
    filled = [{column: row.get(column) for column in schema.names} for row in content]
    pq.write_table(pa.Table.from_pylist(filled, schema), folder / "tables" / f"{name}.parquet")


def write_figures(folder: Path, content: list[Row]) -> None:
    schema = DERIVED["figures"].schema
    filled = [{column: row.get(column) for column in schema.names} for row in content]
    pq.write_table(pa.Table.from_pylist(filled, schema), folder / "figures.parquet")


def run(
    *, synthetic: bool = True, name: str = "The worked example", purpose: str = "Help me to live my life well"
) -> Row:
    """`run.json` as a study writes it."""
    return {
        "version": "0.1.0",
        "engine": "local",
        "study": {
            "name": name,
            "purpose": purpose,
            "what_met_means": "the person says so",
            "synthetic": synthetic,
            "lawful": {} if synthetic else {"purpose": "study", "lawful_basis": "public task", "dpia": "DPIA-1"},
        },
        "settings": {"window_start": "2024-01-01", "window_end": "2024-04-01", "look_back": 365, "stale": 90,
                     "history_complete": True},
        "inputs": {"interactions.csv": "9f2c" * 16},
        "stages": {"read": 20},
        "report": {"rows_in": 20, "used": 20, "set_aside": 0, "duplicates": 0, "reasons": {}},
        "linking": {"references": 6, "persons": 4},
    }  # fmt: skip


def interactions(text: str = INTERACTIONS) -> list[Row]:
    found = []
    for place, row in enumerate(rows(text), 1):
        at = moment(row["day"])
        found.append({
            "interaction_id": row["id"], "person_id": row["person"], "agency": row["agency"], "started_at": at,
            "started_before": at, "date_precision": "day", "position": place, "kind": row["kind"],
            "activity": row["activity"], "demand_type": row["type"] or None, "failure_kind": row["kind_of"] or None,
            "cycle_id": row["cycle"] or None, "outcome": row["outcome"] or None, "need_id": row["need"] or None,
            "referred_to": row["referred_to"] or None, "words": row["words"] or None, "in_window": True,
            "initiated_by": "person" if row["kind"] == "demand" else "own_agency",
            "issue": {need["need"]: need["issue"] for need in rows(NEEDS)}.get(row["need"]),
        })  # fmt: skip
    return found


def demands(found: list[Row]) -> list[Row]:
    opened: set[str] = set()
    kept = []
    for row in found:
        if row["kind"] == "demand":
            kept.append({**row, "first_of_need": row["need_id"] not in opened, "classifiable": True, "basis": "hand"})
            opened.add(row["need_id"])
    return kept


def figures(text: str = FIGURES) -> list[Row]:
    found = []
    for row in rows(text):
        figure: Row = dict(row)
        for column in ("value", "numerator", "denominator", "low", "high"):
            figure[column] = float(row[column]) if row[column] else None
        figure["n"] = int(row["n"]) if row["n"] else None
        found.append(figure)
    return found


def worked_example(folder: Path, *, synthetic: bool = True, text: str = INTERACTIONS) -> Path:
    """The findings of the specification's twenty rows, answers as in its section 5.2."""
    folder.mkdir(parents=True, exist_ok=True)
    found = interactions(text)
    write_table(folder, "interactions", found)
    write_table(folder, "demands", demands(found))
    write_table(folder, "needs", [
        {"need_id": row["need"], "person_id": row["person"], "issue": row["issue"], "opened_at": moment(row["opened"]),
         "ended_at": moment(row["ended"]), "end_reason": row["end_reason"] or None, "in_cohort": True,
         "never_asked": row["never_asked"] == "yes", "open_at_cut": not row["ended"], "demands": int(row["demands"]),
         "interactions": 4, "agencies": int(row["agencies"]), "closed": row["closed"] == "yes",
         "duration": int(row["duration"]) if row["duration"] else None}
        for row in rows(NEEDS)
    ])  # fmt: skip
    write_table(folder, "cycles", [
        {"cycle_id": row["cycle"], "person_id": row["person"], "need_id": row["need"], "agency": row["agency"],
         "started_at": moment(row["started"]), "ended_at": moment(row["ended_at"]), "sequence": row["sequence"],
         "ended": row["ended"], "counts": True}
        for row in rows(CYCLES)
    ])  # fmt: skip
    write_table(
        folder,
        "persons",
        [
            {"person_id": person, "cost": cost}
            for person, cost in (("P1", 269.5), ("P2", 27.5), ("P3", 18.0), ("P4", 4.0))
        ],
    )
    write_table(folder, "links", [
        {"agency_a": "housing", "ref_a": "H-001", "agency_b": "adult_social_care", "ref_b": "S-77",
         "judgement": "same", "score": None, "evidence": "the same person_id", "by": "given", "when": None},
        {"agency_a": "gp", "ref_a": "G-9", "agency_b": "adult_social_care", "ref_b": "S-77",
         "judgement": "same", "score": 0.991, "evidence": "birth and postcode agree", "by": "model", "when": None},
    ])  # fmt: skip
    write_figures(folder, figures())
    (folder / "run.json").write_text(json.dumps(run(synthetic=synthetic)), encoding="utf-8")
    inputs.write_charts(folder, inputs.Charts(
        received_wanted=(inputs.ReceivedWanted(
            "P1", 2024, ("2024-01-03", "2024-01-24", "2024-02-07", "2024-02-14", "2024-03-02", "2024-03-20"),
            (7.5, 61.5, 95.5, 165.5, 265.5, 269.5), (120.0,) * 6, (120.0,) * 6),),
        asked_elsewhere=(3, 5),
    ))  # fmt: skip
    return folder


# --- a made-up town ------------------------------------------------------------------------------------------

TOWN_AGENCIES = ("adult_social_care", "advice_charity", "benefits", "childrens_services", "gp", "hospital", "housing",
                 "mental_health", "police")  # fmt: skip
_AGAIN = (379, 409, 422, 393, 377, 401, 412, 423, 379, 378, 416, 412, 432, 421, 402, 397, 451, 398, 389, 380, 405, 406)
_FIRST = (95, 103, 98, 99, 96, 96, 92, 96, 105, 89, 85, 106, 92, 98, 97, 82, 111, 104, 92, 96, 90, 82)
_SAID = (
    "I’ve been ill and need help to get back on my feet", "My wife has died and I’m lonely",
    "I can’t cope with my children", "What is happening to my case?", "I’m having trouble with my landlord",
    "I don’t understand how to fill in the form", "I’ve told three people this already",
)  # fmt: skip


def _town_rows(people: int) -> list[Row]:
    """Each person asks, is sent on, asks again elsewhere; dates and agencies follow from the person's number."""
    found: list[Row] = []
    steps = ("demand", "screen", "assess", "refer", "demand", "approve", "do", "record", "demand", "visit", "close")
    for person in range(people):
        start = datetime(2022, 1, 3) + timedelta(days=person * 5)
        for place in range(6 + person % 6):
            activity = steps[place]
            agency = TOWN_AGENCIES[(person + place // 4) % len(TOWN_AGENCIES)]
            at = start + timedelta(days=place * (9 + person % 7))
            asks = activity == "demand"
            found.append({
                "interaction_id": f"t{person:03d}-{place:02d}", "person_id": f"T{person:03d}", "agency": agency,
                "started_at": at, "started_before": at, "date_precision": "day", "position": place + 1,
                "kind": "demand" if asks else "activity", "activity": activity, "in_window": True,
                "demand_type": ("value" if place == 0 else "failure") if asks else None,
                "failure_kind": ("representation", "progress_chase", "rework")[person % 3] if asks and place else None,
                "need_id": f"T{person:03d}/n1", "cycle_id": f"T{person:03d}-c{place // 4}",
                "words": _SAID[(person + place) % len(_SAID)] if asks else None,
                "outcome": {"screen": "screened_in", "close": "closed"}.get(activity),
                "referred_to": TOWN_AGENCIES[(person + 1) % len(TOWN_AGENCIES)] if activity == "refer" else None,
                "crisis": person % 11 == 3 and place == 4, "issue": ("benefits", "housing", "being_alone")[person % 3],
                "initiated_by": "person" if asks else "own_agency",
            })  # fmt: skip
    return found


def _town_figures() -> list[Row]:
    def figure(name: str, value: float | None, unit: str = "share", **more: Any) -> Row:
        return {"name": name, "measure": "M000", "by": "", "group": "", "period": "", "value": value, "unit": unit,
                "n": 17850, "basis": "derived", "note": ""} | more  # fmt: skip

    shares = {"screened_out_share_screens": (1358, 1741), "closed_at_initial_assessment_share": (402, 1741),
              "approval_rate": (5130, 5400), "control_time_share": (31000, 90000), "value_share_time": (21600, 90000),
              "helping_share": (171, 1900), "assessment_without_service_share": (3000, 5000), "fcr_needs": (21, 3528),
              "fcr_demands": (21, 17850), "known_share_system": (15351, 17850), "known_share_unlinked": (7854, 17850),
              "closed_unmet_share": (1700, 2412), "needs_met_bound_low": (362, 2412),
              "needs_met_bound_high": (1278, 2412)}  # fmt: skip
    found = [figure("demands", 17850, "count"),
             figure("failure_demand_share", 0.81, numerator=14458, denominator=17850, low=0.8, high=0.82, basis="rule"),
             figure("failure_demand_share", 0.80, numerator=None, low=0.74, high=0.86, basis="corrected")]  # fmt: skip
    found += [figure(name, a / b, numerator=a, denominator=b) for name, (a, b) in shares.items()]
    found += [figure("issue_share", n / 17850, numerator=n, denominator=17850, by="issue", group=name)
              for name, n in (("being_alone", 2944), ("benefits", 4210), ("housing", 3655))]  # fmt: skip
    found += [figure("failure_kind_share", n / 14458, numerator=n, denominator=14458, by="failure_kind", group=name,
                     basis="rule") for name, n in (("other_agency_error", 723), ("progress_chase", 3614),
                                                   ("representation", 8386), ("rework", 1735))]  # fmt: skip
    found += [figure("failure_demand_after", (i * 7 + j * 13) % 97 * 9 + 4, "count", by="from>to", group=f"{a}>{b}")
              for i, a in enumerate((*TOWN_AGENCIES, "unseen")) for j, b in enumerate(TOWN_AGENCIES)]  # fmt: skip
    found += [figure("cycles_per_need" + part, value, "count") for part, value in
              (("", 5.04), ("_p10", 1), ("_median", 4), ("_p90", 11), ("_max", 41))]  # fmt: skip
    found += [figure("needs_met_share", value, by="days", group=days, n=2412, low=value - 0.02, high=value + 0.02)
              for days, value in (("28", 0.06), ("90", 0.12), ("180", 0.2), ("365", 0.26))]  # fmt: skip
    found += [figure(name, value, unit) for name, value, unit in (
        ("referrals_per_need", 2.31, "count"), ("referral_chain_length", 3.2, "count"),
        ("referrals_lost", 804, "count"), ("cycles_before_screened_in", 2.6, "count"),
        ("approval_delay_median", 11, "days"), ("cost", 3_912_345.0, "£"), ("cost_wanted", 20760.0, "£"),
        ("cost_received", 106777.0, "£"), ("cost_ratio", 5.14, "ratio"), ("cost_wanted_low", 15760, "£"))]  # fmt: skip
    found += [
        figure("cost_by_year", value, "£", period=year)
        for year, value in (("2022", 2_100_000.0), ("2023", 1_812_345.0))
    ]
    found += [figure("cost_gap", 86017.0, "£", low=86017.0, high=91017.0),
              figure("top_share_cost", 0.27, by="q", group="1%", numerator=1056333.0, denominator=3912345.0),
              figure("top_share_cost", 0.52, by="q", group="5%", numerator=2034419.0, denominator=3912345.0),
              figure("staff_involved", None, "people", note="staff_id, or people_present is not recorded")]  # fmt: skip
    return found


def _xmr(values: tuple[int, ...], signal: int | None = None) -> inputs.Xmr:
    months = [f"{2022 + i // 12}-{i % 12 + 1:02d}" for i in range(len(values))]
    points = tuple(
        inputs.Point(month, float(value), ("outside",) if i == signal else ())
        for i, (month, value) in enumerate(zip(months, values, strict=True))
    )
    level = {True: (402.0, 347.0, 446.0), False: (95.0, 74.0, 114.0)}[values[0] > 200]
    return inputs.Xmr("demands", points, (inputs.Phase(months[0], months[-1], *level),), 0.28)


def town(folder: Path, *, people: int = 60, synthetic: bool = True) -> Path:
    """A made-up town with enough people for every chart; its figures are invented, and need not agree with its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    found = _town_rows(people)
    uncoded = {"demand_type": None, "failure_kind": None}  # in interactions stands the hand code alone: here is none
    write_table(folder, "interactions", [row | uncoded for row in found])
    write_table(folder, "demands", demands(found))
    write_table(folder, "needs", [
        {"need_id": f"T{n:03d}/n1", "person_id": f"T{n:03d}", "issue": "benefits", "opened_at": datetime(2022, 1, 3),
         "end_reason": "met" if n % 4 == 0 else None, "duration": 90 if n % 4 == 0 else None, "in_cohort": True,
         "never_asked": n % 3 == 0, "open_at_cut": n % 4 != 0, "demands": 2 + n % 2, "interactions": 6 + n % 6,
         "agencies": 3}
        for n in range(people)
    ])  # fmt: skip
    seen: dict[str, Row] = {}
    for row in found:
        cycle = seen.setdefault(row["cycle_id"], {
            "cycle_id": row["cycle_id"], "person_id": row["person_id"], "need_id": row["need_id"],
            "agency": row["agency"], "started_at": row["started_at"], "sequence": "QSA", "ended": "referred",
            "counts": True})  # fmt: skip
        cycle["ended_at"] = row["started_at"]
    write_table(folder, "cycles", list(seen.values()))
    write_table(folder, "persons", [{"person_id": f"T{n:03d}", "cost": 100.0 * n} for n in range(people)])
    write_table(folder, "links", [])
    write_figures(folder, _town_figures())
    (folder / "run.json").write_text(json.dumps(run(synthetic=synthetic, name="Ashbrook pilot")), encoding="utf-8")
    inputs.write_charts(folder, _town_charts())
    return folder


def _town_charts() -> inputs.Charts:
    days = tuple(float(day) for day in range(0, 366, 5))
    met = tuple(round(0.15 * day / 365, 4) for day in days)
    never = tuple(round(0.38 * (1 - 0.5 ** (day / 90)) / 0.94, 4) for day in days)
    ended = tuple(round(0.19 * day / 365, 4) for day in days)
    rest = tuple(1 - a - b - c for a, b, c in zip(met, never, ended, strict=True))
    people = tuple(i / 20 for i in range(21))
    return inputs.Charts(
        xmr={"failure_demands/month": _xmr(_AGAIN, 16), "value_demands/month": _xmr(_FIRST)},
        incidence=inputs.Incidence(days, met, never, ended, rest, 2412),
        lorenz={"cost": inputs.Lorenz(people, tuple(round(p**0.25, 4) for p in people), 2140)},
        spread=tuple(inputs.Tried("look_back", f"{day} days", "failure_demand_share", share)
                     for day, share in ((30, 0.26), (90, 0.60), (180, 0.74), (365, 0.80), (730, 0.81))),
        conditions=(
            inputs.Condition("C1", ("approval_rate",), "Every plan goes to a panel", "rule", "adult_social_care",
                             "policy", "Record everything so we can cover our backs", (), "a team", "2024-02-01"),
        ),
        asked_elsewhere=(8930, 14458),
    )  # fmt: skip
