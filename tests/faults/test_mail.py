"""Killed workers, a broker that is gone: nothing lost, at most the one mail in flight twice (RELIABILITY F11–F18)."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db.models import F, TextField, Value
from django.db.models.functions import Concat

from config.celery import app
from core.clock import db_now
from core.models import Heartbeat
from mailing.models import OutboxMessage
from mailing.services.claims import HANDFUL
from mailing.services.outbox import queue, queue_from
from tests.mail.smtpserver import MailServer

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("faults-mail"),
]

RUN = 500
LEASE = 3
PATIENCE = 90.0


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Where the workers send."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def environ(mail_server, settings) -> dict[str, str]:
    """What the workers need to know, and the outbox of this process with them."""
    settings.MAIL_PURPOSES = ["tests.mail.purposes.NoticeMail", "tests.mail.purposes.NewsletterMail"]
    return {
        "DJANGO_SETTINGS_MODULE": "tests.faults.mail_settings",
        "MAIL_TRANSPORT": "mailing.transport.Smtp",
        "MAIL_HOST": mail_server.hostname,
        "MAIL_PORT": str(mail_server.port),
        "MAIL_STARTTLS": "false",
        "MAIL_TIMEOUT": "10",
        "MAIL_LEASE_SECONDS": str(LEASE),
        "MAIL_RUN_SECONDS": "60",
    }


@pytest.fixture
def delivery(run_worker, run_beat, environ) -> Callable[..., tuple]:
    """Start a worker and the beat that wakes it."""

    def start(**changes):
        worker = run_worker(**environ | changes)
        return worker, run_beat(**environ | changes)

    return start


def queue_run(count=RUN):
    """One bulk run, by one statement."""
    Heartbeat.objects.bulk_create(Heartbeat(name=f"person{n}@example.org", at=db_now()) for n in range(count))
    source = Heartbeat.objects.filter(name__startswith="person").values(
        ref=Concat(Value("tests.row:"), "name", output_field=TextField()),
        recipient=F("name"),
        recipient_name=Value("Person"),
        dedup_key=F("name"),
    )
    assert queue_from(purpose="tests.newsletter", source=source) == count


def queue_one(key):
    assert queue(purpose="tests.notice", to=f"{key}@example.org", ref=f"tests.row:{key}", dedup_key=key)


def wait_until(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, states()
        time.sleep(0.05)


def states():
    return Counter(OutboxMessage.objects.values_list("state", flat=True))


def all_sent():
    return not OutboxMessage.objects.exclude(state="sent").exists()


def hold_the_answer(server, *, to_mail):
    """Take the mail of this number and keep the 250 to oneself, once: the moment at which nobody knows."""
    held = []

    def hold(recipient):
        if len(server.accepted) == to_mail and not held:
            held.append(recipient)
            return True
        return False

    server.behaviour.holds_answer = hold
    return held


def assert_all_arrived_once_but_for(server, address):
    """Every mail of the run arrived; only the one in flight did twice, with the same Message-ID and bytes."""
    arrived = Counter(mail.message_id for mail in server.accepted)
    assert set(arrived) == set(OutboxMessage.objects.values_list("message_id", flat=True))
    twice = [mail for mail in server.accepted if arrived[mail.message_id] > 1]
    assert {mail.recipient for mail in twice} == {address}
    assert len(twice) == 2
    assert twice[0].content == twice[1].content


@pytest.mark.parametrize("victim", ["parent and children", "child only"])
def test_a_killed_worker_loses_nothing(delivery, run_worker, environ, mail_server, victim):
    """RELIABILITY F16 and F17: kill -9 in a run of 500, while the server holds back its answer to one mail.

    A worker that is there finishes within the lease and a minute.
    """
    held = hold_the_answer(mail_server, to_mail=150)
    queue_run()
    worker, _ = delivery()
    wait_until(lambda: held)

    if victim == "child only":
        worker.kill_children()
    else:
        worker.kill()
        run_worker(**environ)
    began = time.monotonic()

    wait_until(all_sent)
    assert mail_server.accepted[-1].at - began < LEASE + 60
    assert_all_arrived_once_but_for(mail_server, held[0])


def test_a_lease_that_never_ends_would_be_seen(delivery, run_worker, environ, mail_server):
    """The counter-test: without the lease's end the mail in flight stays undelivered, and the same look finds it."""
    held = hold_the_answer(mail_server, to_mail=25)
    queue_run(50)
    environ["MAIL_LEASE_SECONDS"] = "3600"
    worker, _ = delivery()
    wait_until(lambda: held)
    worker.kill()
    run_worker(**environ)

    wait_until(lambda: states() == {"sent": 49, "leased": 1})
    time.sleep(4)
    assert not all_sent()
    with pytest.raises(AssertionError):
        assert_all_arrived_once_but_for(mail_server, held[0])


