"""Page 4: when is the need met, in the person's own word."""

from __future__ import annotations

from collections.abc import Mapping

from personshaped.figures import Figure
from personshaped.picture import rows, words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.dots import dots
from personshaped.picture.charts.incidence import LAYERS, incidence
from personshaped.picture.charts.threads import Thread, threads
from personshaped.picture.drawn import Chart, DataTable, Part, basis_of, refused
from personshaped.picture.inputs import Findings, Incidence
from personshaped.picture.svg import INK


def met(findings: Findings, tables: rows.Tables) -> list[Part]:
    """The parts of page 4: threads where needs are few, else the incidence; then met at the first contact."""
    few = rows.all_needs(tables, words.FEW - 1) if tables.has("needs") else []
    curve = findings.charts.incidence
    first: Part
    if few:
        first = _threads(findings, few, rows.first_words(tables, [one["need_id"] for one in few]))
    elif curve is not None and curve.n >= words.FEW and curve.days[-1] > 0:
        first = _incidence(findings, curve)
    else:
        first = refused("f-met", "When needs are met", findings.figures.get("needs_met_share"),
                        "nobody recorded whether the person said it was sorted. Add need_met to one source, or ask "
                        "30 people, and it can")  # fmt: skip
    return [first, at_once(findings)]


def _bounds(findings: Findings) -> tuple[str, ...]:
    book = findings.figures
    low, high = book.known("needs_met_bound_low"), book.known("needs_met_bound_high")
    lines = []
    if low is not None and high is not None:
        lines.append(
            f"The met share lies somewhere between {words.out_of(low)} (if no one who was never asked had their need "
            f"met) and {words.out_of(high)} (if all had)."
        )
    estimate = [
        _within(one) for one in book.by("needs_met_share", "days") if one.denominator is None or not words.is_few(one)
    ]
    if estimate and not any(one.n is not None and one.n < words.FEW for one in book.by("needs_met_share", "days")):
        lines.append(
            f"Leaving those who fell silent aside from that day on (Aalen–Johansen): {words.listed(estimate)}."
        )
    closed = book.known("closed_unmet_share")
    if closed is not None:
        lines.append(
            f"Closed by an agency without being met: {words.out_of(closed)} needs. A closed case is not a met need."
        )
    return tuple(lines)


def _within(one: Figure) -> str:
    """ "2 of 4 needs within 90 days", or the share with its interval where it has one."""
    if words.is_few(one):
        return f"{words.out_of(one)} needs within {one.group} days"
    between = words.interval(one)
    return f"{words.percent(one.value)} within {one.group} days" + (f" ({between})" if between else "")


def _threads(findings: Findings, needs: list[rows.Row], said: dict[str, str]) -> Chart:
    drawn = [_thread(need, said.get(need["need_id"], ""), findings.charts.needs) for need in needs]
    met_n = sum(1 for need in needs if need["end_reason"] == "met")
    never = sum(1 for need in needs if need["never_asked"])
    says = f"{len(needs)} needs drawn as threads: " + "; ".join(one.says for one in drawn)
    asked = f"; for {never} of {len(needs)}, nobody asked" if never else ""
    return Chart(
        id="f-met",
        headline=f"{met_n} of {len(needs)} needs are met, the person said so{asked}",
        subtitle="Each thread is one need, from the first asking. It has a loose end until the person says it is met. "
        "A bar across is an agency’s closing, which ends nothing. So few are never a percentage.",
        wide=threads(drawn, WIDE, says),
        narrow=threads(drawn, NARROW, says),
        table=DataTable(
            "Needs, in order of asking",
            ("What was said first", "Opened", "How it stands"),
            tuple((one.said, words.day(need["opened_at"]), one.says) for one, need in zip(drawn, needs, strict=True)),
            numbers=False,
        ),
        basis=_bounds(findings),
        figure="needs_met_share",
    )


