"""The picture, chapter 3: what it must never say or do (N1, N2, N6, N8, N9, N10), and words that try to break it."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

import pytest

from personshaped.picture import draw, inputs, links_page, story
from personshaped.picture.svg import GRID
from picture_findings import INTERACTIONS, TOWN_AGENCIES, figures, run, town, worked_example, write_figures
from picture_reading import Page

THE_TWO_RULES = "It sets no targets, ranks nobody and scores no one."
N1 = r"\btargets?\b|threshold to (meet|reach)|\bSLA\b|\bRAG\b|\bKPI|compliance|performance|within target"
N9 = r"caused by|fault of|to blame|because of (the )?(housing|gp|police|hospital|benefits)"
DESIGN = (
    r"service users?|\bclients?\b|\bcohort\b|frequent flyer|hard to reach|signposted|pathway|vulnerab|"
    r"high-demand|savings will|\bN/A\b|insufficient data|improved|worse than|better than|best|league"
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    example, ashbrook = (tmp_path_factory.mktemp(name) for name in ("example", "town"))
    worked_example(example)
    town(ashbrook, synthetic=False)
    return {
        "example": draw(example),
        "town": draw(ashbrook),
        "story": story(example, "P1"),
        "links": links_page(example),
    }


@pytest.mark.parametrize("page", ["example", "town", "story", "links"])
@pytest.mark.parametrize("never", [N1, N9, DESIGN], ids=["N1 targets", "N9 blame", "words the design avoids"])
def test_words_that_are_never_said(pages: dict[str, str], page: str, never: str) -> None:
    read = Page(pages[page])
    said = " ".join([read.text, *read.labels]).replace(THE_TWO_RULES, "")
    assert re.findall(never, said, flags=re.I) == []


def test_n2_agencies_are_alphabetical_even_where_their_figures_are_not(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    shares = [
        {**figures()[1], "by": "agency", "group": name, "value": value, "numerator": value * 100, "denominator": 100.0}
        for name, value in (("police", 0.9), ("gp", 0.95), ("benefits", 0.1))
    ]
    write_figures(folder, [*figures()[:2], *shares])
    html = draw(folder)
    body = html.split("<caption>Demands, and how many were asking again</caption>")[1].split("</table>")[0]
    assert re.findall(r'scope="row"[^>]*>([^<]+)<', body) == ["All agencies", "Benefits", "GP", "Police"]


def level_lines(drawing: str) -> list[float]:
    """Heights at which a drawing has a line across, but for the grid."""
    found = []
    for path, attributes in re.findall(r'<path d="M([^"ACZ]*)"([^>]*)', drawing):
        numbers = [float(one) for one in re.findall(r"-?[\d.]+", path)]
        across = len(numbers) == 4 and numbers[1] == numbers[3] and numbers[2] - numbers[0] > 100
        if across and f'stroke="{GRID}"' not in attributes:
            found.append(numbers[1])
    return found


def test_n1_nothing_but_means_and_limits_is_drawn_across_a_chart(pages: dict[str, str]) -> None:
    """A level to be reached needs no word: so every line across a chart of months is counted."""
    chart = pages["town"].split('id="f-changes"')[1].split("</svg>")[0]
    usual = Page(chart).text.count("usually")
    assert usual == 2
    assert len(level_lines(chart)) == 3 * usual
    aimed = '<path d="M52 300L570 300" fill="none" stroke="#12303a"/>'
    assert len(level_lines(chart + aimed)) == 3 * usual + 1


def test_n6_a_suggested_phase_is_said_but_not_drawn(tmp_path: Path) -> None:
    folder = town(tmp_path)
    read = inputs.read_charts(folder)
    chart = read.xmr["failure_demands/month"]
    suggested = inputs.Phase("2023-01", "2023-10", None, None, None, "runs", "locality team starts", suggested=True)
    with_it = inputs.Xmr(chart.unit, chart.points, (*chart.phases, suggested), chart.false_alarms, chart.note)
    before = draw(folder)
    inputs.write_charts(folder, inputs.Charts(**{**vars(read), "xmr": {**read.xmr, "failure_demands/month": with_it}}))
    after = draw(folder)
    said = "From January 2023 a new phase might begin: locality team starts. Only people decide that."
    assert said in Page(after).text
    assert after.replace(f" {said}", "") == before


def test_n8_every_share_asking_again_says_who_coded(pages: dict[str, str]) -> None:
    assert "5 of 8, coded by people. By rule: 5 of 8." in Page(pages["example"]).text
    town_says = Page(pages["town"]).text
    assert "14,458 of 17,850 (81%), between 80% and 82%, by rule." in town_says
    assert "Corrected for the rule’s error: 80%, between 74% and 86%." in town_says


def test_n10_conditions_are_not_goals(pages: dict[str, str]) -> None:
    for name in ("f-screened-out-share-screens", "f-closed-at-initial-assessment-share"):
        chart = Page(pages["town"].split(f'id="{name}"')[1].split("</figure>")[0])
        assert "A condition to study, not a goal." in chart.text
    sent = Page(pages["town"].split('id="f-sent"')[1].split('id="')[0])
    assert "Rounds before being taken on" in sent.text
    assert sent.text.count("A condition to study, not a goal.") == 1


@pytest.mark.parametrize("page", ["example", "town", "story", "links"])
def test_no_script_and_no_address_outside_the_file(pages: dict[str, str], page: str) -> None:
    read = Page(pages[page])
    assert [tag for tag, _ in read.tags if tag in ("script", "iframe", "img", "link", "object", "form")] == []
    assert re.findall(r"(?:https?:)?//[a-z]", pages[page].split("</style>")[1]) == []
    assert [name for _, attributes in read.tags for name in attributes if name.startswith("on")] == []
    hrefs = [attributes["href"] or "" for tag, attributes in read.tags if attributes.get("href")]
    assert all(href.startswith("#") for href in hrefs)
    ids = {attributes["id"] for _, attributes in read.tags if attributes.get("id")}
    assert {href[1:] for href in hrefs} <= ids


BAD = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "אני צריך עזרה עם הדיור שלי",
    "I’m 😢 and 👩‍👧‍👦 need a home",
    "]]> &amp; </style></svg>",
    "start \x01 and bell \x07 in the words",
)


@pytest.mark.parametrize("words", BAD)
def test_words_are_shown_as_words(tmp_path: Path, words: str) -> None:
    folder = worked_example(tmp_path, text=INTERACTIONS.replace("I can't get up the stairs to the bath", words))
    (folder / "run.json").write_text(json.dumps(run(name=words, purpose=words)), encoding="utf-8")
    for html in (draw(folder), story(folder, "P1")):
        assert not re.findall(r"[\x00-\x08\x0b-\x1f]", html)
        read = Page(html)
        assert [tag for tag, _ in read.tags if tag in ("script", "img")] == []
        assert html.count("</style>") == 1
        shown = " ".join("".join(c for c in words if c >= " ").split())
        assert shown[:40] in read.text or escape(shown[:40]) in html
        assert "49" not in re.findall(r"‘(\d+)", read.text)


def test_ten_thousand_characters_are_cut_in_the_picture_and_kept_in_the_story(tmp_path: Path) -> None:
    long = "please help " * 840 + "x" * 2000
    folder = worked_example(tmp_path, text=INTERACTIONS.replace("What is happening with my assessment?", long))
    assert "x" * 300 not in draw(folder)
    assert long.strip()[:9000] in story(folder, "P1")


def test_agencies_with_odd_names_do_not_break_the_matrix(tmp_path: Path) -> None:
    folder = town(tmp_path)
    odd = [
        {**figures()[0], "name": "failure_demand_after", "by": "from>to", "group": f"{a}>{b}", "value": 3.0}
        for a in ('<b>"x"', "an agency with a very long name indeed, of the county", *TOWN_AGENCIES)
        for b in ("&", *TOWN_AGENCIES, "second of twelve", "third", "fourth", "fifth")
    ]
    write_figures(folder, [*figures()[:3], *odd])
    html = draw(folder)
    drawing = html.split('id="f-whom"')[1].split("</svg>")[0]
    assert "<b>" not in drawing
    assert len(re.findall(r"rotate\(-38\)", drawing)) == 12
    assert "agencies with fewer." in Page(html).text
