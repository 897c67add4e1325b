"""The picture, chapter 1: the order of its pages, and that people's words come first."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from personshaped.picture import draw, inputs, words
from picture_findings import run, town, worked_example
from picture_reading import Page, headlines, table


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> str:
    return draw(worked_example(tmp_path_factory.mktemp("example")))


@pytest.fixture(scope="module")
def ashbrook(tmp_path_factory: pytest.TempPathFactory) -> str:
    return draw(town(tmp_path_factory.mktemp("town"), synthetic=False))


def test_the_purpose_is_the_only_h1(example: str) -> None:
    assert [said for tag, said in Page(example).headings if tag == "h1"] == ["‘Help me to live my life well’"]


def test_pages_follow_the_method_and_keep_their_numbers(example: str) -> None:
    assert [said for tag, said in Page(example).headings if tag == "h2"] == [
        "1 What people said",
        "2 What is asked",
        "3 What happens",
        "4 When is the need met",
        "5 Why",
        "6 What it costs",
        "7 What changed",
        "8 How far it might reach",
        "9 How the figures were made",
    ]


def test_every_quotation_of_page_1_stands_before_the_first_chart(example: str) -> None:
    first_page = Page(example.split('id="asked"')[0])
    assert first_page.labels == []
    assert len(first_page.quotations) == 8
    assert first_page.quotations[0] == "‘I can't get up the stairs to the bath’"


def test_no_words_are_said_twice_and_the_rule_of_choice_is_printed(ashbrook: str) -> None:
    first_page = Page(ashbrook.split('id="asked"')[0])
    assert sorted(first_page.quotations) == sorted(set(first_page.quotations))
    assert 6 <= len(first_page.quotations) <= 9
    assert "Chosen by a rule, not by hand" in first_page.text


def test_page_7_says_why_it_is_empty_and_page_8_why_it_is_refused(example: str) -> None:
    changed = Page(example.split('<section id="changed"')[1].split("</section>")[0]).text
    reach = Page(example.split('<section id="reach"')[1].split("</section>")[0]).text
    assert "Early signs cannot be said from these data because no agency has twelve months" in changed
    assert "Old way beside new way, case by case, cannot be said from these data because nobody" in changed
    assert "cannot be said from these data because no place in the data has both people and an amount" in reach


def test_page_9_lists_rows_linking_coding_settings_and_what_was_refused(example: str) -> None:
    made = Page(example.split('<section id="made"')[1].split("</section>")[0]).text
    assert "20 read, 20 used, 0 set aside." in made
    assert "6 references became 4 people." in made
    assert "already known to some agency: 4 of 8 demands; counted without linking it would read 3 of 8".lower() in (
        made.lower()
    )
    assert "The headline is coded by people: 5 of 8; by rule: 5 of 8." in made
    assert "Synthetic or published data: no personal data" in made
    assert table(example, "What cannot be said from these data") == [
        ["Figure", "Measure", "Because"],
        ["Control time share", "M044", "staff_grade is not recorded"],
        ["History span", "M033", "fewer than two dated rows a person"],
    ]


def test_the_spread_over_thresholds_is_drawn_or_its_absence_said(example: str, ashbrook: str) -> None:
    assert "Whether the finding hangs on the thresholds cannot be said yet" in headlines(example)
    assert "Under other thresholds the share asking again lies between 26% and 81%" in headlines(ashbrook)


def test_synthetic_and_personal_data_are_marked(example: str, ashbrook: str) -> None:
    assert "Synthetic or published data." in Page(example).text
    assert "personal data – working copy" not in example
    assert "Personal data – working copy." in Page(ashbrook).text
    assert '@bottom-center{content:"personal data – working copy"}' in ashbrook  # on every printed page


def test_a_sample_is_said(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    (folder / "run.json").write_text(json.dumps(run() | {"sample": 0.05}), encoding="utf-8")
    assert "A sample: 5% of the people." in Page(draw(folder)).text


def test_without_a_purpose_the_page_asks_for_one(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    (folder / "run.json").write_text(json.dumps(run(purpose="")), encoding="utf-8")
    assert [said for tag, said in Page(draw(folder)).headings if tag == "h1"] == ["What do people here come for?"]


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    folder = town(tmp_path)
    assert draw(folder) == draw(folder)


def test_page_two_has_words_need_by_need_first_and_again(tmp_path: Path) -> None:
    page = Page(draw(worked_example(tmp_path)))
    part = page.text.split("In their words, need by need")[1].split("In what way")[0]
    first = part.index("I can't get up the stairs to the bath")
    again = part.index("I still can't get to the bath")
    assert part.index("Housing suitability") < first < again
    assert "No words were written down." in part  # the benefit need: nobody asked again in other words
    assert "personshaped figure … demands --rows" in part


def test_needs_stand_in_the_words_of_the_code_book(tmp_path: Path) -> None:
    folder = worked_example(tmp_path)
    said = {"housing_suitability": "I need a home I can get about in", "benefits": "benefits"}
    inputs.write_charts(folder, replace(inputs.read_charts(folder), needs=said))
    page = draw(folder)
    assert "Asked about most: ‘I need a home I can get about in’" in page
    assert "Housing suitability" not in page
    assert [row[0] for row in table(page, "Demands by need")[1:]] == [
        "I need a home I can get about in", "Benefits", "Ageing basic care",
    ]  # fmt: skip


def test_a_group_counted_by_two_things_has_each_in_words() -> None:
    assert words.group("issue>type", "a>b>failure", {"a>b": "I need this"}) == "I need this > Failure"
    assert words.group("issue", "a>b", {"a>b": "I need both"}) == "I need both"
    assert words.group("agency", "gp", {"gp": "I need a doctor"}) == "GP"
