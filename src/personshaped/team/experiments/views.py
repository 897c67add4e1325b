"""What we are trying: experiments, what changed, measures from purpose, the register of cases, the triangle of need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.team.accounts.roles import Right
from personshaped.team.experiments import actions, charts, forms, out
from personshaped.team.experiments.models import Case, Change, Experiment, Level, Measure, Standing
from personshaped.team.people.knowing import NOT_WITH_THEM, allowed, person_page, seen_by
from personshaped.team.people.models import Person, unmet
from personshaped.team.people.sent import number
from personshaped.team.people.together import Sheet, write_together


@allowed(Right.TRY_THINGS)
def experiments(request: HttpRequest) -> HttpResponse:
    """What we are trying, newest first, and what changed."""
    shown = {
        "experiments": Experiment.objects.all(),
        "form": forms.Begin(),
        "changes": Change.objects.order_by("-at", "-id"),
        "change_form": forms.NoteChange(auto_id="change-%s"),
    }
    return render(request, "experiments/list.html", shown)


@require_POST
@allowed(Right.TRY_THINGS)
def begin(request: HttpRequest) -> HttpResponse:
    """An experiment begins with one line."""
    form = forms.Begin(request.POST)
    if form.is_valid() and form.cleaned_data["called"].strip():
        return redirect("write-experiment", actions.begin(by=request.user, called=form.cleaned_data["called"]).pk)
    return redirect("experiments")


@allowed(Right.TRY_THINGS)
def experiment(request: HttpRequest, experiment: int) -> HttpResponse:
    """One experiment, as it stands."""
    one = get_object_or_404(Experiment, pk=experiment)
    shown = {"experiment": one, "change_form": forms.NoteChange(auto_id="change-%s")}
    return render(request, "experiments/experiment.html", shown)


@allowed(Right.TRY_THINGS)
def write(request: HttpRequest, experiment: int) -> HttpResponse:
    """Its text, written together."""
    one = get_object_or_404(Experiment, pk=experiment)
    lead = _("It is kept as it is. Say what you believe when there is a moment; the rest comes as it happens.")
    sheet = Sheet(one.called, lead, _("Keep it"), one.get_absolute_url())
    return write_together(
        request, kept=one, form=forms.Write, what=f"experiment {one.pk}", sheet=sheet, person=None
    )  # fmt: skip


@require_POST
@allowed(Right.TRY_THINGS)
def note_change(request: HttpRequest) -> HttpResponse:
    """Something changed; it stands beside every chart from then on."""
    form = forms.NoteChange(request.POST)
    about = request.POST.get("experiment", "")
    within = Experiment.objects.filter(pk=number(about)).first()
    if form.is_valid() and form.cleaned_data["text"].strip():
        fields = form.cleaned_data | {"at": form.cleaned_data["at"] or date.today()}
        fields["kind"] = fields["kind"] or "method"
        actions.note_change(by=request.user, experiment=within, **fields)
        messages.success(request, _("Kept. It stands beside the charts."))
    return redirect(within or ("measures" if "beside" in request.POST else "experiments"))


@allowed(Right.TRY_THINGS)
def measures(request: HttpRequest) -> HttpResponse:
    """The charts that the team reads, each with how it follows from the purpose and what changed meanwhile."""
    form = forms.DeriveMeasure(request.POST or None, charts=charts.choices())
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["chart"]:
            actions.derive_measure(by=request.user, **form.cleaned_data)
        return redirect("measures")
    changes = list(Change.objects.all())
    shown = {
        "drawn": charts.drawn(list(Measure.objects.all()), changes),
        "form": form,
        "changes": changes,
        "change_form": forms.NoteChange(auto_id="change-%s"),
        "beside": True,
    }
    return render(request, "experiments/measures.html", shown)


@require_POST
@allowed(Right.TRY_THINGS)
def drop_measure(request: HttpRequest, measure: int) -> HttpResponse:
    """We no longer read this chart."""
    actions.drop_measure(by=request.user, measure=get_object_or_404(Measure, pk=measure))
    return redirect("measures")


@allowed(Right.TRY_THINGS)
def register(request: HttpRequest) -> HttpResponse:
    """The register of cases for old against new, in the order they were chosen; a name only for who works with them."""
    mine = seen_by(request.user) if request.user.may(Right.WORK_WITH_PEOPLE) else seen_by(request.user).none()
    form = forms.ChooseCase(request.POST or None, people=mine)
    if request.method == "POST" and form.is_valid():
        actions.choose_case(by=request.user, **form.cleaned_data)
        messages.success(request, _("Kept in the register."))
        return redirect("cases-register")
    known = set(mine.values_list("pk", flat=True))
    cases = [
        Listed(case, [one for one in case.people.all() if one.pk in known], out.missing(case), _may_write(case, known))
        for case in Case.objects.prefetch_related("people")
    ]
    return render(request, "experiments/register.html", {"cases": cases, "form": form})


@dataclass(frozen=True)
class Listed:
    """One case as the register shows it: whom of it this colleague knows, what it lacks, whether they may write it."""

    case: Case
    known: list[Person]
    missing: list[str]
    may_write: bool


def _may_write(case: Case, known: Collection[int]) -> bool:
    """Whoever works with somebody in it; where it names nobody of the team's, everybody."""
    people = [one.pk for one in case.people.all()]
    return not people or any(one in known for one in people)


