"""Numbers of the mechanism that every way of working shares (spec 6.1; decision 22). Times in days."""

from __future__ import annotations

GAP = 0.004
"""Between rows of one sitting: about two minutes of an office day."""
GRAVEST = 3.0
"""Severity as agencies respond to it: beyond this, worse makes no more difference."""
LONGEST_WAIT = 60.0
"""A wait is not yet silence."""
CRISIS_PULL = 0.35
"""How much more often people go to a crisis door for each unit of severity."""

SAME_AGENCY = 0.40
"""After a failure, back to the agency that failed."""
TRIES_NEXT_DOOR = 0.95
"""Of those told that it was the wrong door, try another."""
TOLD_ELSEWHERE = 0.44
"""Of those screened out, told that it was the wrong door: not for us 0.40, wrong area 0.04."""
NEXT_DOOR_DELAY = 5.0
LOST = 0.08
"""Referrals that nobody takes up."""
ARRIVAL_MEAN, ARRIVAL_MOST = 8.0, 50.0
"""From a referral to its arrival, after a day."""
SCREEN_MEAN, SCREEN_MOST = 2.0, 20.0
"""From an asking to its screening."""
MORE_STAYS = 0.25
"""A placement is often renewed at once."""
ASKED_IF_NOT = 0.15
"""Of cases closed unmet, someone asks the person whether it is sorted."""
AT_ONCE_LEAST, AT_ONCE_SPREAD = 2.0, 22.0
"""Days in which a need resolved at the first contact is sorted out."""
CHASE_MINUTES = 0.6
"""Of the minutes of a first asking."""

DOOR_SHARE_OUT, DOOR_SHARE_IN, ASSESS_SHARE, DO_SHARE = 0.40, 0.15, 0.40, 0.40
"""Parts of a whole try's recording and control spent at its steps; where nobody screens, all of it beside the doing."""
