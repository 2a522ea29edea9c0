from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0006_event_changes")]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="asked_again_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="confirmed_again_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
