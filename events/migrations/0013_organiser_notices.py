"""Further kinds of planned mails, one of them in the organisers' own words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0012_plan_anchors")]

    operations = [
        migrations.AlterField(
            model_name="mailplan",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reminder", "Erinnerung an das Treffen"),
                    ("answer_reminder", "Erinnerung an die Antwort"),
                    ("thanks", "Dank und Rückblick"),
                    ("notice", "Eigene Nachricht"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="mailplan",
            name="subject",
            field=models.CharField(blank=True, default="", max_length=150, verbose_name="Betreff"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mailplan",
            name="text",
            field=models.TextField(blank=True, default="", verbose_name="Text"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="mailplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "notice"), _negated=True),
                fields=("event", "kind", "anchor", "offset_days"),
                name="plan_once_per_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "notice"), _negated=True)
                | models.Q(models.Q(("subject", ""), _negated=True), models.Q(("text", ""), _negated=True)),
                name="plan_notice_has_words",
            ),
        ),
    ]
