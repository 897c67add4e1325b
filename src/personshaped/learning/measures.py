"""The measures of this room, in the order of the reference."""

from __future__ import annotations

from personshaped.figures import Measure
from personshaped.learning.honest import HONEST_MEASURES
from personshaped.learning.interrupted import INTERRUPTED_MEASURES
from personshaped.learning.peers import PEER_MEASURES
from personshaped.learning.settling import SETTLING_MEASURES
from personshaped.learning.signals import SIGNAL_MEASURES

MEASURES: tuple[Measure, ...] = (
    *INTERRUPTED_MEASURES,
    *HONEST_MEASURES,
    *SETTLING_MEASURES,
    *SIGNAL_MEASURES,
    *PEER_MEASURES,
)
