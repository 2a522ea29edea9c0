"""What the templates of event mails are given: the event and the person in words, equal for text and HTML."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from core.dates import format_moment, format_relative_day, format_time, local_date
from events.facts import mail_facts, short_when, when_line, where_line
from events.models import Event, ProgrammeItem, Registration
from events.services.standing import ItemStanding, Standing

AGENDA_LENGTH = 12


def shared_words(registration: Registration, *, attendance: str = "", with_answer_by: bool = False) -> dict[str, Any]:
    """Return what every mail about a registration says."""
    event = registration.event
    return {
        "registration": registration,
        "event": event,
        "event_url": f"{settings.PORTAL_BASE_URL}{event.get_absolute_url()}",
        "short_when": short_when(event),
        "facts": mail_facts(event, attendance=attendance, with_answer_by=with_answer_by),
        "preheader": f"{when_line(event)}, {where_line(event, attendance)}.",
    }


def invitation_words(event: Event) -> dict[str, Any]:
    """Return the programme in short: times where they are known."""
    items = event.items.exclude(kind=ProgrammeItem.Kind.BREAK)
    # Three words of greeting in a row are one line.
    shown = [next(group) for _, group in itertools.groupby(items, key=lambda item: item.headline)]
    times = [format_time(item.starts_at) if item.starts_at else "" for item in shown]
    return {"agenda": list(zip(times, (item.headline for item in shown), strict=True))[:AGENDA_LENGTH]}


def registration_words(registration: Registration, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the person has, as of the mail's revision; the way in is for people with a place online only."""
    is_confirmed = data["situation"] == "confirmed"
    return {
        "items": [(each["title"], _choice_words(each)) for each in data["items"]],
        "online_url": registration.event.online_url
        if is_confirmed and data["attendance_kind"] == Registration.Attendance.ONLINE
        else "",
    }


def proof_words(registration: Registration) -> dict[str, Any]:
    """Return until when the place is kept."""
    deadline = registration.unproven_until
    return {"deadline": format_moment(deadline) if deadline else ""}


def reminder_words(registration: Registration, standing: Standing, now: dt.datetime) -> dict[str, Any]:
    """Return what one needs on the day: how long to go, the way in, what was chosen, accessibility."""
    event = registration.event
    is_online = standing.attendance == Registration.Attendance.ONLINE
    countdown = format_relative_day(event.starts_on, local_date(now))
    return {
        "standing": standing,
        "countdown": countdown,
        "items": [(entry.item.headline, _choice_words(_snapshot_of(entry))) for entry in standing.items],
        "online_url": event.online_url if is_online else "",
        "accessibility": "" if is_online else event.accessibility,
    }


def item_snapshots(entries: Iterable[ItemStanding]) -> list[dict[str, Any]]:
    """Return the chosen items as they are kept in the outbox row."""
    return [_snapshot_of(entry) for entry in entries]


def _snapshot_of(entry: ItemStanding) -> dict[str, Any]:
    return {"title": entry.item.headline, "room": entry.item.room, "state": entry.state, "rank": entry.rank}


def _choice_words(chosen: Mapping[str, Any]) -> str:
    if chosen["rank"]:
        return f"Platz {chosen['rank']} der Warteliste"
    if chosen["state"] == "wished":
        return "vorgemerkt, bis Sie einen Platz beim Treffen haben"
    return str(chosen["room"])
