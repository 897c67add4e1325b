"""The keepers' pages: accounts, agencies, front doors, unit costs, sharing agreements. Nothing about people's stories.

One enters by the same door as everyone, second factor included; Django's own, which asks for a password alone, leads
there. What may be kept is decided by the role. Every change is a line in the trail, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from personshaped.team.accounts.models import Agency, FrontDoor, SharingAgreement, UnitCost, User
from personshaped.team.accounts.roles import Right
from personshaped.team.audit import trail


class KeepersPages(admin.AdminSite):
    """Where the accounts are kept."""

    empty_value_display = "–"
    site_title = site_header = "Keeping the accounts"
    index_title = "What is kept here"
    enable_nav_sidebar = False
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Only those whose role keeps accounts."""
        return _keeps(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one door, with its second factor. Whoever is in already, and may not come here, is told so."""
        if request.user.is_authenticated and not _keeps(request):
            raise PermissionDenied(f"This is for those who may {Right.KEEP_ACCOUNTS}.")
        return redirect_to_login("/keep/")  # type: ignore[return-value]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one page for that, and it is everybody's; it leads back here."""
        return redirect(f"{reverse('account_change_password')}?next=/keep/")


def _keeps(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Right.KEEP_ACCOUNTS)


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]
    """Something that keepers keep: seen, added and changed by them; each change a line in the trail."""

    actions: Any = None
    show_facets = admin.ShowFacets.NEVER
    says = ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under a sentence that tells what it is for."""
        return super().changelist_view(request, (extra_context or {}) | {"subtitle": self.says})

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever keeps accounts."""
        return _keeps(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever keeps accounts."""
        return _keeps(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever keeps accounts."""
        return _keeps(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever keeps accounts."""
        return _keeps(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: what is over gets an end, and stays in the record."""
        return False

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """A line in the trail."""
        _trail(request, "added", obj, ())
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """A line in the trail, with the names of the fields that changed."""
        fields = [name for one in message if isinstance(one, dict) for name in one.get("changed", {}).get("fields", ())]
        _trail(request, "changed", obj, fields)
        return super().log_change(request, obj, message)


class Deletable(Kept):
    """The same, where a mistake may be taken away again."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever keeps accounts."""
        return _keeps(request)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """A line in the trail for each."""
        for one in queryset:
            _trail(request, "took away", one, ())
        return super().log_deletions(request, queryset)


def _trail(request: HttpRequest, verb: str, kept: models.Model, fields: Iterable[str]) -> None:
    what = f"{kept._meta.verbose_name} {kept.pk}"
    names = ", ".join(fields)
    trail.record(by=request.user, verb=f"{verb}, as a keeper", what=f"{what}: {names}" if names else what)  # type: ignore[arg-type]


HINTS = {
    "username": "What they type to sign in. Letters and figures, with no blank.",
    "expertise": "What they can be asked in for: debt, benefits. It may stay blank.",
    "password1": "At least 12 letters. Three or four words that do not belong together do.",
    "password2": "",
}
"""What stands at the boxes of a new colleague, in place of the framework's words."""


class NewPassword(AdminPasswordChangeForm):
    """A new password for a colleague. Nobody signs in without one: the framework's choice of that is not offered."""

    def __init__(self, user: User, *given: Any, **named: Any) -> None:
        super().__init__(user, *given, **named)
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True


class Accounts(UserAdmin, Kept):  # type: ignore[type-arg]
    """Who works here. An account is never taken away: whoever left is made inactive, and the trail still knows them."""

    says = "Everybody who signs in, each under their own name."
    change_password_form = NewPassword
    change_user_password_template = "admin/auth/user/new_password.html"
    list_display = ("username", "called", "does", "agency", "works_here")
    list_filter = ("role", "is_active")
    search_fields = ("username", "called")
    filter_horizontal = ()
    actions = ("a_new_second_factor",)
    fieldsets = ((None, {"fields": ("username", "password", "called", "role", "agency", "expertise", "is_active")}),)
    add_fieldsets = (
        (None, {"fields": ("called", "username", "role", "agency", "expertise", "password1", "password2")}),
    )

    @admin.display(description="Role", ordering="role")
    def does(self, user: User) -> str:
        """The role in one word; its rights are listed where it is given."""
        return user.role

    @admin.display(description="Works here")
    def works_here(self, user: User) -> str:
        """In a word, and in no colour."""
        return "yes" if user.is_active else "left"

    def get_form(self, request: HttpRequest, obj: models.Model | None = None, **named: Any) -> type[ModelForm]:  # type: ignore[type-arg]
        """The framework's form; of a new colleague in words for whoever types it."""
        form: type[ModelForm] = super().get_form(request, obj, **named)  # type: ignore[type-arg]
        if obj is None:
            for name, hint in HINTS.items():
                form.base_fields[name].help_text = hint
            form.base_fields["password2"].label = "The password again"
        return form

    def response_add(
        self, request: HttpRequest, obj: models.Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Back to the list of colleagues, as after anything else that is added."""
        return Kept.response_add(self, request, obj, post_url_continue)  # type: ignore[arg-type]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Nobody changes their own role, or shuts themselves out."""
        return ("role", "is_active") if obj is not None and obj == request.user else ()

    @admin.action(description="Let them set up a new second factor (the old one is lost)")
    def a_new_second_factor(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        """Takes away every second factor of these accounts: at the next sign-in each sets up a new one."""
        with transaction.atomic():
            for user in queryset:
                Authenticator.objects.filter(user=user).delete()
                _trail(request, "took away", user, ["second factor"])
        self.message_user(request, "At the next sign-in they set up a new second factor.")


class Agreements(Kept):
    """What agencies share, under which agreement, from when until when."""

    says = "Which agency’s records may be seen by those who work with a person, and under what."
    list_display = ("agency", "reference", "from_date", "to_date")


class Doors(Deletable):
    """Front doors that exist."""

    says = "Where people can ask: each counter, line, form and office, used or not."
    list_display = ("front_door", "agency", "kind", "area")
    search_fields = ("front_door",)


class Prices(Deletable):
    """Unit costs."""

    says = "What an hour, a visit or a letter costs, of which year, and where the price comes from."
    list_display = ("agency", "service", "staff_role", "activity", "year", "unit", "cost", "source")
    list_filter = ("year", "agency")


class Agencies(Kept):
    """Organisations."""

    says = "Each organisation once, with the code by which the study’s records name it."
    list_display = ("name", "code")


pages = KeepersPages(name="admin")
pages.register(User, Accounts)
pages.register(Agency, Agencies)
pages.register(SharingAgreement, Agreements)
pages.register(FrontDoor, Doors)
pages.register(UnitCost, Prices)
