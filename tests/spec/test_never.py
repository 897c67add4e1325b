"""What the software must never do (N1–N10, spec 0.3 and 7), looked for in everything it writes, prints and is called.

Each check is a function that lists what it objects to; beside its use on everything stands a case that it must find.
"""

from __future__ import annotations

import colorsys
import csv
import importlib
import inspect
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.main import get_command
from typer.testing import CliRunner

import personshaped
from personshaped.capability.measures import MEASURES as CAPABILITY
from personshaped.cli import app
from personshaped.conditions.measures import MEASURES as CONDITIONS
from personshaped.cost.measures import MEASURES as COST
from personshaped.demand.measures import MEASURES as DEMAND
from personshaped.errors import UsageError
from personshaped.figures import NOT_A_GOAL, Measure
from personshaped.flow.measures import MEASURES as FLOW
from personshaped.learning.measures import MEASURES as LEARNING
from personshaped.learning.projection import Projection
from personshaped.picture import words
from personshaped.study import Options, study
from picture_reading import Page
from spec.measured import measured

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/golden", "examples/services", "examples/cases", "examples/redesign", "examples/neighbours",
           "examples/stories/ruth")  # fmt: skip
REGISTER: tuple[Measure, ...] = (*DEMAND, *FLOW, *CAPABILITY, *CONDITIONS, *COST, *LEARNING)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Finished studies of folders that ship, each a copy."""
    place = tmp_path_factory.mktemp("never")
    found = {}
    for name in FOLDERS:
        folder = place / name.replace("/", "-")
        shutil.copytree(ROOT / name, folder, ignore=shutil.ignore_patterns("findings", ".private"))
        study(folder, Options(threads=1))
        found[name] = folder
    return found


@pytest.fixture(scope="module")
def printed(studied: dict[str, Path]) -> dict[str, str]:
    """What commands print, and their pages of help."""
    cases, golden = str(studied["examples/cases"]), str(studied["tests/golden"])
    calls = [
        ("check", golden), ("check", golden, "--json"), ("figure", golden, "failure_demand_share", "--by", "agency"),
        ("figure", golden, "cost"), ("compare", cases), ("compare", cases, "--json"), ("measures",),
        ("extrapolate", str(ROOT / "examples" / "localities")),
        ("extrapolate", str(ROOT / "examples" / "localities"), "--json"),
    ]  # fmt: skip
    calls += [(*name.split(), "--help") for name in _names(get_command(app))]
    said = {}
    for call in calls:
        result = CliRunner().invoke(app, list(call))
        assert result.exit_code == 0, (call, result.output)
        said[" ".join(call)] = result.output
    return said


def _names(group: Any, before: str = "") -> Iterator[str]:
    for name, one in sorted(group.commands.items()):
        if hasattr(one, "commands"):
            yield from _names(one, f"{before}{name} ")
        else:
            yield before + name


# --- the checks ----------------------------------------------------------------------------------------------

TARGETS = re.compile(
    r"\b(targets?|thresholds? to (?:meet|reach)|SLAs?|KPIs?|compliance|within target|RAG|red[- ]amber[- ]green"
    r"|goals?|aims? (?:for|to)|objectives?|(?:must|should) (?:reach|achieve|be at (?:least|most)))\b",
    re.I,
)
DENIED = re.compile(
    r"(no|nor|not|nothing|never|without|rather than)\b[^.;:]{0,60}$|a measure or target$|sets $|extrapolat|population",
    re.I,
)
BLAME = re.compile(r"\b(caused by|fault of|to blame|blames?)\b", re.I)
RANKS = re.compile(r"\b(rank(?:s|ed|ing)?|league|leaderboard|sort[_ ]by[_ ]value)\b", re.I)
WORKERS = ("staff_id", "worker_id", "by_worker", "caseload")
PROMISES = re.compile(
    r"\b(?:(?:will|would|could|can) save|savings will|guarantee|will fall by|promises? a saving)", re.I
)
RATIONS = re.compile(r"\b(?:avoided (?:contacts?|demands?)|channel shift|handling times?|deflect\w*)\b", re.I)
"""N10: what is measured where demand is kept away instead of met."""
JUDGING = "red|green|amber|orange|yellow|lime|crimson|darkred|darkgreen|forestgreen|limegreen|tomato|gold"
"""Colours that judge, by name."""


MONTHS_COMPARED = re.compile(
    r"[▲▼↑↓⬆⬇]|\b(?:than|since|on|from|against) (?:the )?(?:last|previous) (?:month|period|quarter)"
    r"|than the month before"
    r"|\bmonth[- ]on[- ]month\b|\b(?:up|down) (?:from|by) [£\d]",
    re.I,
)
SCORES = re.compile(r"\b(?:risk|vulnerability|need|priority|composite) (?:score|index|rating)s?\b", re.I)


def compares_months(text: str) -> list[str]:
    """N6: arrows between two points, this month with the last."""
    return MONTHS_COMPARED.findall(text)


def blames_by_name(text: str, agencies: set[str]) -> list[str]:
    """N9: sentences that say which agency did it: after contact there is all that is ever said."""
    names = "|".join(re.escape(one.replace("_", " ")) for one in sorted(agencies))
    doing = r"\b(?:because of|due to|thanks to|created by|made by|failed by|the failure of)"
    did = r"(?:caused?|causes|failed|fails|created?|creates|let (?:them|people|the person) down|is responsible)"
    return re.findall(rf"{doing} (?:the )?(?:{names})\b|\b(?:{names}) {did}\b", text, re.I) if names else []


def traffic_lights(html: str) -> list[str]:
    """N1, N2: greens, and reds, of a page: a judgement in colour needs both ends."""
    found = re.findall(rf"(?:fill|stroke|color|background)\s*[:=]\s*[\"']?(?:{JUDGING})\b", html, re.I)
    colours = {
        one: tuple(int(one[at : at + 2], 16) for at in (1, 3, 5)) for one in re.findall(r"#[0-9a-fA-F]{6}\b", html)
    }
    colours |= {f"rgb({','.join(one)})": tuple(map(int, one))
                for one in re.findall(r"rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)", html)}  # fmt: skip
    for colour, parts in colours.items():
        red, green, blue = (one / 255 for one in parts)
        hue, light, strong = colorsys.rgb_to_hls(red, green, blue)
        if strong > 0.35 and 0.15 < light < 0.85 and (75 <= hue * 360 <= 170 or hue * 360 <= 12 or hue * 360 >= 345):
            found.append(colour)
    return sorted(found)


def sets_targets(text: str) -> list[str]:
    """N1: words for a level to be reached, but where the sentence says that there is none."""
    return [found[0] for found in TARGETS.finditer(text) if not DENIED.search(text[: found.start()][-90:])]


def blames(text: str) -> list[str]:
    """N9: words that say who did it. Demand is "caused by a failure", never by anybody; and "who is to blame" stands
    among what a figure does not say."""
    own = re.sub(r'"[^"]*"|`[^`]*`|“[^”]*”|caused\s+by\s+a\s+failure|say:\s+Who\s+is\s+to\s+blame', "", text)
    return [found[0] for found in BLAME.finditer(own) if not DENIED.search(own[: found.start()][-60:])]


def measures_workers(names: Iterator[str] | list[str]) -> list[str]:
    """N4: names that stand for one worker."""
    return [name for name in names if any(part in name.lower() for part in WORKERS)]


def without_alphabet(groups: list[str]) -> bool:
    """N2: whether groups stand in another order than that of the alphabet, or of their numbers."""

    def place(group: str) -> list[tuple[int, float, str]]:
        return [(0, float(one), "") if one.replace(".", "").isdigit() else (1, 0.0, one) for one in group.split(">")]

    return groups != sorted(groups) and groups != sorted(groups, key=place)


def alone(figure: Mapping[str, str]) -> bool:
    """N7: whether something projected stands without its range or its assumptions."""
    return figure["value"] != "" and not (figure["low"] and figure["high"] and "Assumes" in figure["note"])


def uncoded(figure: Mapping[str, str]) -> bool:
    """N8: whether a share of failure demand does not say who coded, or out of how many."""
    return figure["value"] != "" and (figure["basis"] not in ("hand", "rule", "corrected") or not figure["denominator"])


# --- each finds what it must find -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (sets_targets, "Housing met its target of 95%.", "It sets no targets and ranks nobody."),
        (sets_targets, "The SLA is five days.", "The rest can be told apart."),
        (sets_targets, "The share should be at least 80%.", "A condition to study, not a goal."),
        (sets_targets, "The objective is 5 days.", "Nothing on these pages is a goal to be reached."),
        (compares_months, "Demand ▲ 4%", "Demand by month"),
        (compares_months, "12 more than last month", "more than chance shows"),
        (compares_months, "up from 40", "signed up from home"),
        (lambda text: SCORES.findall(text), "a risk score of 7", "a list for asking, without a score"),
        (lambda text: blames_by_name(text, {"housing"}), "because of the housing", "arriving here after housing"),
        (traffic_lights, "fill: #00aa33", "fill: #0f6b7f"),
        (traffic_lights, "fill: #cc0011", "fill: #a8478f"),
        (traffic_lights, 'fill="red"', "people are offered help"),
        (traffic_lights, "background: rgb(0, 170, 51)", "background: rgb(15, 107, 127)"),
        (lambda text: blames_by_name(text, {"housing"}), "Housing failed 40 people", "after contact with housing"),
        (lambda text: PROMISES.findall(text), "It would save £3m a year", "the same amount in nurses"),
        (lambda text: RATIONS.findall(text), "avoided contacts", "asked again"),
        (blames, "This was caused by housing.", "The name says after whom, never who is to blame."),
        (blames, "It is the fault of the GP.", "failure demand arriving at advice after benefits"),
        (lambda text: RANKS.findall(text), "Agencies ranked by share", "Agencies in alphabetical order"),
        (lambda text: PROMISES.findall(text), "It will save £3m.", "A projection, not a promise."),
        (lambda text: measures_workers([text]), "contacts_by_staff_id", "staff_involved"),
    ],
)
def test_each_check_finds_what_it_must_and_lets_pass_what_it_may(
    check: Callable[[str], list[str]], bad: str, good: str
) -> None:
    assert check(bad)
    assert not check(good)


def test_the_checks_of_figures_can_fail_too() -> None:
    row = {"value": "0.4", "low": "", "high": "", "note": "", "basis": "machine", "denominator": "8"}
    assert alone(row)
    assert not alone(row | {"low": "0.1", "high": "0.9", "note": "Assumes that nothing else changes."})
    assert uncoded(row)
    assert not uncoded(row | {"basis": "hand"})
    assert without_alphabet(["police", "gp"])
    assert not without_alphabet(["gp", "police"])


# --- and now everything ----------------------------------------------------------------------------------------


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text of the findings: pages as they are read, files as they are."""
    for path in sorted((folder / "findings").rglob("*")):
        if path.suffix == ".html":
            page = Page(path.read_text(encoding="utf-8"))
            yield path.name, " ".join([page.text, *page.labels])
        elif path.suffix in (".csv", ".json", ".txt"):
            yield path.name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_that_a_study_writes_sets_a_target_blames_ranks_or_promises(
    studied: dict[str, Path], name: str
) -> None:
    said = _what_people_said(studied[name])
    for file, text in texts_of(studied[name]):
        for quoted in said:
            text = text.replace(quoted, "")
        assert sets_targets(text) == [], file
        assert blames(text) == [], file
        assert PROMISES.findall(text) == [], file
        assert compares_months(text) == [], file
        assert SCORES.findall(text) == [], file
        assert RATIONS.findall(text) == [], file
        assert blames_by_name(text, _cells(studied[name] / "interactions.csv", "agency")) == [], file
        if file.endswith(".html"):
            shown = re.sub(r"ranks nobody|never the (most|worst)", "", text)
            assert RANKS.findall(shown) == [], file


