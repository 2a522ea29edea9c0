import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0010_subscriptions_to_new_events"),
    ]

    operations = [
        migrations.AlterField(
            model_name="registration",
            name="answer",
            field=models.CharField(
                choices=[
                    ("open", "Noch offen"),
                    ("yes", "Zugesagt"),
                    ("no", "Abgesagt"),
                    ("deputy", "Vertretung geschickt"),
                ],
                default="open",
                max_length=8,
                verbose_name="Antwort",
            ),
        ),
        migrations.AlterField(
            model_name="registration",
            name="source",
            field=models.CharField(
                choices=[("invitation", "Einladung"), ("public", "Öffentliche Anmeldung"), ("deputy", "Vertretung")],
                default="invitation",
                max_length=12,
                verbose_name="Herkunft",
            ),
        ),
        migrations.CreateModel(
            name="DeputyRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "angefragt"),
                            ("accepted", "zugesagt"),
                            ("declined", "abgesagt"),
                            ("lapsed", "nicht geantwortet"),
                            ("taken_back", "zurückgenommen"),
                            ("removed", "von den Gastgebern entfernt"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("answer_until", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("link_id", models.CharField(blank=True, db_index=True, max_length=12)),
                ("link_nonce", models.CharField(blank=True, max_length=32)),
                (
                    "deputy",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deputy_request",
                        to="events.registration",
                    ),
                ),
                (
                    "inviter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deputy_requests",
                        to="events.registration",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["answer_until"], name="deputy_request_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("inviter",), name="deputy_request_open_once"
                    )
                ],
            },
        ),
    ]
