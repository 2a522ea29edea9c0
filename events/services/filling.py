"""Giving places: fill() restores, under the lock on the event row, what must always hold (DESIGN, "Places").

Nobody waits while there is room, nobody is passed, nobody holds two sure places that exclude each other, no offer
outlives its deadline, and items are for people who have a place at the event.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db import connection, models
from django.db.models import Exists, OuterRef

from core.clock import db_now
from core.dates import BERLIN
from core.journal import journal
from events.models import Event, PlaceClaim, PlacePool, PlaceTally, Registration
from events.offer_deadline import offer_deadline
from events.services.rings import find_rings

# Asked for each person under the lock, and hardly ever true.
_HAS_LAPSED = """
SELECT EXISTS (
    SELECT FROM events_placeclaim AS claim JOIN events_placepool AS pool ON pool.id = claim.pool_id
    WHERE pool.event_id = %s AND claim.state = 'offered' AND claim.offered_until <= %s
)
"""
State = PlaceClaim.State
Answer = Registration.Answer


def fill(event: Event) -> set[int]:
    """Serve the waiting claims of a locked event in order of rank; return the registrations whose places changed.

    Places at the event come first: whoever has one may queue for items. Who joins a queue and finds room has the place
    at once; who has waited gets it confirmed or offered, as the pool's owner chose. A person who gets the place they
    would rather have frees the one they held, and that goes on in the same call until nothing moves. Under overbooking
    nobody is thrown out and nobody is served; nor is anybody once the event has begun or is called off.
    """
    if event.is_cancelled:
        return set()
    now = db_now()
    changed = expire_offers(event, now)
    pools = list(PlacePool.objects.filter(event=event).select_related("item"))
    at_event = [pool for pool in pools if pool.item is None]
    items = [pool for pool in pools if pool.item is not None]
    joined = _join(PlaceClaim.objects.filter(pool__in=at_event), now)
    has_begun = event.has_started(now)
    if not has_begun:
        changed |= _serve(event, at_event, joined, now)
    if items:
        claims = PlaceClaim.objects.filter(pool__in=items)
        changed |= _send_back(claims, at_event, now)
        joined = _join(claims.filter(Exists(_sure_places(at_event))), now)
        if not has_begun:
            changed |= _serve(event, items, joined, now)
    return changed


def has_lapsed_offers(event: Event, now: dt.datetime) -> bool:
    """Whether the deadline of an offer is over that nobody has ended yet."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_LAPSED, [event.pk, now])
        return bool(cursor.fetchone()[0])


def expire_offers(event: Event, now: dt.datetime) -> set[int]:
    """End the offers of a locked event whose deadline is over; return whom they were made to. fill() follows."""
    if not has_lapsed_offers(event, now):
        return set()
    lapsed = PlaceClaim.objects.filter(pool__event=event, state=State.OFFERED, offered_until__lte=now)
    claims = list(lapsed.select_related("pool__item", "registration"))
    for claim in claims:
        claim.state, claim.changed_at = State.EXPIRED, now
        action = f"Angebot verfallen: {claim.pool.title}"
        journal(scope=event.scope, obj=claim.registration, action=action, actor=None, source="deadline")
    PlaceClaim.objects.bulk_update(claims, ("state", "changed_at"))
    people = {claim.registration_id for claim in claims}
    close_without_place(people, now)
    return people


def close_without_place(registration_ids: Collection[int], now: dt.datetime) -> None:
    """Note as not coming whoever of these neither has nor awaits a place at the event, and end their other claims.

    It is what a no does: choices and needs are of no use to anybody any more (docs/decisions/0016).
    """
    awaiting = PlaceClaim.objects.filter(
        registration=OuterRef("pk"), pool__item__isnull=True, state__in=PlaceClaim.LIVE
    )
    closing = Registration.objects.filter(pk__in=registration_ids, answer=Answer.YES).exclude(Exists(awaiting))
    people = list(closing)
    if not people:
        return
    for person in people:
        person.answer, person.attendance, person.food, person.access_needs = Answer.NO, "", [], ""
        person.version += 1
        person.table_wishes.clear()
    Registration.objects.bulk_update(people, ("answer", "attendance", "food", "access_needs", "version"))
    rest = PlaceClaim.objects.filter(registration__in=people, state__in=PlaceClaim.LIVE)
    rest.update(state=State.WITHDRAWN, changed_at=now)


def _join(claims: models.QuerySet[PlaceClaim], now: dt.datetime) -> set[int]:
    """Let noted wishes queue with the rank of their day; return the claims that only now join."""
    joined = set(claims.filter(state=State.WISHED).values_list("pk", flat=True))
    if joined:
        PlaceClaim.objects.filter(pk__in=joined).update(state=State.WAITING, changed_at=now)
    return joined


def _serve(event: Event, pools: list[PlacePool], joined: set[int], now: dt.datetime) -> set[int]:
    """Give free places of these pools and close rings until nothing moves any more."""
    changed: set[int] = set()
    while True:
        while served := _give_free_places(event, pools, joined, now):
            changed |= {claim.registration_id for claim in served}
            if not _withdraw_replaced([claim for claim in served if claim.state == State.CONFIRMED], pools, now):
                break
        swapped = _swap_in_rings(event, pools, now)
        if not swapped:
            return changed
        changed |= swapped


