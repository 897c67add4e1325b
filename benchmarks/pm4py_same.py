"""Five measures with PM4Py from a canonical Parquet file; run by `run.py` in an environment of its own.

    E/bin/python benchmarks/pm4py_same.py FILE

Prints, as JSON, the seconds of CPU from opening the file on, and two numbers of each measure to compare.
"""

from __future__ import annotations

import json
import sys
import time

import pandas as pd
import pm4py

PERSON, WHAT, WHEN = "case:concept:name", "concept:name", "time:timestamp"


def main() -> None:
    begun = time.process_time()
    log = pd.read_parquet(sys.argv[1], columns=["person_id", "interaction_id", "activity", "agency", "started_at"])
    log = log.rename(columns={"person_id": PERSON, "activity": WHAT, "started_at": WHEN, "agency": "org:resource"})
    log = pm4py.format_dataframe(log, case_id=PERSON, activity_key=WHAT, timestamp_key=WHEN)
    follows = pm4py.discover_dfg(log)[0]
    variants = pm4py.get_variants(log)
    durations = pm4py.get_all_case_durations(log)
    agencies = pm4py.discover_dfg(log, activity_key="org:resource")[0]
    rework = pm4py.get_rework_cases_per_activity(log)
    made = {
        "directly follows": [len(follows), sum(follows.values())],
        "variants": [
            len(variants),
            sum(len(cases) if hasattr(cases, "__len__") else cases for cases in variants.values()),
        ],
        "durations": [len(durations), int(sum(durations))],
        "handovers": [len(agencies), sum(agencies.values())],
        "rework": [len(rework), sum(rework.values())],
    }
    print(
        json.dumps(
            {"seconds": time.process_time() - begun, **{name: [int(n) for n in two] for name, two in made.items()}}
        )
    )


if __name__ == "__main__":
    main()
