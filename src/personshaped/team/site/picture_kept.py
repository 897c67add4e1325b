"""Views of the picture that a colleague keeps: a page with its filters, by a name of their own."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.people.knowing import allowed
from personshaped.team.site.ground.models import KeptView

MAY_BE_KEPT = ("picture", "picture-page", "picture-figures", "picture-figure")
LONGEST = 400


@require_POST
@allowed(Right.SEE_THE_PICTURE)
def keep(request: HttpRequest) -> HttpResponse:
    """Keeps the page that is open, with its filters; a name that is kept already stands for the new one."""
    address, called = request.POST.get("address", ""), request.POST.get("called", "").strip()[:80]
    if not _of_the_picture(address):
        return redirect("picture")
    with transaction.atomic():
        kept, _made = KeptView.objects.update_or_create(
            kept_by=request.user, called=called or _("A view"), defaults={"address": address}
        )
        trail.record(by=request.user, verb="kept a view", what=f"view {kept.pk}")  # type: ignore[arg-type]
    messages.success(request, _("Kept. It stands beside the pages of the picture."))
    return redirect(address)


@require_POST
@allowed(Right.SEE_THE_PICTURE)
def drop(request: HttpRequest, view: int) -> HttpResponse:
    """Takes a view of one's own away."""
    kept = get_object_or_404(KeptView, pk=view, kept_by=request.user)
    with transaction.atomic():
        trail.record(by=request.user, verb="took a view away", what=f"view {kept.pk}")  # type: ignore[arg-type]
        kept.delete()
    return redirect("picture")


def _of_the_picture(address: str) -> bool:
    if len(address) > LONGEST or not address.isprintable() or not address.startswith("/picture/"):
        return False
    try:
        return resolve(address.partition("?")[0]).url_name in MAY_BE_KEPT
    except Resolver404:
        return False
