"""What waits, stands still or failed is found among millions that have left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0005_causes")]

    operations = [
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("state__in", ("sent", "aborted")), _negated=True),
                fields=["-created_at", "-id"],
                name="mailing_outbox_open",
            ),
        ),
    ]
