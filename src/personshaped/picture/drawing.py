"""The three pages a study draws: the whole picture, one person's story, and who was joined and why."""

from __future__ import annotations

import base64
from collections.abc import Container
from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from personshaped.errors import UsageError
from personshaped.picture import marks, rows, words
from personshaped.picture.charts import NARROW
from personshaped.picture.charts.timeline import timeline
from personshaped.picture.drawn import DataTable, Part, for_others
from personshaped.picture.inputs import Findings, load, load_links
from personshaped.picture.pages import made
from personshaped.picture.pages.asked import asked
from personshaped.picture.pages.changed import changed
from personshaped.picture.pages.cost import cost
from personshaped.picture.pages.happens import happens
from personshaped.picture.pages.met import met
from personshaped.picture.pages.reach import reach
from personshaped.picture.pages.why import evidence, why
from personshaped.picture.svg import PATTERNS, clean
from personshaped.vendored import vendored

PAGES = (
    ("words", "What people said"),
    ("asked", "What is asked"),
    ("happens", "What happens"),
    ("met", "When is the need met"),
    ("why", "Why"),
    ("cost", "What it costs"),
    ("changed", "What changed"),
    ("reach", "How far it might reach"),
    ("made", "How the figures were made"),
)
"""The method's order, which does not change; a page without data keeps its number."""

STYLES = ("house.css", "picture.css")
FONTS = (
    ("Atkinson Hyperlegible Next", "atkinson-hyperlegible-next-latin-wght-normal.woff2", "200 800"),
    ("Literata", "literata-latin-wght-normal.woff2", "200 900"),
)


def draw(findings: Path) -> str:
    """The whole picture of a findings folder as one HTML file that opens offline.

    Raises InputError where `run.json` or `figures.parquet` is missing.
    """
    read = load(findings)
    with rows.Tables(read.tables) as tables:
        said = quotations(tables)
        parts = {
            page: parts_of(page, read, tables)
            for page in ("asked", "happens", "met", "why", "cost", "changed", "reach")
        }
    if read.run.published:
        parts = {page: [shown for one in found if (shown := for_others(one))] for page, found in parts.items()}
    return _render(
        "picture.html",
        read,
        title=f"The picture of {read.run.study.name}",
        width="",
        pages=PAGES,
        quotations=said,
        nothing="Nothing stands here: in a version to publish it is left out, or withheld."
        if read.run.published
        else "Nothing to show yet.",
        quotation_rule=("Of those that a person ticked. " if read.run.published else "") + rows.QUOTATION_RULE,
        parts=parts,
        window=_window(read),
        facts=made.facts(read),
        settings_table=made.settings_table(read),
        refusals_table=made.refusals_table(read),
        inputs_table=made.inputs_table(read),
        spread=for_others(made.spread(read)) if read.run.published else made.spread(read),
    )


def parts_of(page: str, read: Findings, tables: rows.Tables) -> list[Part]:
    """The parts of one page of PAGES; none for a page that is made of other things."""
    spoken = _spoken(tables)
    match page:
        case "asked":
            said = (rows.said_again(tables), rows.said_by_need(tables)) if spoken else ({}, {})
            return asked(read, *said)
        case "happens":
            return happens(read, tables)
        case "met":
            return met(read, tables)
        case "why":
            return why(read, rows.words_of(tables, evidence(read)) if spoken else {})
        case "cost":
            return cost(read)
        case "changed":
            return changed(read)
        case "reach":
            return reach(read)
    return []


def quotations(tables: rows.Tables) -> list[dict[str, Any]]:
    """What people said, by QUOTATION_RULE: words, footer, and whether they were asking again."""
    return [_quotation(row) for row in rows.quotations(tables)] if _spoken(tables) else []


def _spoken(tables: rows.Tables) -> bool:
    return tables.has("demands") and tables.has("interactions")


def story(findings: Path, person_id: str) -> str:
    """One person's whole story as a page.

    Raises UsageError where no row of that person is in the findings.
    """
    read = load(findings)
    return _render("story.html", read, **_story(read, person_id, None))


