"""Each promise about people's data names the tests that keep it, and they are there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parents[2]
TABLE = (HERE / "docs" / "how-to" / "personal-data.md").read_text(encoding="utf-8").partition("## Each promise")[2]
ROWS = [line.strip("|").split("|") for line in TABLE.splitlines() if line.startswith("| ")][1:]


def test_every_promise_names_a_test_and_every_test_is_there() -> None:
    assert len(ROWS) > 10
    for promise, kept_by in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", kept_by)
        assert named, promise
        for path, test in named:
            assert f"def {test}(" in (HERE / path).read_text(encoding="utf-8"), (promise, path, test)


def test_every_test_of_trust_keeps_a_promise() -> None:
    """The files named test_trust_… hold promises alone; each stands in the table."""
    for path in sorted((HERE / "tests" / "team").glob("test_trust_*.py")):
        assert f"tests/team/{path.name}::" in TABLE, path.name