def _thread(need: rows.Row, said: str, book: Mapping[str, str]) -> Thread:
    about = words.need(need["issue"] or "something not recorded", book)
    label = f"‘{words.short(said, 110)}’" if said else f"About {about}"
    if need["end_reason"] == "met":
        long = need["duration"]
        after = "" if long is None else ", the same day" if long == 0 else f", after {words.days(long)}"
        return Thread(label, "met", f"met: they said so{after}")
    if need["end_reason"]:
        return Thread(label, "other", words.END.get(need["end_reason"], words.spoken(need["end_reason"])))
    state = "still open; nobody asked" if need["never_asked"] else "still open"
    return Thread(label, "open", state, bool(need["closed"]))


def _incidence(findings: Findings, curve: Incidence) -> Chart:
    last = curve.days[-1]
    year = max(i for i, at in enumerate(curve.days) if at <= 365)
    after = "A year after asking" if last >= 360 else f"{words.days(round(last)).capitalize()} after asking"
    ends = {field: getattr(curve, field)[year] for field, *_ in LAYERS}
    met_, never = words.percent(ends["met"]), words.percent(ends["never_asked"])
    says = f"Area chart over {words.days(round(last))}. " + "; ".join(
        f"{name} {words.percent(getattr(curve, field)[-1])}" for field, name, *_ in LAYERS
    )
    places = _rows_of(curve)
    return Chart(
        id="f-met",
        headline=f"{after}, {met_} of needs are met. For {never}, nobody asked",
        subtitle=f"Share of needs by time since the first asking. {words.number(curve.n)} needs; time to a met need "
        "with other endings competing (Aalen–Johansen). Only the person’s word counts as met.",
        wide=incidence(curve, WIDE, says),
        narrow=incidence(curve, NARROW, says),
        table=DataTable(
            "Needs by state and days since asking",
            ("State", *(words.days(round(curve.days[i])) for i in places)),
            tuple((name, *(words.percent(getattr(curve, field)[i]) for i in places)) for field, name, *_ in LAYERS),
        ),
        basis=_bounds(findings),
        figure="needs_met_share",
    )


def _rows_of(curve: Incidence) -> list[int]:
    """The points at or just before 28, 90, 180 and 365 days, and the last."""
    found = []
    for day in (28, 90, 180, 365, curve.days[-1]):
        if day <= curve.days[-1]:
            found.append(max(i for i, at in enumerate(curve.days) if at <= day))
    return sorted(set(found))


def at_once(findings: Findings) -> Part:
    """Met at the first contact."""
    book = findings.figures
    figure = book.known("fcr_needs")
    if figure is None:
        return refused("f-once", "Whether needs are met at the first contact", book.get("fcr_needs"),
                       "nobody recorded whether the person said it was sorted")  # fmt: skip
    total, filled = _dots(figure)
    demands = book.known("fcr_demands")
    also = (f"Of all demands: {words.out_of(demands)}.",) if demands is not None else ()
    says = f"{total} dots, {filled} filled: {words.out_of(figure)} needs were met at the first contact."
    return Chart(
        id="f-once",
        headline=f"Met at the first contact: {words.out_of(figure)} needs",
        subtitle="Needs where the first contact was enough, and the person said so. Only needs opened long enough "
        "before the end of the records.",
        wide=dots(filled, total, INK, WIDE, says),
        narrow=dots(filled, total, INK, NARROW, says),
        table=DataTable(
            "Met at the first contact",
            ("", "Met", "Of", "Share"),
            tuple(
                (label, words.plain(one.numerator), words.plain(one.denominator), words.out_of(one))
                for label, one in (("Needs", figure), ("Demands", demands))
                if one is not None
            ),
        ),
        basis=(*basis_of(figure, book.others(figure)), *also),
        figure="fcr_needs",
    )


def _dots(figure: Figure) -> tuple[int, int]:
    if words.is_few(figure):
        return int(figure.denominator or 0), int(figure.numerator or 0)
    return 100, round((figure.value or 0) * 100)
