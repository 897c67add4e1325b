"""Rent accounts, care, surveys, contracts and thresholds in plain loops, from spec 2.4 and 2.5 alone.

Figures are (name, by, group, period) → value. Rows are dicts of the canonical tables; of the derived tables only
`interactions`, `demands` and `needs` are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str, str, str]
Tables = dict[str, list[Row]]
ENFORCED = ("notice", "enforcement", "court")
SIDE = ("person", "family", "third_party", "anonymous")
COARSE = ("month", "year", "range", "order")


def figures(tables: Tables, start: date, end: date, stale: int, history_complete: bool) -> dict[Key, float]:
    """Every figure that has a naive definition here."""
    window = (start, end)
    return {
        **rent(tables, window),
        **letters(tables, window),
        **hours(tables, window),
        **lasting(tables, window, stale, history_complete),
        **observed(tables, window),
        **rates(tables, window),
        **survey(tables["responses"]),
        **contracts(tables["money_flows"]),
        **audits(tables),
        **below(tables, window),
        **told_by_area(tables["area_facts"]),
        **satisfied(tables, window),
    }


def day(moment: datetime) -> date:
    return moment.date()


def inside(moment: datetime, window: tuple[date, date]) -> bool:
    return window[0] <= moment.date() < window[1]


def month_number(moment: date) -> int:
    return moment.year * 12 + moment.month - 1


def month_name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


# --- rent ----------------------------------------------------------------------------------------------------


def by_account(tables: Tables, end: date) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in tables["accounts"]:
        if row["at"].date() < end:
            found[row["agency"] + "/" + row["account_id"]].append(row)
    return found


def month_ends(rows: list[Row]) -> dict[int, float | None]:
    """The balance at the end of each month from the first entry to the last, carried on."""
    numbers = [month_number(row["at"]) for row in rows]
    found: dict[int, float | None] = {}
    balance = None
    for number in range(min(numbers), max(numbers) + 1):
        told = [row for row in rows if month_number(row["at"]) == number and row["balance_after"] is not None]
        if told:
            last = max(row["at"] for row in told)
            balance = min(row["balance_after"] for row in told if row["at"] == last)
        found[number] = balance
    return found


def rent(tables: Tables, window: tuple[date, date]) -> dict[Key, float]:
    found: dict[Key, float] = {}
    accounts = by_account(tables, window[1])
    first = month_number(window[0])
    lived = {name: {at: b for at, b in month_ends(rows).items() if at >= first} for name, rows in accounts.items()}
    lived = {name: months for name, months in lived.items() if months}
    enforced = {
        name: {month_number(row["at"]) for row in rows if row["kind"] in ENFORCED and inside(row["at"], window)}
        for name, rows in accounts.items()
    }
    if lived:
        found["enforcement_share", "", "", ""] = sum(bool(enforced[name]) for name in lived) / len(lived)
    for number in {number for months in lived.values() for number in months}:
        there = [name for name in lived if number in lived[name]]
        found["enforcement_share", "", "", month_name(number)] = sum(number in enforced[n] for n in there) / len(there)
    arrears = [name for name in lived if any((balance or 0) > 0 for balance in lived[name].values())]
    if arrears:
        share = sum(bool(enforced[name]) for name in arrears) / len(arrears)
        found["enforcement_share_in_arrears", "", "", ""] = share
    found |= patterns(accounts)
    holders = {max((row["person_id"] for row in accounts[n] if row["person_id"]), default=None) for n in arrears}
    asked = [row for row in tables["demands"] if row["person_id"] in holders and row["issue"]]
    for issue in {one for row in asked for one in row["issue"].split(";")}:
        many = sum(issue in row["issue"].split(";") for row in asked)
        found["issue_share_in_arrears", "issue", issue, ""] = many / len(asked)
    reasons = [last_reason(rows) for rows in accounts.values() if last_reason(rows)]
    for reason in set(reasons):
        found["arrears_reasons", "reason_type", str(reason), ""] = reasons.count(reason) / len(reasons)
    return found


def last_reason(rows: list[Row]) -> str | None:
    told = [(row["at"], row["reason_type"]) for row in rows if row["reason_type"]]
    return max(told)[1] if told else None


def patterns(accounts: dict[str, list[Row]]) -> dict[Key, float]:
    told = []
    for rows in accounts.values():
        months = [(number, balance) for number, balance in month_ends(rows).items() if balance is not None]
        if len(months) >= 24 and any(balance > 0 for _, balance in months):
            told.append(one_pattern(months))
    names = ("cleared", "drifting", "no_pattern", "one_off", "periodic")
    return {("arrears_pattern", "pattern", n, ""): told.count(n) / len(told) for n in names} if told else {}


def one_pattern(months: list[tuple[int, float]]) -> str:
    """Decision 0120, month by month."""
    spells: list[list[tuple[int, float]]] = []
    before = False
    for number, balance in months:
        if balance > 0 and not before:
            spells.append([])
        if balance > 0:
            spells[-1].append((number, balance))
        before = balance > 0
    begun = [spell[0][0] for spell in spells if spell[0][0] != months[0][0]]
    for length, fewest in ((12, 3), (6, 3), (3, 5)):
        for phase in range(length):
            same = sum(number % length == phase for number in begun)
            if same >= fewest and 4 * same >= 3 * len(begun):
                return "periodic"
    last = spells[-1]
    over = last[-1][0] != months[-1][0]
    up = sum(after[1] > one[1] for one, after in pairwise(last))
    down = sum(after[1] < one[1] for one, after in pairwise(last))
    if not over and len(last) >= 6 and up >= 2 and up >= 2 * down:
        return "drifting"
    if over and len(spells) == 1 and len(last) <= 6:
        return "one_off"
    return "cleared" if all(balance <= 0 for _, balance in months[-6:]) else "no_pattern"


def letters(tables: Tables, window: tuple[date, date]) -> dict[Key, float]:
    kinds = {row["interaction_id"]: row["failure_kind"] for row in tables["demands"]}
    told: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for rows in by_account(tables, window[1]).values():
        holders = {row["person_id"] for row in rows if row["person_id"]}
        for letter in rows:
            sent = letter["at"]
            if letter["kind"] != "letter" or not inside(sent, window) or (window[1] - day(sent)).days <= 28:
                continue

            def soon(moment: datetime, sent: datetime = sent) -> bool:
                return 1 <= (day(moment) - day(sent)).days <= 28

            contacts = [
                row for row in tables["interactions"]
                if row["person_id"] in holders and row["agency"] == letter["agency"] and row["started_at"]
                and row["date_precision"] not in COARSE and soon(row["started_at"])
                and (row["kind"] == "demand" or row["initiated_by"] in SIDE)
            ]  # fmt: skip
            paid = any(row["kind"] == "payment" and soon(row["at"]) for row in rows)
            came = {"payment": paid}
            if holders:
                rework = any(kinds.get(row["interaction_id"]) == "rework" for row in contacts)
                came |= {"contact": bool(contacts), "rework": rework, "nothing": not paid and not contacts}
            reason = letter["reason_type"] or last_reason(rows)
            for name, happened in came.items():
                told["followed", name].append(happened)
                if reason:
                    told["reason_type>followed", f"{reason}>{name}"].append(happened)
    return {("after_letter", by, group, ""): sum(all_) / len(all_) for (by, group), all_ in told.items()}


# --- care ----------------------------------------------------------------------------------------------------


def span(row: Row) -> tuple[date, date]:
    at = day(row["at"])
    after = (at.replace(day=28) + timedelta(days=4)).replace(day=1)
    return row["from"] or at.replace(day=1), row["to"] or after - timedelta(days=1)


def hours_told(tables: Tables, window: tuple[date, date]) -> dict[tuple[str, date, date], dict[str, float]]:
    latest: dict[tuple[str, date, date], dict[str, tuple[datetime, float]]] = defaultdict(dict)
    for row in tables["observations"]:
        if not row["measure"].startswith("hours_") or row["unit"] not in (None, "hours", "hours/week"):
            continue
        starts, ends = span(row)
        if not window[0] <= starts < window[1]:
            continue
        amount = row["value"] * (1 if row["unit"] == "hours" else ((ends - starts).days + 1) / 7)
        said = latest[row["person_id"], starts, ends]
        said[row["measure"]] = max(said.get(row["measure"], (datetime.min, 0.0)), (row["at"], amount))
    return {key: {name: amount for name, (_, amount) in said.items()} for key, said in latest.items()}


def deaths(tables: Tables) -> dict[str, date]:
    told = [(row["person_id"], day(row["ended_at"])) for row in tables["needs"] if row["end_reason"] == "died"]
    told += [(row["person_id"], day(row["at"])) for row in tables["observations"] if row["measure"] == "died"]
    return {person: min(on for who, on in told if who == person) for person, _ in told}


def stays(tables: Tables) -> list[tuple[str, date, date, float]]:
    return [
        (row["person_id"], row["from"] or day(row["at"]), row["to"] or row["from"] or day(row["at"]), row["value"])
        for row in tables["observations"]
        if row["measure"] == "in_hospital" and row["value"] > 0
    ]


def hours(tables: Tables, window: tuple[date, date]) -> dict[Key, float]:
    found: dict[Key, float] = {}
    died, away = deaths(tables), stays(tables)
    kept, left = [], 0
    for (person, starts, ends), told in hours_told(tables, window).items():
        gone = person in died and died[person] <= ends
        if gone or any(who == person and came <= ends and went >= starts for who, came, went, _ in away):
            left += 1
        else:
            kept.append((person, starts, told))
    if kept or left:
        found["care_periods_left_out", "", "", ""] = left
    used = [(p, t["hours_delivered"], t["hours_entitled"]) for p, _, t in kept
            if "hours_delivered" in t and t.get("hours_entitled", 0) > 0]  # fmt: skip
    if used:
        found["hours_used_share", "", "", ""] = sum(d for _, d, _ in used) / sum(e for _, _, e in used)
        each = [
            sum(d for p, d, _ in used if p == person) / sum(e for p, _, e in used if p == person)
            for person in {p for p, _, _ in used}
        ]
        found["hours_used_share_of_people", "", "", ""] = sum(each) / len(each)
        found["hours_used_share_of_people_median", "", "", ""] = median(each)
    given: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, starts, told in kept:
        if "hours_delivered" in told and told.get("hours_commissioned", 0) > 0:
            pair = (told["hours_delivered"], told["hours_commissioned"])
            given[""].append(pair)
            given[month_name(month_number(starts))].append(pair)
    for period, pairs in given.items():
        found["hours_delivered_share", "", "", period] = sum(d for d, _ in pairs) / sum(c for _, c in pairs)
    return found


def lasting(tables: Tables, window: tuple[date, date], stale: int, complete: bool) -> dict[Key, float]:
    spans: dict[str, tuple[date, date]] = {}
    for (person, starts, ends), told in hours_told(tables, window).items():
        if told.get("hours_delivered", 0) > 0:
            ends = min(ends, window[1] - timedelta(days=1))
            old = spans.get(person, (starts, ends))
            spans[person] = (min(old[0], starts), max(old[1], ends))
    if not spans:
        return {}
    begin, died = min(first for first, _ in spans.values()), deaths(tables)
    moved = {row["person_id"]: [] for row in tables["needs"]}
    for row in tables["needs"]:
        if row["end_reason"] == "moved_away":
            moved[row["person_id"]].append(day(row["ended_at"]))
    ends: list[tuple[int, str]] = []
    for person, (first, last) in spans.items():
        if not complete and (first - begin).days <= stale:
            continue
        gone = person in died and (died[person] - last).days <= stale
        left = moved.get(person) and 0 <= (min(moved[person]) - last).days <= stale
        over = (window[1] - last).days > stale
        end = "died" if gone else "moved_away" if left else "ended" if over else "censored"
        ends.append(((last - first).days + 1, end))
    return {**half_ended([(days, end == "ended") for days, end in ends]), **ended_by(ends)}


def half_ended(lived: list[tuple[int, bool]]) -> dict[Key, float]:
    """Months until half of the people have no care any more, if nothing else could end it (Kaplan–Meier)."""
    alive = 1.0
    for days in sorted({days for days, ended in lived if ended}):
        at_risk = sum(other >= days for other, _ in lived)
        alive *= 1 - sum(ended and other == days for other, ended in lived) / at_risk
        if alive <= 0.5 + 1e-12:
            return {("care_duration", "", "", ""): days / (365.25 / 12)}
    return {}


def ended_by(lived: list[tuple[int, str]]) -> dict[Key, float]:
    """How many had come to each end by 3, 6 and 12 months: of those left, the part that did so on each day."""
    found: dict[Key, float] = {}
    for months in (3, 6, 12):
        upto = months * 365.25 / 12
        left, ended = 1.0, dict.fromkeys({end for _, end in lived} - {"censored"}, 0.0)
        for days in sorted({days for days, end in lived if end != "censored"}):
            if days <= upto:
                at_risk = sum(other >= days for other, _ in lived)
                here = [end for other, end in lived if other == days and end != "censored"]
                for end in here:
                    ended[end] += left / at_risk
                left *= 1 - len(here) / at_risk
        if left < 1e-12 or any(days >= upto for days, _ in lived):
            found |= {("care_ended_share", "months>ended", f"{months}>{end}", ""): part for end, part in ended.items()}
    return found


def told_by_area(rows: list[Row]) -> dict[Key, float]:
    """Sickness: of the places and agencies that tell both, all days of a period over all years of work in it."""
    told: dict[tuple[str, str, str | None], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        if row["measure"] in ("sickness_days", "staff_years"):
            told[row["period"], row["area"], row["agency"]][row["measure"]] += row["value"]
    both = {key: one for key, one in told.items() if len(one) == 2}
    found: dict[Key, float] = {}
    for period in {key[0] for key in both}:
        here = [one for key, one in both.items() if key[0] == period]
        days, years = (sum(one[name] for one in here) for name in ("sickness_days", "staff_years"))
        if years:
            found["sickness", "period", period, ""] = days / years
    return found


def satisfied(tables: Tables, window: tuple[date, date]) -> dict[Key, float]:
    """People's own word against the latest national value; not where the two were asked on different scales."""
    national = [row for row in tables["area_facts"] if row["measure"] == "national_satisfaction"]
    said = [row for row in tables["observations"] if row["measure"] == "satisfaction" and inside(row["at"], window)]
    said = [row for row in said if row["said_by"] == "person"]
    if not national or not said:
        return {}
    latest = max(national, key=lambda row: row["period"])
    if latest["unit"] and any(row["unit"] and row["unit"] != latest["unit"] for row in said):
        return {}
    return {("satisfaction_ratio", "", "", ""): sum(row["value"] for row in said) / len(said) / latest["value"] - 1}


