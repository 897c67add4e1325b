"""Small tables of people, linked: what the spec tests of linkage look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from personshaped.linkage.linking import Linked, link
from personshaped.settings import Settings
from spec.small_tables import canonical, table


@dataclass(frozen=True)
class Result:
    """What linkage left: persons as sorted groups of references, and the judgements on each pair."""

    linked: Linked
    persons: list[list[str]]
    ids: dict[str, str]
    households: dict[str, str]
    links: dict[tuple[str, str], tuple[str, str, str]]


def connection(people: str, interactions: str = "") -> duckdb.DuckDBPyConnection:
    """A run's connection with `people` and `interactions` as records leaves them; refs are their own keys."""
    con = duckdb.connect()
    for name, text in (("people", people), ("interactions", interactions)):
        if text:
            rows = table(text)
            for row in rows:
                row["person_ref"] = row.pop("ref")
                row.setdefault("agency", "council")
            con.register("given", canonical(name, rows))
            con.execute(f"CREATE TABLE {name} AS SELECT *, person_ref AS ref_key FROM given")
            con.unregister("given")
    return con


def linked(people: str, interactions: str = "", links: str = "", folder: Path = Path("nowhere")) -> Result:
    """Links these people; `links` are lines of `decisions/links.csv` as a small table."""
    if links:
        folder.mkdir(parents=True, exist_ok=True)
        lines = (",".join(cell.strip() for cell in line.split("|")) for line in links.strip().splitlines())
        (folder / "links.csv").write_text("\n".join(lines) + "\n")
    con = connection(people, interactions)
    return result(con, link(con, Settings(), folder, None))


def result(con: duckdb.DuckDBPyConnection, summary: Linked) -> Result:
    """The tables that linkage left in `con`, as plain values."""
    rows = con.execute("SELECT ref_key, person_id, household_id FROM identities ORDER BY ref_key").fetchall()
    groups: dict[str, list[str]] = {}
    for ref, person, _ in rows:
        groups.setdefault(person, []).append(ref)
    links = con.execute('SELECT ref_a, ref_b, judgement, "by", evidence FROM links').fetchall()
    return Result(
        linked=summary,
        persons=sorted(groups.values()),
        ids={ref: person for ref, person, _ in rows},
        households={ref: household for ref, _, household in rows},
        links={(min(a, b), max(a, b)): (judgement, by, evidence) for a, b, judgement, by, evidence in links},
    )
