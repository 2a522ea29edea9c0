"""Organisers choose per pool how a freed place is given: confirmed at once or offered, and for how long."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import ChangeEntry
from events.models import Event, PlacePool
from events.services.changing import update_event
from events.services.planning import Capacities
from events.services.pools import MovingUp
from events.services.standing import standing_of
from tests.factories.events import EventFactory, ProgrammeItemFactory, fill_up, say_no

pytestmark = pytest.mark.django_db


def change(event: Event, actor: object, places: int | None, **moving_up: MovingUp) -> None:
    event.refresh_from_db()
    update_event(
        actor=actor, event=event, version=event.version, fields={}, capacities=Capacities(places, moving_up=moving_up)
    )


def test_the_choice_is_saved_with_a_reason_in_the_journal(zoe) -> None:
    event = EventFactory(on_site=1)
    change(event, zoe, 1, on_site=MovingUp("offer", 24))
    pool = event.pools.get()
    assert (pool.mode, pool.offer_hours) == ("offer", 24)
    entry = ChangeEntry.objects.filter(scope=event.scope).latest("at")
    assert entry.changes == {"Nachrücken, vor Ort": ["sofort bestätigt", "als Angebot für 24 Stunden"]}


def test_raising_the_capacity_offers_to_the_first_who_wait(zoe) -> None:
    event = EventFactory(on_site=1)
    people = fill_up(event, 4)
    change(event, zoe, 3, on_site=MovingUp("offer", 24))
    assert [standing_of(person).place_state for person in people] == ["confirmed", "offered", "offered", "waiting"]


def test_without_a_choice_everything_stays_and_offers_keep_their_deadline(zoe) -> None:
    event = EventFactory(on_site=1)
    change(event, zoe, 1, on_site=MovingUp("offer", 24))
    first, second = fill_up(event, 2)
    say_no(first)
    deadline = standing_of(second).offered_until
    change(event, zoe, 1)
    assert event.pools.get().mode == "offer"
    change(event, zoe, 1, on_site=MovingUp("automatic"))
    assert (standing_of(second).place_state, standing_of(second).offered_until) == ("offered", deadline)
    assert event.pools.get().offer_hours == 24


def test_the_form_of_an_item_asks(sign_in, zoe) -> None:
    event = EventFactory()
    item = ProgrammeItemFactory(event=event, kind="workshop", places=3)
    client: Client = sign_in(zoe)
    address = reverse("events:item-update", args=[event.slug, item.pk])
    page = client.get(address).content.decode()
    assert "Wird einer dieser Plätze frei" in page
    data = {"kind": "workshop", "title": "W", "is_choosable": "on", "capacity": "3", "mode": "offer", "hours": "12"}
    rows = {"person_rows": "0", "table_rows": "0", "version": str(item.version)}
    assert client.post(address, data | rows).status_code == 302
    pool = PlacePool.objects.get(item=item)
    assert (pool.mode, pool.offer_hours) == ("offer", 12)


def test_the_form_of_an_event_asks_for_its_ways_to_take_part(sign_in, zoe) -> None:
    event = EventFactory(on_site=5)
    page = sign_in(zoe).get(reverse("events:event-update", args=[event.slug])).content.decode()
    assert "Wird vor Ort ein Platz frei" in page
    assert "Wird online ein Platz frei" not in page
