"""Chapter: in Welsh. A page is in another language only where the whole of it is; the others stay in English."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from personshaped.team.accounts.models import User
from personshaped.team.blockages import actions as blockages
from personshaped.team.experiments import actions as experiments
from personshaped.team.people.models import Person
from personshaped.team.pull import actions as pull
from personshaped.team.site.context import PURPOSE
from personshaped.team.site.ground.models import Ground

pytestmark = [pytest.mark.team, pytest.mark.django_db]
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


def words_of(client: Client, path: str, language: str) -> set[str]:
    """The words of a page as somebody gets it whose browser asks for that language."""
    page = client.get(path, headers={"accept-language": language})
    assert page.status_code == 200
    reader = Words()
    reader.feed(page.content.decode())
    return reader.found


@pytest.mark.parametrize("role", ["member", "leader", "keeper", "guardian"])
def test_home_is_wholly_in_welsh(
    colleague: Callable[..., User], signed_in: Callable[[User], Client], family: Person, sam: User, role: str
) -> None:
    met = blockages.say(by=sam, words="VOUCHER", kind="budget", law="policy", whose="FINANCE", instead="LENT")
    blockages.gather(by=sam, blockage=met, under=None)
    experiments.begin(by=sam, called="FRIDAYS", believe="BELIEVED")
    if role != "member":
        sam = colleague("JOAN", role)
    else:
        pull.ask_in(by=colleague("MARK"), person=family, whom=sam, words="ASKED")
    client = signed_in(sam)
    english, welsh = (words_of(client, reverse("home"), language) for language in ("en-GB", "cy"))
    assert {one for one in english & welsh if not _theirs(one)} == set()
    assert len(english) > 20


OWN = {*Ground().principle_lines, *Ground().rule_lines, " ".join(Ground().rule_lines), PURPOSE, "personshaped",
       "Sam", "The family on Lime Street", "I want to move away."}  # fmt: skip


def _theirs(words: str) -> bool:
    """What is nobody's to translate: what the team says in its own words, and what was written down (in capitals)."""
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


def test_what_stands_in_english_on_a_welsh_page_says_so(
    colleague: Callable[..., User], signed_in: Callable[[User], Client], family: Person
) -> None:
    client = signed_in(colleague("Siân"))
    welsh = client.get(reverse("home"), headers={"accept-language": "cy"}).content.decode()
    for words in (*Ground().principle_lines, *Ground().rule_lines, " ".join(Ground().rule_lines)):
        assert f' lang="en">{words}</' in welsh
    assert 'lang="en"' not in client.get(reverse("home"), headers={"accept-language": "en-GB"}).content.decode()


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


def test_what_is_compiled_is_what_is_written(tmp_path: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("needs msgfmt (gettext)")
    again = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-o", str(again), str(LOCALE / "django.po")], check=True, capture_output=True)
    assert again.read_bytes() == (LOCALE / "django.mo").read_bytes()
