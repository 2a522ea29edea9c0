"""Asking for one's personal link once more: the button on the page of a dead link (RELIABILITY F34, F37)."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from core.links import new_nonce
from events.forms import guard
from events.models import Event, Invitation, InvitationRound, Registration
from mailing.models import OutboxMessage
from tests.factories.events import EventFactory, RegistrationFactory, say_no, say_yes
from tests.faults.forms import as_sent

pytestmark = pytest.mark.django_db
URL = "/veranstaltungen/link-anfordern/"


@pytest.fixture(autouse=True)
def no_minimum_time(monkeypatch) -> None:
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)


def ask(email: str) -> str:
    """Ask as a browser does; return the page that follows."""
    client = Client()
    answer = client.post(URL, as_sent(client.get(URL)) | {"email": email}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def mails() -> list[str]:
    return list(OutboxMessage.objects.filter(purpose="events.link_again").values_list("ref", flat=True))


def invited(event: Event, *, sent: bool) -> Registration:
    """Somebody invited who has not answered; their round has left, or is still to leave."""
    at = timezone.now() + dt.timedelta(days=-1 if sent else 1)
    sending = InvitationRound.objects.create(event=event, number=event.rounds.count() + 1, sent_at=at)
    person = RegistrationFactory(event=event)
    Invitation.objects.create(round=sending, registration=person, reason="Gast")
    return person


def test_a_dead_link_leads_to_a_new_mail() -> None:
    person = RegistrationFactory()
    say_yes(person)
    dead = person.token
    Registration.objects.filter(pk=person.pk).update(nonce=new_nonce())
    page = Client().get(f"/e/{dead}/")
    assert page.status_code == 404
    assert f'href="{URL}">Neue E-Mail anfordern' in page.content.decode()
    assert person.name not in page.content.decode()

    assert "Bitte sehen Sie in Ihr Postfach" in ask(person.email.upper())

    assert mails() == [person.ref]


def test_the_answer_is_the_same_whoever_asks() -> None:
    person = RegistrationFactory()
    say_yes(person)
    assert ask(person.email) == ask("fremd@example.org")
    assert mails() == [person.ref]


def test_only_who_knows_of_a_meeting_still_to_come_gets_its_link() -> None:
    event = EventFactory()
    asked, declined = invited(event, sent=True), RegistrationFactory(event=event)
    say_no(declined)
    others = [
        RegistrationFactory(event=event),
        invited(event, sent=False),
        invited(EventFactory(days=-3), sent=True),
        invited(EventFactory(visibility="draft"), sent=True),
        invited(EventFactory(cancelled_at=timezone.now()), sent=True),
    ]
    for person in (asked, declined, *others):
        ask(person.email)
    assert sorted(mails()) == sorted([asked.ref, declined.ref])


def test_a_mailbox_gets_three_mails_a_day_whatever_the_number_of_meetings() -> None:
    for _ in range(5):
        say_yes(RegistrationFactory(email="viel@example.org"))
    ask("viel@example.org")
    ask("viel@example.org")
    assert len(mails()) == 3


def test_opening_the_page_sends_nothing() -> None:
    say_yes(RegistrationFactory(email="ina@example.org"))
    Client().get(f"{URL}?email=ina@example.org")
    assert mails() == []
