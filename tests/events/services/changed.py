"""Changing an event as the form would, and what waits in the outbox of it."""

import datetime as dt

from events.models import Event, EventChange, ProgrammeItem
from events.services import programme
from events.services.changes import Notice
from events.services.changing import update_event
from events.services.planning import Capacities
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render

SILENT = Notice(is_mailed=False, silence_reason="Tippfehler")


def change(event, zoe, *, notice=None, places=None, **changes):
    """Change the event as the form would; the stored row decides about everything else."""
    event = Event.objects.get(pk=event.pk)
    names = ("title", "format", "venue", "city", "starts_on", "starts_at", "ends_at", "contact_email", "online_url")
    fields = {name: getattr(event, name) for name in names} | changes
    saved = update_event(
        actor=zoe,
        event=event,
        version=event.version,
        fields=fields,
        capacities=Capacities(on_site=places),
        notice=notice,
    )
    return saved.change


def later(event, hours=1):
    """The same event so many hours later."""
    return {name: getattr(event, name) + dt.timedelta(hours=hours) for name in ("starts_at", "ends_at")}


def notices(**filters):
    return OutboxMessage.objects.filter(purpose="events.change", **filters)


def words_of(message) -> str:
    return " ".join(render(message, get_purpose(message.purpose)).text.split())


def still_true(person) -> list[str]:
    """What of this person's waiting mail would leave."""
    waiting = OutboxMessage.objects.filter(ref=person.ref, state="queued")
    return [mail.purpose for mail in waiting if not get_purpose(mail.purpose).is_obsolete(mail)]


def update(item, zoe, *, notice=None, capacity=1, people=(), **fields) -> EventChange | None:
    """Change a programme item as its form would."""
    item = ProgrammeItem.objects.select_related("event").get(pk=item.pk)
    names = ("kind", "title", "is_choosable", "starts_at", "ends_at", "minutes", "room")
    return programme.update_item(
        actor=zoe,
        item=item,
        version=item.version,
        fields={name: getattr(item, name) for name in names} | fields,
        people=people,
        tables=(),
        capacity=capacity,
        notice=notice,
    ).change
