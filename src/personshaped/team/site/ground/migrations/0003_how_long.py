from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ground", "0002_kept_views")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="ground", name="keep_years", field=models.PositiveSmallIntegerField(blank=True, null=True)
        )
    ]
