"""Naming a deputy: who may, whom, until when."""

import datetime as dt

import pytest
from django.test import Client

from core.clock import db_now
from core.exceptions import DomainError, RateLimited
from core.models import ChangeEntry
from events.models import DeputyRequest, Event, Registration
from events.services import deputies
from events.services.deputies import ANSWER_DAYS, CANNOT_BE_NAMED, DeputyPerson, name_deputy
from events.services.standing import standing_of
from mailing.models import OutboxMessage, Suppression
from mailing.services.suppression import suppress
from tests.events.deputies.acts import VERA, claims, mails, name, page, request_of
from tests.factories.events import RegistrationFactory, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db


def test_naming_somebody_is_one_open_registration_and_one_mail(person: Registration) -> None:
    say_yes(person)
    deputy = name(person, DeputyPerson("Vera Vertretung", "Vera@Example.org ", "Kammer Nord"))
    assert (deputy.source, deputy.answer, deputy.role) == ("deputy", "open", "guest")
    assert (deputy.email_key, deputy.organisation_name) == ("vera@example.org", "Kammer Nord")
    assert mails(deputy) == ["events.deputy_request"]
    assert claims(deputy) == []
    assert standing_of(person).has_place
    assert ChangeEntry.objects.filter(ref=person.ref, action="Vertretung genannt").count() == 1


def test_without_an_organisation_the_deputy_comes_from_the_same(person: Registration) -> None:
    assert name(person).organisation_name == "Kammer Musterstadt"


def test_the_form_asks_and_the_page_says_how_things_stand(client: Client, person: Registration) -> None:
    say_yes(person)
    assert page(client, person).count("Vertretung schicken") == 1
    form = page(client, person, "vertretung/")
    assert "Ihr Platz vor Ort geht erst über, wenn die Person zusagt." in form
    assert " checked" not in form
    data = {"name": VERA.name, "email": VERA.email, "words": "Bitte übernimm.", "has_agreed": "on"}
    response = client.post(f"/e/{person.token}/vertretung/", data)
    assert (response.status_code, response.url) == (302, f"/e/{person.token}/")
    shown = page(client, person)
    assert "Vertretung angefragt" in shown
    assert "Vera Vertretung (vera@example.org) kann bis" in shown
    assert "Anfrage zurücknehmen" in shown
    assert "Vertretung schicken" not in shown
    assert request_of(person).words == "Bitte übernimm."
    assert client.get(f"/e/{person.token}/vertretung/").status_code == 302


def test_an_open_invitation_chooses_it_as_a_third_answer(client: Client, person: Registration) -> None:
    assert "Vertretung kommt" in page(client, person)
    response = client.post(f"/e/{person.token}/", {"answer": "deputy"})
    assert (response.status_code, response.url) == (302, f"/e/{person.token}/vertretung/")
    person.refresh_from_db()
    assert person.answer == "open"
    name(person)
    shown = page(client, person)
    assert "Vertretung angefragt" in shown
    assert "Vertretung kommt" not in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Geben Sie den Namen Ihrer Vertretung ein"),
        ({"name": "Vera, siehe www.boese.example"}, "Geben Sie nur den Vor- und Nachnamen ein"),
        ({"email": "vera"}, "Geben Sie eine E-Mail-Adresse im Format name@firma.de ein"),
        ({"words": "Klick auf https://boese.example"}, "Schreiben Sie Ihre Worte ohne Links"),
        ({"words": "x" * 501}, "auf höchstens 500 Zeichen"),
        ({"has_agreed": ""}, "Bestätigen Sie, dass die Person einverstanden ist"),
    ],
)
def test_the_form_says_what_to_do(client: Client, person: Registration, changes: dict, sentence: str) -> None:
    data = {"name": VERA.name, "email": VERA.email, "has_agreed": "on"} | changes
    response = client.post(f"/e/{person.token}/vertretung/", data)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not DeputyRequest.objects.exists()


