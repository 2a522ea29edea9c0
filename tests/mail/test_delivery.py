import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F

from core.clock import db_now
from mailing.models import OutboxMessage, Suppression
from mailing.services import delivery, outcomes
from mailing.services.delivery import Courier, deliver_due, in_quiet_hours
from mailing.services.outbox import withdraw
from mailing.services.suppression import suppress
from mailing.transport import DemoMailbox, Smtp
from tests.mail.outbox import let_leases_end, make_due, put

pytestmark = pytest.mark.django_db


def claim(owner="me", **filters):
    filters = {"purposes": ["tests.notice", "tests.newsletter", "tests.code"], "is_night": False} | filters
    return OutboxMessage.objects.claim_next(owner=owner, lease=dt.timedelta(seconds=60), **filters)


def test_the_most_urgent_and_oldest_mail_is_claimed_first():
    bulk = put("bulk", purpose="tests.newsletter")
    first, second = put("first"), put("second")
    code = put("code", purpose="tests.code")

    assert [claim().pk for _ in range(4)] == [code.pk, first.pk, second.pk, bulk.pk]
    assert claim() is None


def test_a_claimed_mail_is_nobody_elses_until_its_lease_is_over():
    put()
    mine = claim("me")

    assert claim("other") is None
    let_leases_end()
    theirs = claim("other")

    assert theirs.pk == mine.pk
    assert theirs.lease_owner == "other"


def test_a_mail_whose_time_has_not_come_waits():
    put(not_before=db_now() + dt.timedelta(minutes=1))

    assert claim() is None
    assert not OutboxMessage.objects.due().exists()


def test_a_purpose_this_worker_does_not_know_stays_queued(mail_server):
    put("known")
    newer = put("newer")
    OutboxMessage.objects.filter(pk=newer.pk).update(purpose="tests.of_tomorrow", priority=1)

    assert deliver_due() == 1

    newer.refresh_from_db()
    assert (newer.state, newer.attempts, newer.last_error) == ("queued", 0, "")


def test_a_mail_is_sent_and_the_answer_kept(mail_server):
    message = put(ref="tests.row:42")

    assert deliver_due() == 1

    message.refresh_from_db()
    assert message.state == "sent"
    assert message.attempts == 1
    assert message.smtp_reply == "250 2.0.0 Accepted as 4711"
    assert message.accepted_at >= message.rendered_at
    assert (message.lease_owner, message.lease_until) == ("", None)
    (sent,) = mail_server.accepted
    assert sent.recipient == "a@example.org"
    assert sent.mail["Message-ID"] == message.message_id
    assert sent.mail["Subject"] == "Ihr Platz ist sicher"


def test_one_connection_serves_a_whole_run_and_none_is_made_without_mail(mail_server):
    for number in range(5):
        put(f"person{number}")

    assert deliver_due() == 5
    assert deliver_due() == 0
    assert mail_server.behaviour.connections == 1


def test_links_are_in_the_mail_but_not_in_the_table(mail_server):
    message = put(ref="tests.row:42")
    deliver_due()

    message.refresh_from_db()
    assert f"[[link:answer:{message.pk.hex[:12]}]]" in message.text
    assert "geheim" not in message.text + message.html
    sent = mail_server.accepted[0].mail
    for kind in ("plain", "html"):
        body = sent.get_body((kind,)).get_content()
        assert "http://localhost:8000/e/42.geheim/" in body
        assert "[[link" not in body


def test_what_is_no_longer_true_is_not_sent(mail_server):
    message = put(data={"obsolete": "Das Treffen ist abgesagt."})

    assert deliver_due() == 0

    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("aborted", "Das Treffen ist abgesagt.")
    assert mail_server.accepted == []


def test_bulk_does_not_go_to_a_suppressed_address_but_a_confirmation_does(mail_server):
    suppress("A@example.org", Suppression.Reason.UNSUBSCRIBED, topic="tests.newsletter")
    bulk = put("bulk", to="a@example.org", purpose="tests.newsletter")
    put("notice", to="a@example.org")

    assert deliver_due() == 1

    bulk.refresh_from_db()
    assert (bulk.state, bulk.state_reason) == ("aborted", "Die Adresse ist für Rundmails gesperrt")


