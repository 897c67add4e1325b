"""Event logs of process mining, one row an event: XES (IEEE 1849) and OCEL 2.0 in JSON. Both are read as streams."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from personshaped.errors import InputError
from personshaped.records.markup import parser_of, pieces, plain_tag

_ATTRIBUTES = frozenset(("string", "date", "int", "float", "boolean", "id"))
_CHUNK = 1 << 20
_LONGEST = 64 << 20  # characters of one JSON value: no event is as long


def xes(file: BinaryIO, name: str) -> Iterator[list[str]]:
    """Headings, then events. An attribute of the trace is `case:…`, of the event as it is named.

    Read twice, because an attribute may first turn up in the last event. Raises InputError for XML that is broken or
    declares entities.
    """
    columns: dict[str, None] = {}
    for event in _events(file, name):
        columns |= dict.fromkeys(event) if event.keys() - columns.keys() else {}
    if not columns:
        raise InputError("holds no event", file=name, expected="an XES log")
    yield list(columns)
    for event in _events(file, name):
        yield [event.get(column, "") for column in columns]


def _events(file: BinaryIO, name: str) -> Iterator[dict[str, str]]:
    found: list[dict[str, str]] = []
    trace: dict[str, str] = {}
    event: dict[str, str] = {}
    open_tags: list[str] = []

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal trace, event
        tag = plain_tag(tag) if ":" in tag else tag
        if tag in _ATTRIBUTES:
            inside = open_tags[-1] if open_tags else ""
            if inside == "event":
                event[given.get("key", "")] = given.get("value", "")
            elif inside == "trace":
                trace["case:" + given.get("key", "")] = given.get("value", "")
        elif tag == "trace":
            trace = {}
        elif tag == "event":
            event = {}
        open_tags.append(tag)

    def end(_: str) -> None:
        if open_tags.pop() == "event":
            found.append(trace | event)

    file.seek(0)
    parser = parser_of(name)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    for _ in pieces(parser, file, name, "an XES log"):
        yield from found
        found.clear()


def ocel(file: BinaryIO, name: str) -> Iterator[list[str]]:
    """Headings, then events: `id`, `type`, `time`, each attribute, and `object:TYPE` for the objects of each type
    (several joined by `;`). Raises InputError for JSON that is broken or no OCEL 2.0."""
    kinds: dict[str, str] = {}
    attributes: dict[str, None] = {}
    try:
        keys = set()
        for key, one in _elements(file):
            keys.add(key)
            if key == "objects":
                kinds[str(one["id"])] = str(one["type"])
            elif key == "events":
                attributes |= dict.fromkeys(str(given["name"]) for given in one.get("attributes", ()))
        if not keys & {"objects", "events"}:
            raise KeyError("events")
        columns = ["id", "type", "time", *attributes, *(f"object:{kind}" for kind in sorted(set(kinds.values())))]
        yield columns
        for key, one in _elements(file):
            if key == "events":
                event = _ocel_event(one, kinds)
                yield [event.get(column, "") for column in columns]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("cannot be read", file=name, expected="OCEL 2.0 in JSON (objects, events)") from None


def _ocel_event(event: dict[str, Any], kinds: dict[str, str]) -> dict[str, str]:
    found = {"id": str(event["id"]), "type": str(event["type"]), "time": str(event["time"])}
    for attribute in event.get("attributes", ()):
        found[str(attribute["name"])] = str(attribute["value"])
    for relation in event.get("relationships", ()):
        column = f"object:{kinds[str(relation['objectId'])]}"
        found[column] = ";".join(filter(None, (found.get(column, ""), str(relation["objectId"]))))
    return found


def _elements(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    """The members of each list at the top of a JSON object, under the list's key, one at a time: the whole is never
    held. Raises ValueError for what is no JSON, or a value longer than any event."""
    text = _Text(file)
    text.take("{")
    while text.ahead() != "}":
        key = text.value()
        text.take(":")
        if text.ahead() == "[":
            text.take("[")
            while text.ahead() != "]":
                yield key, text.value()
                if text.ahead() != "]":
                    text.take(",")
            text.take("]")
        else:
            text.value()
        if text.ahead() != "}":
            text.take(",")


class _Text:
    """A file of JSON, of which only what is being read is held."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode
        self._value = json.JSONDecoder().raw_decode
        self._held, self._at, self._ended = "", 0, False

    def _more(self) -> None:
        if self._ended or len(self._held) - self._at > _LONGEST:
            raise ValueError("ends too early, or holds a value without end")
        block = self._file.read(max(_CHUNK, len(self._held) - self._at))
        self._ended = not block
        self._held = self._held[self._at :] + self._decode(block, self._ended)
        self._at = 0

    def ahead(self) -> str:
        """The next character that is no white space."""
        while True:
            while self._at < len(self._held):
                if (one := self._held[self._at]) not in " \t\r\n":
                    return one
                self._at += 1
            self._more()

    def take(self, expected: str) -> None:
        if self.ahead() != expected:
            raise ValueError(f"no {expected}")
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        while True:
            self.ahead()
            try:
                found, end = self._value(self._held, self._at)
            except json.JSONDecodeError:
                self._more()
                continue
            if end == len(self._held) and not self._ended:
                self._more()  # a number may go on
                continue
            self._at = end
            return found
