"""The door: a password and a second factor, used once; guesses are counted where they come from; one door for all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import argon2
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth as recovery_codes
from allauth.mfa.totp.internal import auth as totp
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from personshaped.team.accounts.models import Moment, User
from personshaped.team.accounts.sealing import opened as unsealed
from personshaped.team.accounts.sealing import seal

pytestmark = [pytest.mark.team, pytest.mark.django_db]
WORD = "a long word that nobody guesses"
DOOR, SECOND = "/sign-in/login/", "/sign-in/2fa/authenticate/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def ann(colleague: Callable[..., User], settings: Any) -> User:
    """A keeper with a password and a second factor, in a service behind a proxy."""
    settings.PRACTICE = settings.OVER_HTTP = False
    made = colleague("Ann", "keeper")
    made.set_password(WORD)
    made.save()
    totp.TOTP.activate(made, SECRET)
    return made


@pytest.fixture(autouse=True)
def _one_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still, so that a code stays the code of this half minute."""
    monkeypatch.setattr(totp.time, "time", lambda now=time.time(): now)


def code() -> str:
    return str(totp.format_hotp_value(totp.hotp_value(SECRET, next(totp.yield_hotp_counters_from_time()))))


def knock(word: str = WORD, at: str = "198.51.100.1", told: str = "") -> tuple[Client, Any]:
    """A browser at an address, as the proxy on this machine tells it; `told` is what the browser itself claims."""
    browser = Client(headers={"X-Forwarded-For": f"{told}, {at}" if told else at})
    return browser, browser.post(DOOR, {"login": "ann", "password": word})


