"""Listening 11: words that no rule was tried on are cleaned as far as the documentation says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PLACE = Path(__file__).parents[2] / "benchmarks" / "redaction.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_redaction", PLACE)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


def test_the_set_is_large_enough_to_say_something(benchmark: ModuleType) -> None:
    lines = benchmark.lines_of("dev") + benchmark.lines_of("held")
    assert sum("{" in line for line in lines) >= 300
    assert sum("{" not in line for line in lines) >= 150


@pytest.mark.parametrize(
    ("which", "found", "of"),
    [
        ("held", 159, 168),
        ("fresh", 154, 186),
        ("notes", 137, 151),
        ("desk", 126, 130),
        ("counter", 105, 114),
        ("words", 84, 88),
        ("blanks", 43, 46),
        ("ages", 25, 30),
    ],
)
def test_the_rules_find_what_the_documentation_says(benchmark: ModuleType, which: str, found: int, of: int) -> None:
    seen = benchmark.seen(which)
    assert seen.there.total() == of
    assert seen.found.total() >= found, seen.missed


@pytest.mark.parametrize(
    ("kind", "floor"),
    [
        ("n", 0.9), ("u", 0.75), ("e", 0.5), ("p", 0.85), ("c", 0.8), ("h", 0.8), ("i", 1), ("a", 0.75), ("d", 0.9),
        ("r", 0.75),
    ],
)  # fmt: skip
def test_of_each_kind_the_rules_find_at_least_this_share(benchmark: ModuleType, kind: str, floor: float) -> None:
    for which in ("held", "fresh"):
        seen = benchmark.seen(which)
        assert seen.found[kind] / seen.there[kind] >= floor, seen.missed


@pytest.mark.parametrize(
    ("which", "hurt", "lost"),
    [
        ("held", 1, 1),
        ("fresh", 3, 4),
        ("notes", 4, 6),
        ("desk", 3, 5),
        ("counter", 1, 3),
        ("words", 0, 5),
        ("blanks", 2, 2),
        ("ages", 2, 3),
    ],
)
def test_the_rules_take_out_next_to_nothing_else(benchmark: ModuleType, which: str, hurt: int, lost: int) -> None:
    seen = benchmark.seen(which)
    assert seen.lost <= lost, seen.wrong
    assert seen.hurt <= hurt, seen.wrong