def a_week(row: Row) -> float | None:
    """Hours of care a week; hours without "a week" are those of the whole period, else of the calendar month."""
    if row["unit"] in (None, "hours/week"):
        return float(row["value"])
    if row["unit"] != "hours":
        return None
    first = row["from"] or day(row["at"]).replace(day=1)
    next_month = (day(row["at"]).replace(day=28) + timedelta(days=4)).replace(day=1)
    days = ((row["to"] or next_month - timedelta(days=1)) - first).days + 1
    return float(row["value"]) * 7 / days


def observed(tables: Tables, window: tuple[date, date]) -> dict[Key, float]:
    found: dict[Key, float] = {}
    rows = [row for row in tables["observations"] if inside(row["at"], window)]
    ends: dict[tuple[str, str, str], list[tuple[date, float]]] = defaultdict(list)
    for row in rows:
        hours = row["measure"] == "hours_delivered"
        value = a_week(row) if hours else row["value"]
        if value is not None:
            who = "" if hours else row["said_by"] or "not said"
            ends[row["measure"], row["person_id"], who].append((day(row["at"]), value))
    squares: dict[str, int] = defaultdict(int)
    strain: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (measure, person, who), seen in ends.items():
        if min(seen)[0] == max(seen)[0]:
            continue
        change = max(seen)[1] - min(seen)[1]
        if measure == "carer_strain":
            strain[who].append((min(seen)[1], max(seen)[1]))
        given = ends.get(("hours_delivered", person, ""), [])
        if measure == "independence" and given and min(given)[0] < max(given)[0]:
            more = max(given)[1] - min(given)[1]
            name = f"{'fewer' if more < 0 else 'more'}_hours_{'less' if change < 0 else 'more'}_independent"
            squares[f"{who}>{name if more and change else 'no_change_in_one_or_both'}"] += 1
    found |= {("thermostat", "said_by>direction", group, ""): n for group, n in squares.items()}
    for who, pairs in strain.items():
        for name, place in (("first", 0), ("last", 1)):
            value = sum(pair[place] for pair in pairs) / len(pairs)
            found["carer_strain", "said_by>period", f"{who}>{name}", ""] = value
    for kind in ("authority", "carer"):
        gaps = []
        for person in {row["person_id"] for row in tables["observations"]}:
            days = sorted(
                {day(row["at"]) for row in tables["observations"] if row["person_id"] == person and row["value"] > 0
                 and row["measure"] == f"seen_by_{kind}" and day(row["at"]) < window[1]}
            )  # fmt: skip
            gaps += [(after - before).days for before, after in pairwise(days) if after >= window[0]]
        if gaps:
            found["time_since_seen", "seen_by", kind, ""] = sum(gaps) / len(gaps)
            found["time_since_seen_median", "seen_by", kind, ""] = median(gaps)
    return found


