"""Page 2, what asking is made of over the years: needs steady or not, and demands for each need (Stat 2, M022)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from personshaped.figures import Figure
from personshaped.picture import words
from personshaped.picture.drawn import Listing, Part, refused, sentence
from personshaped.picture.inputs import Findings

_TYPES = (("value", "Asking for the first time"), ("failure", "Asking again"), ("all", "All asking"))
_STABLE = (
    "“Stable” is shown, not assumed: only where the 90% interval lies within the limit named. The charts above come "
    "first; nothing here says why."
)
_NOT_TOO_LATE = "A check: with time turned round nothing goes the same way, as it would if records began too late."
_TOO_LATE = "as it would if records began too late, whatever people ask"

_TOO_LITTLE = "too little is known yet to say how asking changes in a year"
_TOO_WIDE = 2.0
"""An agency that joined, of which a year's change may be more than three times as much, says nothing yet."""
_SINCE = re.compile(r"(\w+) \((from|seen from) (\d{4}-\d\d)(?: to (\d{4}-\d\d))?\)")


def growth(findings: Findings) -> list[Part]:
    """Is underlying demand stable while the total rises? In words, after the charts that lead; or why not."""
    book = findings.figures
    yearly = [(says, one) for name, says in _TYPES if (one := book.known("demand_trend", "type", name)) is not None]
    if not yearly:
        why = next((one for one in book.refused() if one.name == "demand_trend"), None)
        return [refused("f-growth", "Whether asking changes from year to year", why, "too few months are known")]
    faster = book.known("demand_trend_difference")
    if faster is not None:
        yearly.append(("Asking again beside asking for the first time", faster))
    told = [_sentences(one) for _, one in yearly]
    shared = [said for said in told[0] if len(told) > 1 and all(said in others for others in told)]
    rows = [
        (" ".join((f"{says}, a year.", *(said for said in own if said not in shared))), _told(one))
        for (says, one), own in zip(yearly, told, strict=True)
    ]
    back = {name: one for one in book.by("demand_trend_turned_round", "type") if (name := dict(_TYPES).get(one.group))}
    return [
        Listing(
            id="f-growth",
            headline=_made_of(book.by("demand_trend_parts", "part")),
            subtitle=" ".join(
                (
                    "A year’s change with its 95% interval.",
                    *shared,
                    *_above(shared),
                    _STABLE,
                    *_check(dict(yearly), back),
                )
            ),
            rows=(
                *rows,
                *_joined(book.by("demand_trend", "agency>type")),
                *((f"{says}, counted with time turned round", _told(one)) for says, one in back.items()),
            ),
        )
    ]


def _above(shared: Sequence[str]) -> list[str]:
    """Of the charts by month, where agencies are left out here."""
    left_out = any(one.startswith("Left out") for one in shared)
    return ["The charts above count every agency: one that joins lifts them."] if left_out else []


def _joined(found: Sequence[Figure]) -> list[tuple[str, str]]:
    """Agencies that joined part-way, each over its own months: they are in none of the rows before (Stat 2)."""
    types = dict(_TYPES)
    rows: list[tuple[str, str]] = []
    untold: list[str] = []
    for one in found:
        agency, _, kind = one.group.partition(">")
        name = words.agency(agency)
        if kind not in types:
            continue
        if one.high is None or one.high > _TOO_WIDE:
            untold.append(name)
        else:
            rows.append((f"{name}, which joined later. {types[kind]}, a year. {one.note}", _told(one)))
    return rows + [(f"{name}, which joined later", _TOO_LITTLE) for name in dict.fromkeys(untold)]


def _sentences(one: Figure) -> list[str]:
    note = _SINCE.sub(_since, sentence(one.note))
    return [said for said in re.split(r"(?<=\.) (?=[A-Z])", note) if said]


def _since(found: re.Match[str]) -> str:
    """`alcohol_and_drugs (from 2023-11)` as it is spoken: Alcohol and drugs (from November 2023)."""
    agency, since, first, last = found.groups()
    until = f" to {words.month(last)}" if last else ""
    return f"{words.agency(agency)} ({since} {words.month(first)}{until})"


def _made_of(parts: Sequence[Figure]) -> str:
    """“Asking rose 41%: 1% more needs, times 40% more demands for each need.” Exact, of two years."""
    times = {one.group: one.value - 1 for one in parts if one.value is not None}
    if not {"demand", "needs opened", "demands for each need"} <= times.keys():
        return "How asking changes from year to year"
    whole = times["demand"]
    did = "stayed as it was" if not round(whole, 2) else f"{'rose' if whole > 0 else 'fell'} {abs(whole):.0%}"
    needs, each = (_more(times[name]) for name in ("needs opened", "demands for each need"))
    return f"From the first twelve months to the last asking {did}: {needs} needs, times {each} demands for each need"


def _more(change: float) -> str:
    if not round(change, 2):
        return "as many"
    return f"{abs(change):.0%} {'more' if change > 0 else 'fewer'}"


def _check(forward: Mapping[str, Figure], back: Mapping[str, Figure]) -> list[str]:
    """What time turned round finds: it should go the other way, unless records begin too late."""
    same = [says.lower() for says, one in back.items() if says in forward and _way(one) * _way(forward[says]) > 0]
    if same:
        return [f"Counted with time turned round {words.listed(same)} goes the same way, {_TOO_LATE}."]
    return [_NOT_TOO_LATE] if back else []


def _way(one: Figure) -> int:
    """1 where it surely rises, −1 where it surely falls, 0 where its interval holds both or is not known."""
    if one.low is None or one.high is None:
        return 0
    return (one.low > 0) - (one.high < 0)


def _told(one: Figure) -> str:
    """ "+2.6%, between −9.7% and +16.5%"."""
    said = [f"{end:+.1%}".replace("-", "−") for end in (one.value, one.low, one.high) if end is not None]
    return f"{said[0]}, between {said[1]} and {said[2]}" if len(said) == 3 else said[0]
