from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from personshaped.errors import UsageError
from personshaped.linkage.linking import link
from personshaped.linkage.store import IdentityStore
from personshaped.settings import Settings
from spec.linked_people import connection

NAMES = pa.table({"surname": pa.array(["Canaryfield", None, "NA"] * 100_000)})


def _reader(table: pa.Table) -> pa.RecordBatchReader:
    return table.to_reader(max_chunksize=10_000)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    store = IdentityStore.open(tmp_path)
    store.write("people", _reader(NAMES))
    found = IdentityStore.open(tmp_path).read("people")
    assert found is not None
    assert found.read_all().equals(NAMES)
    assert store.read("registry") is None


def test_nothing_is_written_in_the_clear(tmp_path: Path) -> None:
    IdentityStore.open(tmp_path).write("people", _reader(NAMES))
    sealed = (tmp_path / "people.sealed").read_bytes()
    assert b"Canaryfield" not in sealed
    assert b"surname" not in sealed
    assert oct((tmp_path / "people.sealed").stat().st_mode & 0o777) == "0o600"


def test_the_same_rows_never_look_the_same_twice(tmp_path: Path) -> None:
    store = IdentityStore.open(tmp_path)
    store.write("one", _reader(NAMES))
    store.write("two", _reader(NAMES))
    one, two = ((tmp_path / f"{name}.sealed").read_bytes() for name in ("one", "two"))
    assert one[100:200] != two[100:200]


@pytest.mark.parametrize("change", ["flip", "cut", "cut a chunk", "append"])
def test_a_changed_file_is_found(tmp_path: Path, change: str) -> None:
    store = IdentityStore.open(tmp_path)
    store.write("people", _reader(NAMES))
    path = tmp_path / "people.sealed"
    sealed = path.read_bytes()
    changed = {
        "flip": sealed[:5000] + bytes([sealed[5000] ^ 1]) + sealed[5001:],
        "cut": sealed[:-10],
        "cut a chunk": sealed[: 26 + 16 + 7 + 4 + (1 << 20) + 16],
        "append": sealed + sealed[-100:],
    }
    path.write_bytes(changed[change])
    with pytest.raises(UsageError, match="cannot be opened"):
        store.read("people").read_all()  # type: ignore[union-attr]


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    IdentityStore.open(tmp_path / "a").write("people", _reader(NAMES))
    other = IdentityStore(tmp_path / "a", b"another")
    with pytest.raises(UsageError, match="this key"):
        other.read("people")


def test_names_and_birth_dates_reach_no_file(tmp_path: Path) -> None:
    people = "\n".join(
        ["ref | agency | forename | surname | born | postcode | phone | email"]
        + [
            f"r{number} | gp | Zephyrine{number % 7} | Canaryfield{number % 50} | 19{number % 60 + 30}-03-14"
            f" | QZ{number % 9} 9ZZ | 07700 900{number} | canary{number}@example.org"
            for number in range(300)
        ]
    )
    con = connection(people)
    con.execute(f"SET temp_directory = '{tmp_path / 'spill'}'; SET temp_file_encryption = true")
    link(con, Settings(), tmp_path / "decisions", tmp_path / ".private")
    left = {name for (name,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    assert {name for name in left if not name.startswith("identities")} == {"people", "links"}
    shown = b"".join(
        repr(con.execute(f"FROM {name}").fetchall()).encode() for name in left if name != "people"
    )  # what later rooms see
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"key", "people.sealed", "registry.sealed"}
    for text in [shown, *(path.read_bytes() for path in files)]:
        for canary in (b"ephyrine", b"anaryfield", b"-03-14", b"0314", b"QZ1", b"qz1", b"canary", b"07700"):
            assert canary not in text
