"""The words of the locality: templates by issue and kind, with openings, hedges, spelling slips and mixed issues."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from personshaped.locality.events import KIND, KINDS, ORIGIN, Rows
from personshaped.locality.lives import Lives
from personshaped.locality.place import AGENCY_NAMES, ISSUE_NAMES

UNCLEAR = 0.10
"""Share of askings whose words tell nobody what kind they are."""

_BODIES: tuple[tuple[str, str], ...] = (
    ("the benefits office", "benefits"), ("the benefits office", "benefits"), ("the DWP", ""),
    ("the job centre", "job_centre"), ("housing", "housing"), ("the hospital", "hospital"),
    ("the school", "school"), ("HMRC", ""),
)  # fmt: skip
"""Whom people say made the mistake, and the agency that is, if it sends records."""


@dataclass(frozen=True)
class Spoken:
    """What was said at each row: words (or None), number of the template, the body named in a mistake."""

    words: list[str | None]
    template: npt.NDArray[np.int16]  # -1 where nothing was said
    body: list[str | None]


@cache
def phrases() -> dict[str, Any]:
    """The templates, as the file beside this one has them."""
    text = files("personshaped.locality").joinpath("phrases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def held_out(template: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """A third of all templates is kept for scoring suggestions, never for learning them (spec 6.5)."""
    return (template >= 0) & (template % 3 == 2)


def speak(rows: Rows, lives: Lives, rng: np.random.Generator) -> Spoken:
    """The words of every asking and of every answer to "is it sorted?"."""
    voice = _Voice(rng)
    words: list[str | None] = [None] * len(rows)
    body: list[str | None] = [None] * len(rows)
    template = np.full(len(rows), -1, np.int16)
    issue, second = lives.need_issue[rows["need"]], lives.need_second[rows["need"]]
    for place in np.flatnonzero(rows["kind"] >= 0).tolist():
        row = rows[place]
        agency, kind = AGENCY_NAMES[row["agency"]], KINDS[row["kind"]]
        said = voice.ask(kind, int(issue[place]), int(second[place]), agency, int(row["origin"]))
        words[place], template[place], body[place] = said
    for place in np.flatnonzero(rows["met"] >= 0).tolist():
        words[place] = voice.pick(phrases()["frame"]["met" if rows["met"][place] == 1 else "unmet"])[0]
    return Spoken(words, template, body)


class _Voice:
    """Draws from the templates with a buffer of random numbers, which is much quicker than one call a draw."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._drawn: list[float] = []
        data = phrases()
        self._frame, self._style = data["frame"], data["style"]
        self._issues = [data["issue"][name] for name in ISSUE_NAMES]
        self._slips = [(f" {word} ", f" {slip} ") for word, slip in data["slip"].items()]

    def draw(self) -> float:
        if not self._drawn:
            self._drawn = self._rng.random(4096).tolist()
        return self._drawn.pop()

    def pick(self, lines: list[str]) -> tuple[str, int]:
        number = int(self.draw() * len(lines))
        return lines[number], number

    def ask(self, kind: str, issue: int, second: int, agency: str, origin: int) -> tuple[str, int, str | None]:
        """One asking: words, template number (unique over kinds), body named."""
        named: str | None = None
        about = self._issues[issue]
        if kind in ("first", "again", "chase") and self.draw() < UNCLEAR:
            text, number = self.pick(self._frame["unclear"])
            return text, 500 + number, None
        if kind == "first":
            text, number = self.pick(about["first"])
            if second >= 0:
                text = f"{text}, and then there's {self.pick(self._issues[second]['thing'])[0]} as well"
        else:
            text, number = self.pick(self._frame[kind])
            text = text.replace("{thing}", self.pick(about["thing"])[0]).replace("{want}", self.pick(about["want"])[0])
            if kind == "mistake":
                spoken, named = self._body(agency)
                text = text.replace("{body}", spoken).replace("{Body}", spoken[0].upper() + spoken[1:])
        return self._styled(text, origin), 100 * int(KIND[kind]) + number, named

    def _body(self, agency: str) -> tuple[str, str]:
        others = [(spoken, name) for spoken, name in _BODIES if name != agency]
        spoken, name = others[int(self.draw() * len(others))]
        return spoken, name or spoken.removeprefix("the ").lower()

    def _styled(self, text: str, origin: int) -> str:
        if origin == ORIGIN["family"] and self.draw() < 0.6:
            text = self.pick(self._style["family"])[0] + text
        elif origin == ORIGIN["third_party"]:
            text = self.pick(self._style["other"])[0] + text
        elif self.draw() < 0.3:
            opening = self.pick(self._style["opening"])[0]
            keeps = text.startswith(("I ", "I'", "Mum", "Dad", "DWP", "HMRC", "Nan"))
            text = opening + (text if keeps else text[0].lower() + text[1:])
        if self.draw() < 0.25 and not text.endswith("?"):
            text += self.pick(self._style["closing"])[0]
        if self.draw() < 0.15:
            for word, slip in self._slips:
                if word in text:
                    return text.replace(word, slip, 1)
        return text
