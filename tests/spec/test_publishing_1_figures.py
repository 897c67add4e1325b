"""Publishing: which figures may leave, and that nothing withheld can be worked out (specification, Stat 11)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from personshaped.disclosure.behind import crowds, dominance
from personshaped.disclosure.profile import DEFAULT, Profile
from personshaped.disclosure.releases import Earlier, changed, earlier, hashed, keep
from personshaped.disclosure.withholding import (
    BESIDE_EARLIER,
    CHANGED,
    DOMINATED,
    EVERYBODY,
    NEIGHBOUR,
    NOBODY_KNOWN,
    UNSAID,
    UNTICKED,
    WITHHELD,
    Known,
    published,
)
from personshaped.errors import InputError, UsageError
from personshaped.figures import Context, Count, DataAvailability, Figure, Measure, Query, Share, Sum, by
from personshaped.settings import Settings
from personshaped.study.measuring import MEASURES

MANY = {str(one): "" for one in range(500)}
"""Five hundred people of whom nothing is recorded."""


def count(value: float, group: str = "", period: str = "", name: str = "demands", by: str = "agency") -> Figure:
    return Figure(name, "M025", by if group else "", group, period, value, "count", n=int(value))


def share(top: float, bottom: float, group: str = "", **rest: object) -> Figure:
    by = "agency" if group else ""
    return Figure(
        "failure_demand_share", "M012", by, group, "", top / bottom, "share", top, bottom, n=int(bottom), **rest
    )  # type: ignore[arg-type]


def values(figures: Sequence[Figure]) -> dict[str, float | None]:
    return {one.group or one.period: one.value for one in figures}


def test_counts_of_one_to_seven_are_withheld_and_others_rounded_to_five() -> None:
    given_ = [count(n, group) for group, n in zip("abcdefg", (0, 3, 7, 8, 12, 13, 102), strict=True)]
    assert values(published(given_, DEFAULT).figures) == {
        "a": 0, "b": None, "c": None, "d": 10, "e": 10, "f": 15, "g": 100,
    }  # fmt: skip


def test_what_is_withheld_says_the_same_whatever_the_reason() -> None:
    given_ = [count(n, group) for group, n in zip("abc", (3, 20, 60), strict=True)]
    found = published(given_, DEFAULT)
    assert {one.note for one in found.figures if one.value is None} == {WITHHELD}
    assert sum(found.withheld.values()) == 2
    assert all(one.n is None for one in found.figures if one.value is None)


def test_one_count_alone_takes_the_next_smallest_with_it() -> None:
    """Without b the total of 83 less 60 would tell a: b, the next smallest, is withheld too; nothing of none is."""
    given_ = [count(83), count(3, "a"), count(20, "b"), count(60, "c"), count(0, "d")]
    assert values(published(given_, DEFAULT).figures) == {"": 85, "a": None, "b": None, "c": 60, "d": 0}


def test_the_same_along_time_and_on_either_side_of_a_pair() -> None:
    years = [count(n, period=f"{year}") for year, n in zip(range(2021, 2025), (4, 30, 25, 40), strict=True)]
    assert values(published(years, DEFAULT).figures) == {"2021": None, "2022": 30, "2023": None, "2024": 40}
    pairs = [
        count(n, f"{a}>{b}", by="from>to")
        for (a, b), n in zip(product("xy", "xyz"), (5, 30, 50, 20, 40, 60), strict=True)
    ]
    found = values(published(pairs, DEFAULT).figures)
    left = {name for name, value in found.items() if value is not None}
    for side in (0, 1):  # in no row and no column is one alone withheld
        for one in "xyz":
            line = [f"{a}>{b}" for a, b in product("xy", "xyz") if (a, b)[side] == one]
            assert sum(name not in left for name in line) != 1


def test_of_a_series_in_which_a_month_is_withheld_no_month_is_shown() -> None:
    """It is drawn by quarters instead, and a quarter less two of its months would tell the third."""
    months = [count(n, period=f"2024-0{at}") for at, n in enumerate((4, 30, 25, 40), start=1)]
    assert {one.value for one in published(months, DEFAULT).figures} == {None}
    assert {one.value for one in published(months[1:], DEFAULT).figures} == {30, 25, 40}


def test_a_share_is_made_of_rounded_counts_and_its_limits_move_apart() -> None:
    (found,) = published([share(41, 83, low=0.391, high=0.602)], DEFAULT).figures
    assert (found.numerator, found.denominator, found.value) == (40, 85, 40 / 85)
    assert (found.low, found.high) == (0.3, 0.7)
    (many,) = published([share(410, 830, low=0.461, high=0.528)], DEFAULT).figures
    assert (many.low, many.high) == (0.46, 0.53)


@pytest.mark.parametrize(("top", "bottom"), [(3, 60), (56, 60), (4, 9), (0, 9)])
def test_a_share_of_few_or_that_leaves_few_is_withheld(top: int, bottom: int) -> None:
    assert published([share(top, bottom)], DEFAULT).figures[0].value is None


def test_none_or_all_of_a_small_group_is_withheld_and_of_everybody_is_shown() -> None:
    assert published([share(12, 12, "a"), share(0, 14, "b")], DEFAULT).figures[0].value is None
    assert published([share(0, 40)], DEFAULT).figures[0].value == 0


def test_what_a_withheld_share_is_made_of_stands_nowhere_else() -> None:
    """Failure 4 of 44 at one agency: the 40 that are left would tell it beside the 44."""
    given_ = [
        share(4, 44, "a"), share(30, 60, "b"), share(25, 75, "c"),
        count(40, "a", name="value_demands"), count(30, "b", name="value_demands"),
        count(50, "c", name="value_demands"),
    ]  # fmt: skip
    found = published(given_, DEFAULT).figures
    assert {(one.name, one.group) for one in found if one.value is None} >= {
        ("failure_demand_share", "a"), ("value_demands", "a"),
    }  # fmt: skip


def test_ten_contacts_of_one_person_are_one_persons() -> None:
    behind = {("demands", ("agency", "gp", "")): 1, ("demands", ("agency", "police", "")): 8}
    given_ = [count(10, "gp"), count(40, "housing"), count(20, "police"), count(60, "school")]
    assert values(published(given_, DEFAULT, known=Known(crowds=behind)).figures) == {
        "gp": None, "housing": 40, "police": None, "school": 60,
    }  # fmt: skip


def test_who_stands_behind_a_figure_is_asked_of_its_rows() -> None:
    """Ten demands at the gp by one person, two of three people's at housing; of the share the smaller side counts."""
    con = duckdb.connect()
    con.execute("""
        CREATE TABLE demands AS SELECT 'gp' AS agency, 'p1' AS person_id, 'value' AS demand_type FROM range(10)
        UNION ALL SELECT 'housing', 'p' || i, CASE WHEN i = 1 THEN 'failure' ELSE 'value' END FROM range(1, 4) t(i)""")
    about = {"unit": "count", "source": "", "says": "", "does_not_say": "", "table": "demands", "by": (by("agency"),)}
    asked = [Measure("demands", ("M025",), Count(), **about),
             Measure("failure_demand_share", ("M012",), Share("demand_type = 'failure'"), **about)]  # fmt: skip
    assert crowds(con, asked, Context(Settings(), DataAvailability(frozenset()))) == {
        ("demands", ("agency", "gp", "")): 1, ("demands", ("agency", "housing", "")): 3,
        ("failure_demand_share", ("agency", "gp", "")): 1, ("failure_demand_share", ("agency", "housing", "")): 1,
    }  # fmt: skip