def rates(tables: Tables, window: tuple[date, date]) -> dict[Key, float]:
    died = deaths(tables)
    begins: dict[str, date] = {}
    for person, starts, _ in hours_told(tables, window):
        begins[person] = min(begins.get(person, starts), starts)
    spans = [(p, first, min(window[1], died.get(p, window[1]))) for p, first in begins.items()]
    found = of_spans(tables, "", "", spans)
    for way in ("old", "new"):
        chosen = [
            (p.strip(), row[f"{way}_from"], min(row[f"{way}_to"] + timedelta(days=1), window[1], died.get(p, date.max)))
            for row in tables["cases"] if row["declined"] is not True
            for p in dict.fromkeys(row["person_ids"].split(";"))
        ]  # fmt: skip
        found |= of_spans(tables, "way", way, chosen)
    return found


def of_spans(tables: Tables, by: str, group: str, spans: list[tuple[str, date, date]]) -> dict[Key, float]:
    spans = [one for one in spans if one[2] > one[1]]
    years = sum((ends - first).days for _, first, ends in spans) / 365.25
    if not spans:
        return {}
    totals: dict[str, float] = defaultdict(float)
    for person, first, ends in spans:
        rows = [
            row for row in tables["interactions"]
            if row["person_id"] == person and row["started_at"] and first <= day(row["started_at"]) < ends
        ]  # fmt: skip
        totals["unplanned_contacts"] += len(
            {(day(row["started_at"]), row["contact_id"] or row["interaction_id"]) for row in rows
             if row["crisis"] or row["channel"] in ("999", "out_of_hours")}
        )  # fmt: skip
        totals["placements"] += sum(row["outcome"] == "placement" for row in rows)
        here = [value for who, came, _, value in stays(tables) if who == person and first <= came < ends]
        totals["admissions"] += len(here)
        totals["bed_days"] += sum(here)
    return {(name, by, group, ""): total / years for name, total in totals.items()}


