"""Registering without an invitation, and proving the address."""

import datetime as dt
import re
import uuid

import pytest
from django.core import signing
from django.test import Client

from core.clock import db_now
from events.forms import guard as form_module
from events.models import Event, PlaceClaim, Registration
from events.services.public_registration import expire_unproven
from mailing.models import OutboxMessage
from privacy.services.consents import consents_of
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, in_days, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_minimum_time(monkeypatch) -> None:
    monkeypatch.setattr(form_module, "MIN_SECONDS", -1)


@pytest.fixture
def event() -> Event:
    return EventFactory(on_site=2)


def form_of(client: Client, event: Event) -> dict[str, str]:
    page = client.get(f"{event.get_absolute_url()}anmelden/").content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]
    return {"ticket": ticket, "name": "Paula Öffentlich", "email": "paula@example.org", "organisation": "Firma"}


def send(client: Client, event: Event, data: dict, **headers: str):
    return client.post(f"{event.get_absolute_url()}anmelden/", data, **headers)


def register(client: Client, event: Event, **changes: str):
    return send(client, event, {**form_of(client, event), **changes})


def test_the_place_is_taken_at_once_and_only_the_proving_mail_goes_out(client: Client, event: Event) -> None:
    response = register(client, event, salutation="frau", consent_photos="1")
    assert response.url == f"{event.get_absolute_url()}anmelden/eingegangen/"
    person = Registration.objects.get()
    assert (person.name, person.email, person.salutation) == ("Paula Öffentlich", "paula@example.org", "frau")
    assert not person.is_proven
    assert dt.timedelta(hours=23) < person.unproven_until - db_now() <= dt.timedelta(hours=24)
    assert PlaceClaim.objects.get().state == "confirmed"
    assert [mail.purpose for mail in OutboxMessage.objects.all()] == ["events.address_proof"]
    assert consents_of(person.ref) == {"photos": True}


def test_the_received_page_says_the_same_to_everybody(client: Client, event: Event) -> None:
    url = f"{event.get_absolute_url()}anmelden/eingegangen/"
    first = client.get(url)
    register(client, event)
    again = client.get(url)
    assert first.content == again.content
    assert "Ihr Platz ist 24 Stunden für Sie frei gehalten." in first.content.decode()
    assert "paula" not in again.content.decode()
    assert "Warteliste ist 24 Stunden vorgemerkt" in client.get(f"{url}?stand=warteliste").content.decode()


def test_a_full_event_puts_people_on_the_waiting_list(client: Client, event: Event) -> None:
    fill_up(event, 2)
    page = client.get(f"{event.get_absolute_url()}anmelden/").content.decode()
    assert "Verbindlich auf die Warteliste" in page
    assert register(client, event).url.endswith("?stand=warteliste")
    assert PlaceClaim.objects.get(registration__source="public").state == "waiting"


def test_nothing_is_ticked_beforehand(client: Client, event: Event) -> None:
    assert " checked" not in client.get(f"{event.get_absolute_url()}anmelden/").content.decode()


def test_what_is_missing_is_said_and_the_rest_is_kept(client: Client, event: Event) -> None:
    response = register(client, event, name=" ", email="paula@firma")
    page = response.content.decode()
    assert "<title>Fehler: Anmelden" in page
    assert page.count("Geben Sie Ihren Vor- und Nachnamen ein") == 2
    assert page.count("Geben Sie eine E-Mail-Adresse im Format name@firma.de ein") == 2
    assert 'value="Firma"' in page
    assert 'value="paula@firma"' in page
    assert not Registration.objects.exists()


# --- Twice ------------------------------------------------------------------------------------------------------------
def test_the_same_form_ten_times_is_one_registration_and_one_mail(client: Client, event: Event) -> None:
    data = form_of(client, event)
    urls = {send(client, event, data).url for _ in range(10)}
    assert urls == {f"{event.get_absolute_url()}anmelden/eingegangen/"}
    assert Registration.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("again", ["paula@example.org", " PAULA@Example.ORG ", "Paula@example.org"])
def test_the_same_person_again_looks_the_same_and_changes_nothing(client: Client, event: Event, again: str) -> None:
    first = register(client, event)
    second = register(client, event, email=again, name="paula  öffentlich", access_needs="neu")
    assert second.url == first.url
    person = Registration.objects.get()
    assert person.access_needs == ""


def test_a_plus_tag_is_another_address_and_another_name_another_person(client: Client, event: Event) -> None:
    register(client, event)
    register(client, event, email="paula+treffen@example.org")
    register(client, event, name="Peter Öffentlich")
    assert Registration.objects.count() == 3


