"""A person's rows in order → demands, needs, cycles, episodes (rules R1–R7). Pure; read `walk.py` first."""

from personshaped.journeys.walk import Walked, walk

__all__ = ["Walked", "walk"]