def _swap_in_rings(event: Event, pools: list[PlacePool], now: dt.datetime) -> set[int]:
    """Let people change places who are first in line for what another of them holds; return the people.

    As many places are taken afterwards as before. Nobody is asked, in pools that offer neither: each has a place and
    keeps one, so none is kept free in vain. Nobody new comes into a pool that is overbooked.
    """
    rings = find_rings(pools)
    if not rings:
        return set()
    by_id, taken = {pool.pk: pool for pool in pools}, _taken(pools)
    fair = [ring for ring in rings if all(taken[each.pool_id] <= (by_id[each.pool_id].capacity or 0) for each in ring)]
    for ring in fair:
        for claim, left in zip(ring, [*ring[1:], ring[0]], strict=True):
            claim.state, claim.changed_at = State.CONFIRMED, now
            places = [by_id[left.pool_id].title, by_id[claim.pool_id].title]
            journal(
                scope=event.scope,
                obj=claim.registration,
                action="Plätze getauscht",
                actor=None,
                changes={"place": places},
                source="swap",
            )
    swapped = [claim for ring in fair for claim in ring]
    _save(swapped)
    _withdraw_replaced(swapped, pools, now)
    return {claim.registration_id for claim in swapped}


def _give_free_places(event: Event, pools: list[PlacePool], joined: set[int], now: dt.datetime) -> list[PlaceClaim]:
    """Give what is free now to those first in line. Three queries however many pools and people there are."""
    taken = _taken(pools)
    free = {pool: None if pool.capacity is None else pool.capacity - taken[pool.pk] for pool in pools}
    with_room = [pool for pool, places in free.items() if places is None or places > 0]
    waiting: dict[int, list[PlaceClaim]] = defaultdict(list)
    if with_room:
        for claim in _queue(with_room):
            waiting[claim.pool_id].append(claim)
    served = [
        _give(claim, pool, event, now, has_waited=claim.pk not in joined)
        for pool in with_room
        for claim in waiting[pool.pk][: free[pool]]
    ]
    _save(served)
    return served


def _save(served: list[PlaceClaim]) -> None:
    """Write what these claims have become: one statement for all who got the same."""
    alike: dict[tuple[str, dt.datetime | None, dt.datetime], list[int]] = defaultdict(list)
    for claim in served:
        alike[claim.state, claim.offered_until, claim.changed_at].append(claim.pk)
    for (state, until, now), ids in alike.items():
        PlaceClaim.objects.filter(pk__in=ids).update(state=state, offered_until=until, changed_at=now)


def _queue(pools: list[PlacePool]) -> models.QuerySet[PlaceClaim]:
    """Return who waits for these pools, in order."""
    return PlaceClaim.objects.filter(pool__in=pools, state=State.WAITING).order_by("rank", "pk")


def _taken(pools: list[PlacePool]) -> dict[int, int]:
    """Return how many places of each pool are taken."""
    return dict(PlaceTally.objects.filter(pool__in=pools).values_list("pool", "taken"))


def _give(claim: PlaceClaim, pool: PlacePool, event: Event, now: dt.datetime, *, has_waited: bool) -> PlaceClaim:
    claim.changed_at = now
    if pool.mode == PlacePool.Mode.OFFER and has_waited:
        starts_at = event.starts_at or dt.datetime.combine(event.starts_on, dt.time.min, BERLIN)
        claim.state = State.OFFERED
        claim.offered_until = offer_deadline(now=now, hours=pool.offer_hours, starts_at=starts_at)
    else:
        claim.state = State.CONFIRMED
    return claim


def _withdraw_replaced(confirmed: list[PlaceClaim], pools: list[PlacePool], now: dt.datetime) -> int:
    """End what people held until the place they would rather have was confirmed; return how many places that frees."""
    groups = {pool.pk: pool.choice_group for pool in pools}
    newest: dict[tuple[int, tuple[str, ...]], int] = {}
    for claim in sorted(confirmed, key=lambda claim: claim.pk):
        newest[claim.registration_id, groups[claim.pool_id]] = claim.pk
    people = [claim.registration_id for claim in confirmed]
    others = PlaceClaim.objects.filter(registration__in=people, pool__in=pools, state__in=PlaceClaim.LIVE)
    replaced = []
    for claim in others.order_by():
        given = newest.get((claim.registration_id, groups[claim.pool_id]), claim.pk)
        if claim.pk < given or (claim.pk != given and claim.state == State.CONFIRMED):
            replaced.append(claim.pk)
    if not replaced:
        return 0
    return PlaceClaim.objects.filter(pk__in=replaced).update(state=State.WITHDRAWN, changed_at=now)


def _sure_places(at_event: list[PlacePool]) -> models.QuerySet[PlaceClaim]:
    """Select the sure place at the event of the person an item claim belongs to."""
    return PlaceClaim.objects.filter(registration=OuterRef("registration"), pool__in=at_event, state=State.CONFIRMED)


def _send_back(claims: models.QuerySet[PlaceClaim], at_event: list[PlacePool], now: dt.datetime) -> set[int]:
    """Let items wait as wishes again where the place at the event is gone; return the people."""
    lost = claims.filter(state__in=(State.WAITING, *PlaceClaim.TAKING)).exclude(Exists(_sure_places(at_event)))
    found = list(lost.values_list("pk", "registration"))
    if found:
        ids = [pk for pk, _ in found]
        PlaceClaim.objects.filter(pk__in=ids).update(state=State.WISHED, offered_until=None, changed_at=now)
    return {person for _, person in found}
