"""Answering an invitation by the personal link."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.exceptions import DomainError
from events.models import Event, ItemTable, PlaceClaim, PlacePool, ProgrammeItem, Registration
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from privacy.models import ConsentRecord
from privacy.services.consents import consents_of
from tests.factories.events import (
    EventFactory,
    ItemTableFactory,
    MailPlanFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db
SECRET = "https://meet.example.org/nur-fuer-angemeldete"


@pytest.fixture
def event() -> Event:
    return EventFactory(format="hybrid", on_site=3, online=2, online_url=SECRET)


@pytest.fixture
def person(event: Event) -> Registration:
    return RegistrationFactory(event=event, name="Dr. Jana Beispiel", salutation="frau", email="jana@example.org")


def link(person: Registration, more: str = "") -> str:
    return f"/e/{person.token}/{more}"


def show(client: Client, person: Registration, more: str = "") -> str:
    response = client.get(link(person, more))
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, person: Registration, more: str = "", **data: object) -> None:
    response = client.post(link(person, more), data)
    assert response.status_code == 302, response.content.decode()
    assert response.url == link(person)


def refused(client: Client, person: Registration, more: str = "", **data: object) -> str:
    response = client.post(link(person, more), data)
    assert response.status_code == 200
    return response.content.decode()


def state(person: Registration) -> tuple:
    row = Registration.objects.filter(pk=person.pk).values_list().get()
    claims = sorted(PlaceClaim.objects.filter(registration=person).values_list("pool", "state"))
    return row, claims, ConsentRecord.objects.count(), OutboxMessage.objects.count()


def workshops(event: Event, *places: int) -> list[PlacePool]:
    items = [
        ProgrammeItemFactory(
            event=event, kind="workshop", title=f"Werkstatt {number}", part="Nachmittag", room=f"Raum {number}",
            starts_at=in_days(30, 13), ends_at=in_days(30, 14), places=count,
        )
        for number, count in enumerate(places, start=1)
    ]  # fmt: skip
    return [item.pool for item in items]


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
        consent_photos="on", **{f"choice_{first.pk}": str(second.pk), f"tables_{table.item_id}": [str(table.pk)]},
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


# --- Afterwards -------------------------------------------------------------------------------------------------------
def test_the_page_says_what_happens_next(client: Client, person: Registration) -> None:
    MailPlanFactory(event=person.event, days_before=7)
    send(client, person, answer="yes", attendance="on_site")
    page = show(client, person)
    assert f"<b>{person.reference}</b>" in page
    assert "Die Bestätigung ist unterwegs an jana@example.org." in page
    assert "Sie erhalten eine Erinnerung mit Zeit und Ort." in page
    assert "Das Treffen beginnt: Haus der Technik, Hollestraße 1, Essen." in page


def test_the_online_link_is_for_people_with_an_online_place_only(client: Client, person: Registration) -> None:
    on_site = RegistrationFactory(event=person.event)
    waiting = RegistrationFactory(event=person.event)
    say_yes(on_site, "on_site")
    say_yes(person, "online")
    say_yes(RegistrationFactory(event=person.event), "online")
    say_yes(waiting, "online")
    assert SECRET in show(client, person)
    assert SECRET not in show(client, on_site)
    assert SECRET not in show(client, waiting)
    say_no(person)
    assert SECRET not in show(client, person)


def test_changing_shows_the_answers_and_keeps_the_place(client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="on_site", food=["vegan"], consent_photos="on")
    rank = PlaceClaim.objects.get(registration=person).rank
    page = show(client, person, "aendern/")
    for name, value in (("answer", "yes"), ("attendance", "on_site"), ("food", "vegan")):
        tag = next(part for part in page.split("<input") if f'name="{name}"' in part and f'value="{value}"' in part)
        assert "checked" in tag.split(">")[0]
    assert "Ihre bisherige Wahl" in page
    send(client, person, "aendern/", answer="yes", attendance="on_site", access_needs="Rampe")
    person.refresh_from_db()
    assert (person.food, person.access_needs) == ([], "Rampe")
    assert PlaceClaim.objects.get(registration=person).rank == rank
    assert consents_of(person.ref) == {"photos": False}
    assert OutboxMessage.objects.count() == 1


def test_cancelling_asks_first_and_moves_the_waiting_list(client: Client) -> None:
    event = EventFactory(on_site=1)
    holder, waiting = fill_up(event, 2)
    assert "Möchten Sie absagen?" in show(client, holder, "absagen/")
    send(client, holder, "absagen/")
    assert "Ihre Absage ist notiert" in show(client, holder)
    assert "Sie sind angemeldet" in show(client, waiting)
    mail = OutboxMessage.objects.filter(ref=holder.ref).latest("created_at")
    assert (mail.data["situation"], mail.data["takes_entry_back"]) == ("cancelled", True)
    assert OutboxMessage.objects.filter(ref=waiting.ref).latest("created_at").data["situation"] == "confirmed"


def test_after_a_no_one_may_come_after_all(client: Client, person: Registration) -> None:
    say_no(person)
    assert "Doch teilnehmen" in show(client, person)
    send(client, person, "aendern/", answer="yes", attendance="on_site")
    assert "Sie sind angemeldet" in show(client, person)


def test_the_calendar_file_is_for_people_with_a_place(client: Client) -> None:
    event = EventFactory(on_site=1)
    holder, waiting = fill_up(event, 2)
    response = client.get(link(holder, "kalender.ics"))
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert f"UID:{holder.calendar_uid}" in response.content.decode()
    assert client.get(link(waiting, "kalender.ics")).url == link(waiting)


# --- Too late ---------------------------------------------------------------------------------------------------------
def close(event: Event, how: str) -> None:
    if how == "cancelled":
        event.cancelled_at, event.cancel_reason = db_now(), "Der Saal steht unter Wasser."
    elif how == "started":
        event.starts_at, event.ends_at, event.starts_on = in_days(-1), in_days(1), in_days(-1).date()
    elif how == "over":
        event.starts_at, event.ends_at, event.starts_on = in_days(-2, 10), in_days(-2, 12), in_days(-2).date()
    elif how == "closed":
        event.registration_closes_at = in_days(-1)
    event.save()


@pytest.mark.parametrize(
    ("how", "title"),
    [
        ("cancelled", "Das Treffen ist abgesagt"),
        ("started", "Das Treffen hat schon begonnen"),
        ("over", "Das Treffen ist vorbei"),
        ("closed", "Die Anmeldung ist geschlossen"),
    ],
)
def test_too_late_is_a_page_of_its_own_with_a_contact(
    client: Client, person: Registration, how: str, title: str
) -> None:
    close(person.event, how)
    before = state(person)
    for page in (show(client, person), show(client, person, "aendern/")):
        assert f"<h1>{title}</h1>" in page
        assert "kontakt@example.org" in page
        assert "Antwort verbindlich senden" not in page
    assert f"<h1>{title}</h1>" in refused(client, person, answer="yes", attendance="on_site")
    assert state(person) == before


def test_a_cancelled_meeting_gives_its_reason_to_those_who_had_a_place(client: Client, person: Registration) -> None:
    say_yes(person)
    close(person.event, "cancelled")
    page = show(client, person)
    assert "Der Saal steht unter Wasser." in page
    assert "Sie sind angemeldet" not in page


def test_after_the_deadline_one_may_still_cancel(client: Client, person: Registration) -> None:
    say_yes(person)
    close(person.event, "closed")
    page = show(client, person)
    assert "Teilnahme absagen" in page
    assert "Ändern" not in page
    send(client, person, "absagen/")
    assert Registration.objects.get(pk=person.pk).answer == "no"


def test_once_begun_one_sees_the_way_in_but_changes_nothing(client: Client, person: Registration) -> None:
    say_yes(person, "online")
    close(person.event, "started")
    page = show(client, person)
    assert SECRET in page
    assert "Teilnahme absagen" not in page
    assert "<h1>Das Treffen hat schon begonnen</h1>" in show(client, person, "absagen/")


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
