"""What happens to people who ask (spec 2.2): every measure of this room, in the order figures are written."""

from __future__ import annotations

from personshaped.figures import Measure
from personshaped.flow.cycles import CYCLE_MEASURES
from personshaped.flow.doors import DOOR_MEASURES
from personshaped.flow.passing import PASSING_MEASURES
from personshaped.flow.propagation import PROPAGATION_MEASURES
from personshaped.flow.rent import RENT_MEASURES
from personshaped.flow.work import WORK_MEASURES

MEASURES: tuple[Measure, ...] = (
    *DOOR_MEASURES, *CYCLE_MEASURES, *WORK_MEASURES, *PASSING_MEASURES, *PROPAGATION_MEASURES,
    *RENT_MEASURES,
)  # fmt: skip
