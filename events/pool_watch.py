"""Which pools somebody should look at: overbooked ones at any time, unfilled ones and open offers near the event."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, FilteredRelation, Min, Q, When, Window

from core.access import Actor
from core.clock import db_now
from core.dates import format_moment, local_date
from core.numbers import format_number
from events.models import Event, ManagedEvent, PlaceClaim, PlacePool

State = PlaceClaim.State
# From then on an empty place is one that could still be given to somebody.
NEAR_DAYS = 14
SHOWN_POOLS = 20


@dataclass
class EventWatch:
    """One event whose places want a look: what is the matter, in sentences."""

    event: Event
    is_overbooked: bool = False
    sentences: list[str] = field(default_factory=list)


def events_to_watch(user: Actor) -> tuple[list[EventWatch], int]:
    """Return the user's coming events with such pools, overbooked ones first, then the next; one query.

    With them how many pools are not shown because there are too many.
    """
    near = local_date(db_now()) + dt.timedelta(days=NEAR_DAYS)
    events = ManagedEvent.objects.visible_to(user).upcoming().exclude(visibility=Event.Visibility.DRAFT)
    is_overbooked = Q(taken__gt=F("capacity"))
    is_unfilled = Q(offered__gt=0) | Q(taken__lt=F("capacity"))
    pools = (
        PlacePool.objects.filter(event__in=events.order_by().values("pk"), capacity__isnull=False)
        .select_related("event", "item")
        .annotate(
            taken=F("tally__taken"),
            waiting=F("tally__waiting"),
            offers=FilteredRelation("claims", condition=Q(claims__state=State.OFFERED)),
            offered=Count("offers"),
            next_deadline=Min("offers__offered_until"),
        )
        .filter(Q(is_overbooked) | Q(is_unfilled, event__starts_on__lte=near))
        .annotate(all_in_all=Window(Count("*")))
        .order_by(
            Case(When(is_overbooked, then=0), default=1),
            "event__starts_on",
            "event__pk",
            F("item__position").asc(nulls_first=True),
            "kind",
        )
    )
    watches: dict[int, EventWatch] = {}
    shown = list(pools[:SHOWN_POOLS])
    for pool in shown:
        watch = watches.setdefault(pool.event_id, EventWatch(pool.event))
        watch.is_overbooked |= pool.taken > pool.capacity
        watch.sentences += _sentences(pool)
    return list(watches.values()), shown[0].all_in_all - len(shown) if shown else 0


def _sentences(pool: Any) -> Iterator[str]:
    label, capacity = pool.title, format_number(pool.capacity)
    if pool.taken > pool.capacity:
        yield f"Überbucht, {label}: {format_number(pool.taken)} Zusagen auf {capacity} Plätzen."
        return
    if pool.offered:
        offers = "Ein Platz ist" if pool.offered == 1 else f"{format_number(pool.offered)} Plätze sind"
        until = f", Antwort bis {format_moment(pool.next_deadline)}" if pool.next_deadline else ""
        waiting = f"; {format_number(pool.waiting)} auf der Warteliste" if pool.waiting else ""
        yield f"{_first_upper(label)}: {offers} angeboten{until}{waiting}."
    if free := pool.capacity - pool.taken:
        verb = "ist" if free == 1 else "sind"
        yield f"{_first_upper(label)}: {format_number(free)} von {capacity} Plätzen {verb} frei."


def _first_upper(label: str) -> str:
    return label[:1].upper() + label[1:]
