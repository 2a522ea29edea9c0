"""On site → online at short notice, and back: nobody loses a turn, who does not fit waits, everybody hears of it."""

import pytest

from core.exceptions import DomainError
from events.models import Event, PlaceClaim, PlacePool
from events.services.changes import Notice
from events.services.changing import update_event
from events.services.planning import Capacities
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, fill_up, say_no, say_yes

pytestmark = pytest.mark.django_db
LINK = "https://meet.example.org/raum"


def switch(event, zoe, form, *, on_site=None, online=None, url=LINK, notice=None):
    event = Event.objects.get(pk=event.pk)
    update_event(
        actor=zoe,
        event=event,
        version=event.version,
        fields={"format": form, "online_url": url},
        capacities=Capacities(on_site=on_site, online=online),
        notice=notice or Notice(asks_again=True),
    )


def notice_to(person):
    return OutboxMessage.objects.get(purpose="events.change", ref=person.ref, state="queued")


def calendar_of(person) -> str:
    part = get_purpose("events.change").calendar(notice_to(person))
    return part.text.replace("\r\n ", "") if part else ""


def test_everybody_moves_with_state_and_rank(zoe):
    event = EventFactory(on_site=2)
    people = fill_up(event, 4)
    ranks = list(PlaceClaim.objects.order_by("rank").values_list("registration", "rank"))
    switch(event, zoe, "online", online=2)
    assert [standing_of(person).attendance for person in people] == ["online"] * 4
    assert [standing_of(person).has_place for person in people] == [True, True, False, False]
    assert list(PlaceClaim.objects.order_by("rank").values_list("registration", "rank")) == ranks
    assert [pool.kind for pool in event.pools.all()] == ["online"]
    assert set(event.registrations.values_list("attendance", flat=True)) == {"online"}


def test_the_notice_brings_the_way_in_and_the_new_calendar_entry(zoe):
    event = EventFactory(on_site=2)
    person, _, waiting = fill_up(event, 3)
    switch(event, zoe, "online", online=2)
    text = " ".join(render(notice_to(person), get_purpose("events.change")).text.split())
    assert "Format: vor Ort → online" in text
    assert "Sie haben einen Platz und nehmen online teil." in text
    assert LINK in text
    assert f"LOCATION:{LINK}" in calendar_of(person)
    assert "SEQUENCE:2" in calendar_of(person)
    assert LINK not in render(notice_to(waiting), get_purpose("events.change")).text
    assert calendar_of(waiting) == ""


def test_who_does_not_fit_waits_in_order_and_gets_the_entry_taken_back(zoe):
    event = EventFactory(on_site=3)
    people = fill_up(event, 3)
    switch(event, zoe, "online", online=2)
    assert [standing_of(person).has_place for person in people] == [True, True, False]
    last = people[2]
    assert standing_of(last).rank == 1
    text = " ".join(render(notice_to(last), get_purpose("events.change")).text.split())
    assert "So viele Plätze online gibt es nicht: Sie stehen jetzt auf Platz 1 der Warteliste." in text
    assert "METHOD:CANCEL" in calendar_of(last)
    say_no(people[0])
    assert standing_of(last).has_place, "the rank counts on"


def test_whoever_was_online_before_keeps_the_place(zoe):
    event = EventFactory(format="hybrid", on_site=2, online=2, online_url=LINK)
    on_site = fill_up(event, 2)
    online = RegistrationFactory.create_batch(2, event=event)
    for person in online:
        say_yes(person, "online")
    switch(event, zoe, "online", online=3)
    assert [standing_of(person).has_place for person in (*online, *on_site)] == [True, True, True, False]


def test_back_on_site_works_the_same_way(zoe):
    event = EventFactory(format="online", online=5, online_url=LINK)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    switch(event, zoe, "on_site", on_site=5)
    assert standing_of(person).attendance == "on_site"
    text = " ".join(render(notice_to(person), get_purpose("events.change")).text.split())
    assert "Ort: online → Haus der Technik, Hollestraße 1, Essen" in text
    assert LINK not in text


def test_adding_a_way_moves_nobody(zoe):
    event = EventFactory(on_site=2)
    person = fill_up(event, 1)[0]
    switch(event, zoe, "hybrid", on_site=2, online=None)
    assert standing_of(person).attendance == "on_site"
    assert event.pools.count() == 2


def test_a_workshop_stays_chosen_and_history_is_kept(zoe):
    event = EventFactory(on_site=2)
    item = ProgrammeItemFactory(event=event, kind="workshop", places=3)
    person, gone = RegistrationFactory.create_batch(2, event=event)
    say_yes(person, item_pools=(item.pool,))
    say_yes(gone)
    say_no(gone)
    switch(event, zoe, "online")
    assert [(entry.item, entry.state) for entry in standing_of(person).items] == [(item, "confirmed")]
    assert gone.claims.get().state == "withdrawn"


def test_without_a_link_nobody_is_sent_online(zoe):
    event = EventFactory(on_site=2)
    fill_up(event, 1)
    with pytest.raises(DomainError, match="Tragen Sie den Link zur Online-Teilnahme ein"):
        switch(event, zoe, "online", url="")
    assert PlacePool.objects.get().kind == "on_site"


def test_a_switch_is_never_silent(zoe):
    event = EventFactory(on_site=2)
    fill_up(event, 1)
    with pytest.raises(DomainError, match="nur mit einer Mitteilung"):
        switch(event, zoe, "online", notice=Notice(is_mailed=False, silence_reason="eilig"))
    assert Event.objects.get().format == "on_site"
