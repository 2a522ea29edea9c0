"""The changes people asked for, as organisers see and decide them."""

import pytest

from events.models import Event, Registration
from events.services.change_requests import request_change
from events.services.replies import Reply
from mailing.models import OutboxMessage
from tests.events.manage.pages import text_of
from tests.factories.events import RegistrationFactory, in_days, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(event) -> Registration:
    person = RegistrationFactory(event=event, name="Dr. Jana Beispiel")
    say_yes(person)
    Event.objects.filter(pk=event.pk).update(changes_until=in_days(-1))
    reply = Reply(answer="yes", attendance="on_site", access_needs="Rampe")
    request_change(registration=Registration.objects.get(pk=person.pk), reply=reply, form_path="/e/…/")
    return person


def test_the_overview_puts_it_on_top(sign_in, alice, url, event, person):
    page = text_of(sign_in(alice).get(event.get_manage_url()))
    assert "Eine Änderung ist angefragt" in page


def test_the_list_leads_to_the_decision(sign_in, alice, url, person):
    client = sign_in(alice)
    wish = person.change_requests.get()
    response = client.get(url("change-request-list"))
    assert "Dr. Jana Beispiel" in text_of(response)
    assert url("change-request-decide", wish.pk) in response.content.decode()
    page = text_of(client.get(url("change-request-decide", wish.pk)))
    assert "Zugang und Unterstützung nichts → Rampe" in page


def test_an_empty_list_says_what_it_is_for(sign_in, alice, url, event):
    assert "Niemand hat eine Änderung angefragt" in text_of(sign_in(alice).get(url("change-request-list")))


def test_accepting_by_the_form(sign_in, alice, url, person):
    client, wish = sign_in(alice), person.change_requests.get()
    response = client.post(url("change-request-decide", wish.pk), {"decision": "ja"})
    assert response.url == url("change-request-list")
    person.refresh_from_db()
    assert person.access_needs == "Rampe"
    assert "Hier ist nichts mehr zu entscheiden" in text_of(client.get(url("change-request-decide", wish.pk)))


def test_a_no_needs_its_reason(sign_in, alice, url, person):
    client, wish = sign_in(alice), person.change_requests.get()
    response = client.post(url("change-request-decide", wish.pk), {"decision": "nein"})
    assert "Sagen Sie der Person, warum" in response.content.decode()
    client.post(url("change-request-decide", wish.pk), {"decision": "nein", "words": "Zu spät."})
    assert OutboxMessage.objects.filter(purpose="events.change_declined").count() == 1
    wish.refresh_from_db()
    assert (wish.state, wish.reason, wish.decided_by) == ("declined", "Zu spät.", alice)


def test_the_date_is_set_in_the_events_form(sign_in, alice, url, event):
    page = sign_in(alice).get(url("event-update")).content.decode()
    assert "Änderungen bis" in page
