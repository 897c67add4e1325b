"""Records: what `init` makes of extracts as councils, the NHS, police and housing write them, in any language."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import Workbook

from personshaped.records.draft import Draft, draft
from personshaped.records.draft_words import spelt
from personshaped.records.sniffing import find_encoding
from spec.study_folders import PUBLISHED, Reading, delimited, reading

PEOPLE = ("Ann Lee 1961-04-02", "Bob Ray 1970-05-13", "Cy Fox 1985-09-30", "Di Poe 1990-01-01", "Ed Orr 1955-12-24")
"""Five people; `lines_of` lets each come three times."""


def lines_of(heading: str, line: str) -> str:
    """A table with bars: for each person three lines, with {n} the line, {p} the person, {first}, {last}, {born}."""
    rows = [heading]
    for n in range(15):
        first, last, born = PEOPLE[n % 5].split()
        year, month, day = born.split("-")
        said = {"n": n, "p": n % 5, "first": first, "last": last, "born": f"{day}/{month}/{year}"}
        rows.append(line.format(**said, day=f"{n + 1:02}/03/2023", later=f"{n + 5:02}/03/2023"))
    return delimited("\n".join(rows))


def drafted(tmp_path: Path, **files: str | bytes) -> Draft:
    for name, content in files.items():
        path = tmp_path / "in" / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return draft(sorted((tmp_path / "in").iterdir()), tmp_path / "study")


def told(found: Draft) -> dict[str, str]:
    return {one.column: one.target for one in found.columns}


def read(found: Draft, tmp_path: Path) -> Reading:
    toml = found.toml.read_text(encoding="utf-8")
    head, _, rest = toml.partition("[lawful]")
    sources = "\n[[source]]" + rest.partition("[[source]]")[2]
    found.toml.write_text(head + PUBLISHED + sources, encoding="utf-8")
    return reading(found.toml.parent, tmp_path / "work")


# --- whose line it is -----------------------------------------------------------------------------------------------


def test_a_number_that_comes_again_with_the_same_names_is_the_person_s(tmp_path: Path) -> None:
    """No heading says so; another code that comes again goes with everybody."""
    calls = lines_of(
        "Dx code|Log|Moz|Service User|DoB|Contact Date|Outcome", "D{n}D|L{n}|M70{p}|{last}, {first}|{born}|{day}|NFA"
    )
    found = drafted(tmp_path, calls__csv=calls.replace("D10D", "D1D").replace("D11D", "D2D"))
    assert told(found)["Moz"] == "person_ref"
    assert told(found)["Service User"] == "name"
    assert "Dx code" not in {one.column for one in found.columns if one.target == "person_ref"}


def test_names_and_birth_stand_for_a_person_without_a_number(tmp_path: Path) -> None:
    found = drafted(
        tmp_path,
        calls__csv=lines_of("Call Ref|PT_FORENAME|PT_SURNAME|PT_DOB|Call Date", "C{n}|{first}|{last}|{born}|{day}"),
    )
    assert any("together stand for the person" in one for one in found.open_questions)
    made = read(found, tmp_path)
    assert made.con.execute("SELECT count(*), count(DISTINCT person_ref) FROM interactions").fetchone() == (15, 5)


def test_a_home_is_nobody_s_number(tmp_path: Path) -> None:
    found = drafted(
        tmp_path,
        jobs__csv=lines_of(
            "customerUPRN|customerFirstName|customerLastName|DOB|createdOn|closedOn",
            "10000{p}|{first}|{last}|{born}|{day}|{later}",
        ),
    )
    assert told(found)["customerUPRN"] == "uprn"
    assert (told(found)["createdOn"], told(found)["closedOn"]) == ("started_at", "ended_at")


def test_any_words_for_a_person_and_a_number_are_a_reference(tmp_path: Path) -> None:
    for number, heading in enumerate(("tenant_key", "Cliëntnr", "Numéro usager", "Citizen UID", "PATIENT NUM")):
        table = lines_of(f"{heading}|Date|Notes", "{p}|{day}|I rang and {n} days later nobody had come")
        assert told(drafted(tmp_path / str(number), log__csv=table))[heading] == "person_ref"


def test_the_person_may_be_known_by_another_sheet(tmp_path: Path) -> None:
    book = Workbook()
    first, second = book.active, book.create_sheet("Contacts")
    first.title = "Referrals"
    first.append(["RiO", "Episode ID", "Patient Name", "DOB", "Referral Date", "Team"])
    second.append(["Episode ID", "Contact Date", "Notes"])
    for n in range(15):
        name, surname, born = PEOPLE[n % 5].split()
        first.append([f"700{n % 5}", f"E{n}", f"{surname}, {name}", born, f"2023-03-{n + 1:02}", "Crisis"])
        second.append([f"E{n}", f"2023-04-{n + 1:02}", "seen at home, still waiting for the letter"])
    held = io.BytesIO()
    book.save(held)
    found = drafted(tmp_path, mh__xlsx=held.getvalue())
    assert any("person_ref comes from" in one and '"RiO", by "Episode ID"' in one for one in found.open_questions)
    made = read(found, tmp_path)
    assert made.con.execute("SELECT count(*), count(DISTINCT person_ref) FROM interactions").fetchone() == (30, 5)


# --- when it happened -----------------------------------------------------------------------------------------------


def test_each_date_has_the_clock_beside_it(tmp_path: Path) -> None:
    found = drafted(
        tmp_path,
        ed__txt=lines_of(
            "Patient ID|Arrival Date|Arrival Time|Departure Date|Departure Time", "{p}|{day}|930|{later}|2400"
        ).replace(",", "|"),
    )
    one = read(found, tmp_path).con.execute("SELECT min(started_at)::VARCHAR, min(ended_at)::VARCHAR FROM interactions")
    assert one.fetchone() == ("2023-03-01 09:30:00", "2023-03-06 00:00:00")


def test_the_first_of_several_dates_is_the_beginning(tmp_path: Path) -> None:
    table = lines_of("Applicant Ref|Assessment Date|Date of Approach", "{p}|{later}|{day}")
    found = drafted(tmp_path, homeless__csv=table)
    assert told(found) == {
        "Applicant Ref": "person_ref", "Assessment Date": "started_at", "Date of Approach": "started_at",
    }  # fmt: skip
    first, *_ = found.toml.read_text(encoding="utf-8").split("started_at = ")[1].splitlines()
    assert first.startswith('"Date of Approach"')


def test_dates_over_a_lifetime_are_births_in_any_language(tmp_path: Path) -> None:
    rows = "\n".join(f"{n}|{1940 + 5 * n}-03-01|2023-04-{n + 1:02}" for n in range(15))
    found = drafted(tmp_path, lista__csv=delimited("id client|data urodzenia|data\n" + rows))
    assert told(found)["data urodzenia"] == "born"


def test_hours_are_hours(tmp_path: Path) -> None:
    found = drafted(tmp_path, log__csv=lines_of("Client ID|Date|Dauer (Std.)", "{p}|{day}|{p},5"))
    assert read(found, tmp_path).con.execute("SELECT min(minutes), max(minutes) FROM interactions").fetchone() == (
        30,
        270,
    )


# --- what a column is -----------------------------------------------------------------------------------------------


def test_words_may_gainsay_a_heading(tmp_path: Path) -> None:
    ways = ("Telephone", "Email", "Telephone")
    rows = "\n".join(f"{n % 5}|2023-03-{n + 1:02}|{ways[n % 3]}|{('Back pain', 'Low mood')[n % 2]}" for n in range(15))
    found = drafted(tmp_path, log__csv=delimited("Client ID|Date|Contact Type|Consultation reason\n" + rows))
    assert (told(found)["Contact Type"], told(found)["Consultation reason"]) == ("channel", "issue")


def test_addresses_are_no_front_door_and_notes_no_list(tmp_path: Path) -> None:
    rows = "\n".join(
        f"{n % 5}|2023-03-{n + 1:02}|{n % 7} Mill Brow|{('Caller drunk', 'GP told', 'NFA')[n % 3]}" for n in range(15)
    )
    found = drafted(tmp_path, log__csv=delimited("Nominal ID|Date|Location|Log notes\n" + rows))
    assert (told(found)["Location"], told(found)["Log notes"]) == ("", "")


def test_short_forms_without_their_vowels() -> None:
    assert [spelt(one) for one in ("gvn_nm", "fmly_nm", "gndr", "rsn_cd", "Maßnahme")] == [
        ("given", "name"), ("family", "name"), ("gender",), ("reason", "code"), ("massnahme",),
    ]  # fmt: skip


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_file_a_month_is_one_source(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for at, month in enumerate(("Januar", "Februar", "März")):
            rows = lines_of("Tenant Ref|Logged|Cost", "{p}|{day}|9.5" + str(at))
            archive.writestr(f"out/Repairs {month} 23.csv", rows)
        archive.writestr("out/Notes.csv", lines_of("x|y", "{n}|-"))
    found = drafted(tmp_path, repairs__zip=held.getvalue())
    assert found.toml.read_text(encoding="utf-8").count('out/Repairs * 23.csv"') == 1
    assert read(found, tmp_path).con.execute("SELECT count(*) FROM interactions").fetchone() == (45,)


def test_files_of_two_agencies_are_two_sources(tmp_path: Path) -> None:
    table = lines_of("Client ID|Date|Notes", "{p}|{day}|I rang and {n} days later nobody had come")
    found = drafted(tmp_path, calls_police__csv=table, calls_council__csv=table)
    assert "*" not in found.toml.read_text(encoding="utf-8").partition("[[source]]")[2]


def test_windows_own_encoding_unless_it_would_be_odd() -> None:
    """A Mac's and DOS's letters make capitals amid words, or lines; curly quotation marks are Windows' own."""
    windows, mac, dos = "He can’t pay £40 – “nobody rings”\n", "She can’t pay: café Zoë\n", "Zoë: café £40 naïve\n"
    for text, encoding in ((windows, "cp1252"), (mac, "mac_roman"), (dos, "cp850")):
        assert find_encoding(io.BytesIO(text.encode(encoding)), "log.csv") == encoding


