"""Page 3: what happens: the ladder of one need, the timeline of one person, who passes to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personshaped.figures import Figure
from personshaped.picture import marks, rows, words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.bars import Bar, bars
from personshaped.picture.charts.ladder import ladder
from personshaped.picture.charts.passes import passes
from personshaped.picture.charts.timeline import timeline
from personshaped.picture.drawn import Chart, DataTable, Part, Refusal, basis_of, refused
from personshaped.picture.inputs import Findings
from personshaped.picture.pages.spreading import spreading

Row = dict[str, Any]
MOST_AGENCIES = 12


def happens(findings: Findings, tables: rows.Tables) -> list[Part]:
    """The parts of page 3."""
    parts: list[Part] = []
    needs = rows.chosen_needs(tables) if tables.has("needs") and tables.has("interactions") else []
    for place, need in enumerate(needs):
        story = rows.story_of(tables, need["person_id"])
        if place == 0:
            parts += _ladder(findings, tables, need, story)
        needs_ = rows.needs_of(tables, need["person_id"]) if _asked_whether_met(findings) else []
        parts.append(_timeline(needs_, story, place))
    if not needs:
        parts.append(Refusal("f-story", "No one person’s story can be shown from these data",
                             "because no need was asked about more than once with the words recorded."))  # fmt: skip
    return [*_keys_once(parts), rounds(findings), whom(findings), *spreading(findings)]


def _ladder(findings: Findings, tables: rows.Tables, need: Row, story: list[Row]) -> list[Part]:
    cycles = [
        cycle
        for cycle in rows.cycles_of(tables, need["need_id"])
        if any(row["cycle_id"] == cycle["cycle_id"] and row["started_at"] for row in story)
    ]
    if not cycles:
        return []
    says = f"{words.count(len(cycles), 'round')} of assess, do, refer on one need: " + "; ".join(
        f"{words.agency(one['agency'])}, {words.OUTCOME.get(one['ended'], one['ended'])}" for one in cycles[:6]
    )
    inside = [row for row in story if row["cycle_id"] in {one["cycle_id"] for one in cycles}]
    return [
        Chart(
            id="f-ladder",
            headline=_ladder_says(need, cycles, _asked_whether_met(findings)),
            subtitle="One person’s need, from first asking on. Each rung is one round of assess, do, refer at one "
            f"agency. {rows.STORY_RULE}",
            wide=ladder(cycles, inside, WIDE, says),
            narrow=ladder(cycles, inside, NARROW, says),
            table=DataTable(
                "Rounds on this need",
                ("Agency", "Began", "Ended", "How it ended", "Steps"),
                tuple(
                    (words.agency(one["agency"]), words.day(one["started_at"]), words.day(one["ended_at"]),
                     _ended(one), one["sequence"] or "")
                    for one in cycles
                ),
                numbers=False,
            ),
            key=_key(inside),
        )
    ]  # fmt: skip


def _ended(cycle: Row) -> str:
    ended = cycle["ended"] or ""
    return words.OUTCOME.get(ended, words.spoken(ended))


def _asked_whether_met(findings: Findings) -> bool:
    """Whether the data hold anybody's word on needs met at all."""
    asked = findings.figures.get("needs_never_asked")
    return asked is None or asked.value is not None


def _ladder_says(need: Row, cycles: list[Row], told: bool) -> str:
    rounds_ = words.count(len(cycles), "round")
    doors = words.count(need["agencies"], "agency", "agencies")
    if need["end_reason"] == "met" and need["duration"] is not None:
        return f"It took {rounds_}, {doors} and {words.days(need['duration'])} until the need was met"
    state = "the need is still open" if told else "nobody wrote down whether the need was met"
    return f"{rounds_.capitalize()} at {doors}, and {state}"


def _key(inside: list[Row]) -> tuple[str, ...]:
    used = {marks.mark_of(row) for row in inside} | ({"crisis"} if any(row["crisis"] for row in inside) else set())
    return tuple(mark for mark in marks.ORDER if mark in used)


def _keys_once(parts: list[Part]) -> list[Part]:
    """A mark is explained where it is first drawn."""
    seen: set[str] = set()
    kept: list[Part] = []
    for part in parts:
        if isinstance(part, Chart):
            part, new = replace(part, key=tuple(mark for mark in part.key if mark not in seen)), set(part.key)
            seen |= new
        kept.append(part)
    return kept


