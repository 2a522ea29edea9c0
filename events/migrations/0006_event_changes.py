import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_calendar_revision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EventChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("facts", "Zeit, Ort oder Format"),
                            ("programme", "Programm"),
                            ("cancelled", "Absage"),
                        ],
                        max_length=10,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("words", models.TextField(blank=True, verbose_name="Eigene Worte")),
                ("is_mailed", models.BooleanField(default=False)),
                ("silence_reason", models.CharField(blank=True, max_length=200, verbose_name="Grund")),
                ("told_count", models.PositiveIntegerField(default=0)),
                ("asks_again", models.BooleanField(default=False)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="events.event"
                    ),
                ),
            ],
            options={"ordering": ("event", "-pk")},
        ),
    ]
