"""What Presidio and a spaCy model find in words after the project's own rules, where `[redaction] presidio = true`.

An English model of spaCy finds names that `people` does not know; without one Presidio's patterns and check digits are
left. Nothing is downloaded: models are those installed, and Presidio's recognisers of e-mail and web addresses, which
fetch a list of domains, are not used (the rules have e-mail). Why it comes after the rules: ADR 0200.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from personshaped.errors import InputError

KINDS = {
    "PERSON": "[name]",
    "PHONE_NUMBER": "[phone]",
    "UK_POSTCODE": "[postcode]",
    "UK_NHS": "[NHS number]",
    "UK_NINO": "[NI number]",
    "CREDIT_CARD": "[card number]",
    "IBAN_CODE": "[bank account]",
    "UK_PASSPORT": "[passport number]",
    "UK_DRIVING_LICENCE": "[driving licence]",
    "UK_VEHICLE_REGISTRATION": "[vehicle]",
}
"""What each kind of Presidio's becomes; places and dates are not asked for: without them words lose their sense."""
SURE = 0.4
"""Presidio's score from which on a find counts: its weakest patterns only beside a word that says what they are."""
FUNCTION = "without_what_presidio_finds"

_PLACEHOLDER = re.compile(r"\[[A-Za-z][A-Za-z -]*\]")
_RUN_OF_NAMES = re.compile(r"\[name\](?:[^\w\[]{1,3}\[name\])+")
_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")
_SAID_OFTEN = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december christmas easter ramadan eid diwali bank covid universal credit pip esa dla"
    " jsa uc nhs gp ct dwp hmrc council tax housing benefit blue badge attendance allowance pension carers carer's"
    " healthwatch mum dad nan gran hi hello thanks thank please sorry asap tel ref dob"
)
_NO_NAMES = frozenset(_SAID_OFTEN.split())
"""Words that small models take for names of people: a find of nothing else stays."""
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Span:
    """From `start` up to `end` of a text something stands that is to go, as the placeholder `kind`."""

    start: int
    end: int
    kind: str


def require() -> None:
    """Raises InputError where the extra is not installed."""
    if find_spec("presidio_analyzer") is None or find_spec("spacy") is None:
        raise InputError(
            "[redaction] presidio = true, and Presidio is not installed",
            file="study.toml",
            expected="pip install 'personshaped[pii]', or presidio = false",
        )


def says() -> str:
    """One line for the report: what looked at the words."""
    model = model_name()
    return "words: Presidio looked too, " + (
        f"with the model {model}" if model else "without a model: names that people does not know are not found"
    )


def model_name() -> str:
    """The English model that is used, the largest first; '' where none is installed."""
    import spacy

    installed = sorted(name for name in spacy.util.get_installed_models() if name.startswith("en_core_web_"))
    for wanted in _MODELS:
        for name in installed:
            if name.startswith(wanted):
                return name
    return ""


