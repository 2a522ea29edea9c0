"""Rings: people who wait for each other's places change them at once, and nobody who waits longer is passed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import ChangeEntry
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.own_places import leave_waiting_list
from events.services.programme import update_item
from events.services.rings import closed_rings, find_rings
from events.services.standing import standing_of
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return EventFactory(format="hybrid", on_site=None, online=None)


def workshops(event: Event, count: int, places: int = 1) -> list[PlacePool]:
    """Lay out workshops at the same time, called A, B, C …"""
    items = [
        ProgrammeItemFactory(event=event, kind="workshop", title=title, starts_at=in_days(30, 13), places=places)
        for title in "ABCDE"[:count]
    ]
    return [item.pool for item in items]


def holders(event: Event, pools: list[PlacePool]) -> list[Registration]:
    """Return one person in each pool."""
    people = RegistrationFactory.create_batch(len(pools), event=event)
    for person, pool in zip(people, pools, strict=True):
        ask(person, pool)
    return people


def ask(person: Registration, *pools: PlacePool) -> None:
    say_yes(person, item_pools=pools)


def has(person: Registration) -> list[tuple[str, str]]:
    return sorted((entry.item.title, entry.state) for entry in standing_of(person).items)


def mails(person: Registration) -> int:
    return OutboxMessage.objects.filter(ref=person.ref).count()


def test_two_people_change_workshops_in_one_step_with_one_mail_each(event: Event) -> None:
    pools = workshops(event, 2)
    first, second = holders(event, pools)
    ask(first, pools[1])
    assert has(first) == [("A", "confirmed"), ("B", "waiting")]
    before = mails(first), mails(second)
    ask(second, pools[0])
    assert (has(first), has(second)) == ([("B", "confirmed")], [("A", "confirmed")])
    assert (mails(first), mails(second)) == (before[0] + 1, before[1] + 1)
    entries = ChangeEntry.objects.filter(action="Plätze getauscht").order_by("ref")
    assert {entry.ref: entry.changes["place"] for entry in entries} == {
        first.ref: ["A", "B"],
        second.ref: ["B", "A"],
    }


def test_five_people_change_in_one_ring(event: Event) -> None:
    pools = workshops(event, 5)
    people = holders(event, pools)
    for number, person in enumerate(people):
        ask(person, pools[(number + 1) % 5])
    assert [has(person) for person in people] == [[(title, "confirmed")] for title in "BCDEA"]


def test_on_site_and_online_are_changed_too_and_workshops_stay() -> None:
    event = EventFactory(format="hybrid", on_site=1, online=1)
    (pool,) = workshops(event, 1)
    here, there = RegistrationFactory.create_batch(2, event=event)
    say_yes(here, "on_site", item_pools=(pool,))
    say_yes(there, "online")
    say_yes(here, "online", item_pools=(pool,))
    say_yes(there, "on_site")
    assert [standing_of(person).attendance for person in (here, there)] == ["online", "on_site"]
    assert has(here) == [("A", "confirmed")]


def test_where_places_are_offered_a_ring_is_closed_at_once(event: Event) -> None:
    """No place is kept free in vain: each of them has one and keeps one."""
    pools = workshops(event, 2)
    PlacePool.objects.filter(event=event).update(mode="offer")
    first, second = holders(event, pools)
    ask(first, pools[1])
    ask(second, pools[0])
    assert (has(first), has(second)) == ([("B", "confirmed")], [("A", "confirmed")])


def test_who_waits_longer_is_not_passed(event: Event) -> None:
    """The place that a change leaves in B belongs to whoever is first in line there."""
    pools = workshops(event, 2)
    first, second = holders(event, pools)
    patient = RegistrationFactory(event=event)
    ask(patient, pools[1])
    ask(first, pools[1])
    ask(second, pools[0])
    assert has(first) == [("A", "confirmed"), ("B", "waiting")]
    assert has(second) == [("A", "waiting"), ("B", "confirmed")]
    leave_waiting_list(registration=patient, pool=pools[1])
    assert (has(first), has(second)) == ([("B", "confirmed")], [("A", "confirmed")])


def test_a_ring_that_the_last_free_place_leaves_behind_is_closed(event: Event) -> None:
    """Somebody gets the place that became free; who is next then waits for somebody who waits for them."""
    pools = workshops(event, 2)
    first, second = holders(event, pools)
    patient = RegistrationFactory(event=event)
    ask(patient, pools[1])
    ask(first, pools[1])
    ask(second, pools[0])
    item = pools[1].item
    update_item(
        actor=CentreStaffFactory(), item=item, version=item.version, fields={}, people=(), tables=(), capacity=2
    )
    assert has(patient) == [("B", "confirmed")]
    assert (has(first), has(second)) == ([("B", "confirmed")], [("A", "confirmed")])


def test_a_ring_goes_on_into_what_it_frees(event: Event) -> None:
    """Each place stays taken: whoever waits behind the ring waits on, one rank further in front."""
    pools = workshops(event, 2)
    first, second = holders(event, pools)
    behind = RegistrationFactory(event=event)
    ask(first, pools[1])
    ask(behind, pools[1])
    assert standing_of(behind).items[0].rank == 2
    ask(second, pools[0])
    assert (has(first), has(second)) == ([("B", "confirmed")], [("A", "confirmed")])
    assert standing_of(behind).items[0].rank == 1


def test_items_at_other_times_make_no_ring(event: Event) -> None:
    (early,) = workshops(event, 1)
    late = ProgrammeItemFactory(event=event, kind="workshop", title="Z", starts_at=in_days(30, 16), places=1).pool
    first, second = holders(event, [early, late])
    ask(first, early, late)
    ask(second, early, late)
    assert has(first) == [("A", "confirmed"), ("Z", "waiting")]
    assert has(second) == [("A", "waiting"), ("Z", "confirmed")]


def test_nobody_new_comes_into_an_overbooked_pool(event: Event) -> None:
    pools = workshops(event, 2, places=2)
    people = holders(event, [pools[0], pools[0], pools[1], pools[1]])
    PlacePool.objects.filter(pk=pools[0].pk).update(capacity=1)
    ask(people[0], pools[1])
    ask(people[2], pools[0])
    assert has(people[0]) == [("A", "confirmed"), ("B", "waiting")]
    say_no(people[1])
    assert (has(people[0]), has(people[2])) == ([("B", "confirmed")], [("A", "confirmed")])


def test_an_offer_not_accepted_yet_is_no_place_to_change(event: Event) -> None:
    pools = workshops(event, 2)
    first, second = holders(event, pools)
    PlaceClaim.objects.filter(registration=first, pool=pools[0]).update(
        state="offered", offered_until=in_days(2, 12), rank=1
    )
    ask(first, pools[1])
    ask(second, pools[0])
    assert has(first) == [("A", "offered"), ("B", "waiting")]
    assert has(second) == [("A", "waiting"), ("B", "confirmed")]


def queries_for_rings(event: Event) -> int:
    pools = list(PlacePool.objects.filter(event=event).select_related("item"))
    with CaptureQueriesContext(connection) as queries:
        find_rings(pools)
    return len(queries)


def test_looking_for_rings_costs_no_query_where_there_can_be_none_and_two_at_most(event: Event) -> None:
    pools = workshops(event, 1)
    ask(RegistrationFactory(event=event), pools[0])
    assert queries_for_rings(event) == 0
    pools = workshops(event, 4)
    assert queries_for_rings(event) == 1
    for _ in range(3):
        holders(event, pools)
    assert queries_for_rings(event) == 2


@pytest.mark.parametrize(
    ("leaves", "rings"),
    [
        ({}, []),
        ({1: 2}, []),
        ({1: 2, 2: 1}, [[1, 2]]),
        # Who waits for a place in a ring but whose own nobody in it wants stands outside.
        ({1: 2, 2: 3, 3: 2}, [[2, 3]]),
        ({1: 2, 2: 3, 3: 1, 7: 8, 8: 7, 9: 7}, [[1, 2, 3], [7, 8]]),
        ({5: 1, 1: 2, 2: 9}, []),
    ],
)
def test_rings_in_a_map(leaves: dict[int, int], rings: list[list[int]]) -> None:
    assert closed_rings(leaves) == rings
