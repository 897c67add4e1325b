"""The study's picture inside the application: filters, definitions, rows by need to know, charts to take away."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import Client
from django.utils.html import escape

from personshaped.picture import words as spelt
from personshaped.picture.book import read_figures
from personshaped.picture.drawing import PAGES
from personshaped.team.accounts.models import Agency, SharingAgreement, User
from personshaped.team.audit.models import Entry
from personshaped.team.people.models import Person
from personshaped.team.site import picture, picture_rows

pytestmark = [pytest.mark.team, pytest.mark.django_db]
SignedIn = Callable[[User], Client]
Colleague = Callable[..., User]
SHARE = "failure_demand_share"


def opened(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def make_personal(town: Path) -> None:
    """As if the study were of real people."""
    path = town / "findings" / "run.json"
    run = json.loads(path.read_text())
    run["study"]["synthetic"] = False
    path.write_text(json.dumps(run))


def share(town: Path, *codes: str) -> None:
    """An agreement that holds today, with these agencies; with all of the study where none is named."""
    for code in codes or [
        one for (one,) in asked_of(town, "SELECT DISTINCT agency FROM 'TABLES/interactions.parquet'")
    ]:
        agency = Agency.objects.create(code=code, name=code)
        SharingAgreement.objects.create(agency=agency, reference="r", from_date="2020-01-01")


def asked_of(town: Path, sql: str) -> Any:
    tables = town / "findings" / "tables"
    return duckdb.connect().execute(sql.replace("TABLES", str(tables))).fetchall()


@pytest.mark.parametrize("page", [name for name, _ in PAGES])
def test_every_page_of_the_method_opens_without_inline_style(
    town: Path, sam: User, signed_in: SignedIn, page: str
) -> None:
    html = opened(signed_in(sam), f"/picture/page/{page}/")
    assert dict(PAGES)[page] in html
    assert " style=" not in html
    assert "<style" not in html


def test_every_chart_has_a_text_alternative_a_table_and_opens_its_definition(
    town: Path, sam: User, signed_in: SignedIn
) -> None:
    html = opened(signed_in(sam), "/picture/page/asked/")
    for one in picture.parts("asked", None):
        if isinstance(one, picture.Chart):
            assert f'id="{one.id}"' in html
            assert escape(one.table.caption) in html
            assert f"/picture/figures/{one.figure}/" in html
    assert html.count('<svg viewBox="0 0 720') == len(
        re.findall(r'<svg viewBox="0 0 720 [\d.]+" role="(?:img|group)" aria', html)
    )


def test_a_page_shows_the_figures_counted_for_an_agency_and_says_which_are_not(
    town: Path, sam: User, signed_in: SignedIn
) -> None:
    counted = read_figures(town / "findings" / "figures.parquet").by(SHARE, "agency")[0]
    html = opened(signed_in(sam), f"/picture/page/asked/?agency={counted.group}")
    assert picture.value(counted) in html
    assert "Not counted so" in html
    several = opened(signed_in(sam), f"/picture/page/asked/?agency={counted.group}&issue=benefits")
    assert "not by two of them together" in several


def test_a_figure_opens_onto_what_it_says_its_query_and_its_groups(town: Path, sam: User, signed_in: SignedIn) -> None:
    html = opened(signed_in(sam), f"/picture/figures/{SHARE}/")
    measure = picture.measure(SHARE)
    assert measure is not None
    assert escape(measure.says) in html
    assert escape(measure.does_not_say) in html
    assert escape(measure.query()) in html
    assert "By agency" in html
    assert signed_in(sam).get("/picture/figures/no_such_figure/").status_code == 404


def test_rows_of_people_one_does_not_work_with_have_no_words_and_no_ids(
    town: Path, sam: User, family: Person, signed_in: SignedIn
) -> None:
    # given somebody Sam works with, who is the first in the study, and others whom Sam does not know
    rows = asked_of(town, "SELECT person_id, interaction_id, words FROM 'TABLES/interactions.parquet' "
                    "JOIN (SELECT interaction_id FROM 'TABLES/demands.parquet') USING (interaction_id) "
                    "ORDER BY person_id, position")  # fmt: skip
    first = rows[0][0]
    Person.objects.filter(pk=family.pk).update(study_person=first)
    # when Sam opens the rows behind a figure
    html = opened(signed_in(sam), f"/picture/figures/{SHARE}/rows/")
    # then the words of the one stand there with the name, and nothing of the others
    assert family.called in html
    shown = set(re.findall(r" · (\S+)</p>", html))
    theirs = {interaction for person, interaction, _ in rows if person == first}
    assert shown
    assert shown <= theirs
    assert "the words are not shown" in html
    others = {said for person, _, said in rows if person != first and said} - {
        said for person, _, said in rows if person == first
    }
    assert not any(f"‘{escape(said)}’" in html for said in others)
    assert first not in html
    # and the look is recorded, once for the figure and once for the person
    assert Entry.objects.filter(verb="opened rows").count() == 1
    assert Entry.objects.get(verb="opened rows of theirs").person == family.address


def test_who_studies_demand_reads_all_words_and_who_may_not_open_rows_sees_none(
    town: Path, colleague: Colleague, signed_in: SignedIn
) -> None:
    html = opened(signed_in(colleague("Mark", "analyst")), f"/picture/figures/{SHARE}/rows/")
    assert "ps-words" in html
    assert "the words are not shown" not in html
    for role in ("leader", "expert", "guardian", "keeper"):
        client = signed_in(colleague(role, role))
        assert client.get(f"/picture/figures/{SHARE}/rows/").status_code == 403
        assert client.get(f"/picture/figures/{SHARE}/").status_code == 200


def test_rows_narrow_by_agency_issue_period_and_area_together(town: Path, settings: Any) -> None:
    (agency, issue, period, area), *_ = asked_of(
        town,
        "SELECT agency, issue, strftime(started_at, '%Y'), p.area FROM 'TABLES/demands.parquet' d "
        "JOIN 'TABLES/persons.parquet' p USING (person_id) "
        "WHERE issue IS NOT NULL AND p.area IS NOT NULL AND demand_type IS NOT NULL ORDER BY ALL",
    )
    measure = picture.measure(SHARE)
    assert measure is not None
    only = picture.Only(agency=agency, issue=issue.split(";")[0], period=period, area=area)
    found = picture_rows._rows(measure, only, 0, None)
    assert found
    assert {row["agency"] for row in found} == {agency}
    assert {str(row["started_at"].year) for row in found} == {period}
    assert picture_rows._rows(measure, picture.Only(agency="no such ' agency"), 0, None) == []


def test_with_real_people_rows_of_a_few_are_listed_only_to_those_who_work_with_them(
    town: Path, sam: User, colleague: Colleague, family: Person, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Narrowed to a place and a month, a day and an agency would tell the street who it was (decision 381)."""
    make_personal(town)
    share(town)
    monkeypatch.setattr(picture_rows.pseudonyms, "load_key", lambda private: b"k" * 32)
    monkeypatch.setattr(picture_rows.looks, "record", lambda *_, **said: None)
    (area, month, person, _), *_ = asked_of(
        town,
        "SELECT p.area, strftime(started_at, '%Y-%m') AS month, min(person_id), count(DISTINCT person_id) AS people "
        "FROM 'TABLES/demands.parquet' JOIN 'TABLES/persons.parquet' p USING (person_id) "
        "WHERE demand_type IS NOT NULL AND p.area IS NOT NULL GROUP BY ALL HAVING people BETWEEN 2 AND 7 ORDER BY ALL",
    )
    where = f"/picture/figures/{SHARE}/rows/?area={area}&period={month}"
    html = opened(signed_in(sam), where)
    assert "fewer than 8 people" in html
    assert "No rows." in html
    Person.objects.filter(pk=family.pk).update(study_person=person)
    html = opened(signed_in(sam), where)
    assert family.called in html
    assert "the words are not shown" not in html
    assert "the words are not shown" in opened(signed_in(sam), f"/picture/figures/{SHARE}/rows/")  # of all people: many
    assert "fewer than 8 people" not in opened(signed_in(colleague("Mark", "analyst")), where)


