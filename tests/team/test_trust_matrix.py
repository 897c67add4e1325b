"""Who gets where: every address, every role, asked to show and asked to do. What is not in the table fails.

`m` the member who is with the person, `s` another member, `e` the expert who is in, `x` another expert, `l` leader,
`a` analyst, `g` guardian, `k` keeper. First who may GET, then who may POST; `-` is nobody: the address knows no such
verb (405). Everybody else is refused, and the refusal names nobody.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from personshaped.team.accounts.models import User
from personshaped.team.site import picture
from team.lived_in import CANARY, lived_in

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
ALL = "msexlagk"
WITH, ANSWERS = "me", "meg"
"""Who is with the person; and who answers for the data, besides: they open the record, and correct it."""
HELP = "msexla"

MATRIX = {
    "home": (ALL, ALL), "begin": ("-", "ms"),
    "person": (WITH, WITH), "hear-need": ("-", WITH), "answer": ("-", WITH), "matters": (WITH, WITH),
    "about-them": (WITH, WITH), "next-step": (WITH, WITH), "need-level": (WITH, WITH),
    "around": ("-", WITH), "household": ("-", WITH), "apart": ("-", WITH),
    "record": (ANSWERS, ANSWERS), "take-away": (ANSWERS, ANSWERS), "records": (WITH, WITH),
    "known-in-study": (WITH, WITH),
    "observations": (WITH, WITH),
    "say-blockage-of-person": (WITH, WITH), "blockage-told": (WITH, WITH),
    "add-visit": ("-", WITH), "draft-visit": ("-", WITH), "visit-sheet": (WITH, WITH), "visit": (WITH, WITH),
    "record-visit": ("-", WITH), "recording": (ANSWERS, "-"), "remove-recording": ("-", WITH),
    "ask-in": (WITH, WITH), "bring": ("-", "e"), "leave-story": ("-", "e"), "hand-over": ("m", "m"),
    "answer-ask": ("-", ""), "answer-handover": ("-", "s"),  # the ask is answered; the handover is Asha's to answer
    "subject-access": ("g", "g"), "erase-person": ("-", "g"), "trail": ("g", "g"), "kept": ("g", "g"),
    "erase-past": ("-", "g"), "erase-history": ("-", "m"),
    "picture": (ALL, ALL), "picture-page": (ALL, ALL), "picture-chart": (ALL, ALL),
    "picture-svg": (ALL, ALL), "picture-csv": (ALL, ALL), "keep-view": ("-", ALL), "drop-view": ("-", "m"),
    "picture-figures": (ALL, ALL), "picture-figure": (ALL, ALL), "picture-rows": ("msa", "msa"),
    "listening": ("msa", "msa"), "listening-answer": ("-", "msa"), "listening-undo": ("-", "msa"),
    "listening-agreement": ("msa", "msa"),
    "links": ("msa", "msa"), "links-judge": ("-", "msa"), "links-judged": ("msa", "msa"),
    "links-take-back": ("-", "msa"),
    "blockages": (HELP, HELP), "say-blockage": (HELP, HELP), "blockage": ("m", "m"),
    "conditions-csv": (HELP, HELP), "gather": ("-", HELP),
    "condition": (HELP, HELP), "write-condition": (HELP, HELP), "take-up": ("-", "l"),
    "condition-figure": ("-", HELP), "try-about-condition": ("-", HELP), "try-about-blockage": ("-", HELP),
    "experiments": (HELP, HELP), "begin-experiment": ("-", HELP), "note-change": ("-", HELP),
    "measures": (HELP, HELP), "drop-measure": ("-", HELP), "cases-register": (HELP, HELP), "triangle": (HELP, HELP),
    "write-case": (WITH, WITH), "write-level": (HELP, HELP),
    "experiment": (HELP, HELP), "write-experiment": (HELP, HELP),
    "peers": (HELP, HELP), "peer": (HELP, HELP), "write-peer": (HELP, HELP), "peer-fact": ("-", HELP),
    "set-up-board": ("-", HELP), "write-board": (HELP, HELP), "board-met": ("-", HELP),
    "peer-tie": ("-", HELP), "peer-agree": ("-", HELP), "write-agreement": (HELP, HELP),
    "cases": ("msa", "msa"), "begin-history": ("-", "msa"), "history": ("m", "m"), "add-lines": ("-", "m"),
    "history-sheet": ("m", "m"), "mark-lines": ("-", "m"), "write-line": ("-", "m"), "wanted": ("-", "m"),
    "history-source": ("m", "m"),
    "ground": (ALL, ALL), "write-ground": (HELP, HELP), "tally": (HELP, HELP), "tally-back": ("-", "m"),
}  # fmt: skip
TEAM = Path(__file__).parents[2] / "src" / "personshaped" / "team"
LEAD_TO_THE_DOOR = ("admin:login", "admin:password_change")
KEPT = ("user", "agency", "sharingagreement", "frontdoor", "unitcost")
MATRIX |= {f"admin:accounts_{one}_{page}": ("k", "k") for one in KEPT
           for page in ("changelist", "add", "history", "change", "delete")}  # fmt: skip
MATRIX |= {f"admin:accounts_{one}_delete": ("", "") for one in ("user", "agency", "sharingagreement")}
MATRIX |= {
    "admin:index": ("k", "k"), "admin:app_list": ("k", "k"), "admin:auth_user_password_change": ("k", "k"),
    "admin:jsi18n": ("k", "-"), "admin:password_change": ("k", "k"), "admin:password_change_done": ("k", "-"),
    "admin:autocomplete": ("", "-"), "admin:view_on_site": ("", ""), "admin:None": ("k", "k"),
    "admin:login": ("k", "k"), "admin:logout": ("-", "k"),
}  # fmt: skip
THE_DOOR = {
    "account_login", "account_logout", "account_reauthenticate", "account_change_password", "set_language", "closed",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn",
    "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
}  # fmt: skip
"""The framework's pages of signing in, each about oneself alone."""
SHADOWED = {
    "account_inactive", "account_signup", "account_email", "account_email_verification_sent", "account_set_password",
    "account_reset_password", "account_confirm_login_code", "account_confirm_email",
    "account_reset_password_from_key_done", "account_reset_password_from_key", "account_reset_password_done",
}  # fmt: skip
"""The framework's pages that stand behind `closed`."""


