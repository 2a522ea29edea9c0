from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0003_guest_notes")]

    operations = [
        migrations.AddField(
            model_name="placepool",
            name="offer_hours",
            field=models.PositiveSmallIntegerField(default=48, verbose_name="Frist eines Angebots in Stunden"),
        ),
    ]
