"""The first wording of the consents a meeting asks for."""

import datetime as dt

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VALID_FROM = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
TEXTS = {
    "participants_list": (
        "Mein Name und meine Organisation stehen in der Teilnehmendenliste",
        "Die Liste erhalten nur die Teilnehmenden dieses Treffens.",
    ),
    "photos": (
        "Fotos, auf denen ich zu erkennen bin, dürfen im Rückblick erscheinen",
        "Nein? Sie erhalten ein Namensschild mit grauem Punkt.",
    ),
    "further_invitations": ("Ich möchte zu weiteren Treffen eingeladen werden", ""),
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
    dependencies = [("privacy", "0002_immutable_consents")]

    operations = [migrations.RunPython(add_texts, remove_texts)]
