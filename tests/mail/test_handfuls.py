"""Mail to many is claimed in handfuls: what that saves, and what it must not cost (docs/decisions/0025)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.celery import app
from core.clock import db_now
from mailing import tasks
from mailing.models import OutboxMessage
from mailing.services import claims
from mailing.services.claims import HANDFUL, Claims
from mailing.services.delivery import Courier, deliver_due
from mailing.services.outbox import withdraw
from mailing.transport import DemoMailbox
from tests.mail.outbox import let_leases_end, put
from tests.mail.purposes import NewsletterMail

pytestmark = pytest.mark.django_db

# The last look before SMTP, the mark.
STATEMENTS_A_MAIL = 2


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """However slow this machine is: a handful goes back, and single mails are looked for, when a test says so."""
    monkeypatch.setattr(claims, "HANDFUL_LASTS", 600)
    monkeypatch.setattr(claims, "LOOK_EVERY", 600)


class Mailbox(DemoMailbox):
    """Keeps who got a mail, in that order."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    def send(self, sender: str, recipient: str, content: bytes) -> str:
        self.recipients.append(recipient)
        return "250 OK"


def put_bulk(count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        put(f"bulk-{number:02}", purpose="tests.newsletter", topic="event:7:news")


def in_state(state: str) -> int:
    return OutboxMessage.objects.filter(state=state).count()


def test_a_mail_of_a_handful_costs_two_statements(settings) -> None:
    settings.MAIL_BULK_PER_MINUTE = 0
    counts = []
    for size in (5, 15):
        put_bulk(size, start=size)
        with CaptureQueriesContext(connection) as captured:
            assert deliver_due(transport=Mailbox()) == size
        counts.append(len(captured))

    assert counts[1] - counts[0] == 10 * STATEMENTS_A_MAIL


def test_what_is_left_of_a_handful_goes_back_with_the_worker() -> None:
    put_bulk(5)
    courier = Courier(Mailbox())
    courier.deliver_next()
    assert (in_state("sent"), in_state("leased")) == (1, 4)

    courier.close()

    assert (in_state("sent"), in_state("queued")) == (1, 4)
    assert set(OutboxMessage.objects.values_list("lease_owner", "lease_until")) == {("", None)}


def test_a_killed_workers_handful_comes_back_after_seconds_and_its_mail_after_the_lease(settings) -> None:
    settings.MAIL_LEASE_SECONDS = 3600
    put_bulk(3)
    killed = Claims(is_night=False)
    begun = killed.next()
    begun.rendered_at = begun.claimed_at
    assert OutboxMessage.objects.begin(begun, lease=killed.lease)

    soon = db_now() + dt.timedelta(seconds=6)
    in_hand = OutboxMessage.objects.exclude(pk=begun.pk)
    assert [until < soon for until in in_hand.values_list("lease_until", flat=True)] == [True, True]
    assert OutboxMessage.objects.get(pk=begun.pk).lease_until > db_now() + dt.timedelta(minutes=59)


def test_what_passed_to_another_worker_is_not_sent_by_the_first() -> None:
    put_bulk(3)
    slow, quick = Courier(Mailbox()), Courier(Mailbox())
    slow.deliver_next()
    let_leases_end()
    while quick.deliver_next():
        pass
    while slow.deliver_next():
        pass

    assert (len(slow.transport.recipients), len(quick.transport.recipients)) == (1, 2)
    assert in_state("sent") == 3


def test_a_handful_is_kept_for_a_second_only(monkeypatch) -> None:
    """What was read with it is never older than that, however slow the server is."""
    put_bulk(4)
    courier = Courier(Mailbox())
    courier.deliver_next()
    assert len(courier.claims.in_hand) == 3
    put("more-urgent", purpose="tests.newsletter", priority=30)

    courier.deliver_next()
    monkeypatch.setattr(courier.claims, "_good_until", 0)
    courier.deliver_next()

    assert courier.transport.recipients == [
        "bulk-00@example.org", "bulk-01@example.org", "more-urgent@example.org",
    ]  # fmt: skip


def test_what_is_withdrawn_in_hand_is_not_sent() -> None:
    """RELIABILITY F31, for the mails behind the first."""
    put_bulk(4)
    courier = Courier(Mailbox())
    courier.deliver_next()
    withdraw(topic="event:7:news", reason="Das Treffen ist abgesagt.")
    while courier.deliver_next():
        pass

    assert (in_state("sent"), in_state("aborted")) == (1, 3)


def test_more_than_a_handful_leaves_in_order_and_each_once() -> None:
    put_bulk(HANDFUL + 5)
    mailbox = Mailbox()

    assert deliver_due(transport=mailbox) == HANDFUL + 5
    assert mailbox.recipients == [f"bulk-{number:02}@example.org" for number in range(HANDFUL + 5)]


@pytest.mark.parametrize(("count", "calls"), [(HANDFUL - 1, 0), (HANDFUL, 1), (HANDFUL + 1, 1)])
def test_more_than_one_process_can_do_at_once_calls_another(count, calls) -> None:
    put_bulk(count)
    called = []

    assert deliver_due(transport=Mailbox(), call_another=lambda: called.append(in_state("sent"))) == count
    assert called == [1] * calls


def test_a_process_that_can_call_nobody_does_it_alone(settings, monkeypatch) -> None:
    """Redis went away after it had woken this one."""
    settings.MAIL_TRANSPORT = "mailing.transport.DemoMailbox"
    gone = app.connection_for_write("redis://127.0.0.1:1/0")
    calls = []

    def call(**options):
        calls.append(options)
        app.send_task("mailing.deliver_due", connection=gone, **options)

    monkeypatch.setattr(tasks.deliver_due, "apply_async", call)
    put_bulk(HANDFUL)
    tasks.deliver_due()

    assert in_state("sent") == HANDFUL
    assert len(calls) == 1


def test_mail_to_one_person_is_claimed_alone() -> None:
    put("first")
    put("second")
    assert Claims(is_night=False).next().recipient == "first@example.org"
    assert in_state("queued") == 1


def test_what_cannot_be_read_together_is_read_one_by_one(monkeypatch, caplog) -> None:
    """RELIABILITY F30."""

    def stumble(_purpose, messages):
        raise ValueError(f"{len(messages)} auf einmal")

    monkeypatch.setattr(NewsletterMail, "read_ahead", stumble)
    put_bulk(3)

    assert deliver_due(transport=Mailbox()) == 3
    assert [record.name for record in caplog.records if "cannot be read together" in record.message] == [
        claims.__name__
    ]
