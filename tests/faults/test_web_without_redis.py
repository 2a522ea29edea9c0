"""Redis may vanish: no page ever talks to it (RELIABILITY F11–F13, DESIGN §4)."""

import pytest
import redis
from celery import current_app
from django.test import Client
from kombu.exceptions import OperationalError

from events.forms import guard as form_module
from events.models import PlaceClaim
from mailing.models import OutboxMessage
from tests.events.answer.test_registration import register
from tests.factories.events import EventFactory, RegistrationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.faults]


@pytest.fixture(autouse=True)
def no_redis(monkeypatch):
    """Whoever opens a connection finds nobody."""

    def refuse(*_args, **_kwargs):
        raise redis.exceptions.ConnectionError("Redis ist weg")

    monkeypatch.setattr(redis.connection.AbstractConnection, "connect", refuse)
    monkeypatch.setattr(form_module, "MIN_SECONDS", -1)


def test_registering_gives_place_and_mail_row_without_redis(client: Client) -> None:
    event = EventFactory(on_site=1)

    assert register(client, event).status_code == 302

    assert PlaceClaim.objects.get().state == "confirmed"
    assert OutboxMessage.objects.get().state == "queued"


def test_answering_gives_place_and_mail_row_without_redis(client: Client) -> None:
    person = RegistrationFactory(event=EventFactory(on_site=1, online=None))

    response = client.post(f"/e/{person.token}/", {"answer": "yes", "attendance": "on_site"})

    assert response.status_code == 302
    assert PlaceClaim.objects.get().state == "confirmed"
    assert OutboxMessage.objects.get().state == "queued"


def test_a_page_that_did_talk_to_redis_would_be_seen() -> None:
    with pytest.raises(OperationalError):
        current_app.send_task("mailing.deliver_due", retry=False)
