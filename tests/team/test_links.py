"""Same person? Two records side by side, judged by a person, taken back, and every look recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from personshaped.linkage import judgements
from personshaped.linkage.judgements import Judgement, Reference
from personshaped.study import pairs
from personshaped.team.accounts.models import User
from personshaped.team.audit.models import Entry

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
Colleague = Callable[..., User]


def page_of(client: Client, address: str = "/links/") -> str:
    return client.get(address).content.decode()


def pair_on(page: str) -> str:
    found = re.search(r'name="pair" value="([0-9a-f]{8})"', page)
    assert found is not None
    return found.group(1)


def judged(town: Path) -> tuple[Judgement, ...]:
    return judgements.read(town / "decisions" / "links.csv")


def test_the_least_sure_pair_comes_first_with_both_records_and_the_look_is_recorded(
    town: Path, sam: User, signed_in: SignedIn
) -> None:
    page = page_of(signed_in(sam))
    first = pairs.waiting(town, pairs.version(town), 0.95)[0]
    assert pair_on(page) == first.name
    unsure = [one for one in pairs.waiting(town, pairs.version(town), 0.95) if one.verdict == "unsure"]
    assert first == (min(unsure, key=lambda one: abs((one.score or 0) - 0.95)) if unsure else first)
    for side in pairs.look(town, first, "test"):
        assert side.known["born" if "born" in side.known else "person_ref"] in page
    assert "What your word would change" in page
    assert (Entry.objects.latest("id").verb, Entry.objects.latest("id").what) == (
        "opened a pair of records",
        f"pair {first.name}",
    )


def test_a_judgement_is_kept_by_name_and_the_next_pair_comes(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    name = pair_on(page_of(client))
    after = client.post(
        "/links/judge/", {"pair": name, "verdict": "different", "why": "mother and daughter"}, follow=True
    ).content.decode()
    (kept,) = judged(town)
    assert (kept.verdict, kept.who, kept.evidence) == ("different", "sam", "mother and daughter")
    assert pairs.name_of(kept.a, kept.b) == name
    assert pair_on(after) != name
    assert Entry.objects.filter(verb="judged a link", what=f"pair {name}: different").count() == 1


def test_left_for_later_keeps_nothing_and_another_pair_comes(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    name = pair_on(page_of(client))
    after = client.post("/links/judge/", {"pair": name, "verdict": ""}, follow=True).content.decode()
    assert pair_on(after) != name
    assert judged(town) == ()


def test_a_judgement_is_taken_back_and_both_lines_stay(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    name = pair_on(page_of(client))
    client.post("/links/judge/", {"pair": name, "verdict": "same"})
    assert "Take it back" in page_of(client, "/links/judged/")
    client.post("/links/take-back/", {"pair": name})
    (kept,) = judged(town)
    assert (kept.verdict, kept.evidence) == ("unsure", "[taken back]")
    assert len((town / "decisions" / "links.csv").read_text().splitlines()) == 3  # heading and two lines
    # and the pair waits again, as nobody's word stands on it
    assert pair_on(page_of(client)) == name
    assert "Take it back" not in page_of(client, "/links/judged/")


def test_unsure_is_a_judgement_too_and_is_taken_back(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    name = pair_on(page_of(client))
    client.post("/links/judge/", {"pair": name, "verdict": "unsure"})
    assert pair_on(page_of(client)) != name
    assert "Take it back" in page_of(client, "/links/judged/")
    client.post("/links/take-back/", {"pair": name})
    assert pair_on(page_of(client)) == name


@pytest.mark.parametrize("why", ["taken back", "[taken back]"])
def test_whoever_is_unsure_has_judged_whatever_they_note(town: Path, sam: User, signed_in: SignedIn, why: str) -> None:
    client = signed_in(sam)
    # given a pair that somebody judged unsure, noting the words with which a judgement is taken back
    name = pair_on(page_of(client))
    client.post("/links/judge/", {"pair": name, "verdict": "unsure", "why": why})
    # then their word stands, with what they noted, and the pair does not wait
    (kept,) = judged(town)
    assert not pairs.is_taken_back(kept)
    assert why in kept.evidence
    assert pair_on(page_of(client)) != name
    # and a line that an earlier version wrote to take it back is still read as that
    pairs.judgements.append(town / pairs.FILE, [replace(kept, evidence="taken back")])
    assert pair_on(page_of(client)) == name


@pytest.mark.parametrize("role", ["expert", "leader", "guardian", "keeper"])
def test_those_without_the_right_see_no_pair(town: Path, colleague: Colleague, signed_in: SignedIn, role: str) -> None:
    client = signed_in(colleague("Someone", role))
    assert client.get("/links/").status_code == 403
    assert client.post("/links/judge/", {"pair": "00000000", "verdict": "same"}).status_code == 403
    assert judged(town) == ()


def test_personal_data_are_shown_only_after_the_studys_own_record_has_the_look(
    town: Path, sam: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a study of personal data whose identity store is not there
    toml = town / "study.toml"
    lawful = 'personal_data = true\npurpose = "p"\nlawful_basis = "b"\ndpia = "d"\nkeep_until = 2999-01-01'
    toml.write_text(re.sub(r"personal_data = false.*", lawful, toml.read_text()))
    recorded: list[Any] = []
    monkeypatch.setattr(pairs.pseudonyms, "load_key", lambda private: b"k" * 32)
    monkeypatch.setattr(pairs.looks, "record", lambda private, key, **said: recorded.append(said))
    # when somebody opens a pair
    page = page_of(signed_in(sam))
    # then the study's own record names them, and no name is shown
    assert {said["who"] for said in recorded} == {"sam"}
    assert {said["what"] for said in recorded} == {"pair"}
    assert "Names are not shown" in page
    # and a look that cannot be recorded shows nothing
    monkeypatch.setattr(pairs.looks, "record", failing)
    assert "What each record says" not in page_of(signed_in(sam))


def failing(*_: object, **__: object) -> None:
    raise pairs.InputError("the look could not be recorded")


def test_what_a_judgement_changes_is_worked_out_over_these_records(tmp_path: Path) -> None:
    """Two records joined by the model, a third that is unsure: apart makes two of one, same makes one of two."""
    import duckdb

    tables = tmp_path / "findings" / "tables"
    tables.mkdir(parents=True)
    con = duckdb.connect()
    con.execute(
        f"""COPY (SELECT * FROM (VALUES ('gp', '1', 'gp:1'), ('housing', '2', 'gp:1'), ('police', '3', 'police:3'))
        AS t(agency, ref_key, person_id)) TO '{tables / "identities.parquet"}'"""
    )
    con.execute(
        f"""COPY (SELECT * FROM (VALUES
            ('gp', '1', 'housing', '2', 'same', 0.97::DOUBLE, 'forename the same', 'model', NULL::DATE),
            ('housing', '2', 'police', '3', 'unsure', 0.9, 'surname similar', 'model', NULL))
        AS t(agency_a, ref_a, agency_b, ref_b, judgement, score, evidence, "by", "when"))
        TO '{tables / "links.parquet"}'"""
    )
    unsure, joined = pairs.waiting(tmp_path, pairs.version(tmp_path), 0.95)
    assert (unsure.score, joined.score) == (0.9, 0.97)
    assert pairs.effect(tmp_path, joined, "different") == pairs.Effect(
        before=(("gp", "housing"),), after=(("gp",), ("housing",))
    )
    assert pairs.effect(tmp_path, unsure, "same") == pairs.Effect(
        before=(("gp", "housing"), ("police",)), after=(("gp", "housing", "police"),)
    )
    assert not pairs.effect(tmp_path, unsure, "different").changes
    # a person's word that is in force already counts on both sides
    pairs.judge(tmp_path, joined, "different", "sam", "")
    assert pairs.effect(tmp_path, unsure, "same").after == (("gp",), ("housing", "police"))
    assert pairs.in_force(tmp_path)[Reference("gp", "1"), Reference("housing", "2")].who == "sam"
