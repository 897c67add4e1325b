"""Whatever is installed with this comes under a licence that lets people use it; none asks for their own source."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[2] / "requirements.lock"
PERMITTED = ("mit", "bsd", "apache", "isc", "python software foundation", "psf", "mozilla", "mpl", "unlicense", "zlib",
             "historical permission", "hpnd", "cc0", "0bsd", "public domain")  # fmt: skip
LESSER = {"psycopg", "psycopg-binary"}
"""Under the LGPL: used as they are, never built in."""


def locked() -> list[str]:
    """The names in requirements.lock."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return [found[1] for line in lines if (found := re.match(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==", line))]


def licence_of(name: str) -> str:
    """What the distribution says of itself, in small letters."""
    said = metadata(name)
    kinds = [one for one in said.get_all("Classifier") or () if one.startswith("License")]
    own = (said.get("License-Expression") or said.get("License") or "").split("\n")[0]
    return " | ".join([own, *kinds, "" if own or kinds else _enclosed(name)]).lower()


def _enclosed(name: str) -> str:
    """The first lines of the licence that lies in the distribution, where its metadata say nothing."""
    found = [one for one in files(name) or () if one.name.upper().startswith("LICEN")]
    return found[0].read_text()[:200] if found else ""


def test_the_lock_is_read() -> None:
    assert len(locked()) > 40


@pytest.mark.parametrize("name", locked())
def test_every_locked_distribution_is_under_a_permitted_licence(name: str) -> None:
    try:
        licence = licence_of(name)
    except PackageNotFoundError:
        pytest.skip("not installed here")
    lesser = "lgpl" in licence or "lesser general public" in licence
    assert lesser == (name.lower() in LESSER), licence
    if not lesser:
        assert not re.search(r"gpl|affero|general public", licence), licence
        assert any(one in licence for one in PERMITTED), licence
