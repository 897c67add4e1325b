"""How a text file is written: encoding, delimiter, headings. Used on reading and, to propose, by `init`."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from charset_normalizer import from_bytes

from personshaped.errors import InputError

BLOCK = 1 << 20
_SAMPLE = 200_000
FIRST_ROWS = 40
"""So many rows are looked at to tell headings from what stands above them."""
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = ["cp1252", "mac_roman", "cp850"]
_ODD = re.compile(
    r"(?<=[a-z])(?:[À-ÖØ-ÞŒŠŽŸ]|[‚„“”…†‡ˆ‰¤§](?=[a-z]))|[œ¤](?=\d)|[\u2500-\u259f\ufffd\x80-\x9f\u0391-\u03c9\u2200-\u22ff]"
)
_ENOUGH = 5  # lines with other letters than ASCII, below which a guess says nothing: Windows' own is taken


@dataclass(frozen=True)
class Written:
    """What was found, or said, of a text file. `nuls`: it holds NUL characters; `odd_spaces`: white space other than
    blanks where cells could begin or end; `odd_lines`: blank lines, or lines that end in different ways;
    `heading_row`: above it stand titles, which are not read."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    nuls: bool
    odd_spaces: bool
    odd_lines: bool
    heading_row: int = 1

    @property
    def plain(self) -> bool:
        """Whether the file can be read as it lies: UTF-8, and nothing that asks for a closer look."""
        return (
            self.encoding in ("utf-8", "utf-8-sig") and not self.nuls and not self.odd_lines and self.heading_row == 1
        )


def find_encoding(file: BinaryIO, name: str) -> str:
    """The encoding of a whole file: by its mark (BOM), as strict UTF-8, else the likeliest of the common ones.

    Raises InputError where the file is empty, or none fits.
    """
    file.seek(0)
    head = file.read(_SAMPLE)
    if not head.strip():
        raise InputError("is empty", file=name, expected="a heading line and rows")
    marked = next((encoding for mark, encoding in _BOMS if head.startswith(mark)), None) or _utf16_without_mark(head)
    for candidate in (marked,) if marked else chain(("utf-8",), _guesses(file)):
        if is_encoded(file, candidate):
            return candidate
    raise InputError("cannot be decoded", file=name, expected='UTF-8, or encoding = "…" in its [[source]]')


def _utf16_without_mark(head: bytes) -> str | None:
    """Text of western letters in UTF-16 has a zero in every other byte."""
    pairs = len(head) // 2
    if pairs < 4:
        return None
    if head[1::2].count(0) > 0.6 * pairs and head[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return None


def _guesses(file: BinaryIO) -> Iterator[str]:
    """Likely encodings by the lines that are not plain ASCII, from the first megabytes: Windows' own, unless it would
    make odd text of them."""
    file.seek(0)
    lines = [line for line in file.read(8 * BLOCK).splitlines() if not line.isascii()]
    text = b"\n".join(lines)[:_SAMPLE]
    odd = {name: _oddities(text, name) for name in _LIKELY}
    if odd["cp1252"]:
        likely = [name for name in _LIKELY if odd[name] == min(odd.values())]
        best = from_bytes(text, cp_isolation=likely).best() if len(lines) >= _ENOUGH else None
        yield best.encoding if best else likely[0]
    yield "cp1252"


def _oddities(text: bytes, encoding: str) -> int:
    """How often the text would hold what nobody writes: a capital amid a word, a drawn line, an undefined byte."""
    return len(_ODD.findall(text.decode(encoding, errors="replace")))


def is_encoded(file: BinaryIO, encoding: str) -> bool:
    """Whether every byte of the file decodes strictly."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    plain_passes = encoding == "utf-8"
    pending = False
    try:
        while block := file.read(BLOCK):
            if plain_passes and not pending and block.isascii():
                continue
            decoder.decode(block)
            pending = bool(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def find_delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into most columns of one number; a comma where nothing is cut."""
    best, most = ",", 1.0
    for delimiter in _DELIMITERS:
        rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row][:50]
        if not rows:
            continue
        (width, times), *_ = Counter(map(len, rows)).most_common(1)  # not of the first: titles may stand above
        alike = times / len(rows)
        if width > 1 and width * alike > most:
            best, most = delimiter, width * alike
    return best


