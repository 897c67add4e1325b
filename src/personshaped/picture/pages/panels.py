"""The panels of page 5: rent accounts, approvals, care, a survey, contract money, and purpose – measures – method.

A panel stands only where its data are; purpose, measures and method stand always.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from personshaped.figures import Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.bars import Bar, bars
from personshaped.picture.drawn import Cell, Chart, Columns, DataTable, Line, Part, basis_of
from personshaped.picture.inputs import Findings, Method
from personshaped.picture.pages.barred import barred, label
from personshaped.picture.pages.care import approvals, care
from personshaped.picture.pages.rent import rent


def panels(findings: Findings) -> list[Part]:
    """Every panel that these data allow, in the order of the method's examples."""
    return [
        *rent(findings), *approvals(findings), *care(findings), *_survey(findings), *_contracts(findings),
        purpose_measures_method(findings),
    ]  # fmt: skip


# --- a survey, and where contract money goes -----------------------------------------------------------------


def _survey(findings: Findings) -> list[Part]:
    by_survey: dict[str, list[Figure]] = {}
    for one in findings.figures.by("response_share", "survey>question>answer"):
        by_survey.setdefault(one.group.split(">")[0], []).append(one)
    parts: list[Part] = []
    for survey, found in by_survey.items():
        labels = {one.group: f"{words.spoken(one.group.split('>')[1])}: {one.group.split('>')[2]}" for one in found}
        rate = findings.figures.known("response_rate", "survey", survey)
        took = f"Of those invited, {words.out_of(rate)} took part: the others may differ. " if rate else ""
        chart = barred(f"f-survey-{len(parts) + 1}", f"What those asked say: {words.spoken(survey)}",
                        f"{took}Of those who answered each question, how many gave which answer.", found,
                        "response_share", labels)  # fmt: skip
        blanks = findings.figures.by("item_nonresponse_share", "survey>question")
        blank = [one for one in blanks if one.group.split(">")[0] == survey and one.numerator]
        left = words.listed([f"{label(one.group)} ({words.out_of(one)})" for one in blank])
        parts.append(replace(chart, basis=(*chart.basis, f"Left blank: {left}.")) if left else chart)
    return parts


def _contracts(findings: Findings) -> list[Part]:
    book = findings.figures
    found = book.by("frontline_share", "contract")
    if not found:
        return []
    items, rows = [], []
    for one in found:
        admin = book.known("admin_share", "contract", one.group)
        reached, run = one.value or 0, (admin.value or 0) if admin else 0
        rest = max(0.0, 1 - reached - run)
        parts = (("do", reached), ("slate", run), ("open", rest))
        items.append(Bar(words.spoken(one.group), parts, f"{words.percent(one.value)} reaches delivery"))
        paid, got = (book.known(name, "contract", one.group) for name in ("paid_per_unit", "received_per_unit"))
        rows.append((words.spoken(one.group), words.pounds(one.denominator), words.pounds(one.numerator),
                     words.percent(one.value), words.percent(admin.value) if admin else "",
                     words.pounds(paid.value) if paid else "", words.pounds(got.value) if got else ""))  # fmt: skip
    names = ("delivery", "management, audit", "the rest")
    says = f"Bar for each contract: {'; '.join(f'{one.label} {one.shown}' for one in items)}"
    whole = book.known("frontline_share")
    return [
        Chart(
            id="f-contracts",
            headline="Of each pound paid for a service, how much reaches those who deliver it",
            subtitle="What the first payer of each contract pays, and where it goes. Contracts in alphabetical order.",
            wide=bars(items, WIDE, says, part_names=names),
            narrow=bars(items, NARROW, says, part_names=names),
            table=DataTable(
                "Contract money",
                (
                    "Contract",
                    "Paid",
                    "Reaches delivery",
                    "Share",
                    "Management, audit",
                    "Paid a unit",
                    "Received a unit",
                ),
                tuple(rows),
            ),
            basis=basis_of(whole, []) if whole else (),
            figure="frontline_share",
        )
    ]


# --- purpose, measures, method -------------------------------------------------------------------------------

_DERIVED = (
    ("needs_met_bound_low", "Is it met, as the person sees it?", "Known to be met"),
    ("time_to_need_met", "How long does that take?", "Half of needs, if nothing else could end them"),
    ("fcr_needs", "Is it met at the first asking?", "Met there and then"),
    ("failure_demand_share", "How much asking is asking again?", "Asking again"),
    ("value_share_time", "How much of the work does what matters?", "Of the time that people coded"),
)
_NO_METHOD = (
    "Nobody has written down by what method the work is done, or when it changed. Add a line of the kind “method” to "
    "changes.csv."
)


def purpose_measures_method(findings: Findings) -> Columns:
    """The purpose in the person's terms, the measures that follow from it, the method by which it is served."""
    study = findings.run.study
    purpose: Cell = (Line(study.purpose, "words"), Line(f"Met means: {study.what_met_means}.", "quiet"))
    if not study.purpose:
        purpose = (Line("Nobody has written it down in people’s own terms. Add purpose to [study] in study.toml.",
                        "quiet"),)  # fmt: skip
    return Columns(
        id="f-method",
        headline="Purpose, measures, method",
        subtitle="Measures follow from the purpose, and people find a method that serves it. Where a measure comes "
        "first, meeting the measure becomes the purpose.",
        heads=("Purpose", "The measures that follow from it", "The method"),
        cells=((purpose, _measures(findings), _methods(findings)),),
    )


def _measures(findings: Findings) -> Cell:
    lines: list[Line] = []
    for name, asks, says in _DERIVED:
        figure = findings.figures.known(name)
        lines.append(Line(asks, "asks"))
        if figure is None:
            lines.append(Line("Cannot be said from these data yet.", "quiet"))
        else:
            value = words.share(figure) if figure.unit == "share" else words.amount(figure)
            lines.append(Line(f"{says}: {value}", "number"))
    return tuple(lines)


def _methods(findings: Findings) -> Cell:
    changes = findings.charts.methods
    if not changes:
        return (Line("No words about it were ticked." if findings.run.published else _NO_METHOD, "quiet"),)
    return tuple(Line(f"{_since(one)}: {one.text}") for one in changes)


def _since(one: Method) -> str:
    when = words.day(date.fromisoformat(one.at))
    return f"{words.agency(one.agency)}, from {when}" if one.agency else f"From {when}"
