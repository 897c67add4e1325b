"""Listening 6: a person codes in the terminal, or in a spreadsheet; the study says what it rests on."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from personshaped import terminal
from personshaped.demand.coding import codes, exchange, in_hand, queue
from personshaped.errors import InputError, UsageError
from personshaped.figures import Figure
from personshaped.locality import write_demo
from personshaped.records.decisions import without_noughts
from personshaped.study import figure, listening, sheets, study
from personshaped.study.heard import beside
from personshaped.study.listening import Listening, listen


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listening") / "town"
    write_demo(folder, "assess_refer", 300, 3, 4, lambda *_: None)
    study(folder)
    return folder


@pytest.fixture
def town(studied: Path) -> Iterator[Path]:
    yield studied
    for file in (studied / "decisions").glob("*"):
        file.unlink()


def keys(pressed: str) -> terminal.Key:
    """Someone who presses these keys, then stops."""
    left = iter(pressed)
    return lambda prompt, allowed: next(left, "q")


def lines(*typed: str) -> terminal.Line:
    left = iter(typed)
    return lambda prompt: next(left, "")


def code(town: Path, pressed: str, *typed: str, coder: str = "tm") -> Listening:
    with listen(town, None, coder) as session:
        terminal.listen(session, key=keys(pressed), line=lines(*typed))
    return session


def test_one_key_an_answer_and_it_is_on_disk(town: Path) -> None:
    code(town, "vfr", "", "hous", "I need help to get my home repaired")
    first, second = codes.read(town / "decisions")
    assert (first.demand_type, first.coded_by, first.drawn) == ("value", "tm", "random")
    assert (second.demand_type, second.failure_kind, second.caused_by) == ("failure", "representation", "housing")
    assert second.issue == "get_my_home_repaired"


def test_the_last_answer_can_be_taken_back_and_the_same_words_come_again(town: Path) -> None:
    code(town, "vzu")
    standing = codes.latest(codes.read(town / "decisions"))
    assert [one.demand_type for one in standing.values()] == ["unsure"]


def test_a_need_is_chosen_by_its_number(town: Path) -> None:
    code(town, "vv", "I need help with my rent", "1")
    assert [one.issue for one in codes.read(town / "decisions")] == ["my_rent", "my_rent"]


def test_what_had_happened_before_stands_above_the_words(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code(town, "ssssssss")
    shown = capsys.readouterr().out
    assert "Before:" in shown
    assert "asks" in shown
    assert "written up" in shown


def test_nobodys_words_are_cut_at_the_edge_of_the_screen(
    town: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.OUT, "_width", 40)
    with listen(town, None, "tm") as session:
        longest = max(session.held.words, key=len)
        place = session.held.words.index(longest)
        shown = session.shown_again(session.held.demands.ids[place], "random")
        terminal._show(session, shown, 1)
    boxed = [line.strip("│ ") for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert len(longest) > 40
    assert f"‘{longest}’" in " ".join(boxed)


def test_back_leads_out_of_the_kinds_and_nothing_is_taken_back_that_was_not_given(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code(town, "zfzvzu")
    assert [one.demand_type for one in codes.latest(codes.read(town / "decisions")).values()] == ["unsure"]
    shown = capsys.readouterr().out
    assert "Nothing to take back" in shown
    assert "Taken back." in shown


def test_a_beginning_that_fits_several_agencies_is_asked_about_again(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code(town, "frfr", "ho", "housing", "", "Aspire")
    assert [one.caused_by for one in codes.read(town / "decisions")] == ["housing", "Aspire"]
    shown = capsys.readouterr().out
    assert "hospital, housing" in shown
    assert "kept as typed: Aspire" in shown


def test_while_the_code_book_is_empty_a_number_is_no_need(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code(town, "v", "1", "q", "I need help with my rent")
    shown = capsys.readouterr().out
    assert "expected words: no need is in the code book yet" in shown
    assert "One letter is no need" in shown
    assert [one.issue for one in codes.read(town / "decisions")] == ["my_rent"]


def test_a_number_that_is_not_in_the_list_is_no_need(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code(town, "vv", "I need help with my rent", "99", "1, 1")
    assert [one.issue for one in codes.read(town / "decisions")] == ["my_rent", "my_rent"]
    assert "There is no such number" in capsys.readouterr().out


def test_the_machine_says_what_it_guesses_once_it_has_learnt(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code(town, "".join("fr" if i % 2 else "v" for i in range(24)))
    shown = capsys.readouterr().out
    assert "The machine's guess, which may be wrong:" in shown
    assert "if asking again: asking again for the same thing (" in shown


def test_a_look_is_recorded_at_each_person_whose_words_are_shown(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the one asked about, and where people answered differently."""
    looked: list[tuple[str, str]] = []
    monkeypatch.setattr(listening.pseudonyms, "load_key", lambda private: b"k" * 32)
    monkeypatch.setattr(listening.looks, "record", lambda *_, **said: looked.append((said["who"], said["person_id"])))
    with listen(town, None, "tm") as session:
        place, people = session.held.demands.place, session.held.persons
        session.folder = replace(session.folder, lawful=replace(session.folder.lawful, personal_data=True))
        session.who = "tom"
        beside = 0
        while beside < 2:
            looked.clear()
            shown = session.next()
            assert shown is not None
            others = shown.suggested.alike_ids if shown.suggested else ()
            words = [said for said, _ in shown.suggested.alike] if shown.suggested else []
            assert words == [session.held.words[place[one]] for one in others]
            assert looked == list(dict.fromkeys(("tom", people[place[one]]) for one in (shown.interaction_id, *others)))
            beside += bool(others)
            session.answer(shown, "value")
        answered = [one.interaction_id for one in session.answers[:3]]
        for one in answered:
            codes.append(town / "decisions", [replace(session.answers[0], interaction_id=one, coded_by="jb",
                                                      demand_type="failure")])  # fmt: skip
        session.answers = codes.read(town / "decisions")
        looked.clear()
        assert {one.interaction_id for one in session.agreement().apart} == set(answered)
        assert set(looked) == {("tom", people[place[one]]) for one in answered}
        assert len(looked) == len(set(looked))


