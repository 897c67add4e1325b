"""The team's own ground: its purpose, principles and two rules; the tally at the door; how things are."""
