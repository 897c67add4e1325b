"""Publishing: what leaves with `export --as picture`, and what never does (specification, Stat 11; the promises)."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from personshaped.disclosure import looks, stories
from personshaped.disclosure.profile import DEFAULT, Profile
from personshaped.disclosure.stories import KINDS, LEAST_DAYS, MOST_DAYS
from personshaped.disclosure.withholding import is_count
from personshaped.errors import InputError, UsageError
from personshaped.linkage import pseudonyms
from personshaped.locality import write_demo
from personshaped.picture.inputs import load
from personshaped.records import open_folder
from personshaped.study import looking, study
from personshaped.study.duties import forget
from personshaped.study.publishing import as_counted, publish, run_to_publish

LAWFUL = """[lawful]
personal_data = true
purpose = "service improvement study"
lawful_basis = "public task"
dpia = "DPIA-1"
keep_until = 2099-01-01
"""
GOLDEN = Path(__file__).parents[1] / "golden"
NEVER_PUBLISHED = {"interaction_id", "person_id", "need_id", "ref_key", "contact_id"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of invented people, studied as if they were real."""
    folder = tmp_path_factory.mktemp("publish") / "town"
    write_demo(folder, "assess_refer", 900, 3, 11, lambda *_: None)
    toml = folder / "study.toml"
    toml.write_text(re.sub(r"\[lawful\]\n(?:(?!\[).*\n)*", LAWFUL, toml.read_text()))
    study(folder)
    return folder


def ids(town: Path, sql: str) -> list[str]:
    tables = town / "findings" / "tables"
    return [row[0] for row in duckdb.sql(sql.format(**{
        name: f"'{tables}/{name}.parquet'" for name in ("interactions", "demands", "persons")
    })).fetchall()]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_went_before(town: Path) -> None:
    """Each test begins without ticked words, consents and earlier releases, in whatever order and process it runs."""
    (town / "decisions").mkdir(exist_ok=True)
    for name in ("ticked_words.csv", "consents.csv"):
        (town / "decisions" / name).unlink(missing_ok=True)
    shutil.rmtree(town / ".private" / "published", ignore_errors=True)


def tick(town: Path, *lines: tuple[str, str]) -> None:
    path = town / "decisions" / "ticked_words.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("interaction_id", "words", "ticked_by", "ticked_on"))
        rows.writerows((one, words, "tm", "2026-11-30") for one, words in lines)


def everything(folder: Path) -> str:
    """All that was published, file names too."""
    return "\n".join(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in sorted(folder.rglob("*.*")))


