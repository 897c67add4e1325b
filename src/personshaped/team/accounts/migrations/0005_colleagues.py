from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_moments")]

    operations = [
        migrations.AlterModelOptions(
            name="user", options={"verbose_name": "colleague", "verbose_name_plural": "colleagues"}
        )
    ]
