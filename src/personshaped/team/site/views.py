"""The pages that join several apps: home, and one person's story."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from personshaped.picture.marks import SYMBOLS
from personshaped.team.accounts.findings import findings_folder_if_any
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.experiments.models import Level
from personshaped.team.people import actions, forms
from personshaped.team.people.knowing import NOT_WITH_THEM, allowed, look, person_page, seen_by
from personshaped.team.people.known import known_as, search
from personshaped.team.people.models import Need, Person, With
from personshaped.team.pull.forms import Bring
from personshaped.team.site.languages import in_english
from personshaped.team.site.story import story_of
from personshaped.team.visits.forms import Written

FEW = 5
"""Needs in sight on a person's page: what one reads in a minute. The others are one click away."""
FIRST = 30
"""Things in sight of a story so far, newest first."""


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """First the box for their words; then the people we work with, in the order we last met.

    A name that is looked for is sent, never put into the address: browsers and proxies keep addresses.
    """
    return _home(request, forms.Begin(), forms.Find(request.POST or None))


@require_POST
@allowed(Right.BEGIN_STORIES)
def begin(request: HttpRequest) -> HttpResponse:
    """A story begins with a name and what matters, and nothing more."""
    form = forms.Begin(request.POST)
    if not form.is_valid():
        return _home(request, form, forms.Find())
    made = form.cleaned_data
    known = known_as(made["called"], request.user)  # type: ignore[arg-type]
    if known and "new" not in request.POST:
        return render(request, "site/known.html", {"form": form, "known": known})
    return redirect(actions.begin_story(by=request.user, called=made["called"], matters=made["matters"]))


def closed(request: HttpRequest, rest: str = "") -> HttpResponse:
    """A page that the framework has and this application does not."""
    raise Http404


@in_english
def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not theirs to see, and what to do where it ought to be; it never confirms that somebody exists."""
    said = str(exception) or NOT_WITH_THEM
    shown = {"exception": said, "is_about_somebody": said == NOT_WITH_THEM}
    return render(request, "403.html", shown, status=403)


def _home(request: HttpRequest, form: forms.Begin, find: forms.Find) -> HttpResponse:
    user = request.user
    people = seen_by(user) if user.may(Right.WORK_WITH_PEOPLE) else Person.objects.none()
    answers = user.may(Right.ANSWER_FOR_DATA)
    if answers:
        find.fields["q"].label = _("Their name")
    looked = find.cleaned_data["q"] if find.is_valid() else ""
    if looked and (people or answers):
        people = search(looked, user)  # type: ignore[arg-type, assignment]
    if looked and answers:
        trail.record(by=user, verb="looked for a record by name", what=f"{len(people)} found")  # type: ignore[arg-type]
    may_begin, works = user.may(Right.BEGIN_STORIES), user.may(Right.WORK_WITH_PEOPLE)
    people = list(people if looked else last_met_first(people))
    if people and works:  # what matters to each stands there, in their words
        trail.record(by=user, verb="saw the people they work with", what=f"{len(people)} people")  # type: ignore[arg-type]
    shown = {
        "form": form if may_begin else None,
        "people": people,
        "find": find,
        "looked": bool(looked),
        "works": works,
        "answers": answers,
        "keeps": user.may(Right.KEEP_ACCOUNTS),
        "studies": not works and user.may(Right.LISTEN),
    }
    return render(request, "site/home.html", shown)


def last_met_first(people: QuerySet[Person]) -> QuerySet[Person]:
    """By the day of the last visit, or else of the beginning; of one day, whose story began last stands first."""
    met = Coalesce(Max("visits__on"), TruncDate("begun_at"))
    return people.annotate(met=met).order_by("-met", "-begun_at", "-pk")


AT_HOME = look("read their story with their household")


@person_page("opened their story")
def person(request: HttpRequest, person: Person) -> HttpResponse:
    """One person's story on one page."""
    user = request.user
    now_with = person.with_them.filter(until=None).select_related("colleague")
    draft = person.drafts.filter(kept_by=user).first()
    others = seen_by(user).exclude(pk=person.pk)
    home = list(others.filter(household=person.household)) if person.household_id else []
    for one in home:  # what happened with them stands here too, and is a look at them
        trail.record(by=user, verb=AT_HOME, person=one.address)  # type: ignore[arg-type]
    told = story_of(person, user, home)
    shown = {
        "person": person,
        "needs": _needs(person),
        "need_form": forms.Need(auto_id="need-%s"),
        "visit_form": Written(initial={"text": draft.text if draft else ""}, auto_id="visit-%s"),
        "draft": draft,
        "studied": findings_folder_if_any() is not None,
        "told": {"first": told[:FIRST], "earlier": told[FIRST:]},
        "symbols": SYMBOLS,
        "owners": [one for one in now_with if one.how == With.OWNER],
        "helping": [(one, _asked_for(person, one)) for one in now_with if one.how != With.OWNER],
        "waiting": person.asks.filter(accepted_at=None).select_related("whom"),
        "offered": person.handovers.filter(accepted_at=None).select_related("to_whom"),
        "mine": person.asks.filter(whom=user, left_at=None).exclude(accepted_at=None),
        "i_am": now_with.filter(colleague=user).first(),
        "bring_form": Bring(auto_id="bring-%s"),
        "around_form": forms.AroundThem(auto_id="around-%s"),
        "home": home,
        "needed_at_home": _needed_at_home(home),
        "others": others,
    }
    return render(request, "site/person.html", shown)


def _needed_at_home(home: list[Person]) -> list[Need]:
    """What the others of their household need, in one line each; it is told and ended on their own pages."""
    needs = Need.objects.filter(person__in=home).select_related("person", "owner").prefetch_related("answers")
    return [one for one in needs.order_by("person__called", "-opened_on", "-id") if not one.is_met]


def _needs(person: Person) -> dict[str, Any]:
    """What is not sorted yet, newest first, a few in sight and the others folded; then what they say is sorted."""
    rows = person.needs.select_related("owner", "standing__level").prefetch_related("answers", "asks__whom")
    told = [_need(one) for one in rows.order_by("-opened_on", "-id")]
    open_, met = [one for one in told if not one["need"].is_met], [one for one in told if one["need"].is_met]
    return {
        "first": open_[:FEW],
        "more": open_[FEW:],
        "met": met,
        "any": bool(told),
        "levels": Level.objects.exists(),
        "said": _said_and_no_need_yet(person, [one["need"] for one in told]),
    }


def _asked_for(person: Person, one: With) -> list[str]:
    """What a colleague who is in was asked in for."""
    asks = person.asks.filter(whom=one.colleague, left_at=None).exclude(accepted_at=None)
    return [ask.words for ask in asks if ask.words]


def _said_and_no_need_yet(person: Person, needs: list[Need]) -> list[str]:
    """What they said last, each words once, that is neither a need nor an answer about one: one click makes it a need,
    and nobody writes it twice."""
    known = {one.words for one in needs} | {answer.words for one in needs for answer in one.answers.all()}
    said = dict.fromkeys(one.words for one in person.said.filter(said_by="person"))
    return [words for words in said if words not in known][:FEW]


def _need(need: Need) -> dict[str, Any]:
    """A need with its form, whose ids are its own, and who is in for it."""
    asked = [one for one in need.asks.all() if one.is_in]
    return {"need": need, "form": forms.Sorted(auto_id=f"need-{need.pk}-%s"), "asked": asked, "last": need.last_answer}
