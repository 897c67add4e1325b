from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from personshaped.team.accounts.sealing import opened, seal

SECRETS = ("secret", "seed")


def seal_all(apps: Any, _editor: Any) -> None:
    """What lay open until now."""
    for one in apps.get_model("mfa", "Authenticator").objects.all():
        one.data = {name: seal(told) if name in SECRETS else told for name, told in one.data.items()}
        one.save(update_fields=["data"])


def open_all(apps: Any, _editor: Any) -> None:
    """The way back."""
    for one in apps.get_model("mfa", "Authenticator").objects.all():
        one.data = {name: opened(told) if name in SECRETS else told for name, told in one.data.items()}
        one.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0005_colleagues"), ("mfa", "0003_authenticator_type_uniq")]

    operations: ClassVar = [migrations.RunPython(seal_all, open_all)]
