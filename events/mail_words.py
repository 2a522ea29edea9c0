"""What the templates of event mails are given: the event and the person in words, equal for text and HTML."""

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from core.dates import format_moment, format_relative_day, format_time, local_date
from events.facts import mail_facts, short_when, when_line, where_line
from events.models import Event, ProgrammeItem, Registration
from events.own_place_words import choice_words
from events.place_snapshots import item_snapshot
from events.registration_news import news_of
from events.services.standing import Standing

AGENDA_LENGTH = 12


def shared_words(event: Event, *, attendance: str = "", with_answer_by: bool = False) -> dict[str, Any]:
    """Return what every mail about a registration says of the event."""
    return {
        "event": event,
        "event_url": f"{settings.PORTAL_BASE_URL}{event.get_absolute_url()}",
        "short_when": short_when(event),
        "facts": mail_facts(event, attendance=attendance, with_answer_by=with_answer_by),
        "preheader": f"{when_line(event)}, {where_line(event, attendance)}.",
    }


def invitation_words(event: Event) -> dict[str, Any]:
    """Return the programme in short: times where they are known."""
    # Not by exclude(): the people of one round share the items that were read with their event.
    items = [item for item in event.items.all() if item.kind != ProgrammeItem.Kind.BREAK]
    # Three words of greeting in a row are one line.
    shown = [next(group) for _, group in itertools.groupby(items, key=lambda item: item.headline)]
    times = [format_time(item.starts_at) if item.starts_at else "" for item in shown]
    return {"agenda": list(zip(times, (item.headline for item in shown), strict=True))[:AGENDA_LENGTH]}


def registration_words(
    registration: Registration, data: Mapping[str, Any], heard: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return what the person has, as of the mail's revision; the way in is for people with a place online only.

    heard: the data of the last mail of this kind that reached the person, to name what is new.
    """
    is_confirmed = data["situation"] == "confirmed"
    return {
        "news": news_of(registration, data, heard),
        "items": [(each["title"], choice_words(each)) for each in data["items"]],
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
        "items": [(entry.item.headline, choice_words(item_snapshot(entry))) for entry in standing.items],
        "online_url": event.online_url if is_online else "",
        "accessibility": "" if is_online else event.accessibility,
    }


def standing_words(registration: Registration, standing: Standing) -> dict[str, Any]:
    """Return what the person has at this moment: place, rank or offer, what was chosen, the way in."""
    is_online = standing.has_place and standing.attendance == Registration.Attendance.ONLINE
    return {
        "standing": standing,
        "offered_until": format_moment(standing.offered_until) if standing.offered_until else "",
        "items": [(entry.item.headline, choice_words(item_snapshot(entry))) for entry in standing.items],
        "online_url": registration.event.online_url if is_online else "",
    }