@allowed(Right.TRY_THINGS)
def write_case(request: HttpRequest, case: int) -> HttpResponse:
    """A case written up: what was not known when it was chosen."""
    one = get_object_or_404(Case.objects.prefetch_related("people"), pk=case)
    known = seen_by(request.user).values_list("pk", flat=True)  # type: ignore[arg-type]
    if not _may_write(one, set(known)):
        raise PermissionDenied(NOT_WITH_THEM)
    lead = _("It is kept as it is. What is not known yet may stay blank.")
    title = _("Case %(number)s") % {"number": one.pk}
    sheet = Sheet(title, lead, _("Keep it"), reverse("cases-register"))
    with transaction.atomic():
        answer = write_together(
            request, kept=one, form=forms.WriteCase, what=f"case {one.pk}", sheet=sheet, person=None
        )
        if request.method == "POST" and answer.status_code == 302:
            actions.wrote_up(by=request.user, case=one)  # type: ignore[arg-type]
    return answer


@allowed(Right.TRY_THINGS)
def triangle(request: HttpRequest) -> HttpResponse:
    """The triangle of need, as this team words it."""
    form = forms.NameLevel(request.POST or None)
    levels = list(Level.objects.all())
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["words"].strip():
            actions.name_level(by=request.user, place=len(levels) + 1, **form.cleaned_data)
        return redirect("triangle")
    steps = list(reversed(charts.triangle(levels, request.user)))  # type: ignore[arg-type]
    return render(
        request,
        "experiments/triangle.html",
        {"steps": steps, "form": form, "uncounted": any(not one.people for one in steps)},
    )


@person_page("looked where a need stands")
def stand(request: HttpRequest, person: Person, need: int) -> HttpResponse:
    """At which level of the triangle a need stands, while it is not met."""
    one = get_object_or_404(unmet(person.needs.all()), pk=need)
    standing = Standing.objects.filter(need=one).first()
    form = forms.Stand(request.POST or None, initial={"level": standing and standing.level_id})
    if request.method == "POST" and form.is_valid():
        actions.stand(by=request.user, need=one, level=form.cleaned_data["level"])  # type: ignore[arg-type]
        messages.success(request, _("Kept."))
        return redirect(person)
    return render(request, "experiments/stand.html", {"person": person, "need": one, "form": form})


@allowed(Right.TRY_THINGS)
def write_level(request: HttpRequest, level: int) -> HttpResponse:
    """A level in other words."""
    one = get_object_or_404(Level, pk=level)
    sheet = Sheet(_("A level of need"), "", _("Keep it"), reverse("triangle"))
    return write_together(request, kept=one, form=forms.WriteLevel, what=f"level {one.pk}", sheet=sheet, person=None)
