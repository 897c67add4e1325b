"""Approvals and care on page 5: what approving takes, hours against independence, who sees the person."""

from __future__ import annotations

from personshaped.figures import NOT_A_GOAL, Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.quadrants import quadrants
from personshaped.picture.drawn import Chart, DataTable, Listing, Part
from personshaped.picture.inputs import Findings

_APPROVALS = (
    ("approvals", "Times something was sent for approval, or decided"),
    ("approval_rate", "Plans approved in the end"),
    ("approval_delay", "Days waited, on average"),
    ("approval_delay_median", "Days waited, half of plans"),
    ("approval_minutes", "Time spent on approving"),
    ("approval_minutes_per_refusal", "Time spent on approving, for each plan refused"),
)
_CARE = (
    ("hours_used_share", "Of the hours people are entitled to, used"),
    ("hours_used_share_of_people_median", "The same for the person in the middle"),
    ("hours_delivered_share", "Of the hours commissioned, delivered"),
    ("care_duration", "Half of people’s care ends after"),
    ("satisfaction_ratio", "How satisfied people say they are, above or below the national value"),
    ("unplanned_contacts", "Contacts nobody planned"),
    ("admissions", "Stays in hospital"),
    ("bed_days", "Days in hospital"),
    ("placements", "Placements"),
)
SAYS = dict((*_APPROVALS, *_CARE))
"""What each of these figures is called on the page."""


def approvals(findings: Findings) -> list[Part]:
    rows = _rows(findings, _APPROVALS)
    if len(rows) < 2:
        return []
    return [Listing("f-approvals", "What approving takes", "Approval is somebody else’s decision on what the person "
                    f"and the worker have agreed. {NOT_A_GOAL}", rows)]  # fmt: skip


def _rows(findings: Findings, names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Labels with figures in words; refused ones are left to page 9."""
    known = [(label, figure) for name, label in names if (figure := findings.figures.known(name))]
    return tuple((label, _said(figure)) for label, figure in known)


def _said(figure: Figure) -> str:
    if figure.unit == "share":
        return words.share(figure)
    if figure.name == "satisfaction_ratio":
        return f"{words.percent(abs(figure.value or 0))} {'above' if (figure.value or 0) >= 0 else 'below'}"
    between = words.interval(figure) if figure.low != figure.high else ""
    return f"{words.amount(figure)}, {between}" if between else words.amount(figure)


def care(findings: Findings) -> list[Part]:
    parts: list[Part] = []
    by_whom: dict[str, dict[str, int]] = {}
    for one in findings.figures.by("thermostat", "said_by>direction"):
        who, direction = one.group.split(">", 1)
        by_whom.setdefault(who, {})[direction] = int(one.value or 0)
    parts += [_thermostat(who, counts) for who, counts in sorted(by_whom.items())]
    if rows := _rows(findings, _CARE):
        parts.append(Listing("f-care", "Care at home", "Using few hours may be independence or unmet need: read it "
                             f"beside the squares above. {NOT_A_GOAL}", rows))  # fmt: skip
    if seen := findings.figures.by("time_since_seen", "seen_by"):
        parts.append(Listing("f-seen", "Who sees the person, and how often", "Days from one time to the next. Whoever "
                             "sees them most knows first how they are.",
                             tuple(_seen(findings, one) for one in seen)))  # fmt: skip
    return parts


_WHO = {"person": "the people themselves", "family": "their families", "worker": "those who care for them",
        "assessor": "assessors", "not said": "somebody not named"}  # fmt: skip
_DIRECTIONS = ("fewer_hours_more_independent", "more_hours_more_independent", "fewer_hours_less_independent",
               "more_hours_less_independent", "no_change_in_one_or_both")  # fmt: skip


def _thermostat(who: str, counts: dict[str, int]) -> Chart:
    total = sum(counts.values())
    up = counts.get("fewer_hours_more_independent", 0) + counts.get("more_hours_more_independent", 0)
    rows = tuple((words.spoken(one), str(counts.get(one, 0))) for one in _DIRECTIONS)
    says = f"Four squares of people: {'; '.join(f'{name} {count}' for name, count in rows)}"
    same = counts.get("no_change_in_one_or_both", 0)
    return Chart(
        id=f"f-thermostat-{who.replace(' ', '-')}",
        headline=f"As {_WHO.get(who, who)} see it, {up} of {words.count(total, 'person', 'people')} "
        f"{'is' if up == 1 else 'are'} more independent",
        subtitle="Each person from the first to the last time they were observed: hours of care across, independence "
        f"upwards. {same} had no change in one or both, and stand in no square. People are counted, not rated.",
        wide=quadrants(counts, WIDE, says),
        narrow=quadrants(counts, NARROW, says),
        table=DataTable("Hours of care and independence", ("", "People"), rows),
        basis=(f"n = {total}, as recorded. Care that is paid by the hour rewards hours. {NOT_A_GOAL}",),
        figure="thermostat",
    )


def _seen(findings: Findings, mean: Figure) -> tuple[str, str]:
    who = {"authority": "The authority", "carer": "Those who care for them"}.get(mean.group, words.spoken(mean.group))
    median = findings.figures.known("time_since_seen_median", "seen_by", mean.group)
    half = f", half within {words.days(median.value)}" if median else ""
    return who, f"{words.days(mean.value)} on average{half}"
