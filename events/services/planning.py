"""Creating and publishing events, and what every event must have."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from core.clock import db_now
from core.dates import format_date, format_moment
from core.exceptions import DomainError
from core.journal import journal
from core.locks import lock_name
from core.search import fold
from events.models import Event
from events.services.event_pools import set_pools
from events.services.kinds import draft_items
from events.services.mail_times import add_default_plans
from events.services.places import lock_event
from events.services.pools import MovingUp
from verbuende.models import Verbund


@dataclass(frozen=True)
class Capacities:
    """Places on site and online; None is unlimited. A format that is not offered has no pool.

    moving_up: how freed places are given, by the pool's kind; what is not named stays as it is.
    """

    on_site: int | None = None
    online: int | None = None
    moving_up: Mapping[str, MovingUp] = field(default_factory=dict)


@transaction.atomic
def create_event(
    *,
    actor: AbstractBaseUser | None,
    owner: Verbund | None,
    fields: Mapping[str, Any],
    capacities: Capacities,
    with_template: bool = False,
) -> Event:
    """Create a draft with its pools and mail plans; with_template lays out the usual items of its kind."""
    event = Event(owner=owner, created_at=db_now(), **fields)
    event.slug = free_slug(event.title, event.starts_on)
    if owner is not None:
        event.is_demo = owner.is_demo
    event.save()
    set_pools(event, on_site=capacities.on_site, online=capacities.online, moving_up=capacities.moving_up)
    add_default_plans(event)
    if with_template:
        draft_items(event)
    journal(scope=event.scope, obj=event, action="angelegt", actor=actor)
    return event


@transaction.atomic
def set_visibility(*, actor: AbstractBaseUser, event: Event, visibility: str) -> Event:
    """Publish, show by link only, or take back to draft while nobody is invited."""
    event = lock_event(event)
    if visibility == Event.Visibility.DRAFT and event.registrations.exists():
        raise DomainError("Es gibt schon Gäste. Sagen Sie das Treffen ab, statt es zum Entwurf zu machen.")
    event.visibility = visibility
    refuse_incomplete(event)
    event.version += 1
    event.save(update_fields=["visibility", "version"])
    journal(scope=event.scope, obj=event, action=f"Sichtbarkeit: {event.get_visibility_display()}", actor=actor)
    return event


def missing_facts(event: Event) -> list[tuple[str, str]]:
    """Return what people need to decide and the event does not say yet: (in short, as a sentence)."""
    missing = []
    if event.starts_at is None or event.ends_at is None:
        sentence = "Tragen Sie Beginn und Ende ein: Ohne Uhrzeit lässt sich das Treffen nicht veröffentlichen."
        missing.append(("Beginn und Ende", sentence))
    if event.is_on_site and not (event.venue and event.city):
        missing.append(("Ort und Stadt", "Tragen Sie Ort und Stadt ein, bevor Sie das Treffen veröffentlichen."))
    if not event.contact_email:
        sentence = "Tragen Sie eine E-Mail-Adresse für Rückfragen ein, bevor Sie das Treffen veröffentlichen."
        missing.append(("E-Mail-Adresse für Rückfragen", sentence))
    return missing


def refuse_incomplete(event: Event) -> None:
    """Raise DomainError when a visible future event lacks what people need to decide."""
    if event.visibility == Event.Visibility.DRAFT or event.starts_on < timezone.localdate(db_now()):
        return
    for _, sentence in missing_facts(event):
        raise DomainError(sentence)


def free_slug(title: str, day: dt.date) -> str:
    """Return an address nobody uses yet: "netzwerktreffen-nrw-2023", with a number if need be.

    RACE: call it in the transaction that saves the event; two organisers who plan the same title take their turns.
    """
    lock_name("events.event.slug")
    words = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:80].rstrip("-") or "veranstaltung"
    base = f"{words}-{day.year}"
    taken = set(Event.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def journal_words(value: Any) -> str:
    """Return a value as the journal keeps it: what people read, times on German clocks."""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, dt.datetime):
        return format_moment(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return str(value or "")
