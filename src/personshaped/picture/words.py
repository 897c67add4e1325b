"""Numbers, dates, names and kinds of work put into plain words. Nothing is worked out here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from personshaped.figures import Figure

FEW = 10
"""Out of fewer than this, never a percentage: "2 of 4"."""

ACTIVITY = {
    "demand": "asks",
    "screen": "screened",
    "assess": "assessed",
    "do": "something done",
    "visit": "went to see",
    "pull": "expert asked in",
    "refer": "sent on",
    "approve": "approved",
    "record": "written down",
    "report": "reported",
    "review": "reviewed",
    "meeting": "met about them",
    "letter": "letter sent",
    "enforce": "enforced",
    "close": "closed by the agency",
    "other": "something else",
}
OUTCOME = {
    "forwarded": "passed on inside",
    "screened_in": "taken on",
    "screened_out": "screened out",
    "referred": "sent on",
    "signposted": "told where else to go",
    "advice_only": "given advice only",
    "recorded_only": "only written down",
    "nfa": "no further action",
    "approved": "approved",
    "refused": "refused",
    "awaiting": "waiting for someone else",
    "not_engaged": "said to be “not engaging”",
    "placement": "a placement",
    "need_met": "met: the person said so",
    "closed": "closed by the agency",
    "lost_contact": "contact lost",
    "stale": "nothing more for a long time",
    "open": "still going on",
    "other": "ended another way",
}
REASON = {
    "not_for_us": "“not for us”",
    "below_threshold": "“not bad enough yet”",
    "ineligible": "“not eligible”",
    "no_capacity": "“nobody free”",
    "wrong_area": "“wrong area”",
}
KIND_OF_AGAIN = {
    "representation": "Asking again for the same thing",
    "progress_chase": "Chasing",
    "rework": "Sorting out forms, letters and mistakes here",
    "other_agency_error": "Putting right another body’s error",
    "other": "Something else",
    "unknown": "Kind not known",
}
END = {
    "met": "met: the person said so",
    "died": "the person died",
    "moved_away": "moved away",
    "gave_up": "gave up asking",
    "lost_contact": "contact lost",
    "in_custody_or_care": "taken into custody or care",
}
BASIS = {
    "hand": "coded by people",
    "rule": "by rule",
    "corrected": "corrected for the rule’s error",
    "recorded": "as recorded",
    "derived": "followed from the records",
}
"""How a basis is said; of a figure by `basis`."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT = {"gp": "GP", "nhs": "NHS", "a_and_e": "A&E", "dwp": "DWP", "va": "VA"}


def agency(name: str | None) -> str:
    """`adult_social_care` as it is spoken: Adult social care."""
    if not name:
        return "Agency not known"
    if name == "unseen":
        return "Not in these data"
    if name.lower() in _SHORT:
        return _SHORT[name.lower()]
    return spoken(name)


def basis(figure: Figure) -> str:
    """By whom a figure was coded, or how else it came about; by rule, and how many people had coded before."""
    return ", ".join(filter(None, (BASIS.get(figure.basis, figure.basis), figure.partly_by_hand)))


def spoken(code: str) -> str:
    """A local code as words: `housing_suitability` is "Housing suitability"; anything with a space stays as it is."""
    text = (code if " " in code else code.replace("_", " ")).replace("hildrens", "hildren’s")
    return text[:1].upper() + text[1:]


def need(code: str, book: Mapping[str, str]) -> str:
    """What people need, in their own words where the code book has some for its code."""
    said = book.get(code, code)
    return spoken(code) if said == code else said


def group(by: str, code: str, book: Mapping[str, str]) -> str:
    """A group of a breakdown in words; where it is counted by two things, each of them."""
    if ">" in by:
        parts = zip(by.split(">"), code.rsplit(">", by.count(">")), strict=False)
        return " > ".join(group(one, part, book) for one, part in parts)
    return agency(code) if by == "agency" else need(code, book) if by == "issue" else spoken(code)


def number(value: float | None, places: int = 0) -> str:
    """1234.5 as 1,235; places only where asked for. Blank for nothing."""
    if value is None:
        return ""
    return f"{value:,.{places}f}"


def plain(value: float | None) -> str:
    """A number with a decimal only where it has one: 4, 1.5, 12,004; two below one: 0.25."""
    if value is None:
        return ""
    if 0 < abs(value) < 0.95:
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return number(value) if abs(value - round(value)) < 0.05 or abs(value) >= 100 else number(value, 1)


def share(figure: Figure) -> str:
    """A share of things that are counted as `out_of`; a share of minutes or pounds as a percentage."""
    return out_of(figure) if figure.n is not None and figure.n == figure.denominator else percent(figure.value)


