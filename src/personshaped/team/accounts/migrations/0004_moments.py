"""What every process has to know for a moment, as text; the table that held pickles goes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0003_used_codes")]
    operations: ClassVar = [
        migrations.RunSQL("DROP TABLE IF EXISTS used_codes", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Moment",
            fields=[
                ("key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
