"""Order, lines, overlaps, pitches and stands."""

import datetime as dt

import pytest

from core.exceptions import DomainError, Gone, StaleVersion
from events.models import ItemPerson, PlacePool, ProgrammeItem
from events.services import programme
from events.services.changes import NeedsNotice
from events.services.programme import PersonLine, TableLine
from events.services.standing import standing_of
from tests.factories.events import (
    EventFactory,
    ItemPersonFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_yes,
)
from tests.factories.verbuende import OrganisationFactory, VerbundFactory

pytestmark = pytest.mark.django_db


def titles(event):
    return [item.title for item in event.items.order_by("position")]


def update(item, zoe, *, version=None, people=(), tables=(), capacity=None, **fields):
    names = ("kind", "title", "is_choosable")
    return programme.update_item(
        actor=zoe,
        item=item,
        version=version or item.version,
        fields={name: getattr(item, name) for name in names} | fields,
        people=people,
        tables=tables,
        capacity=capacity,
    )


def test_a_new_item_stands_at_the_end(zoe):
    event = EventFactory()
    for title in ("Eins", "Zwei"):
        programme.add_item(actor=zoe, event=event, fields={"kind": "talk", "title": title})
    assert titles(event) == ["Eins", "Zwei"]


def test_moving_swaps_with_the_neighbour_and_stops_at_the_ends(zoe):
    event = EventFactory()
    one, two, three = (
        ProgrammeItemFactory(event=event, position=n, title=t) for n, t in ((1, "A"), (5, "B"), (9, "C"))
    )
    programme.move_item(actor=zoe, item=three, step=-1)
    assert titles(event) == ["A", "C", "B"]
    programme.move_item(actor=zoe, item=one, step=-1)
    programme.move_item(actor=zoe, item=two, step=1)
    assert titles(event) == ["A", "C", "B"]


def test_moving_does_not_touch_another_event(zoe):
    item = ProgrammeItemFactory(position=2)
    other = ProgrammeItemFactory(position=1)
    programme.move_item(actor=zoe, item=item, step=-1)
    other.refresh_from_db()
    assert other.position == 1


@pytest.mark.parametrize(("start", "collide"), [(10, True), (11, False), (9, False)])
def test_the_same_room_at_the_same_time_is_pointed_out(start, collide):
    event = EventFactory()
    ProgrammeItemFactory(event=event, room="Raum 2", starts_at=in_days(30, 10), minutes=60, title="Erster")
    ProgrammeItemFactory(event=event, room="raum 2", starts_at=in_days(30, start), minutes=60, title="Zweiter")
    found = programme.overlaps(list(event.items.prefetch_related("people")))
    assert bool(found) is collide
    if collide:
        assert found[0].what == "Raum 2"


def test_a_person_in_two_items_at_once_is_pointed_out():
    event = EventFactory()
    for title, minute in (("Podium", 0), ("Workshop", 30)):
        item = ProgrammeItemFactory(
            event=event, title=title, starts_at=in_days(30, 10) + dt.timedelta(minutes=minute), minutes=60
        )
        ItemPersonFactory(item=item, name="Petra Podium")
    found = programme.overlaps(list(event.items.prefetch_related("people")))
    assert [(each.first.title, each.second.title, each.what) for each in found] == [
        ("Podium", "Workshop", "Petra Podium")
    ]


def test_items_without_a_known_time_collide_with_nothing():
    event = EventFactory()
    ProgrammeItemFactory.create_batch(2, event=event, room="Saal")
    assert programme.overlaps(list(event.items.prefetch_related("people"))) == []


def test_one_pitch_for_each_alliance(zoe):
    item = ProgrammeItemFactory(kind="pitch", minutes=None)
    three = VerbundFactory.create_batch(3)
    programme.lay_out_slots(actor=zoe, item=item, verbuende=three, minutes=5)
    assert [(slot.number, slot.verbund, slot.minutes) for slot in item.slots.all()] == [
        (1, three[0], 5),
        (2, three[1], 5),
        (3, three[2], 5),
    ]
    item.refresh_from_db()
    assert item.minutes == 15
    assert set(item.event.verbuende.all()) == set(three)
    programme.lay_out_slots(actor=zoe, item=item, verbuende=three[1:], minutes=5)
    assert [slot.verbund for slot in item.slots.all()] == three[1:]


def test_a_talk_has_no_stands(zoe):
    with pytest.raises(DomainError, match="nur bei Programmpunkten"):
        programme.lay_out_slots(actor=zoe, item=ProgrammeItemFactory(kind="talk"), verbuende=[VerbundFactory()])


