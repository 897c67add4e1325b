"""How passwords are kept: Argon2id, as heavy as OWASP asks for, on one core."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class OneCore(Argon2PasswordHasher):
    """46 MiB, once, on one core (decision 322). A password kept otherwise is kept anew at the next sign-in."""

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
