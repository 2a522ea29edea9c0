"""The rate of bulk mail per sending domain: it slows bulk down and nothing else (RELIABILITY B4)."""

import pytest

from core.models import RateBucket
from mailing.models import OutboxMessage
from mailing.services.delivery import deliver_due
from mailing.services.outbox import queue
from tests.mail.outbox import put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_transport(settings) -> None:
    settings.MAIL_TRANSPORT = "mailing.transport.DemoMailbox"


def put_bulk(count: int) -> None:
    for number in range(count):
        put(f"bulk-{number}", purpose="tests.newsletter")


def sent(purpose: str) -> int:
    return OutboxMessage.objects.filter(purpose=purpose, state="sent").count()


def test_bulk_stops_at_its_rate_and_goes_on_later(settings):
    settings.MAIL_BULK_PER_MINUTE = 4
    put_bulk(10)
    deliver_due()
    assert sent("tests.newsletter") == 4
    waiting = OutboxMessage.objects.filter(state="queued")
    assert set(waiting.values_list("attempts", "lease_owner")) == {(0, "")}
    RateBucket.objects.all().delete()
    deliver_due()
    assert sent("tests.newsletter") == 8


def test_mail_to_one_person_never_waits_behind_bulk(settings):
    settings.MAIL_BULK_PER_MINUTE = 1
    put_bulk(5)
    for number in range(5):
        put(f"one-{number}")
    deliver_due()
    assert (sent("tests.notice"), sent("tests.newsletter")) == (5, 1)
    put("late")
    deliver_due()
    assert (sent("tests.notice"), sent("tests.newsletter")) == (6, 1)


@pytest.mark.parametrize("domain", ["eins.example.org", "zwei.example.org"])
def test_each_sending_domain_has_its_own_rate(settings, domain):
    settings.MAIL_BULK_PER_MINUTE = 2
    put_bulk(2)
    deliver_due()
    settings.MAIL_DOMAIN = domain
    queue(purpose="tests.newsletter", to="x@example.org", ref="tests.row:9", dedup_key="other")
    deliver_due()
    assert sent("tests.newsletter") == 3


def test_without_a_rate_bulk_is_not_counted(settings):
    settings.MAIL_BULK_PER_MINUTE = 0
    put_bulk(6)
    deliver_due()
    assert sent("tests.newsletter") == 6
    assert not RateBucket.objects.exists()
