"""Listening 8: surnames go behind a title, "Name:" and a forename, also where they are ordinary words."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personshaped.records import redaction, redaction_names, redaction_patterns

_FREQUENT = """
Abbott Adams Akhtar Ali Allen Anderson Andrews Armstrong Atkinson Bailey Baker Ball Banks Barber Barker Barnes Bell
Bennett Berry Best Bird Bishop Black Board Bond Boots Bottom Booth Bradley Branch Brooks Brown Burns Burton Butler
Care Carr Carter Chambers Chapman Chaudhry Christian Clark Clarke Cole Coleman Collins Cook Cooper Cox Crime Cross
Crown Curie Curtis Dale Dark Davidson Davies Dawson Day Days Dean Dear Dinner Dixon Douglas Downs Early East Edwards
Ellis England English Evans Father Few Field Fisher Fletcher Flood Ford Foster Fox Francis Fraser Freeman French
Friend Gardner George Gibson Gill Glover Good Gordon Graham Grant Gray Great Green Griffiths Half Hall Hamilton Hardy
Harper Harris Harrison Hart Harvey Hawkins Head Hearing Henderson High Hill Holmes Home Hope House Howard Hudson
Hughes Hunt Hunter Hurt Hussain Jackson James Jenkins Johnson Jones Jordan Joiner Judge Justice Kaur Keep Kelly
Kennedy Keys Khan Kind King Kitchen Knight Lady Lane Law Lawrence Lawson Lee Lewis Line Little Lloyd Lodge London Long
Lord Lounge Love Macmillan Makin Man Market Marsh Marshall Martin Mason Matthews May Miller Mills Mitchell Money Moore
Morgan Morris Morrison Mould Murphy Murray Neal Newman New Noise North Nowak Okafor Old Orders Page Pain Palmer Park
Parker Parkinson Parsons Patel Payne Pearce Pearson Perry Phillips Place Pope Porter Post Powell Press Price Ready
Reading Reid Reynolds Rice Right Roberts Robinson Rose Russell Ryan Self Senior Shah Sharp Shaw Short Simpson Singh
Smith Spencer Stone Street Sun Swift Tablet Taylor Thompson Thorne Todd Tower Town Tucker Turner Virgin Wait Walker
Wall Ward Warren Water Watson Way Webb Weeks Wells Welsh West White Williams Wilson Wood Woods Wright Yates Young
Youth
"""
SURNAMES = _FREQUENT.split()
FRAMES = (
    "Mr {} is worried", "Mrs {} is worried", "Dr {} is worried", "Name: {}", "Name: Kate {}", "Anna {} is worried",
    "spoke to Mrs Anna {}", "Mrs Haleh {} is worried", "spoke to Haleh {}", "Anna {} came in", "my name is Anna {}",
)  # fmt: skip
LOUD_FRAMES = (
    "MR {} RANG", "MRS {} RANG", "DR {} RANG", "NAME: {}", "NAME: KATE {}", "ANNA {} RANG", "SPOKE TO MRS ANNA {}",
    "MR {} REFUSED ACCESS", "MRS HALEH {} RANG", "SPOKE TO HALEH {} RE RENT",
)  # fmt: skip
OF_PLACES = frozenset(
    ["Cross", "Curie", "Day", "Hall", "House", "Lane", "Law", "Market", "Park", "Place", "Street", "Ward", "Way"]
)
EXCEPTIONS = dict.fromkeys(("Anna {} is worried", "Anna {} came in", "spoke to Haleh {}"), OF_PLACES)
"""Where a surname stays: behind a forename without a title, "Anna Park" is taken for a place as "Albert Park" is."""


def by(expression: str, said: list[str]) -> list[str]:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE said AS SELECT unnest(?) AS words", [said])
        return [str(row[0]) for row in con.execute(f"SELECT {expression} FROM said").fetchall()]


def redacted(said: list[str]) -> list[str]:
    with duckdb.connect() as con:
        rows = con.execute(redaction.redacted("SELECT unnest(?) AS words"), [said]).fetchall()
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize("frame", [*FRAMES, *LOUD_FRAMES])
def test_a_surname_goes_also_where_it_is_an_ordinary_word(frame: str) -> None:
    names = [one.upper() if frame in LOUD_FRAMES else one for one in SURNAMES]
    kept = redacted([frame.format(one) for one in names])
    left = {one for one, now in zip(names, kept, strict=True) if one in now.split() or "[name]" not in now}
    assert left == EXCEPTIONS.get(frame, frozenset())
    assert len(names) >= 200


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my son Parkinson is ill", "my son [name] is ill"),
        ("spoke to Parkinson today", "spoke to [name] today"),
        ("spoke to Keys and Downs", "spoke to [name] and [name]"),
        ("Anna Young-Okeh is ill", "[name] is ill"),
        ("Mrs Okeh-Young is ill", "Mrs [name] is ill"),
        ("DENISE REQUESTED A VISIT", "[name] REQUESTED A VISIT"),
        ("MR AND MRS GREEN RANG", "MR AND MRS [name] RANG"),
        ("Name: not known", "Name: not known"),
        ("NAME: UNKNOWN", "NAME: UNKNOWN"),
        ("Name: Will Price", "Name: [name]"),
        ("Anna Housing Officer", "[name] Housing Officer"),
        ("my mum Alzheimers is worse", "my mum Alzheimers is worse"),
    ],
)
def test_a_word_that_is_no_name_stays_where_it_stands_bare(said: str, kept: str) -> None:
    assert redacted([said]) == [kept]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("birthday is 5th of May", "birthday is [date of birth]"),
        ("born May 3", "born [date of birth]"),
        ("DOB: 5th May", "DOB: [date of birth]"),
        ("d.o.b 3rd March", "d.o.b [date of birth]"),
        ("lives at 7 Élan Road", "lives at [address]"),
        ("No 5, Ôl Road", "[address]"),
        ("his car A1ABC", "his car [vehicle]"),
        ("reg ABC 1", "reg [vehicle]"),
        ("ref A1BC", "ref [reference]"),
        ("ref ABC/X1", "ref [reference]"),
        ("case ref 1ABCDE2", "case ref [reference]"),
        ("tariq (at) mail (dot) com", "[e-mail]"),
    ],
)
def test_what_the_quick_look_hid_goes(said: str, kept: str) -> None:
    assert by(redaction_patterns.without("words"), [said]) == [kept]


_PIECES = """
Mr mr MRS Dr PC Name: name is my son Mum spoke to SPOKE TO told by Thanks, Dear Anna anna DENISE Parkinson Green MAY
Kit Okeh O'Brien Zoë Élan van der de J. and & rang came in this is here speaking [name] [phone] St King Albert Road
Heol high street No 5, 7 12a 3rd May born DOB: d.o.b birthday ref case ref: A1BC ABC/X1 ABC 1 A1ABC AB12 CDE 07700
900123 SO1 4AB GIR 0AA at (at) mail dot (dot) DOT com a@b.uk NI QQ123456C NHS £5 2024 12/03 1990 . , -
"""
PIECES = st.sampled_from(_PIECES.split())
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from((" ", " ", " ", "", "-", ", "))).map("".join), max_size=9).map(
    "".join
)


@settings(deadline=None, max_examples=10)
@given(st.lists(TEXTS, min_size=30, max_size=100))
def test_the_quick_look_sees_whatever_a_rule_changes(said: list[str]) -> None:
    for rules in (redaction_patterns, redaction_names):
        looked = by(rules.perhaps("words"), said)
        changed = by(rules._by_all_rules("words"), said)
        assert [
            one for one, now, look in zip(said, changed, looked, strict=True) if now != one and look != "True"
        ] == []


@settings(deadline=None, max_examples=10)
@given(st.lists(TEXTS, min_size=30, max_size=100))
def test_what_is_looked_for_at_once_leaves_no_rule_out(said: list[str]) -> None:
    looked = by(redaction_names.perhaps("words"), said)
    each = [by(redaction_names._any_found("words", [one]), said) for one in redaction_names.FINDS]
    for one, *found, seen in zip(said, *each, looked, strict=True):
        assert seen == str("True" in found or "[name]" in one), one