def test_somebody_invited_gets_their_own_link_instead(client: Client, event: Event) -> None:
    invited = RegistrationFactory(event=event, name="Paula Öffentlich", email="paula@example.org")
    say_yes(invited)
    OutboxMessage.objects.all().delete()
    assert register(client, event).url.endswith("/eingegangen/")
    assert [mail.purpose for mail in OutboxMessage.objects.all()] == ["events.link_again"]
    assert Registration.objects.count() == 1


def test_who_is_registered_does_not_show_when_it_is_full(client: Client, event: Event) -> None:
    known = RegistrationFactory(event=event, name="Paula Öffentlich", email="paula@example.org")
    say_yes(known)
    fill_up(event, 2)
    known_answer = register(client, event)
    newcomers_answer = register(client, event, email="neu@example.org")
    assert (
        known_answer.url == newcomers_answer.url == f"{event.get_absolute_url()}anmelden/eingegangen/?stand=warteliste"
    )


def test_a_strangers_mailbox_gets_three_mails_a_day_at_most(client: Client, event: Event) -> None:
    statuses = [register(client, event, name=f"Name {number}").status_code for number in range(20)]
    assert statuses == [302] * 3 + [429] * 17
    assert OutboxMessage.objects.count() == 3


def test_too_many_from_one_network_address_wait(client: Client) -> None:
    event = EventFactory()
    for number in range(60):
        assert register(client, event, email=f"p{number}@example.org").status_code == 302
    response = register(client, event, email="p61@example.org")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Das waren zu viele Versuche." in response.content.decode()
    assert 'value="p61@example.org"' in response.content.decode()
    other = send(client, event, {**form_of(client, event), "email": "p61@example.org"}, REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 302


# --- Robots -----------------------------------------------------------------------------------------------------------
def test_a_filled_trap_is_refused_with_a_sentence(client: Client, event: Event) -> None:
    page = register(client, event, website="https://spam.example").content.decode()
    assert "Lassen Sie das Feld „Bitte leer lassen“ leer" in page
    assert not Registration.objects.exists()


def test_a_form_sent_at_once_asks_to_be_sent_again(client: Client, event: Event, monkeypatch) -> None:
    monkeypatch.setattr(form_module, "MIN_SECONDS", 3)
    data = form_of(client, event)
    assert "Das ging sehr schnell." in send(client, event, data).content.decode()
    monkeypatch.setattr(form_module, "MIN_SECONDS", -1)
    assert send(client, event, data).status_code == 302


def forged_tickets(event: Event) -> list[str]:
    foreign = form_module.Ticket(event.pk + 1).issue()
    no_number = signing.TimestampSigner(salt=f"events.registration-form:{event.pk}").sign("keine-nummer")
    return ["", "x", f"{uuid.uuid4().hex}:1abc:def", foreign, no_number]


def test_a_ticket_that_is_forged_gives_a_fresh_one_with_the_input_kept(client: Client, event: Event) -> None:
    for ticket in forged_tickets(event):
        page = register(client, event, ticket=ticket).content.decode()
        assert "Das Formular war lange offen." in page
        assert 'value="paula@example.org"' in page
        fresh = re.search(r'name="ticket" value="([^"]+)"', page)[1]
        assert form_module.Ticket(event.pk).submission(fresh)
    assert not Registration.objects.exists()


def test_a_form_open_for_two_days_asks_to_be_sent_again(client: Client, event: Event, monkeypatch) -> None:
    monkeypatch.setattr(form_module, "MAX_SECONDS", -1)
    assert "Das Formular war lange offen." in register(client, event).content.decode()


# --- Not open ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"has_public_registration": False}, "Nur mit Einladung"),
        ({"registration_opens_at": dt.datetime(2090, 3, 4, 9, tzinfo=dt.UTC)}, "Anmeldung ab 4. März 2090"),
        ({"registration_closes_at": dt.datetime(2020, 3, 4, 9, tzinfo=dt.UTC)}, "Anmeldung geschlossen"),
        ({"cancelled_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "Abgesagt"),
        ({"days": -3}, "Hat stattgefunden"),
    ],
)
def test_where_one_cannot_register_a_page_says_so(client: Client, changes: dict, title: str) -> None:
    event = EventFactory(**changes)
    for response in (client.get(f"{event.get_absolute_url()}anmelden/"), send(client, event, {"name": "Paula"})):
        page = response.content.decode()
        assert f"<h1>{title}</h1>" in page
        assert "kontakt@example.org" in page
    assert not Registration.objects.exists()


def test_an_event_that_does_not_exist(client: Client) -> None:
    assert client.get("/veranstaltungen/gibt-es-nicht/anmelden/").status_code == 404
    assert client.get("/veranstaltungen/gibt-es-nicht/anmelden/eingegangen/").status_code == 404


# --- Proving the address ----------------------------------------------------------------------------------------------
def proof_of(person: Registration) -> str:
    return f"/b/{person.proof_token}/"


def test_opening_the_link_confirms_nothing_the_button_does(client: Client, event: Event) -> None:
    register(client, event)
    person = Registration.objects.get()
    for _ in range(3):
        assert "Anmeldung bestätigen" in client.get(proof_of(person)).content.decode()
        client.head(proof_of(person))
    person.refresh_from_db()
    assert not person.is_proven
    assert OutboxMessage.objects.count() == 1
    response = client.post(proof_of(person))
    assert response.url == f"/e/{person.token}/"
    person.refresh_from_db()
    assert person.is_proven
    assert "Sie sind angemeldet" in client.get(response.url).content.decode()
    assert OutboxMessage.objects.get(purpose="events.registration").data["situation"] == "confirmed"


def test_proving_again_is_friendly_and_changes_nothing(client: Client, event: Event) -> None:
    register(client, event)
    person = Registration.objects.get()
    client.post(proof_of(person))
    assert "Ihre Anmeldung ist schon bestätigt" in client.get(proof_of(person)).content.decode()
    assert client.post(proof_of(person)).url == f"/e/{person.token}/"
    assert OutboxMessage.objects.count() == 2


def test_without_proof_the_place_goes_on_after_24_hours(client: Client) -> None:
    event = EventFactory(on_site=1)
    register(client, event)
    (waiting,) = fill_up(event, 1)
    person = Registration.objects.get(source="public")
    Registration.objects.filter(pk=person.pk).update(unproven_until=db_now() - dt.timedelta(seconds=1))
    assert client.get(proof_of(person)).status_code == 404
    assert client.post(proof_of(person)).status_code == 404
    assert expire_unproven() == 1
    assert PlaceClaim.objects.get(registration=waiting).state == "confirmed"
    assert client.get(proof_of(person)).status_code == 404
    assert expire_unproven() == 0


def test_an_expired_place_is_free_for_the_next_form_before_any_sweep(client: Client) -> None:
    event = EventFactory(on_site=1)
    register(client, event)
    Registration.objects.update(unproven_until=db_now() - dt.timedelta(seconds=1))
    assert register(client, event, email="zweite@example.org").url.endswith("/eingegangen/")
    assert Registration.objects.get().email == "zweite@example.org"


def test_opening_the_form_sets_the_csrf_cookie_only(client: Client, event: Event) -> None:
    assert set(client.get(f"{event.get_absolute_url()}anmelden/").cookies) == {"csrf"}


def test_a_post_without_the_csrf_token_is_explained(event: Event) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(f"{event.get_absolute_url()}anmelden/", {"name": "Paula"})
    assert response.status_code == 403
    assert "Bitte senden Sie das Formular noch einmal" in response.content.decode()


def test_a_past_hour_closes_the_form_while_it_is_open(client: Client, event: Event) -> None:
    data = form_of(client, event)
    Event.objects.filter(pk=event.pk).update(registration_closes_at=in_days(-1))
    assert "<h1>Anmeldung geschlossen</h1>" in send(client, event, data).content.decode()
    assert not Registration.objects.exists()


# --- Odd input --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("ß" * 150, "lang@example.org"),
        ("Paula Lang", f"paula@{'ü.' * 50}example.org"),
        ("Paula Lang", f"paula@{'müller.' * 34}de"),
    ],
)
def test_names_and_addresses_that_grow_when_folded_are_no_error(
    client: Client, event: Event, name: str, email: str
) -> None:
    response = register(client, event, name=name, email=email)
    assert response.status_code in (200, 302)


@pytest.mark.parametrize(
    "name", ["Gewonnen! https://evil.example/", "Gleich klicken: www.evil.example", "a\r\nb\nc@d.de"]
)
def test_a_name_carries_no_message_to_a_strangers_mailbox(client: Client, event: Event, name: str) -> None:
    page = register(client, event, name=name).content.decode()
    assert "Geben Sie nur Ihren Vor- und Nachnamen ein" in page
    assert not OutboxMessage.objects.exists()


def test_plus_tags_do_not_fill_a_strangers_mailbox(client: Client, event: Event) -> None:
    codes = [register(client, event, email=f"paula+{number}@example.org").status_code for number in range(4)]
    assert codes == [302, 302, 302, 429]
