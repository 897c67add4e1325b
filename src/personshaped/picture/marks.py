"""The marks of the design: one shape for each kind of thing that happens, one shape and colour for each agency.

Drawn on a square from -11 to 11. Shape and colour never work alone: a written name stands with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from personshaped.picture import words

_SHAPES = {
    "first": '<circle r="6" fill="#12303a"/>',
    "again": '<path d="M5.2 -2.9A6 6 0 1 0 5.6 2.2" fill="#fff" stroke="#a8478f" stroke-width="2.6" '
    'stroke-linecap="round"/><path d="M1.6 -3.2L6.6 -1.4L7.2 -6.4Z" fill="#a8478f"/>',
    "asks": '<circle r="5.4" fill="#fff" stroke="#12303a" stroke-width="2.4"/>',
    "referral_in": '<path d="M0 -6L6 0L0 6L-6 0Z" fill="#fff" stroke="#7d5426" stroke-width="2" '
    'stroke-dasharray="3 2"/>',
    "screen": '<path d="M-6 -5.2H6L1.7 0.6V6.2H-1.7V0.6Z" fill="#fff" stroke="#5b6b7a" stroke-width="2.1" '
    'stroke-linejoin="round"/>',
    "assess": '<path d="M-5.2 -5.6H5.2V5.6H-5.2Z" fill="#fff" stroke="#5b6b7a" stroke-width="2.2"/>'
    '<path d="M-2.6 -2H2.6M-2.6 1.8H2.6" stroke="#5b6b7a" stroke-width="1.7"/>',
    "approve": '<path d="M-6 5.6H6M-4.5 2.4H4.5V-1H1.4V-6H-1.4V-1H-4.5Z" fill="#5b6b7a" stroke="#5b6b7a" '
    'stroke-width="1.6"/>',
    "visit": '<path d="M-8 0C-4.4 -6.4 4.4 -6.4 8 0C4.4 6.4 -4.4 6.4 -8 0Z" fill="#0f6b7f"/>'
    '<circle r="2.7" fill="#fff"/>',
    "do": '<path d="M0 -7.4L7.4 0L0 7.4L-7.4 0Z" fill="#0f6b7f"/>',
    "pull": '<path d="M-6.6 0L5.4 -6.4V6.4Z" fill="#0f6b7f"/><circle cx="-6" r="2.6" fill="#0f6b7f"/>',
    "refer": '<path d="M-6 0H4M-0.5 -5.5L5.4 0L-0.5 5.5" fill="none" stroke="#7d5426" stroke-width="2.8"/>',
    "enforce": '<path d="M-5 -5L5 5M5 -5L-5 5" stroke="#12303a" stroke-width="3.4"/>',
    "record": '<path d="M-6 0H6" stroke="#5b6b7a" stroke-width="3"/>',
    "close": '<path d="M0 -8V8" stroke="#12303a" stroke-width="3"/>',
    "met": '<circle r="8.2" fill="#fff" stroke="#12303a" stroke-width="2"/><circle r="4.6" fill="#12303a"/>',
    "crisis": '<circle r="10" fill="none" stroke="#12303a" stroke-width="1.5" stroke-dasharray="2.4 2.5"/>',
}
SAYS = {
    "first": "asks, first time",
    "again": "asks again",
    "asks": "asks, not known if again",
    "referral_in": "another agency asks",
    "screen": "screened",
    "assess": "assessed",
    "approve": "approved",
    "visit": "went to see",
    "do": "something done",
    "pull": "expert asked in",
    "refer": "sent on",
    "enforce": "enforced",
    "record": "written down",
    "close": "closed by the agency",
    "met": "met: the person said so",
    "crisis": "around a mark: a crisis",
}
ORDER = tuple(_SHAPES)
_PAPERWORK = {"demand", "report", "review", "meeting", "letter", "other"}  # a demand: begun by the agency itself

# The twelve of the design, by words found in an agency's name, and their shapes.
_AGENCIES = (
    (("adult", "social care", "social_care"), "#0d227b", "M0 -8L6.9 -4V4L0 8L-6.9 4V-4Z"),
    (("advice", "citizens"), "#ba637d", "M-7 -6H7V3H0L-4 7V3H-7Z"),
    (("alcohol", "drug", "substance"), "#4b5f3c", "M0 -8C4 -2 7 1 7 3A7 5.5 0 0 1 -7 3C-7 1 -4 -2 0 -8Z"),
    (("benefit", "dwp", "jobcentre", "welfare"), "#4094b9", "M-8 -5H8V5H-8Z"),
    (("child", "family", "early help"), "#5a3a73", "M0 -8.5L7.4 4.2H-7.4Z"),
    (("court", "justice", "probation", "prison"), "#632f49",
     "M-7 -7H7V-4H-7Z M-5.5 -2.5H-2.5V5H-5.5Z M2.5 -2.5H5.5V5H2.5Z M-8 6H8V8H-8Z"),
    (("mental", "psych", "camhs"), "#796dd2", "M-7 4A7 7 0 0 1 7 4A3.5 3.5 0 0 1 0 4A3.5 3.5 0 0 1 -7 4Z"),
    (("gp", "surgery", "doctor", "primary care"), "#8d6b0e",
     "M-2.6 -7.5H2.6V-2.6H7.5V2.6H2.6V7.5H-2.6V2.6H-7.5V-2.6H-2.6Z"),
    (("hospital", "a&e", "ambulance", "acute", "nhs"), "#001600",
     "M-7.5 -7.5H-2.5V-2.5H2.5V-7.5H7.5V7.5H2.5V2.5H-2.5V7.5H-7.5Z"),
    (("hous", "homeless", "landlord", "shelter", "hostel"), "#6e1d00", "M0 -8L8 -1H5.5V7H-5.5V-1H-8Z"),
    (("police", "fire"), "#260830",
     "M0 -8.5L2.4 -4.2L7.4 -4.3L4.8 0L7.4 4.2H2.4L0 8.5L-2.4 4.2H-7.4L-4.8 0L-7.4 -4.3H-2.4Z"),
    (("school", "college", "education"), "#858d52",
     "M-8 -6C-5 -7 -2 -6 0 -4C2 -6 5 -7 8 -6V5C5 4 2 5 0 7C-2 5 -5 4 -8 5Z"),
)  # fmt: skip
_HOLLOW = '<rect x="-6.5" y="-6.5" width="13" height="13" fill="#fff" stroke="#4d6069" stroke-width="3"/>'


def mark_of(row: Mapping[str, Any]) -> str:
    """Which mark an interaction carries; `row` needs kind, activity, demand_type, outcome and need_met."""
    if row.get("need_met") or row.get("outcome") == "need_met":
        return "met"
    if row["kind"] == "demand":
        return {"value": "first", "failure": "again"}.get(row.get("demand_type") or "", "asks")
    activity = row.get("activity") or "other"
    if row["kind"] == "referral_in" and activity == "demand":
        return "referral_in"
    return "record" if activity in _PAPERWORK else activity


def says(row: Mapping[str, Any]) -> str:
    """The same in words."""
    mark = mark_of(row)
    activity = row.get("activity") or "other"
    if mark == "record":
        return "begun by the agency itself" if activity == "demand" else words.ACTIVITY[activity]
    return SAYS[mark]


def at(mark: str, x: float, y: float, size: float = 1.0) -> Markup:
    """The mark at a place of a drawing."""
    return Markup('<use href="#m-{}" transform="translate({:.1f} {:.1f}) scale({:.2f})"/>').format(mark, x, y, size)


def key(mark: str) -> Markup:
    """The mark as a small drawing of its own, for keys and lists."""
    return Markup('<svg viewBox="-11 -11 22 22" aria-hidden="true"><use href="#m-{}"/></svg>').format(mark)


def agency_at(name: str | None, x: float, y: float, size: float = 0.9) -> Markup:
    """An agency's shape; one that is none of the twelve has a hollow square."""
    return Markup('<g transform="translate({:.1f} {:.1f}) scale({:.2f})">{}</g>').format(
        x, y, size, Markup(_agency_shape(name))
    )


def agency_key(name: str | None) -> Markup:
    """The same as a small drawing of its own."""
    return Markup('<svg viewBox="-11 -11 22 22" aria-hidden="true">{}</svg>').format(Markup(_agency_shape(name)))


def _agency_shape(name: str | None) -> str:
    lower = (name or "").lower().replace("_", " ")
    for found, colour, path in _AGENCIES:
        if any(word == lower or (len(word) > 2 and word in lower) for word in found) or found[0] in lower.split():
            return f'<path d="{path}" fill="{colour}"/>'
    return _HOLLOW


SYMBOLS = Markup('<svg width="0" height="0" class="ps-defs" aria-hidden="true"><defs>{}</defs></svg>').format(
    Markup("".join(f'<g id="m-{name}">{shape}</g>' for name, shape in _SHAPES.items()))
)
"""All marks, once a page."""
