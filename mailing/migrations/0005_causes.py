"""Why a mail failed and when it was done with: what can be done about it, and when a run is unwanted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0004_runs")]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown-mailbox", "Postfach unbekannt"),
                    ("mailbox-full", "Postfach voll"),
                    ("policy", "als unerwünscht abgewiesen"),
                    ("refused", "abgewiesen"),
                    ("expired", "bis zum Ablauf der Frist nicht zustellbar"),
                    ("returned", "kam zurück"),
                    ("bad-address", "ungültige Adresse"),
                    ("broken", "konnte nicht erzeugt werden"),
                ],
                default="",
                db_default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
