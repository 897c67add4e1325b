"""Accounts are given by a keeper; nobody makes their own."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ByInvitation(DefaultAccountAdapter):
    """Sign-up is closed."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That username and password do not go together"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
