"""What somebody who means harm sends: hosts, ways out, names of files, bombs, script, formulas, forged forms."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from openpyxl import Workbook

from personshaped.cells import FORMULA, as_text, as_written
from personshaped.picture.alone import as_csv
from personshaped.picture.drawn import Chart, DataTable
from personshaped.team.accounts.models import User
from personshaped.team.blockages import actions as blocking
from personshaped.team.cases import actions as building
from personshaped.team.cases import notes
from personshaped.team.people import actions
from personshaped.team.people.models import Person
from personshaped.team.pull import actions as pulling
from personshaped.team.site import writer
from personshaped.team.visits import actions as visiting
from personshaped.team.visits.models import Recording
from team.lived_in import lived_in
from team.test_trust_matrix import MATRIX, addresses, filled

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
SCRIPT = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "\thttps://evil.example",
)


def test_another_host_is_not_answered() -> None:
    for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example"):
        answer = Client().get("/sign-in/login/", headers={"host": host})
        assert answer.status_code == 400
        assert host not in answer.content.decode()


@pytest.mark.parametrize("to", ELSEWHERE)
def test_no_way_leads_out(to: str, sam: User, signed_in: SignedIn) -> None:
    sam.set_password("a long word that nobody guesses")
    sam.save()
    sent = {"login": "sam", "password": "a long word that nobody guesses", "next": to}
    for answer in (
        Client().post("/sign-in/login/", sent),
        signed_in(sam).get("/sign-in/login/", {"next": to}),
        signed_in(sam).post("/sign-in/logout/", {"next": to}),
        signed_in(sam).post("/sign-in/language/", {"language": "cy", "next": to}),
        signed_in(sam).post("/picture/keep/", {"called": "x", "address": to}),
        signed_in(sam).post("/picture/keep/", {"called": "x", "address": f"/picture/..{to}"}),
    ):
        assert answer.status_code != 302 or "evil" not in answer.headers["Location"]
        assert not answer.headers.get("Location", "/").startswith(("//", "/\\", "java"))


def test_a_header_cannot_be_slipped_in(sam: User, signed_in: SignedIn) -> None:
    address = "/picture/?area=x\r\nSet-Cookie: a=b"
    answer = signed_in(sam).post("/picture/keep/", {"called": "x", "address": address})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/picture/")
    assert "a" not in answer.cookies


@pytest.mark.parametrize(
    "name", ["../../team.sqlite3", "..%2f..%2fteam.sqlite3", "/etc/passwd", "a\r\nX: y.ogg", "a\0.ogg"]
)
def test_names_of_files_lead_nowhere(
    name: str, sam: User, family: Person, signed_in: SignedIn, settings: Any, tmp_path: Path
) -> None:
    """What is sent keeps no name of its own: it lies under a random one, and that is all a browser is told."""
    settings.KEEP = tmp_path
    visit = visiting.add_visit(by=sam, person=family, text="We talked.")
    browser, where = signed_in(sam), f"{family.get_absolute_url()}visit/{visit.pk}/recording/"
    given = SimpleUploadedFile("a.ogg", b"OggS" + bytes(40))
    given._name = name  # type: ignore[attr-defined]
    browser.post(where, {"file": given})
    lying = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert [one.parent for one in lying] == [tmp_path / "recordings"] * Recording.objects.count()
    for one in Recording.objects.all():
        told = browser.get(f"{family.get_absolute_url()}recording/{one.pk}/").headers["Content-Disposition"]
        assert told == f'inline; filename="{one.file}"'
    for address in ("recording/..%2f..%2fteam.sqlite3/", f"recording/{name}/"):
        assert browser.get(family.get_absolute_url() + address).status_code == 404
    for address in ("/static/../team.sqlite3", "/static/%2e%2e/%2e%2e/audit.key", "/picture/chart/..%2f..%2frun.json"):
        assert browser.get(address).status_code == 404


@pytest.mark.parametrize("sent", [
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg", "image/svg+xml"),
    (b"<svg onload='alert(1)'/>" + bytes(40), "a.ogg", "audio/ogg"),
    (b"PK\3\4" + bytes(40), "a.mp3", "audio/mpeg"), (b"", "a.ogg", "audio/ogg"),
])  # fmt: skip
def test_what_is_claimed_to_be_sound_is_looked_at(
    sent: tuple[bytes, str, str], sam: User, family: Person, signed_in: SignedIn, settings: Any, tmp_path: Path
) -> None:
    settings.KEEP = tmp_path
    visit = visiting.add_visit(by=sam, person=family, text="We talked.")
    given = SimpleUploadedFile(sent[1], sent[0], content_type=sent[2])
    answer = signed_in(sam).post(f"{family.get_absolute_url()}visit/{visit.pk}/recording/", {"file": given})
    assert answer.status_code == 200
    assert not Recording.objects.exists()


def test_sound_too_large_is_refused(sam: User, family: Person, signed_in: SignedIn, monkeypatch: Any) -> None:
    monkeypatch.setattr("personshaped.team.visits.sound.MOST", 1000)
    visit = visiting.add_visit(by=sam, person=family, text="We talked.")
    given = SimpleUploadedFile("a.ogg", b"OggS" + bytes(2000))
    signed_in(sam).post(f"{family.get_absolute_url()}visit/{visit.pk}/recording/", {"file": given})
    assert not Recording.objects.exists()


def workbook(**more: bytes) -> bytes:
    held = io.BytesIO()
    book = Workbook()
    book.active.append(["words", "started_at", "cost", "documents"])
    book.active.append(["Asked", "2009", "1e400", "1e999999"])
    book.save(held)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in more.items():
            archive.writestr(f"xl/{name}.xml", content)
    return held.getvalue()


@pytest.mark.parametrize("content", [
    workbook(bomb=bytes(60_000_000)), workbook(sharedStrings=b"<!DOCTYPE x [<!ENTITY a 'b'>]><sst>&a;</sst>"),
    b"PK\3\4 no zip", b"", bytes(6_000_000),
])  # fmt: skip
def test_sheets_that_are_bombs_are_refused(content: bytes) -> None:
    for name in ("a.xlsx", "a.XLSX"):
        with pytest.raises(notes.NotASheet):
            notes.from_sheet(content, name)


def test_numbers_without_end_stay_words() -> None:
    (line,) = notes.from_sheet(workbook(), "a.xlsx")
    assert line == {"words": "Asked [cost: 1e400] [documents: 1e999999]", "started_at": "2009"}
    rows = "words\tcost\tdocuments\nx\tNaN\t-3\ny\t-Infinity\t5\n"
    assert [(one.get("cost"), one.get("documents")) for one in notes.from_notes(rows)] == [(None, None), (None, 5)]
    before = csv.field_size_limit(1 << 30)  # reading a study's files lets larger cells through, in this process too
    try:
        with pytest.raises(notes.NotASheet):
            notes.from_notes("words\tcost\n" + "x" * 200_000)
    finally:
        csv.field_size_limit(before)


def test_a_form_without_its_token_does_nothing(
    colleague: Any, settings: Any, tmp_path: Path, signed_in: SignedIn
) -> None:
    there = lived_in(colleague, tmp_path, settings) | {"chart": "x", "figure": "x"}
    for name, route, _ in addresses():
        if MATRIX.get(name, ("", "-"))[1] == "-":
            continue
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = signed_in(there["m"]).cookies
        with transaction.atomic():
            answer = browser.post(filled(name, route, there), {"sure": "yes", "out": "yes", "words": "x"})
            transaction.set_rollback(True)
        assert answer.status_code in (403, 404), name
    answer = Client(enforce_csrf_checks=True).post("/sign-in/login/", {"login": "sam", "password": "x"})
    assert answer.status_code == 403


def test_script_is_shown_as_it_was_typed(sam: User, signed_in: SignedIn) -> None:
    person = actions.begin_story(by=sam, called=SCRIPT[:100], matters=SCRIPT)
    need = actions.hear_need(by=sam, person=person, words=SCRIPT)
    actions.ask_whether_sorted(by=sam, need=need, said="not_yet", words=SCRIPT)
    actions.add_around(by=sam, person=person, called=SCRIPT, is_to_them=SCRIPT)
    actions.keep_correction(by=sam, person=person, as_written=SCRIPT, as_they_say=SCRIPT)
    visiting.add_visit(by=sam, person=person, text=f"‘{SCRIPT}’", who=SCRIPT)
    visiting.keep_draft(by=sam, person=person, text=SCRIPT)
    blocking.say(by=sam, person=person, words=SCRIPT, told=SCRIPT, instead=SCRIPT, whose=SCRIPT[:100])
    Person.objects.filter(pk=person.pk).update(
        next_step=SCRIPT, strengths=SCRIPT, lives_at=SCRIPT, phone=SCRIPT[:40], area=SCRIPT
    )
    history = building.begin(by=sam, called=SCRIPT)
    line = dict.fromkeys(("words", "issue", "agency", "need_id", "outcome", "referred_to"), SCRIPT[:20])
    building.add_lines(by=sam, history=history, lines=[line])
    browser = signed_in(sam)
    for where in ("", "record/", "about/", "matters/", "in-the-way/", "visit/sheet/", "ask-in/", "hand-over/"):
        page = browser.get(person.get_absolute_url() + where).content.decode()
        assert "<script>alert" not in page, where
        assert "<img src=x" not in page, where
    for where in ("/", "/?q=script", "/in-the-way/", history.get_absolute_url(), "/histories/"):
        page = browser.get(where).content.decode()
        assert "<script>alert" not in page, where
        assert "<img src=x" not in page, where


@pytest.mark.parametrize("begins", FORMULA)
def test_no_cell_is_a_formula(begins: str, sam: User, signed_in: SignedIn) -> None:
    """In every CSV that leaves; what the application reads again stands as it was written."""
    evil = f"{begins}cmd|' /C calc'!A0"
    assert as_written(as_text(evil)) == evil
    assert [as_text(one) for one in ("-12.50", "+3", "-£4,000", "a-b")] == ["-12.50", "+3", "-£4,000", "a-b"]
    chart = Chart("x", evil, evil, "", "", DataTable("t", (evil,), ((evil,),)), [])  # type: ignore[arg-type]
    kept = evil.replace("\0", "") if connection.vendor == "postgresql" else evil  # which can keep no NUL
    history = building.begin(by=sam, called="P1")
    building.add_lines(by=sam, history=history, lines=[{"words": kept, "agency": kept, "issue": kept}])
    blocking.gather(by=sam, blockage=blocking.say(by=sam, words=kept), under=None)
    browser = signed_in(sam)
    zipped = zipfile.ZipFile(io.BytesIO(browser.get(f"{history.get_absolute_url()}source/").content))
    for text in (
        as_csv(chart, evil),
        browser.get("/in-the-way/conditions.csv").content.decode(),
        zipped.read("interactions.csv").decode(),
    ):
        cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row]
        assert cells
        assert not [one for one in cells if one.startswith(FORMULA)]


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True), ({"Origin": "http://testserver"}, True), ({}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)  # fmt: skip
def test_what_was_written_is_shown_again_only_to_our_own_pages(
    headers: dict[str, str], shown: bool, sam: User, family: Person, signed_in: SignedIn
) -> None:
    """Signed out, or with a token that has ended: another's page could else put its words into a form of ours."""
    where = f"{family.get_absolute_url()}visit/"
    answer = Client(headers=headers).post(where, {"text": "<b>Two words</b>"})
    assert (answer.status_code, "&lt;b&gt;Two words" in answer.content.decode()) == (401 if shown else 302, shown)
    stale = Client(enforce_csrf_checks=True, headers=headers)
    stale.force_login(sam, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = stale.post(where, {"text": "<b>Two words</b>", writer.FIELD: writer.mark_of(sam.pk)})
    assert (answer.status_code, "&lt;b&gt;Two words" in answer.content.decode()) == (403, shown)
    assert family.called not in answer.content.decode()
    assert not family.visits.exists()


@pytest.mark.parametrize(
    "where", ["/sign-in/login/", "/sign-in/password/change/", "/sign-in/reauthenticate/", "/keep/accounts/user/add/"]
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_form_with_a_password_comes_back_empty(where: str, inside: bool, sam: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    if inside:
        client.force_login(sam, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = {"login": "sam", "usable_password": "true", "password": "three words", "password1": "three words"}
    answer = client.post(where, sent)
    assert answer.status_code == 302
    assert answer.headers["Location"] == where
    assert "three words" not in client.get(where, follow=True).content.decode()


def test_no_secret_is_shown_again_wherever_it_was_sent(family: Person) -> None:
    sent = dict.fromkeys(("Password2", "code", "otp_token", "credential", "client_secret"), "three words")
    answer = Client(headers={"Sec-Fetch-Site": "same-origin"}).post(f"{family.get_absolute_url()}visit/", sent)
    assert answer.status_code == 401
    assert "three words" not in answer.content.decode()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's last form."""
    return dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page[page.rindex("<form") :]))


def test_what_one_colleague_wrote_is_not_sent_under_anothers_name(
    sam: User, colleague: Any, family: Person, signed_in: SignedIn
) -> None:
    where = f"{family.get_absolute_url()}visit/"
    asha = colleague("Asha")
    pulling.accept(by=asha, ask=pulling.ask_in(by=sam, person=family, whom=asha, words="Come with me"))
    page = signed_in(sam).get(family.get_absolute_url()).content.decode()
    assert f'name="{writer.FIELD}" value="{writer.mark_of(sam.pk)}"' in page  # every form of a page carries it
    assert page.count('name="csrfmiddlewaretoken"') == page.count(f'name="{writer.FIELD}"')
    out = Client(headers={"Sec-Fetch-Site": "same-origin"})
    shown = out.post(where, {"text": "She is crying", writer.FIELD: writer.mark_of(sam.pk)})
    assert "She is crying" in shown.content.decode()
    assert hidden(shown.content.decode())[writer.FIELD] == writer.mark_of(sam.pk)
    again = {"text": "She is crying"} | hidden(shown.content.decode())
    forged = {"text": "She is crying", writer.FIELD: f"{asha.pk}:forged"}
    for checks in (False, True):  # with a token that holds, and with one that has ended
        browser = Client(enforce_csrf_checks=checks, headers={"Sec-Fetch-Site": "same-origin"})
        browser.force_login(asha, backend="allauth.account.auth_backends.AuthenticationBackend")
        for sent in (again, forged):
            answer = browser.post(where, sent)
            assert answer.status_code == 403
            assert "only whoever wrote it can send it" in answer.content.decode()
            assert "crying" not in answer.content.decode()
    unmarked = browser.post(where, {"text": "She is crying"})  # nobody knows who wrote it
    assert (unmarked.status_code, "crying" in unmarked.content.decode()) == (403, False)
    assert not family.visits.exists()
    signed_in(sam).post(where, again)
    assert [(one.text, one.kept_by) for one in family.visits.all()] == [("She is crying", sam)]
