"""Records: the data report, decisions laid over sources, warnings (specification, 1.4 and 1.5)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from personshaped.errors import InputError
from spec.study_folders import PUBLISHED, Reading, folder, reading


def read_rows(tmp_path: Path, interactions: str, **others: str) -> Reading:
    files = {"study_toml": PUBLISHED, "interactions_csv": interactions} | others
    return reading(folder(tmp_path / "study", **files), tmp_path / "work")


def test_rows_in_are_rows_used_and_rows_set_aside_each_with_its_reason(tmp_path: Path) -> None:
    rows = """
    interaction_id | person_ref | agency  | started_at
    a              | H-1        | housing | 2024-01-03
    b              | H-1        | housing | 31 June
    c              |            | housing | 2024-01-04
    a              | H-1        | housing | 2024-01-03
    """
    report = read_rows(tmp_path, rows).records.report
    assert (report.rows_in, report.used, report.set_aside, report.duplicates) == (4, 1, 3, 1)
    (file,) = report.files
    places = [(one.row, one.column) for one in file.examples]
    assert places == [(3, "started_at"), (4, "person_ref")]
    assert sum(report.reasons.values()) == 3
    assert report.usable
    assert report.lines()[0] == "4 rows in, 1 used, 3 set aside."
    assert json.loads(json.dumps(report.as_json()))["rows_in"] == 4


LADDER = """
interaction_id | person_ref | agency  | started_at
a              | H-1        | housing | 2024-01-03
"""


def test_what_the_data_can_and_cannot_show_by_name(tmp_path: Path) -> None:
    steps = {one.have: one for one in read_rows(tmp_path, LADDER).records.report.measurable}
    assert [have for have, step in steps.items() if step.present] == ["person_ref, agency and started_at"]
    assert "contacts" in steps["person_ref, agency and started_at"].get
    met = steps["need_met, an outcome need_met, or the table needs"]
    assert "time_to_need_met" in met.get
    assert met.do_not_get.endswith("these are refused, never approximated")


@pytest.mark.parametrize(
    ("column", "cell", "step"),
    [
        ("initiated_by", "person", "activity or initiated_by"),
        ("issue", "damp", "demand_type, issue, need_id or service"),
        ("service", "lettings", "demand_type, issue, need_id or service"),
        ("outcome", "need_met", "need_met, an outcome need_met, or the table needs"),
        ("person_id", "P1", "the table people, or person_id in interactions"),
        ("cost", "12", "cost, or unit_costs with minutes or counts"),
        ("people_present", "2", "staff_id or people_present"),
    ],
)
def test_a_column_more_is_a_step_more(tmp_path: Path, column: str, cell: str, step: str) -> None:
    head, row = LADDER.strip().splitlines()
    report = read_rows(tmp_path, f"{head} | {column}\n{row} | {cell}").records.report
    assert next(one for one in report.measurable if one.have == step).present


def test_names_of_the_ladder_are_names_of_figures(shared: Path, tmp_path: Path) -> None:
    register = (shared / "spec" / "figure_names.csv").read_text(encoding="utf-8")
    known = {line.split(",")[1] for line in register.splitlines()}
    named = {name for step in read_rows(tmp_path, LADDER).records.report.measurable for name in step.get}
    assert named - known <= {"old_new"}  # named in section 2 alone


def test_workers_are_counted_in_the_window_and_never_named(tmp_path: Path) -> None:
    rows = """
    person_ref | agency  | service  | started_at | staff_id | staff_grade
    H-1        | housing | lettings | 2023-12-31 | s9       | manager
    H-1        | housing | lettings | 2024-01-03 | s1       | front line
    H-1        | housing | lettings | 2024-01-04 | s1       | front line
    H-1        | housing | lettings | 2024-01-05 | s2       | manager
    """
    toml = PUBLISHED + '[study]\nwindow = ["2024-01-01", "2024-02-01"]\n'
    report = read_rows(tmp_path, rows, study_toml=toml).records.report
    assert (report.staff_total, report.staff_by_grade) == (2, {"front line": 1, "manager": 1})
    assert report.staff_by_team == {"housing lettings": 2}
    assert report.staff_by_month == {"housing>2024-01": 2}
    written = json.dumps(report.as_json())
    assert "s9" not in written
    assert "housing>2024-01" not in written


# --- decisions ------------------------------------------------------------------------------------------------

CODED = """
interaction_id | person_ref | agency  | started_at | activity | demand_type | issue | coded_by
a              | H-1        | housing | 2024-01-03 | demand   | value       | damp  | xy
b              | H-1        | housing | 2024-01-04 | demand   |             | damp  |
"""
CODES = """
interaction_id | demand_type | failure_kind   | caused_by | issue | coded_by | coded_on
a              | value       |                |           | mould | tm       | 2024-04-01
b              | failure     | progress_chase | housing   |       | tm       | 2024-04-01
a              | failure     | rework         | benefits  |       | tm       | 2024-04-02
gone           | failure     | rework         |           |       | tm       | 2024-04-02
"""


def test_people_s_codes_win_over_the_source_and_the_latest_line_over_earlier_ones(tmp_path: Path) -> None:
    found = read_rows(tmp_path, CODED, decisions__codes_csv=CODES)
    assert found.column("demand_type") == {"a": "failure", "b": "failure"}
    assert found.column("failure_kind") == {"a": "rework", "b": "progress_chase"}
    assert found.column("caused_by") == {"a": "benefits", "b": "housing"}
    assert found.column("coded_by") == {"a": "tm", "b": "tm"}
    # a blank cell decides nothing: b keeps the source's issue, a keeps the line before
    assert found.column("issue") == {"a": "mould", "b": "damp"}


def test_a_code_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r'decisions/codes\.csv, demand_type: "failed" is no demand_type; expected value'
    ):
        read_rows(tmp_path, CODED, decisions__codes_csv="interaction_id | demand_type\na | failed")


def test_phases_that_people_decided(tmp_path: Path) -> None:
    head = "chart | from | reason | by | on\n"
    phases = (
        head
        + "demands/month | 2023-01-01 | method | tm | 2024-01-08\nkept/month | 2023-01-01 | method | tm | 2024-01-08"
    )
    decided = head + "demands/month | 2023-01-01 | recording | xy | 2024-02-08"
    found = read_rows(tmp_path, LADDER, phases_csv=phases, decisions__phases_csv=decided)
    assert found.column("reason", "phases", "chart") == {"demands/month": "recording", "kept/month": "method"}


# --- warnings -------------------------------------------------------------------------------------------------


def warned(tmp_path: Path, interactions: str, **others: str) -> list[str]:
    return list(read_rows(tmp_path, interactions, **others).records.report.warnings)


def test_nothing_to_say_of_good_rows(tmp_path: Path) -> None:
    assert warned(tmp_path, LADDER) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2090-01-03 | | | | |", "1 interactions lie in the future (e.g. interactions.csv, row 2, started_at)"),
        ("1850-01-03 | | | | |", "1 interactions lie before 1900 (e.g. interactions.csv, row 2, started_at)"),
        (
            "2024-01-03 | 2024-01-02 | | | |",
            "1 interactions end before they start (e.g. interactions.csv, row 2, ended_at)",
        ),
        (
            "2024-01-03 | | refer | shelter | |",
            "referred to bodies that these data hold no work of (kept: a finding): shelter (1)"
            " (e.g. interactions.csv, row 2, referred_to)",
        ),
        (
            "2024-01-03 | | | | yes | own_agency",
            "1 needs are said to be met with no contact of the person within 14 days"
            " (e.g. interactions.csv, row 2, need_met)",
        ),
        (
            "2024-01-03 | | chat | | |",
            "interactions, activity: words that the list does not have, read as other: chat (1)",
        ),
    ],
)
def test_what_looks_wrong_is_said_and_kept(tmp_path: Path, row: str, said: str) -> None:
    head = "interaction_id|person_ref|agency|started_at|ended_at|activity|referred_to|need_met|initiated_by"
    found = read_rows(tmp_path, f"{head}\na | H-1 | housing | {row}")
    assert list(found.records.report.warnings) == [said]
    assert found.records.report.used == 1


def test_met_with_the_persons_contact_near_it_is_no_warning(tmp_path: Path) -> None:
    rows = """
    person_ref | agency  | started_at | initiated_by | need_met
    H-1        | housing | 2024-01-20 | own_agency   | yes
    H-1        | housing | 2024-01-06 | person       |
    """
    assert warned(tmp_path, rows) == []


def test_a_month_without_rows_between_months_with_rows_is_a_gap_of_the_extract(tmp_path: Path) -> None:
    rows = """
    person_ref | agency  | started_at
    H-1        | housing | 2024-01-20
    H-1        | housing | 2024-04-06
    H-1        | gp      | 2024-01-06
    H-1        | gp      | 2024-02-06
    """
    (said,) = (one for one in warned(tmp_path, rows) if "gap" in one)
    assert said.startswith("housing: no row from 2024-02 to 2024-03")


def test_one_reference_with_two_birth_dates_or_two_numbers(tmp_path: Path) -> None:
    people = """
    person_ref | agency  | born       | nhs_number
    H-1        | housing | 1961-04-02 | 943 476 5919
    H-1        | housing | 1961-02-04 | 9434765919
    H-2        | housing | 1970-01-01 | 9434765919
    H-2        | housing | 1970-01-01 | 4010232137
    """
    assert warned(tmp_path, LADDER, people_csv=people) == [
        "people: 1 references have two NHS numbers (first: people.csv, row 4, nhs_number)",
        "people: 1 references have two dates of birth (first: people.csv, row 2, born)",
    ]


def test_more_than_two_in_a_hundred_exact_duplicates(tmp_path: Path) -> None:
    assert warned(tmp_path, LADDER + LADDER.strip().splitlines()[1]) == [
        "interactions: 1 of 2 rows are exact duplicates"
    ]


def test_times_at_midnight_that_mean_the_day_only(tmp_path: Path) -> None:
    rows = """
    person_ref | agency  | started_at
    H-1        | housing | 2024-01-20T00:00
    H-1        | housing | 2024-01-21T10:00
    """
    assert warned(tmp_path, rows) == [
        "1 of 2 times are 00:00: perhaps only the day is known (e.g. interactions.csv, row 2, started_at)"
    ]


def test_gaps_are_said_once_an_agency_and_a_sparse_agency_is_only_sparse(tmp_path: Path) -> None:
    months = [("housing", one) for one in ("2024-01", "2024-03", "2024-06", "2024-07", "2024-08", "2024-09")]
    months += [("shelter", one) for one in ("2023-01", "2023-06", "2024-06")]
    rows = "person_ref|agency|started_at\n" + "\n".join(f"H-1|{agency}|{one}-03" for agency, one in months)
    assert warned(tmp_path, rows) == [
        "housing: no row in 2024-02, 2024-04 to 2024-05, though there are before and after: a gap of the extract?",
        "shelter: rows in only 3 of 18 months: too few to tell a gap of the extract from a month in which nobody came",
    ]


def test_every_agency_is_named(tmp_path: Path) -> None:
    rows = "person_ref|agency|started_at\n" + "\n".join(f"H-1|a{one:02}|2024-01-03" for one in range(14))
    said = read_rows(tmp_path, rows).records.report.lines()[1]
    assert said.endswith("at 14 agencies: " + ", ".join(f"a{one:02}" for one in range(14)) + ".")


# --- words for what people ask about that only one agency uses ----------------------------------------------------

HOUSING = """
Ref | Day        | Subject
1   | 2024-01-03 | DV
2   | 2024-01-04 | DV
3   | 2024-01-05 | money
"""
POLICE = HOUSING.replace("DV", "Domestic")
MAPPED = """
[[source]]
path = "{0}.csv"
[[source.interactions]]
agency = {{ const = "{0}" }}
person_ref = "Ref"
started_at = "Day"
issue = {1}
"""


def test_issues_in_an_agency_s_own_words_are_said_with_a_line_that_maps_them(tmp_path: Path) -> None:
    toml = PUBLISHED + MAPPED.format("housing", '"Subject"') + MAPPED.format("police", '"Subject"')
    made = folder(tmp_path / "study", study_toml=toml, housing_csv=HOUSING, police_csv=POLICE)
    report = reading(made, tmp_path / "work").records.report
    (said,) = report.warnings
    assert said.startswith("issue: most words for what people ask about are one agency's own, at housing (DV),"
                           " police (Domestic). Needs are then never joined across agencies")  # fmt: skip
    assert report.to_paste == (
        "# [[source]] housing.csv",
        'issue = { column = "Subject", values = { "DV" = "DV", "money" = "money" } }',
        "# [[source]] police.csv",
        'issue = { column = "Subject", values = { "Domestic" = "Domestic", "money" = "money" } }',
    )
    # pasted, and the words on the right made common ones
    lines = [one.replace('= "DV"', '= "violence"').replace('= "Domestic"', '= "violence"') for one in report.to_paste]
    values = [one.partition("issue = ")[2] for one in lines[1::2]]
    again = PUBLISHED + MAPPED.format("housing", values[0]) + MAPPED.format("police", values[1])
    mended = folder(tmp_path / "again", study_toml=again, housing_csv=HOUSING, police_csv=POLICE)
    report = reading(mended, tmp_path / "work2").records.report
    assert (report.warnings, report.to_paste) == ((), ())


def test_the_words_of_every_block_are_in_the_line_that_maps_them(tmp_path: Path) -> None:
    """Two blocks of one file take lines of their own: one line for both, with the words of both."""
    when = 'when = {{ column = "Day", equals = "{0}" }}\nagency'
    one, two = (MAPPED.format("housing", '"Subject"').replace("agency", when.format(day)) for day in DAYS)
    toml = (
        PUBLISHED + one + two.replace('[[source]]\npath = "housing.csv"\n', "") + MAPPED.format("police", '"Subject"')
    )
    made = folder(tmp_path / "study", study_toml=toml, housing_csv=HOUSING, police_csv=POLICE.replace("money", "theft"))
    pasted = reading(made, tmp_path / "work").records.report.to_paste
    assert pasted[:2] == (
        "# [[source]] housing.csv",
        'issue = { column = "Subject", values = { "DV" = "DV", "money" = "money" } }',
    )
    assert [one for one in pasted if one.startswith("#")] == ["# [[source]] housing.csv", "# [[source]] police.csv"]


DAYS = ("2024-01-03", "2024-01-05")


def test_a_folder_without_anything_that_happened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="study: nothing here says what happened to whom and when; expected"):
        reading(folder(tmp_path / "study", study_toml=PUBLISHED), tmp_path / "work")


def test_one_agencys_late_rows_do_not_draw_the_window_out_unsaid(tmp_path: Path) -> None:
    rows = """
    interaction_id | person_ref | agency  | started_at
    a              | H-1        | housing | 2024-10-03
    b              | H-1        | housing | 2024-11-20
    c              | S-1        | social  | 2024-12-01
    d              | S-1        | social  | 2025-01-06
    """
    (said,) = (one for one in read_rows(tmp_path, rows).records.report.warnings if "window" in one)
    assert "rows end sooner at housing (2024-11-20)" in said
    assert 'window = ["2024-10-03", "2024-11-21"]' in said


def test_a_declared_window_is_nobodys_accident(tmp_path: Path) -> None:
    rows = """
    interaction_id | person_ref | agency  | started_at
    a              | H-1        | housing | 2024-01-03
    b              | S-1        | social  | 2024-12-30
    """
    declared = f'[study]\nwindow = ["2024-01-01", "2025-01-01"]\n{PUBLISHED}'
    found = read_rows(tmp_path, rows, study_toml=declared).records.report.warnings
    assert [one for one in found if "window" in one] == []


IN_A_LIST = """
interaction_id | person_ref | agency  | started_at | activity    | crisis | documents
a              | H-1        | housing | 2024-01-03 | demand;do   |        | 1
"""


def test_columns_said_to_be_blank_hold_nothing_in_any_row(tmp_path: Path) -> None:
    found = read_rows(tmp_path, IN_A_LIST, decisions__codes_csv="interaction_id | demand_type\na | value")
    blank = found.records.blank
    assert {"crisis", "cost", "staff_id"} <= blank
    # lists fill the activity and the contact, people the codes, reading itself the rest
    assert not blank & {"activity", "contact_id", "demand_type", "failure_kind", "date_precision", "source"}
    for name in blank:
        assert set(found.column(name).values()) == {None}, name


def test_without_codes_their_columns_are_blank_too(tmp_path: Path) -> None:
    assert {"demand_type", "failure_kind", "coded_by"} <= read_rows(tmp_path, LADDER).records.blank


NUMBERED = """
    interaction_id | agency  | person_ref | started_at | activity
    0012           | housing | 1          | 2021-01-05 | demand
    005            | housing | 2          | 2021-01-06 | demand
    05             | housing | 3          | 2021-01-07 | demand
    7              | housing | 4          | 2021-01-08 | demand
