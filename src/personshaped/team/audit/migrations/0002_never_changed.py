"""The database itself refuses to edit or delete a line of the trail."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_entry_stays() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the audit trail is never changed'; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();
"""


def refuse_changes(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Triggers against UPDATE and DELETE, in the words of each database."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(SQLITE.format(verb=verb))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(refuse_changes, migrations.RunPython.noop)]