def test_who_stands_behind_a_query_of_its_own_is_what_it_says_and_nobody_where_it_does_not() -> None:
    con = duckdb.connect()
    con.execute("""CREATE TABLE demands AS SELECT 'gp' AS agency, 'p1' AS person_id FROM range(10)
                   UNION ALL SELECT 'housing', 'p' || i FROM range(1, 10) t(i)""")
    about = {"unit": "count", "source": "", "says": "", "does_not_say": "", "by": (by("agency"),)}
    each = 'SELECT agency AS "group", count(*) AS value FROM demands GROUP BY ALL'
    context = Context(Settings(), DataAvailability(frozenset()))

    def behind(query: Query) -> dict[tuple[str, tuple[str, str, str]], int]:
        return crowds(con, [Measure("arriving", ("R8",), query, **about)], context)

    told = behind(Query(each, behind='SELECT agency AS "group", person_id FROM demands'))
    assert told == {("arriving", ("", "gp", "")): 1, ("arriving", ("", "housing", "")): 9}
    assert behind(Query(each, behind="SELECT person_id FROM demands")) == {("arriving", (EVERYBODY, "", "")): 9}
    assert behind(Query("SELECT sum(1) AS x, count(DISTINCT person_id) AS persons FROM demands")) == {
        ("arriving", (EVERYBODY, "", "")): 9
    }
    assert behind(Query(each)) == {}
    given_ = [count(10, "gp", name="arriving"), count(10, "housing", name="arriving")]
    declared = {"arriving": Measure("arriving", ("R8",), Query(each), **about)}
    found = published(given_, DEFAULT, known=Known(declared))
    assert dict(found.withheld) == {NOBODY_KNOWN: 2}
    assert values(published(given_, DEFAULT, known=Known(declared, crowds=told)).figures)["gp"] is None


