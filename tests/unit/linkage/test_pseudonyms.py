from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personshaped.errors import UsageError
from personshaped.linkage.pseudonyms import KEY_VARIABLE, AsGiven, Pseudonyms, load_key

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.binary(min_size=1, max_size=200), text, text)
def test_the_query_and_python_give_the_same_hmac(key: bytes, agency: str, reference: str) -> None:
    pseudonyms = Pseudonyms(key)
    expected = hmac.new(key, f"{agency}\x1f{reference}".encode(), hashlib.sha256).hexdigest()
    assert pseudonyms.of(agency, reference) == expected
    found = duckdb.execute(f"SELECT {pseudonyms.sql('$1', '$2')}", [agency, reference]).fetchone()
    assert found == (expected,)


def test_a_blank_reference_has_no_key() -> None:
    assert duckdb.execute(f"SELECT {Pseudonyms(b'k').sql('$1', 'NULL')}", ["gp"]).fetchone() == (None,)


def test_other_keys_and_agencies_give_other_ids() -> None:
    ids = {Pseudonyms(key).of(agency, ref) for key in (b"1", b"2") for agency, ref in (("a", "bc"), ("ab", "c"))}
    assert len(ids) == 4


def test_data_that_are_not_personal_keep_their_references() -> None:
    assert duckdb.execute(f"SELECT {AsGiven().sql('$2', '$1')}", ["NA"]).fetchone() == ("NA",)
    assert AsGiven().of("gp", "NA") == "NA"


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(Pseudonyms(b"secret"))


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    private = tmp_path / ".private"
    key = load_key(private)
    assert len(key) == 64
    assert load_key(private) == key
    assert oct(private.stat().st_mode & 0o777) == "0o700"
    assert oct((private / "key").stat().st_mode & 0o777) == "0o600"
    assert load_key(tmp_path / "other") != key


def test_the_environments_key_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "from the environment")
    assert load_key(tmp_path / ".private") == b"from the environment"
    assert not (tmp_path / ".private").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    load_key(tmp_path)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(UsageError, match="0600"):
        load_key(tmp_path)
