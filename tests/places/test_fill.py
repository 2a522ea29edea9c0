"""Who gets a place: order, no overbooking, nobody passed, no idle place."""

import random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.exceptions import DomainError
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.places import fill, lock_event
from events.services.standing import pool_figures, standing_of
from tests.factories.events import (
    EventFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db


def refill(event: Event) -> set[int]:
    with transaction.atomic():
        return fill(lock_event(event))


def states(people: list[Registration]) -> list[str]:
    return [standing_of(person).place_state for person in people]


def set_capacity(event: Event, capacity: int | None, kind: str = "on_site") -> None:
    PlacePool.objects.filter(event=event, kind=kind).update(capacity=capacity)
    refill(event)


def test_first_come_first_served_then_ranks_from_one() -> None:
    people = fill_up(EventFactory(on_site=2), 5)
    assert states(people) == ["confirmed"] * 2 + ["waiting"] * 3
    assert [standing_of(person).rank for person in people[2:]] == [1, 2, 3]


def test_without_a_limit_everybody_is_confirmed() -> None:
    assert set(states(fill_up(EventFactory(), 5))) == {"confirmed"}


def test_a_cancellation_serves_the_first_who_waits() -> None:
    people = fill_up(EventFactory(on_site=1), 3)
    say_no(people[0])
    assert states(people) == ["", "confirmed", "waiting"]
    assert standing_of(people[2]).rank == 1


def test_whoever_comes_back_stands_at_the_end() -> None:
    people = fill_up(EventFactory(on_site=1), 3)
    say_no(people[0])
    say_yes(people[0])
    assert [standing_of(person).rank for person in people] == [2, None, 1]


def test_a_newcomer_never_passes_the_waiting_list() -> None:
    event = EventFactory(on_site=1)
    holder, waiting = fill_up(event, 2)
    PlaceClaim.objects.filter(registration=holder).update(state="withdrawn")
    newcomer = RegistrationFactory(event=event)
    say_yes(newcomer)
    assert states([waiting, newcomer]) == ["confirmed", "waiting"]


def test_lowering_throws_nobody_out_and_serves_nobody() -> None:
    event = EventFactory(on_site=3)
    people = fill_up(event, 4)
    set_capacity(event, 1)
    assert states(people) == ["confirmed"] * 3 + ["waiting"]
    say_no(people[0])
    assert states(people[1:]) == ["confirmed"] * 2 + ["waiting"]
    assert pool_figures(event)[event.pools.get().pk].free == 0


def test_raising_by_three_serves_the_first_three() -> None:
    event = EventFactory(on_site=1)
    people = fill_up(event, 6)
    set_capacity(event, 4)
    assert states(people) == ["confirmed"] * 4 + ["waiting"] * 2


def test_on_site_and_online_are_counted_apart() -> None:
    event = EventFactory(format="hybrid", on_site=1, online=1)
    people = RegistrationFactory.create_batch(4, event=event)
    for person, attendance in zip(people, ("on_site", "online", "on_site", "online"), strict=True):
        say_yes(person, attendance)
    assert states(people) == ["confirmed", "confirmed", "waiting", "waiting"]


def test_switching_frees_the_old_place_for_the_next() -> None:
    event = EventFactory(format="hybrid", on_site=1, online=5)
    people = fill_up(event, 2)
    say_yes(people[0], "online")
    assert states(people) == ["confirmed", "confirmed"]
    assert standing_of(people[0]).attendance == "online"


def workshop(event: Event, places: int, hour: int = 13) -> PlacePool:
    return ProgrammeItemFactory(event=event, kind="workshop", starts_at=in_days(30, hour), places=places).pool


def test_whoever_waits_for_the_event_has_a_workshop_only_noted() -> None:
    event = EventFactory(on_site=1)
    pool = workshop(event, 1)
    holder, waiting = RegistrationFactory.create_batch(2, event=event)
    say_yes(holder)
    say_yes(waiting, item_pools=(pool,))
    assert PlaceClaim.objects.get(registration=waiting, pool=pool).state == "wished"
    say_no(holder)
    assert PlaceClaim.objects.get(registration=waiting, pool=pool).state == "confirmed"


def test_a_noted_wish_queues_with_the_rank_of_its_day() -> None:
    event = EventFactory(on_site=2)
    pool = workshop(event, 1)
    first, second, early, late = RegistrationFactory.create_batch(4, event=event)
    say_yes(first, item_pools=(pool,))
    say_yes(second)
    say_yes(early, item_pools=(pool,))
    set_capacity(event, 3)
    say_yes(late, item_pools=(pool,))
    set_capacity(event, 4)
    say_no(first)
    assert PlaceClaim.objects.get(registration=early, pool=pool).state == "confirmed"
    assert PlaceClaim.objects.get(registration=late, pool=pool).state == "waiting"


def test_cancelling_the_event_gives_back_the_workshop() -> None:
    event = EventFactory()
    pool = workshop(event, 1)
    holder, waiting = RegistrationFactory.create_batch(2, event=event)
    say_yes(holder, item_pools=(pool,))
    say_yes(waiting, item_pools=(pool,))
    say_no(holder)
    assert PlaceClaim.objects.get(registration=waiting, pool=pool).state == "confirmed"


def test_two_workshops_at_the_same_time_are_refused() -> None:
    event = EventFactory()
    pools = (workshop(event, 5), workshop(event, 5))
    with pytest.raises(DomainError, match="laufen gleichzeitig"):
        say_yes(RegistrationFactory(event=event), item_pools=pools)
    say_yes(RegistrationFactory(event=event), item_pools=(pools[0], workshop(event, 5, hour=15)))


def test_filling_again_changes_nothing() -> None:
    event = EventFactory(on_site=2)
    fill_up(event, 4)
    before = list(PlaceClaim.objects.order_by("pk").values())
    assert refill(event) == set()
    assert list(PlaceClaim.objects.order_by("pk").values()) == before


def test_offers_take_a_place_until_they_end() -> None:
    event = EventFactory(on_site=1)
    PlacePool.objects.filter(event=event).update(mode=PlacePool.Mode.OFFER)
    people = fill_up(event, 3)
    assert states(people) == ["confirmed", "waiting", "waiting"]
    say_no(people[0])
    assert states(people) == ["", "offered", "waiting"]


def test_the_number_of_queries_does_not_grow() -> None:
    counts = []
    for size in (2, 12):
        event = EventFactory(on_site=size)
        for _ in range(size):
            workshop(event, 1)
        fill_up(event, size * 2)
        event.pools.update(capacity=size * 3)
        with CaptureQueriesContext(connection) as queries:
            refill(event)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def check(event: Event) -> None:
    """What always holds, whatever happened before."""
    for figures in pool_figures(event).values():
        capacity = figures.pool.capacity
        claims = list(PlaceClaim.objects.filter(pool=figures.pool))
        waiting = [claim.rank for claim in claims if claim.state == "waiting"]
        assert capacity is None or figures.taken <= capacity
        assert not waiting or figures.free == 0
        assert len(set(waiting)) == len(waiting)
    live = PlaceClaim.objects.filter(pool__event=event, state__in=PlaceClaim.LIVE, pool__item=None)
    sure = live.filter(state="confirmed")
    assert sure.count() == sure.values("registration").distinct().count()
    yes = set(Registration.objects.filter(event=event, answer="yes").values_list("pk", flat=True))
    assert set(live.values_list("registration", flat=True)) == yes


@pytest.mark.parametrize("seed", range(4))
def test_nothing_breaks_in_any_order(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same course of events each time
    event = EventFactory(format="hybrid", on_site=3, online=2)
    pools = [workshop(event, 2), workshop(event, 1)]
    people = RegistrationFactory.create_batch(9, event=event)
    for _ in range(40):
        person = chance.choice(people)
        action = chance.random()
        if action < 0.25:
            say_no(person)
        elif action < 0.35:
            kind = chance.choice(("on_site", "online"))
            pool = event.pools.get(kind=kind)
            set_capacity(event, (pool.capacity or 0) + 1, kind)
        else:
            wish = chance.choice(((), (pools[0],), (pools[1],)))
            say_yes(person, chance.choice(("on_site", "online")), item_pools=wish)
        check(event)
