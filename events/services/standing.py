"""What a person has at an event right now: the one description that page, mail and list share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q

from events.models import Event, PlaceClaim, PlacePool, ProgrammeItem, Registration

State = PlaceClaim.State


@dataclass(frozen=True)
class ItemStanding:
    """One chosen programme item: its title, room, the state of the claim and the rank while waiting."""

    item: ProgrammeItem
    state: str
    rank: int | None


@dataclass(frozen=True)
class Standing:
    """The person's answer and places. `rank` counts from 1 on the event's waiting list."""

    answer: str
    attendance: str = ""
    place_state: str = ""
    rank: int | None = None
    offered_until: Any = None
    items: tuple[ItemStanding, ...] = field(default=())

    @property
    def has_place(self) -> bool:
        """Whether the place at the event is sure."""
        return self.place_state == State.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        """Whether the person waits for a place at the event."""
        return self.place_state == State.WAITING

    @property
    def attendance_label(self) -> str:
        """Return "vor Ort" or "online"."""
        return Registration.Attendance(self.attendance).label if self.attendance else ""


def standings(registrations: Iterable[Registration]) -> dict[int, Standing]:
    """Return each registration's standing by its id; two queries however many there are."""
    people = list(registrations)
    claims = (
        PlaceClaim.objects.filter(registration__in=[person.pk for person in people], state__in=PlaceClaim.LIVE)
        .select_related("pool__item")
        .order_by("pool__item__position", "pk")
    )
    own: dict[int, list[PlaceClaim]] = {person.pk: [] for person in people}
    waiting = []
    for claim in claims:
        own[claim.registration_id].append(claim)
        if claim.state == State.WAITING:
            waiting.append(claim.pk)
    ranks = _ranks(waiting)
    return {person.pk: _standing(person, own[person.pk], ranks) for person in people}


def standing_of(registration: Registration) -> Standing:
    """Return one registration's standing."""
    return standings([registration])[registration.pk]


def _ranks(claim_ids: list[int]) -> dict[int, int]:
    """Return the position on the waiting list by claim: how many waiting claims of the pool stand at or before it."""
    if not claim_ids:
        return {}
    ahead = Count("pool__claims", filter=Q(pool__claims__state=State.WAITING, pool__claims__rank__lte=F("rank")))
    return dict(PlaceClaim.objects.filter(pk__in=claim_ids).order_by().annotate(n=ahead).values_list("pk", "n"))


def _standing(person: Registration, claims: list[PlaceClaim], ranks: dict[int, int]) -> Standing:
    event_claim = next((claim for claim in claims if claim.pool.kind != PlacePool.Kind.ITEM), None)
    items = tuple(
        ItemStanding(item=claim.pool.item, state=claim.state, rank=ranks.get(claim.pk))
        for claim in claims
        if claim.pool.item
    )
    if event_claim is None:
        return Standing(answer=person.answer, items=items)
    return Standing(
        answer=person.answer,
        attendance=event_claim.pool.kind,
        place_state=event_claim.state,
        rank=ranks.get(event_claim.pk),
        offered_until=event_claim.offered_until,
        items=items,
    )


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
    pools = (
        PlacePool.objects.filter(event=event)
        .select_related("item")
        .annotate(
            taken=Count("claims", filter=Q(claims__state__in=PlaceClaim.TAKING)),
            waiting=Count("claims", filter=Q(claims__state=State.WAITING)),
        )
        .order_by("item__position", "kind")
    )
    return {pool.pk: PoolFigures(pool=pool, taken=pool.taken, waiting=pool.waiting) for pool in pools}
