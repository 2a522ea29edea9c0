"""The role of whoever comes without a task of their own is called Publikum: Teilnahme is on site or online."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0019_tallies"),
    ]

    operations = [
        migrations.AlterField(
            model_name="registration",
            name="role",
            field=models.CharField(
                choices=[
                    ("participant", "Publikum"),
                    ("host", "Gastgeber"),
                    ("greeting", "Grußwort"),
                    ("panel", "Podium"),
                    ("pitch", "Pitch"),
                    ("stand", "Stand"),
                    ("moderation", "Moderation"),
                    ("guest", "Gast"),
                    ("press", "Presse"),
                ],
                default="participant",
                max_length=12,
                verbose_name="Rolle",
            ),
        ),
    ]
