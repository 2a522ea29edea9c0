"""Any sequence of what people, organisers and time do to places, and what must hold after every single step."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.clock import db_now
from core.exceptions import DomainError
from core.rehearsal import rehearse
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.changing import update_event
from events.services.filling import fill
from events.services.own_places import accept_offer, decline_offer, leave_waiting_list, settle_due_offers
from events.services.place_acts import Act, Kind, perform
from events.services.planning import Capacities
from events.services.pools import MovingUp
from events.services.programme import update_item
from events.services.public_registration import Person, register_publicly
from events.services.replies import Reply
from events.services.standing import Standing, standings
from mailing.models import OutboxMessage
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import (
    EventFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_no,
    say_yes,
)

PEOPLE = 6
TAKING, LIVE = PlaceClaim.TAKING, PlaceClaim.LIVE
# What each act by hand usually begins with.
HELD_BY = {Kind.CONFIRM: "waiting", Kind.MOVE: "waiting", Kind.WAIT: "confirmed", Kind.WITHDRAW: "confirmed"}
people_numbers = st.integers(0, PEOPLE - 1)
pool_numbers = st.integers(0, 4)
places = st.one_of(st.none(), st.integers(0, 3))


@dataclass(frozen=True)
class Picture:
    """Everything about an event's places at one moment."""

    claims: tuple[PlaceClaim, ...]
    pools: dict[int, PlacePool]
    standings: dict[int, Standing]
    mails: dict[int, int]
    revisions: dict[int, int]
    answers: dict[int, str]

    @classmethod
    def of(cls, event: Event) -> "Picture":
        """Take it."""
        people = list(Registration.objects.filter(event=event))
        mails = OutboxMessage.objects.filter(scope=event.scope).values_list("ref", flat=True)
        counts = [int(ref.rpartition(":")[2]) for ref in mails]
        return cls(
            tuple(PlaceClaim.objects.filter(pool__event=event).select_related("pool__item")),
            {pool.pk: pool for pool in PlacePool.objects.filter(event=event).select_related("item", "tally")},
            standings(people),
            {person.pk: counts.count(person.pk) for person in people},
            {person.pk: person.revision for person in people},
            {person.pk: person.answer for person in people},
        )

    def taken(self, pool_id: int) -> int:
        """How many places of the pool are given."""
        return sum(claim.pool_id == pool_id and claim.state in TAKING for claim in self.claims)

    def queue(self, pool_id: int) -> dict[int, int]:
        """Rank by claim of everybody who waits for the pool."""
        return {claim.pk: claim.rank for claim in self.claims if claim.pool_id == pool_id and claim.state == "waiting"}

    def holds(self, person: int, pool_id: int) -> bool:
        """Whether this person has a sure place in the pool."""
        places = [claim for claim in self.claims if claim.pool_id == pool_id and claim.state == "confirmed"]
        return person in {claim.registration_id for claim in places}


def check_state(now: Picture) -> None:
    """What holds at any moment."""
    for pool_id, pool in now.pools.items():
        waiting = now.queue(pool_id)
        tallied = (pool.tally.taken, pool.tally.waiting)
        assert tallied == (now.taken(pool_id), len(waiting)), f"{pool.title}: the tally is wrong"
        has_room = pool.capacity is None or now.taken(pool_id) < pool.capacity
        assert not (waiting and has_room), f"{pool.title}: somebody waits beside a free place"
        assert len(set(waiting.values())) == len(waiting), "two people have one rank"
        shown = [
            standing.rank_in(pool_id) for standing in now.standings.values() if standing.rank_in(pool_id) is not None
        ]
        assert sorted(shown) == list(range(1, len(waiting) + 1)), "ranks have gaps"
    live = [claim for claim in now.claims if claim.state in LIVE]
    assert len({(claim.registration_id, claim.pool_id) for claim in live}) == len(live), "two live claims on one pool"
    sure = [(claim.registration_id, claim.pool.choice_group) for claim in live if claim.state == "confirmed"]
    assert len(set(sure)) == len(sure), "two sure places that exclude each other"
    with_place = {claim.registration_id for claim in live if claim.pool.item is None and claim.state == "confirmed"}
    for claim in live:
        if claim.pool.item is not None:
            is_noted = claim.state == "wished"
            assert is_noted != (claim.registration_id in with_place), "an item without a place at the event"
    at_event = {claim.registration_id for claim in live if claim.pool.item is None}
    coming = {pk for pk, answer in now.answers.items() if answer == "yes"}
    assert at_event == coming, "a yes without place or rank, or a place without a yes"
    check_rings(now)


