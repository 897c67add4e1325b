"""A case of the register can be written up later, and by two at once."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("experiments", "0002_standing")]
    operations = [
        migrations.AddField(model_name="case", name="version", field=models.PositiveIntegerField(default=1)),
    ]