def _timeline(needs: list[Row], story: list[Row], place: int) -> Chart:
    lanes = list(dict.fromkeys(row["agency"] for row in story))
    asked = sum(1 for row in story if row["kind"] == "demand")
    state = _state(needs)
    agencies = words.count(len(lanes), "agency", "agencies")
    says = f"Timeline with a lane for each of {agencies}: {words.count(asked, 'demand')}, {len(story)} rows; {state}."
    first = next((row["words"] for row in story if row["kind"] == "demand" and row["words"]), "")
    return Chart(
        id=f"f-story-{place + 1}",
        headline=f"One person asked {words.times(asked)}; {agencies} took part; {state}",
        subtitle="Every row of one person, a lane for each agency in the order it appears. Dates are drawn no finer "
        "than they are known." + (f" Only the first {rows.MOST_ROWS} rows." if len(story) >= rows.MOST_ROWS else ""),
        wide=timeline(story, WIDE, says),
        narrow=timeline(story, NARROW, says),
        table=story_table(story, place),
        key=_key(story),
        said=words.short(first),
        said_by="their first words",
    )


def _state(needs: list[Row]) -> str:
    if not needs:
        return "nobody wrote down whether their needs were met"
    met = sum(1 for need in needs if need["end_reason"] == "met")
    if len(needs) == 1:
        return "the need was met" if met else "nobody has said the need is met"
    return f"{met} of {len(needs)} needs {'was' if met == 1 else 'were'} met"


def story_table(story: list[Row], place: int) -> DataTable:
    """A story's rows in their order."""
    return DataTable(
        f"The rows of story {place + 1}, in order",
        ("When", "Agency", "What", "Words"),
        tuple(
            (words.when(row["started_at"], row["date_precision"]), words.agency(row["agency"]), marks.says(row),
             words.short(row["words"] or "", 160))
            for row in story
        ),
        numbers=False,
    )  # fmt: skip


def rounds(findings: Findings) -> Part:
    """How many rounds a need takes: the middle, one in ten, the most."""
    book = findings.figures
    mean = book.known("cycles_per_need")
    if mean is None:
        return refused("f-rounds", "How many rounds a need takes", book.get("cycles_per_need"), "no need was followed")
    spread = (
        ("One in ten needs took at most", "cycles_per_need_p10"),
        ("Half took at most", "cycles_per_need_median"),
        ("Nine in ten took at most", "cycles_per_need_p90"),
        ("The most", "cycles_per_need_max"),
    )
    found = [(label, one) for label, name in spread if (one := book.known(name)) is not None]
    items = [Bar(label, (("slate", one.value or 0),), words.plain(one.value)) for label, one in found]
    items.insert(0, Bar("Mean", (("slate", mean.value or 0),), words.plain(mean.value)))
    says = "Bar chart of rounds for each need: " + "; ".join(f"{one.label} {one.shown}" for one in items)
    twelve = book.known("cycles_per_need_share_12_or_more")
    more = (f"12 or more rounds: {words.out_of(twelve)} needs.",) if twelve is not None else ()
    return Chart(
        id="f-rounds",
        headline=f"A need goes round {_about(mean.value)} on average",
        subtitle="Counted rounds of assess, do, refer for each need opened in the window. The average comes with its "
        "spread.",
        wide=bars(items, WIDE, says),
        narrow=bars(items, NARROW, says),
        table=DataTable("Rounds for each need", ("", "Rounds"), tuple((one.label, one.shown) for one in items)),
        basis=(*basis_of(mean, book.others(mean)), *more),
        figure="cycles_per_need",
    )


def _about(value: float | None) -> str:
    return "once" if value == 1 else f"{words.plain(value)} times"


OTHER_READINGS = (
    ("failure_demand_after_first", "After first asking at", "the agency first asked"),
    ("failure_demand_after_shared", "Shared among all who held it", "all who had held it, in equal parts"),
    ("failure_demand_after_root", "After the body named", "the body that a person named"),
)
"""R8's sensitivities: how far it matters what "after" means."""
Flows = dict[tuple[str, str], float]


def _flows(found: list[Figure]) -> Flows:
    return {(a, b): one.value or 0 for one in found for a, _, b in [one.group.partition(">")] if (one.value or 0) > 0}


