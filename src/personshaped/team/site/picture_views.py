"""The study's pages inside the application: page by page, filtered, one chart alone, and charts to take away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from markupsafe import Markup

from personshaped.errors import PersonshapedError
from personshaped.figures import Figure
from personshaped.picture import marks, words
from personshaped.picture.alone import as_csv, as_svg
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.dots import dots
from personshaped.picture.drawing import PAGES
from personshaped.picture.drawn import Chart, DataTable, Part, basis_of
from personshaped.picture.pages import made
from personshaped.picture.rows import QUOTATION_RULE
from personshaped.picture.svg import AGAIN, INK, PATTERNS
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail
from personshaped.team.people.knowing import allowed
from personshaped.team.site import picture
from personshaped.team.site.picture import Only
from personshaped.team.site.picture_forms import asked

View = Callable[..., HttpResponse]


def studied(view: View) -> View:
    """For a view over findings: where there are none, a page that says so."""

    @wraps(view)
    def seen(request: HttpRequest, **rest: str) -> HttpResponse:
        try:
            return view(request, **rest)
        except PersonshapedError as error:
            return render(request, "site/picture_nothing.html", {"because": error})

    return seen


@allowed(Right.SEE_THE_PICTURE)
@studied
def first(request: HttpRequest) -> HttpResponse:
    """The picture opens with what people said."""
    return _page(request, "words")


@allowed(Right.SEE_THE_PICTURE)
@studied
def page(request: HttpRequest, page: str) -> HttpResponse:
    """One page of the method."""
    if page not in picture.NAMES:
        raise Http404
    return _page(request, page)


@allowed(Right.SEE_THE_PICTURE)
@studied
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """One chart alone, as large as the window."""
    page, one = _chart(request, name)
    return render(request, "site/picture_chart.html", {"c": one, "page": page, "name": picture.NAMES[page], **_drawn()})


@allowed(Right.SEE_THE_PICTURE)
@studied
def svg(request: HttpRequest, name: str) -> HttpResponse:
    """One chart to take away as a drawing; its sentence and basis are inside."""
    _, one = _chart(request, name)
    return _file(request, as_svg(one, _place()), f"{name}.svg", "image/svg+xml")


@allowed(Right.SEE_THE_PICTURE)
@studied
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    """One chart's table to take away, with its sentence and basis above it."""
    _, one = _chart(request, name)
    return _file(request, as_csv(one, _place()), f"{name}.csv", "text/csv")


# --- one page ------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, name: str) -> HttpResponse:
    read, heard, only = picture.findings(), picture.heard_by(request.user), asked(request)
    parts = picture.parts(name, heard)
    if heard:
        trail.record(by=request.user, verb="opened the picture with words", what=f"page {name}")
    shown = {
        "page": name,
        "name": picture.NAMES[name],
        "pages": PAGES,
        "study": read.run.study,
        "only": only,
        "views": request.user.kept_views.all(),  # type: ignore[union-attr]
        "fields": picture.fields(only),
        "parts": [] if only.any else parts,
        "narrowed": narrowed(parts, only) if only.any else None,
        "quotations": picture.spoken(heard) if name == "words" else [],
        "rule": QUOTATION_RULE,
        "withheld": heard == frozenset(),
        "by_agreement": heard,
        **_drawn(),
    }
    if name == "made":
        tables = ("What cannot be said from these data, and why", made.refusals_table(read)), (
            "Every setting in force", made.settings_table(read)), ("Every input", made.inputs_table(read))  # fmt: skip
        shown |= {"facts": made.facts(read), "tables": tables}
    return render(request, "site/picture.html", shown)


@dataclass(frozen=True)
class Narrowed:
    """A page for some of it: the figures that are so counted, drawn again, and those that are not."""

    charts: tuple[Chart, ...]
    others: tuple[str, ...]
    several: bool  # of area, agency and issue more than one was asked for


def narrowed(parts: list[Part], only: Only) -> Narrowed:
    """Each figure of the page as it is counted for what was asked for; figures are counted once on a page."""
    names = dict.fromkeys(one.figure for one in parts if isinstance(one, Chart) and one.figure)
    found = {name: only.figure(name) for name in names}
    others = tuple(
        one.headline
        for one in parts
        if not isinstance(one, Chart) or found.get(one.figure) is None
    )  # fmt: skip
    charts = tuple(_again(name, figure, only) for name, figure in found.items() if figure is not None)
    return Narrowed(charts, others, len(only.breakdowns) > 1)


def _again(name: str, figure: Figure, only: Only) -> Chart:
    """One figure for what was asked for, beside the same figure for everything, with the picture's own dots."""
    whole = picture.findings().figures.known(name)
    beside = f" In the whole study: {picture.value(whole)}." if whole is not None else ""
    says = f"{only.says}: {picture.value(figure)}"
    drawn = [_dots(figure, width, says) for width in (WIDE, NARROW)]
    rows = [(only.says, picture.value(figure))] + ([("The whole study", picture.value(whole))] if whole else [])
    return Chart(
        id=f"only-{name.replace('_', '-')}",
        headline=says,
        subtitle=f"{_says(name)}{beside}",
        wide=drawn[0],
        narrow=drawn[1],
        table=DataTable(_says(name), ("Counted for", "Figure"), tuple(rows)),
        basis=basis_of(figure, []),
        figure=name,
    )


def _dots(figure: Figure, width: float, says: str) -> Markup:
    if figure.unit != "share" or figure.value is None:
        return Markup("")
    few = words.is_few(figure)
    total = int(figure.denominator or 0) if few else 100
    filled = int(figure.numerator or 0) if few else round(figure.value * 100)
    colour = AGAIN if figure.name.startswith("failure") else INK
    return dots(filled, total, colour, width, f"{total} dots, {filled} of them filled: {says}.")


def _says(name: str) -> str:
    found = picture.measure(name)
    return found.says if found else words.spoken(name)


def _chart(request: HttpRequest, name: str) -> tuple[str, Chart]:
    found = picture.chart(name, picture.heard_by(request.user))
    if found is None:
        raise Http404
    return found


def _drawn() -> dict[str, object]:
    return {"symbols": marks.SYMBOLS, "patterns": PATTERNS}


def _place() -> str:
    read = picture.findings()
    about = "synthetic or published data" if read.run.study.synthetic else "personal data, working copy"
    return f"{read.run.study.name}; {about}"


def _file(request: HttpRequest, text: str, name: str, kind: str) -> HttpResponse:
    trail.record(by=request.user, verb="took a chart away", what=name)
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