def _what_people_said(folder: Path) -> list[str]:
    """Words that were written in the data: people may say what they like."""
    found = []
    for path in folder.rglob("*.csv"):
        if "findings" not in path.parts:
            with path.open(encoding="utf-8", newline="") as file:
                found += [cell for row in csv.reader(file) for cell in row if " " in cell]
    return sorted(found, key=len, reverse=True)


def test_nothing_that_a_command_prints_does(printed: dict[str, str]) -> None:
    for call, text in printed.items():
        assert sets_targets(text) == [], call
        assert PROMISES.findall(text) == [], call
        assert RATIONS.findall(text) == [], call
        assert compares_months(text) == [], call
        if not call.startswith("measures"):  # the list of definitions names the words that people code
            assert blames(text) == [], call


def test_no_name_of_the_package_its_parameters_or_its_columns_is_one_of_these() -> None:
    names = list(_public_names())
    assert len(names) > 3000
    assert [
        name for name in names if re.search(r"(^|_)(targets?|sla|kpi|rag|rank(ed|ing)?|sort_by_value)(_|$)", name)
    ] == []
    assert [name for name in names if re.search(r"(risk|vulnerability|priority)_?score|score_of_person", name)] == []


def _public_names() -> Iterator[str]:
    for found in pkgutil.walk_packages(personshaped.__path__, "personshaped."):
        if ".team" in found.name or found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, one in vars(module).items():
            if name.startswith("_") or getattr(one, "__module__", found.name) != found.name:
                continue
            yield name.lower()
            if inspect.isfunction(one):
                yield from (each.lower() for each in inspect.signature(one).parameters)
            elif inspect.isclass(one):
                yield from (part.lower() for part in vars(one) if not part.startswith("_"))


