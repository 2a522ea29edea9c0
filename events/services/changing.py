"""Changing an event: what people rely on is not changed behind their backs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError, StaleVersion
from core.journal import journal
from events.change_facts import change_lines, event_facts
from events.dates import clock_shift, shift_moment, shift_words
from events.models import Event, EventChange, ProgrammeItem
from events.querysets import RegistrationQuerySet
from events.services.announcing import announce
from events.services.changes import (
    NeedsNotice,
    Notice,
    announce_change,
    is_announced,
    people_told,
    record_change,
    refresh_waiting_mails,
)
from events.services.event_pools import set_pools
from events.services.mail_times import redate_plans
from events.services.places import fill, lock_event
from events.services.planning import Capacities, journal_words, refuse_incomplete
from events.services.waiting_notices import drop_empty_notices

# What planned mails count their time from.
MOVES_PLANS = {"starts_at", "ends_at", "answer_by"}
NOBODY_TOLD = Notice(is_mailed=False, silence_reason="Noch war niemand eingeladen oder angemeldet.")


@dataclass(frozen=True)
class Saved:
    """The event as saved, and the change people hear of, if it is one."""

    event: Event
    change: EventChange | None = None


@transaction.atomic
def update_event(
    *,
    actor: AbstractBaseUser,
    event: Event,
    version: int,
    fields: Mapping[str, Any],
    capacities: Capacities,
    moves_programme: bool = False,
    notice: Notice | None = None,
) -> Saved:
    """Save the form if nobody saved since it was opened; a raised capacity moves the waiting list up at once.

    The programme follows to a new day by itself, to a new hour with moves_programme.

    A change of time, place or format of an announced event becomes an EventChange. If people know the old facts, it
    needs a `notice`: NeedsNotice is raised without one, and nothing is saved. Raises StaleVersion, Busy or DomainError.
    """
    locked = lock_event(event)
    if locked.version != version:
        raise StaleVersion
    before, was_announced = _facts(locked), is_announced(locked)
    changes = _write(locked, fields, moves_programme=moves_programme)
    after = _facts(locked)
    is_essential = was_announced and bool(change_lines(before, after))
    told = _who_is_told(locked, notice) if is_essential else None
    changes |= _set_places(locked, capacities, notice)
    if MOVES_PLANS & changes.keys():
        redate_plans(locked)
    if before != after:
        refresh_waiting_mails(locked, is_moved=before["starts_at"] != after["starts_at"])
    served = fill(locked)
    change = None
    if told is not None:
        change = _note_change(locked, actor, (before, after), notice)
        if notice and notice.is_mailed:
            served -= announce_change(change, told, asks_again=notice.asks_again)
        else:
            drop_empty_notices(locked)
    announce(locked, served)
    if changes:
        reason = notice.silence_reason if notice else ""
        journal(scope=locked.scope, obj=locked, action="geändert", actor=actor, changes=changes, reason=reason)
    return Saved(locked, change)


def _who_is_told(event: Event, notice: Notice | None) -> RegistrationQuerySet:
    """Return who relies on the facts as they were; NeedsNotice when nobody has decided what these people are told."""
    people = people_told(event)
    if people.exists():
        _refuse_the_past(event)
        if notice is None:
            raise NeedsNotice
    return people


def _set_places(event: Event, capacities: Capacities, notice: Notice | None) -> dict[str, list[str]]:
    """Set the pools of the event itself; return what changed, in words."""
    pools = set_pools(event, on_site=capacities.on_site, online=capacities.online, moving_up=capacities.moving_up)
    if pools.moved and notice and not notice.is_mailed:
        raise DomainError("Der Wechsel betrifft die Plätze der Gäste. Er geht nur mit einer Mitteilung.")
    return pools.words


def _note_change(
    event: Event, actor: AbstractBaseUser, facts: tuple[dict[str, Any], dict[str, Any]], notice: Notice | None
) -> EventChange:
    before, after = facts
    return record_change(
        event=event,
        actor=actor,
        kind=EventChange.Kind.FACTS,
        before=before,
        after=after,
        notice=notice or NOBODY_TOLD,
    )


def _facts(event: Event) -> dict[str, Any]:
    first = event.items.filter(starts_at__isnull=False).order_by("starts_at").first()
    return event_facts(event, programme_at=first.starts_at if first else None)


def _write(event: Event, fields: Mapping[str, Any], *, moves_programme: bool) -> dict[str, list[str]]:
    """Write the fields into the locked row, and let its programme follow; return what changed, in words."""
    old_day, old_start = event.starts_on, event.starts_at
    changes = {
        name: [journal_words(getattr(event, name)), journal_words(value)]
        for name, value in fields.items()
        if getattr(event, name) != value
    }
    for name, value in fields.items():
        setattr(event, name, value)
    refuse_incomplete(event)
    event.version += 1
    event.save()
    minutes = clock_shift(old_start, event.starts_at) if moves_programme else 0
    if _move_programme(event, (event.starts_on - old_day).days, minutes) and minutes:
        changes["Programm"] = ["", shift_words(minutes)]
    return changes


def _move_programme(event: Event, days: int, minutes: int) -> int:
    """Let the programme follow the event by these days and minutes on the clock; return how many items have moved."""
    items = list(event.items.filter(starts_at__isnull=False)) if days or minutes else []
    for item in items:
        item.starts_at = shift_moment(item.starts_at, days, minutes) if item.starts_at else None
        item.ends_at = shift_moment(item.ends_at, days, minutes) if item.ends_at else None
    ProgrammeItem.objects.bulk_update(items, ("starts_at", "ends_at"))
    return len(items)


def _refuse_the_past(event: Event) -> None:
    if event.has_started(db_now()):
        raise DomainError("Der neue Beginn liegt in der Vergangenheit. Wählen Sie einen Termin, der noch kommt.")
