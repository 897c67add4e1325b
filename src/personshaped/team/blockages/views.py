"""Saying what got in the way, gathering it under conditions, taking it up."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.blockages import actions, evidence, forms, out
from personshaped.team.blockages.models import AT_A_TAP, Blockage, Condition
from personshaped.team.blockages.standing import in_the_way
from personshaped.team.people.knowing import allowed, person_page
from personshaped.team.people.models import Person
from personshaped.team.people.together import Sheet, write_together


@allowed(Right.NAME_BLOCKAGES)
def blockages(request: HttpRequest) -> HttpResponse:
    """What is in our way, what was met last first."""
    conditions = _conditions()
    rows = [
        (one, forms.Gather(conditions=conditions, auto_id=f"gather-{one.blockage.pk}-%s") if one.blockage else None)
        for one in in_the_way()
    ]
    return render(request, "blockages/list.html", {"rows": rows, "may_take_up": _may_answer(request)})


@allowed(Right.NAME_BLOCKAGES)
def say(request: HttpRequest) -> HttpResponse:
    """Something got in the way: one tap or a few words keep it; the rest is asked afterwards, and may wait."""
    form = forms.Say(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _said(form):
            met = actions.say(by=request.user, **form.cleaned_data)
            messages.success(request, _("Kept. Leaders see it first."))
            return redirect("blockage", met.pk)
        messages.info(request, _("Nothing was written, so nothing was kept."))
        return redirect("blockages")
    return render(request, "blockages/say.html", {"form": form, "kinds": AT_A_TAP, "back": reverse("blockages")})


@allowed(Right.NAME_BLOCKAGES)
def say_more(request: HttpRequest, blockage: int) -> HttpResponse:
    """What else is known of it, for whoever said it; every box may stay blank."""
    met = get_object_or_404(Blockage, pk=blockage, said_by=request.user)
    form = forms.SayMore(request.POST or None, initial={name: getattr(met, name) for name in forms.SayMore.base_fields})
    if request.method == "POST" and form.is_valid():
        if _said(form):
            actions.say_more(by=request.user, blockage=met, **form.cleaned_data)
            messages.success(request, _("Kept."))
        else:
            messages.info(request, _("It would say nothing any more, so it stands as it was."))
        return redirect("blockages")
    return render(request, "blockages/more.html", {"form": form, "met": met})


@person_page("said what got in their way")
def say_of_person(request: HttpRequest, person: Person) -> HttpResponse:
    """The same from a person's page, with the person filled in."""
    form = forms.SayOfPerson(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _said(form):
            actions.say(by=request.user, person=person, **form.cleaned_data)
            messages.success(request, _("Kept. Leaders see the rule first, not who it stopped."))
        else:
            messages.info(request, _("Nothing was written, so nothing was kept."))
        return redirect(person)
    shown = {"form": form, "kinds": AT_A_TAP, "person": person, "back": person.get_absolute_url()}
    return render(request, "blockages/say.html", shown)


@person_page("opened what they said got in the way")
def told(request: HttpRequest, person: Person, blockage: int) -> HttpResponse:
    """What the person said of it, whether they agree that it is shown, and which words."""
    met = get_object_or_404(person.blockages, pk=blockage)
    start = {"told": met.told, "agreed": met.agreed, "shown": met.shown or met.told}
    form = forms.Told(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.agree(by=request.user, blockage=met, **form.cleaned_data)
        messages.success(request, _("Kept, in their words."))
        return redirect(person)
    return render(request, "blockages/told.html", {"form": form, "person": person, "met": met})


@require_POST
@allowed(Right.NAME_BLOCKAGES)
def gather(request: HttpRequest, blockage: int) -> HttpResponse:
    """Ties it to a condition, or makes a condition of it."""
    met = get_object_or_404(Blockage, pk=blockage)
    form = forms.Gather(request.POST, conditions=_conditions())
    under = form.cleaned_data["under"] if form.is_valid() else None
    condition = actions.gather(by=request.user, blockage=met, under=Condition.objects.filter(pk=under).first())
    return redirect(condition)


@allowed(Right.NAME_BLOCKAGES)
def condition(request: HttpRequest, condition: int) -> HttpResponse:
    """One condition: what was met, who is with it, the words that may be shown, the study's figures."""
    one = get_object_or_404(Condition, pk=condition)
    shown = {
        "condition": one,
        "met": one.blockages.all(),
        "told": [met.may_be_told for met in one.blockages.all() if met.may_be_told],
        "figures": evidence.evidence(one.figure_names),
        "figure_form": forms.AddFigure(figures=evidence.choices()),
        "take_up_form": forms.TakeUp(initial={"who": request.user.get_role_display().split(":")[0]}),
        "may_take_up": _may_answer(request),
    }
    return render(request, "blockages/condition.html", shown)


@allowed(Right.NAME_BLOCKAGES)
def write(request: HttpRequest, condition: int) -> HttpResponse:
    """The condition in other words; where two wrote at once, both texts are shown."""
    one = get_object_or_404(Condition, pk=condition)
    sheet = Sheet(_("What makes it so"), _("What in the system makes this happen again and again?"),
                  _("Keep it"), one.get_absolute_url())  # fmt: skip
    return write_together(
        request, kept=one, form=forms.Write, what=f"condition {one.pk}", sheet=sheet, person=None
    )  # fmt: skip


@require_POST
@allowed(Right.ANSWER_BLOCKAGES)
def take_up(request: HttpRequest, condition: int) -> HttpResponse:
    """A leader takes it up, or answers."""
    one = get_object_or_404(Condition, pk=condition)
    form = forms.TakeUp(request.POST)
    if form.is_valid():
        who = form.cleaned_data["who"].strip() or request.user.get_role_display().split(":")[0]
        actions.take_up(by=request.user, condition=one, who=who, said=form.cleaned_data["said"])
        messages.success(request, _("Kept. Those who met it can see your answer."))
    return redirect(one)


@require_POST
@allowed(Right.NAME_BLOCKAGES)
def figure(request: HttpRequest, condition: int) -> HttpResponse:
    """Puts one of the study's figures beside it, or takes one away."""
    one = get_object_or_404(Condition, pk=condition)
    if name := request.POST.get("drop", ""):
        actions.drop_figure(by=request.user, condition=one, name=name)
    elif (form := forms.AddFigure(request.POST, figures=evidence.choices())).is_valid() and form.cleaned_data["name"]:
        actions.add_figure(by=request.user, condition=one, name=form.cleaned_data["name"])
    return redirect(one)


@allowed(Right.NAME_BLOCKAGES)
def as_decisions(request: HttpRequest) -> HttpResponse:
    """The conditions as lines for the study's `decisions/conditions.csv`."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{out.FILE}"'
    writer = csv.DictWriter(answer, out.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(out.guarded(out.lines()))
    return answer


def _conditions() -> list[tuple[int, str]]:
    return [(one.pk, one.says) for one in Condition.objects.filter(withdrawn=False)]


def _said(form: forms.Say) -> bool:
    """Whether anything was: a kind, or words."""
    return bool(form.cleaned_data["kind"] or form.cleaned_data["words"].strip())


def _may_answer(request: HttpRequest) -> bool:
    return bool(request.user.may(Right.ANSWER_BLOCKAGES))
