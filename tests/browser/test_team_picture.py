"""The study's picture inside the application: on a wide screen and a phone, by axe, by keyboard, as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]
ADDRESSES = (
    *(f"/picture/page/{name}/" for name in ("words", "asked", "happens", "met", "why", "cost", "made")),
    "/picture/page/asked/?agency=housing",
    "/picture/chart/f-monthly/",
    "/picture/figures/",
    "/picture/figures/failure_demand_share/?agency=housing",
    "/picture/figures/failure_demand_share/rows/",
)


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_runs_over(team_page: TeamPage, served_town: Path, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python").Axe()
    # given an analyst at that width
    page = team_page("Mark", "analyst", width=width)
    found = []
    # when each page is opened, with all that folds unfolded
    for address in ADDRESSES:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        broken = [(one["id"], one["nodes"][0]["html"][:160]) for one in axe.run(page).response["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if broken or wide > width:
            found.append((address, broken, wide))
    # then nothing is hidden from anyone, nothing runs over, and the browser has nothing to complain of
    assert found == []
    assert page.complaints == []


def test_by_keyboard_alone_from_a_chart_to_the_words_behind_it(team_page: TeamPage, served_town: Path) -> None:
    # given someone without a mouse on what is asked
    page = team_page("Mark", "analyst")
    page.goto("/picture/page/asked/")
    # when they tab to how the first figure is counted, and on to its rows
    follow(page, "How it is counted, its rows and words")
    assert page.get_by_role("heading", name="What it does not say").is_visible()
    follow(page, "Open the rows it rests on")
    # then people's words are there
    assert page.locator("blockquote.ps-words").count() > 0


def test_filters_need_no_script(team_page: TeamPage, served_town: Path) -> None:
    page = team_page("Sam")
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/picture/page/asked/")
    page.get_by_text("Show it for one area, agency, period or issue").click()
    page.get_by_label("Agency").select_option(label="Housing")
    page.get_by_role("button", name="Show").click()
    assert "agency=housing" in page.url
    assert page.locator("figure h2").first.inner_text().startswith("Housing: ")


def test_a_chart_goes_away_as_svg_csv_and_a_png_that_the_browser_draws(
    team_page: TeamPage, served_town: Path, tmp_path: Path
) -> None:
    # given one chart, alone
    page = team_page("Sam")
    page.goto("/picture/chart/f-again/")
    # when each kind of file is taken away
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG"), ("CSV", b"\xef\xbb\xbf")):
        with page.expect_download() as taken:
            page.locator("figcaption").get_by_role("link", name=kind).click()
        path = tmp_path / taken.value.suggested_filename
        taken.value.save_as(path)
        # then it is what it says
        assert path.name == f"f-again.{kind.lower()}"
        assert path.read_bytes().startswith(begins)
    png = (tmp_path / "f-again.png").read_bytes()
    assert int.from_bytes(png[16:20], "big") == 2 * 780
    assert page.complaints == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_chart_is_made_larger_by_keys_and_the_page_stays_as_wide(
    team_page: TeamPage, served_town: Path, width: int
) -> None:
    # given a chart alone
    page = team_page("Sam", width=width)
    page.goto("/picture/chart/f-again/", timeout=180_000)
    drawn = "document.querySelector('.ps-alone .ps-wide svg').getBoundingClientRect().width"
    before = page.evaluate(drawn)
    # when it is made larger, twice
    page.get_by_role("button", name="Larger").press("Enter")
    page.get_by_role("button", name="Larger").press("Enter")
    # then it is, within its frame, and the page says how much
    frame = page.get_by_role("region", name="The chart, large")
    assert page.evaluate(drawn) > 2 * before
    assert page.get_by_role("status").filter(has_text="225%").is_visible()
    assert frame.evaluate("e => e.scrollWidth > e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # and all of it is one press away
    page.get_by_role("button", name="All of it").press("Enter")
    assert abs(page.evaluate(drawn) - before) <= 1
    assert page.complaints == []  # type: ignore[attr-defined]


def follow(page: Page, name: str, most: int = 90) -> None:
    """Tabs to the first thing called so, and presses Enter."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.innerText || '').trim()").startswith(name):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} was never reached by Tab")