def test_a_worker_told_to_stop_finishes_its_mail_and_sends_none_twice(delivery, run_worker, environ, mail_server):
    """RELIABILITY F18: it ends by itself within 30 seconds."""
    mail_server.behaviour.seconds_per_mail = 0.02
    queue_run(200)
    worker, _ = delivery()
    wait_until(lambda: len(mail_server.accepted) > 20)

    worker.send(signal.SIGTERM)
    assert worker.wait(30) == 0

    assert states().keys() == {"sent", "queued"}
    assert len(mail_server.accepted) == states()["sent"] < 200
    run_worker(**environ)
    wait_until(all_sent)
    assert Counter(mail_server.recipients) == Counter(f"person{n}@example.org" for n in range(200))


def test_a_mail_leaves_with_the_next_tick(delivery, mail_server):
    """DESIGN §4: beat and worker alone bring it out, nobody has to wake them. How fast, `./run bench` measures."""
    delivery()
    queue_one("warm-up")
    wait_until(all_sent)

    queue_one("confirmation")
    wait_until(lambda: "confirmation@example.org" in mail_server.recipients)


def test_a_confirmation_overtakes_a_bulk_run(delivery, mail_server):
    """DESIGN §4: the confirmation is the next mail out, however many of the run are still waiting."""
    mail_server.behaviour.seconds_per_mail = 0.05
    queue_run()
    delivery()
    wait_until(lambda: len(mail_server.accepted) > 5)

    queue_one("confirmation")
    wait_until(lambda: "confirmation@example.org" in mail_server.recipients)

    assert len(mail_server.accepted) < RUN


@pytest.mark.parametrize("fault", ["stopped", "frozen"])
def test_mail_waits_for_redis_and_leaves_when_it_is_back(delivery, private_redis, mail_server, fault):
    """RELIABILITY F11 and F12: only the wake-up needs the broker; at most a minute after it is back all is out."""
    delivery()
    queue_one("before")
    wait_until(all_sent)
    {"stopped": private_redis.stop, "frozen": private_redis.freeze}[fault]()

    for number in range(20):
        queue_one(f"meanwhile{number}")
    # A run that was under way may still take some; then nothing wakes the worker any more.
    time.sleep(3)
    queue_one("nobody-is-woken")
    time.sleep(2)
    assert "nobody-is-woken@example.org" not in mail_server.recipients
    {"stopped": private_redis.start, "frozen": private_redis.resume}[fault]()
    back = time.monotonic()

    wait_until(all_sent)
    assert mail_server.accepted[-1].at - back < 60
    assert set(Counter(mail_server.recipients).values()) == {1}


def test_a_run_goes_on_when_redis_is_emptied_in_its_midst(delivery, private_redis, mail_server):
    """RELIABILITY F13: nothing lost, nothing double; what is queued afterwards leaves, too."""
    mail_server.behaviour.seconds_per_mail = 0.01
    queue_run()
    delivery()
    wait_until(lambda: len(mail_server.accepted) > 20)

    private_redis.flush()
    # The sign that the run was under way, and went on.
    assert len(mail_server.accepted) < RUN / 2
    queue_one("afterwards")

    wait_until(all_sent)
    expected = ["afterwards@example.org", *(f"person{n}@example.org" for n in range(RUN))]
    assert Counter(mail_server.recipients) == Counter(expected)


def test_an_old_worker_leaves_what_it_does_not_know_to_a_new_one(delivery, run_worker, environ, mail_server):
    """RELIABILITY F22: web is of the new release already and queues a kind of mail the worker has never heard of."""
    queue_run(3)
    queue_one("known")
    old, _ = delivery(DJANGO_SETTINGS_MODULE="tests.faults.older_settings")
    wait_until(lambda: "known@example.org" in mail_server.recipients)
    queue_one("later")
    wait_until(lambda: "later@example.org" in mail_server.recipients)

    assert states() == {"sent": 2, "queued": 3}
    assert set(OutboxMessage.objects.filter(state="queued").values_list("attempts", flat=True)) == {0}
    assert old.poll() is None

    run_worker(**environ)
    wait_until(all_sent)
    unknown = [f"person{n}@example.org" for n in range(3)]
    assert Counter(mail_server.recipients) == Counter(["known@example.org", "later@example.org", *unknown])
    assert old.poll() is None


@pytest.mark.parametrize(("count", "processes"), [(RUN, 2), (HANDFUL - 1, 1)])
def test_a_long_run_is_shared_at_once_and_a_short_one_is_not(
    run_worker, private_redis, environ, mail_server, count, processes
):
    """Without a beat: one call wakes one process, which calls the other if there is enough for two."""
    mail_server.behaviour.seconds_per_mail = 0.01
    queue_run(count)
    run_worker(2, **environ)
    app.send_task("mailing.deliver_due", connection=app.connection_for_write(private_redis.url))

    wait_until(all_sent)
    assert mail_server.behaviour.connections == processes
    assert set(Counter(mail_server.recipients).values()) == {1}
