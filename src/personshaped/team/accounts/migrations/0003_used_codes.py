"""Once made the table of Django's own cache, which held pickles. What takes its place is in the next migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_doors_and_prices")]
    operations: ClassVar[list[object]] = []