def test_minutes_that_one_person_makes_most_of_are_withheld_as_pounds_are() -> None:
    con = duckdb.connect()
    con.execute("""CREATE TABLE interactions AS SELECT 'gp' AS agency, 'p' || i AS person_id,
        CASE WHEN i = 0 THEN 1000 ELSE 5 END AS minutes FROM range(40) t(i)
        UNION ALL SELECT 'housing', 'p' || i, 20 FROM range(40) t(i)""")
    one = Measure("minutes", ("M044",), Sum("minutes"), "minutes", "", "", "", table="interactions", by=(by("agency"),))
    made = dominance(con, [one], Context(Settings(), DataAvailability(frozenset())), DEFAULT)
    assert made.checked == {"minutes"}
    figures = [Figure("minutes", "M044", "agency", group, "", value, "minutes", n=40)
               for group, value in (("gp", 1195.0), ("housing", 800.0))]  # fmt: skip
    known = Known({"minutes": one}, made.checked, made.dominated)
    assert published(figures, DEFAULT, known=Known({"minutes": one})).withheld == {DOMINATED: 2}
    assert values(published(figures, DEFAULT, known=known).figures) == {"gp": None, "housing": 800}


def test_a_need_that_is_somebodys_words_is_not_named_until_they_are_ticked() -> None:
    given_ = [count(40, "the_smell_since_dads_death", by="issue"), count(60, "repairs", by="issue"),
              count(30, "the_smell_since_dads_death>value", by="issue>type")]  # fmt: skip
    found = published(given_, DEFAULT, unticked={"the_smell_since_dads_death"})
    assert [one.group for one in found.figures] == ["repairs"]
    assert dict(found.withheld) == {UNTICKED: 2}


def test_no_single_persons_figure_leaves() -> None:
    one = Figure("cycles_per_need_max", "M034", "", "", "", 22, "count", n=400)
    assert published([one], DEFAULT).figures[0].value is None


def test_a_median_needs_more_people_than_a_mean_and_tenths_more_still() -> None:
    def of(suffix: str, n: int) -> float | None:
        one = Figure(f"time_to_close{suffix}", "M045", "", "", "", 51.3, "days", n=n)
        return published([one], DEFAULT).figures[0].value

    assert (of("", 12), of("_median", 12), of("_median", 16)) == (51, None, 51)
    assert (of("_p90", 79), of("_p90", 80)) == (None, 51)


