"""Chapter: in Welsh. A page is in another language only where the whole of it is; the others stay in English."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from personshaped.team.accounts.models import User
from personshaped.team.accounts.roles import ROLES
from personshaped.team.blockages import actions as blockages
from personshaped.team.blockages.models import KINDS
from personshaped.team.experiments import actions as experiments
from personshaped.team.people import actions as people
from personshaped.team.people.actions import change
from personshaped.team.people.models import Person
from personshaped.team.pull import actions as pull
from personshaped.team.site.context import PURPOSE
from personshaped.team.site.ground.models import Ground

pytestmark = [pytest.mark.team, pytest.mark.django_db]
TEAM = Path(people.__file__).parents[1]
PLAIN = Path(__file__).parents[2] / "src/personshaped/team/site/plain/en_GB/LC_MESSAGES"
LOCALE = Path(settings.LOCALE_PATHS[0]) / "cy" / "LC_MESSAGES"


class Words(HTMLParser):
    """The pieces of text of a page that somebody reads, and those that are read out to them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("script", "style")
        self.found |= {value for name, value in attrs if name in ("aria-label", "placeholder", "title") and value}

    def handle_data(self, data: str) -> None:
        if not self._hidden and re.search(r"[A-Za-z]{2}", data):
            self.found.add(" ".join(data.split()))


def words_of(client: Client, path: str, language: str, sent: dict[str, str] | None = None) -> set[str]:
    """The words of a page as somebody gets it whose browser asks for that language."""
    asks = {"accept-language": language}
    page = client.get(path, headers=asks) if sent is None else client.post(path, sent, headers=asks)
    assert page.status_code == 200
    reader = Words()
    reader.feed(page.content.decode())
    return reader.found


def everything_of_home(colleague: Callable[..., User], family: Person, sam: User, signed_in: Callable[[User], Client],
                       role: str) -> Client:  # fmt: skip
    """A browser of somebody of that role, whose home shows all it ever can."""
    for kind, law in [("budget", "policy"), ("rule", "law"), ("habit", "neither"), ("data_sharing", "unknown")]:
        met = blockages.say(by=sam, words=kind.upper(), kind=kind, law=law, whose="FINANCE", instead="LENT")
        gathered = blockages.gather(by=sam, blockage=met, under=None)
    blockages.take_up(by=sam, condition=gathered, who="CHIEF", said="MINE")
    again = blockages.say(by=sam, words="AGAIN", kind="measure")
    blockages.gather(by=sam, blockage=again, under=gathered)
    for kind, _says in KINDS[:2] if role == "member" else KINDS:
        blockages.say(by=sam, words="", kind=kind)
    for called, told in (("FRIDAYS", {"will_try": "TRIED"}), ("DOORS", {"happened": "SEEN", "now": "KEPT"})):
        one = experiments.begin(by=sam, called=called, believe="BELIEVED")
        change(by=sam, kept=one, version=1, person=None, what="", **told)
    if role != "member":
        return signed_in(colleague("JOAN", role))
    mark = colleague("MARK")
    pull.ask_in(by=mark, person=family, whom=sam, words="ASKED")
    pull.ask_in(by=mark, person=family, whom=sam, words="")
    theirs = people.begin_story(by=mark, called="THEY", matters="THEIRS")
    pull.ask_to_take_over(by=mark, person=theirs, whom=sam, story="STORY")
    return signed_in(sam)


@pytest.mark.parametrize("role", list(ROLES))
def test_home_is_wholly_in_welsh(
    colleague: Callable[..., User], signed_in: Callable[[User], Client], family: Person, sam: User, role: str
) -> None:
    client = everything_of_home(colleague, family, sam, signed_in, role)
    english, welsh = (words_of(client, reverse("home"), language) for language in ("en-GB", "cy"))
    assert {one for one in english & welsh if not _theirs(one)} == set()
    assert len(english) > 20


