"""Every figure opened: its definition, and its value by group and period."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from personshaped.figures import Figure, by
from personshaped.picture import words
from personshaped.picture.drawing import PAGES
from personshaped.picture.drawn import basis_of
from personshaped.team.accounts.roles import Right
from personshaped.team.people.knowing import allowed
from personshaped.team.site import picture
from personshaped.team.site.picture import BREAKDOWNS
from personshaped.team.site.picture_forms import FindFigure, asked
from personshaped.team.site.picture_rows import countable, measured
from personshaped.team.site.picture_views import studied

MOST_GROUPS = 60
SPREAD = {
    "median": "the one in the middle",
    "p10": "one in ten has less",
    "p90": "one in ten has more",
    "max": "the most",
    "share_12_or_more": "how many have twelve or more",
}
"""What a figure of a spread says, by the end of its name."""


@dataclass(frozen=True)
class Shown:
    """One figure in words."""

    name: str
    says: str
    value: str
    basis: str
    group: str = ""


@allowed(Right.SEE_THE_PICTURE)
@studied
def figures(request: HttpRequest) -> HttpResponse:
    """All figures, or those that are counted for what was asked for."""
    only, form = asked(request), FindFigure(request.GET)
    sought = form.cleaned_data["find"].casefold().split() if form.is_valid() else []
    names = dict.fromkeys(one.name for one in picture.findings().figures.figures)
    found = [(name, only.figure(name)) for name in names]
    shown = [_shown(one, "") for _, one in found if one is not None]
    heard = [one for one in shown if all(word in f"{one.says} {words.spoken(one.name)}".casefold() for word in sought)]
    values = {
        "only": only,
        "fields": picture.fields(only),
        "form": form,
        "sought": bool(sought),
        "pages": _by_page(heard),
        "without": sum(1 for _, one in found if one is None),
    }
    return render(request, "site/picture_figures.html", values)


def _by_page(figures: list[Shown]) -> list[tuple[str, str, list[Shown]]]:
    """Figures under the page of the picture that they belong to, in the method's order."""
    pages = [(id, name, [one for one in figures if picture.page_of().get(one.name) == id]) for id, name in PAGES]
    return [(id, name, theirs) for id, name, theirs in pages if theirs]


@allowed(Right.SEE_THE_PICTURE)
@studied
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """What a figure says and does not say, its query, and its value by every group it is counted by."""
    measure, only = measured(name), asked(request)
    whole = picture.findings().figures.get(name)
    chosen = only.figure(name) if only.any else None
    values = {
        "name": name,
        "measure": measure,
        "only": only,
        "fields": picture.fields(only),
        "whole": _shown(whole, "") if whole else None,
        "chosen": _shown(chosen, only.says) if chosen else None,
        "not_so": only.any and chosen is None,
        "several": len(only.breakdowns) > 1,
        "groups": _groups(name),
        "query": measure.query(),
        "queries": [(one, measure.query(by(one))) for one in BREAKDOWNS if by(one) in measure.by],
        "may_open": request.user.may(Right.OPEN_ROWS) and countable(measure),
        "countable": countable(measure),
    }
    return render(request, "site/picture_figure.html", values)


def _shown(figure: Figure, group: str) -> Shown:
    measure = picture.measure(figure.name)
    says = measure.says if measure else words.spoken(figure.name)
    if measure and len(measure.names) > 1 and figure.name != measure.name:  # several figures of one measure
        end = SPREAD.get(figure.name.removeprefix(f"{measure.name}_"))
        says = f"{says.rstrip('.')}: {end}." if end else f"{words.spoken(figure.name)}. {says}"
    return Shown(figure.name, says, picture.value(figure), " ".join(basis_of(figure, [])), group)


BY = {
    "link_threshold": "With records joined at other likelihoods",
    "link_draws": "With the uncertain records joined by chance, again and again",
    "pooled": "Agencies of little work, taken together",
    "pooled from>to": "Between agencies of little work, taken together, and the others",
}
"""The headings of those breakdowns which `By …` does not fit."""


def _groups(name: str) -> list[tuple[str, list[Shown], bool]]:
    """Heading, figures and whether some are left out, for each breakdown that the study wrote."""
    kinds: dict[str, list[Figure]] = {}
    for one in picture.findings().figures.figures:
        if one.name == name and (one.by or one.period):
            kinds.setdefault(_heading(one), []).append(one)
    return [
        (
            heading,
            [_shown(one, _group(one)) for one in found[:MOST_GROUPS]],
            len(found) > MOST_GROUPS,
        )
        for heading, found in kinds.items()
    ]


def _heading(one: Figure) -> str:
    period = {0: "", 4: "year", 7: "month"}.get(len(one.period), "period")
    spoken = words.spoken(one.by)
    return BY.get(one.by) or f"By {' and '.join(filter(None, (spoken[:1].lower() + spoken[1:], period)))}"


def _group(figure: Figure) -> str:
    group, period = picture.named(figure.by, figure.group), picture.spell(figure.period)
    return ", ".join(part for part in (group, period) if part)
