"""Offered places: until when, what accepting, declining and silence do, and that nobody is passed meanwhile."""

import datetime as dt

import pytest
from django.test import Client

from core.clock import db_now
from core.dates import BERLIN
from core.exceptions import DomainError
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.offer_deadline import offer_deadline
from events.services.own_places import accept_offer, decline_offer, settle, settle_due_offers
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.factories.events import (
    EventFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    found = EventFactory(format="hybrid", on_site=1, online=1)
    found.pools.update(mode=PlacePool.Mode.OFFER)
    return found


@pytest.fixture
def people(event: Event) -> list[Registration]:
    """The first has been offered the place, the others wait."""
    holder, *waiting = fill_up(event, 4)
    say_no(holder)
    return waiting


def on_site(event: Event) -> PlacePool:
    return event.pools.get(kind="on_site")


def states(people: list[Registration]) -> list[str]:
    return [standing_of(person).place_state for person in people]


def lapse(event: Event) -> None:
    """Let all offers of the event run out, as if their time had passed."""
    PlaceClaim.objects.filter(pool__event=event, state="offered").update(
        offered_until=db_now() - dt.timedelta(minutes=1)
    )


def situations(person: Registration) -> list[str]:
    found = OutboxMessage.objects.filter(ref=person.ref).order_by("created_at")
    return [mail.data["situation"] for mail in found]


def test_who_finds_room_has_it_at_once_and_who_waited_is_asked(event: Event, people: list[Registration]) -> None:
    assert states(people) == ["offered", "waiting", "waiting"]
    assert situations(people[0]) == ["waiting", "offered"]
    standing = standing_of(people[0])
    assert standing.offered_until > db_now()
    assert not standing.has_place
    assert [standing_of(person).rank for person in people[1:]] == [1, 2]


def test_accepting_makes_it_sure_once(event: Event, people: list[Registration]) -> None:
    for _ in range(3):
        assert accept_offer(registration=people[0], pool=on_site(event)).has_place
    assert situations(people[0]) == ["waiting", "offered", "confirmed"]


def test_declining_gives_it_on_and_ends_the_registration(event: Event, people: list[Registration]) -> None:
    for _ in range(2):
        decline_offer(registration=people[0], pool=on_site(event))
    people[0].refresh_from_db()
    assert people[0].answer == "no"
    assert states(people) == ["", "offered", "waiting"]
    assert situations(people[0]) == ["waiting", "offered", "declined"]
    assert situations(people[1]) == ["waiting", "offered"]
    say_yes(people[0])
    assert [standing_of(person).rank for person in people] == [2, None, 1]


def test_silence_gives_it_on_and_says_so(event: Event, people: list[Registration]) -> None:
    lapse(event)
    assert settle_due_offers() == 2
    assert settle_due_offers() == 0
    assert states(people) == ["", "offered", "waiting"]
    assert standing_of(people[0]).ended == "expired"
    assert situations(people[0]) == ["waiting", "offered", "expired"]


def test_a_late_click_gives_the_place_to_the_next_all_the_same(event: Event, people: list[Registration]) -> None:
    """RELIABILITY F9."""
    lapse(event)
    with pytest.raises(DomainError, match=r"Die Frist ist am .* abgelaufen. Der Platz ist weitergegeben"):
        accept_offer(registration=people[0], pool=on_site(event))
    assert states(people) == ["", "offered", "waiting"]


def test_who_answers_after_the_deadline_joins_at_the_end(event: Event, people: list[Registration]) -> None:
    lapse(event)
    assert say_yes(people[0]).rank == 2
    assert states(people) == ["waiting", "offered", "waiting"]


def test_a_newcomer_settles_what_is_over_and_passes_nobody(event: Event, people: list[Registration]) -> None:
    lapse(event)
    assert say_yes(RegistrationFactory(event=event)).rank == 2
    assert states(people) == ["", "offered", "waiting"]


def test_a_swap_waits_for_the_acceptance_and_silence_keeps_the_old_place(event: Event) -> None:
    (holder,) = fill_up(event, 1)
    person, next_in_line = RegistrationFactory.create_batch(2, event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    say_yes(next_in_line, "online")
    say_no(holder)
    standing = standing_of(person)
    assert (standing.attendance, standing.has_place, standing.wish.state) == ("online", True, "offered")
    lapse(event)
    settle_due_offers()
    standing = standing_of(person)
    assert (standing.attendance, standing.has_place, standing.wish) == ("online", True, None)
    assert situations(person)[-1] == "confirmed"
    assert Registration.objects.get(pk=person.pk).answer == "yes"


def test_an_accepted_swap_passes_the_old_place_on(event: Event) -> None:
    (holder,) = fill_up(event, 1)
    person, next_in_line = RegistrationFactory.create_batch(2, event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    say_yes(next_in_line, "online")
    say_no(holder)
    accept_offer(registration=person, pool=on_site(event))
    assert standing_of(person).attendance == "on_site"
    assert standing_of(next_in_line).place_state == "offered"


def test_declining_a_workshop_leaves_everything_else(event: Event) -> None:
    pool = ProgrammeItemFactory(event=event, kind="workshop", title="Werkstatt", places=1).pool
    PlacePool.objects.filter(pk=pool.pk).update(mode=PlacePool.Mode.OFFER)
    first, second = RegistrationFactory.create_batch(2, event=event)
    say_yes(first, "on_site", item_pools=(pool,))
    say_yes(second, "online", item_pools=(pool,))
    say_no(first)
    assert standing_of(second).items[0].state == "offered"
    decline_offer(registration=second, pool=pool)
    standing = standing_of(second)
    assert (standing.has_place, standing.items) == (True, ())


def test_raising_by_two_offers_to_the_first_two_and_lowering_takes_nothing_back(event: Event) -> None:
    people = fill_up(event, 4)
    pool = on_site(event)
    PlacePool.objects.filter(pk=pool.pk).update(capacity=3)
    newcomer = fill_up(event, 1)
    assert states([*people, *newcomer]) == ["confirmed", "offered", "offered", "waiting", "waiting"]
    PlacePool.objects.filter(pk=pool.pk).update(capacity=1)
    accept_offer(registration=people[1], pool=pool)
    assert states(people) == ["confirmed", "confirmed", "offered", "waiting"]


def test_nobody_moves_up_once_it_has_begun_or_is_called_off() -> None:
    for fields in ({"starts_at": db_now() - dt.timedelta(hours=1)}, {"cancelled_at": db_now()}):
        event = EventFactory(on_site=1)
        fill_up(event, 2)
        Event.objects.filter(pk=event.pk).update(**fields)
        PlacePool.objects.filter(event=event).update(capacity=5)
        assert settle(event) == 0


# --- Until when -------------------------------------------------------------------------------------------------------
def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2027, 3, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "hours", "starts", "until"),
    [
        # The owner's choice, far from the start.
        (at(1, 10), 48, at(30, 10), at(3, 10)),
        # A quarter of what is left: 40 hours, so ten.
        (at(1, 9), 48, at(3, 1), at(1, 19)),
        # What would end at night ends at nine.
        (at(1, 21), 24, at(30, 10), at(3, 9)),
        (at(1, 20), 11, at(30, 10), at(2, 9)),
        (at(1, 3), 24, at(30, 10), at(2, 9)),
        (at(1, 8), 24, at(30, 10), at(2, 8)),
        # The morning of the day itself would be too late: an hour at least, at night as well.
        (at(1, 22), 48, at(2, 10), at(2, 1)),
        (at(2, 8), 48, at(2, 10), at(2, 9)),
        # Never beyond the start.
        (at(2, 9, 30), 48, at(2, 10), at(2, 10)),
    ],
)
def test_the_deadline(now: dt.datetime, hours: int, starts: dt.datetime, until: dt.datetime) -> None:
    assert offer_deadline(now=now, hours=hours, starts_at=starts) == until


def test_the_night_of_summer_time_still_ends_at_nine() -> None:
    ends = offer_deadline(now=at(27, 20), hours=6, starts_at=at(31, 10))
    assert ends == at(28, 9)
    assert ends - at(27, 20).astimezone(dt.UTC) == dt.timedelta(hours=12)


# --- On the page ------------------------------------------------------------------------------------------------------
def link(person: Registration, more: str = "") -> str:
    return f"/e/{person.token}/{more}"


def test_the_page_shows_the_deadline_and_both_ways(client: Client, event: Event, people: list[Registration]) -> None:
    page = client.get(link(people[0])).content.decode()
    assert "Ein Platz vor Ort ist für Sie frei" in page
    assert "sonst geht er an die nächste Person" in page
    pool = on_site(event).pk
    assert f'action="/e/{people[0].token}/platz/{pool}/annehmen/"' in page
    assert client.get(link(people[0], f"platz/{pool}/annehmen/")).status_code == 200
    assert states(people)[0] == "offered"
    assert client.post(link(people[0], f"platz/{pool}/annehmen/")).url == link(people[0])
    assert "Sie sind angemeldet" in client.get(link(people[0])).content.decode()


def test_declining_asks_first(client: Client, event: Event, people: list[Registration]) -> None:
    address = link(people[0], f"platz/{on_site(event).pk}/ablehnen/")
    assert "Lehnen Sie ab, geht er an die nächste Person." in client.get(address).content.decode()
    assert client.post(address).url == link(people[0])
    page = client.get(link(people[0])).content.decode()
    assert "Sie haben den Platz abgelehnt" in page
    assert "Wieder anmelden" in page


def test_a_late_click_says_so_and_how_things_stand(client: Client, event: Event, people: list[Registration]) -> None:
    """RELIABILITY F9."""
    lapse(event)
    page = client.post(link(people[0], f"platz/{on_site(event).pk}/annehmen/")).content.decode()
    assert "Der Platz ist weitergegeben." in page
    assert "Die Frist ist abgelaufen" in page
    assert "Sie stellen sich dann hinten an." in page
    assert client.get(link(people[0], f"platz/{on_site(event).pk}/annehmen/")).url == link(people[0])


def test_leaving_a_workshops_waiting_list(client: Client, event: Event) -> None:
    pool = ProgrammeItemFactory(event=event, kind="workshop", title="Werkstatt", places=1).pool
    first, second = RegistrationFactory.create_batch(2, event=event)
    say_yes(first, "on_site", item_pools=(pool,))
    say_yes(second, "online", item_pools=(pool,))
    page = client.get(link(second)).content.decode()
    assert "„Werkstatt“: Platz 1 der Warteliste" in page
    address = link(second, f"platz/{pool.pk}/verlassen/")
    assert address in page
    assert "An Ihrer übrigen Anmeldung ändert sich nichts." in client.get(address).content.decode()
    assert client.post(address).url == link(second)
    assert standing_of(second).items == ()
    assert standing_of(second).has_place


def test_somebody_elses_place_is_none_of_ours(client: Client, people: list[Registration]) -> None:
    pool = PlacePool.objects.get(event=EventFactory(on_site=3))
    page = client.post(link(people[0], f"platz/{pool.pk}/annehmen/")).content.decode()
    assert "Sie stehen dort nicht mehr auf der Liste" in page
    assert client.post(link(people[0], "platz/999999/annehmen/")).status_code == 404