def test_an_amount_is_shown_only_where_it_is_known_that_no_two_people_make_most_of_it() -> None:
    whole = Figure("cost", "M068", "", "", "", 756_636.09, "£", n=300)
    housing = Figure("cost", "M068", "agency", "housing", "", 60_000, "£", n=40)
    assert [one.value for one in published([whole, housing], DEFAULT).figures] == [None, None]
    known = Known({}, {"cost"}, {("cost", ("agency", "housing", ""))})
    found = published([whole, housing], DEFAULT, known=known).figures
    assert [one.value for one in found] == [760_000, None]


def test_a_group_that_is_withheld_is_named_only_where_everybody_knows_the_name() -> None:
    rare = [count(2, "fled a forced marriage", by="issue"), count(3, "bereaved twins", by="issue")]
    assert [(one.group, one.note) for one in published(rare, DEFAULT).figures] == [("", WITHHELD)]
    assert sum(published(rare, DEFAULT).withheld.values()) == 2


def test_a_table_that_is_gone_since_the_last_release_says_so_where_it_would_stand() -> None:
    needs = [count(40, "repairs", by="issue"), count(60, "benefits", by="issue")]
    (found,) = published(needs, DEFAULT, changed={0, 1}).figures
    assert (found.by, found.group, found.value, found.note) == ("", "", None, BESIDE_EARLIER)


def test_notes_keep_no_numbers_but_settings() -> None:
    noted = share(
        41, 83, note="Carried by some 21 people: the interval may be too narrow. by rule, looking back 365 days."
    )
    assert published([noted], DEFAULT).figures[0].note == "by rule, looking back 365 days."


def test_figures_by_other_linking_are_left_at_home() -> None:
    other = Figure("demands", "M025", "link_threshold", "0.8", "", 1581, "count")
    assert published([other, count(1580)], DEFAULT).figures == published([count(1580)], DEFAULT).figures


def test_a_figure_that_differs_by_few_from_what_went_out_before_is_withheld() -> None:
    """A month more with 4 demands: 1,204 less 1,200 would tell of them."""
    before = Earlier({(*count(1200).key, 0): 1200.0}, {})
    assert changed([count(1204)], [before], DEFAULT, MANY) == {0}
    assert changed([count(1200)], [before], DEFAULT, MANY) == set()
    assert changed([count(1260)], [before], DEFAULT, MANY) == set()
    found = published([count(1204)], DEFAULT, changed={0})
    assert (found.figures[0].value, dict(found.withheld)) == (None, {CHANGED: 1})


def test_where_few_people_are_gone_all_they_did_is_withheld_and_not_only_what_is_few() -> None:
    """Somebody forgotten asked 20 times: 1,220 less 1,200 is what one person did."""
    before = {(*count(1220).key, 0): 1220.0, (*count(300, "gp").key, 0): 300.0}
    now = [count(1200), count(300, "gp")]
    assert changed(now, [Earlier(before, MANY | {"gone": ""})], DEFAULT, MANY) == {0}
    assert changed(now, [Earlier(before, MANY | {f"gone {i}": "" for i in range(40)})], DEFAULT, MANY) == set()
    assert changed(now, [Earlier(before, MANY)], DEFAULT, MANY) == set()


def test_one_forgotten_and_one_joined_are_two_and_so_are_two_of_whom_more_was_recorded() -> None:
    before = {(*count(1220).key, 0): 1220.0}
    other, more = MANY | {"joined": "1"}, MANY | {"0": "more", "1": "more"}
    del other["0"]
    assert changed([count(1200)], [Earlier(before, MANY)], DEFAULT, other) == {0}
    assert changed([count(1240)], [Earlier(before, MANY)], DEFAULT, more) == {0}
    assert changed([count(1240)], [Earlier(before, MANY)], DEFAULT, MANY | {str(i): "more" for i in range(8)}) == set()