def test_an_expired_mail_is_not_sent(mail_server):
    message = put()
    OutboxMessage.objects.update(expires_at=db_now())

    assert deliver_due() == 0

    message.refresh_from_db()
    assert message.state == "aborted"
    assert message.state_reason == "Die Frist war vorbei, bevor die Mail gesendet werden konnte"


def test_a_mail_withdrawn_after_its_claim_is_not_sent(mail_server, monkeypatch):
    """RELIABILITY F31: the last look at the row comes after rendering, just before SMTP."""
    message = put(topic="event:7:reminder")
    render = delivery.render

    def withdraw_meanwhile(*args):
        withdraw(topic="event:7:reminder", reason="Das Treffen ist verlegt.")
        return render(*args)

    monkeypatch.setattr(delivery, "render", withdraw_meanwhile)
    assert deliver_due() == 0

    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("aborted", "Das Treffen ist verlegt.")
    assert mail_server.accepted == []


def test_a_mail_whose_lease_passed_on_is_left_to_the_other_worker(mail_server, monkeypatch):
    message = put()
    render = delivery.render

    def dawdle(*args):
        OutboxMessage.objects.update(lease_owner="another worker")
        return render(*args)

    monkeypatch.setattr(delivery, "render", dawdle)
    assert deliver_due() == 0

    message.refresh_from_db()
    assert (message.state, message.lease_owner, message.rendered_at) == ("leased", "another worker", None)


@pytest.mark.logs_errors
def test_one_broken_mail_of_many_is_named_and_the_others_leave(mail_server):
    for number in range(6):
        put(f"person{number}", data={"broken": number == 3})

    assert deliver_due() == 5

    (broken,) = OutboxMessage.objects.failed()
    assert broken.recipient == "person3@example.org"
    assert broken.state_reason == "Diese Mail konnte nicht erzeugt werden (LookupError: Die Zeile fehlt)"


@pytest.mark.parametrize(
    "address", ["kein at", "a@b@example.org", "jürgen@example.org", "a@example.org\r\nBcc: b@x.org"]
)
def test_an_address_that_is_none_fails_alone(mail_server, address):
    broken = put("broken", to=address)
    put("fine")

    assert deliver_due() == 1

    broken.refresh_from_db()
    assert broken.state == "failed"
    assert "keine gültige E-Mail-Adresse" in broken.state_reason


def test_a_confirmation_overtakes_a_bulk_run(mail_server):
    """DESIGN §4: by no more than 10 seconds is it delayed; here by 0.2, as soon as the worker looks again."""
    for number in range(10):
        put(f"bulk{number}", purpose="tests.newsletter")

    courier = Courier(Smtp())
    for _ in range(3):
        courier.deliver_next()
    put("confirmation")
    courier.claims._look_again_at = time.monotonic() - 0.01
    courier.deliver_next()
    courier.close()

    assert mail_server.recipients[-1] == "confirmation@example.org"


def test_automatic_bulk_rests_at_night(mail_server, settings, monkeypatch):
    resting = put("resting", purpose="tests.newsletter", is_automatic=True)
    put("by-hand", purpose="tests.newsletter")
    monkeypatch.setattr(delivery, "in_quiet_hours", lambda _now: True)

    assert deliver_due() == 1
    resting.refresh_from_db()
    assert resting.state == "queued"

    monkeypatch.setattr(delivery, "in_quiet_hours", lambda _now: False)
    assert deliver_due() == 1


def test_quiet_hours_span_midnight(settings):
    settings.MAIL_QUIET_HOURS = (20, 7)
    quiet = [hour for hour in range(24) if in_quiet_hours(dt.time(hour, 30))]
    assert quiet == [0, 1, 2, 3, 4, 5, 6, 20, 21, 22, 23]

    settings.MAIL_QUIET_HOURS = None
    assert not in_quiet_hours(dt.time(23))


