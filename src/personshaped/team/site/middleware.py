"""What holds for every page: a second factor before anything else, and no copy left in a browser."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

Answer = Callable[[HttpRequest], HttpResponse]


def second_factor(answer: Answer) -> Answer:
    """Whoever has no second factor yet sets one up before seeing anything; not in practice with invented people."""

    def asked(request: HttpRequest) -> HttpResponse:
        if settings.PRACTICE or not request.user.is_authenticated:
            return answer(request)
        ways = (reverse("mfa_index"), reverse("account_logout"), reverse("account_reauthenticate"))
        if request.path.startswith((*ways, "/static/")) or is_mfa_enabled(request.user):
            return answer(request)
        return redirect("mfa_activate_totp")

    return asked


def keep_no_copy(answer: Answer) -> Answer:
    """Pages are about people: no browser or proxy keeps them."""

    def asked(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return asked