def test_means_and_amounts_are_held_against_what_went_out_before_too() -> None:
    """A mean of the same 40 people, or of 42, that differs is what few did; that of 60 is not."""

    def of(value: float, n: int) -> Figure:
        return Figure("cost_per_person", "M068", "", "", "", value, "£", n=n)

    before = Earlier({(*of(1, 40).key, 2): 40.0, (*of(1, 40).key, 3): 900.0}, {})
    told = {(value, n): changed([of(value, n)], [before], DEFAULT, MANY) for value, n in
            ((900, 40), (900, 41), (950, 40), (950, 42), (950, 60))}  # fmt: skip
    assert told == {(900, 40): set(), (900, 41): set(), (950, 40): {0}, (950, 42): {0}, (950, 60): set()}


def test_who_a_release_was_of_is_kept_as_keyed_hashes() -> None:
    rows = [("P1", "a"), ("P2", "a")]
    one, other = hashed(rows, b"key"), hashed(rows, b"another")
    assert len(set(one) | set(other)) == 4
    assert hashed([("P1", "b")], b"key").keys() <= one.keys()
    assert hashed([("P1", "b")], b"key").items() - one.items()
    assert "P1" not in str(one)


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (Figure("issues_by_visit", "M074", "visit", "17", "", 4 / 23, "count", 4, 23, n=23), None),
        (Figure("issues_by_visit", "M074", "visit", "2", "", 30 / 23, "count", 30, 23, n=23), 1.3),
        (Figure("front_doors_per_person", "M001", "", "", "", 1.25, "doors", 5, 4, n=4), None),
        (Figure("front_doors_per_person", "M001", "", "", "", 609 / 161, "doors", 609, 161, n=161), 3.8),
        (Figure("back_doors", "M001", "", "", "", 3, "doors", n=3), 3),
        (Figure("issues_behind_service", "M004", "service", "claims", "", 2, "count", n=3), None),
        (Figure("issues_behind_service", "M004", "service", "repairs", "", 4, "count", n=16), 4),
    ],
)
def test_no_mean_of_few_and_no_exact_number_of_people_beside_what_is_counted_in_things(
    figure: Figure, shown: float | None
) -> None:
    declared = {name: one for one in MEASURES for name in one.names}
    known = Known(declared, crowds={(figure.name, (EVERYBODY, "", "")): figure.n or 0})
    (found, *_) = (*published([figure], DEFAULT, known=known).figures, None)
    assert (found.value if found else None) == shown
    if found and found.n is not None and figure.name != "back_doors":
        assert found.n % 5 == 0
        assert found.denominator is None