def addresses(node: Any = None, before: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Every address there is: its name, its route and its view."""
    for one in (node or get_resolver()).url_patterns:
        at = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, at, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}", at, one


def filled(name: str, route: str, there: dict[str, Any]) -> str:
    """The address with real objects in it."""
    for one in KEPT:
        if f"accounts_{one}_" in name or f"accounts/{one}/" in route:
            there = there | {"object_id": there["k"].pk if one == "user" else there[one]}
    if name in ("history", "history-source", "history-sheet", "wanted", "erase-history") or "-line" in name:
        there = there | {"address": there["history"]}
    if name == "try-about-blockage" or name == "gather":
        there = there | {"blockage": there["blockage"]}
    there = there | {"id": there["m"].pk, "name": there["figure" if "figures/" in route else "chart"], "pk": 1}
    route = re.sub(r"\^|\$", "", route)
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "accounts", route)
    route = re.sub(r"\(\?P<(url|key)>[^)]*\)", "nothing", route).replace("(?P<uidb36>[0-9A-Za-z]+)", "1")
    return "/" + re.sub("<(?:[a-z]+:)?([^>]+)>", lambda found: str(there.get(found[1], 1)), route)


@pytest.fixture
def there(colleague: Any, settings: Any, tmp_path: Path, town: Path) -> dict[str, Any]:
    """A lived-in team with a finished study."""
    made = lived_in(colleague, tmp_path / "keep", settings)
    parts = [one.id for page in picture.NAMES for one in picture.parts(page, None) if hasattr(one, "table")]
    return made | {
        "chart": parts[0],
        "figure": next(one.name for one in picture.findings().figures.figures if picture.measure(one.name)),
    }


def asked(browser: Client, verb: str, where: str, sent: dict[str, str] | None = None) -> Any:
    """The answer; whatever it does is undone again."""
    browser.raise_request_exception = False
    with transaction.atomic():
        answer = getattr(browser, verb)(where, sent or {})
        answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer


HOSTILE = ("x" * 200_000, "99999999999999999999", "-1", "2023-13", "\u202eسلام 🌿 '; DROP {{ 7*7 }} \x00")
"""What nobody means to type."""
SLOW = ("links", "picture-svg", "picture-chart", "picture-csv")
"""Pages that read nothing of what is sent but what others read too."""


def boxes() -> set[str]:
    """The name of every box of every form, and of what else is read from an address or a form."""
    found = {
        "q",
        "line",
        "lines",
        "out",
        "from",
        "pair",
        "other",
        "need",
        "both",
        "draft",
        "new",
        "said",
        "verify",
        "page",
    }
    for path in TEAM.rglob("*.py"):
        found |= set(re.findall(r"(?:GET|POST)(?:\.get|\.getlist)?[(\[]\"(\w+)\"", path.read_text(encoding="utf-8")))
        if path.name == "forms.py" or path.name.endswith("_forms.py"):
            name = "personshaped.team." + ".".join(path.relative_to(TEAM).with_suffix("").parts)
            for form in vars(importlib.import_module(name)).values():
                found |= set(getattr(form, "base_fields", {}))
    return found


def test_whatever_is_sent_anywhere_is_answered_and_never_breaks(there: dict[str, Any], signed_in: SignedIn) -> None:
    names, wrong = boxes(), []
    assert len(names) > 60
    for name, route, _ in addresses():
        if name.startswith("admin:") or name not in MATRIX or name in SLOW:
            continue
        for verb, may in zip(("get", "post"), MATRIX[name], strict=True):
            for value in HOSTILE if may not in ("-", "") else ():
                if verb == "get" and len(value) > 1000:
                    continue
                answer = asked(signed_in(there[may[0]]), verb, filled(name, route, there), dict.fromkeys(names, value))
                if answer.status_code >= 500:
                    wrong.append((verb, name, may[0], value[:20]))
    assert not wrong


def test_every_address_stands_in_the_table() -> None:
    names = {name for name, _, _ in addresses()}
    assert names == set(MATRIX) | THE_DOOR | SHADOWED


@pytest.mark.parametrize("who", ALL)
def test_each_gets_where_the_table_says_and_nowhere_else(who: str, there: dict[str, Any], signed_in: SignedIn) -> None:
    wrong = []
    for name, route, _ in addresses():
        if name not in MATRIX:
            continue
        where = filled(name, route, there)
        for verb, may in zip(("get", "post"), MATRIX[name], strict=True):
            answer = asked(signed_in(there[who]), verb, where)
            code, to = answer.status_code, answer.headers.get("Location", "")
            if may == "-":
                right = code == 405 or (name.startswith("admin:") and who != "k" and code == 302)
            elif who in may:
                right = code == 200 or (code == 302 and (name in LEAD_TO_THE_DOOR or not to.startswith("/sign-in/")))
                right = right or (name == "admin:logout" and code == 302) or (name == "admin:None" and code == 404)
            else:
                right = code in (403, 404) or (name.startswith("admin:") and code == 302 and to.startswith("/keep/"))
                right = right and CANARY.encode() not in answer.whole
            if not right:
                wrong.append((who, verb, name, code, to))
    assert not wrong


@pytest.mark.parametrize("how", ["a stranger", "a password without its code", "no second factor yet"])
def test_at_the_door_every_address_stays_shut(
    how: str, there: dict[str, Any], signed_in: SignedIn, settings: Any
) -> None:
    settings.PRACTICE = False
    browser = Client()
    sam = there["m"]
    if how == "no second factor yet":
        browser = signed_in(sam)
    elif how != "a stranger":
        sam.set_password("a long word that nobody guesses")
        sam.save()
        totp.TOTP.activate(sam, "JBSWY3DPEHPK3PXP")
        sent = {"login": sam.username, "password": "a long word that nobody guesses"}
        assert browser.post("/sign-in/login/", sent).headers["Location"] == "/sign-in/2fa/authenticate/"
    wrong = []
    for name, route, _ in addresses():
        if name not in MATRIX:
            continue
        for verb in ("get", "post"):
            answer = asked(browser, verb, filled(name, route, there))
            to = answer.headers.get("Location", "")
            shut = answer.status_code == 302 and to.startswith(("/sign-in/", "/keep/"))
            if not (shut or answer.status_code == 405) or CANARY.encode() in answer.whole:
                wrong.append((verb, name, answer.status_code, to))
    assert not wrong


@pytest.mark.parametrize("who", ["", *ALL])
def test_the_door_itself_never_breaks_and_shows_nothing_of_anybody(
    who: str, there: dict[str, Any], signed_in: SignedIn
) -> None:
    """Its pages are about oneself: what cannot be had is a form, a redirect or a page that is not there."""
    browser = signed_in(there[who]) if who else Client()
    for name, route, _ in addresses():
        if name in THE_DOOR | SHADOWED:
            for verb in ("get", "post"):
                answer = asked(browser, verb, filled(name, route, there))
                expected = (404,) if name in SHADOWED | {"closed"} else (200, 302, 403, 404, 405)
                assert answer.status_code in expected, (name, verb)
                assert CANARY.encode() not in answer.whole, (name, verb)
