"""A worker whose clock is wrong shows at /readyz (RELIABILITY F71)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0006_unlogged_rate_buckets")]

    operations = [
        migrations.AddField("heartbeat", "seconds_off", models.IntegerField(db_default=0)),
    ]
