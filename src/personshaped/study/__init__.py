"""The whole line, a call for each room: read, link, follow, measure, draw."""

from personshaped.study.line import Options, Studied, check, study
from personshaped.study.linking import link
from personshaped.study.looking import definitions, figure, story

__all__ = ["Options", "Studied", "check", "definitions", "figure", "link", "story", "study"]
