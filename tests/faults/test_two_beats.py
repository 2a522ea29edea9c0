"""Two beats by mistake, two organisers by chance, a beat that slept: each effect once (RELIABILITY F7, F19 and F20)."""

import datetime as dt
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from celery.beat import PersistentScheduler
from django.conf import settings
from django.db import connection

from config.celery import app
from config.servers import RedisServer
from core.exceptions import StaleVersion
from events.models import Event, MailPlan
from events.services.changing import update_event
from events.services.planning import Capacities
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import EventFactory, fill_up
from tests.faults.test_clocks import meeting
from tests.mail.smtpserver import MailServer
from tests.places.test_race import at_once

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults-mail")]

MEETINGS = 6


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


def calls(server: RedisServer) -> Counter[str]:
    """Return which tasks lie in the queue, and how often."""
    with app.connection_for_read(server.url) as connected:
        client = connected.default_channel.client
        messages = client.lrange(f"{client.global_keyprefix}celery", 0, -1)
    return Counter(json.loads(message)["headers"]["task"] for message in messages)


def wait_for_calls(server: RedisServer, are_there: Callable[[Counter[str]], bool]) -> None:
    deadline = time.monotonic() + 60
    while not are_there(calls(server)):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_beats_remind_nobody_twice(run_worker, run_beat, private_redis, mail_server) -> None:
    plans = [meeting(starts_in=20, due=2) for _ in range(MEETINGS)]
    OutboxMessage.objects.all().delete()
    environ = {
        "DJANGO_SETTINGS_MODULE": "tests.faults.sweep_settings",
        "LOG_LEVEL": "INFO",
        "MAIL_TRANSPORT": "mailing.transport.Smtp",
        "MAIL_HOST": mail_server.hostname,
        "MAIL_PORT": str(mail_server.port),
        "MAIL_STARTTLS": "false",
    }
    beats = [run_beat(**environ) for _ in range(2)]
    # F20: nobody works, and the ticks pile up.
    wait_for_calls(private_redis, lambda waiting: waiting["events.sweep_mail_plans"] > 3 * MEETINGS)
    worker = run_worker(2, **environ)
    deadline = time.monotonic() + 60
    while len(mail_server.accepted) < MEETINGS and time.monotonic() < deadline:
        time.sleep(0.1)
    # Long enough for every beat to sweep many times more.
    time.sleep(2)

    assert set(Counter(mail_server.recipients).values()) == {1}
    assert len(mail_server.recipients) == MEETINGS
    assert set(MailPlan.objects.filter(pk__in=[plan.pk for plan in plans]).values_list("state", flat=True)) == {"done"}
    # The sign that both were at work, and the sweep many times.
    assert all(beat.poll() is None for beat in beats)
    assert worker.log.read_text().count("Task events.sweep_mail_plans") > MEETINGS


def test_a_beat_that_slept_for_six_hours_calls_once(run_beat, private_redis, tmp_path) -> None:
    """F20: it makes up for nothing; what comes every half minute or less often is called once."""
    memory = tmp_path / "slept"
    scheduler = PersistentScheduler(app, schedule_filename=str(memory))
    for entry in scheduler.schedule.values():
        entry.last_run_at = entry.default_now() - dt.timedelta(hours=6)
    scheduler.close()
    rare = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["schedule"] >= 30}
    run_beat(memory)

    wait_for_calls(private_redis, lambda waiting: waiting.keys() >= rare)
    time.sleep(2)
    found = calls(private_redis)
    assert {task: found[task] for task in rare} == dict.fromkeys(rare, 1)
    assert len(rare) >= 8


def test_two_organisers_who_raise_the_places_at_once_serve_the_list_once() -> None:
    staff, event = CentreStaffFactory(), EventFactory(on_site=1)
    people = fill_up(event, 6)
    OutboxMessage.objects.all().delete()
    version = Event.objects.get(pk=event.pk).version

    def raise_to(places: int) -> object:
        try:
            update_event(
                actor=staff, event=event, version=version, fields={"title": event.title},
                capacities=Capacities(on_site=places),
            )  # fmt: skip
        except StaleVersion:
            return "stale"
        finally:
            connection.close()
        return places

    results = at_once([lambda: raise_to(3), lambda: raise_to(4)])

    assert "stale" in results
    (places,) = [result for result in results if result != "stale"]
    standings = [standing_of(person) for person in people]
    assert [standing.has_place for standing in standings] == [True] * places + [False] * (6 - places)
    served = Counter(OutboxMessage.objects.values_list("ref", flat=True))
    assert served == Counter(person.ref for person in people[1:places])
