"""Listening 10: `[redaction] presidio = true` looks at people's words once more, after the rules."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from personshaped.errors import InputError
from personshaped.records import presidio
from personshaped.records.presidio import Span, replaced
from personshaped.records.reporting import with_removed
from spec.study_folders import PUBLISHED, folder, reading

ASKED = PUBLISHED + "[redaction]\npresidio = true\n"
WORDS = """
interaction_id | person_ref | agency  | started_at | words
card           | 1          | housing | 2024-01-01 | I paid with 4111 1111 1111 1111 in May
bank           | 1          | housing | 2024-01-02 | pay GB29 NWBK 6016 1331 9268 19 please
phone          | 1          | housing | 2024-01-03 | Zoë rang from 07700 900123
benefit        | 1          | housing | 2024-01-04 | Universal Credit stopped on Monday
unknown        | 1          | housing | 2024-01-05 | I spoke to Margaret Thompson about the damp
"""
PEOPLE = """
person_ref | agency  | forename
1          | housing | Zoë
"""
installed = pytest.mark.skipif(find_spec("presidio_analyzer") is None, reason="personshaped[pii] is not installed")


def study(tmp_path: Path, toml: str = ASKED) -> Path:
    return folder(tmp_path / "study", study_toml=toml, people_csv=PEOPLE, interactions_csv=WORDS)


@installed
def test_what_rules_and_presidio_find_is_marked_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given no spaCy model, Presidio has patterns and check digits alone
    monkeypatch.setattr(presidio, "model_name", lambda: "")
    # When the study is read
    found = reading(study(tmp_path), tmp_path / "work")
    # Then
    assert found.column("words") == {
        "card": "I paid with [card number] in May",
        "bank": "pay [bank account] please",
        "phone": "[name] rang from [phone]",
        "benefit": "Universal Credit stopped on Monday",
        "unknown": "I spoke to Margaret Thompson about the damp",
    }
    removed = with_removed(found.con, found.records.report).removed_from_words
    assert removed == {
        "name": 1,
        "phone": 1,
        "card number": 1,
        "bank account": 1,
    }
    assert any("without a model" in line for line in found.records.report.warnings)


@installed
def test_with_a_model_names_that_nobody_knows_go_too(tmp_path: Path) -> None:
    if not presidio.model_name():
        pytest.skip("no English model of spaCy (en_core_web_*) is installed")
    found = reading(study(tmp_path), tmp_path / "work").column("words")
    assert found["unknown"] == "I spoke to [name] about the damp"
    assert found["benefit"] == "Universal Credit stopped on Monday"


@installed
def test_parquet_with_nothing_to_mend_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a canonical Parquet file, which is otherwise shown where it lies
    monkeypatch.setattr(presidio, "model_name", lambda: "")
    made = folder(tmp_path / "study", study_toml=PUBLISHED, interactions_csv=WORDS)
    con = reading(made, tmp_path / "first").con
    con.execute(
        "COPY (SELECT interaction_id, person_ref, agency, started_at, 'demand' AS activity,"
        f" 'card 4111 1111 1111 1111' AS words FROM interactions) TO '{made}/interactions.parquet' (FORMAT parquet)"
    )
    (made / "interactions.csv").unlink()
    (made / "study.toml").write_text(ASKED, encoding="utf-8")
    # When, then
    assert set(reading(made, tmp_path / "work").column("words").values()) == {"card [card number]"}


def test_where_it_is_asked_for_and_not_installed_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presidio, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"study\.toml: \[redaction\] presidio = true.*personshaped\[pii\]") as said:
        reading(study(tmp_path), tmp_path / "work")
    assert "\n" not in str(said.value)


def test_without_the_setting_nothing_of_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "find_spec", lambda name: None)
    found = reading(study(tmp_path, PUBLISHED), tmp_path / "work")
    assert found.column("words")["card"] == "I paid with 4111 1111 1111 1111 in May"


@pytest.mark.parametrize(
    ("given", "expected"),
    [('presidio = "yes"', "true or false"), ("presido = true", "presidio")],
)
def test_a_slip_in_the_setting_is_named(tmp_path: Path, given: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        reading(study(tmp_path, f"{PUBLISHED}[redaction]\n{given}\n"), tmp_path / "work")


@pytest.mark.parametrize(
    ("said", "spans", "now"),
    [
        ("Mrs [name] Smith rang", [Span(4, 16, "[name]")], "Mrs [name] rang"),  # over what is there: one run
        ("[phone] Tom", [Span(1, 6, "[name]"), Span(8, 11, "[name]")], "[phone] [name]"),  # never inside
        ("AB12 CDE", [Span(0, 8, "[vehicle]"), Span(0, 4, "[postcode]")], "[vehicle]"),  # the longest says the kind
        ("Tom, Ann", [Span(0, 3, "[name]"), Span(5, 8, "[name]")], "[name]"),
        ("nothing", [], "nothing"),
    ],
)
def test_spans_are_joined_with_what_the_rules_took_out(said: str, spans: list[Span], now: str) -> None:
    assert replaced(said, spans) == now
