"""The word patterns of R2d and R2e. Text patterns are local and dated: change them here, in one place.

They are RE2 expressions (Arrow's and DuckDB's dialect), matched on folded words: lower case, straight apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

REWORK = r"\b(forms?|letters?|evidence|lost|you sent me|i don'?t understand|appeals?|complaints?)\b"
"""R2d: the asking is about work that has to be done again or explained."""

MISTAKE = r"\b(mistakes?|mistakenly|wrong|wrongly|errors?|got it wrong|messed up|cut me off|not my fault)\b"
"""R2e: something went wrong somewhere; counts only beside the name of another agency."""

BODIES = (
    "benefits", "benefits office", "dwp", "job centre", "jobcentre", "hmrc", "tax office", "home office",
    "atos", "housing benefit office",
)  # fmt: skip
"""Public bodies that people name although they may send no records."""


def folded(words: pa.Array) -> pa.Array:
    """Words in lower case with straight apostrophes; blanks stay null."""
    return pc.replace_substring(pc.utf8_lower(words), "\u2019", "'")


def echo_key(words: pa.Array) -> pa.Array:
    """Words after folding case, space and punctuation (R1.4); null where nothing is left."""
    bare = pc.replace_substring_regex(pc.utf8_lower(words), r"[^\pL\pN]+", "")
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)


def agency_names(agencies: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """For each agency, and each body people name, the pattern that finds its name as whole words."""
    spoken = {agency: agency.replace("_", " ").replace("-", " ").strip().lower() for agency in agencies}
    spoken |= {body: body for body in BODIES}
    return {key: re.compile(rf"\b{re.escape(name)}\b") for key, name in sorted(spoken.items()) if name}


def same_body(name: str, agency: str) -> bool:
    """Whether two names plainly mean one body: `benefits office` and `benefits`."""
    left, right = (text.replace("_", " ").lower() for text in (name, agency))
    return left == right or left.startswith(right) or right.startswith(left)