# --- survey, contracts, thresholds ---------------------------------------------------------------------------


def survey(rows: list[Row]) -> dict[Key, float]:
    found: dict[Key, float] = {}
    given: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    weight: dict[tuple[str, str, str], float] = {}
    invited: dict[tuple[str, str], bool | None] = {}
    for row in rows:
        key = (row["survey"], row["question"], row["respondent"])
        given[key] |= {one.strip() for one in (row["answer"] or "").split(";") if one.strip()}
        weight[key] = max(weight.get(key, 0), 1 if row["weight"] is None else row["weight"])
        who = (row["survey"], row["respondent"])
        invited[who] = invited.get(who) or row["invited"]
    took = {(name, who) for (name, _, who), answers in given.items() if answers}
    for name, question in {key[:2] for key in given}:
        here = {key: answers for key, answers in given.items() if key[:2] == (name, question)}
        whole = sum(weight[key] for key, answers in here.items() if answers)
        for option in set().union(*here.values()):
            part = sum(weight[key] for key, answers in here.items() if option in answers)
            found["response_share", "survey>question>answer", f"{name}>{question}>{option}", ""] = part / whole
        asked = [answers for key, answers in here.items() if (name, key[2]) in took]
        if asked:
            blank = sum(not answers for answers in asked) / len(asked)
            found["item_nonresponse_share", "survey>question", f"{name}>{question}", ""] = blank
    for name in {name for name, _ in invited}:
        called = [who for (one, who), yes in invited.items() if one == name and yes]
        if called:
            found["response_rate", "survey", name, ""] = sum((name, who) in took for who in called) / len(called)
    return found


