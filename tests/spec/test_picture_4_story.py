"""The picture, chapter 4: one person's story, and who was joined."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from personshaped.errors import InputError, UsageError
from personshaped.picture import draw, inputs, links_page, rows, story
from picture_findings import interactions, worked_example, write_table
from picture_reading import Page, table


def test_a_story_begins_with_the_persons_words(tmp_path: Path) -> None:
    page = Page(story(worked_example(tmp_path), "P1"))
    assert page.quotations == ["‘I can't get up the stairs to the bath’"]
    assert (
        "They asked 4 times between 3 January 2024 and 20 March 2024; 3 agencies took part. 3 of 4 times they were "
        "asking again. The need is met: they said so." in page.text
    )
    assert "£269.50, to all agencies together" in page.text


def test_every_mark_is_a_link_to_its_row(tmp_path: Path) -> None:
    page = Page(story(worked_example(tmp_path), "P1"))
    rows = [one["id"] for tag, one in page.tags if tag == "li" and one.get("id")]
    linked = {one["href"] for tag, one in page.tags if tag == "a" and one.get("class") == "m"}
    assert rows == [f"r{place}" for place in range(14)]
    assert linked == {f"#r{place}" for place in range(14)}


def test_piles_of_one_kind_are_one_stop(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    same = [
        {**interactions()[0], "interaction_id": f"p{n}", "position": n, "demand_type": "failure", "agency": "police"}
        for n in range(18)
    ]
    later = {**interactions()[13], "interaction_id": "z", "position": 99, "started_at": datetime(2024, 9, 1)}
    write_table(folder, "interactions", [*same, {**later, "started_before": datetime(2024, 9, 1)}])
    write_table(folder, "demands", same)
    html = story(folder, "P1")
    assert "Police: asks again, 18 times, 3 January 2024" in html
    assert html.count('class="m"') == 4  # two piles, drawn wide and narrow


def test_what_the_rule_says_stands_where_nobody_coded(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    write_table(folder, "interactions", [{**row, "demand_type": None} for row in interactions()])
    assert "3 of 4 times they were asking again" in Page(story(folder, "P1")).text


def test_dates_are_drawn_no_finer_than_they_are_known(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    rows = interactions()[:3]
    for row, precision, before in zip(
        rows, ("year", "month", "range"), ("2025-01-01", "2024-02-01", "2026-01-01"), strict=True
    ):
        row |= {"date_precision": precision, "started_before": datetime.fromisoformat(before)}
    write_table(folder, "interactions", rows)
    text = Page(story(folder, "P1")).text
    assert "asks, first time, 2024" in text
    assert "screened, January 2024" in text
    assert "asks again, from 2024" in text
    assert "3 January 2024 ‘" not in text


def test_rows_known_only_by_their_order_stand_in_order(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    rows = [
        {**row, "started_at": None, "started_before": None, "date_precision": "order"} for row in interactions()[:4]
    ]
    write_table(folder, "interactions", rows)
    text = Page(story(folder, "P1")).text
    assert "Date not known" in text
    assert "in this order, dates not all known" in text


def test_a_demand_that_the_agency_made_itself_is_no_asking(tmp_path: Path) -> None:
    """R1: a review falls due, initiated_by own_agency; it is an activity, and the page says so."""
    folder = worked_example(tmp_path)
    first, *others = interactions()
    write_table(
        folder, "interactions", [first, {**others[0], "activity": "demand", "kind": "activity", "outcome": None}]
    )
    assert "begun by the agency itself" in Page(story(folder, "P1")).text


def test_inference_is_marked(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    write_table(folder, "interactions", [{**interactions()[0], "inferred": True}])
    assert "(our reading)" in Page(story(folder, "P1")).text


def test_a_long_story_is_cut_and_says_so(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    many = [{**interactions()[n % 14], "interaction_id": str(n), "position": n} for n in range(1000)]
    write_table(folder, "interactions", many)
    page = Page(story(folder, "P1"))
    assert "400 rows (only the first are drawn)" in page.text


def test_an_unknown_person_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no person 'nobody' in these findings"):
        story(worked_example(tmp_path), "nobody")


def test_links_say_what_was_joined_and_why_without_names(tmp_path: Path) -> None:
    html = links_page(worked_example(tmp_path))
    pairs = table(html, "Pairs of records")[1:]
    assert all(re.fullmatch("[0-9a-f]{8}", one[0]) for one in pairs)  # a name to look the pair up by
    assert [one[1:] for one in pairs] == [
        ["GP", "Adult social care", "the same person", "0.991", "birth and postcode agree", "a model"],
        ["Housing", "Adult social care", "the same person", "", "the same person_id", "as given"],
    ]
    assert "H-001" not in html
    assert "S-77" not in html


def test_links_are_drawn_where_only_linking_has_run(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    for name in ("run.json", "figures.parquet", "charts.json"):
        (folder / name).unlink()
    published = Page(links_page(folder, "Ashbrook", personal=False)).text
    assert "Personal data – working copy." not in published
    assert "Ashbrook" in published
    text = Page(links_page(folder)).text
    assert "Personal data – working copy." in text
    assert "birth and postcode agree" in text


@pytest.mark.parametrize("missing", ["run.json", "figures.parquet"])
def test_a_folder_that_is_not_findings_is_refused(tmp_path: Path, missing: str) -> None:
    folder = worked_example(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(InputError, match=rf"{missing}: is not there; expected the findings folder"):
        draw(folder)


def test_a_broken_run_is_refused_in_one_line(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    (folder / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.json: cannot be read"):
        draw(folder)


def test_series_survive_being_written_and_read(tmp_path: Path) -> None:
    points, phases = (inputs.Point("2024-01", 8.0, ("outside",)),), (inputs.Phase("2024-01", "2024-01", 1, 0, 2),)
    chart = inputs.Xmr("demands", points, phases, 0.19, "note")
    charts = inputs.Charts(
        xmr={"demands/month": chart},
        incidence=inputs.Incidence((0.0, 10.0), (0.25, 0.5), (0.0, 0.25), (0.25, 0.25), (0.5, 0.0), 4),
        lorenz={"cost": inputs.Lorenz((0.0, 1.0), (0.0, 1.0), 4)},
        received_wanted=(inputs.ReceivedWanted("P1", 2024, ("2024-01-03",), (5.0,), (120.0,), (120.0,)),),
        spread=(inputs.Tried("look_back", "90 days", "failure_demand_share", 0.6),),
        conditions=(inputs.Condition("C1", ("approval_rate",), "cover our backs"),),
        voices=(inputs.Voice("work_here", "am I helping?"),),
        methods=(inputs.Method("2024-01-01", "a team"),),
        asked_elsewhere=(3, 5),
    )  # fmt: skip
    inputs.write_charts(tmp_path, charts)
    assert inputs.read_charts(tmp_path) == charts
    assert inputs.read_charts(tmp_path / "elsewhere") == inputs.Charts()


def test_an_id_with_a_quote_or_a_brace_is_a_value_like_any_other(tmp_path: Path) -> None:
    with rows.Tables(tmp_path) as tables:
        odd = "O'Hara {persons}"
        assert tables.ask("SELECT {person} AS id, {person} IN {ids} AS there", person=odd, ids=["x", odd]) == [
            {"id": odd, "there": True}
        ]
        assert tables.ask("SELECT 'x' IN {ids} AS there", ids=[]) == [{"there": None}]
