"""Secrets of second factors lie sealed in the database: their key is kept beside it, never in it."""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


def seal(text: str) -> str:
    """The text sealed with AES-256-GCM, in letters that any column holds."""
    nonce = os.urandom(_NONCE)
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text.encode(), None)).decode()


def opened(sealed: str) -> str:
    """What was sealed. Raises InvalidTag where it was changed, or sealed with another key."""
    held = base64.urlsafe_b64decode(sealed)
    return _cipher().decrypt(held[:_NONCE], held[_NONCE:], None).decode()


def _cipher() -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"personshaped second factors").derive(settings.SECOND_FACTOR_KEY))
