"""Places for somebody new: what fill() would give them, without looking at everybody else."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.filling import fill, has_lapsed_offers
from events.services.places import add_wishes
from events.services.standing import figures_of

State = PlaceClaim.State


@dataclass(frozen=True)
class Seated:
    """Whether the newcomer waits for a place at the event, and the others whose places changed."""

    is_waiting: bool
    others: frozenset[int] = frozenset()


def seat_newcomer(*, event: Event, registration: Registration, pools: Sequence[PlacePool], now: dt.datetime) -> Seated:
    """Give a new registration its places at a locked event.

    pools: what they ask for, the one at the event first, with `item` and `tally` joined under the lock. Everything that
    changes places ends in fill(), so at a locked event nobody waits beside a free place, and a newcomer holds nothing
    that somebody else could want: whether there is room is all there is to decide. Only time may have left something
    to do, an offer that ran out and still keeps a place; then fill() does it, for the newcomer, too.
    """
    has_room = [not figures_of(pool).is_full for pool in pools]
    if not all(has_room) and has_lapsed_offers(event, now):
        add_wishes(registration, pools, now)
        changed = fill(event)
        is_waiting = registration.claims.filter(pool=pools[0], state=State.WAITING).exists()
        return Seated(is_waiting, frozenset(changed - {registration.pk}))
    has_place = has_room[0]
    claims = []
    for pool, is_free in zip(pools, has_room, strict=True):
        given = State.CONFIRMED if is_free else State.WAITING
        # Items are for people who have a place at the event.
        state = given if has_place or pool.item is None else State.WISHED
        claims.append(PlaceClaim(registration=registration, pool=pool, state=state, created_at=now, changed_at=now))
    PlaceClaim.objects.bulk_create(claims)
    return Seated(not has_place)