@pytest.mark.parametrize("name", FOLDERS)
def test_n2_groups_of_every_breakdown_stand_in_the_order_of_the_alphabet(studied: dict[str, Path], name: str) -> None:
    places: dict[tuple[str, str, str, str], list[str]] = {}
    for row in _figures(studied[name]):
        if row["by"] and row["name"] != "post_change_dip":  # before, settling, after
            places.setdefault((row["name"], row["by"], row["period"], row["basis"]), []).append(row["group"])
    assert [key for key, groups in places.items() if without_alphabet(groups)] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_n3_n4_no_file_holds_a_worker_and_a_person_has_only_counts_durations_and_costs(
    studied: dict[str, Path], name: str
) -> None:
    for path in sorted((studied[name] / "findings" / "tables").glob("*.parquet")):
        columns = [row[0] for row in duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()]
        assert measures_workers(columns) == [], path.name
        if path.stem == "persons":
            assert [one for one in columns if re.search("score|risk|rank|band|predict|level", one)] == []
    rows = _figures(studied[name])
    assert measures_workers([row[part] for row in rows for part in ("name", "by", "group")]) == []
    workers = _cells(studied[name] / "interactions.csv", "staff_id")
    assert [row["name"] for row in rows if row["group"] in workers] == []


def _cells(path: Path, column: str) -> set[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row.get(column) or "" for row in csv.DictReader(file)} - {""}


