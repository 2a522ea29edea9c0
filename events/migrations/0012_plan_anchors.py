"""Plans count from any day of the event, before or after it, and say to whom they go."""

from django.db import migrations, models

# What was "days before" becomes a signed number of days; the same statement leads back.
NEGATE = "UPDATE events_mailplan SET offset_days = -offset_days"
FILL = """
UPDATE events_mailplan AS plan
SET done_for = to_char(event.starts_at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MI"Z"')
FROM events_event AS event
WHERE event.id = plan.event_id AND plan.state = 'done' AND event.starts_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0011_deputies")]

    operations = [
        migrations.AlterModelOptions(name="mailplan", options={"ordering": ("event", "pk")}),
        migrations.RemoveConstraint(model_name="mailplan", name="plan_once_per_day"),
        migrations.RenameField(model_name="mailplan", old_name="days_before", new_name="offset_days"),
        migrations.AlterField(model_name="mailplan", name="offset_days", field=models.SmallIntegerField(default=0)),
        migrations.RunSQL(NEGATE, NEGATE),
        migrations.AlterField(model_name="mailplan", name="at_time", field=models.TimeField(verbose_name="Uhrzeit")),
        migrations.AddField(
            model_name="mailplan",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="mailplan",
            name="audience",
            field=models.CharField(
                choices=[
                    ("place", "Zugesagt mit Platz"),
                    ("on_site", "Zugesagt vor Ort"),
                    ("online", "Zugesagt online"),
                    ("waiting", "Warteliste"),
                    ("open", "Noch keine Antwort"),
                    ("no", "Abgesagt"),
                    ("invited", "Alle Eingeladenen"),
                ],
                default="place",
                max_length=8,
                verbose_name="An wen?",
            ),
        ),
        migrations.AddField(
            model_name="mailplan",
            name="anchor",
            field=models.CharField(
                choices=[
                    ("start", "Beginn des Treffens"),
                    ("end", "Ende des Treffens"),
                    ("answer_by", "Frist für Antworten"),
                    ("fixed", "fester Tag"),
                ],
                default="start",
                max_length=10,
                verbose_name="Gezählt ab",
            ),
        ),
        migrations.AddField(
            model_name="mailplan",
            name="fixed_on",
            field=models.DateField(blank=True, null=True, verbose_name="Tag"),
        ),
        migrations.AddField(
            model_name="mailplan",
            name="done_for",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="mailplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("anchor", "fixed"), ("fixed_on__isnull", False))
                | models.Q(models.Q(("anchor", "fixed"), _negated=True), ("fixed_on__isnull", True)),
                name="plan_fixed_has_day",
            ),
        ),
    ]
