"""Changes to one person's story. Each view is about one person and records the look (`person_page`)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from personshaped.team.people import actions, forms
from personshaped.team.people.knowing import person_page, seen_by
from personshaped.team.people.models import Person
from personshaped.team.people.together import Sheet, both, write_together


@require_POST
@person_page("wrote down a need")
def hear_need(request: HttpRequest, person: Person) -> HttpResponse:
    """They told us about something they need."""
    form = forms.Need(request.POST)
    if form.is_valid() and form.cleaned_data["words"].strip():
        actions.hear_need(by=request.user, person=person, words=form.cleaned_data["words"])
        messages.success(request, "Kept.")
        if "as_said" in request.POST:  # the other words wait there still
            return redirect(f"{person.get_absolute_url()}?said#needs")
    return redirect(person)


@require_POST
@person_page("kept an answer")
def answer(request: HttpRequest, person: Person, need: int) -> HttpResponse:
    """The person's answer: has it been sorted?"""
    asked = get_object_or_404(person.needs, pk=need)
    form = forms.Sorted(request.POST)
    if form.is_valid() and form.cleaned_data["said"]:
        said, words = form.cleaned_data["said"], form.cleaned_data["words"]
        before = asked.last_answer
        kept = actions.ask_whether_sorted(by=request.user, need=asked, said=said, words=words)
        known = kept == before and not words.strip()
        messages.success(request, "They have said already that it is sorted." if known else "Kept, in their words.")
    return redirect(person)


@person_page("opened what matters")
def matters(request: HttpRequest, person: Person) -> HttpResponse:
    """What matters, changed with them; where two wrote at once, both texts are shown."""
    form = forms.Matters(request.POST or None, initial={"matters": person.matters, "version": person.version})
    theirs = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["matters"].strip()
        if "both" in request.POST:
            said = str(both({"matters": person.matters}, {"matters": said}, form)["matters"])
        if not said:
            return redirect(person)
        try:
            actions.change_matters(by=request.user, person=person, version=form.cleaned_data["version"], words=said)
            messages.success(request, "Kept, in their words.")
            return redirect(person)
        except actions.TwoWroteAtOnce as two:
            theirs = two.theirs
            form = forms.Matters(initial={"matters": said, "version": two.theirs.version})
    return render(request, "people/matters.html", {"person": person, "form": form, "theirs": theirs})


@person_page("opened what helps to know")
def about(request: HttpRequest, person: Person) -> HttpResponse:
    """Strengths, the next step, where they live: all of it may stay empty."""
    sheet = Sheet(person.called, "Nothing here has to be filled in.", "Keep it", person.get_absolute_url())
    return write_together(request, kept=person, form=forms.About, what="about them", sheet=sheet, person=person)


@person_page("opened a next step")
def next_step(request: HttpRequest, person: Person, need: int) -> HttpResponse:
    """What happens next about one need; what was being written while they said that it is sorted is kept."""
    kept = get_object_or_404(person.needs, pk=need)
    if kept.is_met and request.method == "GET":
        messages.info(request, "They say that this is sorted. Where it is not after all, say so first.")
        return redirect(person)
    sheet = Sheet(kept.words, "", "Keep it", person.get_absolute_url())
    return write_together(request, kept=kept, form=forms.NextOfNeed, what="a next step", sheet=sheet, person=person)


@require_POST
@person_page("wrote who is around them")
def around(request: HttpRequest, person: Person) -> HttpResponse:
    """Someone or something around them."""
    form = forms.AroundThem(request.POST)
    if form.is_valid() and form.cleaned_data["called"].strip():
        actions.add_around(by=request.user, person=person, **form.cleaned_data)
        messages.success(request, "Kept.")
    return redirect(person)


LEFT = "{} was told with others before, and is not any more."


@require_POST
@person_page("told a household")
def household(request: HttpRequest, person: Person) -> HttpResponse:
    """Somebody else one works with lives with them."""
    other = seen_by(request.user).filter(address=request.POST.get("other", "")).exclude(pk=person.pk).first()
    if other is not None:
        moves = bool(other.household_id and person.household_id and other.household_id != person.household_id)
        actions.live_together(by=request.user, person=person, other=other)
        messages.success(request, f"Kept. {LEFT.format(other.called)}" if moves else "Kept.")
    return redirect(person)


@require_POST
@person_page("told a household")
def apart(request: HttpRequest, person: Person) -> HttpResponse:
    """They no longer live with those of their household, or never did."""
    actions.live_apart(by=request.user, person=person)
    messages.success(request, "Kept.")
    return redirect(person)