def test_with_real_people_only_rows_of_agencies_that_share_are_listed(
    town: Path, colleague: Colleague, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, where = signed_in(colleague("Mark", "analyst")), f"/picture/figures/{SHARE}/rows/"
    assert "whose sharing agreement holds" not in opened(client, where)
    make_personal(town)
    monkeypatch.setattr(picture_rows.pseudonyms, "load_key", lambda private: b"k" * 32)
    monkeypatch.setattr(picture_rows.looks, "record", lambda *_, **said: None)
    html = opened(client, where)
    assert "Only rows of agencies whose sharing agreement holds today are listed." in html
    assert "No rows." in html
    agencies = [one for (one,) in asked_of(town, "SELECT DISTINCT agency FROM 'TABLES/demands.parquet' ORDER BY ALL")]
    share(town, agencies[0])
    html = opened(client, where)
    assert set(re.findall(r'<p class="ps-meta"><b>([^<]*)</b>', html)) == {escape(spelt.agency(agencies[0]))}
    assert "No rows." in opened(client, f"{where}?agency={agencies[1]}")


def test_with_real_people_each_person_whose_words_are_seen_is_in_the_studys_own_record(
    town: Path, colleague: Colleague, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_personal(town)
    share(town)
    recorded: list[str] = []
    monkeypatch.setattr(picture_rows.pseudonyms, "load_key", lambda private: b"k" * 32)
    monkeypatch.setattr(picture_rows.looks, "record", lambda *_, **said: recorded.append(said["person_id"]))
    opened(signed_in(colleague("Mark", "analyst")), f"/picture/figures/{SHARE}/rows/")
    seen = {row["person_id"] for row in picture_rows._rows(picture.measure(SHARE), picture.Only(), 0, None)[:25]}  # type: ignore[arg-type]
    assert set(recorded) == seen


def test_with_real_people_words_and_single_stories_stand_only_before_those_who_may_read_them(
    town: Path, colleague: Colleague, signed_in: SignedIn
) -> None:
    said = picture.spoken(None)[0]["words"]
    assert escape(said) in opened(signed_in(colleague("Any", "leader")), "/picture/")
    make_personal(town)
    share(town)
    leader, analyst = signed_in(colleague("Joan", "leader")), signed_in(colleague("Mark", "analyst"))
    assert escape(said) not in opened(leader, "/picture/")
    assert escape(said) in opened(analyst, "/picture/")
    assert 'id="f-story-' not in opened(leader, "/picture/page/happens/")
    assert Entry.objects.filter(verb="opened the picture with words").count() == 1


def test_a_chart_is_taken_away_with_its_sentence_and_basis_inside(town: Path, sam: User, signed_in: SignedIn) -> None:
    client = signed_in(sam)
    chart = next(one for one in picture.parts("asked", None) if one.id == "f-again")
    drawn = client.get("/picture/chart/f-again.svg")
    assert "attachment" in drawn.headers["Content-Disposition"]
    root = ET.fromstring(drawn.content.decode())
    texts = " ".join("".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text"))
    sheet = list(csv.reader(io.StringIO(client.get("/picture/chart/f-again.csv").content.decode().lstrip("\ufeff"))))
    assert isinstance(chart, picture.Chart)
    assert [row[0] for row in sheet[:3]] == [chart.headline, chart.subtitle, " ".join(chart.basis)]
    assert tuple(sheet[5]) == chart.table.head
    for words in (chart.headline, chart.subtitle, *chart.basis):
        assert words.split()[0] in texts
        assert words.split()[-1] in texts
    assert Entry.objects.filter(verb="took a chart away").count() == 2
    assert client.get("/picture/chart/no-such.svg").status_code == 404


def test_a_persons_timeline_is_for_those_who_work_with_them_and_the_look_is_recorded(
    town: Path, sam: User, family: Person, colleague: Colleague, signed_in: SignedIn
) -> None:
    address = f"/story/{family.address}/records/"
    assert "not known in the study" in opened(signed_in(sam), address)
    ((person_id,),) = asked_of(
        town, "SELECT person_id FROM 'TABLES/persons.parquet' ORDER BY demands DESC, person_id LIMIT 1"
    )
    Person.objects.filter(pk=family.pk).update(study_person=person_id)
    html = opened(signed_in(sam), address)
    assert "One person’s whole story" in html
    assert " style=" not in html
    assert Entry.objects.filter(verb="opened what agencies recorded", person=family.address).count() == 2
    assert signed_in(colleague("Asha")).get(address).status_code == 403


def test_with_real_people_only_agencies_that_share_stand_on_the_timeline(town: Path, sam: User) -> None:
    assert picture.shared() is None
    make_personal(town)
    for code, start, end in (("adult_social_care", "2020-01-01", None), ("police", "2020-01-01", "2020-02-01")):
        agency = Agency.objects.create(code=code, name=code)
        SharingAgreement.objects.create(agency=agency, reference="r", from_date=start, to_date=end)
    assert picture.shared() == {"adult_social_care"}


def test_without_a_finished_study_the_page_says_so(sam: User, signed_in: SignedIn, settings: Any) -> None:
    settings.STUDY = None
    assert "no finished study" in opened(signed_in(sam), "/picture/")


def test_figures_stand_under_their_page_and_are_found_by_a_word(town: Path, sam: User, signed_in: SignedIn) -> None:
    # given every figure, under the page of the picture that it belongs to
    html = opened(signed_in(sam), "/picture/figures/")
    headings = re.findall(r"<section id=\"(\w+)\"><h2>", html)
    book = picture.findings().figures
    known = {one.name for one in book.figures if book.known(one.name)}
    assert set(re.findall(r"/picture/figures/(\w+)/\"", html)) == known  # each that the study knows has its place
    assert headings == [one for one in picture.NAMES if one in headings]  # in the method's order
    assert headings[:2] == ["asked", "happens"]
    asked, happens = html.index('<section id="asked">'), html.index('<section id="happens">')
    assert asked < html.index(f"/picture/figures/{SHARE}/") < happens
    # when a word is looked for, what is narrowed stays narrowed
    html = opened(signed_in(sam), "/picture/figures/?find=CAUSED&agency=housing")
    says = re.findall(r'<th scope="row"><a href="[^"]*agency=housing">([^<]+)', html)
    assert says
    assert all("caused" in one for one in says)
    assert '<input type="hidden" name="agency" value="housing">' in html
    # and what nobody says is answered with what to do
    assert "Try one word of it" in opened(signed_in(sam), "/picture/figures/?find=unicorns")


def test_a_view_is_kept_by_name_for_whoever_kept_it(
    town: Path, sam: User, colleague: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    # given Sam looking at housing alone
    page, narrowed = signed_in(sam), "/picture/page/asked/?agency=housing"
    assert "Keep this view" in page.get(narrowed).content.decode()
    # when Sam keeps it, under a name
    page.post("/picture/keep/", {"address": narrowed, "called": "Only housing"})
    # then it stands beside the pages for Sam, and for nobody else; nothing outside the picture can be kept
    assert "Only housing" in page.get("/picture/").content.decode()
    assert "Only housing" not in signed_in(colleague("Asha")).get("/picture/").content.decode()
    for elsewhere in ("https://example.org/picture/", "//example.org", "/trail/", "/picture/nowhere/"):
        page.post("/picture/keep/", {"address": elsewhere, "called": "Elsewhere"})
    assert "Elsewhere" not in page.get("/picture/").content.decode()
    # and one click takes it away
    page.post(f"/picture/keep/{sam.kept_views.get().pk}/away/")
    assert "Only housing" not in page.get("/picture/").content.decode()


def test_the_time_of_a_row_is_told_by_the_month_to_who_does_not_know_whose_it_is(
    town: Path, sam: User, family: Person, colleague: Colleague, signed_in: SignedIn
) -> None:
    """Read on and on, rows of many people would otherwise be one person's days (decision 433)."""
    first = asked_of(town, "SELECT person_id FROM 'TABLES/interactions.parquet' ORDER BY ALL LIMIT 1")[0][0]
    Person.objects.filter(pk=family.pk).update(study_person=first)
    day, month = r"\d{1,2} [A-Z][a-z]+ \d{4}", r"(?<!\d )(?<!\d\d )\b[A-Z][a-z]+ \d{4}"
    for who, opened_to_all in ((sam, False), (colleague("Mark", "analyst"), True)):
        html = opened(signed_in(who), f"/picture/figures/{SHARE}/rows/")
        for line in re.findall(r'<p class="ps-meta"><b>.*?</li>', html, re.DOTALL):
            told = line.partition("</p>")[0]
            known = opened_to_all or family.called in line
            assert bool(re.search(day, told)) is known, told
            assert known or re.search(month, told), told


def test_with_real_people_words_in_the_picture_are_of_agencies_that_share(
    town: Path, colleague: Colleague, signed_in: SignedIn
) -> None:
    """Also before those who may read the words of people they do not know: quotations, words beside charts, stories."""
    make_personal(town)
    mark = signed_in(colleague("Mark", "analyst"))
    said = {
        agency: {escape(one) for one in words}
        for agency, words in asked_of(
            town,
            "SELECT agency, list(DISTINCT words) FROM 'TABLES/interactions.parquet' "
            "WHERE length(words) > 15 GROUP BY agency",
        )
    }

    def heard() -> set[str]:
        pages = "".join(opened(mark, f"/picture/page/{page}/") for page, _ in PAGES)
        pages += mark.get("/picture/chart/f-again.csv").content.decode()
        assert 'id="f-story-' not in pages or picture.shared() == set(said)
        only = {agency: words - set().union(*(said[other] for other in said if other != agency))
                for agency, words in said.items()}  # fmt: skip
        return {agency for agency, words in only.items() if any(f"‘{one}’" in pages for one in words)}

    # given no agreement, then no words; with one agency's, words of that one; with all, of many, and whole stories
    assert heard() == set()
    share(town, "housing")
    assert heard() == {"housing"}
    SharingAgreement.objects.all().delete()
    Agency.objects.all().delete()
    share(town)
    assert len(heard()) > 2
