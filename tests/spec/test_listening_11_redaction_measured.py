"""Listening 11: the half of the made-up set that no rule was tried on holds what the documentation says of it."""

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
    lines = benchmark.half("dev") + benchmark.half("held")
    assert sum("{" in line for line in lines) >= 300
    assert sum("{" not in line for line in lines) >= 150


@pytest.mark.parametrize(
    ("kind", "floor"),
    [("n", 0.95), ("e", 0.75), ("p", 0.75), ("c", 0.6), ("h", 0.85), ("i", 0.5)],
)
def test_of_each_kind_the_rules_find_at_least_this_share(benchmark: ModuleType, kind: str, floor: float) -> None:
    seen = benchmark.seen("held")
    assert seen.found[kind] / seen.there[kind] >= floor, seen.missed


def test_the_rules_take_out_next_to_nothing_else(benchmark: ModuleType) -> None:
    seen = benchmark.seen("held")
    assert seen.lost / seen.stay <= 0.005, seen.wrong
    assert seen.hurt <= 1, seen.wrong
