"""What a person has at an event right now: the one description that page, mail and list share."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.db import connection
from django.db.models import Count, OuterRef, Subquery

from core.many import among, id_array
from events.models import Event, PlaceClaim, PlacePool, ProgrammeItem, Registration

State = PlaceClaim.State
# A person's claims of one choice group, the surest first.
SURENESS = {State.CONFIRMED: 0, State.OFFERED: 1, State.WAITING: 2, State.WISHED: 3}
ATTENDANCES = dict(Registration.Attendance.choices)


@dataclass(frozen=True)
class ItemStanding:
    """One chosen programme item: its title, room, the state of the claim and the rank while waiting.

    instead_of: the item of the same choice group in which the person keeps a place until this one is theirs.
    """

    item: ProgrammeItem
    state: str
    rank: int | None
    pool_id: int
    offered_until: dt.datetime | None = None
    instead_of: ProgrammeItem | None = None


@dataclass(frozen=True)
class Wish:
    """The other way to take part that a person would rather have: they keep theirs until it is free."""

    attendance: str
    state: str
    rank: int | None
    pool_id: int
    offered_until: dt.datetime | None = None

    @property
    def attendance_label(self) -> str:
        """Return "vor Ort" or "online"."""
        return str(Registration.Attendance(self.attendance).label)


@dataclass(frozen=True)
class Standing:
    """The person's answer and places. `rank` counts from 1 on the event's waiting list.

    wish: the way to take part they would rather have. ended, ended_at: how and when the last claim on a place at the
    event ended, if it was "declined", "expired" or "withdrawn" by the organisers; not what people gave up themselves.
    """

    answer: str
    attendance: str = ""
    place_state: str = ""
    rank: int | None = None
    pool_id: int | None = None
    offered_until: dt.datetime | None = None
    wish: Wish | None = None
    items: tuple[ItemStanding, ...] = field(default=())
    ended: str = ""
    ended_at: dt.datetime | None = None

    @property
    def has_place(self) -> bool:
        """Whether the place at the event is sure."""
        return self.place_state == State.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        """Whether the person waits for a place at the event and has none."""
        return self.place_state == State.WAITING

    @property
    def is_offered(self) -> bool:
        """Whether a place at the event is kept for the person until they accept it."""
        return self.place_state == State.OFFERED

    @property
    def attendance_label(self) -> str:
        """Return "vor Ort" or "online"."""
        return ATTENDANCES.get(self.attendance, "")

    def place_in(self, pool_id: int) -> "Standing | ItemStanding | Wish | None":
        """Return what the person has or awaits in one pool, with state, rank and deadline."""
        places: list[Standing | ItemStanding | Wish] = [self, *self.items, *([self.wish] if self.wish else [])]
        return next((place for place in places if place.pool_id == pool_id), None)

    def rank_in(self, pool_id: int) -> int | None:
        """Return the rank on one pool's waiting list; None if the person does not wait there."""
        place = self.place_in(pool_id)
        return place.rank if place else None

    @property
    def places(self) -> tuple[object, ...]:
        """What counts as "what a person has": a change of it is mailed, a change of needs is only saved."""
        wish = (self.wish.pool_id, self.wish.state) if self.wish else None
        items = frozenset((entry.pool_id, entry.state) for entry in self.items)
        return self.answer, self.attendance, self.place_state, wish, items


class Answered(Protocol):
    """What a standing needs of a person: a registration, or a row of a list."""

    @property
    def pk(self) -> int:
        """The registration's id."""

    @property
    def answer(self) -> str:
        """What they have answered."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What a standing needs of a claim, where lists read thousands of them."""

    pk: int
    registration_id: int
    pool_id: int
    state: str
    offered_until: dt.datetime | None
    changed_at: dt.datetime
    reason: str
    pool: PlacePool


# In the order of the fields above.
_CLAIM_ROWS = """
SELECT id, registration_id, pool_id, state, offered_until, changed_at, reason FROM events_placeclaim
WHERE registration_id = ANY(%s::bigint[]) ORDER BY id
"""
type Claim = PlaceClaim | ClaimRow


def standings(registrations: Iterable[Answered], pools: Mapping[int, PlacePool] | None = None) -> dict[int, Standing]:
    """Return each registration's standing by its id; two queries however many there are.

    pools: all of the event, with their items, where thousands of people share them: joined to each claim they would
    cost more than everything else.
    """
    people = list(registrations)
    own: dict[int, list[Claim]] = {person.pk: [] for person in people}
    waiting = []
    for claim in _claims(own, pools):
        own[claim.registration_id].append(claim)
        if claim.state == State.WAITING:
            waiting.append(claim.pk)
    ranks = _ranks(waiting)
    return {person.pk: _standing(person, own[person.pk], ranks) for person in people}


