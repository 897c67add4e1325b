"""What the study reads of it: rows of the table `ties`."""

from __future__ import annotations

from personshaped.team.peers.models import Tie

OURS = "team"
"""The agency's name where whoever wrote it down belongs to none."""


def ties() -> list[dict[str, str]]:
    """One row for every contact between peers."""
    return [
        {
            "agency": one.ours.code if one.ours else OURS,
            "peer": one.place.agency.code if one.place.agency else one.place.called,
            "at": one.at.isoformat(),
            "kind": one.kind,
            "words": " ".join(filter(None, (one.words, one.learned))),
        }
        for one in Tie.objects.select_related("place__agency", "ours")
    ]
