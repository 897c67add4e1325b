"""Invented people: names, birth dates, streets in no real postcode area, and how agencies misspell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from personshaped.locality.lives import Calendar, Ints, Lives
from personshaped.locality.scenarios import Scenario

_WOMEN = (
    "Aisha", "Amy", "Anne", "Beryl", "Carol", "Chloë", "Deborah", "Donna", "Edith", "Emma", "Fatima", "Gail", "Grace",
    "Hannah", "Irene", "Jade", "Jean", "Joan", "Julie", "Kayleigh", "Kim", "Laura", "Linda", "Lorna", "Maria", "Mavis",
    "Nadia", "Nicola", "Olive", "Pauline", "Rachel", "Renée", "Rita", "Sandra", "Sharon", "Sheila", "Susan", "Tracy",
    "Vera", "Wendy", "Yasmin", "Zoë",
)  # fmt: skip
_MEN = (
    "Abdul", "Alan", "Arthur", "Barry", "Brian", "Callum", "Carl", "Craig", "Darren", "David", "Derek", "Eric", "Frank",
    "Gary", "George", "Graham", "Harry", "Imran", "Jack", "James", "Jason", "Keith", "Kevin", "Lee", "Leon", "Malcolm",
    "Mark", "Martin", "Mohammed", "Neil", "Norman", "Patrick", "Paul", "Peter", "Ray", "Ryan", "Shaun", "Stanley",
    "Stephen", "Terence", "Tony", "Wayne",
)  # fmt: skip
_SHORT = {
    "Deborah": "Debbie", "Susan": "Sue", "Nicola": "Nicky", "Pauline": "Paula", "Sandra": "Sandy", "Rachel": "Rach",
    "David": "Dave", "Stephen": "Steve", "James": "Jim", "Terence": "Terry", "Patrick": "Pat", "Stanley": "Stan",
    "Malcolm": "Mal", "Kevin": "Kev", "Chloë": "Chloe", "Renée": "Renee", "Zoë": "Zoe", "Mohammed": "Mohammad",
}  # fmt: skip
_FRONT = (
    "Ash", "Bar", "Bram", "Cal", "Cor", "Dun", "El", "Fen", "Gar", "Hal", "Had", "Kel", "Lang", "Mar", "Nor", "Oak",
    "Pen", "Quar", "Ras", "Sel", "Thor", "Ul", "Ven", "Wex", "Yar",
)  # fmt: skip
_BACK = ("bury", "combe", "croft", "dale", "den", "field", "ford", "gate", "ham", "ley", "low", "mere", "shaw", "stow",
         "thorpe", "well", "wick", "worth")  # fmt: skip
_STREETS = (
    "Alder Row", "Anvil Street", "Bellfounders Yard", "Brickfield Road", "Candlemaker Lane", "Clay Pit Lane",
    "Cooper's Row", "Curlew Close", "Dyehouse Lane", "Engine Street", "Ferry Steps", "Fuller's Walk", "Glazier Street",
    "Granary Close", "Hatters Way", "Heron Drive", "Ironmonger Row", "Kiln Street", "Lapwing Close", "Lockkeeper's Way",
    "Madder Lane", "Millrace Road", "Nailer's Fold", "Old Tannery Road", "Orchard Bank", "Pithead Road", "Quarry Rise",
    "Reservoir Road", "Ropewalk", "Saddler Street", "Shuttle Street", "Spindle Lane", "Teasel Close", "Tollhouse Road",
    "Upper Sluice", "Viaduct Road", "Warp Street", "Weaver's Fold", "Weft Street", "Winding Wheel Lane",
)  # fmt: skip
_POSTCODE_AREA = "ZQ"  # no such area
_CONSONANTS = "ABDEFGHJLN"


@dataclass(frozen=True)
class Persons:
    """Who someone truly is: lists of one length, by index of person."""

    ids: list[str]
    forename: list[str]
    surname: list[str]
    sex: list[str]
    born: list[date]
    address: list[str]
    postcode: list[str]
    nhs_number: list[str]
    household_id: list[str]


def persons(lives: Lives, when: Calendar, rng: np.random.Generator) -> Persons:
    """Names and addresses for everyone who ever lives in the locality."""
    count = len(lives.came)
    household = lives.household
    homes = int(household.max()) + 1
    surnames = np.array([front + back for front in _FRONT for back in _BACK])
    weight = 1.0 / (np.arange(len(surnames)) + 8.0)
    rng.shuffle(surnames)
    family = rng.choice(len(surnames), homes, p=weight / weight.sum())
    own = rng.choice(len(surnames), count, p=weight / weight.sum())
    surname = np.where(rng.random(count) < 0.72, family[household], own)
    female = rng.random(count) < 0.52
    forename = np.where(female, np.array(_WOMEN)[rng.integers(0, len(_WOMEN), count)],
                        np.array(_MEN)[rng.integers(0, len(_MEN), count)])  # fmt: skip
    street = rng.integers(0, len(_STREETS), homes)
    number = rng.integers(1, 140, homes)
    return Persons(
        ids=[f"P{place:06d}" for place in range(count)],
        forename=forename.tolist(),
        surname=surnames[surname].tolist(),
        sex=np.where(female, "F", "M").tolist(),
        born=[when.start - timedelta(days=int(days)) for days in lives.born],
        address=[f"{number[home]} {_STREETS[street[home]]}" for home in household],
        postcode=[_postcode(int(street[home]), int(number[home])) for home in household],
        nhs_number=[_nhs_number(int(digits)) for digits in rng.permutation(899_999)[:count] + 100_000],
        household_id=[f"HH{home:06d}" for home in household],
    )


def _postcode(street: int, number: int) -> str:
    side = _CONSONANTS[street % 10] + _CONSONANTS[number // 14]
    return f"{_POSTCODE_AREA}{street % 5 + 1} {street // 5 % 9 + 1}{side}"


def _nhs_number(digits: int) -> str:
    """A number of the range 999, which is kept for tests and given to nobody, with a right check digit."""
    for step in range(11):
        stem = f"999{(digits + step * 7) % 1_000_000:06d}"
        check = 11 - sum(int(one) * (10 - place) for place, one in enumerate(stem)) % 11
        if check != 10:
            return f"{stem}{0 if check == 11 else check}"
    raise AssertionError("one of eleven neighbouring numbers has a check digit")


@dataclass(frozen=True)
class Entry:
    """One agency's record of a person, as it was typed."""

    ref: str
    person: int
    forename: str
    surname: str
    born: str  # ISO, blank where missing
    sex: str
    address: str
    postcode: str
    nhs_number: str


