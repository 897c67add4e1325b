"""Visits: what was said, seen and done, in one box; their words kept as words, sound and video beside them."""