def test_two_who_listen_at_once_see_each_others_answers_and_draw_one_round(town: Path) -> None:
    with listen(town, None, "tm") as one, listen(town, None, "jb") as other:
        for at in range(24):
            shown = (one, other)[at % 2].next()
            assert shown is not None
            (one, other)[at % 2].answer(shown, "value" if at % 3 else "failure")
        drawn = queue.read(town / "decisions")
    assert len({draw.interaction_id for draw in drawn if draw.round == 1}) == sum(draw.round == 1 for draw in drawn) > 0
    assert one.draws == other.draws == drawn
    seen = [answer.interaction_id for answer in codes.read(town / "decisions") if answer.drawn != "double"]
    assert len(set(seen)) == len(seen)


def test_two_who_read_at_the_same_moment_are_asked_about_different_demands(town: Path) -> None:
    """Both have theirs before them when either answers; at the end the random half has no gap."""
    with listen(town, None, "tm") as one, listen(town, None, "jb") as other:
        for at in range(30):
            first, second = one.next(), other.next()
            assert first is not None
            assert second is not None
            assert first.interaction_id != second.interaction_id
            same = one.next()  # the page loaded again, before an answer
            assert same is not None
            assert same.interaction_id == first.interaction_id
            one.answer(first, "value" if at % 3 else "failure")
            other.answer(second, "value" if at % 2 else "failure")
        given = codes.read(town / "decisions")
        ids, order = one.held.demands.ids, one.held.demands.order
    asked_first = [answer.interaction_id for answer in given if answer.drawn != "double"]
    assert len(set(asked_first)) == len(asked_first) >= 60 - 2 * 6
    at_random = [answer.interaction_id for answer in given if answer.drawn == "random"]
    of_rounds = {answer.interaction_id for answer in given if answer.drawn == "unsure"}
    front = [one for one in (ids[i] for i in order) if one not in of_rounds]
    assert set(at_random) == set(front[: len(at_random)])


