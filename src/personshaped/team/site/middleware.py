"""What holds for every page: one language, a second factor before anything else, no copy left in a browser."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]


def whole_pages(answer: Answer) -> Answer:
    """A page is shown in another language only where all of it is translated, never half in one and half in another."""

    def asked(request: HttpRequest) -> HttpResponse:
        try:
            request.is_translated = resolve(request.path_info).url_name in settings.TRANSLATED
        except Resolver404:
            request.is_translated = False
        if request.is_translated:
            return answer(request)
        with translation.override(settings.LANGUAGE_CODE):
            return answer(request)

    return asked


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
