"""How near clusters come to a known truth: pairwise precision, recall and F1."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Agreement:
    """Pairs of records that truth and clusters both put together, and those that only one of them does."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of the pairs joined, the share that is true; 1 where nothing was joined."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the true pairs, the share that was joined; 1 where there are none."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return (
            2 * self.right / (2 * self.right + self.wrong + self.missed)
            if self.right + self.wrong + self.missed
            else 1.0
        )


def compare(con: duckdb.DuckDBPyConnection, identities: str, truth: str) -> Agreement:
    """Pairwise agreement of `identities` with `truth(agency, ref_key, person_id)`, over the records in both."""
    row = con.execute(
        f"""
        WITH both_known AS (
            SELECT ours.person_id AS ours, known.person_id AS truth
            FROM {identities} AS ours JOIN {truth} AS known USING (agency, ref_key)
        ),
        cells AS (SELECT ours, truth, count(*) AS n FROM both_known GROUP BY ALL)
        SELECT (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM cells),
               (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT sum(n) AS n FROM cells GROUP BY ours)),
               (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT sum(n) AS n FROM cells GROUP BY truth))
        """
    ).fetchone()
    right, joined, true = (int(one) for one in row or (0, 0, 0))
    return Agreement(right, joined - right, true - right)
