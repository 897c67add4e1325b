"""A history as a source folder: rows of `interactions` and `wanted`, and the study.toml beside them."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path

import tomlkit
from django.conf import settings

from personshaped.cells import as_text
from personshaped.records import open_folder
from personshaped.records.folder import Lawful
from personshaped.study.one_history import OneHistory, one_history
from personshaped.team.cases.models import History
from personshaped.team.cases.notes import FIELDS

_WANTED = ("item", "words", "need_id", "quantity", "unit", "unit_cost", "price_year", "alternative_group")
UNKNOWN = "unknown"
"""The agency of a line whose file does not say which."""


def files(history: History, lawful: Lawful) -> dict[str, str]:
    """The files of the folder by name; only lines and things that say enough to be read."""
    who = history.address
    rows = [
        {"interaction_id": f"{who}-{one.seq:03}", "person_ref": who, "person_id": who}
        | {name: _cell(getattr(one, name)) for name in FIELDS}
        | {"agency": one.agency or UNKNOWN}
        for one in history.lines.all()
    ]
    made = {
        "study.toml": study_toml("One person's history", history.matters, lawful),
        "interactions.csv": csv_text(rows),
    }
    wanted = [
        {"person_id": who} | {name: _cell(getattr(one, name)) for name in _WANTED}
        for one in history.wanted.all()
        if one.item and one.price_year and one.quantity is not None and one.unit_cost is not None
    ]
    return made | ({"wanted.csv": csv_text(wanted)} if wanted else {})


def lawful() -> Lawful:
    """Why the application's own study is lawful; blank, to be filled in, where it does not say or there is none."""
    return open_folder(settings.STUDY).lawful if settings.STUDY else Lawful()


def archive(history: History) -> bytes:
    """The folder as one zip file; lawful as the application's own study is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in files(history, lawful()).items():
            zipped.writestr(name, text)
    return held.getvalue()


def walked(history: History) -> OneHistory | None:
    """The history read, walked and priced as the study would, in a folder that is gone afterwards."""
    if not history.lines.exists():
        return None
    return _walked(tuple(files(history, Lawful(personal_data=False)).items()))


@lru_cache(maxsize=32)
def _walked(written: tuple[tuple[str, str], ...]) -> OneHistory:
    """Walked once for the same lines: opening a line changes nothing."""
    with tempfile.TemporaryDirectory(prefix="history-") as place:
        for name, text in written:
            (Path(place) / name).write_text(text, encoding="utf-8", newline="")
        return one_history(Path(place))


def csv_text(rows: list[dict[str, str]]) -> str:
    """Rows as CSV; the first row's names are the heading."""
    held = io.StringIO()
    if rows:
        writer = csv.DictWriter(held, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: as_text(cell) for name, cell in row.items()} for row in rows)
    return held.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def study_toml(name: str, purpose: str, lawful: Lawful) -> str:
    """The study.toml of such a folder; where the application's study says why it is lawful, so does this."""
    document = tomlkit.document()
    document["study"] = {
        "name": name,
        "purpose": purpose,
        "what_met_means": "the person says so",
        "history_complete": True,
        "guarded": True,
    }
    held = {"personal_data": lawful.personal_data}
    if lawful.personal_data:
        held |= {"purpose": lawful.purpose, "lawful_basis": lawful.lawful_basis, "dpia": lawful.dpia}  # type: ignore[dict-item]
        held["keep_until"] = lawful.keep_until or ""  # type: ignore[assignment]
    document["lawful"] = held
    return tomlkit.dumps(document)
