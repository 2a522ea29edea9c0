"""Contacts sort by last name (decision 0027): their stored keys are computed anew."""

from typing import Any

from django.db import migrations

from core.migrations._people_sorted import by_first_name, by_last_name, compute_anew


def sort_by_last_name(apps: Any, _schema_editor: Any) -> None:
    """From the day of the decision on."""
    compute_anew(apps.get_model("verbuende", "Contact"), by_last_name)


def sort_by_first_name(apps: Any, _schema_editor: Any) -> None:
    """As the version before does."""
    compute_anew(apps.get_model("verbuende", "Contact"), by_first_name)


class Migration(migrations.Migration):
    dependencies = [
        ("verbuende", "0001_alliances_and_contacts"),
    ]

    operations = [
        migrations.RunPython(sort_by_last_name, sort_by_first_name),
    ]
