"""What holds for every page: text that can be kept, one language, a second factor first, no copy left in a browser."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from personshaped.team.site.languages import in_english
from personshaped.team.site.unsent import anothers, is_of_our_own_pages, may_be_shown_again, unsent
from personshaped.team.site.writer import is_of_another

Answer = Callable[[HttpRequest], HttpResponse]


def no_nul(answer: Answer) -> Answer:
    """What is sent comes without NUL characters: nobody types them, and PostgreSQL cannot keep them."""

    def asked(request: HttpRequest) -> HttpResponse:
        request.GET, request.POST = _without_nul(request.GET), _without_nul(request.POST)  # type: ignore[assignment]
        return answer(request)

    return asked


def _without_nul(sent: QueryDict) -> QueryDict:
    if not any("\0" in one for _, values in sent.lists() for one in values):
        return sent
    kept = sent.copy()
    for name, values in sent.lists():
        kept.setlist(name, [one.replace("\0", "") for one in values])
    kept._mutable = False
    return kept


def whole_pages(answer: Answer) -> Answer:
    """A page is shown in another language only where all of it is translated, never half in one and half in another."""

    def asked(request: HttpRequest) -> HttpResponse:
        try:
            request.is_translated = resolve(request.path_info).url_name in settings.TRANSLATED
        except Resolver404:
            request.is_translated = False
        if request.is_translated:
            return answer(request)
        return in_english(answer)(request)

    return asked


def second_factor(answer: Answer) -> Answer:
    """Whoever has no second factor yet sets one up before seeing anything; not in practice with invented people."""

    def asked(request: HttpRequest) -> HttpResponse:
        if settings.PRACTICE or not request.user.is_authenticated:
            return answer(request)
        ways = (reverse("mfa_index"), reverse("account_logout"), reverse("account_reauthenticate"))
        if is_mfa_enabled(request.user):
            return answer(request)
        request.waits_for_second_factor = True
        if request.path.startswith((*ways, "/static/")):
            return answer(request)
        return redirect("mfa_activate_totp")

    return asked


def nothing_lost(answer: Answer) -> Answer:
    """Whoever was signed out while writing gets what they wrote back; whoever signs in after them sends none of it."""

    def asked(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and may_be_shown_again(request):
            if request.user.is_authenticated and is_of_another(request):
                return anothers(request)
            if not request.user.is_authenticated and is_of_our_own_pages(request):
                return unsent(request, signed_out=True)
        return answer(request)

    return asked


def keep_no_copy(answer: Answer) -> Answer:
    """Pages are about people: no browser or proxy keeps them."""

    def asked(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return asked