def test_raising_a_workshops_places_serves_who_waits(zoe):
    event = EventFactory()
    item = ProgrammeItemFactory(event=event, places=1, kind="workshop")
    people = RegistrationFactory.create_batch(3, event=event)
    for person in people:
        say_yes(person, item_pools=(item.pool,))
    update(item, zoe, capacity=2, is_choosable=True)
    assert [standing_of(person).items[0].state for person in people] == ["confirmed", "confirmed", "waiting"]


def test_a_chosen_item_is_not_removed_behind_anybodys_back(zoe):
    event = EventFactory()
    item = ProgrammeItemFactory(event=event, places=1)
    say_yes(RegistrationFactory(event=event), item_pools=(item.pool,))
    with pytest.raises(NeedsNotice):
        programme.remove_item(actor=zoe, item=item)
    with pytest.raises(DomainError, match="muss zur Wahl stehen bleiben"):
        update(item, zoe, is_choosable=False)
    assert PlacePool.objects.filter(item=item).exists()


def test_an_item_of_an_older_version_is_refused(zoe):
    item = ProgrammeItemFactory(title="Alt")
    update(item, zoe, title="Neu")
    with pytest.raises(StaleVersion):
        update(item, zoe, version=1, title="Noch neuer")
    item.refresh_from_db()
    assert item.title == "Neu"


def test_a_shared_organisation_outlives_the_edit(zoe):
    organisation = OrganisationFactory(name="Handwerkskammer")
    item = ItemPersonFactory(organisation=organisation, name="Paul Podium").item
    update(
        item,
        zoe,
        people=[PersonLine("Paul Podium", "Vorsitz", "Handwerkskammer"), PersonLine("Neu", "", "Getippt e. V.")],
    )
    assert list(ItemPerson.objects.values_list("name", "organisation", "organisation_as_typed")) == [
        ("Paul Podium", organisation.pk, ""),
        ("Neu", None, "Getippt e. V."),
    ]


def test_tables_keep_their_rows_and_the_wishes_on_them(zoe):
    item = ProgrammeItemFactory(kind="cafe", places=0)
    table = ItemTableFactory(item=item, number=1, topic="Alt")
    person = RegistrationFactory(event=item.event)
    say_yes(person, tables=(table,))
    update(item, zoe, tables=[TableLine(1, "Neu"), TableLine(2, "Zweiter")])
    assert [(each.pk, each.topic) for each in person.table_wishes.all()] == [(table.pk, "Neu")]
    with pytest.raises(DomainError, match="Tisch 1 haben sich schon Personen gewünscht"):
        update(item, zoe, version=2, tables=[TableLine(2, "Zweiter")])
    assert person.table_wishes.count() == 1


def test_two_tables_with_one_number_are_refused(zoe):
    with pytest.raises(DomainError, match="nur einmal"):
        update(ProgrammeItemFactory(), zoe, tables=[TableLine(1), TableLine(1)])


def test_removing_an_item_nobody_chose(zoe):
    item = ProgrammeItemFactory(places=3)
    programme.remove_item(actor=zoe, item=item)
    assert not ProgrammeItem.objects.exists()
    assert not PlacePool.objects.filter(kind="item").exists()


def test_an_item_whose_tables_somebody_wished_for_is_not_removed_behind_their_back(zoe):
    item = ProgrammeItemFactory(kind="cafe")
    person = RegistrationFactory(event=item.event)
    say_yes(person, tables=(ItemTableFactory(item=item),))
    with pytest.raises(NeedsNotice):
        programme.remove_item(actor=zoe, item=item)
    assert person.table_wishes.count() == 1


def test_pitches_do_not_last_longer_than_a_day(zoe):
    item = ProgrammeItemFactory(kind="pitch", minutes=None)
    with pytest.raises(DomainError, match="mehr als 24 Stunden"):
        programme.lay_out_slots(actor=zoe, item=item, verbuende=VerbundFactory.create_batch(25), minutes=1440)
    assert not item.slots.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda item, zoe: update(item, zoe, version=1),
        lambda item, zoe: programme.move_item(actor=zoe, item=item, step=1),
        lambda item, zoe: programme.remove_item(actor=zoe, item=item),
        lambda item, zoe: programme.lay_out_slots(actor=zoe, item=item, verbuende=[]),
    ],
    ids=["update", "move", "remove", "slots"],
)
def test_an_item_a_colleague_has_just_deleted_is_said_in_words(act, zoe):
    item = ProgrammeItemFactory(event=EventFactory(), kind="pitch")
    stale = ProgrammeItem.objects.select_related("event").get(pk=item.pk)
    item.delete()
    with pytest.raises(Gone):
        act(stale, zoe)
