"""The wording of the consent to mails about new events."""

import datetime as dt

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VALID_FROM = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
TEXTS = {
    "event_news": (
        "Ich möchte per E-Mail erfahren, wenn neue Veranstaltungen veröffentlicht werden",
        "Höchstens eine Mail am Tag. Die Einwilligung ist freiwillig und lässt sich jederzeit mit einem Klick beenden.",
    ),
}


def add_texts(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    consent_text = apps.get_model("privacy", "ConsentText")
    consent_text.objects.bulk_create(
        consent_text(key=key, version=1, title=title, text=text, valid_from=VALID_FROM)
        for key, (title, text) in TEXTS.items()
    )


def remove_texts(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("privacy", "ConsentText").objects.filter(key__in=TEXTS, version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_first_texts")]

    operations = [migrations.RunPython(add_texts, remove_texts)]