def test_long_numbers_in_names_of_files_are_read_through(tmp_path: Path) -> None:
    calls = lines_of("Ref|When", "{p}|{day}")
    found = drafted(tmp_path, **{f"{'1234567890' * 12}{last}x__csv": calls for last in "89"})
    assert len(found.toml.read_text(encoding="utf-8").split("[[source]]")) == 3  # a period has no x: two logs


def test_headings_and_words_in_two_languages(tmp_path: Path) -> None:
    heading = (
        "Cyfeirnod Cwsmer / Customer Ref|Dyddiad / Date|Math o gyswllt / Contact type|Problem wedi'i datrys / Resolved"
    )
    lines = lines_of(heading, "{p}|{day}|Cais am gymorth gan y cwsmer / Request for help|Do / Yes").replace(
        "Yes\n", "Yes\n", 1
    )
    found = drafted(
        tmp_path, log__csv=lines.replace("Cais am gymorth gan y cwsmer / Request for help", "Asesiad / Assessment", 5)
    )
    assert list(told(found).values()) == ["person_ref", "started_at", "activity", "need_met"]
    rows = read(found, tmp_path).con.execute(
        "SELECT activity, need_met, count(*) FROM interactions GROUP BY ALL ORDER BY 1"
    )
    assert rows.fetchall() == [("assess", True, 5), ("demand", True, 10)]


