"""Each person's rows put together once: buckets by hash of person_id (see the design for speed)."""

from __future__ import annotations

import math
import shutil
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from personshaped.errors import InputError, UsageError
from personshaped.sql import literal

ROWS_PER_WALK = 150_000
"""About so many rows are walked at once. A walker holds the rows of its whole bucket besides: four times as many at ten
million rows, ten times at a hundred million."""
ROWS_PER_BUCKET = 1_500_000
FEW_BUCKETS = 16
"""Above so many the work of writing them grows with their number: each gets a few of every 2,048 rows."""
_MADE = ("person_id", "person_ref", "area")
_BUCKETS = "buckets"
_SAMPLE = "sample/bucket=0"


@dataclass(frozen=True)
class Clustered:
    """`buckets` are folders of Parquet files, each with the rows of whole persons; `part` numbers those of a bucket
    that are walked at once. `starts`: the day of each agency's earliest row in all the data. `recorded_needs`: a
    Parquet file, or None."""

    buckets: tuple[Path, ...]
    starts: dict[str, date]
    recorded_needs: Path | None


def cluster(
    con: duckdb.DuckDBPyConnection,
    work: Path,
    identities: str = "identities",
    share: float = 1.0,
    blank: Collection[str] = (),
) -> Clustered:
    """Write `interactions`, joined with the relation `identities`, as buckets under `work`.

    `share` below 1 keeps that share of persons (whole persons, chosen by hash: the same ones every time). Columns
    known to be `blank` are left out: they would cost as much as others. Raises InputError where no row is there, and
    UsageError where the share is of so few that nobody is left.
    """
    buckets, parts = _divided(rows_in(con) * share)
    folder = _fresh(work)
    out = ", ".join(sorted({*blank, *_MADE}))
    kept = f"WHERE hash(person_id, 7) % 1000000 < {round(share * 1_000_000)}" if share < 1 else ""
    con.execute(
        f"""
        COPY (
            SELECT *, hash(person_id) % {buckets} AS bucket, hash(person_id) // {buckets} % {parts} AS part
            FROM (
                SELECT i.* EXCLUDE ({out}),
                       coalesce(i.person_id, p.person_id) AS person_id, p.household_id,
                       coalesce(i.area, p.area) AS area
                FROM interactions i LEFT JOIN {identities} p ON p.agency = i.agency AND p.ref_key = i.ref_key
            ) {kept}
        ) TO {literal(folder)} (FORMAT parquet, PARTITION_BY (bucket), COMPRESSION snappy)
        """
    )
    if not any(folder.glob("bucket=*")):
        raise _nobody(rows_in(con), share)
    return clustered(con, work)


def _nobody(rows: int, share: float) -> InputError | UsageError:
    if not rows:
        return InputError("nobody is left to follow: no row of the files is used", expected="one row or more")
    return UsageError(
        f"--sample {share:g}: of so few people nobody is left to follow; expected a larger share, or none"
    )


def cluster_draws(con: duckdb.DuckDBPyConnection, work: Path, drawn: str) -> Clustered:
    """Write the interactions of `drawn(draw, version, agency, ref_key, person_id, …)`, once for each version."""
    folder = _fresh(work)
    con.execute(
        f"""
        COPY (
            SELECT i.* EXCLUDE (person_id, person_ref, area), p.person_id, p.household_id,
                   coalesce(i.area, p.area) AS area, hash(p.person_id) % 2 AS bucket, 0 AS part
            FROM interactions i JOIN {drawn} p ON p.agency = i.agency AND p.ref_key = i.ref_key
            WHERE p.draw = p.version
        ) TO {literal(folder)} (FORMAT parquet, PARTITION_BY (bucket), COMPRESSION snappy)
        """
    )
    recorded = _recorded_needs(con, work)
    if recorded:
        recorded = recorded.with_stem("recorded_needs_drawn")
        con.execute(
            f"COPY (SELECT needs.* REPLACE (p.person_id AS person_id)"
            f" FROM needs JOIN (SELECT DISTINCT person_id FROM {drawn}) AS p"
            f" ON needs.person_id = substr(p.person_id, strpos(p.person_id, '~') + 1))"
            f" TO {literal(recorded)} (FORMAT parquet)"
        )
    return replace(clustered(con, work), recorded_needs=recorded)


