"""The few rows of the derived tables that are printed: quotations, one person's story, one need's cycles.

Every question has a limit; ten million rows are never loaded. What is picked is picked by a plain rule that the page
states, never by who asked most or cost most.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from personshaped.sql import literal

Row = dict[str, Any]
MOST_ROWS = 400
"""At most so many rows of one person are drawn; the page says so when there are more."""

_STORY = """
    interaction_id, person_id, agency, service, channel, started_at, started_before, date_precision, position, kind,
    activity, words, issue, need_id, outcome, reason, referred_to, need_met, crisis, inferred, price, cycle_id, letter,
    in_window
"""


class Tables:
    """The derived tables of one findings folder, open for questions. Close it, or use it in a `with`.

    With `heard` words stand only where one of these agencies recorded them: for readers who may see what is counted,
    and of what was said only some, or nothing.
    """

    def __init__(self, folder: Path, heard: frozenset[str] | None = None) -> None:
        self.folder = folder
        self.heard = heard
        self.con = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 2}
        )

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def has(self, table: str) -> bool:
        return (self.folder / f"{table}.parquet").exists()

    def ask(self, sql: str, **values: str | list[str]) -> list[Row]:
        """Rows as mappings; in the SQL `{interactions}` stands for that table's file, `{ids}` for a value or a list.

        Values are written into the SQL, since binding any parameter makes DuckDB import pandas: a second a page.
        """
        names = ("interactions", "demands", "needs", "cycles", "persons", "identities", "links", "referrals")
        files = {name: _source(self.folder / f"{name}.parquet") for name in names}
        if self.heard is not None:
            said = (
                f"CASE WHEN agency IN {literal(sorted(self.heard))} THEN words END" if self.heard else "NULL::VARCHAR"
            )
            files["interactions"] = f"(SELECT * REPLACE ({said} AS words) FROM {files['interactions']})"
        cursor = self.con.execute(sql.format(**files, **{name: literal(value) for name, value in values.items()}))
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _source(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


# --- quotations ----------------------------------------------------------------------------------------------

QUOTATION_RULE = (
    "Chosen by a rule, not by hand: for each need people ask about most, and for each kind of asking again, "
    "the first demand of a fixed shuffle."
)


def quotations(tables: Tables, most: int = 9) -> list[Row]:
    """Up to `most` demands with words between 8 and 300 characters, no words twice, by QUOTATION_RULE."""
    candidates = tables.ask(
        """
        WITH asked AS (
            SELECT interaction_id, first_of_need, failure_kind, coalesce(string_split(issue, ';')[1], '') AS issue
            FROM {demands}),
        groups AS (
            SELECT 'need' AS what, issue AS name, count(*) AS n,
                   min_by(interaction_id, md5(interaction_id), 12) FILTER (WHERE first_of_need) AS ids
            FROM asked WHERE issue <> '' GROUP BY ALL ORDER BY n DESC, name LIMIT 6),
        again AS (
            SELECT 'again' AS what, failure_kind AS name, count(*) AS n,
                   min_by(interaction_id, md5(interaction_id), 12) AS ids
            FROM asked WHERE failure_kind IS NOT NULL GROUP BY ALL ORDER BY n DESC, name LIMIT 4),
        whole AS (
            SELECT 'all' AS what, '' AS name, 0 AS n, min_by(interaction_id, md5(interaction_id), 40) AS ids FROM asked)
        SELECT what, name, ids FROM (FROM groups UNION ALL FROM again UNION ALL FROM whole)
        """
    )
    wanted = sorted({one for group in candidates for one in group["ids"] or ()})
    said = {row["interaction_id"]: row for row in _with_words(tables, wanted)} if wanted else {}
    return _deal(candidates, said, most)


def _with_words(tables: Tables, ids: list[str]) -> list[Row]:
    return tables.ask(
        """
        WITH said AS (
            SELECT interaction_id, agency, words, started_at, date_precision, initiated_by FROM {interactions}
            WHERE interaction_id IN {ids} AND length(trim(words)) BETWEEN 8 AND 300),
        coded AS (
            SELECT interaction_id, demand_type, failure_kind FROM {demands}
            WHERE interaction_id IN {ids})
        SELECT * FROM said LEFT JOIN coded USING (interaction_id) ORDER BY interaction_id
        """,
        ids=ids,
    )


def words_of(tables: Tables, ids: list[str]) -> dict[str, Row]:
    """The words of these interactions, with the agency and when, by their ids; those without words are left out."""
    found = tables.ask(
        """
        SELECT interaction_id, agency, words, started_at, date_precision, kind FROM {interactions}
        WHERE interaction_id IN {ids} AND words IS NOT NULL ORDER BY interaction_id
        """,
        ids=ids,
    )
    return {row["interaction_id"]: row for row in found}


def _deal(groups: list[Row], said: dict[str, Row], most: int) -> list[Row]:
    """One from each group in turn, needs before ways of asking again, then from all; no words twice."""
    order = {"need": 0, "again": 1, "all": 2}
    dealt: list[Row] = []
    heard: set[str] = set()
    for group in sorted(groups, key=lambda one: order[one["what"]]):
        take = most if group["what"] == "all" else 1
        for one in group["ids"] or ():
            row = said.get(one)
            if row is None or row["words"].casefold() in heard or take == 0 or len(dealt) >= most:
                continue
            heard.add(row["words"].casefold())
            dealt.append(row)
            take -= 1
    return dealt


def said_again(tables: Tables) -> dict[str, str]:
    """One thing people said for each kind of asking again."""
    groups = tables.ask(
        """
        SELECT failure_kind AS name, min_by(interaction_id, md5(interaction_id), 12) AS ids
        FROM {demands} WHERE failure_kind IS NOT NULL GROUP BY ALL
        """
    )
    wanted = sorted({one for group in groups for one in group["ids"]})
    said = {row["interaction_id"]: row["words"] for row in _with_words(tables, wanted)} if wanted else {}
    return {
        group["name"]: next(said[one] for one in group["ids"] if one in said)
        for group in groups
        if any(one in said for one in group["ids"])
    }


def said_by_need(tables: Tables) -> dict[tuple[str, str], Row]:
    """For each issue, one thing people said when they first asked (`value`) and one when they asked again (`failure`).

    The first with words of a fixed shuffle, no words twice; rows with words, agency, started_at and date_precision.
    """
    groups = tables.ask(
        """
        WITH about AS (
            SELECT interaction_id, demand_type, unnest(list_distinct(string_split(issue, ';'))) AS issue
            FROM {demands} WHERE demand_type IN ('value', 'failure') AND issue IS NOT NULL)
        SELECT issue, demand_type, min_by(interaction_id, md5(interaction_id), 12) AS ids
        FROM about WHERE issue <> '' GROUP BY ALL ORDER BY ALL
        """
    )
    wanted = sorted({one for group in groups for one in group["ids"]})
    said = {row["interaction_id"]: row for row in _with_words(tables, wanted)} if wanted else {}
    found: dict[tuple[str, str], Row] = {}
    heard: set[str] = set()
    for group in groups:
        rows = (said[one] for one in group["ids"] if one in said)
        row = next((one for one in rows if one["words"].casefold() not in heard), None)
        if row is not None:
            heard.add(row["words"].casefold())
            found[group["issue"], group["demand_type"]] = row
    return found


# --- stories -------------------------------------------------------------------------------------------------

STORY_RULE = (
    "Chosen by a rule, not by hand: of the needs asked about more than once, with words, one with the middle number "
    "of demands that was met, and one that was not; ties by a fixed shuffle. Never the most, never the worst."
)


def chosen_needs(tables: Tables) -> list[Row]:
    """Up to two needs by STORY_RULE: a met one, then one still open. Columns of the table needs."""
    return [row for end in ("end_reason = 'met'", "open_at_cut") for row in _middle_need(tables, end)]


def _middle_need(tables: Tables, end: str) -> list[Row]:
    near = tables.ask(
        f"""
        WITH alike AS (
            SELECT * FROM {{needs}} WHERE in_cohort AND demands > 1 AND interactions <= {MOST_ROWS} AND {end})
        SELECT * FROM alike
        ORDER BY abs(demands - (SELECT quantile_disc(demands, 0.5) FROM alike)), md5(need_id), need_id LIMIT 12
        """
    )
    if not near:
        return []
    spoken = tables.ask(
        """
        SELECT DISTINCT need_id FROM {interactions}
        WHERE need_id IN {ids} AND kind = 'demand' AND words IS NOT NULL
        """,
        ids=[row["need_id"] for row in near],
    )
    having = {row["need_id"] for row in spoken}
    return next(([row] for row in near if row["need_id"] in having), [])


def story_of(tables: Tables, person_id: str) -> list[Row]:
    """One person's interactions in their order, at most MOST_ROWS; demands with the headline code, rule or hand."""
    return tables.ask(
        f"""
        WITH coded AS (SELECT interaction_id, demand_type, failure_kind FROM {{demands}} WHERE person_id = {{person}}),
        story AS (
            SELECT {_STORY} FROM {{interactions}} WHERE person_id = {{person}} ORDER BY position LIMIT {MOST_ROWS})
        SELECT story.*, coded.demand_type, coded.failure_kind
        FROM story LEFT JOIN coded USING (interaction_id) ORDER BY position
        """,
        person=person_id,
    )


