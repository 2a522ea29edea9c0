"""The organisers' check page of places: every pool, its queue, and the why of each. No query per person.

What is shown of a long queue is capped; a pool's own page turns over all of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from core.clock import db_now
from events.models import Event, PlaceClaim, PlacePool
from events.queue_reasons import overbookings, standstill, why_in_queue

State = PlaceClaim.State
# Enough to see who is next; the pool's own page shows everybody.
SHOWN = 10
PAGE_SIZE = 50
# Offers stand first, then who waits, then who noted a wish.
QUEUED = (State.OFFERED, State.WAITING, State.WISHED)
BY_STATE = Case(
    *(When(state=state, then=Value(number)) for number, state in enumerate(QUEUED)), output_field=IntegerField()
)
BADGES = {
    State.OFFERED: ("Angeboten", "warm", "wait"),
    State.WAITING: ("Wartet", "warm", "wait"),
    State.WISHED: ("Vorgemerkt", "line", "clock"),
}

type Held = Mapping[int, Sequence[PlaceClaim]]


@dataclass(frozen=True)
class QueueLine:
    """One person in a queue: rank while waiting, since when, and why not further."""

    claim: PlaceClaim
    rank: int | None
    badge: tuple[str, str, str]
    why: str


@dataclass(frozen=True)
class PoolView:
    """One counted pool: what is wrong, why nobody is next, and the head of its queue."""

    pool: Any
    label: str
    causes: Sequence[str] = ()
    standstill: str = ""
    queue: Sequence[QueueLine] = ()

    @property
    def taken(self) -> int:
        """Places that are gone: confirmed and offered."""
        return self.pool.confirmed + self.pool.offered

    @property
    def free(self) -> int | None:
        """Places left, never below zero; None without a limit."""
        return None if self.pool.capacity is None else max(0, self.pool.capacity - self.taken)

    @property
    def excess(self) -> int:
        """How many more places are given than there are."""
        return 0 if self.pool.capacity is None else max(0, self.taken - self.pool.capacity)

    @property
    def needs_a_look(self) -> bool:
        """Whether there is more to say than figures: somebody waits, or too many places are given."""
        return bool(self.queue or self.excess)

    @property
    def queue_length(self) -> int:
        """How many people stand in the queue, offers and noted wishes included."""
        return self.pool.offered + self.pool.waiting + self.pool.wished

    @property
    def hidden(self) -> int:
        """How many of them this page does not show."""
        return self.queue_length - len(self.queue)


def pool_views(event: Event) -> list[PoolView]:
    """Return every pool of the event, places at the event first; five queries however many people there are."""
    pools = list(counted_pools(PlacePool.objects.filter(event=event)))
    within = Window(RowNumber(), partition_by=[F("pool_id")], order_by=[BY_STATE, F("rank"), F("pk")])
    heads = _ranked(pools).annotate(line=within).filter(line__lte=SHOWN).order_by("pool_id", "line")
    queues: dict[int, list[PlaceClaim]] = defaultdict(list)
    for claim in heads:
        queues[claim.pool_id].append(claim)
    held = _held_by(claim.registration_id for queue in queues.values() for claim in queue)
    causes = overbookings(event, pools)
    now = db_now()
    return [
        PoolView(
            pool=pool,
            label=pool.title,
            causes=causes[pool.pk],
            standstill=standstill(event, pool, now),
            queue=[_line(claim, held, now) for claim in queues[pool.pk]],
        )
        for pool in pools
    ]


def queue_page(pool: PlacePool, number: Any) -> Page[Any]:
    """Return one page of a pool's whole queue: offers, then the waiting list by rank, then noted wishes."""
    page = Paginator(_ranked([pool]).order_by(BY_STATE, "rank", "pk"), PAGE_SIZE).get_page(number)
    claims = list(page.object_list)
    held, now = _held_by(claim.registration_id for claim in claims), db_now()
    page.object_list = [_line(claim, held, now) for claim in claims]
    return page


def counted_pools(pools: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `confirmed`, `offered`, `waiting` and `wished`, and join the item; places at the event come first."""
    counts = {state.value: Count("claims", filter=Q(claims__state=state)) for state in (State.CONFIRMED, *QUEUED)}
    by_programme = (F("item__position").asc(nulls_first=True), "kind")
    return pools.select_related("item").annotate(**counts).order_by(*by_programme)


def _ranked(pools: Iterable[PlacePool]) -> QuerySet[PlaceClaim]:
    """Return the queues of these pools with each claim's `place`: the position among those in the same state."""
    place = Window(RowNumber(), partition_by=[F("pool_id"), F("state")], order_by=[F("rank"), F("pk")])
    claims = PlaceClaim.objects.filter(pool__in=list(pools), state__in=QUEUED).annotate(place=place)
    return claims.select_related("registration__organisation", "pool__item")


def _held_by(registration_ids: Iterable[int]) -> Held:
    """Return the live claims of these people, so that each line can say what somebody has elsewhere."""
    held: dict[int, list[PlaceClaim]] = defaultdict(list)
    claims = PlaceClaim.objects.filter(registration__in=set(registration_ids), state__in=PlaceClaim.LIVE)
    for claim in claims.select_related("pool__item"):
        held[claim.registration_id].append(claim)
    return held


def _line(claim: Any, held: Held, now: Any) -> QueueLine:
    state = State(claim.state)
    return QueueLine(
        claim=claim,
        rank=claim.place if state == State.WAITING else None,
        badge=BADGES[state],
        why=why_in_queue(claim, held.get(claim.registration_id, ()), now),
    )
