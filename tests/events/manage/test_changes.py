"""Changing and calling off with a look at the mails first: nothing is saved before, everything at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import to_local
from core.models import ChangeEntry
from events.models import Event, EventChange
from mailing.models import OutboxMessage
from tests.events.manage.pages import query_count, text_of
from tests.events.manage.test_events import edit_data
from tests.factories.events import ProgrammeItemFactory, RegistrationFactory, fill_up, in_days, say_yes

pytestmark = pytest.mark.django_db


def notices():
    return OutboxMessage.objects.filter(purpose="events.change")


@pytest.fixture
def guest(event):
    person = RegistrationFactory(event=event, name="Gerda Gast")
    say_yes(person)
    return person


def test_the_check_page_shows_what_follows_and_saves_nothing(sign_in, alice, event, url, guest):
    fill_up(event, 5)
    sent = OutboxMessage.objects.count()
    response = sign_in(alice).post(url("event-update"), edit_data(event, start_time="11:00"))
    page = text_of(response)
    assert "Noch ist nichts gespeichert." in page
    assert "Beginn 10:00 → 11:00 Uhr" in page
    assert "5 Personen Mit Platz vor Ort" in page
    assert "1 Person Auf der Warteliste" in page
    assert "Gerda Gast" in page
    assert "Geändert, bitte bestätigen" in page, "the subject, by the code that sends"
    assert "Speichern und 6 Mails senden" in page
    assert Event.objects.get().starts_at == event.starts_at
    assert OutboxMessage.objects.count() == sent
    assert not EventChange.objects.exists()
    assert not ChangeEntry.objects.filter(action="geändert").exists()


def test_saving_from_the_check_page_sends_once(sign_in, alice, event, url, guest):
    client = sign_in(alice)
    data = edit_data(event, start_time="11:00", aktion="senden", change_words="Der Zug kommt später.", asks_again="on")
    page = text_of(client.post(url("event-update"), data, follow=True))
    assert "Gespeichert. Eine Person erhält in den nächsten Minuten eine Mail." in page
    change = EventChange.objects.get()
    assert (change.actor, change.words, change.asks_again, change.told_count) == (
        alice,
        "Der Zug kommt später.",
        True,
        1,
    )
    assert "Jemand hat diese Angaben inzwischen geändert" in text_of(client.post(url("event-update"), data))
    assert notices().count() == 1


def test_the_input_travels_through_the_check_page_and_back(sign_in, alice, event, url, guest):
    client = sign_in(alice)
    data = edit_data(event, venue="Haus am Fluss & Söhne", states=["NW", "HE"])
    check = client.post(url("event-update"), data).content.decode()
    assert '<input type="hidden" name="venue" value="Haus am Fluss &amp; Söhne">' in check
    assert check.count('<input type="hidden" name="states"') == 2
    back = client.post(url("event-update"), data | {"aktion": "formular"})
    assert 'value="Haus am Fluss &amp; Söhne"' in back.content.decode()
    assert "Fehler:" not in back.content.decode()
    assert Event.objects.get().venue == event.venue


def test_the_preview_takes_words_and_person_and_saves_nothing(sign_in, alice, event, url, guest):
    other = RegistrationFactory(event=event, name="Otto Ober")
    say_yes(other)
    data = edit_data(
        event, start_time="11:00", aktion="vorschau", person=str(other.pk), change_words="Eigene Worte hier"
    )
    page = text_of(sign_in(alice).post(url("event-update"), data))
    assert "Guten Tag, Otto Ober" in page
    assert "Geändert: " in page, "not asked again: the box was not ticked"
    assert page.count("Eigene Worte hier") == 2
    html = sign_in(alice).post(url("event-update"), data | {"aktion": "html"})
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert "Otto Ober" in html.content.decode()
    assert Event.objects.get().starts_at == event.starts_at


def test_without_mail_asks_for_a_reason(sign_in, alice, event, url, guest):
    client = sign_in(alice)
    data = edit_data(event, venue="Haus der Technik e. V.", aktion="still")
    refused = client.post(url("event-update"), data)
    assert text_of(refused).count("Schreiben Sie in wenigen Worten, warum niemand eine Mail bekommt") == 2
    assert Event.objects.get().venue == event.venue
    client.post(url("event-update"), data | {"silence_reason": "Tippfehler"})
    assert Event.objects.get().venue == "Haus der Technik e. V."
    change = EventChange.objects.get()
    assert (change.is_mailed, change.silence_reason) == (False, "Tippfehler")
    assert not notices().exists()


def test_who_does_not_fit_online_is_named_before(sign_in, alice, event, url, guest):
    other = RegistrationFactory(event=event, name="Otto Ober")
    say_yes(other)
    data = edit_data(event, format="online", online_url="https://meet.example.org/1", capacity_online="1")
    page = text_of(sign_in(alice).post(url("event-update"), data))
    assert "Eine Person passt nicht mehr hinein" in page
    assert "in der Reihenfolge der Zusagen: Otto Ober" in page
    assert "Format vor Ort → online" in page
    assert Event.objects.get().format == "on_site"


def test_what_the_service_refuses_stands_above_the_form(sign_in, alice, event, url, guest):
    data = edit_data(event, starts_on="24.11.2025", registration_closes_at_date="")
    response = sign_in(alice).post(url("event-update"), data)
    assert "Der neue Beginn liegt in der Vergangenheit." in text_of(response)


def test_the_check_page_asks_as_often_for_many_as_for_few(sign_in, alice, event, url, guest):
    client, counts = sign_in(alice), []
    for size in (1, 40):
        RegistrationFactory.create_batch(size, event=event, answer="yes")
        with CaptureQueriesContext(connection) as captured:
            client.post(url("event-update"), edit_data(event, start_time="11:00"))
        counts.append(query_count(captured))
    assert counts[0] == counts[1]


# --- Programme ----------------------------------------------------------------------------------------------------
def test_a_chosen_item_is_changed_and_removed_by_way_of_the_check_page(sign_in, alice, client, event, url):
    item = ProgrammeItemFactory(event=event, kind="workshop", title="Lernen", room="Saal 1", places=3)
    person = RegistrationFactory(event=event, name="Gerda Gast")
    say_yes(person, item_pools=(item.pool,))
    organiser = sign_in(alice)
    data = {
        "kind": "workshop",
        "title": "Lernen",
        "room": "Saal 2",
        "is_choosable": "on",
        "capacity": "3",
        "version": "1",
    }
    check = text_of(organiser.post(url("item-update", item.pk), data))
    assert "„Lernen“, Raum Saal 1 → Saal 2" in check
    assert "Gerda Gast" in check
    assert "Fragen, ob sie weiterhin kommen" not in check
    saved = organiser.post(url("item-update", item.pk), data | {"aktion": "senden"}, follow=True)
    assert "Gespeichert. Eine Person erhält in den nächsten Minuten eine Mail." in text_of(saved)
    assert "„Lernen“, Raum: Saal 1 → Saal 2" in text_of(client.get(event.get_absolute_url()))
    check = text_of(organiser.post(url("item-delete", item.pk)))
    assert "„Lernen“ steht im Programm → entfällt" in check
    assert "Ohne Mail speichern" not in check
    assert event.items.exists()
    gone = organiser.post(url("item-delete", item.pk), {"aktion": "senden"}, follow=True)
    assert "Gelöscht. Eine Person erhält in den nächsten Minuten eine Mail." in text_of(gone)
    assert not event.items.exists()


def test_an_item_nobody_chose_goes_at_once(sign_in, alice, event, url):
    item = ProgrammeItemFactory(event=event)
    page = text_of(sign_in(alice).post(url("item-delete", item.pk), follow=True))
    assert "Gelöscht." in page
    assert not event.items.exists()


def test_a_new_day_names_what_is_unusual_about_it(sign_in, alice, event, url, guest):
    ProgrammeItemFactory(event=event)
    data = edit_data(event, starts_on="26.12.2027", registration_closes_at_date="")
    page = text_of(sign_in(alice).post(url("event-update"), data))
    assert "Der 26. Dezember 2027 ist ein Sonntag." in page
    assert "Der 26. Dezember 2027 ist ein Feiertag: Zweiter Weihnachtstag." in page
    assert "Das Programm verschiebt sich um ebenso viele Tage." in page


# --- Afterwards ---------------------------------------------------------------------------------------------------
def test_everybody_sees_what_changed(sign_in, alice, rita, client, event, url, guest):
    pending = RegistrationFactory(event=event, name="Otto Ober")
    say_yes(pending)
    data = edit_data(event, start_time="11:00", aktion="senden", change_words="Der Zug.", asks_again="on")
    sign_in(alice).post(url("event-update"), data)
    client.post(f"/e/{guest.token}/weiterhin/")
    public = text_of(client.get(event.get_absolute_url()))
    assert "Geändert am" in public
    assert "Beginn: 10:00 → 11:00 Uhr Der Zug." in public
    overview = text_of(sign_in(rita).get(event.get_manage_url()))
    assert "Alice Ahorn. 2 Personen benachrichtigt. Wer zugesagt hat, ist gefragt, ob es dabei bleibt." in overview
    assert "1 kommen weiterhin" in overview
    assert "1 noch nicht bestätigt" in overview
    for stand, name, other in (("pending", "Otto Ober", "Gerda Gast"), ("again", "Gerda Gast", "Otto Ober")):
        page = text_of(sign_in(rita).get(url("registration-list"), {"stand": stand}))
        assert name in page
        assert other not in page
    assert "Mitteilung über eine Änderung" in text_of(sign_in(rita).get(url("mail-list")))


def test_a_change_without_mail_is_shown_as_such(sign_in, alice, client, event, url, guest):
    data = edit_data(event, venue="Haus der Technik e. V.", aktion="still", silence_reason="Tippfehler")
    sign_in(alice).post(url("event-update"), data)
    assert "Ohne Mail: Tippfehler" in text_of(sign_in(alice).get(event.get_manage_url()))
    public = text_of(client.get(event.get_absolute_url()))
    assert "Ort: Haus der Technik" in public
    assert "Tippfehler" not in public


# --- Calling off --------------------------------------------------------------------------------------------------
def test_calling_off_asks_for_a_reason_shows_the_mail_and_then_happens(sign_in, alice, event, url):
    fill_up(event, 3)
    client = sign_in(alice)
    assert "3 Personen erhalten eine Absage" in text_of(client.get(url("event-cancel")))
    refused = client.post(url("event-cancel"), {"reason": ""})
    assert "Schreiben Sie in einem Satz, warum das Treffen ausfällt" in text_of(refused)
    check = text_of(client.post(url("event-cancel"), {"reason": "Der Saal ist gesperrt."}))
    assert "3 Personen Mit Platz vor Ort" in check
    assert "Abgesagt: " in check
    assert "Der Saal ist gesperrt." in check
    assert not Event.objects.get().is_cancelled
    done = client.post(url("event-cancel"), {"reason": "Der Saal ist gesperrt.", "aktion": "senden"}, follow=True)
    assert "Abgesagt am" in text_of(done)
    overview = text_of(client.get(event.get_manage_url()))
    assert "Treffen: findet statt → abgesagt Der Saal ist gesperrt." in overview
    assert "Alice Ahorn. 3 Personen benachrichtigt." in overview
    assert OutboxMessage.objects.filter(data__situation="event_cancelled").count() == 3
    assert EventChange.objects.get().kind == "cancelled"


def test_an_event_nobody_knows_of_is_called_off_without_mails(sign_in, alice, event, url):
    client = sign_in(alice)
    check = text_of(client.post(url("event-cancel"), {"reason": "Doch nicht."}))
    assert "Noch weiß niemand von diesem Treffen." in check
    client.post(url("event-cancel"), {"reason": "Doch nicht.", "aktion": "senden"})
    assert Event.objects.get().is_cancelled
    assert not OutboxMessage.objects.exists()


# --- The programme follows the hour -----------------------------------------------------------------------------------
@pytest.fixture
def workshop(event):
    return ProgrammeItemFactory(event=event, kind="workshop", title="Werkstatt", starts_at=in_days(30, 11), places=9)


def starts_of(item):
    item.refresh_from_db()
    return to_local(item.starts_at).strftime("%H:%M")


def test_the_check_page_offers_to_move_the_programme_along(sign_in, alice, event, url, guest, workshop):
    client = sign_in(alice)
    assert 'name="moves_programme" ' in client.get(url("event-update")).content.decode()
    data = edit_data(event, start_time="11:30", moves_programme="on")
    response = client.post(url("event-update"), data)
    page = text_of(response)
    assert "Die Uhrzeiten des Programms verschieben sich um 1 Stunde und 30 Minuten nach hinten." in page
    assert "Programm ab 11:00 Uhr → ab 12:30 Uhr" in page.replace("\u00a0", " ")
    assert "Programm um dieselbe Zeit verschieben" in page
    assert '<input type="hidden" name="moves_programme"' not in response.content.decode()
    assert starts_of(workshop) == "11:00", "nothing is saved yet"
    page = text_of(client.post(url("event-update"), data | {"aktion": "senden"}, follow=True))
    assert "Die Uhrzeiten des Programms verschieben sich um 1 Stunde und 30 Minuten nach hinten." in page
    assert starts_of(workshop) == "12:30"
    assert ChangeEntry.objects.get(action="geändert").changes["Programm"][1] == "um 1 Stunde und 30 Minuten nach hinten"


def test_left_unticked_the_programme_keeps_its_times_and_the_page_says_so(sign_in, alice, event, url, guest, workshop):
    client = sign_in(alice)
    data = edit_data(event, start_time="11:30")
    assert "Das Programm behält seine Uhrzeiten." in text_of(client.post(url("event-update"), data))
    client.post(url("event-update"), data | {"aktion": "senden"})
    assert starts_of(workshop) == "11:00"


def test_a_draft_moves_with_its_programme_at_once(sign_in, alice, event, url, workshop):
    page = text_of(
        sign_in(alice).post(url("event-update"), edit_data(event, start_time="9:00", moves_programme="on"), follow=True)
    )
    assert "Gespeichert. Die Uhrzeiten des Programms verschieben sich um 1 Stunde nach vorn." in page
    assert starts_of(workshop) == "10:00"


@pytest.mark.parametrize(("hour", "is_ticked"), [(11, True), (8, False), (17, False)])
def test_the_tick_stands_where_the_whole_programme_lies_within_the_event(
    sign_in, alice, event, url, workshop, hour, is_ticked
):
    ProgrammeItemFactory(event=event, title="Aufbau", starts_at=in_days(30, hour))
    page = sign_in(alice).get(url("event-update")).content.decode()
    box = re.search(r'<input[^>]*name="moves_programme"[^>]*>', page)
    assert ("checked" in box.group()) == is_ticked


def test_without_times_nothing_is_asked(sign_in, alice, event, url):
    ProgrammeItemFactory(event=event, title="Begrüßung")
    assert "moves_programme" not in sign_in(alice).get(url("event-update")).content.decode()