def test_n3_no_figure_names_a_person(studied: dict[str, Path]) -> None:
    for folder in studied.values():
        agencies = _cells(folder / "interactions.csv", "agency")
        people = {
            row[0] for row in duckdb.sql(f"SELECT person_id FROM '{folder}/findings/tables/persons.parquet'").fetchall()
        }
        assert [row["name"] for row in _figures(folder) if row["group"] in people - agencies] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_n3_n4_no_page_tells_one_person_or_one_worker_from_another(studied: dict[str, Path], name: str) -> None:
    """No id of a person or a worker is on a page, but in the story of one person and the page of what was joined."""
    folder = studied[name]
    ids = _cells(folder / "interactions.csv", "staff_id") | {
        str(row[0])
        for row in duckdb.sql(f"SELECT person_id FROM '{folder}/findings/tables/persons.parquet'").fetchall()
    }
    ids -= _cells(folder / "interactions.csv", "agency")
    for word in _what_people_said(folder):
        ids -= set(re.findall(r"[\w-]+", word))
    page = Page((folder / "findings" / "picture.html").read_text(encoding="utf-8"))
    shown = " ".join([page.text, *page.labels])
    assert [
        one for one in sorted(ids) if len(one) > 1 and re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", shown)
    ] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_n2_agencies_stand_in_the_order_of_the_alphabet_in_every_table_of_the_page(
    studied: dict[str, Path], name: str
) -> None:
    html = (studied[name] / "findings" / "picture.html").read_text(encoding="utf-8")
    agencies = {words.agency(one) for one in _cells(studied[name] / "interactions.csv", "agency")}
    tables = re.findall(r"<table.*?</table>", html, re.S)
    assert tables
    assert [names for names in (rows_of(one, agencies) for one in tables) if names != sorted(names)] == []


def rows_of(table: str, agencies: set[str]) -> list[str]:
    """The agencies that head a table's rows, in its order; none of a table in time, where they come again and again."""
    found = [one for one in re.findall(r'scope="row"[^>]*>([^<]+)<', table) if one in agencies]
    return found if len(set(found)) == len(found) else []


def test_a_table_of_agencies_by_their_figures_is_found() -> None:
    ranked = '<table><tr><th scope="row">Police</th><td>9</td></tr><tr><th scope="row">GP</th><td>5</td></tr></table>'
    assert rows_of(ranked, {"GP", "Police"}) == ["Police", "GP"]


@pytest.mark.parametrize("by", ["staff_id", "person_id", "person_ref", "household_id"])
def test_n3_n4_asking_for_a_figure_by_worker_or_by_person_is_refused(studied: dict[str, Path], by: str) -> None:
    asked = CliRunner().invoke(app, ["figure", str(studied["tests/golden"]), "cost", "--by", by])
    assert isinstance(asked.exception, UsageError)


@pytest.mark.parametrize("name", FOLDERS)
def test_n1_n2_no_page_judges_by_colour(studied: dict[str, Path], name: str) -> None:
    for path in (studied[name] / "findings").rglob("*.html"):
        assert traffic_lights(path.read_text(encoding="utf-8")) == [], path.name