def amount(figure: Figure) -> str:
    """A figure that is no share, with its unit where it has one to say: "4 days", "£1,200", "2.6"."""
    if figure.unit.startswith("£"):
        return pounds(figure.value) + figure.unit.removeprefix("£")
    said = {"count": "", "ratio": "", "points": ""}.get(figure.unit, figure.unit)
    return f"{plain(figure.value)} {said}".strip()


def rough(value: float | None) -> str:
    """A level or a limit: whole from ten on, 402; below it as `plain`."""
    return number(value) if value is not None and abs(value) >= 10 else plain(value)


def pounds(value: float | None) -> str:
    """£269.50 below a thousand if there are pence, else whole pounds; then £3.9m and £1.2bn."""
    if value is None:
        return ""
    sign, size = ("-" if value < 0 else ""), abs(value)
    for many, unit in ((1e9, "bn"), (1e6, "m")):
        if size >= many:
            return f"{sign}£{size / many:,.1f}".removesuffix(".0") + unit
    if size < 1000 and abs(size - round(size)) >= 0.005:
        return f"{sign}£{size:,.2f}"
    return f"{sign}£{size:,.0f}"


def percent(share: float | None) -> str:
    """0.812 as 81%; one decimal below 1 and above 99 in a hundred."""
    if share is None:
        return ""
    hundred = share * 100
    if 0 < hundred < 1 or 99 < hundred < 100:
        return f"{hundred:.1f}%"
    return f"{hundred:.0f}%"


def out_of(figure: Figure) -> str:
    """A share as it may be printed: "5 of 8" under ten, else "81% of 17,850"."""
    if figure.value is None:
        return "not known"
    if figure.denominator is None:
        return percent(figure.value)
    if figure.denominator < FEW:
        return f"{plain(figure.numerator)} of {plain(figure.denominator)}"
    return f"{percent(figure.value)} of {number(figure.denominator)}"


def is_few(figure: Figure) -> bool:
    """Whether a share rests on so few that it is said in words only."""
    return figure.denominator is not None and figure.denominator < FEW


def one_in(figure: Figure) -> str:
    """A share as people say it: "5 of 8" under ten, else the nearest of the plain fractions, "4 in 5"."""
    if is_few(figure) or figure.value is None:
        return out_of(figure)
    best = min(_FRACTIONS, key=lambda pair: (abs(pair[0] / pair[1] - figure.value), pair[1]))  # type: ignore[operator]
    if figure.value < 0.08 or figure.value > 0.92:
        return f"{percent(figure.value)}"
    return f"{best[0]} in {best[1]}"


_FRACTIONS = [(a, b) for b in (2, 3, 4, 5, 10) for a in range(1, b) if (a, b) not in {(2, 4), (5, 10), (2, 10)}]


def interval(figure: Figure) -> str:
    """ "between 31% and 86%", or blank where none was given, or where the whole was counted."""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return ""
    show = percent if figure.unit == "share" else pounds if figure.unit.startswith("£") else plain
    return f"between {show(figure.low)} and {show(figure.high)}"


def month(period: str) -> str:
    """2021-03 as March 2021; a year stays a year."""
    if len(period) == 7 and period[5:].isdigit():
        return f"{_MONTHS[int(period[5:]) - 1]} {period[:4]}"
    return period


def day(moment: datetime | date | None) -> str:
    """3 January 2024."""
    if moment is None:
        return "date not known"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def when(moment: datetime | None, precision: str | None) -> str:
    """A date no finer than it is known."""
    if moment is None or precision == "order":
        return "date not known"
    if precision == "year":
        return str(moment.year)
    if precision == "month":
        return f"{_MONTHS[moment.month - 1]} {moment.year}"
    if precision == "range":
        return f"from {moment.year}"
    if precision == "estimated":
        return f"about {day(moment)}"
    return day(moment)


def days(n: Any) -> str:
    """ "1 day", "77 days"."""
    return count(n, "day")


def count(n: Any, one: str, many: str = "") -> str:
    """ "1 need", "2 needs"."""
    return f"{plain(n)} {one if n == 1 else many or one + 's'}"


def times(n: int) -> str:
    """ "once", "twice", "4 times"."""
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def short(words: str, longest: int = 240) -> str:
    """The words on one line; cut at a space, with an ellipsis, if longer than `longest` characters."""
    line = " ".join(words.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut) + "…"


def listed(things: list[str]) -> str:
    """ "a, b and c"."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} and {things[-1]}"
