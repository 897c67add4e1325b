"""For whoever answers for the data: the trail, and a person's request to have their record, or to have it erased."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core import serializers
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.audit.models import Entry
from personshaped.team.people.knowing import allowed, in_their_keeping, person_page
from personshaped.team.people.models import Person
from personshaped.team.site.erasing import erase

PAGE = 100


@allowed(Right.READ_THE_TRAIL)
def read_trail(request: HttpRequest) -> HttpResponse:
    """The lines, newest first, by story where asked, and whether the whole trail is sound."""
    lines = Entry.objects.select_related("who").order_by("-id")
    about = request.GET.get("story", "").strip()
    if about:
        lines = lines.filter(person=about)
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    fault = trail.verify() if "verify" in request.GET else None
    shown = {"page": page, "about": about, "verified": "verify" in request.GET, "fault": fault}
    return render(request, "site/trail.html", shown)


@person_page("took their record, to hand to them", in_their_keeping)
def subject_access(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything held about one person, as a file to hand to them."""
    held = {"record": everything(person), "looks": _looks(person)}
    text = json.dumps(held, ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="record.json"'
    return response


@require_POST
@person_page("was asked to erase their record", in_their_keeping)
def erase_person(request: HttpRequest, person: Person) -> HttpResponse:
    """Erased, once whoever answers for the data has said so in a word; the trail keeps its lines, without a name."""
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Nothing was erased. Tick that you are sure."))
        return redirect("record", person.address)
    trail.record(by=request.user, verb="erased their record", person=person.address)  # type: ignore[arg-type]
    erase(person)
    messages.success(request, _("Erased. The trail keeps who looked and when, without a name."))
    return redirect("home")


def everything(person: Person) -> list[dict[str, Any]]:
    """The person's row and every row that hangs on it, at any depth, by model and field; nobody else's."""
    found: dict[tuple[str, Any], models.Model] = {}
    waiting: list[models.Model] = [person]
    while waiting:
        one = waiting.pop()
        if (one._meta.label, one.pk) in found:
            continue
        found[one._meta.label, one.pk] = one
        for relation in one._meta.related_objects:
            if relation.one_to_many and relation.on_delete is models.CASCADE:
                waiting += relation.related_model._default_manager.filter(**{relation.field.name: one})
    held: list[dict[str, Any]] = serializers.serialize("python", found.values())
    chosen = serializers.serialize("python", person.cases.all())
    for case in chosen:  # who else stands in it is theirs
        case["fields"] = {name: told for name, told in case["fields"].items() if name not in ("people", "study_people")}
    return [*held, *chosen]


def _looks(person: Person) -> list[dict[str, str]]:
    lines = Entry.objects.filter(person=person.address).select_related("who")
    return [{"at": one.at.isoformat(), "who": str(one.who or ""), "what": one.verb} for one in lines]
