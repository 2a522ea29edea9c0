"""Organisers' internal note on a guest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0002_guest_tags")]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="note",
            field=models.TextField(
                blank=True, db_default="", default="", max_length=2000, verbose_name="Interne Notiz"
            ),
        ),
    ]
