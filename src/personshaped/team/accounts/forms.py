"""How one signs in, in our own words, so that they can be said in Welsh too."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.forms import Field
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


class FirstCode(ActivateTOTPForm):
    """The code that shows that the app on the phone is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_figures(self.fields["code"])


class Code(AuthenticateForm):
    """The second factor at the door: the app's code, or one of the list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_figures(self.fields["code"])
        self.fields["code"].help_text = "or a code from your list"


def _as_figures(code: Field) -> None:
    code.label, code.error_messages["required"] = "The six figures", "Write the six figures"
    code.widget.attrs.pop("placeholder", None)
