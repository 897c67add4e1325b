"""How one signs in, in our own words, so that they can be said in Welsh too."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.forms import Field, Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 100
"""Letters in what a key is called."""


class SignIn(LoginForm):
    """A name and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", _("Username"), _("Write your username"))
        _say(self, "password", _("Password"), _("Write your password"))


class NewPassword(ChangePasswordForm):
    """The password that holds, and twice the one that is to hold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Your password now", "Write the password that you have now")
        _say(self, "password1", "The new one", "Write the new password")
        _say(self, "password2", "The new one again", "Write the new password again")
        self.fields["password1"].help_text = "At least 12 letters. Three or four words that do not belong together do."

    def clean(self) -> dict[str, Any] | None:
        """The new one, the same twice."""
        cleaned: dict[str, Any] | None = super().clean()
        if self.has_error("password2") and self.cleaned_data.get("password1"):
            self.errors["password2"] = self.error_class(["The two are not the same: write it again"])
        return cleaned


class PasswordAgain(ReauthenticateForm):
    """Is it still you? By password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "Your password", "Write your password")


class FirstCode(ActivateTOTPForm):
    """The code that shows that the app on the phone is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_figures(self)


class Code(AuthenticateForm):
    """The second factor at the door: the app's code, or one of the list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_figures(self, "or a code from your list")


class CodeAgain(CodeAgainForm):
    """Is it still you? By the app's code, or one of the list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_figures(self, "or a code from your list")


class NewKey(AddWebAuthnForm):
    """A security key, and what it is called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _called(self)


class KeyCalled(EditWebAuthnForm):
    """What a security key is called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _called(self)


def _say(form: Form, name: str, label: str | Promise, missing: str | Promise, hint: str = "") -> Field:
    """Gives a field our words: its label, its hint, and what is said where it was left empty."""
    field: Field = form.fields[name]
    field.label, field.error_messages["required"], field.help_text = label, missing, hint  # type: ignore[assignment]
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["class"] = "govuk-input"
    return field


def _as_figures(form: Form, hint: str = "") -> None:
    _say(form, "code", "The six figures", "Write the six figures", hint)


def _called(form: Form) -> None:
    name = _say(
        form, "name", "What you call this key", "Write what you call this key", "So that you can tell it apart."
    )
    name.widget.attrs["maxlength"] = LONGEST_NAME
    if "credential" in form.fields:
        form.fields["credential"].error_messages["required"] = "The key did not answer: try again"