def test_naming_the_same_person_ten_times_is_one_request_and_one_mail(person: Registration) -> None:
    requests = {name_deputy(inviter=person, person=VERA).pk for _ in range(10)}
    assert len(requests) == 1
    assert OutboxMessage.objects.count() == 1


def test_only_one_deputy_at_a_time(person: Registration) -> None:
    name(person)
    with pytest.raises(DomainError, match="Nehmen Sie erst diese Anfrage zurück"):
        name_deputy(inviter=person, person=DeputyPerson("Otto Ander", "otto@example.org"))


def test_the_own_address_is_no_deputys(person: Registration) -> None:
    with pytest.raises(DomainError, match="nicht Ihre eigene"):
        name_deputy(inviter=person, person=DeputyPerson("Vera Vertretung", " JANA@example.org"))


def test_who_is_invited_and_who_objected_gets_the_same_sentence(person: Registration) -> None:
    known = RegistrationFactory(event=person.event)
    suppress(VERA.email, Suppression.Reason.OBJECTED)
    for named in (DeputyPerson(known.name.upper(), known.email), VERA):
        with pytest.raises(DomainError) as refusal:
            name_deputy(inviter=person, person=named)
        assert refusal.value.message == CANNOT_BE_NAMED
    assert not OutboxMessage.objects.exists()


def test_trying_addresses_is_limited_also_when_refused(person: Registration) -> None:
    known = RegistrationFactory(event=person.event)
    for _ in range(deputies.NAMINGS_PER_DAY):
        with pytest.raises(DomainError):
            name_deputy(inviter=person, person=DeputyPerson(known.name, known.email))
    with pytest.raises(RateLimited):
        name_deputy(inviter=person, person=VERA)


def test_nobodys_mailbox_is_filled(event: Event) -> None:
    for number, namer in enumerate(RegistrationFactory.create_batch(4, event=event)):
        asked = DeputyPerson(f"Vera {'abcd'[number]}", f"vera+{number}@example.org")
        if number == 3:
            with pytest.raises(RateLimited):
                name_deputy(inviter=namer, person=asked)
        else:
            name_deputy(inviter=namer, person=asked)


def test_who_cancelled_who_is_unproven_and_who_is_asked_cannot_name_anybody(person: Registration) -> None:
    unproven = RegistrationFactory(event=person.event, unproven_until=in_days(1))
    deputy = name(person)
    cancelled = RegistrationFactory(event=person.event)
    say_no(cancelled)
    for someone in (unproven, deputy, cancelled):
        with pytest.raises(DomainError):
            name_deputy(inviter=someone, person=DeputyPerson("Otto Ander", "otto@example.org"))


@pytest.mark.parametrize("field", ["cancelled_at", "registration_closes_at", "starts_at"])
def test_nobody_is_named_once_answering_is_over(client: Client, person: Registration, field: str) -> None:
    Event.objects.filter(pk=person.event_id).update(**{field: in_days(-1)})
    person.event.refresh_from_db()
    with pytest.raises(DomainError):
        name_deputy(inviter=person, person=VERA)
    data = {"name": VERA.name, "email": VERA.email, "has_agreed": "on"}
    assert client.post(f"/e/{person.token}/vertretung/", data).status_code == 200
    assert client.get(f"/e/{person.token}/vertretung/").status_code == 200
    assert not DeputyRequest.objects.exists()


def test_the_deadline_is_14_days_or_the_end_of_answering(event: Event) -> None:
    almost = dt.timedelta(minutes=1)
    assert abs(deputies.answer_deadline(event) - db_now() - dt.timedelta(days=ANSWER_DAYS)) < almost
    event.answer_by = in_days(5).date()
    assert deputies.answer_deadline(event) == in_days(6, 0)
    event.answer_by = in_days(0).date()
    assert abs(deputies.answer_deadline(event) - db_now() - dt.timedelta(days=ANSWER_DAYS)) < almost
    event.registration_closes_at = in_days(3)
    assert deputies.answer_deadline(event) == in_days(3)
    event.starts_at = in_days(2)
    assert deputies.answer_deadline(event) == in_days(2)
