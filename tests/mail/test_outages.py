"""A mail server that was away, one that refuses a third, an unsubscribe at the last moment, a wrong clock.

RELIABILITY F23, F24, F31 and F71; the answers of the server one by one are in test_smtp_answers.py.
"""

import datetime as dt
import socket
from collections import Counter

import pytest
import time_machine
from django.utils import timezone

from core.clock import db_now
from mailing.models import Breaker, OutboxMessage
from mailing.services import delivery
from mailing.services.delivery import deliver_due
from mailing.services.suppression import unsubscribe_url
from tests.mail.outbox import let_leases_end, make_due, put
from tests.mail.smtpserver import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["one-by-one", "at-once"])
def mail_server(request, mail_server) -> MailServer:
    """Whether the server takes MAIL, RCPT and DATA at once or not, its answers mean the same."""
    mail_server.behaviour.takes_commands_at_once = request.param
    return mail_server


HOUR = dt.timedelta(hours=1)


def put_run(count: int) -> None:
    for number in range(count):
        put(f"bulk{number}", purpose="tests.newsletter")


@pytest.fixture(params=["refused", "unknown"])
def address_of_nobody(request, monkeypatch) -> dict[str, object]:
    """A port where nobody listens, and a name that nobody can resolve any more."""
    if request.param == "refused":
        return {"host": "127.0.0.1", "port": 9, "timeout": 1}
    resolve = socket.getaddrinfo

    def ask(host: str, *args, **kwargs):
        if host == "mail.invalid":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    return {"host": "mail.invalid", "port": 25, "timeout": 1}


@pytest.mark.logs_errors
def test_after_two_hours_without_a_server_each_mail_leaves_once_and_single_ones_first(
    mail_server, settings, caplog, address_of_nobody
):
    """F23: many ticks while the server is away burn no attempt and raise one alarm."""
    settings.MAIL_BREAKER_FAILURES = 3
    working = settings.MAILERS
    settings.MAILERS = {"default": {**working["default"], "OPTIONS": address_of_nobody}}
    put_run(6)
    put("place", to="place@example.org")
    for _ in range(20):
        Breaker.objects.update(next_probe_at=db_now())
        assert deliver_due() == 0
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert sum("cannot be used" in record.message for record in caplog.records) == 1

    settings.MAILERS = working
    Breaker.objects.update(next_probe_at=db_now())
    assert deliver_due() == 7

    assert mail_server.recipients[0] == "place@example.org"
    assert set(Counter(mail_server.recipients).values()) == {1}


def test_a_server_that_refuses_a_third_takes_all_in_the_end_and_each_once(mail_server):
    """F24: refused at first, accepted when asked again; every attempt is counted."""
    put_run(30)
    asked: Counter[str] = Counter()

    def refuse_a_third(address: str) -> str | None:
        asked[address] += 1
        return "421 4.3.2 Not now" if asked[address] == 1 and int(address[4:].partition("@")[0]) % 3 == 0 else None

    mail_server.behaviour.on_rcpt = refuse_a_third
    assert deliver_due() == 20
    make_due()
    assert deliver_due() == 10

    assert Counter(mail_server.recipients) == Counter(f"bulk{number}@example.org" for number in range(30))
    assert Counter(OutboxMessage.objects.values_list("attempts", flat=True)) == {1: 20, 2: 10}


@pytest.mark.parametrize(("clicks", "sent"), [(True, 0), (False, 1)])
def test_whoever_unsubscribes_after_the_claim_gets_nothing(mail_server, monkeypatch, client, clicks, sent):
    """F31; without the click the same steps send it."""
    message = put("guest", purpose="tests.newsletter")
    render = delivery.render

    def unsubscribe_first(claimed, purpose):
        if clicks:
            path = unsubscribe_url(claimed.recipient, purpose.list_topic(claimed)).removeprefix("http://localhost:8000")
            assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        return render(claimed, purpose)

    monkeypatch.setattr(delivery, "render", unsubscribe_first)
    assert deliver_due() == sent

    message.refresh_from_db()
    assert (message.state == "aborted") is clicks
    assert len(mail_server.accepted) == sent


@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["fast", "slow"])
def test_a_worker_whose_clock_is_wrong_keeps_to_the_databases(mail_server, wrong):
    """F71: neither a time nor a lease nor an expiry is read from the worker's clock."""
    later = put("later", not_before=db_now() + HOUR / 2)
    due = put("due", not_before=db_now() - HOUR / 2, expires_at=db_now() + HOUR / 2)
    held = put("held")
    OutboxMessage.objects.filter(pk=held.pk).update(
        state="leased", lease_owner="another", lease_until=db_now() + HOUR / 2
    )
    with time_machine.travel(timezone.now() + wrong, tick=True):
        assert deliver_due() == 1

    assert mail_server.recipients == [due.recipient]
    later.refresh_from_db()
    held.refresh_from_db()
    assert (later.state, held.state, held.lease_owner) == ("queued", "leased", "another")


def test_rows_whose_time_has_come_do_leave(mail_server):
    """The counter-test: moved rows, not clocks, change what is due."""
    put("later", not_before=db_now() + HOUR / 2)
    held = put("held")
    OutboxMessage.objects.filter(pk=held.pk).update(state="leased", lease_owner="x", lease_until=db_now() + HOUR)
    assert deliver_due() == 0

    make_due()
    let_leases_end()
    assert deliver_due() == 2
