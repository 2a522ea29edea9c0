"""Ranks come from a sequence: a counter on the event row made a new version of it with every registration.

See docs/decisions/0026. Claims keep their rank; new ones stand behind all there are.
"""

from django.db import migrations, models

import events.models.places

START = """
CREATE SEQUENCE events_placeclaim_rank OWNED BY events_placeclaim.rank;
SELECT setval('events_placeclaim_rank', (SELECT coalesce(max(rank), 0) + 1 FROM events_placeclaim), false);
"""
COUNT_AGAIN = """
UPDATE events_event SET next_rank = claims.last + 1
FROM (
    SELECT pool.event_id, max(claim.rank) AS last
    FROM events_placeclaim AS claim JOIN events_placepool AS pool ON pool.id = claim.pool_id GROUP BY pool.event_id
) AS claims
WHERE claims.event_id = events_event.id;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0020_role_publikum")]

    operations = [
        migrations.RunSQL(START, "DROP SEQUENCE events_placeclaim_rank"),
        migrations.AlterField(
            model_name="placeclaim",
            name="rank",
            field=models.PositiveBigIntegerField(db_default=events.models.places.NextRank()),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, COUNT_AGAIN),
        migrations.RemoveField(model_name="event", name="next_rank"),
    ]
