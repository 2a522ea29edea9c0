"""The circuit breaker towards the mail server."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0002_suppression")]

    operations = [
        migrations.CreateModel(
            name="Breaker",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("opened_at", models.DateTimeField(null=True)),
                ("next_probe_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
