"""Meetings to come get the usual mails that did not exist when they were created; past ones keep what they had."""

import datetime as dt
from typing import Any

from django.db import migrations
from django.utils import timezone

ADDED = (
    ("answer_reminder", "open", "answer_by", -3, dt.time(9, 0)),
    ("thanks", "place", "end", 1, dt.time(10, 0)),
)


def add_plans(apps: Any, _schema_editor: Any) -> None:
    """Add each missing plan to every event that is still to come and takes place."""
    event_model, plan_model = apps.get_model("events", "Event"), apps.get_model("events", "MailPlan")
    coming = event_model.objects.filter(starts_on__gte=timezone.localdate(), cancelled_at__isnull=True)
    for kind, audience, anchor, days, at_time in ADDED:
        plan_model.objects.bulk_create(
            plan_model(event=event, kind=kind, audience=audience, anchor=anchor, offset_days=days, at_time=at_time)
            for event in coming.exclude(mail_plans__kind=kind)
        )


def remove_plans(apps: Any, _schema_editor: Any) -> None:
    """The version before knows reminders only."""
    apps.get_model("events", "MailPlan").objects.exclude(kind="reminder").delete()


class Migration(migrations.Migration):
    dependencies = [("events", "0014_plan_skips")]

    operations = [migrations.RunPython(add_plans, remove_plans)]
