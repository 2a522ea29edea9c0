"""The demo mailbox: a proxy of the outbox, no table of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("mailing", "0003_breaker"),
    ]

    operations = [
        migrations.CreateModel(
            name="DemoMail",
            fields=[],
            options={
                "verbose_name": "Mail im Demo-Postfach",
                "verbose_name_plural": "Mails im Demo-Postfach",
                "ordering": ("-created_at", "-pk"),
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("mailing.outboxmessage",),
        ),
    ]
