"""The synthetic locality, 2: what people say, and that their words agree with what truly happens (spec 6.5)."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

from personshaped.journeys.words import MISTAKE, REWORK
from personshaped.locality.canonical import simulate
from personshaped.locality.events import KINDS
from personshaped.locality.place import AGENCY_NAMES, ISSUE_NAMES
from personshaped.locality.voices import held_out, phrases

UNCLEAR = set(phrases()["frame"]["unclear"])


@cache
def said() -> tuple[tuple[str, str, str], ...]:
    """Kind, agency and words of every asking of a small locality."""
    town = simulate("assess_refer", 3000, 3, 1)
    return tuple(
        (KINDS[kind], AGENCY_NAMES[agency], words)
        for kind, agency, words in zip(town.rows["kind"], town.rows["agency"], town.spoken.words, strict=True)
        if kind >= 0 and words is not None
    )


def test_every_issue_has_twelve_ways_to_ask_first_and_every_kind_twelve_frames() -> None:
    data: dict[str, Any] = phrases()
    assert set(data["issue"]) == set(ISSUE_NAMES)
    assert all(len(set(issue["first"])) >= 12 for issue in data["issue"].values())
    assert all(
        len(set(data["frame"][kind])) >= 12 for kind in ("again", "chase", "rework", "mistake", "unclear", "met")
    )


def test_work_to_be_done_again_is_said_in_words_that_the_rule_knows() -> None:
    rework = [words for kind, _, words in said() if kind == "rework"]
    assert len(rework) > 50
    assert all(re.search(REWORK, words.lower()) for words in rework)


def test_other_askings_never_sound_like_work_to_be_done_again() -> None:
    assert not [words for kind, _, words in said() if kind in ("again", "chase") and re.search(REWORK, words.lower())]


def test_a_mistake_names_another_body_and_nothing_else_sounds_like_one() -> None:
    mistakes = [words.lower() for kind, _, words in said() if kind == "mistake"]
    assert all(re.search(MISTAKE, words) for words in mistakes)
    bodies = r"\b(benefits|dwp|job centre|housing|hospital|school|hmrc)\b"
    assert all(re.search(bodies, words) for words in mistakes)
    assert not [words for kind, _, words in said() if kind != "mistake" and re.search(MISTAKE, words.lower())]


def test_nobody_blames_the_agency_they_are_speaking_to() -> None:
    for kind, agency, words in said():
        if kind == "mistake" and agency in ("benefits", "hospital", "school"):
            assert f"the {agency}" not in words.lower()


def test_a_tenth_of_plain_askings_tell_nobody_what_they_are() -> None:
    plain = [words for kind, _, words in said() if kind in ("first", "again", "chase")]
    assert 0.08 < sum(words in UNCLEAR for words in plain) / len(plain) < 0.12


def test_people_speak_in_many_ways() -> None:
    words = [words for _, _, words in said()]
    assert len(set(words)) > 0.5 * len(words)
    assert any("becuase" in one or "agian" in one or "comming" in one for one in words)
    assert any(" as well" in one for one in words)  # two needs in one breath


def test_a_third_of_the_templates_is_kept_for_scoring() -> None:
    town = simulate("assess_refer", 3000, 3, 1)
    kept = Counter(held_out(town.spoken.template[town.spoken.template >= 0]).tolist())
    assert 0.25 < kept[True] / kept.total() < 0.42
