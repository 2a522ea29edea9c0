import django.db.models.deletion
from django.db import migrations, models

import core.links
import events.models.registrations


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0017_freeze_date"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventInterest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=events.models.registrations.new_public_id, editable=False, max_length=12, unique=True
                    ),
                ),
                ("nonce", models.CharField(default=core.links.new_nonce, editable=False, max_length=32)),
                ("email", models.EmailField(max_length=254, verbose_name="E-Mail-Adresse")),
                ("email_key", models.CharField(editable=False, max_length=254)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="interests", to="events.event"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("event", "email_key"), name="interest_once")],
            },
        ),
    ]
