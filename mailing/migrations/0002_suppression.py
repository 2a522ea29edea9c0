"""Addresses that get no bulk mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_outbox")]

    operations = [
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_hash", models.BinaryField(max_length=32)),
                ("topic", models.CharField(max_length=80)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unknown-mailbox", "Postfach unbekannt"),
                            ("returned", "Mail kam zurück"),
                            ("unsubscribed", "Abgemeldet"),
                            ("objected", "Widerspruch"),
                        ],
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "gesperrte Adresse",
                "verbose_name_plural": "gesperrte Adressen",
                "constraints": [
                    models.UniqueConstraint(fields=("address_hash", "topic"), name="mailing_suppressed_once")
                ],
            },
        ),
    ]
