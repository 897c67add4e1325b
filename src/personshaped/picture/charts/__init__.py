"""Drawings: each takes finished numbers and a width in pixels (720 or 350) and returns one SVG."""

WIDE, NARROW = 720, 350
