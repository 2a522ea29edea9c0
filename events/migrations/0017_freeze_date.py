import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0016_guest_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="changes_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Änderungen bis"),
        ),
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reply", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Angefragt"),
                            ("accepted", "Angenommen"),
                            ("declined", "Abgelehnt"),
                            ("withdrawn", "Zurückgezogen"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="Worte an die Person")),
                ("created_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="change_requests", to="events.event"
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="change_requests",
                        to="events.registration",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "pk"),
                "indexes": [models.Index(fields=["event", "state"], name="change_request_event")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("registration",), name="change_request_open_once"
                    )
                ],
            },
        ),
    ]
