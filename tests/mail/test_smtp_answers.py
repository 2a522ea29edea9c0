"""What becomes of a mail for each answer of the server (RELIABILITY B3, F23–F29), against a real SMTP server."""

import datetime as dt
import socket

import pytest

from core.clock import db_now
from mailing.models import Breaker, OutboxMessage
from mailing.replies import Stage, Verdict, judge
from mailing.services.delivery import deliver_due
from mailing.services.suppression import is_suppressed
from tests.mail.outbox import delay_of, make_due, put
from tests.mail.smtpserver import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["one-by-one", "at-once"])
def mail_server(request, mail_server) -> MailServer:
    """Whether the server takes MAIL, RCPT and DATA at once or not, its answers mean the same."""
    mail_server.behaviour.takes_commands_at_once = request.param
    return mail_server


@pytest.mark.parametrize(
    ("code", "text", "stage", "verdict"),
    [
        (421, "4.3.2 Service not available", Stage.RECIPIENT, Verdict.RETRY),
        (432, "4.3.2 Try later", Stage.RECIPIENT, Verdict.RETRY),
        (447, "4.4.7 Message expired", Stage.DATA, Verdict.RETRY),
        (450, "4.2.0 Busy", Stage.RECIPIENT, Verdict.RETRY),
        (450, "4.7.1 Please try again", Stage.RECIPIENT, Verdict.GREYLISTED),
        (451, "4.7.1 Greylisted", Stage.RECIPIENT, Verdict.GREYLISTED),
        (451, "You are greylisted", Stage.DATA, Verdict.GREYLISTED),
        (451, "4.3.0 Local error", Stage.DATA, Verdict.RETRY),
        (452, "4.2.2 Mailbox full", Stage.RECIPIENT, Verdict.MAILBOX_FULL),
        (452, "4.3.1 Out of disk", Stage.DATA, Verdict.RETRY),
        (550, "5.1.1 User unknown", Stage.RECIPIENT, Verdict.UNKNOWN_MAILBOX),
        (550, "5.1.10 Null MX", Stage.RECIPIENT, Verdict.UNKNOWN_MAILBOX),
        (550, "5.2.1 Disabled", Stage.RECIPIENT, Verdict.UNKNOWN_MAILBOX),
        (550, "No such user", Stage.RECIPIENT, Verdict.UNKNOWN_MAILBOX),
        (550, "We do not like this text", Stage.DATA, Verdict.REFUSED),
        (552, "5.2.2 Mailbox full", Stage.RECIPIENT, Verdict.MAILBOX_FULL),
        (552, "Exceeded storage allocation", Stage.DATA, Verdict.MAILBOX_FULL),
        (552, "5.3.4 Message too big", Stage.DATA, Verdict.REFUSED),
        (550, "5.4.4 Unable to route", Stage.RECIPIENT, Verdict.RETRY),
        (554, "5.7.1 Spam", Stage.DATA, Verdict.POLICY),
        (550, "5.7.26 Unauthenticated sender is not accepted (DMARC)", Stage.DATA, Verdict.POLICY),
        (550, "5.7.0 Authentication required", Stage.RECIPIENT, Verdict.SERVER_REFUSES_US),
        (530, "5.7.0 Must issue STARTTLS first", Stage.SENDER, Verdict.SERVER_REFUSES_US),
        (535, "5.7.8 Bad credentials", Stage.SENDER, Verdict.SERVER_REFUSES_US),
        (550, "5.7.1 Sender address rejected", Stage.SENDER, Verdict.SERVER_REFUSES_US),
    ],
)
def test_an_answer_means(code, text, stage, verdict):
    assert judge(code, text, stage) is verdict


def answer_with(server, answer, *, times=1):
    """Give this answer to the first RCPTs of each address."""
    given: dict[str, int] = {}

    def rule(address):
        given[address] = given.get(address, 0) + 1
        return answer if given[address] <= times else None

    server.behaviour.on_rcpt = rule


def test_421_is_tried_again_after_growing_delays_and_then_delivered(mail_server):
    message = put()
    answer_with(mail_server, "421 4.3.2 Service not available", times=2)

    begin = db_now()
    deliver_due()
    assert 0.8 * 60 <= delay_of(message, begin) <= 1.2 * 60 + 5
    assert (message.state, message.attempts, message.last_code) == ("queued", 1, 421)
    assert message.state_reason == "Vorübergehende Störung beim Empfänger (421)"

    make_due()
    begin = db_now()
    deliver_due()
    assert 0.8 * 300 <= delay_of(message, begin) <= 1.2 * 300 + 5

    make_due()
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.state_reason) == ("sent", 3, "")
    assert len(mail_server.accepted) == 1


def test_421_for_some_does_not_hold_up_the_others(mail_server):
    for number in range(10):
        put(f"person{number}")
    mail_server.behaviour.on_rcpt = lambda address: "421 4.3.2 Not now" if address.startswith("person3") else None

    assert deliver_due() == 9


def test_the_last_delay_repeats_until_the_mail_expires(mail_server):
    message = put(expires_at=db_now() + dt.timedelta(days=3))
    OutboxMessage.objects.update(attempts=40)
    answer_with(mail_server, "451 4.3.0 Local error", times=99)

    begin = db_now()
    deliver_due()
    assert 0.8 * 14400 <= delay_of(message, begin) <= 1.2 * 14400 + 5

    OutboxMessage.objects.update(expires_at=db_now() + dt.timedelta(hours=1))
    make_due()
    deliver_due()
    assert message.expires_at > message.not_before
    message.refresh_from_db()
    assert message.expires_at - message.not_before == dt.timedelta(seconds=60)

    OutboxMessage.objects.update(expires_at=db_now() + dt.timedelta(seconds=30))
    make_due()
    deliver_due()
    message.refresh_from_db()
    assert message.state == "failed"
    assert message.state_reason.startswith("Bis zum Ablauf der Frist nicht zustellbar. Vorübergehende Störung")


