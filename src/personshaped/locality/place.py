"""The invented locality: its agencies, the doors they keep, what people need and where they take it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

AREAS: tuple[str, ...] = ("Ashbrook", "Canal Side", "Millgate", "North Field", "Weir End")
"""The five parts of the locality; none of them exists."""


@dataclass(frozen=True)
class Agency:
    """One agency: `doors` says how many front doors it keeps, `pounds` what an hour costs (invented)."""

    name: str
    doors: int
    pounds: float
    team: str  # the service within it
    worker: str  # role of who does the work
    door_words: tuple[str, ...]  # what its doors are called


AGENCIES: tuple[Agency, ...] = (
    Agency(
        "adult_social_care", 9, 46.0, "adult care team", "social_worker", ("adult contact point", "day centre desk")
    ),
    Agency("advice", 8, 30.0, "general advice", "adviser", ("advice drop-in", "advice line")),
    Agency(
        "alcohol_and_drugs", 6, 40.0, "recovery service", "recovery_worker", ("recovery hub", "needle exchange desk")
    ),
    Agency("benefits", 7, 32.0, "claims", "benefits_officer", ("benefits counter", "benefits line")),
    Agency("childrens_services", 9, 48.0, "family assessment", "social_worker", ("family front desk", "duty line")),
    Agency("contact_centre", 6, 24.0, "customer services", "contact_officer", ("one-stop counter", "main switchboard")),
    Agency("courts", 3, 75.0, "county court", "court_officer", ("court counter", "usher's desk")),
    Agency("gp", 18, 110.0, "practice", "doctor", ("surgery reception", "surgery phone")),
    Agency("hospital", 12, 95.0, "acute", "nurse", ("emergency department", "outpatient desk")),
    Agency("housing", 14, 34.0, "tenancies", "housing_officer", ("housing office", "repairs line")),
    Agency("job_centre", 5, 28.0, "work search", "work_coach", ("job centre floor", "work coach diary")),
    Agency("mental_health", 10, 58.0, "community team", "nurse", ("single point of access", "crisis line")),
    Agency("police", 11, 52.0, "response", "officer", ("police front counter", "control room")),
    Agency("school", 12, 36.0, "pastoral care", "teacher", ("school office", "pastoral desk")),
)
"""Fourteen agencies with 130 front doors, alphabetical."""

AGENCY_NAMES: tuple[str, ...] = tuple(agency.name for agency in AGENCIES)
CRISIS_AGENCIES: tuple[str, ...] = ("hospital", "police")
PLACING_AGENCIES: tuple[str, ...] = (
    "adult_social_care", "alcohol_and_drugs", "childrens_services", "hospital", "housing", "mental_health",
)  # fmt: skip
"""Those that can place someone: in care, on a ward, in a hostel."""


@dataclass(frozen=True)
class Issue:
    """One kind of need in the person's terms: how common it is, and at whose door people try first."""

    name: str
    share: float
    asked_at: dict[str, float]


ISSUES: tuple[Issue, ...] = (
    Issue("ageing_basic_care", 0.12, {"adult_social_care": 5, "gp": 4, "hospital": 2, "contact_centre": 2}),
    Issue("benefits", 0.11, {"benefits": 5, "advice": 4, "job_centre": 2, "contact_centre": 1}),
    Issue("child_behaviour", 0.08, {"school": 5, "childrens_services": 4, "gp": 2, "police": 1}),
    Issue("domestic_abuse", 0.07, {"police": 5, "housing": 2, "childrens_services": 2, "courts": 1, "gp": 1}),
    Issue("drug_or_alcohol", 0.08, {"alcohol_and_drugs": 4, "gp": 4, "hospital": 2, "police": 1}),
    Issue("employment", 0.08, {"job_centre": 5, "advice": 2, "contact_centre": 1, "benefits": 1}),
    Issue("family_support", 0.07, {"childrens_services": 4, "school": 3, "contact_centre": 1, "gp": 1}),
    Issue("housing_insecurity", 0.08, {"housing": 5, "advice": 3, "courts": 1, "contact_centre": 1}),
    Issue("housing_suitability", 0.10, {"housing": 5, "adult_social_care": 2, "contact_centre": 2, "gp": 1}),
    Issue("managing_finances", 0.09, {"advice": 4, "housing": 3, "benefits": 3, "contact_centre": 1}),
    Issue("mental_health", 0.08, {"gp": 5, "mental_health": 4, "hospital": 1, "police": 1}),
    Issue("neighbours", 0.04, {"police": 4, "housing": 4, "contact_centre": 2, "courts": 1}),
)
"""What people need; the codes follow the issues named in the seeds."""

ISSUE_NAMES: tuple[str, ...] = tuple(issue.name for issue in ISSUES)


def door_share() -> npt.NDArray[np.float64]:
    """Where a need is taken: rows issues, columns agencies, each row summing to 1; a little goes anywhere."""
    share = np.full((len(ISSUES), len(AGENCIES)), 0.15)
    for row, issue in enumerate(ISSUES):
        for agency, weight in issue.asked_at.items():
            share[row, AGENCY_NAMES.index(agency)] += weight
    share /= share.sum(axis=1, keepdims=True)
    return share


@dataclass(frozen=True)
class Door:
    """One front door of one agency in one area."""

    name: str
    agency: str
    kind: str
    area: str


def front_doors() -> list[Door]:
    """The 130 doors, agency by agency; phone doors answer phones, the rest are counters."""
    doors = []
    for agency in AGENCIES:
        for number in range(agency.doors):
            area = AREAS[number % len(AREAS)]
            words = agency.door_words[number % 2]
            phone = any(mark in words for mark in ("line", "phone", "switchboard", "control", "duty"))
            kind = "emergency" if words in ("emergency department", "control room") else "phone" if phone else "office"
            doors.append(Door(f"{area} {words} {number + 1}", agency.name, kind, area))
    return doors
