"""Sendings to many: counted, paused and resumed together."""

from django.db import migrations, models

FILL = """
UPDATE mailing_outboxmessage
SET run = CASE WHEN data ? 'round' THEN 'round:' || (data ->> 'round') ELSE 'plan:' || (data ->> 'plan') END
WHERE data ? 'round' OR data ? 'plan'
"""


class Migration(migrations.Migration):
    dependencies = [("mailing", "0003_breaker")]

    operations = [
        migrations.AlterField(
            model_name="outboxmessage",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "wartet"),
                    ("leased", "wird gesendet"),
                    ("held", "angehalten"),
                    ("sent", "zugestellt"),
                    ("failed", "unzustellbar"),
                    ("aborted", "nicht gesendet"),
                ],
                default="queued",
                max_length=10,
                verbose_name="Stand",
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="run",
            field=models.CharField(blank=True, default="", db_default="", max_length=60),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("run", ""), _negated=True), fields=["run", "state"], name="mailing_outbox_run"
            ),
        ),
        migrations.CreateModel(
            name="PausedRun",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=300)),
                ("is_automatic", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