def test_a_mail_that_expires_while_it_waits_for_its_next_attempt_is_undeliverable(mail_server):
    message = put()
    answer_with(mail_server, "451 4.3.0 Local error")
    deliver_due()
    make_due()
    OutboxMessage.objects.update(expires_at=db_now())

    deliver_due()

    message.refresh_from_db()
    assert message.state == "failed"
    assert message.state_reason == (
        "Bis zum Ablauf der Frist nicht zustellbar. Vorübergehende Störung beim Empfänger (451)"
    )


def test_greylisting_waits_at_least_five_minutes(mail_server):
    message = put()
    answer_with(mail_server, "450 4.7.1 Greylisted, see you")

    begin = db_now()
    deliver_due()
    assert delay_of(message, begin) >= 300
    assert message.state_reason == "Der Empfänger lässt uns warten (Greylisting) (450)"

    make_due()
    assert deliver_due() == 1


def test_an_unknown_mailbox_fails_at_once_and_gets_no_more_bulk(mail_server):
    message = put(to="weg@example.org")
    answer_with(mail_server, "550 5.1.1 Mailbox does not exist")

    deliver_due()

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 1)
    assert message.state_reason == "Postfach unbekannt (550)"
    assert message.last_error == "550 5.1.1 Mailbox does not exist"
    assert is_suppressed("Weg@example.org", "tests.newsletter")
    assert deliver_due() == 0


def test_a_full_mailbox_is_tried_again_slowly_and_not_suppressed(mail_server):
    message = put()
    answer_with(mail_server, "552 5.2.2 Mailbox full")

    begin = db_now()
    deliver_due()

    assert 0.8 * 3600 <= delay_of(message, begin) <= 1.2 * 3600 + 5
    assert message.state_reason == "Postfach voll (552)"
    assert not is_suppressed("a@example.org")


def test_a_policy_refusal_fails_without_suppression(mail_server):
    message = put()
    mail_server.behaviour.on_data = lambda _address: "554 5.7.1 Rejected as spam"

    deliver_due()

    message.refresh_from_db()
    assert (message.state, message.state_reason) == (
        "failed",
        "Vom Mailserver des Empfängers als unerwünscht abgewiesen (554)",
    )
    assert not is_suppressed("a@example.org")


def test_a_server_that_hangs_in_data_costs_one_timeout_and_the_others_leave(mail_server, settings):
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 1
    hanging = put("hanging")
    for number in range(3):
        put(f"person{number}")
    mail_server.behaviour.on_data = lambda address: "hang" if address.startswith("hanging") else None

    assert deliver_due() == 3

    hanging.refresh_from_db()
    assert (hanging.state, hanging.attempts) == ("queued", 1)
    assert hanging.state_reason == "Die Verbindung zum Mailserver ist abgerissen"
    assert "timed out" in hanging.last_error


@pytest.mark.logs_errors
def test_a_wrong_password_opens_the_breaker_and_burns_no_attempt(settings, caplog):
    server = MailServer(refuses_login=True)
    server.start()
    options = {"host": server.hostname, "port": server.port, "timeout": 2, "username": "u", "password": "wrong"}
    settings.MAIL_TRANSPORT = "mailing.transport.Smtp"
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    message = put()
    try:
        for _ in range(3):
            assert deliver_due() == 0
    finally:
        server.stop()

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    breaker = Breaker.objects.get()
    assert breaker.opened_at is not None
    assert breaker.reason.startswith("535 ")
    alarms = [record for record in caplog.records if record.levelname == "ERROR" and record.name == "mailing.breaker"]
    assert len(alarms) == 1
    assert server.behaviour.connections == 1


@pytest.mark.logs_errors
def test_a_sender_nobody_accepts_opens_the_breaker_too(mail_server):
    put("one")
    put("two")
    mail_server.behaviour.on_mail = lambda _address: "550 5.7.1 Sender address rejected"

    assert deliver_due() == 0

    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert Breaker.objects.get().opened_at is not None


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.logs_errors
def test_a_dead_server_opens_the_breaker_which_tries_once_a_minute_and_closes_again(mail_server, settings, caplog):
    settings.MAIL_BREAKER_FAILURES = 3
    options = settings.MAILERS["default"]["OPTIONS"]
    good_port = options["port"]
    settings.MAILERS = {"default": settings.MAILERS["default"] | {"OPTIONS": options | {"port": closed_port()}}}
    bulk, single = put("bulk", purpose="tests.newsletter"), put("single")

    for _ in range(5):
        assert deliver_due() == 0
    breaker = Breaker.objects.get()
    assert breaker.failures == 3
    assert "refused" in breaker.reason

    settings.MAILERS = {"default": settings.MAILERS["default"] | {"OPTIONS": options | {"port": good_port}}}
    assert deliver_due() == 0
    assert mail_server.behaviour.connections == 0

    Breaker.objects.update(next_probe_at=db_now())
    assert deliver_due() == 2

    assert mail_server.recipients == ["single@example.org", "bulk@example.org"]
    breaker.refresh_from_db()
    assert (breaker.failures, breaker.opened_at) == (0, None)
    for message in (bulk, single):
        message.refresh_from_db()
        assert message.attempts == 1
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


def test_a_server_that_closes_between_two_mails_is_asked_anew(mail_server):
    put("one")
    put("two")
    mail_server.behaviour.cuts_after_data = lambda address: address == "one@example.org"

    assert deliver_due() == 1

    assert mail_server.recipients == ["one@example.org", "two@example.org"]
    assert mail_server.behaviour.connections == 2