def whom(findings: Findings) -> Part:
    """Who passes to whom: asking again by where the person had last been and where they ask next."""
    book = findings.figures
    found = book.by("failure_demand_after", "from>to")
    flows = _flows(found)
    others = [(head, says, _flows(book.by(name, "from>to"))) for name, head, says in OTHER_READINGS]
    others = [one for one in others if one[2]]
    if not flows:
        asked = book.get("failure_demand_after", "from>to") or book.get("failure_demand_after")
        return refused("f-whom", "Who passes to whom", asked, "no asking again follows contact at a known agency")
    after, here = _most({a for a, _ in flows}, flows, 0), _most({b for _, b in flows}, flows, 1)
    says = (
        f"Matrix of {len(after)} by {len(here)} agencies: squares where people asked again, row after contact there, "
        f"column where they asked. {_elsewhere(findings, after, here)}."
    )
    left_out = len({a for a, _ in flows} | {b for _, b in flows}) - len(set(after) | set(here))
    return Chart(
        id="f-whom",
        headline=_elsewhere(findings, after, here),
        subtitle="Failure demand by where the person had last been (row) and where they asked next (column). Striped: "
        "another agency. Hollow: back at the same one. Agencies in alphabetical order."
        + (f" The table also holds {words.count(left_out, 'agency', 'agencies')} with fewer." if left_out else ""),
        wide=passes(flows, after, here, WIDE, says),
        narrow=passes(flows, after, here, NARROW, says),
        table=DataTable(
            "Asking again here after contact there",
            ("After contact at", "Asking again at", "Demands", *(head for head, _, _ in others)),
            tuple((words.agency(a), words.agency(b), words.number(flows.get((a, b))),
                   *(words.rough(of.get((a, b))) for _, _, of in others))
                  for a, b in sorted({*flows, *(pair for _, _, of in others for pair in of)})),
        ),
        basis=("“After” is the last agency to hold the need, not a finding of cause.",
               *_by_other_readings(findings, flows, others), *basis_of(found[0], [])[1:]),
        figure="failure_demand_after",
    )  # fmt: skip


def _by_other_readings(findings: Findings, flows: Flows, others: list[tuple[str, str, Flows]]) -> tuple[str, ...]:
    """What part is asked at a different door, by each reading of "after"; not of published counts: they are rounded."""
    parts = [(says, part) for says, of in (("the last agency", flows), *((says, of) for _, says, of in others))
             if (part := _different(of)) is not None]  # fmt: skip
    if findings.run.published or len(parts) < 2:
        return ()
    told = ", ".join(f"{words.percent(part)} by {says}" for says, part in parts)
    return (f"At a different door, by other readings of “after”: {told}. Who the others are is in the table.",)


def _different(flows: Flows) -> float | None:
    known = {pair: times for pair, times in flows.items() if pair[0] != "unseen"}
    everything = sum(known.values())
    return sum(times for (a, b), times in known.items() if a != b) / everything if everything >= words.FEW else None


def _elsewhere(findings: Findings, after: list[str], here: list[str]) -> str:
    counted = findings.charts.asked_elsewhere
    if counted is None:
        doors = words.count(len(here), "agency", "agencies")
        return f"People ask again at {doors}, after contact at {words.count(len(after), 'agency', 'agencies')}"
    elsewhere, everything = counted
    if everything < words.FEW:
        return f"{elsewhere} of {everything} times, people asked again at a different door"
    if not elsewhere:
        return "Nobody was seen to ask again at a different door"
    return f"{words.one_in(_share(elsewhere, everything))} times, people ask again at a different door"


def _share(numerator: int, denominator: int) -> Figure:
    value = numerator / denominator
    return Figure("asked_elsewhere", "R8", "", "", "", value, "share", float(numerator), float(denominator))


def _most(names: set[str], flows: dict[tuple[str, str], float], side: int) -> list[str]:
    """Where there are more than twelve agencies the twelve with most asking again are drawn, alphabetically."""
    weight = {name: sum(n for pair, n in flows.items() if pair[side] == name) for name in names}
    kept = sorted(names, key=lambda name: (-weight[name], name))[:MOST_AGENCIES]
    return sorted(kept, key=lambda name: (name == "unseen", words.agency(name)))
