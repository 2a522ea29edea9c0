"""Places: asking for one, giving, moving and ending claims (DESIGN, "Places").

Every request first becomes a waiting claim with a rank. Then fill(), under the lock on the event row, serves the
waiting claims in order of rank while confirmed + offered < capacity. Registering, cancelling, switching, expiry and
raising all end in fill(), so nobody can be passed and no freed place stays idle. Somebody new is seated as fill() would
do it (seating.py): nobody else's place can change by that.

Whoever changes places goes the same way, whether guest or organiser: lock_event(), one of the functions below, fill(),
and announce() for everybody fill() names. Pools of one choice group exclude each other; a person may hold a place in
one of them and wait for another at the same time.
"""

import datetime as dt
from collections.abc import Collection, Iterable

from core.clock import db_now
from core.exceptions import DomainError
from core.locks import lock_row
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.filling import fill

__all__ = [
    "add_wishes",
    "confirm_claim",
    "fill",
    "hand_over",
    "live_claims",
    "lock_event",
    "move_claims",
    "set_wishes",
    "withdraw_claims",
]

State = PlaceClaim.State


def lock_event(event: Event) -> Event:
    """Return the event row locked; every change of places begins here. Raises Busy after three seconds."""
    return lock_row(Event, event.pk)


def set_wishes(*, registration: Registration, pools: Iterable[PlacePool]) -> None:
    """Make the registration ask for exactly these pools; their event is locked and fill() follows.

    Kept claims keep their rank. What a person holds they keep until a place they would rather have in the same choice
    group is given; everything else they no longer ask for is withdrawn. A claim on an item waits as `wished` until the
    person has a place at the event and then queues with the rank of the day it was made.
    """
    now = db_now()
    wanted = {pool.pk: pool for pool in pools}
    live = {claim.pool_id: claim for claim in live_claims(registration)}
    # The newest claim of each wanted group; one that does not exist yet is newer than all.
    wishes = {
        pool.choice_group: live[pool.pk].pk if pool.pk in live else None
        for pool in wanted.values()
        if pool.pk not in live or live[pool.pk].state != State.CONFIRMED
    }
    given_up = []
    for pool_id, claim in live.items():
        group = claim.pool.choice_group
        is_older = group in wishes and (wishes[group] is None or claim.pk < wishes[group])  # type: ignore[operator]
        if pool_id not in wanted and not (claim.state in PlaceClaim.TAKING and is_older):
            given_up.append(claim)
    withdraw_claims(given_up, now=now)
    add_wishes(registration, [pool for pool_id, pool in wanted.items() if pool_id not in live], now)


def add_wishes(registration: Registration, pools: Iterable[PlacePool], now: dt.datetime) -> None:
    """Note that the registration asks for these pools, too; their event is locked, fill() follows."""
    for pool in pools:
        PlaceClaim.objects.create(
            registration=registration,
            pool=pool,
            state=State.WISHED,
            created_at=now,
            changed_at=now,
        )


def live_claims(registration: Registration) -> list[PlaceClaim]:
    """Return what the person holds, waits for or wishes, oldest first, with pool and item."""
    claims = registration.claims.filter(state__in=PlaceClaim.LIVE).select_related("pool__item").order_by("pk")
    return list(claims)


def confirm_claim(claim: PlaceClaim, *, reason: str = "") -> None:
    """Make a live claim of a locked event a sure place, whether there is room or not; fill() follows.

    What the person held in the same choice group until then goes on to the next. Only the person's own acceptance of an
    offer and an organiser's logged act may call this: nobody else passes the queue. `pool` must be joined.
    """
    now = db_now()
    claim.state, claim.reason, claim.offered_until, claim.changed_at = State.CONFIRMED, reason, None, now
    claim.save(update_fields=["state", "reason", "offered_until", "changed_at"])
    others = [other for other in live_claims(claim.registration) if other.pk != claim.pk]
    replaced = [
        other
        for other in others
        if other.pool.choice_group == claim.pool.choice_group
        and (other.pk < claim.pk or other.state == State.CONFIRMED)
    ]
    withdraw_claims(replaced, now=now)


def withdraw_claims(
    claims: Collection[PlaceClaim], *, state: str = State.WITHDRAWN, reason: str = "", now: dt.datetime | None = None
) -> None:
    """End these live claims of a locked event; fill() gives their places on. state: WITHDRAWN, DECLINED or EXPIRED."""
    moment = now or db_now()
    for claim in claims:
        claim.state, claim.reason, claim.changed_at = state, reason, moment
    PlaceClaim.objects.bulk_update(claims, ("state", "reason", "changed_at"))


def move_claims(*, source: PlacePool, target: PlacePool) -> set[int]:
    """Move all live claims of one pool to another of the same locked event; return the registrations; fill() follows.

    Rank, state and deadline are kept, so nobody loses a place or a turn; if the target ends up above its capacity, the
    caller logs it. Whoever has a claim on both keeps the surer one with the better rank.
    """
    now = db_now()
    moving = list(source.claims.filter(state__in=PlaceClaim.LIVE).select_related("registration"))
    there = {claim.registration_id: claim for claim in target.claims.filter(state__in=PlaceClaim.LIVE)}
    doubles = []
    for claim in moving:
        other = there.get(claim.registration_id)
        if other is not None:
            claim.rank = min(claim.rank, other.rank)
            if PlaceClaim.LIVE.index(other.state) > PlaceClaim.LIVE.index(claim.state):
                claim.state, claim.offered_until = other.state, other.offered_until
            doubles.append(other)
        claim.pool, claim.changed_at = target, now
    withdraw_claims(doubles, now=now)
    PlaceClaim.objects.bulk_update(moving, ("pool", "rank", "state", "offered_until", "changed_at"))
    return {claim.registration_id for claim in moving}


def hand_over(*, giver: Registration, taker: Registration) -> None:
    """Give all live claims of one registration to another of the same locked event; rank, state and deadline stay.

    The taker's own claims end, except that a sure place of their own is never overwritten: then DomainError.
    """
    now = db_now()
    own = live_claims(taker)
    if any(claim.state == State.CONFIRMED for claim in own):
        raise DomainError(f"{taker.name} hat schon einen eigenen Platz.")
    withdraw_claims(own, now=now)
    claims = live_claims(giver)
    for claim in claims:
        claim.registration, claim.changed_at = taker, now
    PlaceClaim.objects.bulk_update(claims, ("registration", "changed_at"))