def define(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `FUNCTION` in `con`: words in, words without what Presidio finds out."""
    text = duckdb.sqltype("VARCHAR")
    con.create_function(
        FUNCTION, _column, [text], text, type=PythonUDFType.ARROW, null_handling=FunctionNullHandling.SPECIAL
    )


def without(texts: Sequence[str]) -> list[str]:
    """Each text with what Presidio finds replaced by placeholders; those that stand there already stay whole."""
    with _one_at_a_time:  # DuckDB calls from several threads, and a spaCy pipeline is not made for that
        found = _found(texts)
    return [replaced(text, spans) for text, spans in zip(texts, found, strict=True)]


def replaced(text: str, spans: Iterable[Span]) -> str:
    """The text with spans as placeholders: never inside one that stands there, spans that overlap as one, the
    longest saying the kind, a run of names as one name."""
    free: list[Span] = []
    taken = [(one.start(), one.end()) for one in _PLACEHOLDER.finditer(text)]
    for span in spans:
        free += _outside(text, span, taken)
    joined: list[list[Span]] = []
    for span in sorted(free, key=lambda one: (one.start, -one.end)):
        if joined and span.start < max(one.end for one in joined[-1]):
            joined[-1].append(span)
        else:
            joined.append([span])
    for group in reversed(joined):
        kind = max(group, key=lambda one: one.end - one.start).kind
        text = text[: group[0].start] + kind + text[max(one.end for one in group) :]
    return _RUN_OF_NAMES.sub("[name]", text)


def _outside(text: str, span: Span, taken: Sequence[tuple[int, int]]) -> list[Span]:
    """What of a span lies outside the places taken and has a letter or a digit, without blanks at its ends."""
    parts, start = [], span.start
    for left, right in (*taken, (span.end, span.end)):
        if left >= start:
            parts.append((start, min(left, span.end)))
        start = max(start, right)
    found = []
    for left, right in parts:
        said = text[left:right]
        if any(one.isalnum() for one in said):
            ahead = len(said) - len(said.lstrip(" ,.;:'’-–()"))
            found.append(Span(left + ahead, left + len(said.rstrip(" ,.;:'’-–()")), span.kind))
    return found


def _column(words: pa.ChunkedArray) -> pa.Array:
    said = words.to_pylist()
    asked = sorted({one for one in said if one})
    now = dict(zip(asked, without(asked), strict=True))
    return pa.array([now.get(one, one) if one else one for one in said], pa.string())


def _found(texts: Sequence[str]) -> list[list[Span]]:
    analyzer, nlp = _analyzer(model_name())
    found = []
    entities = [kind for kind in KINDS if kind in analyzer.get_supported_entities()]
    for text, made in zip(texts, nlp.process_batch(texts, language="en"), strict=True):
        results = analyzer.analyze(text, language="en", entities=entities, nlp_artifacts=made[1])
        spans = [Span(one.start, one.end, KINDS[one.entity_type]) for one in results if one.score >= SURE]
        found.append([one for one in spans if one.kind != "[name]" or _may_name(text[one.start : one.end])])
    return found


def _may_name(said: str) -> bool:
    """Whether what a model calls a person may be one: a word with a capital that is not one of `_NO_NAMES`."""
    words = re.findall(r"[^\W\d_][\w'’-]*", said)
    return any(word[0].isupper() and word.lower() not in _NO_NAMES for word in words)


@lru_cache(maxsize=2)
def _analyzer(model: str) -> tuple[Any, Any]:
    """Presidio over that model, or over English without one; made once, as a model takes seconds to load."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        IbanRecognizer,
        NhsRecognizer,
        PhoneRecognizer,
        SpacyRecognizer,
        UkDrivingLicenceRecognizer,
        UkNinoRecognizer,
        UkPassportRecognizer,
        UkPostcodeRecognizer,
        UkVehicleRegistrationRecognizer,
    )

    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": model or "blank"}])
    engine.nlp = {"en": spacy.load(model, exclude=["parser"]) if model else _blank()}  # so that it loads nothing itself
    registry = RecognizerRegistry(supported_languages=["en"])
    for one in (
        PhoneRecognizer(supported_regions=["GB"]),
        UkPostcodeRecognizer(),
        NhsRecognizer(),
        UkNinoRecognizer(),
        CreditCardRecognizer(),
        IbanRecognizer(),
        UkPassportRecognizer(),
        UkDrivingLicenceRecognizer(),
        UkVehicleRegistrationRecognizer(),
        *([SpacyRecognizer(supported_entities=["PERSON"])] if model else []),
    ):
        registry.add_recognizer(one)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"]), engine


def _blank() -> Any:
    """English without a model; each word is its own lemma, by which Presidio looks for words that say a kind."""
    import spacy
    from spacy.language import Language

    def as_written(doc: Any) -> Any:
        for token in doc:
            token.lemma_ = token.lower_
        return doc

    Language.component("as_written", func=as_written)
    made = spacy.blank("en")
    made.add_pipe("as_written")
    return made
