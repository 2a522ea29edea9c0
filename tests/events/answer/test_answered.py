"""The personal link after the answer: what happens next, changing, cancelling, and when it is too late."""

import pytest
from django.test import Client

from core.clock import db_now
from events.models import Event, PlaceClaim, Registration
from mailing.models import OutboxMessage
from privacy.services.consents import consents_of
from tests.events.answer.own_page import SECRET, link, refused, send, show, state
from tests.factories.events import (
    EventFactory,
    MailPlanFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db


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
    send(client, person, answer="yes", attendance="on_site", food=["vegan"], consent_photos="1")
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
