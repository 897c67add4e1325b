"""Where a sign-in comes from: the address by which guesses are counted."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def came_from(request: HttpRequest) -> str:
    """The address of whoever knocks.

    In a service that is what the proxy on this machine wrote: the last address of X-Forwarded-For, for the ones before
    it are the knocker's own tale. Otherwise all of a team would share one address, and could be locked out by one.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    if settings.OVER_HTTP or not told or not _is_here(direct):
        return direct
    return told if _is_address(told) else direct


def _is_here(address: str) -> bool:
    """Of this machine; gunicorn has no address to tell where the proxy speaks through a socket."""
    return not address or (_is_address(address) and ipaddress.ip_address(address).is_loopback)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
