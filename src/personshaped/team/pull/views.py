"""Asking in and handing over. What is asked of a colleague before they are with a person names nobody but who asks."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.people.knowing import allowed, owned_by, person_page
from personshaped.team.people.models import Person
from personshaped.team.people.sent import number
from personshaped.team.pull import actions, forms
from personshaped.team.pull.models import Ask, Handover


@person_page("asking someone in")
def ask(request: HttpRequest, person: Person) -> HttpResponse:
    """One question, and whom."""
    form = forms.AskIn(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["whom"]:
        need = person.needs.filter(pk=number(request.GET.get("need"))).first()
        made = form.cleaned_data
        actions.ask_in(by=request.user, person=person, whom=made["whom"], words=made["words"], need=need)
        messages.success(request, _("Asked. You stay with them."))
        return redirect(person)
    return render(request, "pull/ask.html", {"person": person, "form": form})


@require_POST
@person_page("bringing expertise")
def bring(request: HttpRequest, person: Person, ask: int) -> HttpResponse:
    """What somebody who is in brings."""
    asked = get_object_or_404(person.asks, pk=ask, whom=request.user, left_at=None)
    form = forms.Bring(request.POST)
    if form.is_valid() and form.cleaned_data["words"].strip():
        actions.bring(by=request.user, ask=asked, words=form.cleaned_data["words"])
        messages.success(request, _("Added to their story."))
    return redirect(person)


@require_POST
@person_page("is leaving")
def leave(request: HttpRequest, person: Person) -> HttpResponse:
    """Whoever was asked in goes again."""
    if actions.owns(request.user, person):
        raise PermissionDenied(_("You are with them all the way. Hand over to someone who accepts."))
    actions.leave(by=request.user, person=person)
    messages.success(request, _("You have left. Whoever is with them stays."))
    return redirect("home")


@person_page("asking someone to take over", owned_by)
def hand_over(request: HttpRequest, person: Person) -> HttpResponse:
    """To a named colleague, with the story told."""
    form = forms.HandOver(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["whom"]:
        made = form.cleaned_data
        actions.ask_to_take_over(by=request.user, person=person, whom=made["whom"], story=made["story"])
        messages.success(request, _("Asked. Until they accept, you are with them."))
        return redirect(person)
    return render(request, "pull/hand_over.html", {"person": person, "form": form})


@require_POST
@allowed(Right.BE_ASKED_IN)
def answer_ask(request: HttpRequest, ask: int) -> HttpResponse:
    """Come, or say that you cannot."""
    asked = get_object_or_404(Ask, pk=ask, whom=request.user, accepted_at=None, declined_at=None)
    if "come" not in request.POST:
        actions.decline(by=request.user, ask=asked)
        messages.success(request, _("They know that you cannot come now."))
        return redirect("home")
    return redirect(actions.accept(by=request.user, ask=asked).person)


@require_POST
@allowed(Right.BEGIN_STORIES)
def answer_handover(request: HttpRequest, handover: int) -> HttpResponse:
    """Take over, or say that you cannot."""
    asked = get_object_or_404(Handover, pk=handover, to_whom=request.user, accepted_at=None, declined_at=None)
    if "take" not in request.POST:
        actions.decline_handover(by=request.user, handover=asked)
        messages.success(request, _("They know that you cannot. Nothing has changed."))
        return redirect("home")
    return redirect(actions.accept_handover(by=request.user, handover=asked).person)
