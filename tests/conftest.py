"""What every test may use."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
if "PERSONSHAPED_TESTS" not in os.environ:  # where tests leave things; taken away by the first process, the last to end
    os.environ["PERSONSHAPED_TESTS"] = tempfile.mkdtemp(prefix="personshaped-tests-")
    atexit.register(shutil.rmtree, os.environ["PERSONSHAPED_TESTS"], ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the checkout, with the data that may not ship."""
    folder = HERE.parent.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("needs the folder `shared` beside the checkout (data that may not ship)")
    return folder


@pytest.fixture(scope="session")
def golden() -> Path:
    """The worked example of the specification (section 5) as a study folder, with its answers."""
    return HERE / "golden"


@pytest.fixture(scope="session")
def stories() -> Path:
    """The seeds' stories as canonical rows."""
    return HERE / "stories"
