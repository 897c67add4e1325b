"""The figures of scale, in one command, as ratios within one run.

    python benchmarks/run.py [ROWS] [--pm4py PYTHON] [--keep FOLDER]

Writes synthetic studies of ROWS / 10 and ROWS (default 1000000) canonical interactions with persons known, and prints

1. the whole command `study` on both: wall and CPU seconds, the largest process, and how cost grows with size;
2. its parts on ROWS, in one process: clustering and walking beside one sort of the same rows by person and time; all
   figures beside one scan of every column of the derived tables;
3. with --pm4py, an interpreter that has PM4Py (AGPL, a guest: `python -m venv E`, `E/bin/pip install pm4py pyarrow`),
   five measures of process mining from the same file, there and here, and whether both found the same.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from personshaped.engine.clustering import cluster
from personshaped.engine.gathering import gather, tasks_of, walk_all
from personshaped.study.following import WALK
from personshaped.study.line import Opened, linked_folder
from personshaped.study.measuring import DERIVED, measure_all

HERE = Path(__file__).parent
LOG = "interactions.parquet"


@dataclass(frozen=True)
class Cost:
    """What something took; `largest` is the memory of the largest process in MB, where it is known."""

    wall: float
    cpu: float
    largest: float = 0.0


def taken(function: Callable[[], object]) -> Cost:
    """What `function` takes in this process and its threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def run(command: list[str | Path]) -> tuple[Cost, str]:
    """A command with all its processes, and what it printed."""
    wall = time.perf_counter()
    with subprocess.Popen(
        [str(one) for one in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as made:
        assert made.stdout
        said = made.stdout.read()
        _, status, used = os.wait4(made.pid, 0)
        made.returncode = os.waitstatus_to_exitcode(status)
    if made.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit status {made.returncode}")
    return Cost(time.perf_counter() - wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), said


def town(rows: int, folder: Path) -> Path:
    """A study folder of so many rows."""
    made = folder / f"town-{rows}"
    if not made.exists():
        run([sys.executable, HERE / "make_interactions.py", str(rows), made])
    return made


def whole(folder: Path) -> Cost:
    """The whole command, picture included, written over what an earlier run left."""
    return run([sys.executable, "-m", "personshaped", "study", folder])[0]


def parts(folder: Path, work: Path) -> dict[str, Cost]:
    """The parts of the command, each in this process."""
    with linked_folder(folder, work / "findings") as (opened, _):
        return {
            **walked(opened, work),
            "all figures": taken(lambda: measure_all(opened.con, opened.records, work, opened.records.settings)),
            "scan of the derived tables": taken(lambda: scan(opened.con, work / "tables")),
        }


def walked(opened: Opened, work: Path) -> dict[str, Cost]:
    """Clustering, walking and gathering, and the sort that they are held against."""
    con, settings, found = opened.con, opened.records.settings, []
    ordered = f"COPY (FROM interactions ORDER BY person_id, started_at) TO '{work}/sorted.parquet' (FORMAT parquet)"
    return {
        "one sort by person and time": taken(lambda: con.execute(ordered)),
        "cluster": taken(lambda: found.append(cluster(con, work, blank=opened.records.blank))),
        "walk": taken(
            lambda: walk_all(tasks_of(found[0], WALK, DERIVED, settings, work / "walked"), 1, lambda done, total: None)
        ),
        "gather": taken(lambda: gather(work / "walked", DERIVED, work / "tables")),
    }


def scan(con: duckdb.DuckDBPyConnection, tables: Path) -> None:
    """Every column of every derived table, read once."""
    for table in DERIVED:
        con.execute(f"SELECT max(COLUMNS(*)) FROM '{tables}/{table}.parquet'").fetchall()


def mined(con: duckdb.DuckDBPyConnection, tables: Path) -> dict[str, list[int]]:
    """The five of `pm4py_same.py`, from rows that stand in each person's order."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE steps AS
        SELECT person_id, position, activity, agency, started_at,
               lead(activity) OVER person AS next, lead(agency) OVER person AS to_agency
        FROM '{tables}/interactions.parquet' WINDOW person AS (PARTITION BY person_id ORDER BY position)""")
    follows = "SELECT activity, next, count(*) AS n FROM steps WHERE next IS NOT NULL GROUP BY ALL"
    passed = "SELECT agency, to_agency, count(*) AS n FROM steps WHERE to_agency IS NOT NULL GROUP BY ALL"
    paths = "SELECT person_id, hash(list(activity ORDER BY position)) AS path FROM steps GROUP BY ALL"
    spans = "SELECT date_diff('second', min(started_at), max(started_at)) AS span FROM steps GROUP BY person_id"
    again = "SELECT activity, person_id FROM steps GROUP BY ALL HAVING count(*) > 1"
    asked = {
        "directly follows": f"SELECT count(*), sum(n) FROM ({follows})",
        "variants": f"SELECT count(DISTINCT path), count(*) FROM ({paths})",
        "durations": f"SELECT count(*), sum(span) FROM ({spans})",
        "handovers": f"SELECT count(*), sum(n) FROM ({passed})",
        "rework": f"SELECT count(DISTINCT activity), count(*) FROM ({again})",
    }
    return {name: [int(one) for one in con.execute(sql).fetchone() or ()] for name, sql in asked.items()}


def beside_pm4py(python: Path, folder: Path, tables: Path) -> list[str]:
    """PM4Py's time for the five from the same file, ours from the derived rows, and whether both found the same."""
    found: dict[str, list[int]] = {}
    with duckdb.connect() as con:
        ours = taken(lambda: found.update(mined(con, tables)))
    theirs = json.loads(run([python, HERE / "pm4py_same.py", folder / LOG])[1].splitlines()[-1])
    lines = [f"five of process mining: PM4Py {theirs.pop('seconds'):.1f} CPU s, here {ours.cpu:.1f} once walked"]
    for name, values in theirs.items():
        same = "the same" if values == found[name] else f"here {found[name]}"
        lines.append(f"  {name}: {values}, {same}")
    return lines


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("rows", type=int, nargs="?", default=1_000_000)
    asked.add_argument("--pm4py", type=Path)
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        base = options.keep or Path(passing)
        small, large = town(options.rows // 10, base), town(options.rows, base)
        before, after = whole(small), whole(large)
        for rows, cost in ((options.rows // 10, before), (options.rows, after)):
            print(
                f"study, {rows:,} rows: {cost.wall:.1f} s, {cost.cpu:.1f} CPU s, largest process {cost.largest:,.0f} MB"
            )
        print(f"growth of CPU time, tenfold rows: exponent {math.log10(after.cpu / before.cpu):.2f}")
        work = Path(passing) / "work"
        work.mkdir()
        cost = parts(large, work)
        for name, one in cost.items():
            print(f"{name}: {one.wall:.1f} s, {one.cpu:.1f} CPU s")
        both = cost["cluster"].cpu + cost["walk"].cpu
        print(f"cluster and walk ÷ sort: {both / cost['one sort by person and time'].cpu:.1f}")
        print(f"all figures ÷ scan: {cost['all figures'].cpu / cost['scan of the derived tables'].cpu:.1f}")
        if options.pm4py:
            print("\n".join(beside_pm4py(options.pm4py, large, work / "tables")))


if __name__ == "__main__":
    main()