def standing_of(registration: Registration) -> Standing:
    """Return one registration's standing."""
    return standings([registration])[registration.pk]


def _claims(registrations: Iterable[int], pools: Mapping[int, PlacePool] | None) -> Iterable[Claim]:
    if pools is None:
        claims = PlaceClaim.objects.filter(registration__in=among(registrations))
        return claims.select_related("pool__item").order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_ROWS, [id_array(registrations)])
        return [
            ClaimRow(pk, person, pool, state, until, changed_at, reason, pools[pool])
            for pk, person, pool, state, until, changed_at, reason in cursor.fetchall()
        ]


def _ranks(claim_ids: list[int]) -> dict[int, int]:
    """Return the position on the waiting list by claim: how many waiting claims of the pool stand at or before it."""
    if not claim_ids:
        return {}
    # Counted for each claim by the index "claim_queue"; a join would count every claim of the pool for each of them.
    queue = PlaceClaim.objects.filter(pool=OuterRef("pool"), state=State.WAITING, rank__lte=OuterRef("rank"))
    ahead = Subquery(queue.order_by().values("pool").annotate(n=Count("rank")).values("n"))
    return dict(PlaceClaim.objects.filter(pk__in=claim_ids).order_by().annotate(n=ahead).values_list("pk", "n"))


def _standing(person: Answered, claims: list[Claim], ranks: dict[int, int]) -> Standing:
    live = [claim for claim in claims if claim.state in PlaceClaim.LIVE]
    if len(live) > 1:
        live.sort(key=_sureness)
    items = _item_standings([claim for claim in live if claim.pool.item], ranks)
    at_event = [claim for claim in live if claim.pool.item is None]
    if not at_event:
        ended = _ended(claims)
        if ended is None:
            return Standing(answer=person.answer, items=items)
        when = ended.offered_until if ended.state == State.EXPIRED else ended.changed_at
        return Standing(answer=person.answer, items=items, ended=ended.state, ended_at=when)
    held, *wished = at_event
    return Standing(
        answer=person.answer,
        attendance=held.pool.kind,
        place_state=held.state,
        rank=ranks.get(held.pk),
        pool_id=held.pool_id,
        offered_until=held.offered_until,
        wish=_wish(wished[0], ranks) if wished else None,
        items=items,
    )


def _sureness(claim: Claim) -> tuple[int, int]:
    return SURENESS[State(claim.state)], claim.pk


def _wish(claim: Claim, ranks: dict[int, int]) -> Wish:
    return Wish(
        attendance=claim.pool.kind,
        state=claim.state,
        rank=ranks.get(claim.pk),
        pool_id=claim.pool_id,
        offered_until=claim.offered_until,
    )


def _item_standings(claims: list[Claim], ranks: dict[int, int]) -> tuple[ItemStanding, ...]:
    """Return the chosen items in the order of the programme; `claims` come with the surest first."""
    held: dict[tuple[str, ...], ProgrammeItem] = {}
    entries = []
    for claim in claims:
        item = claim.pool.item
        if item is None:
            continue
        group = claim.pool.choice_group
        entry = ItemStanding(
            item=item,
            state=claim.state,
            rank=ranks.get(claim.pk),
            pool_id=claim.pool_id,
            offered_until=claim.offered_until,
            instead_of=held.get(group),
        )
        entries.append(entry)
        held.setdefault(group, item)
    return tuple(sorted(entries, key=lambda entry: entry.item.position))


def _ended(claims: list[Claim]) -> Claim | None:
    """Return the last claim on a place at the event if its offer was declined or ran out, or organisers withdrew it."""
    last = max((claim for claim in claims if claim.pool.item is None), key=lambda claim: claim.pk, default=None)
    if last is None or last.state in (State.DECLINED, State.EXPIRED):
        return last
    # Only organisers give a reason for a withdrawal; who gives up a place themselves gives none.
    return last if last.state == State.WITHDRAWN and last.reason else None


@dataclass(frozen=True)
class PoolFigures:
    """Capacity and use of one pool; `free` is None without a limit."""

    pool: PlacePool
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        """Places left, never below zero."""
        return None if self.pool.capacity is None else max(0, self.pool.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        """Whether the next person waits: no place left, or somebody waits already."""
        return self.free == 0 or self.waiting > 0


def pool_figures(event: Event) -> dict[int, PoolFigures]:
    """Return the figures of all pools of an event by pool id; one query."""
    pools = PlacePool.objects.filter(event=event).select_related("item", "tally").order_by("item__position", "kind")
    return {pool.pk: figures_of(pool) for pool in pools}


def figures_of(pool: PlacePool) -> PoolFigures:
    """Return the figures of one pool; `tally` must be joined."""
    return PoolFigures(pool=pool, taken=pool.tally.taken, waiting=pool.tally.waiting)
