"""Linkage, chapter 2: clusters follow from the judgements, and ids do not change when records are added."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from personshaped.linkage.clusters import GIVEN, LARGEST, MODEL, NUMBER, PERSON, RULE, Pairs, cluster
from personshaped.linkage.linking import SPREAD, link
from personshaped.settings import Settings
from spec.linked_people import connection, linked, result


def pairs(*rows: tuple[int, int, float, int]) -> Pairs:
    a, b, score, basis = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Pairs(np.array(a, np.int64), np.array(b, np.int64), np.array(score, float), np.array(basis, np.int64))


def test_connected_records_are_one_cluster_named_by_its_smallest() -> None:
    same = pairs((0, 2, 0.99, MODEL), (2, 3, 0.96, MODEL), (1, 4, 0.90, MODEL))
    assert cluster(5, same, Pairs.none(), 0.95).tolist() == [0, 1, 0, 0, 4]
    assert cluster(5, same, Pairs.none(), 0.5).tolist() == [0, 1, 0, 0, 1]


def test_the_weakest_link_between_two_that_differ_is_cut() -> None:
    same = pairs((0, 1, 0.99, MODEL), (1, 2, 0.96, MODEL), (2, 3, 0.98, MODEL))
    assert cluster(4, same, pairs((0, 3, 1.0, RULE)), 0.5).tolist() == [0, 0, 2, 2]


def test_people_and_recorded_ids_hold_where_a_model_does_not() -> None:
    same = pairs((0, 1, 1.0, PERSON), (1, 2, 1.0, GIVEN), (2, 3, 0.9999, MODEL), (3, 4, 1.0, NUMBER))
    assert cluster(5, same, pairs((0, 4, 1.0, RULE)), 0.5).tolist() == [0, 0, 0, 3, 3]


def test_a_large_cluster_breaks_at_its_weakest_link() -> None:
    chain = [(one, one + 1, 0.99 if one != 6 else 0.97, MODEL) for one in range(LARGEST)]
    assert cluster(13, pairs(*chain), Pairs.none(), 0.95).tolist() == [0] * 7 + [7] * 6
    assert cluster(13, pairs(*chain[:-1]), Pairs.none(), 0.95).tolist() == [0] * 12 + [12]


def test_a_large_cluster_by_one_number_stays_whole() -> None:
    star = [(0, other, 1.0, NUMBER) for other in range(1, 20)]
    assert set(cluster(20, pairs(*star), Pairs.none(), 0.95).tolist()) == {0}


RECORDS = 16
judged = st.lists(
    st.tuples(
        st.integers(0, RECORDS - 1),
        st.integers(0, RECORDS - 1),
        st.sampled_from([0.5, 0.7, 0.9, 0.96, 1.0]),
        st.sampled_from([PERSON, GIVEN, NUMBER, RULE, MODEL]),
    ).filter(lambda one: one[0] < one[1]),
    max_size=40,
)


@given(judged, judged, st.randoms(use_true_random=False))
def test_the_order_of_judgements_does_not_matter(same: list, different: list, random: object) -> None:  # type: ignore[type-arg]
    before = cluster(RECORDS, pairs(*same), pairs(*different), 0.8).tolist()
    random.shuffle(same)  # type: ignore[attr-defined]
    random.shuffle(different)  # type: ignore[attr-defined]
    assert cluster(RECORDS, pairs(*same), pairs(*different), 0.8).tolist() == before


@given(judged, judged, st.sampled_from(SPREAD))
def test_two_that_differ_never_share_a_cluster(same: list, different: list, threshold: float) -> None:  # type: ignore[type-arg]
    label = cluster(RECORDS, pairs(*same), pairs(*different), threshold)
    assert all(label[a] != label[b] for a, b, _, _ in different)


@given(judged, judged, st.sampled_from(SPREAD))
def test_clusters_are_what_a_slow_and_plain_cutting_gives(same: list, different: list, threshold: float) -> None:  # type: ignore[type-arg]
    assert cluster(RECORDS, pairs(*same), pairs(*different), threshold).tolist() == plain(same, different, threshold)


def plain(same: list, different: list, threshold: float) -> list[int]:  # type: ignore[type-arg]
    """A second implementation: try each join from the surest on, then take the weakest out while a cluster is large."""
    used = [one for one in same if one[3] <= NUMBER or one[2] >= threshold]
    used.sort(key=lambda one: (one[3] > PERSON, one[3] > NUMBER, -one[2], one[3], one[0], one[1]))
    kept: list = []  # type: ignore[type-arg]
    for join in used:
        before, after = _groups(kept), _groups([*kept, join])
        if before[join[0]] != before[join[1]] and all(after[a] != after[b] for a, b, _, _ in different):
            kept.append(join)
    while True:
        label = _groups(kept)
        large = {one for one in label if label.count(one) > LARGEST}
        breakable = [join for join in kept if label[join[0]] in large and _is_last(join, kept, label)]
        if not breakable:
            return label
        kept.remove(breakable[-1])


def _is_last(join: tuple, kept: list, label: list[int]) -> bool:  # type: ignore[type-arg]
    """The weakest of its cluster, and one that may break."""
    inside = [one for one in kept if label[one[0]] == label[join[0]]]
    return inside[-1] is join and join[3] > NUMBER


def _groups(joins: list) -> list[int]:  # type: ignore[type-arg]
    label = list(range(RECORDS))
    for _ in range(RECORDS):
        for a, b, _, _ in joins:
            label[a] = label[b] = min(label[a], label[b])
    return label


PEOPLE = """
ref | agency  | forename | surname | born       | postcode
b   | housing | Ros      | Ellery  | 1961-04-02 | ST6 5AA
c   | gp      | Ros      | Ellery  | 1961-04-02 | ST6 5AA
e   | gp      | Jean     | Pugh    | 1950-02-01 | B2 2BB
g   | police  | Kit      | Hall    | 1990-01-01 | B1 1AA
"""
MORE = """
a   | advice  | Ros      | Ellery  | 1961-04-02 | ST6 5AA
d   | advice  | Jean     | Pugh    | 1950-02-01 | B2 2BB
f   | advice  | Sam      | Marsh   | 1975-01-01 | B9 9BB
"""


def test_ids_are_made_from_the_smallest_reference_and_last(tmp_path: Path) -> None:
    first = _run(PEOPLE, tmp_path)
    assert first == {"b": "gp:c", "c": "gp:c", "e": "gp:e", "g": "police:g"}
    second = _run(PEOPLE + MORE, tmp_path)
    assert second == first | {"a": "gp:c", "d": "gp:e", "f": "advice:f"}


def test_when_two_persons_become_one_the_older_id_stays(tmp_path: Path) -> None:
    _run("ref | agency | nhs_number\nz | gp | 9434765919", tmp_path)
    _run("ref | agency | nhs_number\nz | gp | 9434765919\na | care | 9434765870", tmp_path)
    merged = "ref | agency | nhs_number\nz | gp | 9434765919\nz | gp | 9434765870\na | care | 9434765870"
    assert _run(merged, tmp_path) == {"a": "gp:z", "z": "gp:z"}


def test_when_a_person_is_divided_the_id_stays_with_the_record_it_was_made_from(tmp_path: Path) -> None:
    assert set(_run(PEOPLE, tmp_path).values()) == {"gp:c", "gp:e", "police:g"}
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions" / "links.csv").write_text(
        "agency_a,ref_a,agency_b,ref_b,judgement,by,when\nhousing,b,gp,c,different,tm,2024-05-01\n"
    )
    assert _run(PEOPLE, tmp_path) == {"b": "housing:b", "c": "gp:c", "e": "gp:e", "g": "police:g"}


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_adding_records_never_changes_the_ids_of_others(data: st.DataObject) -> None:
    record = st.tuples(
        st.sampled_from(["gp", "housing"]),
        st.integers(0, 30),
        st.sampled_from(["Ros", "Rosalind", "Kit", "Jean"]),
        st.sampled_from(["Ellery", "Pugh"]),
        st.sampled_from(["1961-04-02", "1961-02-04", "1990-01-01"]),
        st.sampled_from(["ST6 5AA", "B1 1AA"]),
    )
    rows = data.draw(st.lists(record, min_size=2, max_size=12, unique_by=lambda one: one[:2]))
    cut = data.draw(st.integers(1, len(rows) - 1))
    with tempfile.TemporaryDirectory() as folder:
        before = _run(_text(rows[:cut]), Path(folder))
        after = _run(_text(rows), Path(folder))
    merged = {before[ref] for ref in before} - {after[ref] for ref in before}
    for ref, person in before.items():
        # an id may only go where two persons turned out to be one, and then the other's stands
        assert after[ref] == person or (person in merged and after[ref] in before.values())


def test_a_threshold_gives_other_identities() -> None:
    found = linked(
        """
        ref | forename | surname | born       | postcode
        a   | Ros      | Ellery  | 1961-04-02 | ST6 5AA
        b   | Ros      | Ellery  | 1961-04-02 | ST6 5AA
        """
    )
    assert found.linked.identities_at(0.95) == "identities"
    assert found.linked.identities_at(0.5) == "identities"
    assert found.linked.identities_at(0.99) != "identities"


def _text(rows: list[tuple[str, int, str, str, str, str]]) -> str:
    lines = (" | ".join((f"r{number:02}{agency}", agency, *rest)) for agency, number, *rest in rows)
    return "ref | agency | forename | surname | born | postcode\n" + "\n".join(lines)


def _run(people: str, folder: Path) -> dict[str, str]:
    con = connection("\n".join(line for line in people.splitlines() if line.strip()))
    return result(con, link(con, Settings(), folder / "decisions", folder / ".private")).ids
