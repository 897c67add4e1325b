"""After a visit: writing it down, changing it, listening again, and a sheet to take where there is no network."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from personshaped.team.people.actions import TwoWroteAtOnce
from personshaped.team.people.knowing import answered_for, person_page
from personshaped.team.people.models import Person
from personshaped.team.people.together import both
from personshaped.team.visits import actions, forms
from personshaped.team.visits.models import Recording, Visit


@require_POST
@person_page("wrote after a visit")
def add(request: HttpRequest, person: Person) -> HttpResponse:
    """Adds it to their story, or keeps it as a draft ("Save draft", for when there is no script)."""
    form = forms.Written(request.POST)
    text = request.POST.get("text", "")
    if "draft" in request.POST or not form.is_valid():
        actions.keep_draft(by=request.user, person=person, text=text)
        said = _("Kept as a draft.") if form.is_valid() else _("Kept as a draft: we could not read the day.")
        messages.success(request, said)
    elif text.strip():
        made = form.cleaned_data
        actions.add_visit(by=request.user, person=person, text=made["text"], on=made["on"], who=made["who"])
        messages.success(request, _("Added to their story."))
    return redirect(person)


@require_POST
@person_page("kept a draft")
def draft(request: HttpRequest, person: Person) -> HttpResponse:
    """Keeps what is being written, as it is typed."""
    actions.keep_draft(by=request.user, person=person, text=request.POST.get("text", ""))
    return HttpResponse(_("Kept as you type."))


@person_page("opened a visit")
def visit(request: HttpRequest, person: Person, visit: int) -> HttpResponse:
    """One visit, to change; where two wrote at once, both texts are shown."""
    kept = get_object_or_404(person.visits, pk=visit)
    form, theirs = forms.Changed(request.POST or None, initial=_standing(kept)), None
    if request.method == "POST" and form.is_valid() and form.cleaned_data["text"].strip():
        given = form.cleaned_data
        if "both" in request.POST:
            given = both(_standing(kept), given, form)
        try:
            actions.change_visit(
                by=request.user, visit=kept, version=given["version"] or 0,
                text=given["text"], on=given["on"] or kept.on, who=given["who"],
            )  # fmt: skip
            messages.success(request, _("Kept."))
            return redirect(person)
        except TwoWroteAtOnce as two:
            theirs = two.theirs
            form = forms.Changed(initial=given | {"version": two.theirs.version})
    return _drawn(request, kept, form, theirs, forms.Recorded())


def _standing(kept: Visit) -> dict[str, object]:
    return {"text": kept.text, "on": kept.on, "who": kept.who_was_there, "version": kept.version}


def _drawn(
    request: HttpRequest, kept: Visit, form: forms.Changed, theirs: Visit | None, recorded: forms.Recorded
) -> HttpResponse:
    shown = {"person": kept.person, "visit": kept, "form": form, "theirs": theirs, "recorded": recorded}
    return render(request, "visits/visit.html", shown)


@require_POST
@person_page("added a recording")
def record(request: HttpRequest, person: Person, visit: int) -> HttpResponse:
    """Keeps sound or video of a visit."""
    kept = get_object_or_404(person.visits, pk=visit)
    form = forms.Recorded(request.POST, request.FILES)
    if not form.is_valid():
        return _drawn(request, kept, forms.Changed(initial=_standing(kept)), None, form)
    if form.cleaned_data["file"]:
        actions.attach(by=request.user, visit=kept, given=form.cleaned_data["file"], kind=form.kind)
        messages.success(request, _("Kept."))
    return redirect("visit", person.address, kept.pk)


@require_GET
@person_page("played a recording", answered_for)
def play(request: HttpRequest, person: Person, recording: int) -> FileResponse:
    """The sound or video itself; nothing else serves it."""
    kept = get_object_or_404(Recording, pk=recording, visit__person=person)
    if not Path(kept.path).exists():  # a database brought back without its recordings
        raise Http404
    return FileResponse(open(kept.path, "rb"), content_type=kept.kind)


@require_POST
@person_page("took a recording away")
def remove(request: HttpRequest, person: Person, recording: int) -> HttpResponse:
    """Takes a recording away for good."""
    kept = get_object_or_404(Recording, pk=recording, visit__person=person)
    actions.remove_recording(by=request.user, recording=kept)
    messages.success(request, _("Taken away, for good."))
    return redirect("visit", person.address, kept.visit_id)


@person_page("printed a visit sheet")
def sheet(request: HttpRequest, person: Person) -> HttpResponse:
    """One side of A4 to take along."""
    return render(request, "visits/sheet.html", {"person": person, "today": date.today()})