def test_only_three_files_leave_and_they_name_nobody(town: Path, tmp_path: Path) -> None:
    tick(town)
    publish(town, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["README.txt", "figures.csv", "picture.html"]
    text = everything(tmp_path / "out")
    assert "A version to publish" in text
    assert "Personal data" not in text
    for person in ids(town, "SELECT DISTINCT person_id FROM {persons}"):
        assert person not in text
    for one in ids(town, "SELECT interaction_id FROM {interactions} WHERE kind = 'demand'"):
        assert one not in text


def test_no_words_leave_that_nobody_ticked(town: Path, tmp_path: Path) -> None:
    tick(town)
    publish(town, tmp_path / "none")
    said = ids(town, "SELECT DISTINCT words FROM {interactions} WHERE length(words) > 25")
    text = everything(tmp_path / "none")
    assert len(said) > 50
    assert [words for words in said if words in text] == []

    first, second = ids(town, "SELECT interaction_id FROM {demands} JOIN {interactions} USING (interaction_id)"
                              " WHERE first_of_need AND words IS NOT NULL AND demands.demand_type = 'value'"
                              " ORDER BY interaction_id LIMIT 2")  # fmt: skip
    tick(town, (first, "Nobody came about the damp, and my chest is bad"), (second, "To be taken back"), (second, ""))
    told = publish(town, tmp_path / "one")
    text = everything(tmp_path / "one")
    assert "Nobody came about the damp, and my chest is bad" in text
    assert "To be taken back" not in text
    assert (told.words, told.left_to_tick > 0) == (1, True)


def test_words_to_tick_are_listed_in_the_findings_and_are_not_published(town: Path, tmp_path: Path) -> None:
    tick(town)
    told = publish(town, tmp_path / "out")
    assert told.to_tick == town / "findings" / "words_to_tick.csv"
    assert told.to_tick.stat().st_mode & 0o077 == 0
    with told.to_tick.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == told.left_to_tick
    assert {row["ticked_by"] for row in rows} == {""}
    tick(town, (rows[0]["interaction_id"], rows[0]["words"]))
    assert publish(town, tmp_path / "next").left_to_tick == told.left_to_tick - 1


def test_words_that_nobody_signs_for_stop_the_export(town: Path, tmp_path: Path) -> None:
    tick(town)
    with (town / "decisions" / "ticked_words.csv").open("a") as file:
        file.write("HOU-1,I have no heat,,\n")
    with pytest.raises(InputError, match=r"decisions/ticked_words.csv, row 2, column ticked_by|ticked_by: words that"):
        publish(town, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_cell_that_is_withheld_is_in_anything_published(town: Path, tmp_path: Path) -> None:
    """Every count that is shown is a multiple of five or none, in the table of figures and in the picture's tables."""
    tick(town)
    publish(town, tmp_path / "out")
    with (tmp_path / "out" / "figures.csv").open(newline="", encoding="utf-8") as file:
        figures = list(csv.DictReader(file))
    exact = {one.key: one for one in load(town / "findings").figures.figures}
    counted = [
        one for one in figures
        if one["value"] and is_count(exact[tuple(one[name] for name in ("name", "by", "group", "period", "basis"))])
        and not one["name"].startswith(("agencies", "services", "signal", "issues_behind"))
    ]  # fmt: skip
    assert len(counted) > 100
    assert {float(one["value"]) % 5 for one in counted} == {0.0}
    assert {float(one[part]) % 5 for one in figures for part in ("numerator", "denominator", "n")
            if one[part] and one["unit"] == "share"} == {0.0}  # fmt: skip
    page = (tmp_path / "out" / "picture.html").read_text()
    of = re.findall(r"(\d[\d,]*) of (\d[\d,]*) \(", page)
    assert len(of) > 5
    assert {int(n.replace(",", "")) % 5 for pair in of for n in pair} == {0}


def test_the_page_asks_nobody_inside_to_write_something_down(town: Path, tmp_path: Path) -> None:
    tick(town)
    publish(town, tmp_path / "out")
    page = (tmp_path / "out" / "picture.html").read_text()
    for inside in ("Nobody has written down", "decisions/", "study.toml", "personshaped figure", "area_facts"):
        assert inside not in re.sub(r"<details.*?</details>", "", page, flags=re.S), inside


def test_the_folder_must_be_new(town: Path, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("Zebedee")
    with pytest.raises(InputError, match="is not empty; expected a new folder"):
        publish(town, tmp_path)


def whole_of(folder: Path) -> dict[str, str]:
    with (folder / "figures.csv").open(newline="", encoding="utf-8") as file:
        return {one["name"]: one["value"] for one in csv.DictReader(file) if not one["by"] and not one["period"]}


def test_each_release_is_noted_and_the_next_is_held_against_it(town: Path, tmp_path: Path) -> None:
    """Demands beside those that went out: where they are a few apart they stand as they were, else they are new."""
    publish(town, tmp_path / "first")
    figures = town / "findings" / "figures.parquet"
    kept = figures.read_bytes()
    try:
        for apart in (4, 40):
            whole = "name = 'demands' AND \"by\" = '' AND period = ''"
            more = f"SELECT * REPLACE (CASE WHEN {whole} THEN value + {apart} ELSE value END AS value) FROM '{figures}'"
            table = duckdb.sql(more).arrow().read_all()
            duckdb.from_arrow(table).write_parquet(str(figures))
            publish(town, tmp_path / str(apart))
            figures.write_bytes(kept)
    finally:
        figures.write_bytes(kept)
    first, few, many = (float(whole_of(tmp_path / name)["demands"]) for name in ("first", "4", "40"))
    assert (few - first, many - first) == (0, 40)
    log = town / ".private" / "published"
    assert log.stat().st_mode & 0o077 == 0
    assert {one.stat().st_mode & 0o077 for one in log.rglob("*")} == {0}
    with (log / "log.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [one["into"] for one in lines] == ["first", "4", "40"]
    assert {len(one["sha256"]) for one in lines} == {64}


def test_a_release_that_was_lost_stops_the_next_one_in_one_line(town: Path, tmp_path: Path) -> None:
    publish(town, tmp_path / "first")
    kept = town / ".private" / "published" / "0001"
    (kept / "exact.parquet").unlink()
    with pytest.raises(InputError, match=r"0001/exact\.parquet: is not there, so that nothing can be held against"):
        publish(town, tmp_path / "second")
    shutil.rmtree(kept)
    with pytest.raises(InputError, match="notes 1 releases, of which 0 are kept"):
        publish(town, tmp_path / "second")
    assert not (tmp_path / "second").exists()


def test_after_one_is_forgotten_the_release_before_stands_and_nothing_tells_of_it(town: Path, tmp_path: Path) -> None:
    """In a copy: whoever asked most is forgotten, and all that was published of everybody is published again."""
    shutil.copytree(town, tmp_path / "town")
    (person,) = ids(town, "SELECT person_id FROM {persons} WHERE person_id NOT LIKE 'listened%'"
                          " ORDER BY demands DESC, person_id LIMIT 1")  # fmt: skip
    before = publish(tmp_path / "town", tmp_path / "first")
    forget(tmp_path / "town", person)
    study(tmp_path / "town")
    after = publish(tmp_path / "town", tmp_path / "second")
    assert (before.stands, after.stands) == ("", "0001")
    exact = load(tmp_path / "town" / "findings").figures.known("demands")
    assert exact is not None
    shown = whole_of(tmp_path / "second")
    assert abs((exact.value or 0) - float(shown["demands"])) > 8
    for name in ("figures.csv", "picture.html"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_a_story_without_consent_has_its_dates_moved_and_agencies_by_kind(town: Path, tmp_path: Path) -> None:
    tick(town)
    (person,) = ids(town, "SELECT person_id FROM {persons} WHERE interactions BETWEEN 15 AND 40 AND agencies > 2"
                          " ORDER BY 1 LIMIT 1")  # fmt: skip
    looked = len(looks.read(town / ".private"))
    publish(town, tmp_path / "out", people=[person])
    page = (tmp_path / "out" / "story-1.html").read_text()
    assert person not in page
    assert "In pounds" not in page
    assert "£" not in page
    days = ids(town, f"SELECT strftime(started_at, '%-d %B %Y') FROM {{interactions}} WHERE person_id = '{person}'")
    assert [day for day in days if day and re.search(rf"(?<!\d){day}", page)] == []
    agencies = ids(town, f"SELECT DISTINCT agency FROM {{interactions}} WHERE person_id = '{person}'")
    lanes = set(re.findall(r"<b dir=\"auto\">([^<→]+?)(?: →.*?)?</b>", page))
    kinds = {kind.capitalize() for _, kind in KINDS} | {"Another service"}
    assert lanes <= kinds
    assert {one.replace("_", " ").capitalize() for one in agencies} - kinds  # some are called otherwise at home
    seen = looks.read(town / ".private")
    assert (len(seen), seen[-1].person_id, seen[-1].what) == (looked + 1, person, "story, to publish")
    assert 0 < LEAST_DAYS < MOST_DAYS


def test_with_consent_on_record_a_story_stands_as_it_is_in_ticked_words(town: Path, tmp_path: Path) -> None:
    (person,) = ids(town, "SELECT person_id FROM {persons} WHERE interactions BETWEEN 15 AND 40 ORDER BY 1 LIMIT 1")
    consents = town / "decisions" / "consents.csv"
    consents.write_text(f"person_id,may,agreed_on,recorded_by\n{person},publish story,2026-11-02,tm\n")
    said = ids(town, f"SELECT interaction_id FROM {{interactions}} WHERE person_id = '{person}' AND words IS NOT NULL"
                     " ORDER BY position LIMIT 1")  # fmt: skip
    tick(town, (said[0], "I said it in my own way"))
    publish(town, tmp_path / "out", people=[person])
    page = (tmp_path / "out" / "story-1.html").read_text()
    assert "I said it in my own way" in page
    known = "date_precision NOT IN ('month', 'year', 'range', 'order', 'estimated')"
    (day,) = ids(town, f"SELECT strftime(started_at, '%-d %B %Y') FROM {{interactions}}"
                       f" WHERE person_id = '{person}' AND {known} ORDER BY position LIMIT 1")  # fmt: skip
    assert day in page
    consents.write_text("person_id,may,agreed_on,recorded_by\nP1,publish story,,\n")
    with pytest.raises(InputError, match=r"decisions/consents.csv, row 2: a consent without its day"):
        publish(town, tmp_path / "other", people=[person])
    consents.write_text("person_id,may,agreed_on,recorded_by\n,publish story,2026-11-02,tm\n")
    with pytest.raises(InputError, match=r"decisions/consents.csv, row 2, person_id: a consent of nobody"):
        publish(town, tmp_path / "other", people=[person])
    consents.unlink()


def named_by_agency(town: Path, person: str) -> str:
    """The same person as an agency writes them: one of the references whose key is theirs."""
    con = duckdb.connect()
    identities = town / "findings" / "tables" / "identities.parquet"
    keys = con.execute(f"SELECT agency, ref_key FROM '{identities}' WHERE person_id = ?", [person]).fetchall()
    ours = pseudonyms.Pseudonyms(pseudonyms.load_key(town / ".private"))
    references = con.execute(
        f"SELECT DISTINCT TenancyRef FROM read_csv('{town}/housing/tenants.csv', delim = ';', encoding = 'latin-1',"
        " all_varchar = true) ORDER BY 1"
    ).fetchall()
    return next(f"housing:{one}" for (one,) in references if ("housing", ours.of("housing", one)) in keys)


def known_to_housing(town: Path) -> str:
    return ids(town, "SELECT person_id FROM {interactions} WHERE agency = 'housing' GROUP BY 1"
                     " HAVING count(*) BETWEEN 5 AND 40 ORDER BY 1 LIMIT 1")[0]  # fmt: skip


def test_a_consent_given_by_an_agencys_reference_is_taken_back_by_the_persons_id(town: Path) -> None:
    person = known_to_housing(town)
    reference = named_by_agency(town, person)
    consents = town / "decisions" / "consents.csv"
    opened = open_folder(town)

    def agreed(*lines: str) -> frozenset[str]:
        consents.write_text("person_id,may,agreed_on,recorded_by\n" + "".join(f"{one}\n" for one in lines))
        return stories.consented(
            town / "decisions", lambda named: looking.person_of(town / "findings", opened, named)
        )  # fmt: skip

    given_ = f"{reference},publish story,2026-11-02,tm"
    assert agreed(given_) == {person}
    assert agreed(given_, f"{person},,,") == frozenset()
    assert agreed(f"{person},publish story,2026-11-02,tm", f"{reference},,,") == frozenset()
    with pytest.raises(InputError, match=r"decisions/consents.csv, row 2, person_id: nobody here is 'housing:nobody'"):
        agreed("housing:nobody,publish story,2026-11-02,tm")


def test_a_story_moves_by_the_same_days_each_time_and_no_two_studies_alike(town: Path, tmp_path: Path) -> None:
    """Drawn anew for each export, a dozen exports would average to the true dates."""
    person = known_to_housing(town)
    pages = []
    for name in ("one", "two"):
        publish(town, tmp_path / name, people=[person])
        pages.append((tmp_path / name / "story-1.html").read_text())
    assert pages[0] == pages[1]
    drawn = [stories.offset(bytes([at]), person) for at in range(200)]
    assert all(LEAST_DAYS <= abs(days) <= MOST_DAYS for days in drawn)
    assert len(set(drawn)) > 120
    assert 60 < sum(days > 0 for days in drawn) < 140


def test_who_is_forgotten_has_no_consent_left_that_names_them_by_an_agencys_reference(
    town: Path, tmp_path: Path
) -> None:
    """In a copy, so that the town keeps everybody."""
    shutil.copytree(town, tmp_path / "town")
    person = known_to_housing(town)
    reference = named_by_agency(town, person)
    consents = tmp_path / "town" / "decisions" / "consents.csv"
    consents.write_text(f"person_id,may,agreed_on,recorded_by\n{reference},publish story,2026-11-02,tm\n")
    forget(tmp_path / "town", person)
    assert reference not in consents.read_text()


def test_who_is_forgotten_has_no_ticked_words_and_no_consent_left(town: Path, tmp_path: Path) -> None:
    """In a copy, so that the town keeps everybody."""
    (person,) = ids(
        town, "SELECT person_id FROM {persons} WHERE interactions BETWEEN 10 AND 40 ORDER BY 1 DESC LIMIT 1"
    )
    (said,) = ids(town, f"SELECT interaction_id FROM {{interactions}} WHERE person_id = '{person}' LIMIT 1")
    tick(town, (said, "words of somebody to be forgotten"))
    (town / "decisions" / "consents.csv").write_text(
        f"person_id,may,agreed_on,recorded_by\n{person},publish story,2026-11-02,tm\n"
    )
    shutil.copytree(town, tmp_path / "town")
    forget(tmp_path / "town", person)
    for name in ("ticked_words.csv", "consents.csv"):
        text = (tmp_path / "town" / "decisions" / name).read_text()
        assert "forgotten" not in text
        assert person not in text


def test_the_run_as_published_holds_no_input_and_no_stage(town: Path) -> None:
    """What is drawn from is let through part by part: new parts of `run.json` stay at home until somebody lets them."""
    run = run_to_publish(load(town / "findings"), DEFAULT)
    assert set(run) == {"version", "engine", "sample", "settings", "study", "report", "linking", "published"}
    assert set(run["report"]) == {"rows_in", "used", "set_aside", "priced_minutes"}
    assert not NEVER_PUBLISHED & set(json.dumps(run).split('"'))


def test_what_is_withheld_is_not_printed_as_none(town: Path, tmp_path: Path) -> None:
    """Of a need whose first and again are withheld no 0 stands in the table, as it does where nobody asked."""
    publish(town, tmp_path / "out")
    page = (tmp_path / "out" / "picture.html").read_text()
    (table,) = re.findall(r"<caption[^>]*>Demands by need</caption>.*?</table>", page, flags=re.S)
    assert "none, or withheld" in table
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table)
    assert cells
    assert "0" not in cells


def test_nothing_is_left_behind_where_it_cannot_be_published(town: Path, tmp_path: Path) -> None:
    """A folder without its line in the record of releases could not be held against the next one."""
    publish(town, tmp_path / "first")
    noted = (town / ".private" / "published" / "log.csv").read_text()
    with pytest.raises(UsageError, match="nobody"):
        publish(town, tmp_path / "unknown", people=["nobody"])
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="file: is a file; expected a new folder"):
        publish(town, tmp_path / "file")
    for inside in (town / "out", town / "findings" / "out"):
        with pytest.raises(InputError, match="stands among the study's own files"):
            publish(town, inside)
    with pytest.raises(InputError, match="went out with --least 8 --round-to 5"):
        publish(town, tmp_path / "closer", Profile(least=5, round_to=3))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "first"]
    assert not (town / "out").exists()
    assert (town / ".private" / "published" / "log.csv").read_text() == noted


def test_what_was_never_studied_is_told_what_to_do_first(town: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"findings: holds no finished study; expected `personshaped study .*` first"):
        publish(town, tmp_path / "out", out=tmp_path / "findings")
    with pytest.raises(InputError, match="no such folder"):
        publish(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_study_of_so_few_people_is_their_story(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "few", ignore=shutil.ignore_patterns("findings"))
    study(tmp_path / "few")
    with pytest.raises(InputError, match="holds 4 people"):
        publish(tmp_path / "few", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_window_that_nobody_declared_tells_no_day(town: Path) -> None:
    """It begins with the first row and ends with the last: somebody's day."""
    read = load(town / "findings")
    ends = {"window_start": "2008-09-29", "window_end": "2010-12-02"}

    def window(declared: bool) -> tuple[str, str]:
        run = replace(read.run, settings={**read.run.settings, **ends, "window_declared": declared})
        said = run_to_publish(replace(read, run=run), DEFAULT)["settings"]
        return said["window_start"], said["window_end"]

    assert window(False) == ("2008-09-01", "2011-01-01")
    assert window(True) == ("2008-09-29", "2010-12-02")


def test_where_settings_changed_page_9_tells_those_of_now_with_rows_and_window_of_then(
    town: Path, tmp_path: Path
) -> None:
    """Nobody's rows differ by more than few, and another setting was chosen: figures and notes are made with that."""
    read = load(town / "findings")
    then = run_to_publish(read, DEFAULT)
    other = {**then["settings"], "look_back": 7, "window_end": "2031-01-01"}
    now = then | {"settings": other, "report": {"rows_in": 5}, "linking": {"persons": 5}}
    shown = as_counted(now, as_counted({}, then))
    assert shown["settings"] == other | {"window_end": then["settings"]["window_end"]}
    assert (shown["report"], shown["linking"]) == (then["report"], then["linking"])
    assert set(as_counted({}, then)["settings"]) == {"window_start", "window_end"}
    assert set(shown) == set(now)


def test_after_a_setting_was_changed_and_one_forgotten_the_page_names_the_setting_of_now(
    town: Path, tmp_path: Path
) -> None:
    """In a copy."""
    shutil.copytree(town, tmp_path / "town")
    (person,) = ids(town, "SELECT person_id FROM {persons} WHERE person_id NOT LIKE 'listened%'"
                          " ORDER BY demands, person_id LIMIT 1")  # fmt: skip
    publish(tmp_path / "town", tmp_path / "first")
    forget(tmp_path / "town", person)
    toml = tmp_path / "town" / "study.toml"
    toml.write_text(toml.read_text() + "\n[settings]\nsettle = 47\n")
    study(tmp_path / "town")
    assert publish(tmp_path / "town", tmp_path / "second").stands == ""
    assert not (tmp_path / "town" / ".private" / "published" / "0002" / "run.json").exists()  # few people differ
    page = re.sub(r"<[^>]*>", " ", (tmp_path / "second" / "picture.html").read_text())
    assert re.search(r"must be said within this\s+47\b", page)


def test_ticked_words_are_text_and_hold_nothing_that_nobody_sees(town: Path, tmp_path: Path) -> None:
    (said,) = ids(town, "SELECT interaction_id FROM {demands} JOIN {interactions} USING (interaction_id)"
                        " WHERE first_of_need AND words IS NOT NULL AND demands.demand_type = 'value'"
                        " ORDER BY interaction_id LIMIT 1")  # fmt: skip
    tick(
        town,
        (said, '<script>alert(1)</script>=1+1 "x" onload="y \u202eturned\u202c hid\u200bden \x85\x1b[0m می\u200cخواهم'),
    )
    publish(town, tmp_path / "out")
    page = (tmp_path / "out" / "picture.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;=1+1 &#34;x&#34; onload=&#34;y turned hidden [0m می\u200cخواهم" in page
    assert "<script>alert" not in page
