"""Writes `docs/reference/` from the declarations: tables, measures, settings, commands.

.venv/bin/python docs/generate.py            write
.venv/bin/python docs/generate.py --check    exit 1 where a page is out of date
"""

from __future__ import annotations

import csv
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer
from worked import Worked, worked

from personshaped.capability.measures import MEASURES as CAPABILITY
from personshaped.cli import app
from personshaped.conditions.measures import MEASURES as CONDITIONS
from personshaped.cost.measures import MEASURES as COST
from personshaped.demand.measures import MEASURES as DEMAND
from personshaped.figures import NOT_A_GOAL, Measure
from personshaped.flow.measures import MEASURES as FLOW
from personshaped.learning.measures import MEASURES as LEARNING
from personshaped.records.folder import Redaction
from personshaped.records.measurable import measurable
from personshaped.settings import Settings
from personshaped.tables import CANONICAL, DERIVED, Table

HERE = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/generate.py from the declarations; do not edit. -->\n\n"
ROOMS = (
    ("What is asked", DEMAND),
    ("What happens", FLOW),
    ("When is the need met", CAPABILITY),
    ("Why", CONDITIONS),
    ("What it costs", COST),
    ("What changed", LEARNING),
)
OF_STUDY = {
    "window_start": ("`window`, its first day", "from the day of the first row, if no window is given"),
    "window_end": ("`window`, its second day", "not included; the day after the last row, if no window is given"),
    "window_declared": ("found out", "whether a window is given"),
    "history_complete": (
        "`history_complete`",
        "`true` if each agency's records reach back to a person's first contact",
    ),
}


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
    """Every measure: what it tells, what it does not, where it comes from, an example, and its query."""
    examples, seeds = worked(one for _, measures in ROOMS for one in measures), _seeds()
    parts = [
        "# Measures\n",
        "What each says and does not say, how it stood in the texts the project comes from, what it comes to in a",
        "small study that ships, and its definition: the query that runs, which anyone can run on `findings/tables`.",
        "S0 is Coles on failure demand; S1 *Saving money by doing the right thing* (Locality and Vanguard, 2014); S2",
        "its page on liberating localities; S3 the Institute for Government on failing well (2016); S4 Avondale on",
        "care. Their figures are from other places: nothing here is measured against them. In the picture's order:\n",
    ]
    for title, measures in ROOMS:
        parts.append(f"* {title}: {', '.join(f'[{one.name}](#{one.name})' for one in measures)}")
    parts.append("")
    for title, measures in ROOMS:
        parts += [f"## {title}\n", *(_measure(one, seeds, examples[one.name]) for one in measures)]
    return MADE + "\n".join(parts)


def _seeds() -> dict[str, tuple[str, str]]:
    """By id: the words of the text it comes from, and which text."""
    with (Path(__file__).parent / "seeds.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: (row["words"], row["seed"]) for row in csv.DictReader(file)}


def _measure(one: Measure, seeds: dict[str, tuple[str, str]], example: Worked) -> str:
    told = [f"{words} ({seed})" for words, seed in (seeds[id_] for id_ in one.answers if id_ in seeds)]
    came = f"\n\n**Where it comes from.** {'; '.join(told)}." if told else ""
    shown = f"\n\n**For example.** {example.written()}"
    note = one.note.replace(NOT_A_GOAL, "").strip()
    counted = f"\n\n**Note.** {note.rstrip('.')}." if note else ""
    goal = f"\n\n*{NOT_A_GOAL}*" if one.never_a_goal else ""
    needs = f"\n\nNeeds {'; '.join(_need(need) for need in one.needs)}." if one.needs else ""
    unit = f" Unit: {one.unit}." if one.unit else ""
    return (
        f"### `{one.name}`\n\nAnswers {one.ids.replace(';', ', ')} ({one.source}).{unit}\n\n"
        f"{one.says}{counted}\n\n**What it does not say.** {one.does_not_say}{came}{shown}{goal}{needs}\n\n"
        f"```sql\n{one.query()}\n```\n"
    )


def _need(need: str) -> str:
    return " or ".join(f"`{one}`" for one in need.split("|"))


def ladder_page() -> str:
    """What the data must hold for which figures, as `personshaped check` prints it."""
    lines = [
        "# What the data must hold for which figure\n",
        "`personshaped check` goes through this list for your data. Each step adds to the ones above it.\n",
        "| if the data hold | you get | without it you do not get |",
        "|---|---|---|",
    ]
    for step in measurable({}, ()):
        get = ", ".join(f"`{name}`" for name in step.get)
        lines.append(f"| {step.have} | {get} | {step.do_not_get} |")
    return MADE + "\n".join(lines) + "\n"


def settings_page() -> str:
    """Every setting with its default and what its declaration says of it."""
    lines = [
        "# Settings\n",
        "The thresholds of the rules, under `[settings]` in `study.toml`, in days unless their meaning says otherwise.",
        "Every page of the picture is drawn with them, and its last page lists them. `[study]` holds the rest.\n",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    for field in fields(Settings):
        if field.name not in OF_STUDY:
            lines.append(f"| `{field.name}` | {_default(field.default)} | {field.metadata['meaning']}. |")
    lines += ["", "Under `[study]`:\n", "| setting | from | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {where} | {meaning} |" for name, (where, meaning) in OF_STUDY.items()]
    lines += ["", "Under `[redaction]`:\n", "| setting | default | meaning |", "|---|---|---|"]
    for one in fields(Redaction):
        lines.append(f"| `{one.name}` | `{str(one.default).lower()}` | {one.metadata['meaning']}. |")
    return MADE + "\n".join(lines) + "\n"


def _default(value: object) -> str:
    return "none" if value in (None, ()) else f"`{value}`"


def _commands(group: Any, before: str = "") -> list[tuple[str, Any]]:
    """Every command in alphabetical order, those of a group under their group's name."""
    found: list[tuple[str, Any]] = []
    for name, one in sorted(group.commands.items()):
        found += _commands(one, f"{before}{name} ") if hasattr(one, "commands") else [(before + name, one)]
    return found


def commands_page() -> str:
    """Every command with its arguments and options."""
    parts = ["# Commands\n", "Exit status: 0 done; 1 the input is at fault; 2 wrong use; 3 stopped part-way.\n"]
    parts.append("`--debug` anywhere shows the whole error when something goes wrong.\n")
    for name, command in _commands(typer.main.get_command(app)):
        arguments = [one for one in command.params if not one.opts[0].startswith("-")]
        shown = " ".join(_argument(one) for one in arguments)
        parts.append(
            f"## `personshaped {name}`\n\n`personshaped {name} {shown}`\n\n{command.help}\n".replace(" `\n", "`\n")
        )
        parts.append("| argument or option | meaning | if left out |\n|---|---|---|")
        for one in command.params:
            called = _argument(one).strip("[]") if one in arguments else ", ".join(one.opts)
            if one.required:
                left_out = "must be given"
            else:
                left_out = "" if one.default in (None, False) else f"`{one.default}`"
            parts.append(f"| `{called}` | {one.help or ''} | {left_out} |")
        parts.append("")
    return MADE + "\n".join(parts)


def _argument(one: Any) -> str:
    called = one.name.upper() + ("…" if one.nargs == -1 else "")
    return called if one.required else f"[{called}]"


PAGES = {
    "tables.md": tables_page,
    "measures.md": measures_page,
    "data.md": ladder_page,
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
