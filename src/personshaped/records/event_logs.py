"""Event logs of process mining, one row an event: XES (IEEE 1849) and OCEL 2.0 in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from personshaped.errors import InputError

_ATTRIBUTES = ("string", "date", "int", "float", "boolean", "id")
_MOST_JSON = 512 << 20  # bytes: JSON is read whole


def xes(file: BinaryIO, name: str) -> Iterator[list[str]]:
    """Headings, then events. An attribute of the trace is `case:…`, of the event as it is named.

    Raises InputError for XML that is broken or declares entities.
    """
    columns: dict[str, None] = {}
    for event in _events(file, name):
        columns |= dict.fromkeys(event)
    if not columns:
        raise InputError("holds no event", file=name, expected="an XES log")
    yield list(columns)
    for event in _events(file, name):
        yield [event.get(column, "") for column in columns]


def _events(file: BinaryIO, name: str) -> Iterator[dict[str, str]]:
    file.seek(0)
    trace: dict[str, str] = {}
    path: list[Any] = []
    try:
        for moment, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.rsplit("}", 1)[-1]
            if moment == "start":
                path.append(element)
                trace = {} if tag == "trace" else trace
                continue
            path.pop()
            if tag == "event":
                yield trace | _attributes(element, "")
            elif tag in _ATTRIBUTES and path and path[-1].tag.rsplit("}", 1)[-1] == "trace":
                trace |= _attribute(element, "case:")
            if tag in ("event", "trace") or len(path) == 1:
                element.clear()
                if path:
                    path[-1].remove(element)
    except (ParseError, DefusedXmlException, ValueError) as error:
        said = (
            "declares XML entities: refused" if isinstance(error, DefusedXmlException) else f"cannot be read: {error}"
        )
        raise InputError(said, file=name, expected="an XES log") from None


def _attributes(element: Any, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in element:
        if one.tag.rsplit("}", 1)[-1] in _ATTRIBUTES:
            found |= _attribute(one, prefix)
    return found


def _attribute(element: Any, prefix: str) -> dict[str, str]:
    return {prefix + str(element.get("key", "")): str(element.get("value", ""))}


def ocel(file: BinaryIO, name: str) -> Iterator[list[str]]:
    """Headings, then events: `id`, `type`, `time`, each attribute, and `object:TYPE` for the objects of each type
    (several joined by `;`). Raises InputError for JSON that is broken, too large, or no OCEL 2.0."""
    file.seek(0)
    content = file.read(_MOST_JSON + 1)
    if len(content) > _MOST_JSON:
        raise InputError("is too large for JSON", file=name, expected="OCEL in SQLite, or CSV")
    try:
        log = json.loads(content)
        kinds = {str(one["id"]): str(one["type"]) for one in log["objects"]}
        events = [_ocel_event(one, kinds) for one in log["events"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("cannot be read", file=name, expected="OCEL 2.0 in JSON (objects, events)") from None
    columns = list(dict.fromkeys(key for event in events for key in event))
    yield columns
    for event in events:
        yield [event.get(column, "") for column in columns]


def _ocel_event(event: dict[str, Any], kinds: dict[str, str]) -> dict[str, str]:
    found = {"id": str(event["id"]), "type": str(event["type"]), "time": str(event["time"])}
    for attribute in event.get("attributes", ()):
        found[str(attribute["name"])] = str(attribute["value"])
    for relation in event.get("relationships", ()):
        column = f"object:{kinds[str(relation['objectId'])]}"
        found[column] = ";".join(filter(None, (found.get(column, ""), str(relation["objectId"]))))
    return found
