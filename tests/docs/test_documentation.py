"""The documentation runs: every command block with what it prints, every mapping, every page of the reference."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer
from documentation import REFUSAL, Command, blocks, commands, edited, write

from personshaped.cli import app
from personshaped.records import open_folder
from personshaped.settings import Settings

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
EVERY = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
PAGES = [page for page in EVERY if any(block.language == "console" for block in blocks(page))]
MAPPED = [page for page in EVERY if any("[[source]]" in block.body for block in blocks(page))]


def _run(command: Command, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        shlex.split(command.line), cwd=folder, text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "200"},
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_runs_in_order_and_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("findings", ".private"))
    for block in blocks(page):
        if block.words:
            write(block, tmp_path)
        for command in commands(block) if block.language == "console" else ():
            done = _run(command, tmp_path)
            assert (done.returncode != 0) == command.is_refused, f"$ {command.line}\n{done.stdout}"
            missing = command.missing(done.stdout)
            assert not missing, f"$ {command.line}\nnot printed: {missing}\nbut:\n{done.stdout}"


@pytest.mark.parametrize("page", MAPPED, ids=lambda page: page.stem)
def test_every_mapping_of_a_page_can_be_read(page: Path, tmp_path: Path) -> None:
    for number, block in enumerate(blocks(page)):
        if block.language != "toml" or "[[source]]" not in block.body:
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "study.toml").write_text(block.body, encoding="utf-8")
        for source in tomllib.loads(block.body)["source"]:
            for name in (source["path"], *(one["file"] for one in source.get("lookup", ()))):
                _make_file(folder, name)
        assert open_folder(folder).sources


def _make_file(folder: Path, name: str) -> None:
    """The file, or the archive that holds it, with nothing in it."""
    if "://" in name:
        return
    archive = re.match(r".*?\.(?:zip|tar\.gz)(?=/)", name)
    path = folder / (archive[0] if archive else name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_what_a_page_shows_is_looked_for_in_order_and_an_ellipsis_stands_for_anything() -> None:
    printed = "reading\n859   times people asked\n79%  of it\n"
    assert not Command("x", ("859 times people asked", "79% …")).missing(printed)
    assert Command("x", ("79% …", "859 times people asked")).missing(printed) == "859 times people asked"
    assert Command("x", ("859 times",)).missing(printed) == "859 times"
    assert Command("x", (f"{REFUSAL}no",)).is_refused


def test_a_change_shown_as_a_diff_must_fit_once() -> None:
    assert edited("a = 1\nb = 2\n", " a = 1\n-b = 2\n+b = 3\n") == "a = 1\nb = 3\n"
    assert edited("a = 1  # sure\nb = 2\n", " a = 1 …\n+c = 3\n") == "a = 1  # sure\nc = 3\nb = 2\n"
    with pytest.raises(ValueError, match="there 0 times"):
        edited("a = 1\n", "-a = 2\n+a = 3\n")


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _commands(group: Any, before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, one in group.commands.items():
        found += _commands(one, f"{before}{name} ") if hasattr(one, "commands") else [(before + name, one)]
    return found


def test_every_command_and_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for name, command in _commands(typer.main.get_command(app)):
        assert f"## `personshaped {name}`" in text
        section = text.split(f"## `personshaped {name}`")[1].split("\n## ")[0]
        for parameter in command.params:
            assert all(f"`{one}" in section for one in parameter.opts if one.startswith("--")), (name, parameter.name)
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    for field in fields(Settings):
        assert f"`{field.name}`" in settings


def test_every_page_is_on_the_contents_page() -> None:
    contents = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").as_posix()
        if page.name != "README.md" and not name.startswith("decisions/"):
            assert f"]({name})" in contents, name


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", text):
        there = page.parent / target if target else page
        assert there.exists(), f"{page.relative_to(ROOT)} links to {target}"
        if anchor:
            assert anchor in _anchors(there), f"{page.relative_to(ROOT)} links to {target}#{anchor}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_make_targets_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make (\w+)|^make (\w+)", readme, re.MULTILINE))
    names = {one or other for one, other in targets}
    assert {"study", "test"} <= names
    for target in names:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_measure_is_explained_with_where_it_comes_from_and_an_example() -> None:
    page = (ROOT / "docs" / "reference" / "measures.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", page, flags=re.MULTILINE)[1:]
    assert len(sections) > 150
    for section in sections:
        ids = re.findall(r"M\d{3}", section.split("\n\n")[1])
        for part in ("**What it does not say.**", "**For example.**", *(["**Where it comes from.**"] if ids else [])):
            assert len(section.partition(part)[2].split("\n\n")[0]) > 5, (section[:60], part)
