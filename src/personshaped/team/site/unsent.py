"""What was written while the session ended: shown again to its writer, to be sent once more, and never lost.

Every form carries a signed mark of who opened it (`writer.py`): what one colleague wrote is not sent as another's.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.csrf import csrf_failure

from personshaped.team.site.languages import in_english
from personshaped.team.site.writer import FIELD, is_of_another, is_of_nobody

_OURS = ("csrfmiddlewaretoken", FIELD)
_SECRET = re.compile("passw|code|otp|credential|secret", re.IGNORECASE)
_NEVER_SHOWN = ("/sign-in/", "/keep/")


def is_of_our_own_pages(request: HttpRequest) -> bool:
    """Whether a page of this application sent it: a browser says so, and nobody else's page can."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    return site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == request.get_host()


def may_be_shown_again(request: HttpRequest) -> bool:
    """Whether a form of this address may come back filled: none of the door's or the keepers', which hold passwords."""
    return not request.path.startswith(_NEVER_SHOWN)


@in_english
def unsent(request: HttpRequest, signed_out: bool) -> HttpResponse:
    """What was written, in a form that sends it to the same address. It stays in this window: nothing was kept."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    fields = [
        (name, value, " " in value or "\n" in value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _OURS and not _SECRET.search(name)
    ]
    writer = request.POST.get(FIELD, "") if signed_out else ""  # signed in, the form's own mark is theirs
    shown = {"fields": fields, "signed_out": signed_out, "files": bool(request.FILES), "mark": FIELD, "writer": writer}
    return render(request, "site/unsent.html", shown, status=401 if signed_out else 403)


@in_english
def anothers(request: HttpRequest) -> HttpResponse:
    """One sentence where a colleague wrote it, or nobody knows who; nothing of it is shown or kept."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return render(request, "site/anothers.html", status=403)


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has ended, by signing in anew: shown to its writer again with a new one.

    Another's page gets nothing; a form of the door's or the keepers' comes anew and empty.
    """
    if not is_of_our_own_pages(request):
        return csrf_failure(request, reason)
    if not may_be_shown_again(request):
        messages.info(request, "That page had stood open too long. Please fill it in again.")
        return redirect(request.get_full_path())
    if request.user.is_authenticated and (is_of_nobody(request) or is_of_another(request)):
        return anothers(request)
    return unsent(request, signed_out=not request.user.is_authenticated)
