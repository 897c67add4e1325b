"""Listening 8: words for what is done go where they are somebody's surname, and `init` writes none of them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from personshaped.records import redaction
from personshaped.records.draft import draft

ALSO_DONE = (
    *("held", "lay", "won", "stood", "stands", "sells", "loves", "gains", "rings", "lies", "runs", "wins"),
    *("blind", "spent", "bidding", "read", "cope", "holding", "call"),
)
FRAMES = (
    ("Kwame {} rang", "[name] rang"),
    ("Spoke to Carol {}", "Spoke to [name]"),
    ("mr {} says no", "mr [name] says no"),
    ("Mr.{} is out", "Mr.[name] is out"),
    ("Mary {} rang", "[name] rang"),
    ("nurse {} came", "nurse [name] came"),
    ("my name is Denise {}", "my name is [name]"),
    ("SPOKE TO EWA {}", "SPOKE TO [name]"),
    ("DENISE {} CALLED", "[name] CALLED"),
    ("JOHN {} ATTENDED", "[name] ATTENDED"),
)


def redacted(said: list[str]) -> list[str]:
    with duckdb.connect() as con:
        rows = [[at, one] for at, one in enumerate(said)]
        con.execute("CREATE TABLE said (place INT, words TEXT)")
        con.executemany("INSERT INTO said VALUES (?, ?)", rows)
        found = con.execute(f"SELECT words FROM ({redaction.redacted('FROM said')}) ORDER BY place").fetchall()
    return [str(row[0]) for row in found]


@pytest.mark.parametrize(("frame", "kept"), FRAMES)
def test_what_is_done_goes_where_it_is_a_surname(frame: str, kept: str) -> None:
    as_written = str.upper if frame.isupper() else str.lower if frame.startswith("mr ") else str.title
    assert redacted([frame.format(as_written(one)) for one in ALSO_DONE]) == [kept] * len(ALSO_DONE)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Mrs Call at the door", "Mrs [name] at the door"),
        ("MRS CALL VISITED", "MRS [name] VISITED"),
        ("Miss Call rang", "Miss [name] rang"),
        ("MISS CALL RANG", "MISS [name] RANG"),
        ("Name: Call", "Name: [name]"),
        ("Surname: Service", "Surname: [name]"),
        ("landlord Mr Call", "landlord Mr [name]"),
        ("Cllr Call emailed", "Cllr [name] emailed"),
        ("PC Call attended", "PC [name] attended"),
        ("my name is Denise Round", "my name is [name]"),
        ("Ifeoma Round rang", "[name] rang"),
        ("Jo Held lost his card", "[name] lost his card"),
        ("Spoke to Carol Letters about damp", "Spoke to [name] about damp"),
        ("Mum Carol Eats", "Mum [name]"),
        ("JOHN BID", "[name]"),
        ("JOHN BID WAS AT RECEPTION", "[name] WAS AT RECEPTION"),
        ("DENISE LETTERS CALLED", "[name] CALLED"),
        ("Mr Letters came", "Mr [name] came"),
        ("Mrs Given wants the rent", "Mrs [name] wants the rent"),
        ("name is Kwasi Led and I need help", "name is [name] and I need help"),
        ("Oluchi Led rang", "[name] rang"),
        ("EMMA WRITES HAS NO MONEY", "[name] HAS NO MONEY"),
        ("lives at 14 Heol y Bont", "lives at [address]"),
        ("lives at 3 Bryn yr Eglwys, Bangor", "lives at [address], Bangor"),
        ("moved to 22 Ffordd y Parc", "moved to [address]"),
        ("lives at 7 Maes y Ffynnon with mam", "lives at [address] with mam"),
        ("lives at 12 Rue du Pont", "lives at [address]"),
    ],
)
def test_a_word_of_the_desk_is_a_name_behind_all_but_a_doctor(said: str, kept: str) -> None:
    assert redacted([said]) == [kept]


@pytest.mark.parametrize(
    "said",
    [
        "no Dr Call left", "Needs Dr Note", "Asked for Dr Visit", "has a Nurse Visit every Monday", "Dr Clinic is full",
        "I miss reading", "did not miss Call", "I Miss Call Backs", "DON'T MISS CALLS",
        "the nurse read it to me", "she held the door",
    ],
)  # fmt: skip
def test_what_is_done_and_the_desk_stay(said: str) -> None:
    assert redacted([said]) == [said]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("DENISE LETTERS NOT ANSWERED", "[name] LETTERS NOT ANSWERED"),
        ("Denise letters not answered", "[name] letters not answered"),
        ("Karen Reports Noise", "[name] Reports Noise"),
        ("Anna Housing Officer", "[name] Housing Officer"),
        ("DENISE LANDLORD RANG", "[name] LANDLORD RANG"),
        ("MRS REFUSED ENTRY", "MRS REFUSED ENTRY"),
        ("Name: Refused", "Name: Refused"),
        ("Nurse Led clinic", "Nurse Led clinic"),
        ("DR LETTER NEEDED", "DR LETTER NEEDED"),
        ("DID NOT MISS APPOINTMENT", "DID NOT MISS APPOINTMENT"),
    ],
)
def test_the_same_words_stay_where_the_writing_does_not_say_that_they_name(said: str, kept: str) -> None:
    assert redacted([said]) == [kept]


def test_what_happened_to_somebody_in_capitals_stays() -> None:
    assert redacted(["DENISE HURT HER LEG"]) == ["[name] HURT HER LEG"]


def test_init_writes_nobody_to_whom_somebody_turned(tmp_path: Path) -> None:
    outcomes = ("Resolved", "Passed to Pickering", "passed to held", "Passed to Housing", "Ask Wren", "Ask ASB")
    about = ("Rent", "Held v Council", "Damp", "NWOSU V COUNCIL")
    rows = "".join(
        f"{at},{at % 7},{1 + at % 28:02}/03/2024,Call,{outcomes[at % 6]},rang about damp,{about[at % 4]}\n"
        for at in range(48)
    )
    file = tmp_path / "log.csv"
    file.write_text("Ref,Cust,Date,Type,Outcome,Notes,Category\n" + rows, encoding="utf-8")
    draft([file], tmp_path / "study")
    drafted = (tmp_path / "study" / "study.toml").read_text(encoding="utf-8").lower()
    assert [one for one in ("pickering", "held", "wren", "nwosu") if one in drafted] == []
    assert "passed to housing" in drafted
    assert "damp" in drafted
