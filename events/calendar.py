"""Calendar entries of events: a person's own in mails and on the answer page, the public ones on pages and in feeds."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.clock import db_now
from events.facts import where_line
from events.models import Event, Registration
from mailing.calendar import CalendarPart, Entry, build_invite


def event_calendar(registration: Registration, *, method: str, attendance: str = "") -> CalendarPart:
    """Return the person's own entry; UID never changes, SEQUENCE rises with each change of what they have.

    attendance: how the person takes part; who comes online has no venue in the entry. SECURITY: only entries of people
    with a place online name the way in.
    """
    event = registration.event
    return build_invite(
        method=method,
        uid=registration.calendar_uid,
        sequence=registration.revision,
        attendee_name=registration.name,
        attendee_email=registration.email,
        url=f"{settings.PORTAL_BASE_URL}{event.get_absolute_url()}",
        **_facts(event, _location(event, attendance)),
    )


def public_calendar(event: Event) -> CalendarPart:
    """Return the entry anybody may load from the event page."""
    return build_invite(
        method="PUBLISH",
        uid=public_uid(event),
        sequence=event.version,
        attendee_name="",
        attendee_email="",
        url=f"{settings.PORTAL_BASE_URL}{reverse('events:event-detail', args=[event.slug])}",
        **_facts(event, _location(event)),
    )


def public_uid(event: Event) -> str:
    """Return the UID of an event's public entry, the same as a download and in every feed."""
    return f"event-{event.pk}@{settings.MAIL_DOMAIN}"


def feed_entry(event: Event, *, summary: str, description: str, stamp: dt.datetime) -> Entry:
    """Return the event as an entry of a calendar one subscribes to; without a known hour it fills its day."""
    return Entry(
        uid=public_uid(event),
        sequence=event.version,
        summary=summary,
        description=description,
        location=_location(event),
        url=f"{settings.PORTAL_BASE_URL}{event.get_absolute_url()}",
        starts=event.starts_at or event.starts_on,
        ends=event.ends_at if event.starts_at else None,
        organizer_name=event.host_name,
        organizer_email=event.contact_email or settings.MAIL_FROM,
        stamp=stamp,
        is_cancelled=event.is_cancelled,
    )


def _location(event: Event, attendance: str = "") -> str:
    is_online = attendance == Registration.Attendance.ONLINE
    return event.online_url if is_online and event.online_url else where_line(event, attendance)


def _facts(event: Event, location: str) -> dict[str, object]:
    if event.starts_at is None:
        raise ValueError("a calendar entry needs a start")
    return {
        "summary": event.title,
        "description": event.summary,
        "location": location,
        "starts_at": timezone.localtime(event.starts_at),
        "ends_at": timezone.localtime(event.ends_at) if event.ends_at else None,
        "organizer_name": event.host_name,
        "organizer_email": event.contact_email or settings.MAIL_FROM,
        "stamp": db_now(),
    }
