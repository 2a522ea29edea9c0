"""An event as the start of the next one: everything the organisers made is kept and re-dated, nobody comes along."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from events.dates import shift_moment
from events.models import Event, MailPlan, PlacePool, ProgrammeItem
from events.services.places import lock_event
from events.services.planning import free_slug

# What belongs to one event alone and begins anew with a copy. Every other field is kept; days and moments are shifted.
NEW_EVENT = frozenset(
    {"version", "visibility", "cancelled_at", "cancel_reason", "recap_url", "source_urls", "date_note"}
)
NEW_PLAN = frozenset({"version", "state", "reason"})
READ_FIRST = "Aus der Vorlage übernommen: Lesen Sie die Worte, und geben Sie sie dann frei."


@transaction.atomic
def copy_event(*, actor: AbstractBaseUser, event: Event, title: str, starts_on: dt.date) -> Event:
    """Return a draft with programme, people, stands, tables, places and mail plans of the event, moved to a new day.

    Times keep their wall clock relative to the day. Guests, invitations, answers and mails stay with the old event.
    Raises DomainError when the day is the old one, Busy when the event is locked for more than three seconds.
    """
    source = lock_event(event)
    if starts_on == source.starts_on:
        raise DomainError("Geben Sie einen anderen Tag ein: An diesem findet schon die Vorlage statt.")
    days = (starts_on - source.starts_on).days
    copy = _clone(source, days, new=NEW_EVENT, title=title, created_at=db_now(), copied_from=source)
    copy.slug = free_slug(title, starts_on)
    copy.save()
    copy.verbuende.set(source.verbuende.all())
    for pool in source.pools.filter(item__isnull=True):
        _clone(pool, days, event=copy).save()
    for item in source.items.select_related("pool"):
        _copy_item(item, copy, days)
    for plan in MailPlan.objects.filter(event=source):
        _clone(plan, days, new=NEW_PLAN | _done_fields(), event=copy).save()
    # Old words to new guests: somebody has to read them first.
    notices = MailPlan.objects.filter(event=copy, kind=MailPlan.Kind.NOTICE)
    notices.update(state=MailPlan.State.HELD, reason=READ_FIRST)
    journal(scope=copy.scope, obj=copy, action=f"angelegt als Kopie von „{source}“", actor=actor)
    return copy


def _copy_item(item: ProgrammeItem, event: Event, days: int) -> None:
    copied = _clone(item, days, new=frozenset({"version"}), event=event)
    copied.save()
    pool = PlacePool.objects.filter(item=item).first()
    if pool:
        _clone(pool, days, event=event, item=copied).save()
    for row in (*item.people.all(), *item.slots.all(), *item.tables.all()):
        _clone(row, days, item=copied).save()


def _clone[M: models.Model](row: M, days: int, *, new: frozenset[str] = frozenset(), **changes: Any) -> M:
    """Return an unsaved copy: fields in `new` as on a fresh row, days and moments shifted, all others kept."""
    values = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or field.name in changes:
            continue
        value = getattr(row, field.attname)
        values[field.attname] = field.get_default() if field.name in new else _shifted(value, days)
    return type(row)(**values, **changes)


def _shifted(value: Any, days: int) -> Any:
    if isinstance(value, dt.datetime):
        return shift_moment(value, days)
    return value + dt.timedelta(days=days) if isinstance(value, dt.date) else value


def _done_fields() -> frozenset[str]:
    """Return what a plan notes about having been sent."""
    return frozenset(field.name for field in MailPlan._meta.concrete_fields if field.name.startswith("done_"))
