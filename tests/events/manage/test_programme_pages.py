"""The programme's pages: order, rows without a script, slots, both versions."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import ItemPerson, ProgrammeItem
from tests.events.manage.pages import hidden, query_count, text_of
from tests.factories.events import (
    ItemPersonFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_yes,
)
from tests.factories.verbuende import VerbundFactory

pytestmark = pytest.mark.django_db

NEW = {"kind": "talk", "title": "Vortrag", "person_rows": "4", "table_rows": "4"}


def test_adding_an_item_with_people_tables_and_times(sign_in, alice, event, url):
    data = NEW | {
        "kind": "cafe",
        "start_time": "13.30",
        "minutes": "75",
        "room": "Saal",
        "person_1_name": "Petra Podium",
        "person_1_role": "Moderation",
        "person_3_name": "Paul Pult",
        "table_1_number": "1",
        "table_1_topic": "Kleine Betriebe",
        "table_2_number": "2",
        "table_2_capacity": "8",
    }
    response = sign_in(alice).post(url("item-create"), data)
    item = ProgrammeItem.objects.get()
    assert response.url == f"{url('item-list')}#p{item.pk}"
    assert item.starts_at == in_days(30, 13) + dt.timedelta(minutes=30)
    assert [(each.name, each.role) for each in item.people.all()] == [("Petra Podium", "Moderation"), ("Paul Pult", "")]
    assert [(each.number, each.topic, each.capacity) for each in item.tables.all()] == [
        (1, "Kleine Betriebe", None),
        (2, "", 8),
    ]


def test_more_rows_keep_everything_typed_and_save_nothing(sign_in, alice, event, url):
    data = NEW | {"title": "", "start_time": "unfertig", "person_2_name": "Petra", "more_person": "1"}
    page = sign_in(alice).post(url("item-create"), data).content.decode()
    assert 'value="unfertig"' in page
    assert 'value="Petra"' in page
    assert 'name="person_8_name"' in page
    assert 'name="person_9_name"' not in page
    assert 'name="person_rows" value="8"' in page
    assert "Bitte prüfen Sie" not in page
    assert not ProgrammeItem.objects.exists()


@pytest.mark.parametrize("rows", ["abc", "-3", "99999999", "", "²"])
def test_a_wrong_number_of_rows_does_no_harm(sign_in, alice, event, url, rows):
    response = sign_in(alice).post(url("item-create"), NEW | {"title": "", "kind": "", "person_rows": rows})
    assert response.status_code == 200
    assert response.content.decode().count('_name"') < 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"person_2_role": "Leitung"}, "Geben Sie den Namen der 2. Person ein"),
        ({"table_1_topic": "Thema"}, "Geben Sie die Nummer des 1. Tisches ein"),
        ({"table_1_number": "3", "table_2_number": "3"}, "Geben Sie eine andere Nummer ein, Tisch 3 steht schon da"),
        ({"end_time": "12"}, "Geben Sie auch den Beginn ein, oder nur die Dauer"),
        ({"start_time": "12", "end_time": "11"}, "Geben Sie ein Ende an, das nach dem Beginn liegt"),
        ({"start_time": "10", "end_time": "11", "minutes": "45"}, "Von Beginn bis Ende sind es 60 Minuten."),
        ({"kind": "unsinn"}, "Wählen Sie bei „Art“ etwas aus der Liste"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(sign_in, alice, event, url, changes, sentence):
    page = sign_in(alice).post(url("item-create"), NEW | changes).content.decode()
    assert page.count(sentence) == 2
    assert not ProgrammeItem.objects.exists()


def test_the_form_opens_with_what_is_stored(sign_in, alice, event, url):
    item = ProgrammeItemFactory(event=event, places=12, starts_at=in_days(30, 11), minutes=30)
    ItemPersonFactory(item=item, name="Petra Podium", role="Leitung")
    ItemTableFactory(item=item, number=7, topic="Thema Sieben")
    page = sign_in(alice).get(url("item-update", item.pk)).content.decode()
    for value in ("11:00", "30", "12", "Petra Podium", "Leitung", "7", "Thema Sieben"):
        assert f'value="{value}"' in page, value


def test_a_stale_item_shows_both_versions(sign_in, alice, bob, event, url):
    item = ProgrammeItemFactory(event=event, title="Alt")
    one, other = sign_in(alice), sign_in(bob)
    opened = hidden(one.get(url("item-update", item.pk)), "version")
    other.post(
        url("item-update", item.pk), NEW | {"title": "Von Bob", "version": opened, "person_1_name": "Neue Person"}
    )
    stale = one.post(url("item-update", item.pk), NEW | {"title": "Von Alice", "version": opened})
    page = text_of(stale)
    assert "Titel Von Bob Von Alice" in page
    assert "Person 1: Name Neue Person leer" in page
    item.refresh_from_db()
    assert item.title == "Von Bob"
    assert ItemPerson.objects.count() == 1


def test_an_event_of_several_days_asks_for_the_day(sign_in, alice, event, url):
    event.ends_at += dt.timedelta(days=1)
    event.save()
    second = (event.starts_on + dt.timedelta(days=1)).isoformat()
    sign_in(alice).post(url("item-create"), NEW | {"day": second, "start_time": "9"})
    assert ProgrammeItem.objects.get().starts_at == in_days(31, 9)


def test_moving_by_buttons(sign_in, alice, event, url):
    one, two = (ProgrammeItemFactory(event=event, position=n, title=t) for n, t in ((1, "Eins"), (2, "Zwei")))
    client = sign_in(alice)
    client.post(url("item-move", two.pk), {"schritt": "frueher"})
    assert list(event.items.values_list("title", flat=True)) == ["Zwei", "Eins"]
    page = text_of(client.post(url("item-move", one.pk), {"schritt": "quer"}, follow=True))
    assert "Wählen Sie, ob der Punkt früher oder später stehen soll" in page


def test_overlaps_stand_above_the_programme(sign_in, rita, event, url):
    for title in ("Workshop A", "Workshop B"):
        ProgrammeItemFactory(event=event, title=title, room="Raum 1", starts_at=in_days(30, 11), minutes=45)
    page = text_of(sign_in(rita).get(url("item-list")))
    assert "Eine Überschneidung Raum 1: zur selben Zeit „ Workshop A “ und „ Workshop B “" in page


def test_readers_get_no_buttons(sign_in, rita, event, url):
    ProgrammeItemFactory.create_batch(2, event=event)
    page = sign_in(rita).get(url("item-list")).content.decode()
    main = page[page.index("<main") :]
    assert "<form" not in main
    assert "/programm/neu/" not in main


def test_the_programme_asks_as_often_for_many_items_as_for_few(sign_in, alice, event, url):
    client, counts = sign_in(alice), []
    for size in (1, 25):
        for item in ProgrammeItemFactory.create_batch(size, event=event, kind="market", places=3):
            ItemPersonFactory(item=item)
            ItemTableFactory(item=item)
        with CaptureQueriesContext(connection) as captured:
            client.get(url("item-list"))
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 6


def test_a_land_is_ticked_as_a_whole_and_nothing_saved_yet(sign_in, alice, event, url):
    item = ProgrammeItemFactory(event=event, kind="pitch")
    north, south = VerbundFactory(states=["HH"]), VerbundFactory(states=["BY"])
    client = sign_in(alice)
    page = client.post(url("item-slots", item.pk), {"tick": "1", "land": "HH", "verbuende": [south.pk], "minutes": "5"})
    body = page.content.decode()
    assert f'value="{north.pk}" id="id_verbuende' in body or f'value="{north.pk}"' in body
    assert body.count(" checked") == 2
    assert item.slots.count() == 0
    client.post(url("item-slots", item.pk), {"verbuende": [north.pk, south.pk], "minutes": "5"})
    assert [slot.verbund for slot in item.slots.all()] == [north, south]


@pytest.mark.parametrize("land", ["", "XX", "H\x00H"])
def test_a_land_that_does_not_exist_ticks_nothing(sign_in, alice, event, url, land):
    item = ProgrammeItemFactory(event=event, kind="pitch")
    VerbundFactory(states=["HH"])
    response = sign_in(alice).post(url("item-slots", item.pk), {"tick": "1", "land": land, "minutes": "5"})
    assert response.status_code == 200
    assert " checked" not in response.content.decode()


def test_only_pitches_and_markets_have_slots(sign_in, alice, event, url):
    item = ProgrammeItemFactory(event=event, kind="talk")
    assert sign_in(alice).get(url("item-slots", item.pk)).status_code == 404


def test_deleting_asks_first_and_names_who_chose_it(sign_in, alice, event, url):
    item = ProgrammeItemFactory(event=event, places=3)
    client = sign_in(alice)
    assert "wird mit Mitwirkenden" in text_of(client.get(url("item-delete", item.pk)))
    say_yes(RegistrationFactory(event=event), item_pools=(item.pool,))
    page = text_of(client.post(url("item-delete", item.pk), follow=True))
    assert "Alle, die diesen Programmpunkt gewählt" in page
    assert ProgrammeItem.objects.filter(pk=item.pk).exists()


def test_an_item_is_found_below_its_own_event_only(sign_in, alice, event, url, verbund_a):
    other = ProgrammeItemFactory(event__owner=verbund_a)
    client = sign_in(alice)
    for name in ("item-update", "item-delete", "item-slots"):
        assert client.get(url(name, other.pk)).status_code == 404, name


def test_the_check_page_names_who_then_has_two_items_at_the_same_time(sign_in, alice, event, url):
    early = ProgrammeItemFactory(event=event, kind="workshop", title="Früh", places=9, starts_at=in_days(30, 11))
    late = ProgrammeItemFactory(event=event, kind="workshop", title="Spät", places=9, starts_at=in_days(30, 14))
    both, only = (RegistrationFactory(event=event, name=name) for name in ("Berta Beide", "Ole Ohne"))
    say_yes(both, item_pools=(early.pool, late.pool))
    say_yes(only, item_pools=(late.pool,))
    data = {
        "kind": "workshop",
        "title": "Spät",
        "is_choosable": "on",
        "capacity": "9",
        "person_rows": "4",
        "table_rows": "4",
        "start_time": "11:00",
        "version": str(late.version),
        "person": str(both.pk),
        "aktion": "vorschau",
    }
    page = text_of(sign_in(alice).post(url("item-update", late.pk), data))
    assert "Eine Person hat dann zwei Punkte zur selben Zeit" in page
    assert "„Früh“ und „Spät“ haben beide gewählt: Berta Beide ." in page
    assert "„Früh“ und „Spät“ haben Sie beide gewählt; sie laufen jetzt zur selben Zeit." in page, "the mail itself"
    assert "Speichern und 2 Mails senden" in page
    page = text_of(sign_in(alice).post(url("item-update", late.pk), data | {"start_time": "15:00"}))
    assert "zur selben Zeit" not in page
