"""How near a study of a synthetic locality came to its truth: linkage, coding by rule, figures."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from personshaped.errors import InputError
from personshaped.linkage.evaluation import compare


@dataclass(frozen=True)
class Score:
    """One comparison: `found` by the study, `true` in the locality where that is a number, `n` pairs or askings."""

    about: str  # linkage, coding, figures
    name: str
    found: float | None
    true: float | None
    n: int
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row as plain values, in this order."""
        return asdict(self)


def score(findings: Path, truth: Path) -> list[Score]:
    """Compares `findings` (the folder that a study wrote) with `truth` (the folder that the demo wrote).

    Linkage is scored over pairs of agencies' records, coding over the askings that the rules could classify, figures
    one by one. Raises InputError where a file is missing or the two are not of one locality.
    """
    return [*_linkage(findings, truth), *_coding(findings, truth), *_figures(findings, truth)]


def _read(path: Path, columns: list[str]) -> pa.Table:
    if not path.is_file():
        raise InputError("is missing", file=str(path), expected="the findings of a study and the truth of its demo")
    return pq.read_table(path, columns=[name for name in columns if name in pq.read_schema(path).names])


def _linkage(findings: Path, truth: Path) -> list[Score]:
    """Stat 13: precision, recall and F1 over pairs of records."""
    identities = _read(findings / "tables" / "identities.parquet", ["agency", "ref_key", "person_ref", "person_id"])
    if "person_ref" in identities.column_names:  # kept with --keep-refs; else the key is the reference as given
        identities = identities.drop_columns(["ref_key"]).rename_columns({"person_ref": "ref_key"})
    records = _read(truth / "records.parquet", ["agency", "person_ref", "person_id"])
    with duckdb.connect() as con:
        con.register("found", identities)
        con.register("true", records.rename_columns({"person_ref": "ref_key"}))
        agreement = compare(con, "found", '"true"')
        both, persons, people = _one_row(
            con,
            """SELECT count(*), count(DISTINCT found.person_id), count(DISTINCT "true".person_id)
               FROM found JOIN "true" USING (agency, ref_key)""",
        )
    if not both:
        raise InputError("no record of the truth is in the findings", file=str(truth), expected="one locality's both")
    pairs, note = agreement.right + agreement.missed, f"{both} of {records.num_rows} records"
    return [
        Score("linkage", "precision", agreement.precision, None, agreement.right + agreement.wrong, note),
        Score("linkage", "recall", agreement.recall, None, pairs, note),
        Score("linkage", "F1", agreement.f1, None, pairs, note),
        Score("linkage", "persons", persons, people, both, note),
    ]


def _one_row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = con.execute(query).fetchone()
    return tuple(int(one) for one in row or ())


def _coding(findings: Path, truth: Path) -> list[Score]:
    """R2 by rule against the truth: how much of the failure demand it finds, how much value demand it leaves alone."""
    rows = _read(truth / "interactions.parquet", ["interaction_id", "demand_type", "failure_kind"])
    true = {one["interaction_id"]: one for one in rows.to_pylist() if one["demand_type"] is not None}
    demands = _read(findings / "tables" / "demands.parquet", ["interaction_id", "rule_type", "rule_kind"]).to_pylist()
    known = [(one, true[one["interaction_id"]]) for one in demands if one["interaction_id"] in true]
    classified = [(one, real) for one, real in known if one["rule_type"] in ("value", "failure")]
    failures = [one for one, real in classified if real["demand_type"] == "failure"]
    values = [one for one, real in classified if real["demand_type"] == "value"]
    caught = [(one, real) for one, real in classified if one["rule_type"] == real["demand_type"] == "failure"]
    note = f"{len(classified)} of {len(known)} askings could be classified"
    return [
        _share("sensitivity", [one["rule_type"] == "failure" for one in failures], note),
        _share("specificity", [one["rule_type"] == "value" for one in values], note),
        _share("kind agrees", [one["rule_kind"] == real["failure_kind"] for one, real in caught], "of those found"),
        Score(
            "coding",
            "failure share of the same askings",
            sum(one["rule_type"] == "failure" for one, _ in classified) / len(classified) if classified else None,
            len(failures) / len(classified) if classified else None,
            len(classified),
            note,
        ),
    ]


def _share(name: str, hits: list[bool], note: str) -> Score:
    return Score("coding", name, sum(hits) / len(hits) if hits else None, None, len(hits), note)


def _figures(findings: Path, truth: Path) -> list[Score]:
    """Each true figure beside the headline of the same name; what the study refused stays empty, with its reason."""
    figures = _read(findings / "figures.parquet", ["name", "by", "group", "period", "value", "n", "note"]).to_pylist()
    headline: dict[tuple[str, str, str], dict[str, Any]] = {}
    for figure in figures:
        if not figure["period"]:
            headline.setdefault((figure["name"], figure["by"] or "", figure["group"] or ""), figure)
    scores = []
    with (truth / "figures.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            figure = headline.get((line["name"], line["by"], line["group"]), {"note": "not among the figures"})
            name = " ".join(part for part in (line["name"], line["group"]) if part)
            found, n, note = figure.get("value"), figure.get("n"), figure.get("note")
            scores.append(Score("figures", name, found, float(line["value"]), int(n or 0), note or ""))
    return scores
