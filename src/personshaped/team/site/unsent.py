"""What was written while the session ended: shown again, to be sent once more, and never lost or kept elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure

_OURS = ("csrfmiddlewaretoken",)


def is_of_our_own_pages(request: HttpRequest) -> bool:
    """Whether a page of this application sent it: a browser says so, and nobody else's page can."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    return site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == request.get_host()


def unsent(request: HttpRequest, signed_out: bool) -> HttpResponse:
    """What was written, in a form that sends it to the same address. It stays in this window: nothing was kept."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    fields = [
        (name, value, " " in value or "\n" in value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _OURS
    ]
    shown = {"fields": fields, "signed_out": signed_out, "files": bool(request.FILES)}
    return render(request, "site/unsent.html", shown, status=401 if signed_out else 403)


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has ended, by signing in anew: shown again with a new one. Another's page gets nothing."""
    if is_of_our_own_pages(request):
        return unsent(request, signed_out=not request.user.is_authenticated)
    return csrf_failure(request, reason)
