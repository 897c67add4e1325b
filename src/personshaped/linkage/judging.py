"""All judgements on pairs of references, who made them, and the clusters that follow.

A person's decision stands over a recorded person_id, that over a veto, a veto over a rule, a rule over the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

from personshaped.linkage import rules
from personshaped.linkage.cleaning import has_relation
from personshaped.linkage.clusters import GIVEN, PERSON, Ints, Pairs, cluster, in_force
from personshaped.linkage.judgements import Judgement

LOWEST = 0.5
"""The model's pairs below it are not kept: no threshold in use asks for them."""


def load_decisions(con: duckdb.DuckDBPyConnection, decisions: Sequence[Judgement]) -> int:
    """Leaves `link_decided(a, b, verdict, evidence, "when")`; returns how many name a record that is not in the data.

    A reference may be written as its `ref_key` or, where `people` holds it, as the agency knows it.
    """
    spelled = "SELECT node, agency, ref_key AS spelling, 0 AS rank FROM link_refs"
    if has_relation(con, "people"):
        spelled += (
            " UNION ALL SELECT DISTINCT node, agency, person_ref, 1 FROM people JOIN link_refs USING (agency, ref_key)"
            " WHERE person_ref IS NOT NULL"
        )
    if not decisions:  # nothing to register: an Arrow table would import pandas, a second that most runs can spare
        con.execute(
            'CREATE OR REPLACE TABLE link_decided (a BIGINT, b BIGINT, verdict VARCHAR, evidence VARCHAR, "when" DATE)'
        )
        return 0
    con.register("link_lines", _lines(decisions))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_decided AS
        WITH spelled AS ({spelled}),
        known AS (SELECT agency, spelling, arg_min(node, rank) AS node FROM spelled GROUP BY ALL)
        SELECT least(one.node, other.node) AS a, greatest(one.node, other.node) AS b,
               arg_max(verdict, line) AS verdict, arg_max(evidence, line) AS evidence, arg_max("when", line) AS "when"
        FROM link_lines
        JOIN known AS one ON one.agency = agency_a AND one.spelling = ref_a
        JOIN known AS other ON other.agency = agency_b AND other.spelling = ref_b
        WHERE one.node <> other.node GROUP BY ALL
        """
    )
    con.unregister("link_lines")
    found = con.execute("SELECT count(*) FROM link_decided").fetchone()
    return len(decisions) - (found[0] if found else 0)


def _lines(decisions: Sequence[Judgement]) -> pa.Table:
    return pa.table(
        {
            "line": pa.array(range(len(decisions)), pa.int64()),
            "agency_a": pa.array([one.a.agency for one in decisions], pa.string()),
            "ref_a": pa.array([one.a.ref_key for one in decisions], pa.string()),
            "agency_b": pa.array([one.b.agency for one in decisions], pa.string()),
            "ref_b": pa.array([one.b.ref_key for one in decisions], pa.string()),
            "verdict": pa.array([one.verdict for one in decisions], pa.string()),
            "evidence": pa.array([one.evidence for one in decisions], pa.string()),
            "when": pa.array([one.when for one in decisions], pa.date32()),
        }
    )


@dataclass(frozen=True)
class Bench:
    """The judgements that do not change while vetoes are looked for: made once, then clustered at any threshold."""

    con: duckdb.DuckDBPyConnection
    references: int
    household: str  # SQL of rules.same_household
    births: str  # SQL of rules.generations_apart
    known: dict[tuple[int, int], Ints] = field(
        default_factory=dict
    )  # clusters by how many joins there are, and in force

    @staticmethod
    def open(con: duckdb.DuckDBPyConnection, references: int, household: str, births: str) -> Bench:
        """Gathers `link_decided`, recorded ids and (where there) the proposals of number, rule and model."""
        _gather(con)
        bench = Bench(con, references, household, births)
        anchors = cluster(references, bench.same(f"basis <= {GIVEN}"), bench.apart("author = 'person'"), 1.0)
        con.register("link_anchors", {"node": np.arange(references), "anchor": anchors})
        con.execute(
            "UPDATE link_refs SET anchor = found.anchor FROM link_anchors AS found WHERE found.node = link_refs.node"
        )
        con.unregister("link_anchors")
        bench._try("SELECT a, b FROM link_same WHERE basis > 1")
        return bench

    def clusters(self, threshold: float) -> Ints:
        """The cluster of each reference at a threshold, with every pair inside a cluster held against the vetoes.

        Vetoes only take joins away, and those in force at a threshold are among those of a lower one: where as many are
        left and as many are in force, they are the same, and so are the clusters.
        """
        same = self.same()
        joins = (len(same), int(in_force(same, threshold).sum()))
        while joins not in self.known:
            label = cluster(self.references, same, self.apart(), threshold)
            if not self._try_within(label):
                self.known[joins] = label
        return self.known[joins]

    def _try_within(self, label: Ints) -> int:
        shared = np.bincount(label, minlength=self.references)[label] > 2
        nodes = np.flatnonzero(shared)
        if not len(nodes):
            return 0
        self.con.register("link_labels", {"node": nodes, "label": label[nodes]})
        found = self._try(
            """
            SELECT one.node AS a, other.node AS b
            FROM link_labels AS one JOIN link_labels AS other ON one.label = other.label AND one.node < other.node
            JOIN link_refs AS ours ON ours.node = one.node JOIN link_refs AS theirs ON theirs.node = other.node
            WHERE ours.anchor <> theirs.anchor
            """
        )
        self.con.unregister("link_labels")
        return found

    def _try(self, pairs: str) -> int:
        """Holds these pairs against the vetoes, those already tried left out; returns how many new ones are vetoed."""
        self.con.execute(
            f"CREATE OR REPLACE TABLE link_suspects AS SELECT a, b FROM ({pairs}) ANTI JOIN link_tried USING (a, b)"
        )
        rules.veto(self.con, self.household, self.births)
        self.con.execute("INSERT INTO link_tried SELECT a, b FROM link_suspects")
        self.con.execute(
            """
            INSERT INTO link_apart SELECT a, b, min(evidence), 'rule' FROM link_vetoes
            ANTI JOIN link_decided USING (a, b) GROUP BY a, b
            """
        )
        self.con.execute(
            "DELETE FROM link_same USING link_vetoes AS veto"
            " WHERE link_same.a = veto.a AND link_same.b = veto.b AND basis > 1"
        )
        count = self.con.execute("SELECT count(*) FROM link_vetoes ANTI JOIN link_decided USING (a, b)").fetchone()
        return count[0] if count else 0

    def same(self, where: str = "true") -> Pairs:
        """Joins in force, as columns."""
        found = self.con.execute(f"SELECT a, b, score, basis FROM link_same WHERE {where}").fetchnumpy()
        return _pairs(found)

    def apart(self, where: str = "true") -> Pairs:
        """Pairs that never share a cluster, as far as they were looked for."""
        found = self.con.execute(
            f"SELECT a, b, 1.0::DOUBLE AS score, {PERSON}::BIGINT AS basis FROM link_apart WHERE {where}"
        ).fetchnumpy()
        return _pairs(found)


def _pairs(found: dict[str, np.ndarray]) -> Pairs:
    return Pairs(
        found["a"].astype(np.int64),
        found["b"].astype(np.int64),
        found["score"].astype(np.float64),
        found["basis"].astype(np.int64),
    )


def _gather(con: duckdb.DuckDBPyConnection) -> None:
    """`link_same(a, b, score, basis, evidence)`, `link_apart(a, b, evidence, author)` and an empty `link_tried`."""
    proposed = [
        f"SELECT a, b, score, basis, evidence FROM {table}"
        for table in ("link_by_number", "link_by_rule", "link_by_model")
        if has_relation(con, table)
    ]
    machine = " UNION ALL ".join(proposed) or (
        "SELECT 0::BIGINT AS a, 0::BIGINT AS b, 0.0::DOUBLE AS score, 0::BIGINT AS basis, '' AS evidence WHERE false"
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE link_same AS
        SELECT a, b, 1.0::DOUBLE AS score, {PERSON}::BIGINT AS basis,
               coalesce(nullif(evidence, ''), 'decided by a person') AS evidence
        FROM link_decided WHERE verdict = 'same'
        UNION ALL
        SELECT a, b, 1.0, {GIVEN}, 'the same recorded person_id'
        FROM (SELECT lag(node) OVER (PARTITION BY given ORDER BY node) AS a, node AS b
              FROM link_refs WHERE given IS NOT NULL)
        WHERE a IS NOT NULL
        UNION ALL
        SELECT a, b, max(score), arg_min(basis, (-score, basis)), arg_min(evidence, (-score, basis))
        FROM ({machine}) ANTI JOIN link_decided USING (a, b) GROUP BY a, b
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TABLE link_apart AS
        SELECT a, b, coalesce(nullif(evidence, ''), 'decided by a person') AS evidence, 'person' AS author
        FROM link_decided WHERE verdict = 'different'
        """
    )
    con.execute("CREATE OR REPLACE TABLE link_tried (a BIGINT, b BIGINT)")
