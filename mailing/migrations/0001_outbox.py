"""The outbox: one row per mail."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=80)),
                ("recipient", models.CharField(max_length=320, verbose_name="Adresse")),
                ("recipient_name", models.CharField(blank=True, max_length=300, verbose_name="Name")),
                ("email_key", models.CharField(max_length=320)),
                ("ref", models.CharField(max_length=120)),
                ("scope", models.CharField(max_length=60)),
                ("topic", models.CharField(blank=True, max_length=120)),
                ("data", models.JSONField(default=dict)),
                ("dedup_key", models.CharField(max_length=250, unique=True)),
                ("message_id", models.CharField(max_length=320, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "wartet"),
                            ("leased", "wird gesendet"),
                            ("sent", "zugestellt"),
                            ("failed", "unzustellbar"),
                            ("aborted", "nicht gesendet"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="Stand",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=400, verbose_name="Grund")),
                ("priority", models.PositiveSmallIntegerField()),
                ("rests_at_night", models.BooleanField(default=False)),
                ("not_before", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(verbose_name="eingereiht")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="Versuche")),
                ("lease_owner", models.CharField(blank=True, max_length=40)),
                ("lease_until", models.DateTimeField(null=True)),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="Betreff")),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("calendar", models.TextField(blank=True)),
                ("rendered_at", models.DateTimeField(null=True)),
                ("body_deleted_at", models.DateTimeField(null=True)),
                ("last_code", models.PositiveSmallIntegerField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=400)),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="zugestellt")),
                ("smtp_reply", models.CharField(blank=True, max_length=400)),
            ],
            options={
                "verbose_name": "Mail",
                "verbose_name_plural": "Mails",
                "ordering": ("-created_at", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "leased"))),
                        fields=["priority", "not_before", "id"],
                        name="mailing_outbox_due",
                    ),
                    models.Index(fields=["scope", "-created_at"], name="mailing_outbox_scope"),
                    models.Index(fields=["-created_at", "-id"], name="mailing_outbox_recent"),
                    models.Index(fields=["ref"], name="mailing_outbox_ref"),
                    models.Index(
                        condition=models.Q(("topic", ""), _negated=True), fields=["topic"], name="mailing_outbox_topic"
                    ),
                    models.Index(fields=["email_key"], name="mailing_outbox_email"),
                    models.Index(
                        condition=models.Q(("body_deleted_at__isnull", True)),
                        fields=["created_at"],
                        name="mailing_outbox_bodies",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "leased"), _negated=True),
                            ("lease_until__isnull", False),
                            _connector="OR",
                        ),
                        name="mailing_leased_until",
                    )
                ],
            },
        ),
    ]
