"""Tags by which organisers sort the people of one event."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_meetings")]

    operations = [
        migrations.CreateModel(
            name="GuestTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="Schlagwort")),
                ("name_key", models.CharField(editable=False, max_length=80)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="guest_tags", to="events.event"
                    ),
                ),
            ],
            options={
                "ordering": ("name_key",),
                "constraints": [models.UniqueConstraint(fields=("event", "name_key"), name="tag_once_per_event")],
            },
        ),
        migrations.AddField(
            model_name="registration",
            name="tags",
            field=models.ManyToManyField(
                blank=True, related_name="people", to="events.guesttag", verbose_name="Schlagworte"
            ),
        ),
    ]