def check_rings(now: Picture) -> None:
    """No two or more people who are first in line wait for each other's places."""
    people = {claim.pk: claim.registration_id for claim in now.claims}
    first = {
        pool_id: people[min(queue, key=queue.__getitem__)]
        for pool_id, pool in now.pools.items()
        if (queue := now.queue(pool_id)) and now.taken(pool_id) == pool.capacity
    }
    for size in range(2, len(first) + 1):
        for ring in permutations(first, size):
            each_leaves = zip(ring, [*ring[1:], ring[0]], strict=True)
            is_one_group = len({now.pools[pool_id].choice_group for pool_id in ring}) == 1
            closed = is_one_group and all(now.holds(first[pool_id], left) for pool_id, left in each_leaves)
            assert not closed, "people wait for each other's places"


def check_step(before: Picture, now: Picture, *, by_hand: bool = False, announcements: int = 1) -> None:
    """What holds from one moment to the next: no overbooking, nobody passed, one mail per change."""
    states = {claim.pk: claim.state for claim in before.claims}
    for pool_id, pool in now.pools.items():
        taken = now.taken(pool_id)
        is_over = pool.capacity is not None and taken > pool.capacity
        assert by_hand or not is_over or taken <= before.taken(pool_id), f"{pool.title}: overbooked"
        served = [
            claim.rank
            for claim in now.claims
            if claim.pool_id == pool_id and claim.state in TAKING and states.get(claim.pk) not in TAKING
        ]
        passed = now.queue(pool_id).keys() & before.queue(pool_id).keys()
        first_left = min((now.queue(pool_id)[pk] for pk in passed), default=None)
        if served and first_left is not None and not by_hand:
            assert max(served) < first_left, f"{pool.title}: somebody was passed"
    for pk in now.standings.keys() & before.standings.keys():
        standing = now.standings[pk]
        mails = now.mails[pk] - before.mails[pk]
        has_changed = standing.places != before.standings[pk].places
        assert mails == now.revisions[pk] - before.revisions[pk], "a mail without a revision"
        if has_changed:
            assert 1 <= mails <= announcements, f"{mails} mails for one change"
        elif announcements == 1:
            assert mails == 0, "a mail although nothing changed"


