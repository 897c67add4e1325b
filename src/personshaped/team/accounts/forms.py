"""How one signs in, in our own words, so that they can be said in Welsh too."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignIn(LoginForm):
    """A name and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing in (
            ("login", _("Username"), _("Write your username")),
            ("password", _("Password"), _("Write your password")),
        ):
            field = self.fields[name]
            field.label, field.error_messages["required"] = label, missing
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
