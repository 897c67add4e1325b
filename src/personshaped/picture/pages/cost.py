"""Page 6: what it costs, last: by year, beside what was wanted, and how much few people take up."""

from __future__ import annotations

from personshaped.figures import Figure
from personshaped.picture import words
from personshaped.picture.charts import NARROW, WIDE
from personshaped.picture.charts.bars import Bar, bars
from personshaped.picture.charts.cost import concentration, cumulative, square_worth, squares
from personshaped.picture.charts.dots import dots
from personshaped.picture.drawn import Chart, DataTable, Part, basis_of, refused
from personshaped.picture.inputs import Findings
from personshaped.picture.svg import SLATE

NOT_CASH = "This is the value of people’s time and work, not cash that could be taken out."


def cost(findings: Findings) -> list[Part]:
    """The parts of page 6."""
    return [by_year(findings), *wanted(findings), *over_time(findings), *few_people(findings)]


def by_year(findings: Findings) -> Part:
    """Cost by year, and by kind of work in its table."""
    book = findings.figures
    whole = book.known("cost")
    if whole is None:
        return refused("f-cost", "What it costs", book.get("cost"),
                       "rows carry no cost, and there is no table unit_costs to price them by")  # fmt: skip
    known = findings.run.report.get("priced_minutes")
    covered = 1.0 if known is None else float(known)
    what = "All this work" if covered >= 1 else "The work whose cost is known"
    years = book.periods("cost_by_year")
    kinds = sorted(book.by("cost", "activity"), key=lambda one: (-(one.value or 0), one.group))
    if years:
        items = [Bar(one.period, (("slate", one.value or 0),), words.pounds(one.value)) for one in years]
    else:
        items = [Bar(_kind(one), (("slate", one.value or 0),), words.pounds(one.value)) for one in kinds]
    items = items or [Bar("The whole window", (("slate", whole.value or 0),), words.pounds(whole.value))]
    says = "Bar chart: " + "; ".join(f"{one.label} {one.shown}" for one in items)
    table = [(one.period, words.pounds(one.value)) for one in years]
    table += [(_kind(one), words.pounds(one.value)) for one in kinds]
    return Chart(
        id="f-cost",
        headline=f"{what} cost {words.pounds(whole.value)}",
        subtitle=f"Cost to all agencies in the data {'by year' if years else 'by kind of work'}, at the prices given. "
        f"{NOT_CASH}",
        wide=bars(items, WIDE, says),
        narrow=bars(items, NARROW, says),
        table=DataTable("Cost", ("", "£"), (*table, ("In all", words.pounds(whole.value)))),
        basis=_covering(basis_of(whole, book.others(whole)), covered),
        figure="cost",
    )


def _covering(basis: tuple[str, ...], covered: float) -> tuple[str, ...]:
    """The basis, and how much of the work the cost covers."""
    if covered >= 1:
        return basis
    return (*basis, f"Costs are known for {words.percent(covered)} of the minutes worked.")


def _kind(figure: Figure) -> str:
    return words.spoken(words.ACTIVITY.get(figure.group, figure.group))


def wanted(findings: Findings) -> list[Part]:
    """Received beside wanted, as squares."""
    book = findings.figures
    want, got = book.known("cost_wanted"), book.known("cost_received")
    if want is None or got is None:
        return [refused("f-wanted", "Cost beside what was wanted", book.get("cost_wanted"),
                        "there is no table wanted that says what the person said would help")]  # fmt: skip
    low, gap, ratio = book.known("cost_wanted_low"), book.known("cost_gap"), book.known("cost_ratio")
    says = (
        f"Two groups of squares, each {words.pounds(square_worth(max(want.value or 0, got.value or 0)))}. Wanted: "
        f"{words.pounds(want.value)}. Received: {words.pounds(got.value)}."
    )
    table = [("Wanted", words.pounds(want.value)), ("Received", words.pounds(got.value))]
    table += [("Wanted, with the cheaper of two alternatives", words.pounds(low.value))] if low else []
    table += [("Difference", _range(gap))] if gap else []
    times = f", {words.plain(ratio.value)} times as much" if ratio and (ratio.value or 0) >= 1.05 else ""
    return [
        Chart(
            id="f-wanted",
            headline=f"People said {words.pounds(want.value)} of help was wanted; what they received cost "
            f"{words.pounds(got.value)}{times}",
            subtitle="Only people of whom it is recorded what they said would help. Solid: wanted. Striped: received.",
            wide=squares(want.value or 0, got.value or 0, WIDE, says),
            narrow=squares(want.value or 0, got.value or 0, NARROW, says),
            table=DataTable("Received and wanted", ("", "£"), tuple(table)),
            basis=(*basis_of(want, []), NOT_CASH),
            figure="cost_wanted",
        )
    ]


