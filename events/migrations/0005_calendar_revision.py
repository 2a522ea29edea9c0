from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0004_offer_hours")]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="calendar_revision",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        # Whoever has a place was sent the entry; a superfluous cancellation does no harm, a missing one does.
        migrations.RunSQL(
            """
            UPDATE events_registration SET calendar_revision = revision WHERE EXISTS (
                SELECT FROM events_placeclaim claim JOIN events_placepool pool ON pool.id = claim.pool_id
                WHERE claim.registration_id = events_registration.id AND pool.item_id IS NULL
                AND claim.state = 'confirmed'
            )
            """,
            migrations.RunSQL.noop,
        ),
    ]