@pytest.mark.parametrize("bottom", [20, 40, 85, 120, 260, 900])
def test_limits_tell_no_more_than_rounding_does(bottom: int) -> None:
    """A step of the limits holds as many as a count is rounded to, or is a tenth."""
    (found,) = published([share(bottom // 2, bottom, low=0.333, high=0.667)], DEFAULT).figures
    assert found.low is not None
    step = next(one for one in (0.01, 0.02, 0.05, 0.1) if one * bottom >= 5 or one == 0.1)
    assert found.low == pytest.approx(math.floor(0.333 / step) * step)


def test_a_reason_that_is_all_counts_is_not_called_not_recorded() -> None:
    one = Figure("time_to_crisis", "M057", "", "", "", None, "days", note="3 of 14 needs ended another way.")
    assert published([one], DEFAULT).figures[0].note == UNSAID


def test_another_profile_holds_for_the_whole() -> None:
    found = published([count(4, "a"), count(9, "b")], Profile(least=3, round_to=1))
    assert values(found.figures) == {"a": 4, "b": 9}
    with pytest.raises(UsageError, match="--least 2: expected 3 or more"):
        Profile(least=2)
    with pytest.raises(UsageError, match="--round-to 9: expected 1 to 8"):
        Profile(round_to=9)


# --- the attacker --------------------------------------------------------------------------------------------

AGENCIES = ("gp", "housing", "police", "school")
TYPES = ("failure", "value")


def figures_of(cells: dict[tuple[str, str], int]) -> list[Figure]:
    """The figures a study gives of demands by agency and type: counts, totals, shares."""
    by_agency = {agency: sum(cells[agency, kind] for kind in TYPES) for agency in AGENCIES}
    by_type = {kind: sum(cells[agency, kind] for agency in AGENCIES) for kind in TYPES}
    whole = sum(by_agency.values())
    found = [count(whole), *(count(n, agency) for agency, n in by_agency.items() if n)]
    for kind in TYPES:
        found.append(count(by_type[kind], name=f"{kind}_demands"))
        found += [count(n, agency, name=f"{kind}_demands") for agency in AGENCIES if (n := cells[agency, kind])]
    found += [share(by_type["failure"], whole)] if whole else []
    return found + [share(cells[agency, "failure"], n, agency) for agency, n in by_agency.items() if n]


def attacked(shown: Sequence[Figure], target: tuple[str, str], profile: Profile) -> tuple[float, float]:
    """The least and the most that one cell can be, from all that is shown, rounding known."""
    names = list(product(AGENCIES, TYPES))
    rows, limits = [], []
    for one in shown:
        if one.value is None or one.name == "failure_demand_share":
            known = [] if one.value is None else [(one.numerator, ("failure",)), (one.denominator, TYPES)]
        else:
            kinds = (one.name.removesuffix("_demands"),) if "_" in one.name else TYPES
            known = [(one.value, kinds)]
        for number, kinds in known:
            row = np.array([float(kind in kinds and one.group in ("", agency)) for agency, kind in names])
            half = profile.round_to / 2
            rows += [row, -row]
            limits += [number + half, -(number - half)]
    aim = np.array([float(name == target) for name in names])
    ends = []
    for sign in (1, -1):
        found = (
            linprog(sign * aim, A_ub=np.array(rows), b_ub=limits, bounds=(0, None), method="highs") if rows else None
        )
        ends.append(sign * found.fun if found is not None and found.fun is not None else math.inf if sign < 0 else 0.0)
    return ends[0], ends[1]


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 120)), min_size=8, max_size=8))
def test_an_attacker_who_solves_for_withheld_cells_fails(numbers: list[int]) -> None:
    """With every figure shown, every total, and the rule of rounding, no small count is told to fewer than four."""
    cells = dict(zip(product(AGENCIES, TYPES), numbers, strict=True))
    shown = published(figures_of(cells), DEFAULT).figures
    for name, number in cells.items():
        if DEFAULT.is_few(number):
            least, most = attacked(shown, name, DEFAULT)
            assert min(math.floor(min(most, 99) + 1e-6), 7) - max(math.ceil(least - 1e-6), 1) >= 3, (
                name,
                number,
                least,
                most,
            )


def test_the_attacker_succeeds_where_totals_are_not_looked_at() -> None:
    """The same attack finds a count that is withheld alone, so that the test above can fail."""
    cells = dict.fromkeys(product(AGENCIES, TYPES), 40) | {("gp", "failure"): 7}
    exact = [one for one in figures_of(cells) if not (one.name == "failure_demands" and one.group == "gp")]
    exact = [one for one in exact if not (one.unit == "share" and one.group == "gp")]
    least, most = attacked(exact, ("gp", "failure"), Profile(least=8, round_to=1))
    assert most - least < 3
    assert NEIGHBOUR in published(figures_of(cells), DEFAULT).withheld


def test_where_it_is_lost_who_a_release_was_of_the_next_is_refused_in_one_line(tmp_path: Path) -> None:
    figure = Figure("demands", "M001", "", "", "", 100.0, "count", n=100, basis="recorded", note="")
    people = hashed([("P1", "asked once"), ("P2", "asked twice")], b"key")
    keep(tmp_path, [figure], people, {"at": "2026-11-30"})
    assert [one.people for one in earlier(tmp_path)] == [people]
    (tmp_path / "published" / "people-0001.parquet").unlink()
    with pytest.raises(InputError, match=r"people-0001\.parquet: is not there"):
        earlier(tmp_path)