def person(tables: Tables, person_id: str) -> Row | None:
    """The person's row of `persons`, or None."""
    found = tables.ask("SELECT * FROM {persons} WHERE person_id = {person} LIMIT 1", person=person_id)
    return found[0] if found else None


def cycles_of(tables: Tables, need_id: str) -> list[Row]:
    """The counted cycles on one need, in order of time."""
    return tables.ask(
        f"SELECT * FROM {{cycles}} WHERE need_id = {{need}} AND counts ORDER BY started_at, cycle_id LIMIT {MOST_ROWS}",
        need=need_id,
    )


def needs_of(tables: Tables, person_id: str) -> list[Row]:
    """The person's needs, in order of opening."""
    return tables.ask(
        "SELECT * FROM {needs} WHERE person_id = {person} ORDER BY opened_at, need_id LIMIT 50", person=person_id
    )


def all_needs(tables: Tables, most: int) -> list[Row]:
    """Every need of the cohort, where there are at most `most`; else none."""
    rows = tables.ask(f"SELECT * FROM {{needs}} WHERE in_cohort ORDER BY opened_at, need_id LIMIT {most + 1}")
    return rows if len(rows) <= most else []


def first_words(tables: Tables, need_ids: list[str]) -> dict[str, str]:
    """What was said first about each need."""
    if not need_ids:
        return {}
    said = tables.ask(
        """
        SELECT need_id, arg_min(words, position) AS words FROM {interactions}
        WHERE need_id IN {ids} AND kind = 'demand' AND words IS NOT NULL GROUP BY ALL
        """,
        ids=need_ids,
    )
    return {row["need_id"]: row["words"] for row in said}


# --- who was joined ------------------------------------------------------------------------------------------


PAIR = "sha256(concat_ws(chr(31), agency_a, ref_a, agency_b, ref_b))[:8]"
"""SQL: a short name of a pair of `links`, by which whoever may see its two records can ask for them."""


def joined(tables: Tables, most: int = 200) -> list[Row]:
    """Judgements in force: people's and unsure ones first, then by agency; at most `most`."""
    return tables.ask(
        f"""
        SELECT {PAIR} AS pair, agency_a, agency_b, judgement, score, evidence, "by", "when" FROM {{links}}
        ORDER BY "by" <> 'person', judgement <> 'unsure', agency_a, agency_b, ref_a, ref_b LIMIT {most}
        """
    )


def judgements(tables: Tables) -> list[Row]:
    """How many judgements of each kind, by whom."""
    return tables.ask('SELECT judgement, "by", count(*) AS n FROM {links} GROUP BY ALL ORDER BY ALL')