"""


def test_codes_whose_ids_lost_their_noughts_are_laid_where_only_one_fits(tmp_path: Path) -> None:
    codes = """
        interaction_id | demand_type | failure_kind   | drawn  | withdrawn
        12             | value       |                | chosen |
        5              | value       |                | chosen |
        0012           | failure     | progress_chase | chosen |
        7              | value       |                | chosen |
        99             | value       |                | chosen |
    """
    found = read_rows(tmp_path, NUMBERED, decisions__codes_csv=codes)
    assert found.column("demand_type") == {"0012": "failure", "005": None, "05": None, "7": "value"}
    assert (
        "decisions/codes.csv, interaction_id: 5 and 1 more that are no interaction of these data; not counted"
        in found.records.report.warnings
    )


def test_published_percentages_say_how_many_people_they_can_be_of(tmp_path: Path) -> None:
    """Stoke's list (spec 0.2, item 11): 67, 67, 42, 33, 29, 25, 25 per cent are 16, 16, 10, 8, 7, 6 and 6 of 24."""
    head = "area | period | measure | value | unit | source"
    stoke = [f"Stoke | 2012 | issue {at} | {value} | % | S1" for at, value in enumerate((67, 67, 42, 33, 29, 25, 25))]
    other = [f"Hanley | 2012 | issue {at} | {value} | % | S1" for at, value in enumerate((12.5, 50, 33.3))]
    few = ["Leek | 2012 | issue 1 | 50 | % | S1", "Leek | 2012 | people | 50 | people | S1"]
    wrong = [f"Stone | 2012 | issue {at} | {value} | % | S1" for at, value in enumerate((0.0004, 33.3333, 50))]
    said = warned(tmp_path, "person_ref | agency | started_at | activity\nP1 | gp | 2024-01-05 | demand",
                  area_facts_csv="\n".join([head, *stoke, *other, *few, *wrong]))  # fmt: skip
    about = "area_facts: the {} percentages of {} 2012 (S1) can be of {}"
    assert [one for one in said if one.startswith("area_facts")] == [
        # 12.5 and 33.3 are 3 and 8 of 24
        about.format(3, "Hanley", "24, 48, 72, 96, 120, 144 … and of no fewer: ask for n"),
        about.format(7, "Stoke", "24, 48, 52, 55, 69, 72 … and of no fewer: ask for n"),
        about.format(3, "Stone", "no one number up to 1,000: are they of more, or of several, or is one mistyped?"),
    ]


def test_of_many_published_tables_it_is_said_how_many_were_left_out(tmp_path: Path) -> None:
    printed = [f"Ward {at} | 2012 | issue {one} | {50 + one} | % | S1" for at in range(8) for one in range(3)]
    said = warned(tmp_path, "person_ref | agency | started_at | activity\nP1 | gp | 2024-01-05 | demand",
                  area_facts_csv="\n".join(["area | period | measure | value | unit | source", *printed]))  # fmt: skip
    told = [one for one in said if one.startswith("area_facts")]
    assert (len(told), told[-1]) == (
        7, "area_facts: 2 more with percentages, of which it is not said what they can be of"
    )  # fmt: skip
