"""What a browser sends in an address or a tick, before anything is looked up by it."""

from __future__ import annotations


def number(sent: str | None) -> int | None:
    """The number of a row, where it is one that a database can hold; None for anything else."""
    return int(sent) if sent and sent.isdecimal() and len(sent) < 18 else None
