"""Telling subscribers of new events: at most one mail a day each, every event once, nothing lost after an outage.

What is new is a row (EventAnnouncement), and so is who has been told of what (EventNotice). A sweep that does not run
tells nobody twice and forgets nobody: it goes by the rows when it runs again.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.clock import DbNow, db_now
from events import emails
from events.models import Event, EventAnnouncement
from events.querysets import EventQuerySet
from events.services.subscriptions import forget_ended
from mailing.services.delivery import in_quiet_hours
from verbuende.models import Verbund
from verbuende.sectors import is_for_every_sector, sectors_of

# Organisers who published by mistake, or with one, have so long to notice.
SETTLING = dt.timedelta(hours=1)
# The number says nothing; it only has to be nobody else's.
_LOCK = 7_310_531

_TELL = """
INSERT INTO events_eventnotice (subscription_id, event_id, told_on)
SELECT subscription.id, event.id, %(today)s
FROM events_eventsubscription AS subscription
JOIN events_eventannouncement AS announcement ON announcement.public_since > subscription.confirmed_at
JOIN events_event AS event ON event.id = announcement.event_id
WHERE event.id = ANY(%(events)s)
    AND (event.states = '{}' OR subscription.states = '{}' OR event.states && subscription.states)
    AND (announcement.sectors = '{}' OR subscription.sectors = '{}' OR announcement.sectors && subscription.sectors)
    AND NOT EXISTS (
        SELECT FROM events_eventnotice AS notice
        WHERE notice.subscription_id = subscription.id
            AND (notice.event_id = event.id OR notice.told_on = %(today)s)
    )
    AND NOT EXISTS (
        SELECT FROM mailing_outboxmessage AS message
        WHERE message.ref = 'events.eventsubscription:' || subscription.id
            AND message.purpose = %(purpose)s
            AND (message.state IN ('queued', 'leased', 'held') OR message.accepted_at >= %(midnight)s)
    )
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def sweep_event_news() -> int:
    """Note what has become public, and mail what is due to whom it concerns; return how many mails were queued.

    Safe to run twice and at once with itself; the number of queries grows neither with events nor with subscribers.
    """
    with connection.cursor() as cursor:
        # RACE: two sweeps could put events into the same day's mail, one of them after it was written.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    forget_ended()
    note_public_events()
    now = timezone.localtime(db_now())
    # A mail that waits for the morning would leave together with the morning's own.
    return 0 if in_quiet_hours(now.time()) else _tell(now)


def note_public_events() -> None:
    """Write down since when each coming event is in the public list and which sectors it concerns."""
    listed = _newsworthy()
    EventAnnouncement.objects.exclude(event__visibility=Event.Visibility.PUBLIC).delete()
    known = EventAnnouncement.objects.in_bulk(list(listed.values_list("pk", flat=True)))
    new, changed = [], []
    for event in listed.select_related("owner").prefetch_related("verbuende"):
        sectors = event_sectors(event)
        announcement = known.get(event.pk)
        if announcement is None:
            new.append(EventAnnouncement(event=event, public_since=db_now(), sectors=sectors))
        elif announcement.sectors != sectors:
            announcement.sectors = sectors
            changed.append(announcement)
    EventAnnouncement.objects.bulk_create(new, ignore_conflicts=True)
    EventAnnouncement.objects.bulk_update(changed, ["sectors"])


def event_sectors(event: Event) -> list[str]:
    """Return the sectors of the alliances behind an event; none where it concerns all: then everybody is told."""
    involved: list[Verbund] = [*([event.owner] if event.owner else []), *event.verbuende.all()]
    words = [verbund.sector_text for verbund in involved]
    if any(is_for_every_sector(text) for text in words):
        return []
    return sorted({code for text in words for code in sectors_of(text)})


def _newsworthy() -> EventQuerySet:
    """Public events to come that have not begun: anything else is no news."""
    return Event.objects.listed().upcoming().exclude(starts_at__lte=DbNow())


def _tell(now: dt.datetime) -> int:
    settled = _newsworthy().filter(announcement__public_since__lte=DbNow() - SETTLING)
    events = list(settled.values_list("pk", flat=True))
    values: dict[str, Any] = {
        "events": events,
        "today": now.date(),
        "midnight": now.replace(hour=0, minute=0, second=0, microsecond=0),
        "purpose": emails.EventNewsMail.name,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, values)
        if not cursor.rowcount:
            return 0
    return emails.queue_event_news(now.date())
