"""PostgreSQL empties a table by TRUNCATE without asking the triggers of its lines: a trigger of its own refuses that."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def refuse_emptying(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite has no TRUNCATE."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON audit_entry"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()"
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0002_never_changed")]
    operations: ClassVar = [migrations.RunPython(refuse_emptying, migrations.RunPython.noop)]
