"""The measures of this room, in the order of the reference."""

from __future__ import annotations

from personshaped.conditions.survey import SURVEY_MEASURES
from personshaped.conditions.thresholds import THRESHOLD_MEASURES
from personshaped.figures import Measure

MEASURES: tuple[Measure, ...] = (*THRESHOLD_MEASURES, *SURVEY_MEASURES)
