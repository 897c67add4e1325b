"""A study that is killed loses nothing: `--resume` ends with the same bytes as a run that nobody stopped.

`PERSONSHAPED_KILLS=20` kills it twenty times; the ordinary run does it twice.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from personshaped.locality import write_demo

KILLS = int(os.environ.get("PERSONSHAPED_KILLS", "2"))
COMMAND = (sys.executable, "-m", "personshaped", "study")


def written(folder: Path) -> dict[str, bytes]:
    """Every file of the findings with its bytes."""
    findings = folder / "findings"
    return {
        str(path.relative_to(findings)): path.read_bytes()
        for path in sorted(findings.rglob("*"))
        if path.is_file() and ".work" not in path.parts
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], float]:
    """A town, what an undisturbed study of it writes, and how long that takes."""
    town = tmp_path_factory.mktemp("resume") / "town"
    write_demo(town, "assess_refer", 150, 3, 4, lambda *_: None)
    began = time.monotonic()
    subprocess.run([*COMMAND, str(town)], check=True, capture_output=True)
    took = time.monotonic() - began
    found = written(town)
    shutil.rmtree(town / "findings")
    return town, found, took


def _lines(content: bytes) -> list[str]:
    return content.decode().splitlines()


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_study_goes_on_and_ends_with_the_same_bytes(
    undisturbed: tuple[Path, dict[str, bytes], float], tmp_path: Path, number: int
) -> None:
    town, expected, took = undisturbed
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    running = subprocess.Popen(
        [*COMMAND, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(random.Random(number).uniform(0.3, 0.95) * took)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    subprocess.run([*COMMAND, str(folder), "--resume"], check=True, capture_output=True)
    found = written(folder)
    assert _lines(found["figures.csv"]) == _lines(expected["figures.csv"])  # said first, for a failure to tell which
    assert found == expected
