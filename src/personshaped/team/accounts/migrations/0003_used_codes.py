"""A table for what every process has to know for a moment: codes that were used, and wrong ones counted."""

from __future__ import annotations

from typing import ClassVar

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_the_table(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Django's own command, which leaves a table that is there alone."""
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_doors_and_prices")]
    operations: ClassVar = [migrations.RunPython(make_the_table, migrations.RunPython.noop)]
