"""The measures of this room, in the order of the reference."""

from __future__ import annotations

from personshaped.figures import Measure

MEASURES: tuple[Measure, ...] = ()
