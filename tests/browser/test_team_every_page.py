"""Every page of the team, lived in: by axe, on a wide screen and a phone, and none speaks or looks as it must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import Right
from personshaped.team.people.actions import begin_story
from team_pages import NEVER, Filled, lived_in, patterns

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.team, pytest.mark.django_db(transaction=True)]
TeamPage = Callable[..., "Page"]
WIDE = {"rules": {"target-size": {"enabled": True}}}
NARROW = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "region"]}}
"""What axe looks for: on a wide screen everything, and targets; on a phone what the width can change."""
PATIENCE = 180_000
"""Milliseconds: the first look reads the study, and the machine may be busy. Speed is measured elsewhere."""
SIGN_IN = ("/sign-in/2fa/", "/sign-in/2fa/totp/activate/", "/sign-in/password/change/", "/sign-in/reauthenticate/")
GUARDED = ("trail", "subject-access", "erase-person", "kept", "erase-past")
"""What only whoever answers for the data may open."""
TRAFFIC_LIGHTS = """() => {
  const found = new Set(), names = ['color', 'backgroundColor', 'borderTopColor', 'borderLeftColor', 'fill', 'stroke'];
  for (const one of document.querySelectorAll('body, body *')) {
    const style = getComputedStyle(one);
    for (const name of names) {
      const part = (style[name] || '').match(/^rgba?\\((\\d+), (\\d+), (\\d+)(?:, ([\\d.]+))?\\)$/);
      if (!part || part[4] === '0') continue;
      const [r, g, b] = part.slice(1, 4).map(x => x / 255), most = Math.max(r, g, b), least = Math.min(r, g, b);
      const light = (most + least) / 2, wide = most - least;
      if (wide === 0 || light < .33 || light > .75 || wide / (1 - Math.abs(2 * light - 1)) < .55) continue;
      const hue = 60 * (most === r ? ((g - b) / wide + 6) % 6 : most === g ? (b - r) / wide + 2 : (r - g) / wide + 4);
      if (hue < 22 || hue > 345 || (hue > 24 && hue < 50) || (hue > 85 && hue < 160)) found.add(style[name]);
    }
  }
  return [...found];
}"""
"""The reds, ambers and greens of verdicts: strong, and neither dark nor pale."""


def pages_of(filled: Filled, who: User) -> Iterator[str]:
    """The addresses that this colleague may open, one of each name."""
    for route, one in patterns():
        right: Right | None = getattr(one.callback, "right", None)
        theirs = one.name in (*GUARDED, "home", "record") if who.role == "guardian" else one.name not in GUARDED
        if (right is None or who.may(right)) and theirs:
            yield filled.address(route, str(one.name))


def faults(page: Page, axe: object, where: str) -> list[tuple[object, ...]]:
    """What is wrong with the page that is open, at each width."""
    found: list[tuple[object, ...]] = []
    text = page.evaluate("[...document.body.querySelectorAll('option')].reduce((text, one) =>"
                         " text.replace(one.text, ''), document.body.innerText)")  # fmt: skip
    said = NEVER.search(text)  # what got in the way may be a target: it is named among the options, and nowhere else
    if said:
        found.append((where, "says", said.group()))
    if colours := page.evaluate(TRAFFIC_LIGHTS):
        found.append((where, "shows", colours))
    if page.locator("h1").count() != 1:
        found.append((where, "h1", page.locator("h1").count()))
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for width, rules in ((1280, WIDE), (768, NARROW), (320, NARROW)):
        page.set_viewport_size({"width": width, "height": 900})
        violations = axe.run(page, options=rules).response["violations"]  # type: ignore[attr-defined]
        broken = [(one["id"], one["nodes"][0]["html"][:160]) for one in violations]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if broken or wide > width:
            found.append((where, width, broken, wide))
    return found


def test_every_page_is_for_everybody_and_none_judges_anybody(team_page: TeamPage, served_town: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python").Axe()
    # given a team that has worked for a while
    sam, asha = (User.objects.create(username=one.lower(), called=one) for one in ("Sam", "Asha"))
    priya = User.objects.create(username="priya", called="Priya", role="expert", expertise="benefits")
    for one in (sam, asha, priya):
        one.set_password("a quiet word at the door")
        one.save()
    filled, found, seen = lived_in(sam, priya, asha), [], 0
    for called, role in (("Sam", "member"), ("Gita", "guardian"), ("Joan", "leader")):
        page = team_page(called, role)
        who = User.objects.get(username=called.lower())
        addresses = [*pages_of(filled, who), *SIGN_IN] if role != "leader" else ["/", filled.address(
            "in-the-way/condition/<int:condition>/take-up/", "take-up")]  # fmt: skip
        # when each page is opened that can be
        for where in addresses:
            answer = page.context.request.get(where, timeout=PATIENCE)
            if answer.status == 405 or "text/html" not in answer.headers.get("content-type", ""):
                continue
            if answer.status != 200:
                found.append((where, called, answer.status))
                continue
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(where, timeout=PATIENCE)
            found += faults(page, axe, where)
            seen += 1
        found += [(called, one) for one in page.complaints]  # type: ignore[attr-defined]
    # then nothing is hidden from anyone, nothing runs over, and there is no target, ranking or red, amber, green
    assert found == [], "\n".join(map(str, found))
    assert seen >= 50


def test_what_could_not_be_kept_is_said_in_ink_and_leads_to_its_box(team_page: TeamPage) -> None:
    # given a number that is none, sent by the keyboard on a phone
    page = team_page("Sam", width=320)
    family = begin_story(by=User.objects.get(username="sam"), called="The family", matters="I want to move away.")
    page.goto(f"{family.get_absolute_url()}how-things-are/")
    page.get_by_label("The number they gave").fill("eleven")
    page.keyboard.press("Enter")
    # when the page comes back
    summary = page.locator(".govuk-error-summary")
    summary.wait_for()
    page.wait_for_function("document.activeElement.matches('.govuk-error-summary')")
    # then it says why in no red, and from there one key leads to the box, which holds what was typed
    assert "Write a number, like 6 or 6.5" in summary.inner_text()
    assert page.evaluate(TRAFFIC_LIGHTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == ["value", "eleven"]
