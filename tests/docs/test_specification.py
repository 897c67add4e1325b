"""Sections 1.4, 1.5 and 5.2 to 5.4 of the specification name the tests that hold them, and they are there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parents[2]
TABLE = (HERE / "tests" / "spec" / "README.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in TABLE.splitlines() if re.match(r"\| \d", line)]


def test_every_part_names_a_test_and_every_test_is_there() -> None:
    assert {said.split()[0] for said, _ in ROWS} == {"1.4", "1.5", "5.2", "5.3", "5.4"}
    for said, held_by in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", held_by)
        assert named or held_by.strip().startswith("not yet: "), said
        for path, test in named:
            assert f"def {test}(" in (HERE / path).read_text(encoding="utf-8"), (said, path, test)