class Places(RuleBasedStateMachine):
    """Six people, on site and online, two parallel workshops and one later; every pool in either mode."""

    @initialize(modes=st.lists(st.booleans(), min_size=5, max_size=5), limits=st.lists(places, min_size=2, max_size=2))
    def begin(self, modes: list[bool], limits: list[int | None]) -> None:
        """Lay out the event."""
        self.actor = CentreStaffFactory()
        self.event = EventFactory(format="hybrid", on_site=limits[0], online=limits[1])
        items = [
            ProgrammeItemFactory(event=self.event, kind="workshop", starts_at=in_days(30, hour), places=1)
            for hour in (13, 13, 15)
        ]
        self.pools = [*self.event.pools.filter(item=None).order_by("kind"), *(item.pool for item in items)]
        for pool, is_offer in zip(self.pools, modes, strict=True):
            PlacePool.objects.filter(pk=pool.pk).update(mode="offer" if is_offer else "automatic")
        self.people = RegistrationFactory.create_batch(PEOPLE, event=self.event)
        self.before = Picture.of(self.event)

    @contextmanager
    def step(self, **expected: Any) -> Any:
        """Do something and compare; a refusal in words is as good as doing it."""
        try:
            yield
        except DomainError as refusal:
            assert refusal.message.endswith(".")  # noqa: PT017 - both ends are right
        now = Picture.of(self.event)
        check_step(self.before, now, **expected)
        self.before = now

    def person(self, number: int) -> Registration:
        """Return the row as it is now, as a view would find it."""
        return Registration.objects.select_related("event__owner").get(pk=self.people[number].pk)

    @rule(
        number=people_numbers, kind=st.sampled_from(["on_site", "online"]), first=st.integers(0, 2), late=st.booleans()
    )
    def answer(self, number: int, kind: str, first: int, late: bool) -> None:
        """Register, switch, choose other items: the same call."""
        wishes = ([], [self.pools[2]], [self.pools[3]])[first] + ([self.pools[4]] if late else [])
        with self.step():
            say_yes(self.person(number), kind, item_pools=tuple(wishes))

    @rule(kind=st.sampled_from(["on_site", "online"]), items=st.sampled_from([(), (2,), (3, 4)]), lapses=st.booleans())
    def register(self, kind: str, items: tuple[int, ...], lapses: bool) -> None:
        """Somebody new comes in by the short way, perhaps when an offer has just run out: as if fill() had done it."""
        if lapses:
            offers = PlaceClaim.objects.filter(pool__event=self.event, state="offered")
            offers.update(offered_until=db_now() - dt.timedelta(seconds=1))
        reply = Reply(answer="yes", attendance=kind, item_pools=tuple(self.pools[number] for number in items))
        number = uuid.uuid4()
        with self.step():
            register_publicly(
                event=self.event, person=Person(name="Nora Neu", email=f"{number}@example.org"), reply=reply,
                submission=number, address=str(number), form_path="/",
            )  # fmt: skip
            self.event.registrations.filter(submission=number).update(unproven_until=None)
        newcomer = self.event.registrations.filter(submission=number).values_list("pk", flat=True)
        moved = rehearse(lambda: fill(Event.objects.get(pk=self.event.pk)))
        assert not moved.intersection(newcomer), "fill() gives a newcomer something else"
        assert lapses or not moved, "fill() was needed"

    @rule(number=people_numbers)
    def cancel(self, number: int) -> None:
        """Say no."""
        with self.step():
            say_no(self.person(number))

    @rule(pool=pool_numbers, capacity=places, is_offer=st.booleans())
    def change_pool(self, pool: int, capacity: int | None, is_offer: bool) -> None:
        """Raise or lower, and choose how places are given."""
        chosen = PlacePool.objects.select_related("item", "event").get(pk=self.pools[pool].pk)
        moving_up = MovingUp("offer" if is_offer else "automatic")
        event = Event.objects.get(pk=self.event.pk)
        with self.step():
            if chosen.item:
                update_item(
                    actor=self.actor, item=chosen.item, version=chosen.item.version, fields={}, people=(), tables=(),
                    capacity=capacity, moving_up=moving_up,
                )  # fmt: skip
            else:
                limits = {each.kind: each.capacity for each in event.pools.filter(item=None)} | {chosen.kind: capacity}
                update_event(
                    actor=self.actor, event=event, version=event.version, fields={},
                    capacities=Capacities(**limits, moving_up={chosen.kind: moving_up}),
                )  # fmt: skip

    @rule(number=people_numbers, pool=pool_numbers, act=st.sampled_from([accept_offer, decline_offer]))
    def decide(self, number: int, pool: int, act: Callable[..., Standing]) -> None:
        """Accept or decline, offered or not."""
        with self.step():
            act(registration=self.person(number), pool=self.pools[pool])

    @rule(choice=st.integers(0, 99), act=st.sampled_from([accept_offer, decline_offer]))
    def decide_an_offer(self, choice: int, act: Callable[..., Standing]) -> None:
        """Accept or decline one of the offers there are."""
        offers = self.live("offered")
        if offers:
            claim = offers[choice % len(offers)]
            with self.step():
                act(registration=claim.registration, pool=claim.pool)

    @rule(number=people_numbers, pool=pool_numbers)
    def leave(self, number: int, pool: int) -> None:
        """Leave a waiting list."""
        with self.step():
            leave_waiting_list(registration=self.person(number), pool=self.pools[pool])

    @rule(choice=st.integers(0, 99), number=people_numbers, how=st.sampled_from(["beat", "late", "other"]))
    def let_lapse(self, choice: int, number: int, how: str) -> None:
        """Let a deadline pass; then the beat comes, or a late click, or somebody else acts."""
        offers = self.live("offered")
        if not offers:
            return
        claim = offers[choice % len(offers)]
        PlaceClaim.objects.filter(pk=claim.pk).update(offered_until=db_now() - dt.timedelta(seconds=1))
        with self.step(announcements=2 if how == "late" else 1):
            if how == "beat":
                settle_due_offers()
            elif how == "late":
                accept_offer(registration=claim.registration, pool=claim.pool)
            else:
                say_yes(self.person(number))

    @rule(choice=st.integers(0, 99), kind=st.sampled_from(Kind), goal=pool_numbers)
    def act_by_hand(self, choice: int, kind: Kind, goal: int) -> None:
        """An organiser confirms, moves, puts back or withdraws; passing the queue is a logged act."""
        claims = self.live("offered" if kind == Kind.CONFIRM and choice % 2 else HELD_BY[kind])
        if not claims:
            return
        claim = claims[choice % len(claims)]
        act = Act(
            kind=kind, claims=(claim.pk,), target=self.pools[goal].pk, beyond_capacity=True, reason="Grußwort"
        )  # fmt: skip
        with self.step(by_hand=kind in (Kind.CONFIRM, Kind.MOVE)):
            perform(actor=self.actor, event=Event.objects.get(pk=self.event.pk), act=act)

    def live(self, state: str) -> list[PlaceClaim]:
        """Return the claims in this state, in a stable order."""
        claims = PlaceClaim.objects.filter(pool__event=self.event, state=state).order_by("pk")
        return list(claims.select_related("pool__item", "registration__event__owner"))

    @precondition(lambda self: hasattr(self, "event"))
    @invariant()
    def holds(self) -> None:
        """What must hold does."""
        check_state(self.before)