def _range(gap: Figure) -> str:
    if gap.low is not None and gap.high is not None and gap.low != gap.high:
        return f"{words.pounds(gap.low)} to {words.pounds(gap.high)}"
    return words.pounds(gap.value)


def over_time(findings: Findings) -> list[Part]:
    """One person's cost as it mounted up, beside what they wanted; the first of those recorded, by id."""
    lines = sorted(findings.charts.received_wanted, key=lambda one: one.person_id)
    if not lines or len(lines[0].at) < 2:
        return []
    line = lines[0]
    prices = f", {line.price_year} prices" if line.price_year else ""
    received, most = words.pounds(line.received[-1]), words.pounds(line.wanted_high[-1])
    says = f"Line chart. Received mounts in steps to {received}; wanted is {most}."
    return [
        Chart(
            id="f-mounting",
            headline=f"One person: {received} received, {most} wanted",
            subtitle="Cumulative cost of one person from the first asking on, beside what they said would help"
            f"{prices}. Striped: received. Line: wanted. Dashed: the cheaper alternative. The first person, by id, of "
            "whom it is recorded.",
            wide=cumulative(line, WIDE, says),
            narrow=cumulative(line, NARROW, says),
            table=DataTable(
                "Cost as it mounted up",
                ("Until", "Received", "Wanted, least", "Wanted, most"),
                tuple(
                    (at, words.pounds(a), words.pounds(b), words.pounds(c))
                    for at, a, b, c in zip(line.at, line.received, line.wanted_low, line.wanted_high, strict=True)
                ),
            ),
            figure="cost_received",
        )
    ]


def few_people(findings: Findings) -> list[Part]:
    """How much of cost and of demand few people take up; never who."""
    book = findings.figures
    found = [
        (what, one)
        for what, name in (("cost", "top_share_cost"), ("asking", "top_share_demand"))
        for one in book.by(name, "q")
    ]
    if not found:
        asked = book.get("top_share_cost", "q") or book.get("top_share_cost")
        return [refused("f-few", "How much of the whole few people take up", asked,
                        "there is no population (area_facts) to take a share of")]  # fmt: skip
    what, top = found[0]
    few = top.n is not None and top.n < words.FEW
    curve = findings.charts.lorenz.get("cost")
    says = "; ".join(f"{_top(one)} {_part(one, what)} of {what}" for what, one in found)
    if curve is not None and not few:
        wide, narrow = (concentration(curve, width, f"Curve. {says}.", "cost") for width in (WIDE, NARROW))
    else:
        share = round((top.value or 0) * 100)
        wide, narrow = (
            dots(share, 100, SLATE, width, f"One hundred dots, {share} filled: {says}.") for width in (WIDE, NARROW)
        )
    part = _part(top, what)
    return [
        Chart(
            id="f-few",
            headline=f"{_top(top)} account for {part} of the {what}",
            subtitle="People in order of what was spent with them, as a share of the whole population. It says how the "
            "system spends, not who people are: no list of people is made."
            + (" Few people: amounts only." if few else ""),
            wide=wide,
            narrow=narrow,
            table=DataTable(
                "What few people take up",
                ("People", "Of", "Share"),
                tuple((_top(one), what, _part(one, what)) for what, one in found),
            ),
            basis=(f"{words.pounds(top.numerator)} of {words.pounds(top.denominator)}.",) if what == "cost" else (),
            figure=top.name,
        )
    ]  # fmt: skip


def _top(figure: Figure) -> str:
    return f"{figure.group.removesuffix('%')} in 100 people"


def _part(figure: Figure, what: str) -> str:
    show = words.pounds if what == "cost" else words.plain
    if figure.n is not None and figure.n < words.FEW and figure.numerator is not None:
        return f"{show(figure.numerator)} of {show(figure.denominator)}"
    return words.percent(figure.value)
