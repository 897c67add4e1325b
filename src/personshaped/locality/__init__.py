"""The synthetic locality: a made-up town whose truth is known, written down the way agencies write things down."""

from personshaped.locality.canonical import canonical_interactions
from personshaped.locality.demo import Demo, write_demo
from personshaped.locality.scenarios import SCENARIOS
from personshaped.locality.scoring import Score, score

__all__ = ["SCENARIOS", "Demo", "Score", "canonical_interactions", "score", "write_demo"]
