"""The deputy does not come: who hears of it, and that nothing about them stays."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.exceptions import DomainError
from core.models import ChangeEntry
from events.models import DeputyRequest, Event, Registration
from events.services.cancelling import cancel_event
from events.services.deputies import DeputyPerson, lapse_requests, take_back_deputy
from events.services.deputy_traces import forget_those_told
from events.services.invitations import drop_noted_guest
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.events.deputies.acts import claims, mails, name, page, request_of, sent
from tests.factories.events import say_no, say_yes

pytestmark = pytest.mark.django_db


def ended_mail(person: Registration) -> OutboxMessage:
    """Name somebody, take them back, and let the mail that tells them have left."""
    sent(name(person))
    take_back_deputy(inviter=person)
    OutboxMessage.objects.filter(purpose="events.deputy_ended").update(state="sent", subject="Keine Vertretung")
    return OutboxMessage.objects.get(purpose="events.deputy_ended")


def test_their_address_is_forgotten_after_fourteen_days(person: Registration) -> None:
    mail = ended_mail(person)
    assert forget_those_told() == 0
    OutboxMessage.objects.filter(pk=mail.pk).update(created_at=db_now() - dt.timedelta(days=14, minutes=1))
    assert forget_those_told() == 1
    assert forget_those_told() == 0
    mail.refresh_from_db()
    assert (mail.recipient, mail.recipient_name, mail.email_key, mail.subject, mail.text) == ("", "", "", "", "")


def test_their_address_is_forgotten_with_the_namer(zoe, person: Registration) -> None:
    mail = ended_mail(person)
    drop_noted_guest(actor=zoe, registration=person)
    mail.refresh_from_db()
    assert (mail.recipient, mail.recipient_name) == ("", "")


def test_a_mail_that_waits_does_not_leave_once_the_namer_is_gone(zoe, person: Registration) -> None:
    mail = ended_mail(person)
    OutboxMessage.objects.filter(pk=mail.pk).update(state="queued")
    drop_noted_guest(actor=zoe, registration=person)
    mail.refresh_from_db()
    assert (mail.state, mail.recipient) == ("aborted", "")


def gone(deputy: Registration) -> bool:
    """Whether nothing of the person is left, except what a log without names says."""
    traces = OutboxMessage.objects.filter(recipient__icontains="vera") | OutboxMessage.objects.filter(
        recipient_name__icontains="vera"
    )
    return not (Registration.objects.filter(pk=deputy.pk).exists() or traces.filter(ref=deputy.ref).exists())


def test_a_deputy_who_declines_is_forgotten_and_the_namer_told(client: Client, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    ChangeEntry.objects.create(
        at=db_now(), scope=person.event.scope, ref=deputy.ref, action="Gast geändert", changes={"name": ["V", "Vera"]}
    )
    response = client.post(f"/e/{deputy.token}/", {"answer": "no"})
    assert response.status_code == 302
    assert gone(deputy)
    entry = ChangeEntry.objects.get(ref=deputy.ref)
    assert (entry.changes, entry.is_shredded) == ({}, True)
    assert standing_of(person).has_place
    assert mails(person)[-1] == "events.deputy_outcome"
    shown = page(client, deputy)
    assert "Danke für Ihre Antwort" in shown
    assert "Vera" not in shown
    shown = page(client, person)
    assert "Ihre Vertretung hat abgesagt" in shown
    assert "Vertretung schicken" in shown
    assert name(person, DeputyPerson("Otto Ander", "otto@example.org"))


def test_taking_back_forgets_and_tells_who_was_asked(client: Client, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    count = OutboxMessage.objects.filter(ref=person.ref).count()
    assert "Möchten Sie die Anfrage zurücknehmen?" in page(client, person, "vertretung/zuruecknehmen/")
    for _ in range(2):
        assert client.post(f"/e/{person.token}/vertretung/zuruecknehmen/").status_code == 302
    assert gone(deputy)
    ended = OutboxMessage.objects.get(purpose="events.deputy_ended")
    assert (ended.recipient, ended.ref) == ("vera@example.org", request_of(person).ref)
    assert OutboxMessage.objects.filter(ref=person.ref).count() == count
    assert "Es ist keine Vertretung mehr nötig" in page(client, deputy)
    assert client.post(f"/e/{deputy.token}/", {"answer": "yes"}).status_code == 200
    assert standing_of(person).has_place
    assert client.get(f"/e/{person.token}/vertretung/zuruecknehmen/").status_code == 302


def test_who_has_not_been_asked_yet_hears_nothing_at_all(person: Registration) -> None:
    deputy = name(person)
    take_back_deputy(inviter=person)
    assert OutboxMessage.objects.get(ref=deputy.ref).state == "aborted"
    assert not OutboxMessage.objects.filter(purpose="events.deputy_ended").exists()


def test_taking_back_after_a_yes_changes_nothing(client: Client, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    response = client.post(f"/e/{person.token}/vertretung/zuruecknehmen/")
    assert "Ihre Vertretung hat inzwischen zugesagt" in response.content.decode()
    assert standing_of(deputy).has_place


def test_a_silent_deputy_is_forgotten_at_the_deadline(client: Client, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    assert lapse_requests() == 0
    DeputyRequest.objects.update(answer_until=db_now())
    with pytest.raises(DomainError, match="Die Frist für Ihre Antwort ist vorbei"):
        say_yes(deputy)
    assert lapse_requests() == 1
    assert lapse_requests() == 0
    assert gone(deputy)
    assert mails(person)[-1] == "events.deputy_outcome"
    assert not OutboxMessage.objects.filter(purpose="events.deputy_ended").exists()
    assert "Die Frist ist vorbei" in page(client, deputy)
    assert "Ihre Vertretung hat nicht geantwortet" in page(client, person)
    assert standing_of(person).has_place


def test_a_moved_or_closed_event_ends_requests_early(person: Registration) -> None:
    name(person)
    Event.objects.filter(pk=person.event_id).update(registration_closes_at=db_now())
    assert lapse_requests() == 1


def test_a_called_off_event_tells_the_deputy_before_forgetting_them(zoe, person: Registration) -> None:
    deputy = name(person)
    sent(deputy)
    cancel_event(actor=zoe, event=person.event, reason="Hochwasser.")
    mail = OutboxMessage.objects.filter(ref=deputy.ref, purpose="events.registration").get()
    assert mail.data["situation"] == "event_cancelled"
    assert lapse_requests() == 0
    DeputyRequest.objects.update(answer_until=db_now())
    assert lapse_requests() == 1


def test_a_namer_who_cancels_needs_no_deputy(person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    say_no(person)
    assert gone(deputy)
    assert OutboxMessage.objects.filter(purpose="events.deputy_ended").count() == 1
    assert mails(person)[-1] == "events.registration"


def test_a_namer_who_says_yes_meanwhile_keeps_the_request(person: Registration) -> None:
    deputy = name(person)
    say_yes(person)
    say_yes(deputy)
    assert claims(person) == []
    assert standing_of(deputy).has_place


def test_an_address_that_does_not_exist_is_shown_to_the_namer(client: Client, person: Registration) -> None:
    deputy = name(person)
    OutboxMessage.objects.filter(ref=deputy.ref).update(state="failed")
    assert "Vera Vertretung ist nicht erreichbar" in page(client, person)


def test_a_forged_link_of_a_forgotten_deputy_says_nothing(client: Client, person: Registration) -> None:
    deputy = name(person)
    take_back_deputy(inviter=person)
    response = client.get(f"/e/{deputy.public_id}.erfunden/")
    assert response.status_code == 404
    assert "Vertretung" not in response.content.decode()


def test_opening_pages_changes_nothing(client: Client, person: Registration) -> None:
    deputy = name(person)
    before = (DeputyRequest.objects.values_list().get(), OutboxMessage.objects.count(), Registration.objects.count())
    for who in (person, deputy):
        for more in ("", "vertretung/", "vertretung/zuruecknehmen/", "aendern/", "absagen/"):
            client.get(f"/e/{who.token}/{more}")
    after = (DeputyRequest.objects.values_list().get(), OutboxMessage.objects.count(), Registration.objects.count())
    assert after == before


def test_pages_ask_few_questions(client: Client, person: Registration) -> None:
    deputy = name(person)
    for who in (person, deputy):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, who)
        assert len(queries) <= 12


def test_typed_signs_stay_text(client: Client, person: Registration) -> None:
    nasty = '"><script>alert(1)</script>'
    Registration.objects.filter(pk=person.pk).update(name=f"Eve\r\nBcc: x {nasty}")
    deputy = name(Registration.objects.get(pk=person.pk), words=nasty)
    for who in (person, deputy):
        assert "<script>alert" not in page(client, who)
    assert re.search(r"Eve\s+Bcc", page(client, deputy))
