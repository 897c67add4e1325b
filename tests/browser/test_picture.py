"""The picture in a real browser: offline, by keyboard, on a phone, by axe, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from personshaped.picture import draw, links_page, story
from picture_findings import INTERACTIONS, town, worked_example

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PAGES = ("example", "town", "story", "links", "hard words")
Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each page written to a file, as a study leaves it."""
    here = tmp_path_factory.mktemp("pages")
    example, ashbrook = worked_example(here / "e"), town(here / "t", synthetic=False)
    hard = "w" * 2000 + " אני צריך עזרה <b>" + "😢" * 200
    odd = worked_example(here / "o", text=INTERACTIONS.replace("Mum can't cope at home", hard))
    pages = {
        "example": draw(example),
        "town": draw(ashbrook),
        "story": story(ashbrook, "T014"),
        "links": links_page(example),
        "hard words": story(odd, "P4"),
    }
    for name, html in pages.items():
        (here / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: here / f"{name}.html" for name in pages}


@pytest.fixture
def opened(browser: Browser, drawn: dict[str, Path]) -> Iterator[Open]:
    """Opens one page of a given width, offline, and notes every address that it asks for."""
    contexts = []

    def at(name: str, width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.asked = []  # type: ignore[attr-defined]
        page.on("request", lambda request: page.asked.append(request.url))  # type: ignore[attr-defined]
        page.on("console", lambda message: page.asked.append(f"console: {message.text}"))  # type: ignore[attr-defined]
        page.goto(drawn[name].as_uri())
        page.evaluate("document.fonts.ready")
        return page

    yield at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_opens_offline_and_asks_for_nothing(opened: Open, name: str) -> None:
    # given a machine without a network, when the file is opened
    page = opened(name)
    # then nothing but the file itself and what it carries is asked for, and nothing is complained of
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []  # type: ignore[attr-defined]
    # and both typefaces are in it
    loaded = page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family).sort()")
    assert {family.strip('"') for family in loaded} >= {"Atkinson Hyperlegible Next", "Literata"}


@pytest.mark.parametrize("name", PAGES)
def test_has_one_h1_and_landmarks(opened: Open, name: str) -> None:
    # given any page
    page = opened(name)
    # then it has one h1, a language, and the landmarks a screen reader jumps between
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en-GB"
    for landmark in ("main", "body > header", "body > footer", "aside"):
        assert page.locator(landmark).count() == 1
    # and no heading level is jumped over
    levels = [int(tag[1]) for tag in page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName)")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_sideways_scrolling(opened: Open, name: str, width: int) -> None:
    # given a screen of that width, when every table is opened
    page = opened(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # then the page is no wider than the screen: wide tables scroll in their own box
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # and nothing but skip links and hidden drawings reaches outside it
    outside = page.evaluate(
        """width => [...document.querySelectorAll('main *')].filter(e => !e.closest('.ps-scroll') && !e.closest('svg'))
           .filter(e => e.getBoundingClientRect().right > width + 1).map(e => e.tagName + '.' + e.className)""",
        width,
    )
    assert outside == []


@pytest.mark.parametrize("name", ["example", "town", "story"])
@pytest.mark.parametrize("width", [1280, 390])
def test_text_in_drawings_is_true_size_and_inside(opened: Open, name: str, width: int) -> None:
    # given a page at that width
    page = opened(name, width)
    # then no text in a drawing that is shown is under 13 pixels high or runs out of the screen
    small = page.evaluate(
        """width => [...document.querySelectorAll('svg text')].filter(t => t.getClientRects().length)
           .filter(t => { const s = t.ownerSVGElement; const r = t.getBoundingClientRect();
              const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width;
              return parseFloat(getComputedStyle(t).fontSize) * scale < 13 || r.right > width + 1 || r.left < -1 })
           .map(t => t.textContent)""",
        width,
    )
    assert small == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violations(opened: Open, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    # given a page at that width, with its tables open
    page = opened(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # when axe reads it (WCAG 2.2 AA and its own advice)
    found = axe.Axe().run(page)
    # then it finds nothing
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("name", ["example", "story"])
def test_the_keyboard_reaches_everything(opened: Open, name: str) -> None:
    # given someone without a mouse
    page = opened(name)
    page.evaluate("document.querySelectorAll('.ps-narrow').forEach(one => one.remove())")
    wanted = page.evaluate(
        """[...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
           .filter(e => e.checkVisibility() || e.matches('.govuk-skip-link')).length"""
    )
    # when they press Tab until it comes round
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    # then each link, each table and each box that scrolls has been reached, the skip link first
    body = page.evaluate("[...document.querySelectorAll('*')].indexOf(document.body)")
    assert len(reached - {body}) == wanted


def test_the_skip_link_and_the_table_open_by_keyboard(opened: Open) -> None:
    page = opened("example")
    # when Tab and Enter are pressed at the top
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    # then the focus is in the main part
    assert page.evaluate("document.activeElement.id") == "main"
    # and a table opens with Enter
    summary = page.locator("#f-again summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#f-again table").is_visible()


def test_a_mark_says_what_it_is_on_focus(opened: Open) -> None:
    # given a story
    page = opened("story")
    mark = page.locator(".ps-wide a.m").first
    strip = mark.locator(".tip").first
    assert strip.evaluate("e => getComputedStyle(e).visibility") == "hidden"
    # when the first mark has the focus
    mark.focus()
    # then the strip above the drawing says the same as the mark's name, and nothing is covered
    assert strip.evaluate("e => getComputedStyle(e).visibility") == "visible"
    assert strip.text_content() == mark.get_attribute("aria-label")
    # and Enter goes to the row
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector(':target').id") == "r0"


@pytest.mark.parametrize("name", ["example", "town"])
def test_prints_without_clipped_figures(opened: Open, name: str, tmp_path: Path) -> None:
    # given a page laid out for A4 paper: 180 mm between the margins
    page = opened(name, 680)
    page.emulate_media(media="print")
    # then no drawing is wider than the paper or taller than a page, and contents and links are left out
    drawings = page.evaluate(
        """[...document.querySelectorAll('.ps-chart svg')].filter(s => s.getClientRects().length)
           .map(s => [s.getBoundingClientRect().width, s.getBoundingClientRect().height])"""
    )
    assert len(drawings) >= 15
    assert max(width for width, _ in drawings) <= 680
    assert max(height for _, height in drawings) <= 940  # 250 mm
    assert page.locator(".ps-contents").is_hidden()
    assert page.locator(".ps-narrow svg").first.is_hidden()
    # and it becomes a PDF of a few pages
    paper = page.pdf(path=tmp_path / "picture.pdf", format="A4", prefer_css_page_size=True)
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 20


def test_nothing_is_said_by_colour_alone(opened: Open) -> None:
    # given the page in forced colours, as some people need it
    page = opened("town")
    page.emulate_media(forced_colors="active")
    # then each mark still has its name beside it
    keys = page.evaluate("[...document.querySelectorAll('.ps-key li')].map(li => li.textContent.trim())")
    assert len(keys) >= 6
    assert all(keys)