def test_n4_no_definition_sees_a_worker() -> None:
    for one in REGISTER:
        assert not any("staff_id" in one.query(by) for by in one.by), one.name


def test_n7_what_is_projected_carries_its_range_and_its_assumptions(studied: dict[str, Path]) -> None:
    projected = [
        row for folder in studied.values() for row in _figures(folder)
        if row["name"].startswith(("cost_trajectory", "demand_prevented_elsewhere"))
    ]  # fmt: skip
    assert any(row["value"] for row in projected)
    assert [row for row in projected if row["name"].startswith("cost_trajectory") and alone(row)] == []
    # what would not arrive elsewhere: a range, or a word why there is none; its assumption always
    assert [row for row in projected if row["value"] and "Assumes" not in row["note"]] == []
    assert [row for row in projected if row["value"] and not row["low"] and "No interval" not in row["note"]] == []
    fans = {name for one in REGISTER if one.chart == "fan" for name in one.names}
    assert all(name.startswith("cost_trajectory") for name in fans)  # others would have to be looked for above
    with pytest.raises(ValueError, match="low and a high"):
        Projection("x", "x", "£", float("nan"), 1.0, ("something",))
    with pytest.raises(ValueError, match="assumptions"):
        Projection("x", "x", "£", 0.0, 1.0, ())


@pytest.mark.parametrize("name", FOLDERS)
def test_n8_a_share_of_failure_demand_says_who_coded(studied: dict[str, Path], name: str) -> None:
    rows = [row for row in _figures(studied[name]) if "failure" in row["name"] and row["value"]]
    assert [row for row in rows if row["unit"] == "share" and uncoded(row)] == []
    assert [row["name"] for row in rows if row["basis"] not in ("hand", "rule", "corrected")] == []
    by_rule = [row for row in rows if row["basis"] == "rule"]
    assert [row["name"] for row in by_rule if not re.search("by rule|By rule", row["note"])] == []


def test_n8_what_nobody_coded_is_never_called_coded_by_hand(studied: dict[str, Path]) -> None:
    """Only the people of the folder's own lines may have coded: where none did, no figure says so."""
    by_nobody = [folder for folder in studied.values() if not _coded_by_people(folder)]
    assert by_nobody
    for folder in by_nobody:
        found = [row for row in _figures(folder) if "failure" in row["name"] and row["value"]]
        assert [row["name"] for row in found if row["basis"] == "hand"] == []


@pytest.mark.parametrize(("codes", "basis"), [("value", "hand"), ("", "rule"), ("value;", "rule")])
def test_n8_none_is_said_by_whoever_looked(codes: str, basis: str) -> None:
    """No failure demand: by hand where people coded every demand, else by rule."""
    lines = [f"P{at} | gp | 2024-0{at}-03 | demand | roof | {code} | {'tm' if code else ''}"
             for at, code in enumerate(codes.split(";"), start=1)]  # fmt: skip
    head = "who | at | when | did | issue | demand_type | coded_by"
    found = measured("\n".join([head, *lines]), measures=DEMAND)
    none = next(one for one in found.figures if one.name == "failure_demands" and not one.period)
    assert (none.value, none.basis) == (0, basis)


def _coded_by_people(folder: Path) -> bool:
    rows = [row for path in (folder / "interactions.csv", folder / "decisions" / "codes.csv") if path.exists()
            for row in csv.DictReader(path.open(encoding="utf-8", newline=""))]  # fmt: skip
    return any(row.get("demand_type") and not (row.get("coded_by") or "").startswith("rule:") for row in rows)


def test_n10_what_must_not_become_a_goal_says_so_wherever_it_stands(
    studied: dict[str, Path], printed: dict[str, str]
) -> None:
    marked = {name for one in REGISTER if one.never_a_goal for name in one.names}
    assert {"M037", "M038", "M061"} <= {answer for one in REGISTER if one.never_a_goal for answer in one.answers}
    shown = CliRunner().invoke(app, ["figure", str(studied["tests/golden"]), "screened_out_share_screens"])
    assert NOT_A_GOAL.rstrip(".") in shown.output
    for folder in studied.values():
        for row in _figures(folder):
            if row["name"] in marked and row["value"]:
                assert NOT_A_GOAL.rstrip(".") in row["note"], row
    page = (ROOT / "docs" / "reference" / "measures.md").read_text(encoding="utf-8")
    for name in marked & {one.name for one in REGISTER}:
        assert NOT_A_GOAL in page.split(f"### `{name}`")[1].split("\n### ")[0]


def _figures(folder: Path) -> list[dict[str, str]]:
    with (folder / "findings" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
