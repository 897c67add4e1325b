"""XML read as a stream of moments: memory stays level however long the file is, and nothing outside it is ever read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from personshaped.errors import InputError

_CHUNK = 1 << 14  # bytes of one look: also how much can pile up before it is handed on


def plain_tag(tag: str) -> str:
    """`concept:event` without what stands before the colon: files name their namespaces as they like."""
    return tag.rpartition(":")[2]


def parser_of(name: str) -> expat.XMLParserType:
    """A parser that refuses a document type, so that no entity can be declared. `name` is the file's, for the error."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise InputError("declares XML entities: refused", file=name, expected="XML without a document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def pieces(
    parser: expat.XMLParserType, file: IO[bytes], name: str, kind: str, done: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Feeds the file to the parser and comes back after each piece, so that what its handlers gathered can be handed
    on; stops early once `done`. Raises InputError for XML that is broken; `kind` says what was expected."""
    try:
        while not done() and (chunk := file.read(_CHUNK)):
            parser.Parse(chunk, False)
            yield
        if not done():
            parser.Parse(b"", True)
            yield
    except (expat.ExpatError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", file=name, expected=kind) from None
