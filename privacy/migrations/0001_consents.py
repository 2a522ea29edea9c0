"""The wording of consents and the answers to it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40, verbose_name="Einwilligung")),
                ("version", models.PositiveSmallIntegerField(verbose_name="Fassung")),
                ("title", models.CharField(max_length=200, verbose_name="Frage")),
                ("text", models.TextField(blank=True, verbose_name="Erklärung")),
                ("valid_from", models.DateTimeField(verbose_name="gültig ab")),
            ],
            options={
                "verbose_name": "Einwilligungstext",
                "verbose_name_plural": "Einwilligungstexte",
                "ordering": ("key", "version"),
                "constraints": [
                    models.UniqueConstraint(fields=("key", "version"), name="privacy_text_key_version_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email_key", models.CharField(db_index=True, max_length=254)),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="Name")),
                ("ref", models.CharField(max_length=80)),
                ("scope", models.CharField(max_length=40)),
                ("given", models.BooleanField(verbose_name="erteilt")),
                ("at", models.DateTimeField(verbose_name="wann")),
                ("source", models.CharField(max_length=40, verbose_name="Weg")),
                ("form_path", models.CharField(blank=True, max_length=200, verbose_name="Formular")),
                ("message_id", models.CharField(blank=True, max_length=200, verbose_name="Mail")),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="privacy.consenttext"
                    ),
                ),
            ],
            options={
                "verbose_name": "Einwilligung",
                "verbose_name_plural": "Einwilligungen",
                "ordering": ("at", "pk"),
                "indexes": [
                    models.Index(fields=["ref", "at"], name="privacy_record_ref"),
                    models.Index(fields=["scope", "at"], name="privacy_record_scope"),
                ],
            },
        ),
    ]
