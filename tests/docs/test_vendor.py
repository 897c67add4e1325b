"""Third-party browser files stand in `vendor/` alone, each listed with licence, version and hash."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "vendor"
ROW = re.compile(r"^\| `(?P<file>[^`]+)` \|(?P<between>.+)\| `(?P<hash>[0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = {one["file"]: one for one in ROW.finditer((VENDOR / "README.md").read_text(encoding="utf-8"))}


def test_every_file_is_listed_with_its_hash_and_its_licence() -> None:
    files = {str(path.relative_to(VENDOR)): path for path in VENDOR.rglob("*") if path.is_file()}
    licences = set(re.findall(r"`([^`]+\.txt)`", (VENDOR / "README.md").read_text(encoding="utf-8")))
    assert licences <= set(files)
    assert set(files) - licences - {"README.md"} == set(LISTED)
    for name, row in LISTED.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == row["hash"], name
        assert any(licence in row["between"] for licence in licences), name


def test_no_such_file_stands_anywhere_else() -> None:
    foreign = [path for suffix in ("*.woff2", "*.woff", "*.ttf", "*.min.js", "*.min.css")
               for room in ("src", "docs", "examples", "tests") for path in (ROOT / room).rglob(suffix)]  # fmt: skip
    assert foreign == []