def find_heading_row(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows of a table holds the headings, counted from 0. What stands above are titles ("Extract
    of 3 May", "Official"): rows that fill one cell, or not half as many as rows in general do."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    # cells of several lines may be a quotation mark that was never closed
    plain = [one for one, row in zip(filled, rows, strict=True) if one and not any("\n" in cell for cell in row)]
    usual = _usual(plain if 2 * len(plain) >= sum(map(bool, filled)) else filled)
    least = max(0.4 * usual, min(usual - 1, 1))
    return next((place for place, one in enumerate(filled) if one > least), 0)


def _usual(filled: Sequence[int]) -> int:
    """How many cells rows fill in general; one ragged row of many cells does not say it for the others."""
    counts = sorted(one for one in filled if one)
    if not counts:
        return 0
    again = counts[-2] if len(counts) > 1 and counts[-2] > 1 else counts[-1]
    return min(counts[3 * len(counts) // 4], again)


def headings(first: Sequence[str]) -> tuple[str, ...]:
    """Column names as written, trimmed; a blank one by its position, a repeated one with its number."""
    seen: dict[str, int] = {}
    names = []
    for position, cell in enumerate(first, 1):
        name = cell.strip().lstrip("\ufeff") or f"column {position}"
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        names.append(name if seen[name.lower()] == 1 else f"{name}_{seen[name.lower()]}")
    return tuple(names)


def sniff(file: BinaryIO, name: str, encoding: str = "", delimiter: str = "", heading_row: int = 0) -> Written:
    """What there is to know before reading. `encoding`, `delimiter` and `heading_row` said are believed, if they can
    be true.

    Raises InputError where the file is empty, undecodable or not in the encoding said.
    """
    found = _believed(file, name, encoding) if encoding else find_encoding(file, name)
    file.seek(0)
    sample = codecs.getincrementaldecoder(found)("strict").decode(file.read(_SAMPLE))
    lines = sample[: sample.rfind("\n") + 1] or sample
    cut = delimiter or find_delimiter(lines)
    csv.field_size_limit(1 << 30)
    try:
        first = list(islice(csv.reader(io.StringIO(lines.lstrip("\ufeff"), newline=""), delimiter=cut), FIRST_ROWS))
    except csv.Error as error:
        raise InputError(f"cannot be read: {error}", file=name, row=1, expected="headings") from None
    place = heading_place(first, heading_row, name)
    return Written(found, cut, headings(first[place]), *_odd_bytes(file, found), heading_row=place + 1)


def heading_place(first: Sequence[Sequence[str]], said: int, name: str) -> int:
    """Where among the first rows the headings stand, as `heading_row` says (counted from 1), else as found.

    Raises InputError where there is no such row.
    """
    if not said:
        return find_heading_row(first)
    if said > len(first):
        raise InputError(f"heading_row = {said}: no such row", file=name, expected=f"a row up to {FIRST_ROWS}")
    return said - 1


def _believed(file: BinaryIO, name: str, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise InputError(f"no such encoding: {encoding}", file=name, expected="e.g. cp1252 or utf-8") from None
    file.seek(0)
    if not file.read(_SAMPLE).strip():
        raise InputError("is empty", file=name, expected="a heading line and rows")
    if not is_encoded(file, encoding):
        raise InputError(f"is not written in {encoding}", file=name, expected="another encoding, or none said")
    file.seek(0)
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" and file.read(3) == codecs.BOM_UTF8 else encoding


_LONE = (b"\t", b"\x0b", b"\x0c")
_AT_A_QUOTE = (b'\n",', b',"\n', b'\n"\n')


def _odd_bytes(file: BinaryIO, encoding: str) -> tuple[bool, bool, bool]:
    """NULs, odd white space, odd lines. Other encodings than UTF-8 are looked at closely in any case."""
    if encoding not in ("utf-8", "utf-8-sig"):
        return True, True, True
    file.seek(0)
    nuls = spaces = blank = False
    newlines = returns = pairs = 0
    last = b""
    while fresh := file.read(BLOCK):
        block = last + fresh  # a pair may lie across two blocks
        nuls = nuls or b"\0" in block
        spaces = spaces or _odd_spaces(block)
        blank = blank or b"\n\n" in block
        if returns or b"\r" in fresh:
            blank = blank or b"\n\r" in block
            returns += fresh.count(b"\r")
            pairs += block.count(b"\r\n")
        newlines += fresh.count(b"\n")
        last = block[-1:]
    return nuls, spaces, blank or returns != pairs or pairs not in (0, newlines)


def _odd_spaces(block: bytes) -> bool:
    """Single bytes are looked for first: that is much faster, and most files hold none."""
    return (
        any(one in block for one in _LONE)
        or (b"\xc2" in block and b"\xc2\xa0" in block)
        or (b'"' in block and any(one in block for one in _AT_A_QUOTE))
    )
