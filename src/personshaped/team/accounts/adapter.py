"""Accounts are given by a keeper; nobody makes their own."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from personshaped.team.accounts.door import came_from
from personshaped.team.accounts.sealing import opened, seal

_WAYS = {
    "reauthenticate": "With your password",
    "mfa_reauthenticate": "With the app on your phone, or a code from your list",
    "mfa_reauthenticate:webauthn": "With your security key",
}


class ByInvitation(DefaultAccountAdapter):
    """Sign-up is closed."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That username and password do not go together"),
        "enter_current_password": "That is not the password that you have now",
        "incorrect_password": "That is not your password",
        "too_many_login_attempts": "Too many attempts. Try again in a quarter of an hour",
        "rate_limited": "Too many attempts. Try again in a few minutes",
    }

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to show that it is still oneself, in our words."""
        ways = super().get_reauthentication_methods(user)
        return [one | {"description": _WAYS.get(one["id"], one["description"])} for one in ways]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of whoever signed in just now and has no second factor yet: nobody gives a password twice in a row.
        Whoever has one proves it again before it can be seen or taken off."""
        signed_in = get_authentication_records(self.request, self.request.user)
        first = not any(one.get("method") == "mfa" for one in signed_in)
        recent = bool(signed_in) and time.time() - signed_in[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        just_now = first and recent
        return not just_now and bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where the proxy says that they knock: else all the world would share the proxy's address, and its limit."""
        return came_from(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes, for name and address together; counted for the name alone, anybody
        could lock anybody out. What is left to `login_failed` are wrong second factors, after a right password."""
        self._login_failed_rl_usage = None


class SecondFactor(DefaultMFAAdapter):
    """What goes wrong with a second factor, in our words; its secrets sealed; what a key is called at first."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, or its half minute is over: write the one that the app shows now",
        "cannot_delete_authenticator": "This one cannot be taken off",
        "cannot_generate_recovery_codes": "Set up the app on your phone or a security key first",
    }

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Key 1, key 2."""
        return f"Key {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        """As it is kept in the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As the authenticator on the phone knows it."""
        return opened(encrypted_text)