def story_inside(read: Findings, person_id: str, agencies: Container[str] | None) -> Markup:
    """The same without head and foot, to stand in another page; with `agencies` only what those recorded.

    Raises UsageError where no row of that person is left to show.
    """
    return (
        marks.SYMBOLS
        + PATTERNS
        + Markup(_render("story.html", read, block="main", **_story(read, person_id, agencies)))
    )


def _story(read: Findings, person_id: str, agencies: Container[str] | None) -> dict[str, Any]:
    with rows.Tables(read.tables) as tables:
        found = [row for row in rows.story_of(tables, person_id) if agencies is None or row["agency"] in agencies]
        if not found:
            raise UsageError(f"no person {person_id!r} in these findings; expected a person_id or agency:person_ref")
        needs, who = rows.needs_of(tables, person_id), rows.person(tables, person_id)
    lanes = list(dict.fromkeys(row["agency"] for row in found))
    asks = sum(1 for row in found if row["kind"] == "demand")
    agencies = words.count(len(lanes), "agency", "agencies")
    says = (
        f"Timeline of one person: {agencies}, one lane each, in the order they appear; "
        f"{words.count(asks, 'demand')}. The list below holds the same rows."
    )
    links = {row["interaction_id"]: f"#r{place}" for place, row in enumerate(found)}
    return {
        "title": f"One person’s story: {read.run.study.name}",
        "width": "ps-width--wide",
        "first": next((row for row in found if row["kind"] == "demand" and row["words"]), None),
        "summary": _summary(found, asks, lanes, needs),
        "headline": _opening(lanes, asks),
        "count": words.count(len(found), "row"),
        "cut": len(found) >= rows.MOST_ROWS,
        "agencies": agencies,
        "key": [mark for mark in marks.ORDER if mark in _used(found)],
        "wide": timeline(found, 1100, says, link=lambda row: links[row["interaction_id"]]),
        "narrow": timeline(found, NARROW, says, link=lambda row: links[row["interaction_id"]]),
        "years": _years(found),
        "person": who,
        "needs": needs,
    }


def links_page(findings: Path, name: str = "", personal: bool = True) -> str:
    """Who was joined and why, without names: judgements in force, how many of each kind, and how to judge one.

    `name` and `personal` are the study's, for findings where only linking has run.
    """
    read = load_links(findings)
    if name and not read.run.version:
        study = replace(read.run.study, name=name, synthetic=not personal)
        read = replace(read, run=replace(read.run, study=study))
    with rows.Tables(read.tables) as tables:
        found = rows.joined(tables) if tables.has("links") else []
        counted = rows.judgements(tables) if tables.has("links") else []
    return _render(
        "links.html",
        read,
        title=f"Who is the same person: {read.run.study.name}",
        width="",
        facts=[fact for fact in made.facts(read) if fact[0] == "Who is the same person"],
        counted=DataTable(
            "Judgements in force",
            ("Judgement", "By", "Pairs"),
            tuple((_judged(row["judgement"]), _by(row["by"]), words.number(row["n"])) for row in counted),
        ),
        table=DataTable(
            "Pairs of records",
            ("Pair", "First record at", "Second record at", "Judgement", "How sure", "Because", "By"),
            tuple(
                (row["pair"], words.agency(row["agency_a"]), words.agency(row["agency_b"]), _judged(row["judgement"]),
                 "" if row["score"] is None else f"{row['score']:.3f}", row["evidence"] or "", _by(row["by"]))
                for row in found
            ),
            numbers=False,
        ),
        shown=len(found),
    )  # fmt: skip


# --- the parts of a page -------------------------------------------------------------------------------------


