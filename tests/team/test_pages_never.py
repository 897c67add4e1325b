"""What the application must never do: ask for more than a name and what matters, judge anybody, measure who works here.

Each is looked for on every page as it is served to every role, in every form there is, and in every table.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.test import Client

import personshaped.team
from personshaped.team.accounts.models import User
from team.test_trust_matrix import ALL, MATRIX, addresses, filled, there  # noqa: F401  the fixture `there`
from team_pages import NEVER

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
HERE = Path(personshaped.team.__file__).parent
MAY_BE_ASKED_FOR = {"called", "matters"}
AT_THE_DOOR = {"login", "password", "code", "name", "oldpassword", "password1", "password2", "credential"}
"""Of oneself, to sign in; of people nothing."""
COLOURS = {
    "#12303a", "#1f4a58", "#fff", "#f6f3ee", "#0b4f63", "#0b5568", "#0f6b7f", "#0b0c0c", "#4d6069", "#5b6b7a",
    "#7c8b91",
    "#b9c2c5", "#d5dadb", "#dfe3e4", "#a8478f", "#7d2c69", "#f8eef5", "#7d5426", "#ffdd00", "#fd0",
}  # fmt: skip
"""Ink, paper, heather, petrol and bark in their shades, and the framework's own sign of where the keyboard is."""
SENT_EMPTY = {"csrfmiddlewaretoken": "as every browser sends it"}
"""A form with nothing written in it; with nothing at all in it a view may not take it for sent."""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def every_form() -> Iterator[type[forms.BaseForm]]:
    """Every form of ours, whichever module it stands in; the keepers' pages are of accounts and prices."""
    for one in pkgutil.walk_packages(personshaped.team.__path__, "personshaped.team."):
        if "migrations" not in one.name and not one.name.endswith(("settings", "wsgi")):
            importlib.import_module(one.name)
    waiting = [forms.BaseForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.startswith("personshaped"):
                yield form


def pages(browser: Client, who: str, there: dict[str, Any]) -> Iterator[tuple[str, str]]:  # noqa: F811
    """The name and the text of each page that this role may open."""
    for name, route, _ in addresses():
        may = MATRIX.get(name, ("-", "-"))[0]
        if who in may and not name.startswith("admin:"):
            answer = browser.get(filled(name, route, there))
            if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                html = re.sub(r"<(script|style|option|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
                yield name, " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_no_field_is_mandatory_but_a_name_and_what_matters() -> None:
    found = {*every_form()}
    assert len(found) > 40
    mandatory = {
        (form.__name__, name)
        for form in found
        for name, field in getattr(form, "base_fields", {}).items()
        if field.required and not field.widget.is_hidden
    }
    theirs = {one for one in mandatory if one[1] not in AT_THE_DOOR}
    assert theirs == {("Begin", "called"), ("Begin", "matters"), ("TakenBack", "pair")}  # which pair; nobody types it


def test_nothing_is_refused_for_being_empty(there: dict[str, Any], signed_in: SignedIn) -> None:  # noqa: F811
    """Every form is sent empty, as it is served: whatever a view does with a field, none but these is asked for."""
    asked, sent = set(), 0
    for name, route, _ in addresses():
        may = MATRIX.get(name, ("-", "-"))[1]
        if may in ("-", "") or name.startswith("admin:") or name == "kept":
            continue
        with transaction.atomic():
            answer = signed_in(there[may[0]]).post(filled(name, route, there), SENT_EMPTY)
            transaction.set_rollback(True)
        sent += 1
        for context in answer.context or ():
            for one in context.dicts if hasattr(context, "dicts") else ():
                for form in one.values():
                    if isinstance(form, forms.BaseForm) and form.is_bound:
                        asked |= {name for name in form.errors if not form.fields[name].widget.is_hidden}
        assert answer.status_code in (200, 302), name
    assert sent > 50
    assert asked == MAY_BE_ASKED_FOR


def test_no_box_is_made_mandatory_by_the_page_itself() -> None:
    for page in HERE.rglob("*.html"):
        assert not re.search(r"<(input|textarea|select)\b[^>]*\brequired\b", page.read_text(encoding="utf-8")), (
            page.name
        )


def counts_what_they_did(names: str) -> re.Pattern[str]:
    """A number beside a colleague's name that is neither a time nor a day: `Sam: 7`, `7 visits by Sam`."""
    after = rf"\b({names})\b[:,]?\s+\d+(?!\d|:|\s+({MONTHS}))"
    return re.compile(rf"{after}|(?<!:)\b\d+ ([a-z]+ ){{1,2}}(by|from) ({names})\b")


WRONG = ("Target: 95%", "Our league table", "Housing ranks 3, ranked by need", "3rd of 12 teams", "The best agency",
         "Red, amber or green", "RAG status", "Overdue", "Sam: 7", "Asha 12 visits", "7 visits by Sam",
         "Needs by colleague", "Risk score 4", "Two days late", "Compliance 80%")  # fmt: skip
RIGHT = ("None of them is a goal.", "29 November 2026 · Sam", "Sam 29 November", "Priya asked in by Sam", "9:15 by Sam",
         "a rule, a threshold", "Read them from the foot to the top")  # fmt: skip


@pytest.mark.parametrize(("sentence", "wrong"), [*((one, True) for one in WRONG), *((one, False) for one in RIGHT)])
def test_what_is_looked_for_is_found(sentence: str, wrong: bool) -> None:
    counted = counts_what_they_did("Sam|Asha|Priya")
    assert bool(NEVER.search(sentence) or counted.search(sentence)) is wrong


def test_no_colour_judges() -> None:
    """Colours are the design's, where none means good or bad; of the framework's own, none that does is used."""
    judging = re.compile(
        r"govuk-(tag--\w+|button--warning|notification-banner--success|warning-text|panel--confirmation)"
    )
    named = re.compile(r":\s*(red|green|amber|orange|gold|yellow|lime|crimson)\b")
    sheets = [*HERE.rglob("*.css")]
    assert len(sheets) > 2
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8").lower()
        assert {*re.findall(r"#[0-9a-f]{3,8}\b", text)} <= COLOURS, sheet.name
        assert not named.search(text), sheet.name
    for page in HERE.rglob("*.html"):
        assert not judging.search(page.read_text(encoding="utf-8")), page.name


@pytest.mark.parametrize("who", ALL)
def test_no_page_speaks_of_targets_rankings_or_traffic_lights_or_counts_what_a_colleague_did(
    who: str,
    there: dict[str, Any],  # noqa: F811
    signed_in: SignedIn,
) -> None:
    names = "|".join(one.called for one in there.values() if isinstance(one, User))
    counted = counts_what_they_did(names)
    walked = 0
    for name, text in pages(signed_in(there[who]), who, there):
        walked += 1
        for wrong in (NEVER.search(text), counted.search(text)):
            assert wrong is None, (name, text[max(wrong.start() - 40, 0) : wrong.end() + 40])
    assert walked > (6 if who in "gk" else 20)
