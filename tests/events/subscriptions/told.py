"""Let the sweep tell subscribers, and look at their mails."""

import datetime as dt
import re

from core.clock import db_now
from events.models import EventAnnouncement, EventNotice, EventSubscription
from events.services.event_news import note_public_events, sweep_event_news
from events.subscribers import TOPIC
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, all_links, render


def settle() -> None:
    """Let what is public now have been so for an hour, while everybody had subscribed before."""
    note_public_events()
    moment = db_now() - dt.timedelta(minutes=61)
    EventAnnouncement.objects.filter(public_since__gt=moment).update(public_since=moment)
    EventSubscription.objects.filter(confirmed_at__gt=moment).update(confirmed_at=moment - dt.timedelta(days=30))


def sweep() -> int:
    settle()
    return sweep_event_news()


def next_day() -> None:
    """Everything so far happened yesterday, and its mails have left."""
    day = dt.timedelta(days=1)
    for notice in EventNotice.objects.all():
        EventNotice.objects.filter(pk=notice.pk).update(told_on=notice.told_on - day)
    for message in OutboxMessage.objects.filter(purpose=TOPIC):
        OutboxMessage.objects.filter(pk=message.pk).update(
            state="sent",
            accepted_at=db_now() - day,
            dedup_key=f"yesterday:{message.pk}",
            data={"day": f"{dt.date.fromisoformat(message.data['day']) - day}"},
        )


def news() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(purpose=TOPIC).order_by("created_at"))


def rendered(message: OutboxMessage) -> Rendered:
    purpose = get_purpose(message.purpose)
    return render(message, purpose).with_links(all_links(message, purpose))


def titles(message: OutboxMessage) -> list[str]:
    return re.findall(r"<h2[^>]*><a[^>]*>(.*?)</a>", rendered(message).html)
