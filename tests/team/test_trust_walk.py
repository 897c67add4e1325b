"""A walk through every address there is: each look at a person leaves its line, words never come without one, and
nobody else's things open through one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from personshaped.team.accounts.models import Agency, User
from personshaped.team.audit.models import Entry
from personshaped.team.blockages import actions as blocking
from personshaped.team.cases.models import History
from personshaped.team.experiments.models import Case
from personshaped.team.people import actions
from personshaped.team.people.models import Person
from personshaped.team.pull import actions as pulling
from personshaped.team.site import picture_person, picture_rows
from personshaped.team.visits import actions as visiting
from team.lived_in import CANARY
from team.test_picture_inside import make_personal
from team.test_trust_matrix import ALL, MATRIX, addresses, filled, there  # noqa: F401  the fixture `there`

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
SAID = "Sternmoos"
"""What everybody said, in the study of these tests."""
THEIRS = (b"I want to move away.", b"It\xe2\x80\x99s for the boy.", b"stopped his money", SAID.encode())


def lines_of(browser: Client, verb: str, where: str, sent: dict[str, Any] | None = None) -> tuple[Any, list[Entry]]:
    """The answer, and the lines that it left in the trail; then all of it is undone."""
    browser.raise_request_exception = False
    with transaction.atomic():
        last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        answer = getattr(browser, verb)(where, sent or {})
        answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
        lines = list(Entry.objects.filter(pk__gt=last).order_by("pk"))
        transaction.set_rollback(True)
    return answer, lines


def test_each_look_at_a_person_or_a_history_leaves_its_line_and_one_alone(
    there: dict[str, Any],  # noqa: F811
    signed_in: SignedIn,
) -> None:
    wrong, walked = [], 0
    for name, route, one in addresses():
        about = getattr(one.callback, "person_page", "")
        for verb, may in zip(("get", "post"), MATRIX.get(name, ("-", "-")), strict=True):
            if not about or may in ("-", ""):
                continue
            walked += 1
            where = filled(name, route, there)
            answer, lines = lines_of(signed_in(there[may[0]]), verb, where)
            theirs = [one.verb for one in lines if one.person and one.person in where]
            if not theirs or theirs[0] != about or (verb == "get" and len(lines) != 1) or answer.status_code >= 400:
                wrong.append((verb, name, about, [one.verb for one in lines], answer.status_code))
    assert not wrong
    assert walked > 45


@pytest.fixture
def real(town: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The study as if of real people, whose every word is one that a page can be searched for; its own looks."""
    make_personal(town)
    path = town / "findings" / "tables" / "interactions.parquet"
    said = f"'{SAID} number ' || interaction_id"
    duckdb.sql(f"COPY (SELECT * REPLACE ({said} AS words) FROM '{path}') TO '{path}.again' (FORMAT parquet)")
    path.with_suffix(".parquet.again").replace(path)
    looked: list[str] = []
    for module in (picture_rows, picture_person):
        monkeypatch.setattr(module.pseudonyms, "load_key", lambda private: b"k" * 32)
        monkeypatch.setattr(module.looks, "record", lambda *_, **said: looked.append(said["person_id"]))
    return looked


@pytest.mark.parametrize("who", ALL)
def test_no_words_of_anybody_come_without_a_line_in_the_trail(
    who: str,
    real: list[str],
    there: dict[str, Any],  # noqa: F811
    signed_in: SignedIn,
) -> None:
    """Every address, every role, of an agency that stands in the study and shares with the others."""
    shown = set()
    there[who].agency, _ = Agency.objects.get_or_create(code="housing", defaults={"name": "Housing"})
    there[who].save()
    for name, route, _ in addresses():
        for verb, may in zip(("get", "post"), MATRIX.get(name, ("-", "-")), strict=True):
            if may == "-":
                continue
            answer, lines = lines_of(signed_in(there[who]), verb, filled(name, route, there))
            if any(said in answer.whole for said in THEIRS):
                shown.add(name)
                assert lines, (verb, name)
    assert ("home" in shown) is (who in "me")  # the walk does see words, of those with whom one works
    assert (shown == set()) is (who in "xlk"), shown


