"""Writes `docs/reference/` from the declarations: tables, measures, settings, commands.

    .venv/bin/python docs/generate.py            write
    .venv/bin/python docs/generate.py --check    exit 1 where a page is out of date
"""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

import typer

from personshaped.cli import app
from personshaped.figures import NOT_A_GOAL, Measure
from personshaped.settings import Settings
from personshaped.study.measuring import MEASURES
from personshaped.tables import CANONICAL, DERIVED, Table

HERE = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/generate.py from the declarations; do not edit. -->\n\n"


def tables_page() -> str:
    """Every table with its grain and columns."""
    parts = ["# Tables\n", "## What a study reads\n", "Only `interactions` is required. Blank means not known.\n"]
    parts += [_table(table) for table in CANONICAL.values()]
    parts += ["## What a study writes\n", "Under `findings/tables/`, and `findings/figures.csv`.\n"]
    parts += [_table(table) for table in DERIVED.values()]
    return MADE + "\n".join(parts)


def _table(table: Table) -> str:
    lines = [f"### {table.name}\n", f"{table.grain[0].upper()}{table.grain[1:]}.\n"]
    lines += ["| column | type | unit | needed | meaning | example |", "|---|---|---|---|---|---|"]
    for column in table.columns:
        words = f" ({', '.join(column.values)})" if column.values else ""
        meaning = f"{column.meaning}{words}".strip().replace("|", "\\|")
        example = f"`{column.example}`" if column.example else ""
        lines.append(f"| `{column.name}` | {column.type} | {column.unit} | {column.needed} | {meaning} | {example} |")
    return "\n".join(lines) + "\n"


def measures_page() -> str:
    """Every measure: what it tells, what it does not, and the query that is its definition."""
    parts = ["# Measures\n", "Each definition is the query that runs; anyone can run it on `findings/tables`.\n"]
    parts += [_measure(one) for one in MEASURES]
    return MADE + "\n".join(parts)


def _measure(one: Measure) -> str:
    goal = f"\n\n*{NOT_A_GOAL}*" if one.never_a_goal else ""
    needs = f"\n\nNeeds: {', '.join(one.needs)}." if one.needs else ""
    return (
        f"## `{one.name}`\n\nAnswers {one.ids.replace(';', ', ')} ({one.source}). Unit: {one.unit or '–'}.\n\n"
        f"{one.says}\n\n**What it does not say.** {one.does_not_say}{goal}{needs}\n\n```sql\n{one.query()}\n```\n"
    )


def settings_page() -> str:
    """Every setting with its default."""
    lines = ["# Settings\n", "Thresholds of the rules, under `[settings]` in `study.toml`; days unless said.\n"]
    lines += ["| setting | default |", "|---|---|"]
    lines += [f"| `{field.name}` | `{field.default}` |" for field in fields(Settings)]
    return MADE + "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its arguments and options."""
    parts = ["# Commands\n", "Exit status: 0 done; 1 the input is at fault; 2 wrong use; 3 stopped part-way.\n"]
    group = typer.main.get_command(app)
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        parts.append(f"## `personshaped {name}`\n\n{command.help}\n")
        parts.append("| argument or option | meaning |\n|---|---|")
        for parameter in command.params:
            shown = ", ".join(parameter.opts) if parameter.param_type_name == "option" else parameter.human_readable_name
            parts.append(f"| `{shown}` | {getattr(parameter, 'help', None) or ''} |")
        parts.append("")
    return MADE + "\n".join(parts)


PAGES = {
    "tables.md": tables_page,
    "measures.md": measures_page,
    "settings.md": settings_page,
    "commands.md": commands_page,
}


def main() -> int:
    """Write the pages, or say which are out of date."""
    HERE.mkdir(exist_ok=True)
    stale = []
    for name, page in PAGES.items():
        text = page()
        path = HERE / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        print(f"out of date: {', '.join(stale)}; run `.venv/bin/python docs/generate.py`")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
