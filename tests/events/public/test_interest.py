"""Interest before registration opens: confirmed by mail, told once, then forgotten."""

import re

import pytest
from django.test import Client

from core.exceptions import DomainError
from events.forms import guard
from events.models import Event, EventInterest
from events.services.interest import confirm_interest, sweep_interest
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from tests.factories.events import EventFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_minimum_time(monkeypatch) -> None:
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)


@pytest.fixture
def event() -> Event:
    return EventFactory(on_site=5, registration_opens_at=in_days(3))


def ask(client: Client, event: Event, email: str = "ina@example.org"):
    url = f"{event.get_absolute_url()}vormerken/"
    ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(url).content.decode())[1]
    return client.post(url, {"email": email, "ticket": ticket})


def confirmed(client: Client, event: Event, email: str = "ina@example.org") -> EventInterest:
    ask(client, event, email)
    return confirm_interest(interest=EventInterest.objects.get(event=event, email_key=email))


def opens(event: Event, days: int) -> None:
    Event.objects.filter(pk=event.pk).update(registration_opens_at=in_days(days))


def told(event: Event) -> int:
    return OutboxMessage.objects.filter(purpose="events.interest_open", scope=event.scope).count()


def test_the_page_offers_it_while_registration_is_ahead(client: Client, event: Event) -> None:
    assert "Sagen Sie mir, wenn die Anmeldung öffnet" in client.get(event.get_absolute_url()).content.decode()
    opens(event, -1)
    assert "Sagen Sie mir" not in client.get(event.get_absolute_url()).content.decode()
    assert client.get(f"{event.get_absolute_url()}vormerken/").status_code == 302


def test_asking_confirming_and_ending(client: Client, event: Event) -> None:
    assert ask(client, event).url.endswith("/vormerken/eingegangen/")
    interest = EventInterest.objects.get()
    assert interest.confirmed_at is None
    url = f"/i/{interest.token}/"
    for _ in range(3):
        assert "Noch ein Klick" in client.get(url).content.decode()
    assert EventInterest.objects.get().confirmed_at is None
    assert client.post(url).url == url
    assert "Sie sind vorgemerkt" in client.get(url).content.decode()
    assert client.get(f"{url}beenden/").status_code == 302
    assert client.post(f"{url}beenden/").url.endswith("/vormerken/beendet/")
    assert not EventInterest.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert client.get(url).status_code == 404


def test_a_known_address_gets_the_same_answer(client: Client, event: Event) -> None:
    confirmed(client, event)
    assert ask(client, event).url == ask(client, event, "neu@example.org").url
    message = OutboxMessage.objects.filter(recipient="ina@example.org").latest("created_at")
    assert "Sie sind schon vorgemerkt" in " ".join(render(message, get_purpose(message.purpose)).text.split())


def test_nobodys_mailbox_is_filled(client: Client, event: Event) -> None:
    urls = {ask(client, event).url for _ in range(6)}
    assert len(urls) == 1
    assert OutboxMessage.objects.count() == 3


def test_told_exactly_once_when_it_opens_and_then_forgotten(client: Client, event: Event) -> None:
    confirmed(client, event)
    ask(client, event, "unbestaetigt@example.org")
    assert sweep_interest() == 0
    opens(event, -1)
    assert sweep_interest() == 1
    assert sweep_interest() == 0
    assert told(event) == 1
    assert not EventInterest.objects.exists()
    message = OutboxMessage.objects.get(purpose="events.interest_open")
    text = " ".join(render(message, get_purpose(message.purpose)).text.split())
    assert "ist jetzt offen. Plätze frei (5)." in text
    assert "Keine Hinweise auf geöffnete Anmeldungen mehr erhalten" in text


def test_a_moved_opening_counts_as_it_stands(client: Client, event: Event) -> None:
    confirmed(client, event)
    opens(event, 9)
    assert sweep_interest() == 0
    Event.objects.filter(pk=event.pk).update(registration_opens_at=None)
    assert sweep_interest() == 1


def test_a_draft_tells_nobody_until_it_is_published(client: Client, event: Event) -> None:
    confirmed(client, event)
    opens(event, -1)
    Event.objects.filter(pk=event.pk).update(visibility="draft")
    assert sweep_interest() == 0
    Event.objects.filter(pk=event.pk).update(visibility="public")
    assert sweep_interest() == 1


@pytest.mark.parametrize("field", ["cancelled_at", "registration_closes_at"])
def test_what_will_not_open_forgets_without_a_word(client: Client, event: Event, field: str) -> None:
    confirmed(client, event)
    Event.objects.filter(pk=event.pk).update(**{field: in_days(-1), "registration_opens_at": in_days(-2)})
    assert sweep_interest() == 0
    assert not EventInterest.objects.exists()
    assert told(event) == 0


def test_who_never_confirms_is_forgotten_after_two_days(client: Client, event: Event) -> None:
    ask(client, event)
    EventInterest.objects.update(asked_at=in_days(-3))
    sweep_interest()
    assert not EventInterest.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_confirming_too_late_says_so(client: Client, event: Event) -> None:
    ask(client, event)
    interest = EventInterest.objects.get()
    opens(event, -1)
    with pytest.raises(DomainError, match="öffnet nicht erst noch"):
        confirm_interest(interest=interest)


def test_the_mail_dies_when_the_event_does(client: Client, event: Event) -> None:
    confirmed(client, event)
    opens(event, -1)
    sweep_interest()
    message = OutboxMessage.objects.get(purpose="events.interest_open")
    assert get_purpose(message.purpose).is_obsolete(message) == ""
    Event.objects.filter(pk=event.pk).update(cancelled_at=in_days(-1))
    assert get_purpose(message.purpose).is_obsolete(message)
