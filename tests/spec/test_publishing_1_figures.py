"""Publishing: which figures may leave, and that nothing withheld can be worked out (specification, Stat 11)."""

from __future__ import annotations

import io
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from personshaped.disclosure import releases
from personshaped.disclosure.behind import crowds, dominance
from personshaped.disclosure.profile import DEFAULT, Profile
from personshaped.disclosure.releases import MEASURED, ROWS, SHOWN, Earlier, differs, earlier, keep
from personshaped.disclosure.since import HELD_OF_THEM, NOT_HELD, Since, since, to_keep, write_rows
from personshaped.disclosure.withholding import (
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
from personshaped.figures import (
    MONTH,
    By,
    Context,
    Count,
    DataAvailability,
    Figure,
    Measure,
    Query,
    Ratio,
    Share,
    Sum,
    by,
)
from personshaped.settings import Settings
from personshaped.study.measuring import MEASURES
from personshaped.study.published_figures import beside_earlier
from personshaped.tables import CANONICAL, DERIVED


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
        UNION ALL SELECT 'housing', 'p' || i, 20 FROM range(40) t(i)
        UNION ALL SELECT 'benefits', 'p' || i, 10 FROM range(40) t(i)""")
    one = Measure("minutes", ("M044",), Sum("minutes"), "minutes", "", "", "", table="interactions", by=(by("agency"),))
    made = dominance(con, [one], Context(Settings(), DataAvailability(frozenset())), DEFAULT)
    assert made.checked == {"minutes"}
    figures = [Figure("minutes", "M044", "agency", group, "", value, "minutes", n=40)
               for group, value in (("gp", 1195.0), ("housing", 800.0), ("benefits", 400.0))]  # fmt: skip
    known = Known({"minutes": one}, made.checked, made.dominated)
    assert published(figures, DEFAULT, known=Known({"minutes": one})).withheld == {DOMINATED: 3}
    assert values(published(figures, DEFAULT, known=known).figures) == {
        "gp": None, "housing": 800, "benefits": None,
    }  # fmt: skip


def test_an_amount_that_is_withheld_alone_takes_the_next_smallest_with_it() -> None:
    """One person makes most of what the hospital cost: the total less all others would tell it."""
    one = Measure("cost_by_agency", ("M068",), Sum("price"), "£", "", "", "", by=(by("agency"),))
    given_ = [Figure("cost_by_agency", "M068", "agency", group, "", value, "£", n=60)
              for group, value in (("gp", 18_000.0), ("hospital", 54_000.0), ("housing", 74_000.0))]  # fmt: skip
    known = Known({one.name: one}, {one.name}, {(one.name, ("agency", "hospital", ""))})
    found = published(given_, DEFAULT, known=known)
    assert values(found.figures) == {"gp": None, "hospital": None, "housing": 74_000}
    assert dict(found.withheld) == {DOMINATED: 1, NEIGHBOUR: 1}


def test_minutes_of_a_share_are_shown_in_two_figures_as_all_amounts_are() -> None:
    one = Measure("control_time_share", ("M061",), Ratio("minutes", "minutes", when="control"), "share", "", "", "")
    given_ = [Figure(one.name, "M061", "", "", "", 89_389 / 142_465, "share", 89_389, 142_465, 0.551, 0.689, n=155)]
    (found,) = published(given_, DEFAULT, known=Known({one.name: one}, {one.name})).figures
    assert (found.value, found.numerator, found.denominator) == (0.63, 89_000, 140_000)
    assert (found.low, found.high) == (0.55, 0.69)


def test_a_figure_that_was_refused_tells_nothing_of_what_it_would_have_been_made_of() -> None:
    refused = Figure("cost_ratio", "M069", "", "", "", None, "ratio", 71_234.42, 9_862, 1.0, 9.0, n=8,
                     note="Refused: prices of 2021 and 2024 are not the same prices.")  # fmt: skip
    (found,) = published([refused], DEFAULT).figures
    assert (found.numerator, found.denominator, found.low, found.high, found.n) == (None,) * 5
    assert found.note == UNSAID


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


def test_notes_keep_no_numbers_but_settings() -> None:
    noted = share(
        41, 83, note="Carried by some 21 people: the interval may be too narrow. by rule, looking back 365 days."
    )
    assert published([noted], DEFAULT).figures[0].note == "by rule, looking back 365 days."


def test_figures_by_other_linking_are_left_at_home() -> None:
    other = Figure("demands", "M025", "link_threshold", "0.8", "", 1581, "count")
    assert published([other, count(1580)], DEFAULT).figures == published([count(1580)], DEFAULT).figures


# --- beside what was published before ------------------------------------------------------------------------


def release(*figures: Figure, measured: str = "") -> Earlier:
    """A release that showed these, rounded."""
    shown = published(figures, DEFAULT).figures
    exact = {(*one.key, which): number for one in figures for which, number in releases.numbers_of(one).items()}
    return Earlier(Path("unused"), shown, exact, measured)


def test_a_figure_that_differs_by_few_from_what_went_out_before_stands_as_it_was() -> None:
    """A month more with 4 demands: 1,204 less 1,200 would tell of them."""
    before = release(count(1200))
    assert differs(count(1204), before, False, DEFAULT)
    assert not differs(count(1200), before, False, DEFAULT)
    assert not differs(count(1260), before, False, DEFAULT)
    found = published([count(1204)], DEFAULT, {0: before.shown[count(1204).key]})
    assert (found.figures[0].value, dict(found.withheld), found.fresh) == (1200, {}, ())


def test_what_was_measured_otherwise_before_is_withheld_and_does_not_stand() -> None:
    found = published([count(1204)], DEFAULT, {0: None})
    assert (found.figures[0].value, dict(found.withheld)) == (None, {CHANGED: 1})


def test_what_few_did_stands_by_whatever_it_differs() -> None:
    """Somebody forgotten asked 20 times: 1,220 less 1,200 is what one person did."""
    assert differs(count(1200), release(count(1220)), True, DEFAULT)
    assert not differs(count(1200), release(count(1220)), False, DEFAULT)
    assert not differs(count(1220), release(count(1220)), True, DEFAULT)
    mean = Figure("cost_per_person", "M068", "", "", "", 900.0, "£", n=40)
    assert differs(replace(mean, value=950.0), release(mean), True, DEFAULT)
    assert not differs(replace(mean, value=950.0), release(mean), False, DEFAULT)
    assert not differs(mean, release(mean), True, DEFAULT)


def test_what_stood_tells_nothing_of_its_own_and_is_no_release_to_hold_against(tmp_path: Path) -> None:
    """Else five people more in each release, and never eight, would keep a figure as it was for ever."""
    anew = {SHOWN: parquet_of(count(100)), ROWS: b"", MEASURED: b"so"}
    keep(tmp_path, [count(100)], anew, {"at": "2026-11-30"})
    keep(tmp_path, [], anew, {"at": "2026-12-31"})
    (one,) = earlier(tmp_path)
    assert (one.folder.name, one.measured, list(one.exact.values())) == ("0001", "so", [100.0])
    assert [figure.value for figure in one.shown.values()] == [100.0]


def parquet_of(*figures: Figure) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([vars(one) for one in figures]), held)
    return held.getvalue()


def test_where_a_file_of_an_earlier_release_is_lost_the_next_is_refused_in_one_line(tmp_path: Path) -> None:
    keep(tmp_path, [count(100)], {SHOWN: parquet_of(count(100)), ROWS: b"", MEASURED: b""}, {"at": "2026-11-30"})
    (tmp_path / "published" / "0001" / ROWS).unlink()
    with pytest.raises(InputError, match=r"0001/rows\.parquet: is not there"):
        earlier(tmp_path)


# --- who did what differs --------------------------------------------------------------------------------------

People = dict[str, list[tuple[str, str, str]]]
"""By person their rows: id, agency and day."""
ASKED = [
    Measure("demands", ("M025",), Count(), "count", "", "", "", table="demands", by=(by("agency"), MONTH)),
    Measure("needs", ("M054",), Count(), "count", "", "", "", table="needs", by=(By(),)),
]


def town(folder: Path, people: People) -> Path:
    """The derived tables of people and their rows."""
    folder.mkdir()
    rows = [(who, *row) for who, asked in people.items() for row in asked]
    with duckdb.connect() as con:
        con.execute("CREATE TABLE rows (person_id VARCHAR, interaction_id VARCHAR, agency VARCHAR, day DATE)")
        con.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", rows)
        each = """SELECT person_id, interaction_id, agency, CAST(day AS TIMESTAMP) AS started_at,
            'need' || person_id || year(day) AS need_id, 'cycle' || interaction_id AS cycle_id, true AS in_window"""
        tables = {
            "interactions": f"{each} FROM rows", "demands": f"{each.removesuffix(', true AS in_window')} FROM rows",
            "needs": "SELECT DISTINCT person_id, 'need' || person_id || year(day) AS need_id FROM rows",
            "cycles": "SELECT person_id, 'cycle' || interaction_id AS cycle_id FROM rows",
            "referrals": "SELECT person_id, interaction_id AS sent_id, interaction_id AS received_id FROM rows",
            "persons": "SELECT DISTINCT person_id FROM rows", "episodes": "SELECT DISTINCT person_id FROM rows",
        }  # fmt: skip
        for name, select in tables.items():
            columns = ", ".join(f'"{one.name}" {one.sql}' for one in DERIVED[name].columns)
            con.execute(f"CREATE TABLE {name} ({columns})")
            con.execute(f"INSERT INTO {name} BY NAME {select}")
            con.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
    return folder


def since_then(tmp_path: Path, before: People, now: People, change: Mapping[str, str] | None = None) -> Since:
    """What differs of people now; `change` says by table what else is otherwise, as a list of `REPLACE`."""
    kept = tmp_path / "kept"
    kept.mkdir()
    write_rows(town(tmp_path / "before", before), b"key", tmp_path / "were.parquet")
    (kept / ROWS).write_bytes(to_keep(tmp_path / "were.parquet"))
    tables = town(tmp_path / "now", now)
    for table, replaced in (change or {}).items():
        changed(tables, table, replaced)
    write_rows(tables, b"key", tmp_path / "are.parquet")
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA findings")
        for one in tables.glob("*.parquet"):
            con.execute(f"CREATE VIEW findings.{one.stem} AS FROM '{one}'")
        context = Context(Settings(), DataAvailability(frozenset()))
        return since(con, Earlier(kept, (), {}), tmp_path / "are.parquet", ASKED, context)


def changed(tables: Path, table: str, replaced: str) -> None:
    path = tables / f"{table}.parquet"
    now = duckdb.sql(f"SELECT * REPLACE ({replaced}) FROM '{path}'").arrow().read_all()
    pq.write_table(now, path)


TEN: People = {f"person {i}": [(f"{i}", "gp", "2024-01-05")] for i in range(10)}


def test_nothing_differs_where_everybody_has_the_same_rows_by_whatever_id(tmp_path: Path) -> None:
    """New links gave everybody another id, and nobody other company."""
    found = since_then(tmp_path, TEN, {f"other {who}": rows for who, rows in TEN.items()})
    assert (found.any_row, found.people, found.gone, found.few(DEFAULT)) == (False, 0, 0, False)


def test_a_month_in_which_nobody_has_new_rows_tells_of_the_one_who_was_forgotten(tmp_path: Path) -> None:
    """All ten came back in March, and one more is gone: March is ten people's doing, January is hers."""
    now = {who: [*rows, (f"{rows[0][0]} again", "gp", "2024-03-07")] for who, rows in TEN.items()}
    found = since_then(tmp_path, TEN | {"person x": [("x", "gp", "2024-01-05")]}, now)
    assert (found.people, found.gone, found.few(DEFAULT)) == (10, 1, False)
    january, march, everybody = ("", "", "2024-01"), ("", "", "2024-03"), ("", "", "")
    known = Known(crowds=dict.fromkeys([("demands", january), ("demands", march), ("needs", everybody)], 10))

    def few(name: str, place: tuple[str, str, str]) -> bool:
        return found.few_did(name, place, known, DEFAULT)

    assert (few("demands", january), few("demands", march), few("needs", everybody)) == (True, False, False)
    assert not few("demands", ("agency", "unheard of", ""))  # nobody knows who stands behind it: everybody does


def test_one_forgotten_and_one_joined_are_few(tmp_path: Path) -> None:
    now = {who: rows for who, rows in TEN.items() if who != "person 0"} | {"person y": [("y", "gp", "2024-01-05")]}
    found = since_then(tmp_path, TEN, now)
    assert (found.people, found.gone, found.few(DEFAULT)) == (1, 1, True)


def test_people_who_were_joined_or_taken_apart_have_changed(tmp_path: Path) -> None:
    """Their rows are the same, and figures for each person are not."""
    two = {"person 0", "person 1"}
    others = {who: rows for who, rows in TEN.items() if who not in two}
    one = others | {"person 0": [*TEN["person 0"], *TEN["person 1"]]}
    (tmp_path / "joined").mkdir()
    joined = since_then(tmp_path / "joined", TEN, one)
    assert (joined.any_row, joined.people, joined.gone) == (True, 1, 0)
    (tmp_path / "apart").mkdir()
    apart = since_then(tmp_path / "apart", one, TEN)
    assert (apart.any_row, apart.people, apart.gone) == (True, 2, 0)


def test_months_are_not_shown_of_which_the_quarter_was_and_in_which_one_is_missing_since() -> None:
    """65 in three months, each shown for the first time, beside the 75 that were published of the quarter."""
    quarter, month, new = (count(n, period=period) for n, period in ((75, "2024-Q1"), (20, "2024-01"), (30, "2024-08")))
    place = ("demands", ("", "", "2024-08"))
    since_march = Since(release(quarter), True, Known(crowds={place: 30}), 30, 1)
    known = Known(crowds={("demands", ("", "", "2024-01")): 15, place: 30})
    assert beside_earlier([month, new], known, [since_march], "", DEFAULT) == {0: None}
    assert beside_earlier([month], known, [since_march], "other settings", DEFAULT) == {0: None}


def test_what_the_last_release_showed_as_it_is_stands_whatever_one_before_it_showed() -> None:
    first = Since(release(count(100)), True, Known(), 0, 1)
    last = Since(release(count(120)), True, Known(), 0, 1)
    known = Known(crowds={("demands", ("", "", "")): 90})
    assert beside_earlier([count(120)], known, [last, first], "", DEFAULT) == {}
    (shown,) = last.release.figures
    assert beside_earlier([count(121)], known, [last, first], "", DEFAULT) == {0: shown}
    assert beside_earlier([count(121)], known, [last, first], "other settings", DEFAULT) == {0: None}


OTHER = {"str": "'other'", "enum": "'other'", "time": "TIMESTAMP '1999-01-01'", "date": "DATE '1999-01-01'",
         "yesno": "true", "int": "7", "num": "7"}  # fmt: skip
"""By kind of column what no row of the town holds."""


def test_every_column_of_a_row_is_in_its_hash_or_is_named_with_a_reason(tmp_path: Path) -> None:
    """Whatever of one person's rows is changed, the next release sees that a row differs."""
    tables = town(tmp_path / "town", TEN)

    def hashes() -> set[str]:
        write_rows(tables, b"key", tmp_path / "rows.parquet")
        return set(pq.read_table(tmp_path / "rows.parquet")["what"].to_pylist())

    before = hashes()
    unseen: dict[str, set[str]] = {}
    for table in ("interactions", "demands", *HELD_OF_THEM):
        path = tables / f"{table}.parquet"
        kept = path.read_bytes()
        for column in DERIVED[table].columns:
            if column.type == "list" or column.name in ("person_id", "interaction_id", "need_id", "cycle_id"):
                continue
            other = "NOT coalesce(in_window, false)" if column.name == "in_window" else OTHER[column.type]
            changed(tables, table, f"CASE WHEN person_id = 'person 3' THEN {other} ELSE \"{column.name}\" END"
                                   f" AS \"{column.name}\"")  # fmt: skip
            if hashes() == before:
                unseen.setdefault(table, set()).add(column.name)
            path.write_bytes(kept)
    own = {"person_id", "need_id", "cycle_id"}
    for table in ("interactions", "demands"):
        assert unseen[table] | own == {*NOT_HELD} & {*DERIVED[table].names} | own, table
    assert {*NOT_HELD} <= {*DERIVED["interactions"].names, *DERIVED["demands"].names}
    recorded = {*CANONICAL["needs"].names} - {"household_id", "issue", "issue_presented", "opened_at"}  # as rows tell
    assert not recorded & unseen["needs"]
    assert not {"staff", "asked", "met_withdrawn"} & set.union(*unseen.values())


def test_one_persons_rows_that_are_coded_otherwise_are_what_few_did(tmp_path: Path) -> None:
    """Twenty rows of one person are no longer value work: 20 is not one to seven apart, and is one person's doing."""
    many = TEN | {"person x": [(f"x{at}", "gp", "2024-01-05") for at in range(20)]}
    whose = "CASE WHEN person_id = 'person x' THEN {} END AS {}"
    known = Known(crowds={("demands", ("", "", "2024-01")): 11, ("needs", ("", "", "")): 11})
    for at, (table, name, other) in enumerate([
        ("interactions", "value_work", "true"), ("demands", "caused_by", "'gp'"), ("needs", "end_reason", "'met'"),
        ("persons", "staff", "3"),
    ]):  # fmt: skip
        (tmp_path / str(at)).mkdir()
        found = since_then(tmp_path / str(at), many, many, {table: whose.format(other, name)})
        assert (found.any_row, found.people, found.gone) == (True, 1, 0), name
        for (figure, place), _ in known.crowds.items():
            assert found.few_did(figure, place, known, DEFAULT), (name, figure)


def test_needs_that_many_people_have_seen_end_do_not_make_their_rows_differ(tmp_path: Path) -> None:
    """Else whoever was forgotten in the month in which they asked would be told among them."""
    now = {who: rows for who, rows in TEN.items() if who != "person 9"}
    found = since_then(tmp_path, TEN, now, {"needs": "TIMESTAMP '2024-06-01' AS ended_at"})
    assert (found.people, found.gone) == (9, 1)
    known = Known(crowds={("demands", ("", "", "2024-01")): 9, ("needs", ("", "", "")): 9})
    few = {name: found.few_did(name, place, known, DEFAULT) for name, place in known.crowds}
    assert few == {"demands": True, "needs": False}


def test_a_release_whose_rows_another_version_kept_stops_the_next_one(tmp_path: Path) -> None:
    """Each of its rows would differ, and nothing be what few did."""
    write_rows(town(tmp_path / "town", TEN), b"key", tmp_path / "are.parquet")
    bare = pq.read_table(tmp_path / "are.parquet").replace_schema_metadata(None)
    pq.write_table(bare, tmp_path / ROWS)
    context = Context(Settings(), DataAvailability(frozenset()))
    with duckdb.connect() as con, pytest.raises(InputError, match=r"rows as another version kept them.*begin anew"):
        since(con, Earlier(tmp_path, (), {}), tmp_path / "are.parquet", ASKED, context)


def test_a_release_is_numbered_after_the_last_also_where_one_is_lost(tmp_path: Path) -> None:
    for _ in range(2):
        keep(tmp_path, [count(100)], {}, {"at": "2026-11-30"})
    shutil.rmtree(tmp_path / "published" / "0001")
    keep(tmp_path, [count(100)], {}, {"at": "2026-12-31"})
    assert sorted(one.name for one in (tmp_path / "published").glob("0*")) == ["0002", "0003"]


def test_rows_are_kept_as_keyed_hashes_in_no_order(tmp_path: Path) -> None:
    tables = town(tmp_path / "town", TEN)
    kept = []
    for key in (b"key", b"another"):
        write_rows(tables, key, tmp_path / "rows.parquet")
        kept.append(pq.read_table(io.BytesIO(to_keep(tmp_path / "rows.parquet"))))
    assert kept[0].column_names == ["who", "what"]
    assert kept[0]["what"].to_pylist() == sorted(kept[0]["what"].to_pylist())
    assert not set(kept[0]["who"].to_pylist()) & set(kept[1]["who"].to_pylist())
    assert "person" not in str(kept[0].to_pylist())


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
