"""Places: who gets one, and in which order (DESIGN, "Places").

Every request first becomes a waiting claim with a rank. Then fill(), under the lock on the event row, serves the
waiting claims in order of rank while confirmed + offered < capacity. Registering, cancelling, switching, expiry and
raising all end in fill(), so nobody can be passed and no freed place stays idle.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from core.clock import db_now
from core.locks import lock_row
from events.models import Event, PlaceClaim, PlacePool, Registration

State = PlaceClaim.State
OFFER_HOURS = 48


def lock_event(event: Event) -> Event:
    """Return the event row locked; every change of places begins here. Raises Busy after three seconds."""
    return lock_row(Event, event.pk)


def take_rank(event: Event) -> int:
    """Return the next rank of a locked event."""
    rank = event.next_rank
    event.next_rank = rank + 1
    event.save(update_fields=["next_rank"])
    return rank


def set_wishes(*, event: Event, registration: Registration, pools: Iterable[PlacePool]) -> None:
    """Make the registration's live claims exactly these pools; the event is locked.

    Kept claims keep their rank. A claim on an item waits as `wished` until the person has a place at the event and then
    queues with the rank of the day it was made.
    """
    now = db_now()
    wanted = {pool.pk: pool for pool in pools}
    live = {claim.pool_id: claim for claim in registration.claims.filter(state__in=PlaceClaim.LIVE)}
    for pool_id, claim in live.items():
        if pool_id not in wanted:
            _move(claim, State.WITHDRAWN, now)
    for pool_id, pool in wanted.items():
        if pool_id not in live:
            PlaceClaim.objects.create(
                registration=registration,
                pool=pool,
                state=State.WISHED if pool.kind == PlacePool.Kind.ITEM else State.WAITING,
                rank=take_rank(event),
                created_at=now,
                changed_at=now,
            )


def fill(event: Event) -> set[int]:
    """Serve the waiting claims of a locked event in order of rank; return the registrations whose places changed.

    Places at the event come first: whoever has one may queue for items. Under overbooking (capacity lowered) nobody is
    thrown out and nobody is served.
    """
    now = db_now()
    pools = list(PlacePool.objects.filter(event=event))
    event_pools = [pool for pool in pools if pool.kind != PlacePool.Kind.ITEM]
    item_pools = [pool for pool in pools if pool.kind == PlacePool.Kind.ITEM]
    changed = _serve(event_pools, now)
    changed |= _queue_item_wishes(event, now)
    changed |= _serve(item_pools, now)
    return changed


def _serve(pools: list[PlacePool], now: dt.datetime) -> set[int]:
    """Give free places of these pools to their waiting claims. Three queries however many pools there are."""
    taken: dict[int, int] = defaultdict(int)
    waiting: dict[int, list[PlaceClaim]] = defaultdict(list)
    claims = PlaceClaim.objects.filter(pool__in=pools, state__in=(*PlaceClaim.TAKING, State.WAITING))
    for claim in claims.order_by("rank", "pk"):
        if claim.state == State.WAITING:
            waiting[claim.pool_id].append(claim)
        else:
            taken[claim.pool_id] += 1
    served = []
    for pool in pools:
        queue = waiting[pool.pk]
        free = len(queue) if pool.capacity is None else max(0, pool.capacity - taken[pool.pk])
        for claim in queue[:free]:
            _give(claim, pool, now)
            served.append(claim)
    PlaceClaim.objects.bulk_update(served, ("state", "offered_until", "changed_at"))
    return {claim.registration_id for claim in served}


def _give(claim: PlaceClaim, pool: PlacePool, now: dt.datetime) -> None:
    claim.changed_at = now
    if pool.mode == PlacePool.Mode.OFFER:
        claim.state = State.OFFERED
        claim.offered_until = now + dt.timedelta(hours=OFFER_HOURS)
    else:
        claim.state = State.CONFIRMED


def _queue_item_wishes(event: Event, now: dt.datetime) -> set[int]:
    """Let the item wishes of everybody with a place at the event queue; take those back of people without one."""
    items = PlaceClaim.objects.filter(pool__event=event, pool__kind=PlacePool.Kind.ITEM)
    has_place = PlaceClaim.objects.filter(pool__event=event, pool__item__isnull=True, state=State.CONFIRMED).values(
        "registration"
    )
    lost = items.filter(state__in=(State.WAITING, *PlaceClaim.TAKING)).exclude(registration__in=has_place)
    changed = set(lost.values_list("registration", flat=True))
    lost.update(state=State.WISHED, changed_at=now)
    items.filter(state=State.WISHED, registration__in=has_place).update(state=State.WAITING, changed_at=now)
    return changed


def _move(claim: PlaceClaim, state: State, now: dt.datetime) -> None:
    claim.state = state
    claim.changed_at = now
    claim.save(update_fields=["state", "changed_at"])