def contracts(rows: list[Row]) -> dict[Key, float]:
    found: dict[Key, float] = {}
    sums: dict[str, list[float]] = {}
    for name in sorted({row["contract"] for row in rows}):
        here = [row for row in rows if row["contract"] == name]
        first = [row for row in here if is_first(row, here)]
        front = [row for row in here if reaches(row, here)]
        admin = [row for row in here if row["purpose"] in ("management", "audit", "other")]
        paid, got, run = (sum(row["amount"] for row in part) for part in (first, front, admin))
        units = sum(row["units"] or 0 for row in first)
        sums[name] = [paid, got, run]
        if paid:
            found["frontline_share", "contract", name, ""] = got / paid
            found["admin_share", "contract", name, ""] = run / paid
        if units and first:
            found["paid_per_unit", "contract", name, ""] = paid / units
            if front:
                found["received_per_unit", "contract", name, ""] = got / units
        tiers = {row["tier"] for row in here if row["tier"] is not None}
        if tiers:
            found["tiers", "contract", name, ""] = len(tiers)
    whole = sum(one[0] for one in sums.values())
    if whole:
        found["frontline_share", "", "", ""] = sum(one[1] for one in sums.values()) / whole
        found["admin_share", "", "", ""] = sum(one[2] for one in sums.values()) / whole
    return found