@pytest.mark.parametrize("role", list(ROLES))
def test_so_is_a_home_where_nothing_is_yet_and_one_where_nobody_is_found(
    colleague: Callable[..., User], signed_in: Callable[[User], Client], role: str
) -> None:
    client = signed_in(colleague("Sam", role))
    for sent in (None, {"q": "ZEBEDEE"}):
        english, welsh = (words_of(client, reverse("home"), language, sent) for language in ("en-GB", "cy"))
        assert {one for one in english & welsh if not _theirs(one)} == set()


def test_so_is_what_stands_there_when_a_story_cannot_begin_yet(
    colleague: Callable[..., User], signed_in: Callable[[User], Client], family: Person, sam: User
) -> None:
    people.begin_story(by=colleague("MARK"), called="The family on Lime Street", matters="THEIRS")
    client = signed_in(sam)
    for sent in ({"called": "", "matters": ""}, {"called": "The family on Lime Street", "matters": "MOVE"}):
        english, welsh = (words_of(client, reverse("begin"), language, sent) for language in ("en-GB", "cy"))
        assert {one for one in english & welsh if not _theirs(one)} == set()
        assert len(english) > 10


def test_what_is_said_at_home_of_what_was_done_is_in_welsh(
    colleague: Callable[..., User], signed_in: Callable[[User], Client], family: Person, sam: User
) -> None:
    mark, len_ = colleague("MARK"), colleague("LEN", "expert")
    asked = pull.ask_in(by=sam, person=family, whom=mark, words="ASKED")
    handed = pull.ask_to_take_over(by=sam, person=family, whom=mark, story="STORY")
    pull.accept(by=len_, ask=pull.ask_in(by=sam, person=family, whom=len_, words="ASKED"))
    guardian = colleague("GITA", "guardian")
    for who, where, sent, said in (
        (mark, reverse("answer-ask", args=[asked.pk]), {"not-now": "1"}, "na allwch ddod nawr"),
        (mark, reverse("answer-handover", args=[handed.pk]), {"not-now": "1"}, "Does dim wedi newid"),
        (len_, reverse("leave-story", args=[family.address]), {}, "Rydych wedi gadael"),
        (guardian, reverse("erase-person", args=[family.address]), {"sure": "yes"}, "Wedi’i ddileu"),
    ):
        page = signed_in(who).post(where, sent, headers={"accept-language": "cy"}, follow=True)
        assert 'role="status"><p>' in page.content.decode()
        assert said in page.content.decode()


def test_a_sentence_that_another_page_left_in_english_says_so(
    signed_in: Callable[[User], Client], family: Person, sam: User
) -> None:
    client = signed_in(sam)
    client.post(reverse("hear-need", args=[family.address]), {"words": "A DOOR"}, headers={"accept-language": "cy"})
    welsh = client.get(reverse("home"), headers={"accept-language": "cy"}).content.decode()
    assert '<p lang="en-gb">Kept.</p>' in welsh
    client.post(reverse("hear-need", args=[family.address]), {"words": "A LAMP"}, headers={"accept-language": "cy"})
    assert "<p>Kept.</p>" in client.get(family.get_absolute_url(), headers={"accept-language": "cy"}).content.decode()


