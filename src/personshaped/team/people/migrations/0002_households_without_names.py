from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0001_initial")]

    operations: ClassVar = [migrations.RemoveField(model_name="household", name="called")]