def clustered(con: duckdb.DuckDBPyConnection, work: Path) -> Clustered:
    """The buckets under `work`, as `cluster` left them."""
    buckets = tuple(sorted((work / _BUCKETS).iterdir(), key=lambda one: int(one.name.split("=")[1])))
    return Clustered(buckets, _starts(con), _recorded_needs(con, work))


def _divided(rows: float) -> tuple[int, int]:
    """How many buckets, and parts of each. Buckets are one or an even number, so that two walkers end together."""
    walks = math.ceil(rows / ROWS_PER_WALK)
    if walks <= 1:
        return 1, 1
    buckets = 2 * math.ceil(max(min(walks, FEW_BUCKETS), rows / ROWS_PER_BUCKET) / 2)
    return buckets, math.ceil(walks / buckets)


def _fresh(work: Path) -> Path:
    """The folder of buckets, without what another clustering may have left in it."""
    shutil.rmtree(work / _BUCKETS, ignore_errors=True)
    return work / _BUCKETS


def keep_sample(con: duckdb.DuckDBPyConnection, clustered: Clustered, work: Path, rows: int, share: float) -> None:
    """Keep about `rows` rows of whole persons of the first bucket (persons are spread over buckets by hash).

    `share` of all persons are in the buckets: those with the smallest hashes, of which the smallest are kept.
    """
    bucket = clustered.buckets[0]
    folder = work / _SAMPLE
    folder.mkdir(parents=True, exist_ok=True)
    rows_of_it = f"read_parquet({literal(bucket / '*.parquet')})"
    (held,) = con.execute(f"SELECT count(*) FROM {rows_of_it}").fetchone() or (0,)
    kept = round(1_000_000 * share * min(1.0, rows / max(held, 1)))
    con.execute(
        f"COPY (SELECT * FROM {rows_of_it} WHERE hash(person_id, 7) % 1000000 < {kept})"
        f" TO {literal(folder / 'rows.parquet')} (FORMAT parquet)"
    )


def kept_sample(con: duckdb.DuckDBPyConnection, work: Path) -> Clustered:
    """The rows that `keep_sample` kept, as one bucket."""
    folder = work / _SAMPLE
    return Clustered((folder,), _starts(con), _recorded_needs(con, work))


def rows_in(con: duckdb.DuckDBPyConnection) -> int:
    """All rows of `interactions`."""
    _count_extracts(con)
    return int((con.execute("SELECT coalesce(sum(rows), 0) FROM extracts").fetchone() or (0,))[0])


def _starts(con: duckdb.DuckDBPyConnection) -> dict[str, date]:
    _count_extracts(con)
    return dict(con.execute("SELECT agency, first FROM extracts WHERE first IS NOT NULL ORDER BY 1").fetchall())


def _count_extracts(con: duckdb.DuckDBPyConnection) -> None:
    """Leaves `extracts`: the rows of each agency and the day of its first, seen in one scan and kept for the run."""
    if con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'extracts'").fetchone():
        return
    con.execute(
        """CREATE TEMP TABLE extracts AS
        SELECT agency, count(*) AS rows, min(started_at)::DATE AS first FROM interactions GROUP BY 1"""
    )


def _recorded_needs(con: duckdb.DuckDBPyConnection, work: Path) -> Path | None:
    tables = {
        name
        for (name,) in con.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        ).fetchall()
    }
    if "needs" not in tables:
        return None
    path = work / "recorded_needs.parquet"
    con.execute(f"COPY needs TO {literal(path)} (FORMAT parquet)")
    return path
