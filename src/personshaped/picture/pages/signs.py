"""Page 7, early signs (Stat 9): a list for asking, agencies by the alphabet, oldest first, no sum, no weight (N2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from personshaped.figures import Figure
from personshaped.picture import words
from personshaped.picture.drawn import Cell, Columns, Line, Listing, Part, refused
from personshaped.picture.learned import Sign, Signs

_SILENT = "Fewer rows arrive from here than did, or none: ask here first."
MOST_PAIRS = 12
_KIND = "failure demands: "
_CALLED = {
    "demands": "All asking",
    "failure demands": "Asking again",
    "failure demands elsewhere after contact here": "Asking again elsewhere, after contact here",
    "share of demands that are failure demand": "Share of asking that is asking again",
    "share of demands that are a crisis": "Share of asking that is a crisis",
    "demands that speak of a complaint or an appeal": "Asking that speaks of a complaint or an appeal",
    "needs opened": "Asking for the first time",
    "needs ended": "Needs that ended",
    "share of needs met within 90 days": "Share of needs met within 90 days of the first asking",
    "share of needs nobody asked about within 90 days": "Share of needs about which nobody asked the person in 90 days",
    "share of needs still open after 180 days": "Share of needs still open 180 days after the first asking",
    "share of referrals sent here that are recorded here": "Share of those passed on to here who are recorded here",
}


def signs(found: Signs | None, counted: Figure | None, came_back: Sequence[Figure] = ()) -> list[Part]:
    """Where to go and ask, agency by agency, who has been there, and where to ask two together; else why not.

    `counted` says why there are no signs; each of `came_back` names a place and the one like it that it may ask.
    """
    been = _been_there(came_back)
    if found is None:
        why = "no agency has twelve months with five or more a month"
        return [refused("f-signs", "Early signs", counted, why), *been]
    chance = f"{found.flagged} of {found.charts} charts show a sign; about {found.by_chance:.0f} of {found.charts} " \
             "would if nothing changed anywhere."  # fmt: skip
    if found.lasting:
        chance += (
            f" On {len(found.lasting)} of them the level changed by more than chance shows among all the charts:"
            " “lasting”, from about the month named. Over many such studies at most one in twenty of these marks"
            " is there by chance, on average; which ones, nobody can tell from here."
        )
    if found.unseen:
        chance += (
            f" {found.unseen} more are too rare for a chart (fewer than five a month), too short, or always none or"
            " all."
        )
    cells = _cells(found)
    if not cells:
        return [Listing("f-signs", "No chart of any agency asks a question", chance, ()), *been]
    asking = Columns(
        id="f-signs",
        headline="Where to go and ask",
        subtitle=f"{chance} Agencies from which fewer rows arrive first, then by the alphabet, oldest first: a list "
        "for asking, without weights. Each agency sees its own lines first.",
        heads=("Where", "What happened here?"),
        cells=cells,
        after="What do those who work there say happened?",
    )
    return [asking, *been, *_together(found)]


def _cells(found: Signs) -> tuple[tuple[Cell, ...], ...]:
    """One row an agency: its name, and a line for each chart that shows a sign."""
    by_agency: dict[str, dict[str, list[Sign]]] = {}
    for one in found.signals:
        by_agency.setdefault(one.agency, {}).setdefault(one.chart, []).append(one)
    since = {(agency, chart): month for agency, chart, month in found.lasting}
    names = sorted({*by_agency, *found.silent}, key=lambda name: (name not in found.silent, words.agency(name)))
    rows = []
    for name in names:
        lines = [Line(_SILENT)] if name in found.silent else []
        charts = sorted(by_agency.get(name, {}).items(), key=lambda chart: (min(one.since for one in chart[1]), chart))
        for chart, its in charts:
            lasting = f"; lasting, from about {words.month(since[name, chart])}" if (name, chart) in since else ""
            lines.append(Line(f"{_called(chart)}: {_when(its)}{lasting}"))
            near = dict.fromkeys(_dated(text) for one in its for text in one.near)
            lines += [Line(f"Written down around then: {'; '.join(near)}", "quiet")] if near else []
        rows.append(((Line(words.agency(name), "number"),), tuple(lines)))
    return tuple(rows)


def _called(chart: str) -> str:
    """A chart as people say it; one from `area_facts` by its own name."""
    kind = words.KIND_OF_AGAIN.get(chart.removeprefix(_KIND).replace(" ", "_")) if chart.startswith(_KIND) else None
    return kind or _CALLED.get(chart) or f"{chart[:1].upper()}{chart[1:]}"


def _when(its: Iterable[Sign]) -> str:
    """The months that any rule flags, spans that touch or overlap as one."""
    spans: list[tuple[str, str]] = []
    for since, until in sorted((one.since, one.until) for one in its):
        if spans and _month(since) <= _month(spans[-1][1]) + 1:
            spans[-1] = (spans[-1][0], max(until, spans[-1][1]))
        else:
            spans.append((since, until))
    return words.listed([words.month(a) if a == b else f"{words.month(a)} to {words.month(b)}" for a, b in spans])


def _dated(change: str) -> str:
    """A change and its day, as people write days."""
    day, text = change.split(": ", 1)
    return f"{text}, {words.day(date.fromisoformat(day))}"


def _month(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:7])


def _been_there(came_back: Sequence[Figure]) -> list[Part]:
    if not came_back:
        return []
    pairs = [(*one.group.split(">", 1), one.note) for one in came_back]
    return [
        Columns(
            id="f-signs-been-there",
            headline="Who has been there",
            subtitle="Where the share of asking that is asking again shows a sign upward, and a place like it in its"
            " people and funding, never chosen by how it does, that had the same before. Places by the alphabet; no"
            " place is asked by more than two. What brought it back nobody can tell from here: an offer to ask.",
            heads=("Where", "Who may be asked"),
            cells=tuple(
                ((Line(words.spoken(place), "number"),), (Line(words.spoken(other), "number"), Line(note)))
                for place, other, note in pairs
            ),
        )
    ]


def _together(found: Signs) -> Sequence[Part]:
    if not found.linked or found.by_shifting is None:
        return ()
    low, high = found.by_shifting
    more = len(found.linked) - MOST_PAIRS
    return (
        Listing(
            id="f-signs-together",
            headline="Where to ask two together",
            subtitle=f"In {len(found.linked)} of {words.count(found.joined, 'pair')} of agencies that pass work to one "
            "another something changed within three months. With one series of each pair shifted in time it is mostly "
            f"{low:.0f} to {high:.0f}. Which of the two began cannot be told, nor whether one led to the other."
            + (f" {words.count(more, 'further pair')} in the figures." if more > 0 else ""),
            rows=tuple((words.agency(a), f"and {words.agency(b)}") for a, b in found.linked[:MOST_PAIRS]),
        ),
    )