def test_what_is_refused_at_an_address_in_welsh_is_wholly_english(
    colleague: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(colleague("Joan", "leader"))
    for where, status in ((reverse("begin"), 403), (reverse("answer-ask", args=[99]), 403)):
        page = client.post(where, {"called": "A", "matters": "B"}, headers={"accept-language": "cy"})
        assert page.status_code == status
        assert '<html lang="en-gb"' in page.content.decode()
        assert "Hafan" not in page.content.decode()


OWN = {"personshaped", "Sam", "The family on Lime Street", "I want to move away."}


def _theirs(words: str) -> bool:
    """What is nobody's to translate: names, and what was written down (in capitals)."""
    return words.strip("“”‘’ .") in {one.strip(".") for one in OWN} or words.strip("“”‘’ .").isupper()


def test_the_page_says_which_language_it_is_in(
    colleague: Callable[..., User], signed_in: Callable[[User], Client], family: Person
) -> None:
    client = signed_in(colleague("Siân"))
    welsh, other = (
        client.get(path, headers={"accept-language": "cy"}).content.decode()
        for path in (reverse("home"), reverse("ground"))
    )
    assert '<html lang="cy"' in welsh
    assert '<html lang="en-gb"' in other
    assert "Dwy reol" in welsh
    assert "Dwy reol" not in other


def test_the_ground_that_came_with_the_application_is_in_welsh_and_a_teams_own_stands_as_it_wrote_it(
    colleague: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(colleague("Siân"))
    asks = {"accept-language": "cy"}
    welsh = client.get(reverse("home"), headers=asks).content.decode()
    assert "Peidiwch â thorri’r gyfraith. Peidiwch â gwaethygu sefyllfa’r person." in welsh  # at the foot, and
    assert "<li>Peidiwch â thorri’r gyfraith.</li>" in welsh
    assert "Helpwch fi i ddatrys" in welsh
    for words in (*Ground().principle_lines, *Ground().rule_lines, PURPOSE):
        assert words not in welsh
        assert words in client.get(reverse("home"), headers={"accept-language": "en-GB"}).content.decode()
    Ground.objects.update_or_create(pk=1, defaults={"principles": "We knock first.", "rules": "Do not break the law."})
    welsh = client.get(reverse("home"), headers=asks).content.decode()
    assert "<li>We knock first.</li>" in welsh
    assert "Peidiwch â gwaethygu" not in welsh


def test_signing_in_is_in_welsh_and_so_is_what_goes_wrong(client: Client) -> None:
    path = reverse("account_login")
    english, welsh = (words_of(client, path, language) for language in ("en-GB", "cy"))
    assert {one for one in english & welsh if not _theirs(one)} == set()
    wrong = client.post(path, {"login": "nobody", "password": "no"}, headers={"accept-language": "cy"})
    assert "Nid yw’r enw defnyddiwr" in wrong.content.decode()


def test_one_button_changes_the_language_and_the_browser_keeps_it(
    colleague: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(colleague("Siân"))
    assert 'name="language" value="cy"' in client.get(reverse("home")).content.decode()
    back = client.post(reverse("set_language"), {"language": "cy", "next": reverse("home")})
    assert (back.status_code, back["Location"]) == (302, reverse("home"))
    assert '<html lang="cy"' in client.get(reverse("home")).content.decode()


def test_changing_the_language_leads_nowhere_else(client: Client) -> None:
    back = client.post(reverse("set_language"), {"language": "cy", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in back["Location"]


def test_every_sentence_of_the_code_stands_in_the_file_and_none_is_guessed(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("needs xgettext (gettext)")
    there = shutil.copytree(TEAM, tmp_path / "team", ignore=shutil.ignore_patterns("*.mo", "static", "__pycache__"))
    settings.LOCALE_PATHS = [there / "site" / "locale"]
    monkeypatch.chdir(there)
    call_command("makemessages", verbosity=0)
    again = there / LOCALE.relative_to(TEAM)
    kept, gathered = ((one / "django.po").read_text(encoding="utf-8") for one in (LOCALE, again))
    assert _sentences(gathered) == _sentences(kept), "make words"
    assert "#, fuzzy" not in kept


def _sentences(file: str) -> list[str]:
    """All of it but the time at which it was gathered."""
    return [line for line in file.splitlines() if "POT-Creation-Date" not in line]


@pytest.mark.parametrize("place", [LOCALE, PLAIN])
def test_what_is_compiled_is_what_is_written(place: Path, tmp_path: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("needs msgfmt (gettext)")
    again = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-o", str(again), str(place / "django.po")], check=True, capture_output=True)
    assert again.read_bytes() == (place / "django.mo").read_bytes()