def test_cells_that_say_nothing_are_blank_but_an_id_is_an_id(tmp_path: Path) -> None:
    table = lines_of("Client ID|Date|Issue|Passed to|Narrative", "{p}|{day}|Damp|None|N/A").replace("\n0,", "\nNA,")
    found = drafted(tmp_path, log__csv=table.replace("Damp,None,N/A", "Unknown,Council,I rang and rang", 5))
    assert 'missing = ["N/A", "None", "Unknown"]' in found.toml.read_text(encoding="utf-8")
    rows = read(found, tmp_path).con.execute("SELECT DISTINCT issue, referred_to, words FROM interactions ORDER BY ALL")
    assert rows.fetchall() == [("Damp", None, None), (None, "Council", "I rang and rang")]
    people = (
        read(found, tmp_path / "2").con.execute("SELECT DISTINCT person_ref FROM interactions ORDER BY 1").fetchall()
    )
    assert [one for (one,) in people] == ["1", "2", "3", "4", "NA"]


def test_codes_are_read_by_the_table_that_tells_them(tmp_path: Path) -> None:
    """Also of what people ask about; a table of staff tells who they are, and stays unread."""
    base = tmp_path / "in" / "police.sqlite"
    base.parent.mkdir(parents=True)
    with closing(sqlite3.connect(base)) as con:
        con.executescript(
            """CREATE TABLE log (subject_id, at, code_id, problem_id, badge_id);
            CREATE TABLE incident_code (code_id, descr); CREATE TABLE problems (id, label);
            CREATE TABLE badges (badge_id, label);
            INSERT INTO incident_code VALUES (10, 'CALL FOR SERVICE'), (11, 'REFERRAL OUT'), (12, 'UNKNOWN');
            INSERT INTO problems VALUES (1, 'Housing'), (2, 'Money'); INSERT INTO badges VALUES (7, 'Quillfax, Z');"""
        )
        con.executemany(
            "INSERT INTO log VALUES (?, ?, ?, ?, 7)",
            [(n % 5, f"2023-03-{n + 1:02}", 10 + n % 3, 1 + n % 2) for n in range(15)],
        )
        con.commit()
    found = draft([base], tmp_path / "study")
    text = found.toml.read_text(encoding="utf-8")
    assert '"10" = "demand"  # CALL FOR SERVICE: 5 lines' in text
    assert '"11" = "refer"  # REFERRAL OUT: 5 lines' in text
    assert "Quillfax" not in text + "".join(found.lines())
    rows = (
        read(found, tmp_path).con.execute("SELECT DISTINCT activity, issue FROM interactions ORDER BY ALL").fetchall()
    )
    assert rows == [("demand", "Housing"), ("demand", "Money"), ("refer", "Housing"), ("refer", "Money"),
                    (None, "Housing"), (None, "Money")]  # fmt: skip