def _render(template: str, read: Findings, block: str = "", **values: Any) -> str:
    """The whole template, or one block of it."""
    study = read.run.study
    made_of = dict(
        style="" if block else _style(),
        symbols=marks.SYMBOLS,
        patterns=PATTERNS,
        personal=not (study.synthetic or read.run.published),
        synthetic=study.synthetic,
        published=read.run.published,
        place=study.name,
        version=read.run.version,
        sample=words.percent(read.run.sample) if read.run.sample < 1 else "",
        study=study,
        **values,
    )
    chosen = _templates().get_template(template)
    if not block:
        return chosen.render(made_of)
    return "".join(chosen.blocks[block](chosen.new_context(made_of)))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """The picture's templates, each compiled once."""
    environment = Environment(
        loader=PackageLoader("personshaped.picture"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )
    environment.globals.update(
        mark_key=marks.key, mark_of=marks.mark_of, says=marks.says, mark_says=marks.SAYS, agency_key=marks.agency_key,
        agency=words.agency, short=words.short, when=words.when, outcome=words.OUTCOME, pounds=words.pounds,
    )  # fmt: skip
    return environment


def _style() -> Markup:
    """The stylesheet with both fonts inside, so that one file opens offline."""
    faces = [face(*one) for one in FONTS]
    sheets = [(files("personshaped.picture") / "styles" / name).read_text(encoding="utf-8") for name in STYLES]
    return Markup("\n".join([*faces, *sheets]))


def face(family: str, name: str, weights: str) -> str:
    """One font as CSS with the file inside."""
    data = base64.b64encode((vendored() / "fonts" / name).read_bytes()).decode("ascii")
    return (
        f'@font-face{{font-family:"{family}";src:url(data:font/woff2;base64,{data}) format("woff2");'
        f"font-weight:{weights};font-display:swap}}"
    )


def _window(read: Findings) -> str:
    start, end = read.run.settings.get("window_start"), read.run.settings.get("window_end")
    if not start or not end:
        return ""
    return f"{words.day(date.fromisoformat(start))} up to {words.day(date.fromisoformat(end))}"


def _quotation(row: rows.Row) -> dict[str, Any]:
    said = words.when(row["started_at"], row["date_precision"])
    again = row["demand_type"] == "failure"
    who = {"family": "their family", "third_party": "someone for them"}.get(row["initiated_by"] or "", "")
    parts = [who, "asking again" if again else "asking", f"at {words.agency(row['agency'])}"]
    return {
        "words": words.short(row["words"], 300),
        "footer": f"{' '.join(part for part in parts if part)}, {said}",
        "again": again,
    }


# --- a story -------------------------------------------------------------------------------------------------


def _used(found: list[rows.Row]) -> set[str]:
    return {marks.mark_of(row) for row in found} | ({"crisis"} if any(row["crisis"] for row in found) else set())


def _opening(lanes: list[str], asks: int) -> str:
    if len(lanes) == 1:
        return f"One agency, {words.count(asks, 'asking', 'askings')}"
    return f"From one door to {len(lanes)} agencies"


def _summary(found: list[rows.Row], asks: int, lanes: list[str], needs: list[rows.Row]) -> str:
    """Three sentences of what followed the first words."""
    dated = [row for row in found if row["started_at"] is not None]
    first, last = (
        (words.when(one["started_at"], one["date_precision"]) for one in (dated[0], dated[-1])) if dated else ("", "")
    )
    since = f" between {first} and {last}" if dated and first != last else f", {first}" if dated else ""
    again = sum(1 for row in found if row["kind"] == "demand" and row["demand_type"] == "failure")
    sentences = [
        f"They asked {words.times(asks)}{since}; {words.count(len(lanes), 'agency', 'agencies')} took part.",
        f"{again} of {asks} times they were asking again." if asks else "",
    ]
    met_ = sum(1 for need in needs if need["end_reason"] == "met")
    if len(needs) == 1:
        sentences.append("The need is met: they said so." if met_ else "Nobody has said that the need is met.")
    elif needs:
        sentences.append(
            f"{met_} of {len(needs)} needs {'is' if met_ == 1 else 'are'} met: they said so."
            if met_ else f"Of {len(needs)} needs nobody has said that any is met."
        )  # fmt: skip
    return " ".join(one for one in sentences if one)


def _years(found: list[rows.Row]) -> list[tuple[str, list[tuple[int, rows.Row]]]]:
    """Rows with their number, under the year they happened in."""
    years: dict[str, list[tuple[int, rows.Row]]] = {}
    for place, row in enumerate(found):
        known = row["started_at"] is not None and row["date_precision"] != "order"
        years.setdefault(str(row["started_at"].year) if known else "Date not known", []).append((place, row))
    return list(years.items())


def _judged(judgement: str) -> str:
    return {"same": "the same person", "different": "not the same person", "unsure": "unsure"}.get(judgement, judgement)


def _by(who: str) -> str:
    return {"given": "as given", "rule": "a rule", "model": "a model", "person": "a person"}.get(who, who)
