"""Changing places: what is sure stays sure until the place one would rather have is given, and nothing else is lost."""

import pytest

from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.own_places import leave_waiting_list
from events.services.places import confirm_claim, fill, hand_over, lock_event, move_claims
from events.services.standing import standing_of
from mailing.models import OutboxMessage
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


@pytest.fixture
def event() -> Event:
    return EventFactory(format="hybrid", on_site=1, online=1)


def pool_of(event: Event, kind: str) -> PlacePool:
    return event.pools.get(kind=kind)


def workshop(event: Event, places: int, title: str = "") -> PlacePool:
    return ProgrammeItemFactory(
        event=event, kind="workshop", title=title or "Werkstatt", starts_at=in_days(30, 13), places=places
    ).pool


def claims(person: Registration) -> list[tuple[str, str]]:
    live = PlaceClaim.objects.filter(registration=person, state__in=PlaceClaim.LIVE).order_by("pk")
    return [(claim.pool.title, claim.state) for claim in live.select_related("pool__item")]


def mails(person: Registration) -> int:
    return OutboxMessage.objects.filter(ref=person.ref).count()


def test_a_full_wish_keeps_the_place_and_queues(event: Event) -> None:
    (holder,) = fill_up(event, 1)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    standing = say_yes(person, "on_site")
    assert claims(person) == [("online", "confirmed"), ("vor Ort", "waiting")]
    assert (standing.attendance, standing.has_place) == ("online", True)
    assert (standing.wish.attendance, standing.wish.rank) == ("on_site", 1)
    say_no(holder)
    assert claims(person) == [("vor Ort", "confirmed")]
    assert mails(person) == 3


def test_with_room_the_switch_is_one_step_and_one_mail(event: Event) -> None:
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    assert claims(person) == [("vor Ort", "confirmed")]
    assert mails(person) == 2


def test_the_place_left_behind_goes_on_in_the_same_cascade(event: Event) -> None:
    """One cancellation moves three people: on site, online, and whoever waited for online."""
    (holder,) = fill_up(event, 1)
    online, waiting = RegistrationFactory.create_batch(2, event=event)
    say_yes(online, "online")
    say_yes(waiting, "online")
    say_yes(online, "on_site")
    before = mails(online), mails(waiting)
    say_no(holder)
    assert claims(online) == [("vor Ort", "confirmed")]
    assert claims(waiting) == [("online", "confirmed")]
    assert (mails(online), mails(waiting)) == (before[0] + 1, before[1] + 1)


def test_asking_for_the_old_place_again_ends_the_wish(event: Event) -> None:
    fill_up(event, 1)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    say_yes(person, "online")
    assert claims(person) == [("online", "confirmed")]


def test_leaving_the_waiting_list_keeps_the_place(event: Event) -> None:
    fill_up(event, 1)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    leave_waiting_list(registration=person, pool=pool_of(event, "on_site"))
    leave_waiting_list(registration=person, pool=pool_of(event, "on_site"))
    assert claims(person) == [("online", "confirmed")]
    assert mails(person) == 3


def test_leaving_the_only_waiting_list_is_a_no(event: Event) -> None:
    fill_up(event, 1)
    person = RegistrationFactory(event=event)
    say_yes(person, "on_site", food=("vegan",))
    leave_waiting_list(registration=person, pool=pool_of(event, "on_site"))
    person.refresh_from_db()
    assert (person.answer, person.food, claims(person)) == ("no", [], [])


def test_a_workshop_is_changed_without_losing_the_first(event: Event) -> None:
    first, second = workshop(event, 1, "Erste"), workshop(event, 1, "Zweite")
    a, b = RegistrationFactory.create_batch(2, event=event)
    say_yes(a, "on_site", item_pools=(first,))
    say_yes(b, "online", item_pools=(second,))
    say_yes(a, "on_site", item_pools=(second,))
    assert claims(a) == [("vor Ort", "confirmed"), ("Erste", "confirmed"), ("Zweite", "waiting")]
    entries = {entry.item.title: entry for entry in standing_of(a).items}
    assert entries["Zweite"].instead_of.title == "Erste"
    assert entries["Erste"].instead_of is None
    say_yes(b, "online")
    assert claims(a) == [("vor Ort", "confirmed"), ("Zweite", "confirmed")]
    assert claims(b) == [("online", "confirmed")]


def test_changing_to_online_keeps_the_workshop(event: Event) -> None:
    pool = workshop(event, 1)
    person, other = RegistrationFactory.create_batch(2, event=event)
    say_yes(person, "on_site", item_pools=(pool,))
    say_yes(other, "on_site", item_pools=(pool,))
    say_yes(person, "online", item_pools=(pool,))
    assert claims(person) == [("Werkstatt", "confirmed"), ("online", "confirmed")]
    assert ("Werkstatt", "waiting") in claims(other)


def test_a_hand_confirmed_place_ends_what_was_held_instead(event: Event) -> None:
    fill_up(event, 1)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    locked = lock_event(event)
    claim = PlaceClaim.objects.select_related("pool__item", "registration").get(registration=person, state="waiting")
    confirm_claim(claim, reason="Grußwort")
    assert fill(locked) == set()
    assert claims(person) == [("vor Ort", "confirmed")]
    assert PlaceClaim.objects.get(pk=claim.pk).reason == "Grußwort"


def test_moved_claims_keep_state_and_rank_and_the_surer_of_two_wins(event: Event) -> None:
    on_site, online = pool_of(event, "on_site"), pool_of(event, "online")
    holder, both, waiting = RegistrationFactory.create_batch(3, event=event)
    say_yes(holder)
    say_yes(both, "online")
    say_yes(both, "on_site")
    say_yes(waiting)
    assert move_claims(source=on_site, target=online) == {holder.pk, both.pk, waiting.pk}
    assert [claims(person) for person in (holder, both, waiting)] == [
        [("online", "confirmed")],
        [("online", "confirmed")],
        [("online", "waiting")],
    ]
    assert standing_of(waiting).rank == 1


def test_handing_over_gives_places_and_turns_to_somebody_else(event: Event) -> None:
    pool = workshop(event, 1)
    giver, taker = RegistrationFactory.create_batch(2, event=event)
    say_yes(giver, item_pools=(pool,))
    hand_over(giver=giver, taker=taker)
    assert claims(giver) == []
    assert claims(taker) == [("vor Ort", "confirmed"), ("Werkstatt", "confirmed")]