def test_a_demand_left_lying_is_free_again_and_one_taken_back_lies_before_its_coder(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listen(town, None, "tm") as one, listen(town, None, "jb") as other:
        first = one.next()
        assert first is not None
        one.answer(first, "value")
        one.next()
        one.undo()
        one.again(first.interaction_id)
        elsewhere = other.next()
        assert elsewhere is not None
        assert elsewhere.interaction_id != first.interaction_id
        monkeypatch.setattr(in_hand, "WHILE", timedelta(0))
        left_lying = other.next()
        assert left_lying is not None
        assert left_lying.interaction_id == first.interaction_id


def test_two_who_write_out_the_next_demands_get_different_ones_until_a_file_was_out_too_long(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(coder: str) -> list[str]:
        path = tmp_path / f"{coder}.csv"
        with listen(town, None, coder) as session:
            assert sheets.write(session, path, 10) == 10
        return [row["interaction_id"] for row in csv.DictReader(path.open(encoding="utf-8-sig"))]

    first, second = asked("tm"), asked("jb")
    assert len({*first, *second}) == 20
    with listen(town, None, "tm") as session:  # their own file is theirs to answer here too
        shown = session.next()
        assert shown is not None
        assert shown.interaction_id == first[0]
    monkeypatch.setattr(in_hand, "WHILE_WRITTEN", timedelta(0))
    monkeypatch.setattr(in_hand, "WHILE", timedelta(0))
    assert asked("kh") == first


def test_noughts_that_a_spreadsheet_took_from_an_id_are_put_back_where_that_can_be_one_demand_only() -> None:
    known = without_noughts(["007", "0012", "12", "00", "A-01", "05", "005"])
    assert known["7"] == "007"
    assert known["0"] == "00"
    assert known["12"] == "12"  # an id of its own
    assert known["A-01"] == "A-01"
    assert "5" not in known  # two it could be


def test_left_for_later_is_not_answered_and_comes_another_time(town: Path) -> None:
    with listen(town, None, "tm") as session:
        first = session.next()
        assert first is not None
        session.pass_over(first)
        second = session.next()
        assert second is not None
        assert second.interaction_id != first.interaction_id
    with listen(town, None, "tm") as session:
        again = session.next()
        assert again is not None
        assert again.interaction_id == first.interaction_id


def test_fifty_demands_give_a_share_with_its_sample(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = "vf"
    code(town, "".join(f"{rules[i % 2]}{'r' if i % 2 else ''}" for i in range(50)))
    shown = capsys.readouterr().out
    assert "50 answers kept in decisions/codes.csv. 50 of" in shown
    assert "drawn at random." in shown
    figures = study(town).figures
    rows = [row for row in csv.DictReader(figures.open()) if row["name"] == "failure_demand_share"]
    whole = {row["basis"]: row for row in rows if not (row["by"] or row["period"])}
    assert set(whole) >= {"rule", "hand"}
    assert whole["hand"]["note"].startswith("From a sample: 50 of ")
    assert float(whole["hand"]["low"]) < float(whole["hand"]["value"]) < float(whole["hand"]["high"])
    assert re.match(r"by rule, 50 of \d+ as people coded them, looking back", whole["rule"]["note"])
    # `figure` says it as the study does, and never the bare count of what the queue asked about (N8)
    told = [one for one in figure(town, None, "failure_demand_share", None, (), False).found if not one.by]
    by_hand = next(one for one in told if one.basis == "hand" and not one.period)
    assert (by_hand.value, by_hand.note) == (float(whole["hand"]["value"]), whole["hand"]["note"])
    by_agency = figure(town, None, "failure_demand_share", "design", (), False).found
    assert {one.basis for one in by_agency} == {"rule"}


def test_a_place_where_people_coded_all_that_rules_tell_apart_keeps_its_headline() -> None:
    """In January five of five are coded by people, in May two of the four; the queue drew them, and ten are too few."""
    blank = Figure("failure_demand_share", "M012", "", "", "2024-01", 0.4, "share", 2, 5, basis="hand")
    rules = replace(blank, value=0.8, numerator=4, basis="rule")
    may = replace(blank, period="2024-05", denominator=4, basis="rule")
    of_two = replace(may, denominator=2, basis="hand")
    unknown_to_rules = replace(blank, period="2023-01")
    whole = replace(blank, period="", denominator=None, n=7)
    found = beside([blank, rules, may, of_two, unknown_to_rules], [whole])
    assert found == [blank, rules, may, whole]


def test_who_only_reads_what_people_answered_needs_no_initials(town: Path) -> None:
    code(town, "vv")
    with listen(town, None, "", only_reads=True) as session:
        assert session.agreement().apart == ()


def test_of_a_need_that_was_heard_often_enough_the_share_that_failed_is_told(town: Path) -> None:
    with listen(town, None, "tm") as session:
        for i in range(44):
            shown = session.next()
            assert shown is not None
            failed = i % 4 == 0
            issue = session.need_of("I need help with my rent" if i % 2 == 0 else f"I need {i}")
            session.answer(shown, "failure" if failed else "value", "rework" if failed else "", "", issue)
        found = {(one.name, one.group): one for one in session.figures() if one.by == "issue"}
    failing = found["failure_demand_share", "my_rent"]
    assert failing.value is not None
    assert 0.3 < failing.value < 0.7  # half of those about the rent, by whatever half the machine was unsure of
    assert "22 of them are about it." in failing.note
    assert ("failure_demand_share", "1") not in found  # one demand says nothing


def sheet(town: Path, path: Path, **cells: str) -> None:
    """One demand written out, answered in a spreadsheet, and read back."""
    with listen(town, None, "tm") as session:
        sheets.write(session, path, 1)
        (row,) = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row, delimiter=";")
            writer.writeheader()
            writer.writerow(row | cells)
        sheets.read(session, path)


def test_answers_in_a_spreadsheet_may_be_written_as_people_write(town: Path, tmp_path: Path) -> None:
    sheet(
        town, tmp_path / "next.csv", demand_type="Failure ", failure_kind="progress chase", caused_by="Housing",
        issue="I need help with my rent; I need a job",
    )  # fmt: skip
    (one,) = codes.read(town / "decisions")
    assert (one.demand_type, one.failure_kind, one.caused_by) == ("failure", "progress_chase", "housing")
    assert one.issue == "my_rent;a_job"
    with listen(town, None, "tm") as session:
        assert {need.words for need in session.book.in_use} == {"I need help with my rent", "I need a job"}


@pytest.mark.parametrize(
    "cells",
    [
        {"demand_type": "falure"},
        {"demand_type": "value", "failure_kind": "rework"},
        {"issue": "I need help with my rent"},
    ],
)
def test_an_answer_that_cannot_be_one_is_named_with_its_row(town: Path, tmp_path: Path, cells: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"next\.csv, row 2"):
        sheet(town, tmp_path / "next.csv", **cells)
    assert codes.read(town / "decisions") == []


@pytest.mark.parametrize("name", ["next.csv", "next.jsonl"])
def test_demands_go_to_a_spreadsheet_and_the_answers_come_back(town: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with listen(town, None, "tm") as session:
        assert sheets.write(session, path, 12) == 12
    text = path.read_text(encoding="utf-8-sig")
    if name.endswith("csv"):
        rows = list(csv.DictReader(text.splitlines()))
    else:
        rows = [json.loads(line) for line in text.splitlines()]
    assert len({row["interaction_id"] for row in rows}) == 12
    for row in rows[:7]:
        row["demand_type"] = "value"
    with path.open("w", newline="") as file:
        if name.endswith("csv"):
            writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")  # as a spreadsheet may save it
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    with listen(town, None, "jb") as session:
        assert sheets.read(session, path) == sheets.Kept(new=7, known=0)
    assert {one.coded_by for one in codes.read(town / "decisions")} == {"jb"}


def test_a_sheet_read_again_keeps_nothing_twice_and_a_changed_answer_once(town: Path, tmp_path: Path) -> None:
    path = tmp_path / "next.csv"
    with listen(town, None, "tm") as session:
        sheets.write(session, path, 3)
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)))
        for row in rows:
            row |= {"demand_type": "failure", "issue": "I need help with my rent"}

        def saved() -> None:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0])
                writer.writeheader()
                writer.writerows(rows)

        saved()
        assert sheets.read(session, path) == sheets.Kept(new=3, known=0)
        assert sheets.read(session, path) == sheets.Kept(new=0, known=3)
        rows[1]["demand_type"] = "value"
        saved()
        assert sheets.read(session, path) == sheets.Kept(new=1, known=2)
    assert len(codes.read(town / "decisions")) == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_sheet_is_read_in_whatever_encoding_a_spreadsheet_saved_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "next.csv"
    path.write_bytes("interaction_id\tdemand_type\tissue\n7\tvalue\tI need a café near me\n".encode(encoding))
    (one,) = exchange.read(path)
    assert (one.interaction_id, one.demand_type, one.issue) == ("7", "value", "I need a café near me")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_words_of_two_lines_move_no_answer_to_another_demand(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "next.csv"
    path.write_bytes(
        (
            "interaction_id,drawn,agency,words,demand_type,issue\r\n"
            '1,random,council,"my ceiling\nleaks – again",failure,\r\n'
            '2,random,council,"rang Café Nero\nno answer",value\r\n'
            "3,random,council,plain,value,\r\n"
        ).encode(encoding)
    )
    assert [(one.row, one.interaction_id, one.demand_type) for one in exchange.read(path)] == [
        (2, "1", "failure"), (3, "2", "value"), (4, "3", "value"),
    ]  # fmt: skip


def test_the_row_named_is_the_row_of_the_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "next.csv"
    path.write_text('interaction_id,words,demand_type\n1,"two\nlines",value\n\n,,\n5,,value\n,no id,value\n')
    with pytest.raises(InputError, match=r"next\.csv, row 6: has no interaction_id"):
        exchange.read(path)


def test_a_cell_guarded_against_formulas_comes_back_as_it_was_and_others_keep_their_apostrophe(tmp_path: Path) -> None:
    path = tmp_path / "next.csv"
    exchange.write(path, [{"interaction_id": "-7", "drawn": "random"}, {"interaction_id": "'s-9", "drawn": "random"}])
    text = path.read_text(encoding="utf-8-sig")
    path.write_text("\n".join(line[:-4] + ",value,,," if line[-1:] == "," else line for line in text.splitlines()))
    assert [one.interaction_id for one in exchange.read(path)] == ["-7", "'s-9"]


def test_a_line_of_words_that_holds_an_odd_break_is_still_one_line(tmp_path: Path) -> None:
    path = tmp_path / "next.jsonl"
    exchange.write(path, [{"interaction_id": "7", "words": "one\u2028two"}])
    path.write_text(path.read_text().replace('"demand_type": ""', '"demand_type": "value"'))
    assert [one.row for one in exchange.read(path)] == [1]


def test_a_sheet_with_one_wrong_line_keeps_nothing(town: Path, tmp_path: Path) -> None:
    path = tmp_path / "back.csv"
    path.write_text("interaction_id,drawn,demand_type\nnobody,random,value\n")
    with listen(town, None, "tm") as session, pytest.raises(InputError, match=r'"nobody" is no demand of this study'):
        sheets.read(session, path)
    assert codes.read(town / "decisions") == []


def test_an_answer_needs_a_person(town: Path) -> None:
    with pytest.raises(UsageError, match="whose answers are these"):
        listen(town, None, " ")
    with pytest.raises(UsageError, match="stands for a rule"):
        listen(town, None, "rule:R2b")


def test_a_need_is_split_into_needs_said_in_new_words_and_its_coding_stays(town: Path) -> None:
    code(town, "vv", "I need help with my home", "I need help to get my home repaired")
    with listen(town, None, "tm") as session:
        session.change_book(None, "my_home=get_my_home_repaired, I need help to move")
        assert {one.code for one in session.book.in_use} == {"get_my_home_repaired", "move"}
        assert session.book.to_look_at_again("my_home") == ("get_my_home_repaired", "move")
        session.change_book("move=get_my_home_repaired", None)
        assert session.book.current("move") == "get_my_home_repaired"
        with pytest.raises(UsageError, match="no need 'nowhere' in the code book"):
            session.change_book(None, "get_my_home_repaired=nowhere,move")
        with pytest.raises(UsageError, match="no need 'rent' in the code book"):
            session.change_book(None, "rent=I need help with rent,I need time to pay")
        assert len(session.book.issues) == 3  # nothing was added
    assert [one.issue for one in codes.read(town / "decisions")] == ["my_home", "get_my_home_repaired"]


def test_of_a_need_that_was_split_only_the_need_is_asked_again(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code(town, "frv", "", "I need help with my home", "I need help with money")
    with listen(town, None, "tm") as session:
        session.change_book(None, "my_home=I need help to move,I need help to get my home repaired")
    capsys.readouterr()
    code(town, "q", "I need help with my home", "1", coder="tm")
    shown = capsys.readouterr().out
    assert "You answered: ‘I need help with my home’. That need was split since; only this is asked again." in shown
    assert "Not kept: ‘I need help with my home’ was split; expected I need help to move or I need help to get" in shown
    first, _, again = codes.read(town / "decisions")
    assert again.issue in ("move", "get_my_home_repaired")
    assert again.issue == "get_my_home_repaired"  # the first in the alphabet of the two that stand first
    unchanged = ("interaction_id", "demand_type", "failure_kind", "caused_by", "coded_by", "drawn")
    assert [getattr(again, one) for one in unchanged] == [getattr(first, one) for one in unchanged]
    code(town, "q", coder="tm")
    assert "was split since" not in capsys.readouterr().out
    code(town, "q", coder="jb")  # it was no answer of theirs
    assert "was split since" not in capsys.readouterr().out
    with listen(town, None, "tm") as session:  # taken back, the need is asked about again, and nothing else
        session.take_back(again.interaction_id)
        assert session.again(again.interaction_id).parted == first


def test_two_needs_of_one_answer_that_were_split_are_asked_about_one_by_one(town: Path) -> None:
    with listen(town, None, "tm") as session:
        shown = session.next()
        assert shown is not None
        needs = [session.need_of(f"I need {one}") for one in ("rest", "help with my home", "help with money")]
        session.answer(shown, "failure", "rework", "", ";".join(needs))
        session.change_book(None, f"{needs[1]}=I need help to move,I need my home repaired")
        session.change_book(None, f"{needs[2]}=I need time to pay,I need help with a form")
        for words in ("I need help to move", "I need time to pay"):
            asked = session.next()
            assert asked is not None
            assert asked.parted is not None
            session.answer_need(asked, session.need_of(words))
        assert session.answers[-1].issue.split(";")[0] == needs[0]
        assert {session.book.words[one] for one in session.answers[-1].issue.split(";")} == {
            "I need rest", "I need help to move", "I need time to pay",
        }  # fmt: skip
        later = session.next()
        assert later is not None
        assert later.parted is None


def test_without_a_study_there_is_nothing_to_listen_to(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("[lawful]\npersonal_data = false\n")
    with pytest.raises(InputError, match="no finished study"):
        listen(tmp_path, None, "tm")
