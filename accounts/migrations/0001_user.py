"""The account: the e-mail address is the name, its key is unique."""

import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="E-Mail-Adresse")),
                (
                    "email_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Lower("email"),
                        output_field=models.CharField(max_length=254),
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="Vor- und Nachname")),
                (
                    "salutation",
                    models.CharField(
                        blank=True,
                        choices=[("", "keine Angabe"), ("frau", "Frau"), ("herr", "Herr")],
                        default="",
                        max_length=4,
                        verbose_name="Anrede",
                    ),
                ),
                (
                    "is_centre_staff",
                    models.BooleanField(default=False, verbose_name="gehört zum Koordinierungszentrum"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="aktiv")),
                ("is_staff", models.BooleanField(default=False, verbose_name="darf in die Verwaltung der Stammdaten")),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="angelegt"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of "
                        "their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "Konto",
                "verbose_name_plural": "Konten",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("email_key",),
                        name="accounts_user_email_key_unique",
                        violation_error_message="Mit dieser E-Mail-Adresse gibt es schon ein Konto.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email__regex", "^[!-?A-~]+@[!-?A-~]+$")), name="accounts_user_email_ascii"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_staff", False), ("is_superuser", True), _connector="OR"),
                        name="accounts_user_admin_is_superuser",
                    ),
                ],
            },
        ),
    ]
