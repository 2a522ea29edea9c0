"""Answering an invitation by the personal link."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.exceptions import DomainError
from events.models import Event, ItemTable, PlaceClaim, PlacePool, ProgrammeItem, Registration
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from privacy.models import ConsentRecord
from privacy.services.consents import consents_of
from tests.events.answer.own_page import SECRET, link, refused, send, show, state, workshops
from tests.factories.events import (
    EventFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_yes,
)

pytestmark = pytest.mark.django_db


# --- The form ---------------------------------------------------------------------------------------------------------
def test_the_open_invitation_shows_what_it_is_about(client: Client, person: Registration) -> None:
    person.event.answer_by = in_days(20).date()
    person.event.save()
    page = show(client, person)
    assert "Guten Tag, Frau Dr. Beispiel." in page
    assert person.event.title in page
    assert "Haus der Technik, Hollestraße 1, Essen, oder online" in page
    assert "Antwort bis" in page
    assert "noch 3 von 3 Plätzen" in page
    assert "noch 2 von 2 Plätzen" in page
    assert SECRET not in page


def test_nothing_is_ticked_beforehand(client: Client, person: Registration) -> None:
    workshops(person.event, 2, 2)
    page = show(client, person)
    assert " checked" not in page
    assert page.count('name="consent_') == 3


def test_opening_every_page_changes_nothing(client: Client, person: Registration) -> None:
    before = state(person)
    for _ in range(3):
        for more in ("", "aendern/", "absagen/", "kalender.ics"):
            client.get(link(person, more), headers={"User-Agent": "scanner"})
            client.head(link(person, more))
    assert state(person) == before


def test_yes_takes_a_place_and_queues_one_mail(client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="on_site")
    person.refresh_from_db()
    assert (person.answer, person.attendance) == ("yes", "on_site")
    assert PlaceClaim.objects.get(registration=person).state == "confirmed"
    assert OutboxMessage.objects.get().purpose == "events.registration"
    assert "Sie sind angemeldet" in show(client, person)


def test_sending_ten_times_is_one_place_and_one_mail(client: Client, person: Registration) -> None:
    for _ in range(10):
        send(client, person, answer="yes", attendance="on_site")
    assert PlaceClaim.objects.filter(registration=person).count() == 1
    assert OutboxMessage.objects.count() == 1


def test_no_needs_nothing_else(client: Client, person: Registration) -> None:
    send(client, person, answer="no", access_needs="x" * 5000, choice_1="unsinn", remark="Leider verhindert")
    person.refresh_from_db()
    assert (person.answer, person.remark, person.access_needs) == ("no", "Leider verhindert", "")
    assert "Ihre Absage ist notiert" in show(client, person)
    assert OutboxMessage.objects.get().data["situation"] == "cancelled"


def test_without_an_answer_the_form_says_what_to_do(client: Client, person: Registration) -> None:
    page = refused(client, person, access_needs="Rampe")
    assert "<title>Fehler: Einladung beantworten" in page
    assert page.count("Wählen Sie, ob Sie zusagen, absagen oder eine Vertretung schicken") == 2
    assert page.count("Wählen Sie, ob Sie vor Ort oder online teilnehmen") == 2
    assert '<a href="#id_answer_0">' in page
    assert "Rampe</textarea>" in page
    assert state(person)[0] == Registration.objects.filter(pk=person.pk).values_list().get()


def test_yes_needs_the_way_to_take_part(client: Client, person: Registration) -> None:
    page = refused(client, person, answer="yes")
    assert "Wählen Sie, ob Sie vor Ort oder online teilnehmen" in page
    assert "Bitte prüfen Sie eine Angabe" in page


def test_a_single_way_to_take_part_is_not_asked(client: Client) -> None:
    person = RegistrationFactory(event=EventFactory(on_site=4))
    page = show(client, person)
    assert 'name="attendance"' not in page
    assert "noch 4 von 4 Plätzen" in page
    send(client, person, answer="yes")
    assert Registration.objects.get(pk=person.pk).attendance == "on_site"


def test_workshops_tables_needs_and_consents(client: Client, person: Registration) -> None:
    first, second = workshops(person.event, 2, 2)
    table = ItemTableFactory(item=ProgrammeItemFactory(event=person.event, kind="cafe"), topic="Verstetigung")
    send(
        client, person, answer="yes", attendance="on_site", food=["vegan"], access_needs="Rampe", remark="Komme später",
        consent_photos="1", **{f"choice_{first.pk}": str(second.pk), f"tables_{table.item_id}": [str(table.pk)]},
    )  # fmt: skip
    person.refresh_from_db()
    assert (person.food, person.access_needs, person.remark) == (["vegan"], "Rampe", "Komme später")
    assert list(person.table_wishes.all()) == [table]
    assert PlaceClaim.objects.get(registration=person, pool=second).state == "confirmed"
    assert consents_of(person.ref) == {"photos": True}
    record = ConsentRecord.objects.get()
    assert (record.form_path, record.scope) == ("/e/…/", person.event.scope)
    page = show(client, person)
    assert "Werkstatt 2, Raum 2" in page
    assert "Verstetigung" in page
    assert "Vegan" in page


def test_choosing_no_workshop_is_an_answer(client: Client, person: Registration) -> None:
    (only,) = workshops(person.event, 2)
    assert "Keinen Workshop" in show(client, person)
    send(client, person, answer="yes", attendance="on_site", **{f"choice_{only.pk}": "0"})
    assert not PlaceClaim.objects.filter(pool=only).exists()
    assert "checked" in show(client, person, "aendern/").split("Keinen Workshop")[0].rsplit("<label", 1)[1]


def test_somebody_elses_workshop_or_table_is_not_to_be_had(client: Client, person: Registration) -> None:
    (own,) = workshops(person.event, 2)
    (foreign,) = workshops(EventFactory(), 2)
    table = ItemTableFactory(item=ProgrammeItemFactory(event=person.event, kind="cafe"))
    other = ItemTableFactory()
    page = refused(client, person, answer="yes", attendance="on_site", **{f"choice_{own.pk}": str(foreign.pk)})
    assert "Wählen Sie noch einmal" in page
    data = {f"tables_{table.item_id}": [str(other.pk)]}
    assert "Wählen Sie noch einmal" in refused(client, person, answer="yes", attendance="on_site", **data)


def test_extra_fields_are_ignored(client: Client, person: Registration) -> None:
    send(
        client,
        person,
        answer="yes",
        attendance="on_site",
        role="host",
        name="Jemand anders",
        state="confirmed",
        rank="1",
    )
    person.refresh_from_db()
    assert (person.role, person.name) == ("participant", "Dr. Jana Beispiel")


@pytest.mark.parametrize("nasty", ["a\x00b", "\ud800", "x" * 1001])
def test_what_cannot_be_stored_is_refused_with_a_sentence(client: Client, person: Registration, nasty: str) -> None:
    body = f"answer=yes&attendance=on_site&remark={nasty}".encode("utf-8", "surrogatepass")
    response = client.post(link(person), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (200, 302, 400)
    if response.status_code == 200:
        assert "Fehler:" in response.content.decode()


def test_typed_signs_stay_text(client: Client, person: Registration) -> None:
    nasty = '"><script>alert(1)</script>{{7*7}}'
    person.name = nasty
    person.save()
    send(client, person, answer="yes", attendance="on_site", remark=nasty, access_needs=nasty)
    for more in ("", "aendern/", "absagen/"):
        page = show(client, person, more)
        assert "<script>alert" not in page
        assert "{{7*7}}" in page or more == "absagen/"


# --- Full -------------------------------------------------------------------------------------------------------------
def test_full_places_say_which_rank_one_gets(client: Client) -> None:
    event = EventFactory(format="hybrid", on_site=2, online=5)
    fill_up(event, 4)
    person = RegistrationFactory(event=event)
    page = show(client, person)
    assert "Ausgebucht" in page
    assert "Sie kommen auf Platz 3 der Warteliste" in page
    send(client, person, answer="yes", attendance="on_site")
    page = show(client, person)
    assert "Sie stehen auf Platz 3 der Warteliste" in page
    assert "Vor Ihnen warten zwei Personen, die sich früher gemeldet haben." in page
    assert "In den Kalender" not in page
    mail = OutboxMessage.objects.get(ref=person.ref)
    assert (mail.data["situation"], mail.data["rank"]) == ("waiting", 3)


def test_a_full_workshop_keeps_the_place_at_the_event(client: Client, person: Registration) -> None:
    (pool,) = workshops(person.event, 1)
    say_yes(RegistrationFactory(event=person.event), item_pools=(pool,))
    send(client, person, answer="yes", attendance="on_site", **{f"choice_{pool.pk}": str(pool.pk)})
    page = show(client, person)
    assert "Sie sind angemeldet" in page
    assert "„Werkstatt 1“: Platz 1 der Warteliste" in page
    assert "Ihr Platz beim Treffen selbst ist sicher." in page
    assert "Sie sind als Nächstes an der Reihe." in page


def test_a_sure_place_is_not_given_up_for_a_waiting_list(client: Client) -> None:
    event = EventFactory(format="hybrid", on_site=1, online=5)
    fill_up(event, 1)
    person = RegistrationFactory(event=event)
    send(client, person, answer="yes", attendance="online")
    page = show(client, person, "aendern/")
    assert "Sie behalten Ihren Platz und kommen auf Platz 1 der Warteliste" in page
    send(client, person, "aendern/", answer="yes", attendance="on_site")
    page = show(client, person)
    assert "Sie sind angemeldet" in page
    assert "Vor Ort: Platz 1 der Warteliste" in page
    assert "Sie haben einen Platz online und behalten ihn, bis vor Ort einer für Sie frei wird." in page
    assert standing_of(person).attendance == "online"


def test_two_items_that_came_to_run_at_the_same_time_wait_for_a_choice(client: Client, person: Registration) -> None:
    early, late = workshops(person.event, 1, 1)
    ProgrammeItem.objects.filter(pk=late.item.pk).update(starts_at=in_days(30, 15), ends_at=in_days(30, 16))
    late.refresh_from_db()
    waiting = RegistrationFactory(event=person.event)
    for each in (person, waiting):
        say_yes(each, item_pools=(early, late))
    assert "zur selben Zeit" not in show(client, person)
    ProgrammeItem.objects.filter(pk=late.item.pk).update(starts_at=in_days(30, 13), ends_at=in_days(30, 14))
    page = show(client, person)
    assert "Zwei Ihrer Programmpunkte laufen zur selben Zeit" in page
    assert "„Werkstatt 1“ und „Werkstatt 2“ haben Sie beide gewählt." in page
    question = show(client, person, f"platz/{late.pk}/behalten/")
    assert "Möchten Sie „Werkstatt 2“ behalten?" in question
    assert "Dafür geben Sie „Werkstatt 1“ auf." in question
    assert len(standing_of(person).items) == 2, "a scanner's GET changes nothing"
    send(client, person, f"platz/{late.pk}/behalten/")
    page = show(client, person)
    assert "zur selben Zeit" not in page
    assert [(entry.item.title, entry.state) for entry in standing_of(person).items] == [("Werkstatt 2", "confirmed")]
    assert ("Werkstatt 1", "confirmed") in [(entry.item.title, entry.state) for entry in standing_of(waiting).items]


# --- Cost -------------------------------------------------------------------------------------------------------------
def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    counts = []
    for size in (1, 8):
        event = EventFactory(format="hybrid", on_site=50, online=50)
        pools = workshops(event, *[9] * size)
        ItemTableFactory.create_batch(size, item=ProgrammeItemFactory(event=event, kind="cafe"))
        fill_up(event, size)
        person = RegistrationFactory(event=event)
        for more in ("", "aendern/"):
            with CaptureQueriesContext(connection) as queries:
                show(client, person, more)
            counts.append(len(queries))
        say_yes(person, item_pools=(pools[0],), tables=tuple(ItemTable.objects.filter(item__event=event)[:1]))
        with CaptureQueriesContext(connection) as queries:
            show(client, person)
        counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 12


# --- What changes between form and lock -------------------------------------------------------------------------------
def test_what_is_gone_from_the_programme_since_the_form_was_drawn_is_refused_in_words(
    person: Registration, event: Event
) -> None:
    item = ProgrammeItemFactory(event=event, places=3)
    table = ItemTableFactory(item=ProgrammeItemFactory(event=event, kind="cafe"))
    pool = item.pool
    ItemTable.objects.filter(pk=table.pk).delete()
    with pytest.raises(DomainError, match="Programm hat sich inzwischen geändert"):
        say_yes(person, tables=(table,))
    PlacePool.objects.filter(pk=pool.pk).delete()
    with pytest.raises(DomainError, match="Programm hat sich inzwischen geändert"):
        say_yes(person, item_pools=(pool,))


def test_places_and_tables_of_another_event_are_no_choice(person: Registration) -> None:
    foreign = ProgrammeItemFactory(places=3)
    with pytest.raises(DomainError, match="Programm hat sich inzwischen geändert"):
        say_yes(person, item_pools=(foreign.pool,))
    with pytest.raises(DomainError, match="Programm hat sich inzwischen geändert"):
        say_yes(person, tables=(ItemTableFactory(item=foreign),))
    assert not PlaceClaim.objects.exists()
