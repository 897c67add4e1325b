"""Page 9: how the figures were made, and what was refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personshaped.figures import Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.bars import Bar, bars
from personshaped.picture.drawn import Chart, DataTable, Part, Refusal, sentence
from personshaped.picture.inputs import Findings, Study

SETTINGS = {
    "look_back": "Look back, days: how far back an earlier asking makes this one “again”",
    "stale": "Stale, days: a round without a row for longer is over",
    "handover": "Handover, days: how long being sent on keeps the person in",
    "reopen": "Re-open, days: asking again within this of “met” re-opens the need",
    "settle": "Settle, days: “met” at first contact must be said within this",
    "horizon": "Horizon, days: follow-up after an assessment",
    "link_threshold": "Records are joined at or above this probability",
    "stable_within": "A yearly change shown to lie within ± this share is called stable",
    "history_complete": "History before the window is complete",
    "expected_repeat": "Repeats that are as planned",
    "price_year": "Prices of the year",
}


def facts(findings: Findings) -> list[tuple[str, str]]:
    """Rows of the summary: rows in and used, who is the same person, coding, look-back, lawful basis."""
    found = [
        ("Rows", _rows(findings.run.report)),
        ("Who is the same person", _linking(findings)),
        ("First time or again", _coding(findings)),
        ("Met means", sentence(f"{findings.run.study.what_met_means}. Nothing else closes a need")),
        ("Looking back", _looking_back(findings.run.settings)),
        ("Not shown", sentence(f"{words.count(len(findings.figures.refused()), 'figure')} "
                               + ("could not be said or are withheld, wholly or for some, each listed below"
                                  if findings.run.published else
                                  "could not be said, each listed below with what is missing"))),
        ("Lawful basis", _lawful(findings.run.study)),
        ("Held back", findings.run.published),
        ("Made with", sentence(f"Version {findings.run.version} of personshaped, {findings.run.engine} engine"
                               + (f", from {words.count(len(inputs), 'input')}" if (inputs := findings.run.inputs) else
                                  ""))),
    ]  # fmt: skip
    return [(term, text[:1].upper() + text[1:]) for term, text in found if text]


def _rows(report: Mapping[str, Any]) -> str:
    parts = [
        f"{words.number(report[key])} {label}"
        for key, label in (("rows_in", "read"), ("used", "used"), ("set_aside", "set aside"))
        if isinstance(report.get(key), int | float)
    ]  # fmt: skip
    reasons = report.get("reasons")
    why = ""
    if isinstance(reasons, Mapping) and reasons:
        why = " Why: " + "; ".join(f"{reason} ({words.plain(n)})" for reason, n in list(reasons.items())[:12]) + "."
    return f"{sentence(', '.join(parts))}{why}" if parts else ""


def _linking(findings: Findings) -> str:
    linking, book = findings.run.linking, findings.figures
    parts = []
    if "references" in linking and "persons" in linking:
        references = words.count(linking["references"], "reference")
        parts.append(f"{references} became {words.count(linking['persons'], 'person', 'people')}")
    if linking.get("across_agencies"):
        parts.append(f"{words.count(linking['across_agencies'], 'person', 'people')} seen at more than one agency")
    parts += [str(linking[key]) for key in ("method", "model") if linking.get(key)]
    if linking.get("decisions_unused"):
        parts.append(f"{words.count(linking['decisions_unused'], 'judgement')} of people found no record to apply to")
    linked, apart = book.known("known_share_system"), book.known("known_share_unlinked")
    if linked is not None and apart is not None:
        parts.append(
            f"already known to some agency: {words.out_of(linked)} demands; counted without linking it would read "
            f"{words.out_of(apart)}"
        )
    return ". ".join(sentence(part[:1].upper() + part[1:]).rstrip(".") for part in parts) + ("." if parts else "")


def _coding(findings: Findings) -> str:
    figure = findings.figures.known("failure_demand_share")
    if figure is None:
        return ""
    lines = [f"The headline is {words.basis(figure)}: {words.out_of(figure)}"]
    lines += [f"{words.basis(one)}: {words.out_of(one)}" for one in findings.figures.others(figure)]
    return sentence("; ".join(lines)) + " No machine’s guess is ever counted as a code."


def _looking_back(settings: Mapping[str, Any]) -> str:
    if "look_back" not in settings:
        return ""
    burn_in = (
        "the history is said to be complete, so the first year counts"
        if settings.get("history_complete")
        else "the first of it in each agency’s records is history only, never counted"
    )
    return sentence(f"{words.days(settings['look_back'])} before each demand; {burn_in}")


def _lawful(study: Study) -> str:
    if study.synthetic:
        return "Synthetic or published data: no personal data, no lawful basis needed."
    known = (("purpose", "purpose"), ("lawful_basis", "basis"), ("dpia", "assessment"), ("keep_until", "kept until"))
    return sentence("; ".join(f"{label}: {study.lawful[key]}" for key, label in known if study.lawful.get(key)))


def _plainly(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words.plain(value) if isinstance(value, int | float) and abs(value) >= 1 else str(value)


def settings_table(findings: Findings) -> DataTable:
    """Every setting in force."""
    rows = tuple(
        (SETTINGS.get(key, words.spoken(key)), _setting(value)) for key, value in findings.run.settings.items()
    )
    return DataTable("Settings in force", ("Setting", "Value"), rows, numbers=False)


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "none"
    return "not set" if value is None else _plainly(value) if isinstance(value, bool) else str(value)


def refusals_table(findings: Findings) -> DataTable:
    """Figures that cannot be said from these data, and what is missing."""
    rows = tuple(
        (words.spoken(one.name), one.measure.replace(";", ", "), (one.note or "not recorded") + _in_all(findings, one))
        for one in sorted(findings.figures.refused(), key=lambda one: one.name)
    )
    return DataTable("What cannot be said from these data", ("Figure", "Measure", "Because"), rows, numbers=False)


def _in_all(findings: Findings, one: Figure) -> str:
    """Of what is withheld for some only: the figure of all together."""
    whole = findings.figures.known(one.name)
    if not findings.run.published or whole is None or not (one.group or one.period):
        return ""
    shown = words.share(whole) if whole.unit == "share" else words.amount(whole)
    return f" So for some; for all together: {shown}."


def inputs_table(findings: Findings) -> DataTable:
    """Every input and its hash."""
    rows = tuple((str(name), _digest(value)) for name, value in findings.run.inputs.items())
    return DataTable("Inputs", ("File", "SHA-256"), rows, numbers=False)


def _digest(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("sha256") or value.get("hash") or ""
    return str(value)


def spread(findings: Findings) -> Part:
    """The share asking again under other thresholds."""
    tried = [one for one in findings.charts.spread if one.figure == "failure_demand_share" and one.value is not None]
    if not tried:
        return Refusal("f-spread", "Whether the finding hangs on the thresholds cannot be said yet",
                       "because this study was run with one set of thresholds only.")  # fmt: skip
    items = [
        Bar(f"{words.spoken(one.setting)}: {one.at}", (("again", one.value or 0),), words.percent(one.value))
        for one in tried
    ]
    shares = [one.value or 0 for one in tried]
    says = "Bar chart: " + "; ".join(f"{one.label} {one.shown}" for one in items)
    return Chart(
        id="f-spread",
        headline=f"Under other thresholds the share asking again lies between {words.percent(min(shares))} and "
        f"{words.percent(max(shares))}",
        subtitle="Share of demands that are asking again, by the threshold that was changed; everything else as above.",
        wide=bars(items, WIDE, says),
        narrow=bars(items, NARROW, says),
        table=DataTable("Share asking again by threshold", ("Threshold", "Share"),
                        tuple((one.label, one.shown) for one in items)),
        figure="failure_demand_share",
    )  # fmt: skip
