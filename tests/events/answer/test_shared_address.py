"""One address, several people: asked behind the address only, and a stranger's form harms nobody."""

import re

import pytest
from django.test import Client

from events.models import Event, Invitation, InvitationRound, Registration
from events.services.deputies import DeputyPerson, name_deputy
from events.services.public_registration import discard_registration
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from tests.events.answer.test_registration import no_minimum_time, register  # noqa: F401 - a fixture
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db
ADDRESS = "paula@example.org"


@pytest.fixture
def event() -> Event:
    return EventFactory(on_site=3)


@pytest.fixture
def known(event: Event) -> Registration:
    person = RegistrationFactory(event=event, name="Paul Partner", email=ADDRESS)
    say_yes(person)
    return person


@pytest.fixture
def new(client: Client, event: Event, known: Registration) -> Registration:
    assert register(client, event).status_code == 302
    return Registration.objects.get(name="Paula Öffentlich")


def proof(client: Client, person: Registration) -> str:
    response = client.get(f"/b/{person.proof_token}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_form_answers_as_ever_and_only_the_mail_knows(client: Client, event: Event, known: Registration) -> None:
    first = register(client, event)
    other = register(client, EventFactory(on_site=3))
    assert first.url.rpartition("anmelden/")[2] == other.url.rpartition("anmelden/")[2]
    message = OutboxMessage.objects.get(purpose="events.address_proof", scope=event.scope)
    text = " ".join(render(message, get_purpose(message.purpose)).text.split())
    assert "- Paul Partner: angemeldet" in text
    assert "Neu angemeldet wurde Paula Öffentlich." in text


def test_the_page_asks_whether_it_is_a_further_person(client: Client, new: Registration, known: Registration) -> None:
    page = proof(client, new)
    assert "Weitere Person anmelden?" in page
    assert re.search(r"Paul Partner</bdi></dt><dd>angemeldet</dd>", page)
    assert f"/e/{known.token}/" in page
    assert client.post(f"/b/{new.proof_token}/").status_code == 302
    new.refresh_from_db()
    assert new.is_proven
    assert standing_of(new).has_place
    assert standing_of(known).has_place
    assert "Ihre Anmeldung ist schon bestätigt" in proof(client, new)


def test_a_slip_goes_and_everything_else_stays(client: Client, new: Registration, known: Registration) -> None:
    url = f"/b/{new.proof_token}/verwerfen/"
    before = OutboxMessage.objects.filter(ref=known.ref).count()
    assert client.get(url).url == f"/b/{new.proof_token}/"
    assert Registration.objects.filter(pk=new.pk).exists()
    response = client.post(url)
    assert "Die Anmeldung ist verworfen" in client.get(response.url).content.decode()
    assert not Registration.objects.filter(pk=new.pk).exists()
    assert standing_of(known).has_place
    assert OutboxMessage.objects.filter(ref=known.ref).count() == before
    assert client.post(url).status_code == 404


def test_the_freed_place_goes_to_who_waits(client: Client) -> None:
    event = EventFactory(on_site=2)
    person = RegistrationFactory(event=event, name="Paul Partner", email=ADDRESS)
    say_yes(person)
    register(client, event)
    new = Registration.objects.get(name="Paula Öffentlich")
    waiting = fill_up(event, 1)[0]
    client.post(f"/b/{new.proof_token}/verwerfen/")
    assert standing_of(waiting).has_place


def test_the_ordinary_case_stays_one_click(client: Client, event: Event) -> None:
    RegistrationFactory(event=event, name="Wer Anders", email="anders@example.org")
    RegistrationFactory(name="Paul Partner", email=ADDRESS)
    register(client, event)
    page = proof(client, Registration.objects.get(event=event, email=ADDRESS))
    assert "Noch ein Klick, dann steht Ihre Anmeldung" in page
    assert "Weitere Person" not in page


def test_what_nobody_has_proven_is_not_named(client: Client, event: Event) -> None:
    RegistrationFactory(event=event, name="Erfunden von Fremden", email=ADDRESS, unproven_until=in_days(1))
    register(client, event)
    assert "Erfunden" not in proof(client, Registration.objects.get(name="Paula Öffentlich"))


def test_each_state_is_named(client: Client, new: Registration, event: Event) -> None:
    RegistrationFactory(event=event, name="Ingo Offen", email=ADDRESS)
    say_no(RegistrationFactory(event=event, name="Nora Nein", email=ADDRESS))
    name_deputy(inviter=RegistrationFactory(event=event), person=DeputyPerson("Vera Vertretung", ADDRESS))
    page = " ".join(proof(client, new).split())
    assert "Ingo Offen</bdi></dt><dd>eingeladen, Antwort noch offen</dd>" in page
    assert "Nora Nein</bdi></dt><dd>abgesagt</dd>" in page
    assert "Vera Vertretung</bdi></dt><dd>als Vertretung angefragt</dd>" in page


def test_a_proven_registration_is_not_discarded(client: Client, new: Registration) -> None:
    client.post(f"/b/{new.proof_token}/")
    response = client.post(f"/b/{new.proof_token}/verwerfen/")
    assert "schon bestätigt" in response.content.decode()
    assert standing_of(new).has_place


def test_discarding_keeps_an_invitation_made_meanwhile(zoe, new: Registration, event: Event) -> None:
    sending = InvitationRound.objects.create(event=event, number=1, sent_by=zoe, sent_at=in_days(-1))
    Invitation.objects.create(round=sending, registration=new, reason="Kontakt")
    discard_registration(registration=new)
    new.refresh_from_db()
    assert (new.answer, new.is_proven, new.source) == ("open", True, "invitation")
    assert not standing_of(new).place_state