def register(
    who: Persons, people: Ints, refs: list[str], scenario: Scenario, numbers: bool, rng: np.random.Generator
) -> list[Entry]:
    """An agency's register of `people` under `refs`: typing errors, swapped and missing birth dates, short names,
    old addresses. `numbers` says whether it holds NHS numbers, four in five of them."""
    draws = rng.random((len(people), 8))
    return [
        _entry(who, int(person), ref, scenario, bool(numbers and draw[7] < 0.8), draw, rng)
        for person, ref, draw in zip(people, refs, draws, strict=True)
    ]


def _entry(
    who: Persons, person: int, ref: str, scenario: Scenario, numbered: bool,
    draw: npt.NDArray[np.float64], rng: np.random.Generator,
) -> Entry:  # fmt: skip
    forename, surname, postcode = who.forename[person], who.surname[person], who.postcode[person]
    born, address = who.born[person].isoformat(), who.address[person]
    if draw[0] < scenario.typo:
        which = int(rng.integers(0, 3))
        if which == 0:
            forename = _mistyped(forename, rng)
        elif which == 1:
            surname = _mistyped(surname, rng)
        else:
            postcode = postcode[:-1] + _CONSONANTS[int(rng.integers(0, 10))]
    if draw[1] < 0.05:
        forename = _SHORT.get(forename, forename[:1] if draw[1] < 0.01 else forename)
    if draw[2] < 0.015 and who.born[person].day <= 12:
        born = who.born[person].replace(month=who.born[person].day, day=who.born[person].month).isoformat()
    if draw[3] < scenario.missing_born:
        born = ""
    if draw[4] < 0.07:
        street = int(rng.integers(0, len(_STREETS)))
        number = int(rng.integers(1, 140))
        address, postcode = f"{number} {_STREETS[street]}", _postcode(street, number)
    if draw[5] < 0.03:
        postcode = ""
    number_held = who.nhs_number[person] if numbered else ""
    return Entry(ref, person, forename, surname, born, who.sex[person], address, postcode, number_held)


def _mistyped(name: str, rng: np.random.Generator) -> str:
    """One slip of the keys: a letter left out, doubled, or two changed round."""
    place = int(rng.integers(1, max(2, len(name) - 1)))
    slip = int(rng.integers(0, 3))
    if slip == 0:
        return name[:place] + name[place + 1 :]
    if slip == 1:
        return name[:place] + name[place - 1] + name[place:]
    return name[: place - 1] + name[place : place + 1] + name[place - 1 : place] + name[place + 1 :]
