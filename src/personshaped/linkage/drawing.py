"""Who would be who if every uncertain link were drawn by its probability (Stat 13, propagation).

A rule's or a model's link is there in a draw with the probability it was given; recorded ids, numbers and people's
decisions always are, vetoes never give way. Only a sample of whole clusters is drawn: the widest there are, so that a
person who falls apart in one draw is in the sample with all their records.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from personshaped.linkage.cleaning import has_relation
from personshaped.linkage.clusters import NUMBER, Ints, Pairs, cluster

DRAWS = 50
"""Link sets that are drawn (Stat 13)."""
ROWS_DRAWN = 20_000
"""Interactions, about, of the people for whom links are drawn."""
SEED = 13
TABLE = "identities_drawn"


def draw(con: duckdb.DuckDBPyConnection, widest: Ints, same: Pairs, apart: Pairs) -> float | None:
    """Leaves `identities_drawn(draw, version, agency, ref_key, household_id, area, person_id)`, DRAWS times a sample.

    `widest` is the cluster of each reference at the lowest threshold. Most draws leave most people as they are:
    draws that divide a cluster alike share its `version` (the first of them), with which a person_id begins, so that
    each way to divide it is followed once. Returns the share of clusters in the sample;
    None, and no table, where no link in it is uncertain or nothing was done for anybody.
    """
    uncertain = (same.basis > NUMBER) & (same.score < 1)
    if not uncertain.any() or not has_relation(con, "interactions"):
        return None
    (rows,) = con.execute("SELECT count(*) FROM interactions").fetchone() or (0,)
    share = min(1.0, ROWS_DRAWN / max(rows, 1))
    nodes = np.flatnonzero(_chosen(len(widest), share)[widest])
    place = np.full(len(widest), -1, np.int64)
    place[nodes] = np.arange(len(nodes))
    same, apart = _within(same, place), _within(apart, place)
    if not ((same.basis > NUMBER) & (same.score < 1)).any():
        return None
    same = same.take(np.lexsort((same.score, same.basis, same.b, same.a)))  # the database gives them in any order
    chance = np.random.default_rng(SEED)
    labels = np.empty((DRAWS, len(nodes)), np.int64)
    for number in range(DRAWS):
        there = (same.basis <= NUMBER) | (chance.random(len(same)) < same.score)
        labels[number] = nodes[cluster(len(nodes), same.take(there), apart, 0.0)]
    versions = _versions(labels, widest[nodes])
    pieces = []
    for number in range(DRAWS):
        pieces.append(pa.table({"draw": np.full(len(nodes), number), "version": versions[number],
                                "node": nodes, "label": labels[number]}))  # fmt: skip
    con.register("link_drawn", pa.concat_tables(pieces))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {TABLE} AS
        SELECT draw, version, refs.agency, refs.ref_key, refs.household_id, refs.area,
               version || '~' || coalesce(min(refs.given) OVER (PARTITION BY draw, label),
                                          first.agency || ':' || first.ref_key) AS person_id
        FROM link_drawn JOIN link_refs AS refs USING (node) JOIN link_refs AS first ON first.node = label
        """
    )
    con.unregister("link_drawn")
    return share


def _versions(labels: Ints, widest: Ints) -> Ints:
    """For each draw and reference the first draw that divided its widest cluster in the same way."""
    places = np.unique(widest, return_inverse=True)[1]
    marks = np.random.default_rng(SEED).integers(1, 2**62, int(labels.max(initial=0)) + 1)
    seen: dict[tuple[int, int], int] = {}
    versions = np.empty_like(labels)
    for number, label in enumerate(labels):
        sums = np.zeros(int(places.max(initial=-1)) + 1, np.int64)
        np.add.at(sums, places, marks[label] * (np.arange(len(label)) % 8191 + 1))  # wraps round: a hash
        first = [seen.setdefault((place, one), number) for place, one in enumerate(sums.tolist())]
        versions[number] = np.array(first, np.int64)[places]
    return versions


def _chosen(clusters: int, share: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which clusters are in the sample: the same ones every time."""
    return np.random.default_rng(SEED).random(clusters) < share


def _within(pairs: Pairs, place: Ints) -> Pairs:
    """The pairs inside the sample, with the places of their references there."""
    inside = pairs.take((place[pairs.a] >= 0) & (place[pairs.b] >= 0))
    return Pairs(place[inside.a], place[inside.b], inside.score, inside.basis)