def test_a_register_and_its_log_are_one_agency_s(tmp_path: Path) -> None:
    log = lines_of("Client ID|Date|Notes", "{p}|{day}|I rang and {n} days later nobody had come")
    register = lines_of("Client ID|First name|Surname", "{p}|{first}|{last}")
    found = drafted(tmp_path, mind_sessions__csv=log, mind_members__csv=register)
    assert found.toml.read_text(encoding="utf-8").count('agency = { const = "mind" }') == 2


_GERMAN = ("Vorsprache", "Prüfung der Unterlagen", "Verweisung an andere Stelle", "Einstellung")
_DUTCH = ("Melding", "Indicatiestelling", "Doorverwijzing", "Ontslag")


@pytest.mark.parametrize(
    ("heading", "kinds", "said"),
    [
        ("Aktenzeichen;Kundennummer;Datum;Ereignisart;Wortlaut;Betrag", _GERMAN, "Die Heizung ist seit {} Tagen kalt"),
        ("Dossier;Klantnummer;Datum;Soort contact;Eigen woorden;Bedrag", _DUTCH, "De verwarming is al {} dagen koud"),
    ],
)
def test_german_and_dutch_headings_and_kinds_of_work_are_known(
    tmp_path: Path, heading: str, kinds: tuple[str, ...], said: str
) -> None:
    lines = [f"A-{n:04};K-{n % 5:03};{n + 1:02}.03.2023;{kinds[n % 4]};{said.format(n)};{n + 10},50" for n in range(16)]
    found = drafted(tmp_path, amt__csv="\n".join([heading, *lines]))
    kind, words, cost = heading.split(";")[3:]
    assert [told(found)[one] for one in (kind, words, cost)] == ["activity", "words", "cost"]
    seen = read(found, tmp_path).con.execute("SELECT DISTINCT activity FROM interactions ORDER BY 1").fetchall()
    assert seen == [("assess",), ("close",), ("demand",), ("refer",)]


# --- nobody is named ------------------------------------------------------------------------------------------------


def test_no_name_stands_in_the_draft_whatever_its_column_is_called(tmp_path: Path) -> None:
    """`sname` and `kunde` are no headings we know, callers stand in a list of ours, a reason may be a person."""
    people = lines_of("Client ID|First name|Surname", "{p}|{first}|{last}")
    log = lines_of(
        "Client ID|Date|kontakt|Caller|Outcome|Issue", "{p}|{day}|{last}|{first} {last}|Mrs {last} rang|{last}"
    )
    found = drafted(tmp_path, log__csv=log, people__csv=people)
    said = found.toml.read_text(encoding="utf-8") + "\n".join(found.lines()) + str(found.as_json())
    for first, last, _ in map(str.split, PEOPLE):
        for name in (f"{first} ", f"{last} ", f'"{last}"', f"'{last}'"):
            assert name not in said


def test_what_each_person_has_alone_is_shown_as_its_shape(tmp_path: Path) -> None:
    log = lines_of("Client ID|Date|xx|yy", "{p}|{day}|{last}|Blue").replace("Blue", "Green", 7)
    shown = {one.column: one.samples for one in drafted(tmp_path, log__csv=log).columns}
    assert shown["xx"] == ("Aaa",)
    assert shown["yy"] == ("Blue", "Green")