def is_first(row: Row, here: Iterable[Row]) -> bool:
    if row["tier"] is not None:
        return bool(row["tier"] == 0)
    return not any(one["payee"] == row["payer"] and one["payer"] != one["payee"] for one in here)


def reaches(row: Row, here: Iterable[Row]) -> bool:
    if row["purpose"] != "delivery":
        return False
    passes_on = any(one["payer"] == row["payee"] and one["purpose"] in ("delivery", None) for one in here)
    return row["payee"] == row["payer"] or not passes_on


def audits(tables: Tables) -> dict[Key, float]:
    payers = {row["payer"] for row in tables["money_flows"]}
    found: dict[Key, float] = defaultdict(int)
    for row in tables["interactions"]:
        if row["in_window"] and row["activity"] in ("report", "approve") and row["agency"] in payers:
            found["audits", "payer", row["agency"], ""] += 1
    return dict(found)


def below(tables: Tables, window: tuple[date, date]) -> dict[Key, float]:
    turned: dict[str, datetime] = {}
    for row in tables["interactions"]:
        if row["in_window"] and row["reason"] == "below_threshold" and row["need_id"] and row["started_at"]:
            turned[row["need_id"]] = min(turned.get(row["need_id"], datetime.max), row["started_at"])
    cohort = [need for need in tables["needs"] if need["in_cohort"]]
    if not cohort:
        return {}
    away = [need for need in cohort if need["need_id"] in turned]
    found: dict[Key, float] = {("needs_below_threshold_share", "", "", ""): len(away) / len(cohort)}
    followed = [need for need in away if (window[1] - day(turned[need["need_id"]])).days > 730]
    told: dict[str, int] = dict.fromkeys(("asked again", "crisis", "met", "none of these"), 0)
    for need in followed:
        at = turned[need["need_id"]]

        def within(moment: datetime | None, at: datetime = at) -> bool:
            return moment is not None and (day(moment) - day(at)).days <= 730

        later = [row for row in tables["interactions"] if row["need_id"] == need["need_id"] and row["started_at"]
                 and row["started_at"] > at and within(row["started_at"])]  # fmt: skip
        asked = {row["interaction_id"] for row in tables["demands"]}
        came = {
            "asked again": any(row["interaction_id"] in asked for row in later),
            "crisis": any(row["crisis"] for row in later),
            "met": need["end_reason"] == "met" and within(need["ended_at"]),
        }
        came["none of these"] = not any(came.values())
        for name, happened in came.items():
            told[name] += happened
    if followed:
        found |= {("below_threshold_after", "what", name, ""): n / len(followed) for name, n in told.items()}
    return found
