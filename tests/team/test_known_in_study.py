"""Whether agencies know a person already: found by name and one thing more, at agencies that share, each look kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from personshaped.disclosure import looks
from personshaped.study import study
from personshaped.study.known import Told, likely
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


def test_a_name_alone_finds_nobody_and_one_thing_more_does(real: Path) -> None:
    def found(told: Told) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        return [(one.same, one.agencies) for one in likely(real, told, ["gp", "housing", "police"], "sam")]

    assert found(Told("Ros Ellery")) == []
    born = found(Told("Roz Elery", born=date(1961, 4, 2)))  # two slips of the pen
    assert born[0][0] == ("birth date",)
    assert "housing" in born[0][1]
    by_phone = found(Told("Ros Ellery", phone="07700900123"))
    assert {agency for _, agencies in by_phone for agency in agencies} == {"gp", "housing"}
    assert found(Told("Ros Ellery", lives_at="4 Lime Street, st65aa"))[0][0] == ("postcode",)
    assert found(Told("Somebody Else", born=date(1961, 4, 2))) == []
    assert found(Told("Ros Ellery", born=date(1970, 1, 1))) == []


def test_only_agencies_that_share_are_asked_and_each_look_is_recorded_before_it_is_shown(
    real: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told("Ros Ellery", born=date(1961, 4, 2))
    assert likely(real, told, [], "sam") == ()
    (one,) = likely(real, told, ["housing"], "sam")
    assert one.agencies == ("housing",)
    assert one.names == ("Ros Ellery",)

    def refused(*_: object, **__: object) -> None:
        raise OSError("the log is full")

    monkeypatch.setattr(looks, "record", refused)
    with pytest.raises(OSError, match="full"):
        likely(real, told, ["housing"], "sam")


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
    assert "born 2 April 1961" in found
    assert "Known to Housing" in found
    assert "GP" not in found.split("<main")[1]
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