def inside(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_a_password_alone_opens_nothing(ann: User) -> None:
    browser, answer = knock()
    assert answer.headers["Location"] == SECOND
    assert not inside(browser)


def test_a_password_and_a_code_open_the_door(ann: User) -> None:
    browser, _ = knock()
    browser.post(SECOND, {"code": code()})
    assert inside(browser)


def test_a_code_is_used_once(ann: User) -> None:
    first, _ = knock()
    first.post(SECOND, {"code": code()})
    again, _ = knock()
    answer = again.post(SECOND, {"code": code()})
    assert answer.status_code == 200
    assert not inside(again)


def test_used_codes_are_known_to_every_process(settings: Any) -> None:
    """They stand in the database, as text: whoever can write there cannot make a process run anything."""
    assert settings.CACHES["default"]["BACKEND"].endswith("Moments")
    cache.set("a", [1, 2.5, True], 60)
    assert cache.get("a") == [1, 2.5, True]
    assert Moment.objects.get(key=cache.make_key("a")).value == "[1, 2.5, true]"
    assert not cache.add("a", 2, 60)
    cache.set("a", 1, -1)
    assert cache.get("a") is None
    assert cache.add("a", 2, 60)
    assert cache.incr("a") == 3
    Moment.objects.update(value="no text that we wrote")
    assert cache.get("a") is None


def test_codes_cannot_be_guessed_one_after_another(ann: User) -> None:
    """After ten wrong ones even the right one is refused for a while; only who has the password gets so far."""
    browser, _ = knock()
    for _ in range(10):
        browser.post(SECOND, {"code": "000000"})
    browser.post(SECOND, {"code": code()})
    assert not inside(browser)


def test_who_guesses_passwords_is_locked_out_and_nobody_else(ann: User) -> None:
    for tried in range(6):
        knock("wrong", told=f"203.0.113.{tried}")
    _, answer = knock()
    assert answer.status_code == 429
    browser, answer = knock(at="198.51.100.2")
    assert answer.headers["Location"] == SECOND
    browser.post(SECOND, {"code": code()})
    assert inside(browser)


def test_fifty_of_one_address_sign_in_within_a_minute(ann: User) -> None:
    for _ in range(50):
        browser, answer = knock()
        assert browser.get(DOOR).status_code in (200, 302)
        assert answer.headers["Location"] == SECOND


def test_knocks_are_counted_where_the_proxy_says_they_come_from(ann: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "5/m/ip"}
    assert [knock(at="203.0.113.9")[1].status_code for _ in range(6)][-1] == 429
    assert knock(at="198.51.100.2")[1].headers["Location"] == SECOND


def test_a_session_ends(ann: User, settings: Any) -> None:
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    browser, _ = knock()
    browser.post(SECOND, {"code": code()})
    assert inside(browser)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not inside(browser)


def test_the_keepers_pages_have_no_door_of_their_own(ann: User) -> None:
    browser = Client()
    answer = browser.post("/keep/login/", {"username": "ann", "password": WORD})
    assert answer.headers["Location"].startswith(DOOR)
    assert not inside(browser)
    assert browser.get("/keep/").status_code == 302


def test_a_lost_second_factor_is_set_up_anew(
    ann: User, colleague: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    lost = colleague("Sam")
    totp.TOTP.activate(lost, SECRET)
    signed_in(ann).post("/keep/accounts/user/", {"action": "a_new_second_factor", "_selected_action": [str(lost.pk)]})
    assert not Authenticator.objects.filter(user=lost).exists()


def test_nobody_gives_the_same_password_twice_in_a_row(sam: User, client: Client, settings: Any) -> None:
    """At the first sign-in the second factor is set up at once; hours later one shows again that it is oneself."""
    settings.PRACTICE = False
    sam.set_password("a long word that nobody guesses")
    sam.save()
    sent = {"login": "sam", "password": "a long word that nobody guesses"}
    assert client.post("/sign-in/login/", sent, follow=True).redirect_chain[-1][0] == "/sign-in/2fa/totp/activate/"
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    later = client.get("/sign-in/2fa/totp/activate/")
    assert later.headers["Location"].startswith("/sign-in/reauthenticate/")


def test_before_the_second_factor_no_page_is_offered_that_only_leads_back(
    sam: User, client: Client, settings: Any
) -> None:
    settings.PRACTICE = False
    sam.set_password("a long word that nobody guesses")
    sam.save()
    sent = {"login": "sam", "password": "a long word that nobody guesses"}
    page = client.post("/sign-in/login/", sent, follow=True).content.decode()
    offered = set(re.findall(r'<a [^>]*href="(/[^"]*)"', page)) - {"/"}
    for address in offered:
        assert client.get(address).status_code == 200, address
    assert "/sign-in/logout/" in page


def test_whoever_has_a_second_factor_proves_it_again_before_its_codes_are_shown(
    sam: User, client: Client, settings: Any
) -> None:
    """Given a machine that somebody has just signed in at, nobody else there reads the codes or takes it off."""
    settings.PRACTICE = False
    sam.set_password("a long word that nobody guesses")
    sam.save()
    client.post("/sign-in/login/", {"login": "sam", "password": "a long word that nobody guesses"})
    totp.TOTP.activate(sam, SECRET)
    recovery_codes.RecoveryCodes.activate(sam)
    session = client.session
    session["account_authentication_methods"] += [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session.save()
    for page in ("recovery-codes/", "totp/deactivate/"):
        assert client.get(f"/sign-in/2fa/{page}").headers["Location"].startswith("/sign-in/reauthenticate/"), page


FRAMEWORK = re.compile(
    r"Confirm Access|reauthenticate|Enter your password|Current Password|Security Key\b|Passwordless|Master key"
    r"|Authenticator App|Two-Factor|deactivat|Recovery Codes|This field is required|Incorrect|Successfully|Forgot"
)
"""Words of the framework's own pages."""


def read(page: str) -> str:
    """What stands on a page, without its marks."""
    return re.sub("<[^>]*>", " ", page)


def test_how_one_signs_in_is_said_in_our_words_and_what_is_wrong_stands_beside_its_box(
    sam: User, client: Client, settings: Any
) -> None:
    settings.PRACTICE = False
    sam.set_password(WORD)
    sam.save()
    client.post(DOOR, {"login": "sam", "password": WORD})
    totp.TOTP.activate(sam, SECRET)
    recovery_codes.RecoveryCodes.activate(sam)
    asked = {
        "password/change/": ({"oldpassword": "not it", "password1": "a" * 14, "password2": "b" * 14},
                             ("That is not the password that you have now", "The two are not the same")),
        "reauthenticate/": ({"password": "not it"}, ("That is not your password",)),
        "2fa/reauthenticate/": ({"code": "000000"}, ("That code is not right",)),
    }  # fmt: skip
    for page, (sent, said) in asked.items():
        empty = client.post(f"/sign-in/{page}", dict.fromkeys(sent, "")).content.decode()
        assert empty.count("govuk-error-message") == len(sent), page
        assert 'aria-invalid="true"' in empty, page
        wrong = client.post(f"/sign-in/{page}", sent).content.decode()
        for words in said:
            assert f">{words}" in wrong.partition("govuk-error-message")[2], page
        assert not FRAMEWORK.search(read(empty + wrong)), page
    assert "With your password" in client.get("/sign-in/2fa/reauthenticate/").content.decode()
    assert client.post("/sign-in/reauthenticate/", {"password": WORD}).status_code == 302
    pages = ["", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "webauthn/add/", "webauthn/"]
    for page in [*pages, "webauthn/keys/{key}/edit/", "webauthn/keys/{key}/remove/"]:
        if "{key}" in page:
            key = Authenticator.objects.create(user=sam, type="webauthn", data={"name": "Blue", "credential": {}})
            page = page.format(key=key.pk)
        answer = client.get(f"/sign-in/2fa/{page}")
        assert answer.status_code == 200, page
        assert not FRAMEWORK.search(read(answer.content.decode())), page
    done = client.post("/sign-in/password/change/", {"oldpassword": WORD, "password1": "four dull words more",
                                                     "password2": "four dull words more"}, follow=True)  # fmt: skip
    assert "Changed. The new password holds from now on." in done.content.decode()


def test_a_name_that_is_not_there_costs_as_much_as_one_that_is(
    sam: User, colleague: Callable[..., User], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody tells by time who works here, not even who worked here once: each knock is one hash of one weight."""
    left = colleague("Asha")
    for one in (sam, left):
        one.set_password(WORD)
        one.is_active = one is sam
        one.save()
    weights: list[tuple[int, int, int]] = []
    hashed = argon2.low_level.hash_secret

    def weighed(*given: Any, **named: Any) -> bytes:
        weights.append((named["time_cost"], named["memory_cost"], named["parallelism"]))
        return bytes(hashed(*given, **named))

    verified = argon2.PasswordHasher.verify

    def weighed_too(self: Any, kept: str, given: str) -> bool:
        asked = argon2.extract_parameters(kept)
        weights.append((asked.time_cost, asked.memory_cost, asked.parallelism))
        return bool(verified(self, kept, given))

    monkeypatch.setattr(argon2.low_level, "hash_secret", weighed)
    monkeypatch.setattr(argon2.PasswordHasher, "verify", weighed_too)
    for name in ("sam", "asha", "nobody"):
        weights.clear()
        client.post(DOOR, {"login": name, "password": "not it at all"})
        assert weights == [(1, 47_104, 1)], name


def test_a_password_kept_otherwise_is_kept_anew_at_the_next_sign_in(sam: User, client: Client) -> None:
    sam.password = Argon2PasswordHasher().encode(WORD, "salt-of-an-earlier-day")
    sam.save()
    assert client.post(DOOR, {"login": "sam", "password": WORD}).status_code == 302
    sam.refresh_from_db()
    assert sam.password.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert sam.check_password(WORD)


def test_the_secret_of_a_second_factor_lies_sealed_in_the_database(sam: User, settings: Any) -> None:
    """Whoever reads the database makes no codes: app and list are sealed, their key lies beside it (decision 432)."""
    totp.TOTP.activate(sam, SECRET)
    codes = recovery_codes.RecoveryCodes.activate(sam).generate_codes()
    kept = {one.type: one for one in Authenticator.objects.filter(user=sam)}
    held = [one.data.get("secret", one.data.get("seed")) for one in kept.values()]
    assert all(held)
    assert SECRET not in str([one.data for one in kept.values()])
    # the app's codes and the list are those that were given
    assert kept["totp"].wrap().validate_code(code())
    assert recovery_codes.RecoveryCodes(kept["recovery_codes"]).generate_codes() == codes
    # what is sealed is sealed each time otherwise, and opens neither with another key nor where it was changed
    assert seal(SECRET) != seal(SECRET)
    sealed = seal(SECRET)
    with pytest.raises(InvalidTag):
        unsealed(sealed[:-4] + ("AAAA" if sealed[-4:] != "AAAA" else "BBBB"))
    settings.SECOND_FACTOR_KEY = b"another"
    with pytest.raises(InvalidTag):
        unsealed(sealed)


def test_secrets_that_lay_open_before_are_sealed_and_the_way_back_opens_them(sam: User) -> None:
    migration = import_module("personshaped.team.accounts.migrations.0006_sealed_second_factors")
    one = Authenticator.objects.create(user=sam, type="totp", data={"secret": SECRET})
    Authenticator.objects.create(user=sam, type="webauthn", data={"name": "Blue", "credential": {}})
    migration.seal_all(apps, None)
    one.refresh_from_db()
    assert SECRET not in str(one.data)
    assert one.wrap().validate_code(code())
    migration.open_all(apps, None)
    one.refresh_from_db()
    assert one.data == {"secret": SECRET}


def test_whoever_changes_their_password_from_the_keepers_pages_comes_back_to_them(ann: User) -> None:
    browser, _ = knock()
    browser.post(SECOND, {"code": code()})
    asked = browser.get("/keep/password_change/", follow=True)
    assert 'name="next" value="/keep/"' in asked.content.decode()
    new = "four dull words more"
    sent = {"oldpassword": WORD, "password1": new, "password2": new, "next": "/keep/"}
    assert browser.post("/sign-in/password/change/", sent).headers["Location"] == "/keep/"
    sent = {"oldpassword": new, "password1": WORD, "password2": WORD, "next": "https://elsewhere.example/"}
    assert "elsewhere" not in browser.post("/sign-in/password/change/", sent).headers["Location"]