def test_a_worker_told_to_stop_finishes_the_mail_in_hand_and_takes_no_more(mail_server):
    for number in range(5):
        put(f"person{number}")

    assert deliver_due(is_stopping=lambda: len(mail_server.accepted) >= 2) == 2
    assert OutboxMessage.objects.filter(state="queued").count() == 3
    assert not OutboxMessage.objects.filter(state="leased").exists()


def test_a_run_ends_after_its_time(mail_server, settings):
    settings.MAIL_RUN_SECONDS = 0
    put()

    assert deliver_due() == 0


def test_a_code_is_blanked_once_it_has_left(mail_server):
    message = put(purpose="tests.code", data={"words": "Ihr Code: 123456"})
    deliver_due()

    assert "123456" in mail_server.accepted[0].mail.get_body(("plain",)).get_content()
    message.refresh_from_db()
    assert (message.state, message.text, message.html, message.data) == ("sent", "", "", {})
    assert message.body_deleted_at is not None


def test_the_demo_mailbox_keeps_codes(settings):
    settings.MAIL_TRANSPORT = "mailing.transport.DemoMailbox"
    message = put(purpose="tests.code", data={"words": "Ihr Code: 123456"})

    assert deliver_due() == 1

    message.refresh_from_db()
    assert message.state == "sent"
    assert "123456" in message.text
    assert DemoMailbox().send("a", "b", b"") == message.smtp_reply


def test_a_repeat_has_the_same_bytes(mail_server):
    """RELIABILITY F28: the line is cut after DATA, nobody knows; the repeat must be recognisable."""
    message = put(data={"words": "Erste Fassung"})
    mail_server.behaviour.cuts_after_data = lambda _address: len(mail_server.accepted) == 1
    deliver_due()
    OutboxMessage.objects.update(data={"words": "Zweite Fassung"})
    make_due()
    deliver_due()

    first, second = mail_server.accepted
    assert first.content == second.content
    assert first.message_id == message.message_id
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 2)


def test_repeats_only_because_of_the_cut(mail_server):
    """The counter-test: without the cut the same steps send one mail."""
    put()
    deliver_due()
    OutboxMessage.objects.filter(state="queued").update(not_before=F("created_at"))
    deliver_due()

    assert len(mail_server.accepted) == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_a_run_and_send_each_mail_once(mail_server):
    for number in range(60):
        put(f"person{number}")
    counts = in_threads(4, deliver_due)

    assert sum(counts) == 60
    assert sorted(mail_server.recipients) == sorted(f"person{n}@example.org" for n in range(60))
    assert min(counts) > 0


@pytest.mark.django_db(transaction=True)
def test_looking_and_then_taking_would_send_twice():
    """The counter-test: two workers that look first and take afterwards take the same mail; claiming does not."""
    for number in range(2):
        put(f"person{number}")
    both_have_looked = threading.Barrier(2)

    def look_then_take():
        first = OutboxMessage.objects.due().order_by("priority", "not_before").first()
        both_have_looked.wait()
        OutboxMessage.objects.filter(pk=first.pk).update(state="leased", lease_until=db_now())
        return first.pk

    assert len(set(in_threads(2, look_then_take))) == 1
    OutboxMessage.objects.update(state="queued")
    assert len({message.pk for message in in_threads(2, claim)}) == 2


@pytest.mark.django_db(transaction=True)
def test_a_database_that_restarts_after_the_acceptance_makes_no_second_mail(mail_server, monkeypatch):
    """RELIABILITY F14."""
    mark = outcomes._mark_accepted
    failures = [OperationalError("the database system is shutting down"), InterfaceError("connection already closed")]

    def fail_twice(*args, **kwargs):
        if failures:
            raise failures.pop()
        mark(*args, **kwargs)

    monkeypatch.setattr(outcomes, "_mark_accepted", fail_twice)
    message = put()

    assert deliver_due() == 1
    assert deliver_due() == 0

    message.refresh_from_db()
    assert message.state == "sent"
    assert len(mail_server.accepted) == 1


def in_threads(number, function):
    """Call the function in so many threads at once, each with its own database connection."""

    def call(_number):
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))
