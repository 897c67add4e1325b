"""Drawing the audit of the rules (R2) from finished findings, and reading what two people made of it."""

from __future__ import annotations

import getpass
import shutil
from pathlib import Path
from typing import Any

import duckdb

from personshaped.demand import audit
from personshaped.demand.coding import codes as kept
from personshaped.demand.coding import exchange
from personshaped.disclosure import looks
from personshaped.engine.local import open_connection
from personshaped.errors import InputError
from personshaped.linkage import pseudonyms
from personshaped.records import StudyFolder, open_folder
from personshaped.sql import literal
from personshaped.study.spoken import Held, hold

_RULES = "SELECT interaction_id, rule_type FROM {demands} WHERE rule_type IN ('value', 'failure')"


def draw(folder: Path, out: Path | None, sheet: Path, each: int, seed: int) -> dict[str, Any]:
    """Writes the sheet: words and history of each demand drawn, without the rule's answer. Each is a look.

    A sample once drawn stands: called again, the same demands are written again. Raises InputError where no study is
    finished, nobody's words were recorded, or the rules tell no value from failure.
    """
    opened = open_folder(folder)
    findings, decisions = out or folder / "findings", folder / "decisions"
    held = hold(findings, decisions, open_connection(findings / ".look"))
    try:
        drawn, before = audit.read(decisions), True
        if not drawn:
            drawn, before = _drawn(held, findings, each, seed), False
            audit.write(decisions, drawn)
        rows = [_shown(held, one.interaction_id, opened) for one in drawn if one.interaction_id in held.demands.place]
        exchange.write(sheet, rows)
    finally:
        held.con.close()
        shutil.rmtree(findings / ".look", ignore_errors=True)
    return {
        "sheet": str(sheet),
        "demands": len(rows),
        "sample": "drawn before, written again" if before else "drawn now",
        "what next": f"two people fill in a copy each; then `personshaped listen {folder} --as INITIALS --read COPY`,"
        " and study again",
    }


def _drawn(held: Held, findings: Path, each: int, seed: int) -> list[audit.AuditDraw]:
    spoken = held.demands.place
    rules = {one: said for one, said in _rules(held.con, findings).items() if one in spoken}
    if not rules:
        raise InputError(
            "the rules tell no demand with words as value or failure", file=str(findings),
            expected="demands with more than look_back days of records before them",
        )  # fmt: skip
    return audit.draw(rules, each, seed)


def _rules(con: duckdb.DuckDBPyConnection, findings: Path) -> dict[str, str]:
    demands = literal(findings / "tables" / "demands.parquet")
    return dict(con.execute(_RULES.format(demands=demands)).fetchall())


def _shown(held: Held, demand: str, folder: StudyFolder) -> dict[str, str]:
    at = held.demands.place[demand]
    if folder.lawful.personal_data:
        private = folder.path / ".private"
        looks.record(
            private, pseudonyms.load_key(private), who=getpass.getuser(), person_id=held.persons[at], what="audit"
        )
    before, when = held.before(at)
    return {
        "interaction_id": demand,
        "drawn": audit.DRAWN,
        "agency": held.agencies[at],
        "when": when,
        "before": "\n".join(before),
        "words": held.words[at],
    }


def audited(folder: Path, findings: Path, con: duckdb.DuckDBPyConnection) -> audit.Audited | None:
    """What the audit says of the rules of this study; None where none was drawn."""
    drawn = audit.read(folder / "decisions")
    if not drawn:
        return None
    rules = _rules(con, findings)
    return audit.audited(drawn, kept.read(folder / "decisions", rules), rules)