@pytest.fixture
def another(there: dict[str, Any]) -> dict[str, Any]:  # noqa: F811
    """A story that is none of Sam's, with one of each thing that hangs on it."""
    asha, len_ = there["s"], there["x"]
    person = actions.begin_story(by=asha, called="Somebody else", matters="My own door")
    need = actions.hear_need(by=asha, person=person, words="A door")
    visit = visiting.add_visit(by=asha, person=person, text="We talked")
    sound = SimpleUploadedFile("a.ogg", b"OggS sound")
    recording = visiting.attach(by=asha, visit=visit, given=sound, kind="audio/ogg")
    asked = pulling.ask_in(by=asha, person=person, whom=len_, words="Debt?", need=need)
    handover = pulling.ask_to_take_over(by=asha, person=person, whom=there["m"], story="All of it")
    blockage = blocking.say(by=asha, person=person, words="Four forms", told="They lost hers")
    return {
        "person": person, "need": need.pk, "visit": visit.pk, "recording": recording.pk, "ask": asked.pk,
        "blockage": blockage.pk, "handover": handover.pk,
    }  # fmt: skip


def test_nobody_elses_things_open_through_ones_own_story(
    there: dict[str, Any],  # noqa: F811
    another: dict[str, Any],
    signed_in: SignedIn,
) -> None:
    """Sam's own story in the address, and the number of a thing of somebody else's in its other place."""
    mixed = there | {name: another[name] for name in ("need", "visit", "recording", "ask", "blockage")}
    sent = {"words": "X", "said": "yes", "text": "X", "version": "1", "agreed": "yes", "shown": "X", "told": "X"}
    walked = []
    for name, route, one in addresses():
        if hasattr(one.callback, "person_page") and any(f":{place}>" in route for place in another):
            for who in "meg":
                for verb in ("get", "post"):
                    answer, _ = lines_of(signed_in(there[who]), verb, filled(name, route, mixed), sent)
                    assert answer.status_code in (403, 404, 405), (who, verb, name)
            walked.append(name)
    assert {"answer", "next-step", "visit", "record-visit", "recording", "remove-recording", "bring",
            "blockage-told"} <= set(walked)  # fmt: skip


def test_what_is_sent_beside_an_address_reaches_nobody_else_either(
    there: dict[str, Any],  # noqa: F811
    another: dict[str, Any],
    signed_in: SignedIn,
) -> None:
    sam, theirs, other = signed_in(there["m"]), there["person"].get_absolute_url(), another["person"]
    # given the number or the address of somebody else's story, when Sam sends it along, then nothing is tied to it
    sam.post(f"{theirs}household/", {"other": other.address})
    sam.post(f"{theirs}ask-in/?need={another['need']}", {"words": "Help", "whom": there["x"].pk})
    sam.post("/trying/register/", {"people": [other.address], "chosen": "random"})
    assert Person.objects.get(pk=other.pk).household is None
    assert there["person"].asks.latest("pk").need is None
    assert not Case.objects.filter(people=other).exists()
    # and what was asked of others cannot be answered for them, nor can a history be read by who did not build it
    for who, where in (("m", f"/asked/{another['ask']}/"), ("s", f"/asked/over/{another['handover']}/")):
        assert signed_in(there[who]).post(where, {"come": "yes"}).status_code in (403, 404)
    history = History.objects.get(address=there["history"])
    assert signed_in(there["a"]).get(history.get_absolute_url()).status_code == 403


def test_the_words_of_the_menu_lead_nowhere_that_is_refused(there: dict[str, Any], signed_in: SignedIn) -> None:  # noqa: F811
    """What stands in one's menu can be opened; nothing else does."""
    for who in ALL:
        browser = signed_in(there[who])
        for one in browser.get("/").context["menu"]:
            assert browser.get(one.address).status_code == 200, (who, one.address)


def test_no_address_on_any_page_names_anybody_and_no_page_holds_what_the_policy_of_browsers_forbids(
    there: dict[str, Any],  # noqa: F811
    signed_in: SignedIn,
) -> None:
    """Browsers and proxies keep addresses; style and script within a page are refused by its own policy."""
    wrong, walked = [], 0
    for name, route, _ in addresses():
        may = MATRIX.get(name, ("-", "-"))[0]
        if may in ("-", ""):
            continue
        where = filled(name, route, there)
        answer = signed_in(there[may[0]]).get(where)
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        walked += 1
        page = answer.content.decode()
        led = re.findall(r"""(?:href|action|src|hx-post|hx-get)=["']([^"']*)""", page)
        wrong += [(where, one) for one in led if CANARY.lower() in one.lower()]
        wrong += [(where, one) for one in re.findall(r"<style|<[^>]* style=|<script(?![^>]*(?:src|type)=)", page)]
    assert wrong == []
    assert walked > 60
