"""What if: the locality's mechanism, fitted to a study's figures, run again in another way of working."""

from personshaped.locality.whatif.changing import Changes, changed
from personshaped.locality.whatif.fitting import Figures, Fit, fit
from personshaped.locality.whatif.projected import Projected
from personshaped.locality.whatif.runs import side_by_side

__all__ = ["Changes", "Figures", "Fit", "Projected", "changed", "fit", "side_by_side"]
