"""What waited while the mail server was away and would be untrue or pointless by now does not leave (F20)."""

import datetime as dt

import pytest

from core.clock import db_now
from core.exceptions import DomainError
from events.models import Event
from events.services.invitations import invite
from events.services.public_registration import Person, register_publicly
from events.services.replies import Reply
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def reason_not_to_send(purpose: str) -> str:
    message = OutboxMessage.objects.get(purpose=purpose)
    return get_purpose(purpose).is_obsolete(message)


def begin(event: Event, *, ago: dt.timedelta, lasts: dt.timedelta) -> None:
    begun = db_now() - ago
    Event.objects.filter(pk=event.pk).update(starts_at=begun, ends_at=begun + lasts, starts_on=begun.date())


@pytest.mark.parametrize("mode", ["confirmed", "waiting"])
def test_a_place_is_confirmed_until_the_end_and_nobody_waits_after_the_beginning(mode: str) -> None:
    event = EventFactory(on_site=1)
    if mode == "waiting":
        say_yes(RegistrationFactory(event=event))
        OutboxMessage.objects.all().delete()
    say_yes(RegistrationFactory(event=event))
    assert reason_not_to_send("events.registration") == ""
    begin(event, ago=HOUR, lasts=4 * HOUR)
    begun = "" if mode == "confirmed" else "Das Treffen hat schon begonnen."
    assert reason_not_to_send("events.registration") == begun
    begin(event, ago=4 * HOUR, lasts=HOUR)
    assert reason_not_to_send("events.registration") == "Das Treffen ist vorbei."


def test_a_cancellation_is_acknowledged_until_the_end() -> None:
    event = EventFactory(on_site=1)
    person = RegistrationFactory(event=event)
    say_yes(person)
    OutboxMessage.objects.all().delete()
    say_no(person)
    begin(event, ago=HOUR, lasts=4 * HOUR)
    assert reason_not_to_send("events.registration") == ""


def register(event: Event) -> None:
    register_publicly(
        event=event,
        person=Person(name="Paula Öffentlich", email="paula@example.org"),
        reply=Reply(answer="yes", attendance="on_site"),
        submission="a4477a53-71ca-4467-ad84-de36b2e29c48",
        address="10.0.0.1",
        form_path="/",
    )


@pytest.mark.parametrize("purpose", ["events.address_proof", "events.link_again"])
def test_nobody_is_asked_to_prove_an_address_for_a_meeting_that_is_off(purpose: str) -> None:
    event = EventFactory(on_site=5)
    if purpose == "events.link_again":
        RegistrationFactory(event=event, name="Paula Öffentlich", email="paula@example.org")
    register(event)
    assert reason_not_to_send(purpose) == ""
    Event.objects.update(cancelled_at=db_now())
    assert reason_not_to_send(purpose) == "Das Treffen ist abgesagt."
    Event.objects.update(cancelled_at=None)
    begin(event, ago=HOUR, lasts=HOUR)
    assert reason_not_to_send(purpose) == "Das Treffen hat schon begonnen."


@pytest.fixture
def invited(zoe) -> Event:
    event = EventFactory(on_site=5, answer_by=in_days(3).date())
    RegistrationFactory(event=event)
    audience = everybody(event)
    invite(actor=zoe, event=event, audience=audience, chosen=audience.keys, text="")
    return event


def test_nobody_is_invited_when_registration_has_closed(invited: Event, zoe) -> None:
    assert reason_not_to_send("events.invitation") == ""
    Event.objects.update(registration_closes_at=db_now() - HOUR)
    assert reason_not_to_send("events.invitation") == "Die Anmeldung ist geschlossen."
    RegistrationFactory(event=invited)
    audience = everybody(invited)
    with pytest.raises(DomainError, match="Die Anmeldung ist geschlossen: Niemand könnte mehr zusagen"):
        invite(actor=zoe, event=Event.objects.get(), audience=audience, chosen=audience.keys, text="")


def test_a_late_invitation_asks_for_no_answer_by_a_day_that_is_over(invited: Event) -> None:
    assert "Antwort: bis " in text_of(OutboxMessage.objects.get())
    Event.objects.update(answer_by=in_days(-1).date())
    assert "Antwort: bis " not in text_of(OutboxMessage.objects.get())


def text_of(message: OutboxMessage) -> str:
    return " ".join(render(message, get_purpose(message.purpose)).text.split())
