"""Words for what people ask about: where agencies share none, needs are never joined from one to another. Says so, and
has a line for `study.toml` ready that gives each agency's words their common ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import tomlkit

from personshaped.records.finishing import UNPRICED
from personshaped.records.report import listed
from personshaped.records.sources import Source
from personshaped.records.staging import Part
from personshaped.sql import literal

MOST_WORDS = 60
"""A column with more different words is text rather than a list; the most frequent are offered."""
_MOSTLY = 0.5  # share of an agency's rows whose word nobody else has


def unshared(said: Mapping[str, Mapping[str, int]]) -> dict[str, list[str]]:
    """By agency, the words that no other uses, the most frequent first: for agencies most of whose rows have such.

    `said` holds how many rows have each word, by agency; empty where fewer than two agencies say anything.
    """
    said = {agency: words for agency, words in said.items() if words}
    found = {}
    for agency, words in said.items():
        others = {word for other, its in said.items() if other != agency for word in its}
        alone = {word: times for word, times in words.items() if word not in others}
        if len(said) > 1 and sum(alone.values()) > _MOSTLY * sum(words.values()):
            found[agency] = sorted(alone, key=lambda word: (-alone[word], word))
    return found


def ready_line(column: str, words: Sequence[str]) -> str:
    """A line of `study.toml` that maps each word to itself, for somebody to write the common word on the right."""
    pairs = ", ".join(f"{_text(word)} = {_text(word)}" for word in words[:MOST_WORDS])
    return f"issue = {{ column = {_text(column)}, values = {{ {pairs} }} }}"


def warn(con: duckdb.DuckDBPyConnection) -> tuple[list[str], frozenset[str]]:
    """The warning about the finished `interactions`, and the agencies that it is about."""
    said: dict[str, dict[str, int]] = {}
    for agency, word, times in con.execute(
        f"""SELECT agency, word, count(*) FROM (
            SELECT agency, unnest(string_split(issue, ';')) AS word FROM {UNPRICED} WHERE issue IS NOT NULL)
        GROUP BY ALL ORDER BY ALL"""
    ).fetchall():
        said.setdefault(agency, {})[word] = times
    alone = unshared(said)
    if not alone:
        return [], frozenset()
    which = listed([f"{agency} ({listed(words, 3)})" for agency, words in alone.items()], 40)
    return [
        f"issue: most words for what people ask about are one agency's own, at {which}. Needs are then never joined"
        " across agencies, and failure demand comes out too low: give the same need the same plain word everywhere"
    ], frozenset(alone)


def to_paste(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Part], sources: Sequence[Source], agencies: frozenset[str]
) -> list[str]:
    """For each mapped file of these agencies whose words are taken as they are, the line that would map them."""
    blocks = {(one.name, at): (one, block) for one in sources for at, block in enumerate(one.blocks, 1)}
    among = ", ".join(map(literal, sorted(agencies)))
    rows: dict[tuple[str, str], list[str]] = {}  # blocks of one source that take the same column say it once
    for part in parts:
        source, block = blocks.get((part.file, part.block), (None, None))
        cell = block.columns.get("issue") if block else None
        if source is not None and cell is not None and cell.column is not None and not cell.values:
            rows.setdefault((source.written or source.name, cell.column), []).append(part.relation)
    said: list[str] = []
    for (file, column), relations in rows.items():
        every = " UNION ALL ".join(f"SELECT issue, agency, bad FROM {one}" for one in relations)
        words = con.execute(
            f"""SELECT issue FROM ({every}) WHERE bad IS NULL AND issue IS NOT NULL AND agency IN ({among})
            GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST_WORDS}"""
        ).fetchall()
        if words:
            said += [f"# [[source]] {file}", ready_line(column, [word for (word,) in words])]
    return said


def _text(value: str) -> str:
    return tomlkit.item(value).as_string()
