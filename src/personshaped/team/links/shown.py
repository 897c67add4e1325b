"""A pair as the page shows it: the two records side by side with what speaks for each line, and what would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personshaped.picture import words
from personshaped.study.pairs import Effect, Pair, Side

LINES = (
    ("person_ref", "Reference", ()),
    ("name", "Name", ("name",)),
    ("forename", "Forename", ("forename", "initial of the forename")),
    ("surname", "Surname", ("surname",)),
    ("other_names", "Other names", ("other names",)),
    ("born", "Born", ("birth date", "day and month of birth", "birth year")),
    ("sex", "Sex", ("sex",)),
    ("address", "Address", ("address",)),
    ("uprn", "Property number", ("property number", "uprn")),
    ("postcode", "Postcode", ("postcode", "beginning of the postcode")),
    ("phone", "Telephone", ("telephone", "phone")),
    ("email", "Email", ("email",)),
    ("nhs_number", "NHS number", ("NHS number",)),
    ("ni_number", "National Insurance number", ("National Insurance number",)),
    ("other_ids", "Other numbers", ("other",)),
)
"""What identifies somebody, its heading, and how the evidence about it begins."""


@dataclass(frozen=True)
class Line:
    """One thing that both records may hold; `says` is what was found on comparing."""

    heading: str
    one: str
    other: str
    says: str


def lines(pair: Pair, sides: Sequence[Side]) -> list[Line]:
    """Side by side; where no names can be shown, what was found stands alone."""
    left = list(pair.evidence)
    found = []
    for column, heading, begins in LINES:
        says = next((part for part in left if part.startswith(begins)), "") if begins else ""
        one, other = (side.known.get(column, "") for side in sides)
        if one or other or says:
            found.append(Line(heading, one, other, says))
            left = [part for part in left if part != says]
    return [*found, *(Line("Also", "", "", part) for part in left)]


def change(effect: Effect) -> str:
    """One sentence of who would be one person afterwards."""
    if not effect.changes:
        return "Nothing changes: that is how they stand now."
    now, then = (words.count(len(one), "person", "people") for one in (effect.before, effect.after))
    who = "; ".join(f"one known to {words.listed([words.agency(a) for a in one])}" for one in effect.after)
    return f"{now[:1].upper()}{now[1:]} would become {then}: {who}."


def kept(effect: Effect) -> str:
    """What was kept, as the message after a judgement says it."""
    if not effect.changes:
        return "Kept. Nobody’s records move by it; the next study keeps to your word."
    now, then = (words.count(len(one), "person", "people") for one in (effect.before, effect.after))
    return f"Kept. In the next study {now} will be {then}, and every figure is counted anew."


def sure(pair: Pair) -> str:
    """How sure the comparison was, in words and a number."""
    if pair.score is None:
        return ""
    return f"The comparison gives {pair.score * 100:.0f} in 100 that they are one person."
