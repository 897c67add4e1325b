"""Whether agencies know a person already: found by name and one thing more, at agencies that share, each look kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from personshaped.disclosure import looks
from personshaped.errors import InputError
from personshaped.linkage import pseudonyms
from personshaped.linkage.likeness import alike_whole
from personshaped.study import study
from personshaped.study.known import LIKELY, Told, likely
from personshaped.team.accounts.models import Agency, SharingAgreement, User
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
LAWFUL = (
    'personal_data = true\npurpose = "a test"\nlawful_basis = "public task"\ndpia = "D-1"\nkeep_until = 2999-01-01\n'
)
PEOPLE = """\
agency,person_ref,name,born,postcode,phone
housing,H-1,Ros Ellery,1961-04-02,ST6 5AA,07700 900123
police,P-1,Ellery Rosamund,1961-04-02,,
gp,G-1,Ros Elery,,ST6 5AA,+44 7700 900123
housing,H-2,Ros Ellery,1999-01-01,ST1 1AA,
"""
INTERACTIONS = """\
interaction_id,agency,person_ref,started_at,activity,words
1,housing,H-1,2024-01-03,demand,It is damp
2,police,P-1,2024-02-03,demand,Somebody shouts
3,gp,G-1,2024-03-03,demand,My chest
4,housing,H-2,2024-03-04,demand,A key
"""


@pytest.fixture
def real(tmp_path: Path, settings: Any) -> Path:
    """A study of four records of real people."""
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / "study.toml").write_text(f'[study]\nname = "x"\npurpose = "Help me to live well"\n[lawful]\n{LAWFUL}')
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "interactions.csv").write_text(INTERACTIONS)
    study(folder)
    settings.STUDY = folder
    return folder


def shares(*codes: str) -> None:
    for code in codes:
        agency = Agency.objects.create(code=code, name=code)
        SharingAgreement.objects.create(agency=agency, reference="r", from_date="2020-01-01")


ALL = ("gp", "housing", "police")
BORN = date(1961, 4, 2)


def test_a_name_alone_finds_nobody_and_one_thing_more_does(real: Path) -> None:
    def found(told: Told) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        return [(one.same, one.agencies) for one in likely(real, told, ALL, "sam")]

    assert found(Told("Ros Ellery")) == []
    born = found(Told("Roz Elery", born=BORN))  # two slips of the pen
    assert born[0][0] == ("birth date",)
    assert "housing" in born[0][1]
    by_phone = found(Told("Ros Ellery", phone="07700900123"))
    assert {agency for _, agencies in by_phone for agency in agencies} == {"gp", "housing"}
    assert found(Told("Ros Ellery", lives_at="4 Lime Street, st65aa"))[0][0] == ("postcode",)
    assert found(Told("Somebody Else", born=BORN)) == []
    assert found(Told("Ros Ellery", born=date(1970, 1, 1))) == []


def test_one_word_of_a_name_is_not_enough_whatever_is_known_besides(real: Path) -> None:
    for called in ("Ellery", "Ros", "x Ellery", "Mrs Ellery", "- Ellery", "Dr Prof Ellery", "R. Ellery"):
        for told in (Told(called, born=BORN), Told(called, lives_at="ST6 5AA"), Told(called, phone="07700 900123")):
            with pytest.raises(InputError, match="forename and surname"):
                likely(real, told, ALL, "sam")


def test_forename_and_surname_must_both_be_theirs_and_none_may_be_tried_in_a_row(real: Path) -> None:
    for called in ("Ros Rosamund Ros", "Ellery Ellery", "Ros Mary Jones Ellery Smith", "Ellery Smith", "Tom Ellery"):
        assert likely(real, Told(called, born=BORN), ALL, "sam") == (), called


@pytest.mark.parametrize(
    ("told", "recorded", "theirs"),
    [
        ("Ros Ellery", "Ros Mary Ellery", True),
        ("Ros Mary Ellery", "Ros Ellery", True),
        ("Ros M Ellery", "Ros Mary Ellery", True),
        ("Ros Jane Ellery", "Ros Mary Ellery", False),
        ("Ros Ellery", "Mrs Ros Ellery", True),
        ("Ros Ellery", "Ellery, Rosamund Mary", True),
        ("Mary Ellery", "Ros Mary Ellery", False),
        ("Ros Mary", "Ros Mary Ellery", False),
        ("Ros Ellery", "Ellery", False),
        ("Ros Ellery", "Mrs Ellery", False),
        ("Ellery Ellery", "Ellery", False),
        ("Dan Ellery", "Ian Ellery", False),
        ("Seán Ó Neill", "Sean O'Neill", True),
        ("Ros Ellery", "R Ellery", False),
        ("Ros Ellery Smith", "Ros Ellery", False),
        ("Zoë Smith-Jones", "ZOE SMITH JONES", True),
    ],
)
def test_both_names_are_compared_from_both_sides(told: str, recorded: str, theirs: bool) -> None:
    (score,) = alike_whole(told, [recorded])
    assert (score >= LIKELY) is theirs, score


def test_a_box_of_postcodes_is_refused_in_one_line(real: Path) -> None:
    for box in ("ST6 5AA ST1 1AA", "ST65AA,ST11AA", "4 Lime Street ST6 5AA; st1-1aa"):
        for born in (None, BORN):
            with pytest.raises(InputError, match="more than one postcode"):
                likely(real, Told("Ros Ellery", born, box), ALL, "sam")


def test_only_a_whole_postcode_is_compared_and_what_is_too_long_is_refused(real: Path) -> None:
    for box in ("ST65AAST11AA", "xST65AA", "ST6", "4 Lime Street", "ST6 5AAA"):
        assert likely(real, Told("Ros Ellery", lives_at=box), ALL, "sam") == (), box
    assert likely(real, Told("Ros Ellery", lives_at="ST6 5AA, that is ST65AA"), ALL, "sam")
    assert likely(real, Told("Ros Ellery", phone="900123"), ALL, "sam") == ()
    for told in (
        Told("Ros Ellery" * 20, born=BORN),
        Told("Ros Ellery", lives_at="ST6 5AA " * 30),
        Told("Ros Ellery", phone="07700 900123 " * 5),
    ):
        with pytest.raises(InputError, match="too long"):
            likely(real, told, ALL, "sam")


def test_what_systems_write_where_no_birth_date_is_known_is_none() -> None:
    assert Told("Ros Ellery", born=date(1900, 1, 1)).known() == {}


def test_a_look_that_finds_nobody_stands_in_the_record_of_looks(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lines() -> list[tuple[str, bool, str]]:
        return [(one.who, bool(one.person_id), one.what) for one in looks.read(real / ".private")]

    likely(real, Told("Ros Ellery", born=BORN), ["housing"], "sam")
    assert lines() == [("sam", True, "whether they are known")]
    likely(real, Told("Ros Ellery", born=date(1970, 1, 1)), ["housing"], "asha")
    likely(real, Told("Somebody Else", born=BORN), ["housing"], "asha")
    assert lines()[1:] == [("asha", False, "whether they are known: nobody found")] * 2
    looks.verify(real / ".private", pseudonyms.load_key(real / ".private"))

    def refused(*_: object, **__: object) -> None:
        raise OSError("the log is full")

    monkeypatch.setattr(looks, "record", refused)
    with pytest.raises(OSError, match="full"):
        likely(real, Told("Somebody Else", born=BORN), ["housing"], "asha")


def test_the_answer_tells_nothing_that_was_not_told(real: Path, sam: User, family: Person, signed_in: SignedIn) -> None:
    shares("gp", "housing", "police")
    Person.objects.filter(pk=family.pk).update(called="Roz Elery", lives_at="4 Lime Street, ST6 5AA")
    told = signed_in(sam).get(f"/story/{family.address}/known/").content.decode().split("<main")[1]
    assert "Is this them?" in told
    assert "The same postcode" in told
    for held in ("Ros Ellery", "Ellery", "1961", "born 2", "Housing", r"\bGP\b", "Police", "900123"):
        assert not re.search(held, told), held  # two letters may stand within a form's token


def test_the_page_says_in_one_line_what_is_not_enough_and_keeps_no_box_of_postcodes(
    real: Path, sam: User, family: Person, signed_in: SignedIn
) -> None:
    shares("gp", "housing", "police")
    page, at = signed_in(sam), f"/story/{family.address}/known/"
    for called, lives_at, says in (
        ("Ellery", "ST6 5AA", "forename and surname"),
        ("Ros Ellery", "ST6 5AA, ST1 1AA", "more than one postcode"),
    ):
        Person.objects.filter(pk=family.pk).update(called=called, lives_at=lives_at)
        asked = page.get(at).content.decode()
        assert says in asked
        assert "Is this them?" not in asked
        assert 'name="compare"' in asked  # and it can be put right on the same page
    assert not looks.read(real / ".private")
    Person.objects.filter(pk=family.pk).update(lives_at="")
    sent = {"compare": "yes", "lives_at": "ST6 5AA ST1 1AA", "version": family.version}
    assert "more than one postcode" in page.post(at, sent).content.decode()
    assert Person.objects.get().lives_at == ""


def test_sam_finds_them_says_so_and_takes_it_back(
    real: Path, sam: User, family: Person, colleague: Callable[..., User], signed_in: SignedIn
) -> None:
    page, at = signed_in(sam), f"/story/{family.address}/known/"
    Person.objects.filter(pk=family.pk).update(called="Ros Ellery")
    # given no agreement, nothing is looked up
    assert "No agency shares" in page.get(at).content.decode()
    shares("housing", "police")
    # with a name alone nobody is shown
    asked = page.get(at).content.decode()
    assert "A name alone opens nobody" in asked
    assert "Is this them?" not in asked
    # when Sam writes when they were born, once, on this page
    page.post(at, {"compare": "yes", "born": "1961-04-02", "version": Person.objects.get().version})
    found = page.get(at).content.decode()
    assert "Is this them?" in found
    assert "The same birth date" in found
    assert "Housing" not in found.split("<main")[1]
    # nobody else is found by asking for their number, and whoever is not with them sees nothing
    page.post(at, {"this": "somebody"})
    assert Person.objects.get().study_person == ""
    assert signed_in(colleague("Asha")).get(at).status_code == 403
    # and says that it is them: what the agency recorded stands in the story
    (one,) = likely(real, Told("Ros Ellery", date(1961, 4, 2)), ["housing"], "sam")
    page.post(at, {"this": one.person_id})
    assert "It is damp" in page.get(family.get_absolute_url()).content.decode()
    assert Entry.objects.filter(verb="changed who they are in the study", person=family.address).count() == 1
    # and one click takes it back
    page.post(at, {"not_them": "yes"})
    assert "It is damp" not in page.get(family.get_absolute_url()).content.decode()


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(
    real: Path, sam: User, family: Person, signed_in: SignedIn
) -> None:
    shares("housing")
    page, at, before = signed_in(sam), f"/story/{family.address}/known/", family.version
    Person.objects.filter(pk=family.pk).update(phone="01", version=before + 1)
    answer = page.post(at, {"compare": "yes", "phone": "02", "version": before}, follow=True)
    assert "Someone else wrote here too" in answer.content.decode()
    assert Person.objects.get().phone == "01"


def test_with_invented_people_everybody_shares(town: Path, sam: User, family: Person, signed_in: SignedIn) -> None:
    assert signed_in(sam).get(f"/story/{family.address}/known/").status_code == 200
    assert "Do agencies know them?" in signed_in(sam).get(family.get_absolute_url()).content.decode()
