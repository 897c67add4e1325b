"""The failure share by a shorter memory: what is printed where the headline is refused (R2), and as sensitivity."""

from __future__ import annotations

from collections.abc import Mapping

from personshaped.figures import Figure, Intervals, PersonSums

LOOK_BACKS = (30, 60, 90, 180)
_NAME = "failure_demand_share_by_look_back"


def shorter_memory(shares: Mapping[int, PersonSums], look_back: int, intervals: Intervals) -> list[Figure]:
    """One figure for each look-back the data allow, from sums over persons of a walk with that setting.

    `shares` maps days of look-back to failure demands (x) out of classifiable ones (n); `look_back` is the setting
    in force. Shorter ones are labelled as probably understated, with how much history to ask each agency for.
    """
    made = []
    for days, sums in sorted(shares.items()):
        if not sums.n:
            continue
        low, high = intervals.share(sums)
        note = f"By a memory of {days} days."
        if days < look_back:
            note = (
                f"By a shorter memory ({days} days), probably understated; ask each agency for {look_back} days of"
                " history before the first demand to be told apart."
            )
        made.append(
            Figure(
                _NAME,
                "M012",
                "look_back",
                str(days),
                "",
                sums.x / sums.n,
                "share",
                sums.x,
                sums.n,
                low,
                high,
                int(sums.n),
                "rule",
                note,
            )
        )
    return made


SUMS = """
WITH persons AS (
    SELECT person_id, count(*) FILTER (WHERE rule_type = 'failure') AS x,
           count(*) FILTER (WHERE rule_type IN ('value', 'failure')) AS n
    FROM demands GROUP BY ALL)
SELECT sum(x), sum(n), sum(x * x), sum(x * n), sum(n * n), count(*) FILTER (WHERE n > 0) FROM persons"""
"""The sums that `shorter_memory` takes, from the demands of one walk."""
