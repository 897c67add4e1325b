"""The trail that writes itself: every look at a person, every change, each line bound to the one before it."""
