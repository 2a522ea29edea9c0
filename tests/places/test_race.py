"""Thirty people at once for the last place: with the lock one gets it, without the lock the test sees the fault."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection, connections, transaction

from core import locks
from core.exceptions import Busy
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services import answers, filling
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, say_no, say_yes
from tests.factories.privacy import ensure_consent_texts

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 30


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """A busy test machine is slower than the three seconds people are asked to wait."""
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 30_000)


def at_once(tasks: list[Callable[[], object]]) -> list[object]:
    """Run all tasks in threads that start together; each has a database connection of its own."""
    barrier = threading.Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def confirmed(event: Event) -> int:
    return PlaceClaim.objects.filter(pool__event=event, state="confirmed").count()


def last_place() -> tuple[Event, list[Registration]]:
    event = EventFactory(on_site=3)
    fill_up(event, 2)
    return event, RegistrationFactory.create_batch(CROWD, event=event)


def test_one_gets_the_last_place_and_the_others_distinct_ranks() -> None:
    event, people = last_place()
    at_once([lambda person=person: say_yes(person) for person in people])
    standings = [standing_of(person) for person in people]
    assert sum(standing.has_place for standing in standings) == 1
    assert sorted(standing.rank for standing in standings if standing.is_waiting) == list(range(1, CROWD))
    assert confirmed(event) == 3
    assert OutboxMessage.objects.filter(ref__in=[person.ref for person in people]).count() == CROWD


def without_lock(event: Event) -> Event:
    """What the service would do if nobody locked: read, let the others in, write."""
    found = Event.objects.get(pk=event.pk)
    time.sleep(0.2)
    return found


def slow_serve(*args):
    """Count, and give the others time to count the same."""
    result = _give(*args)
    time.sleep(0.05)
    return result


_give = filling._give_free_places


def count(pools: list[PlacePool]) -> dict[int, int]:
    """Count what the tally says."""
    return {pool.pk: pool.claims.filter(state__in=PlaceClaim.TAKING).count() for pool in pools}


@contextmanager
def without_tallies() -> Iterator[None]:
    """Whoever moves a tally holds its row until the end, which is a lock, too."""
    tables = ("events_placeclaim", "events_registration")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_without_the_lock_the_same_crowd_overbooks(monkeypatch) -> None:
    """RELIABILITY F2: proves that the test above can fail."""
    monkeypatch.setattr(answers, "lock_event", without_lock)
    monkeypatch.setattr(filling, "_give_free_places", slow_serve)
    monkeypatch.setattr(filling, "_taken", count)
    event, people = last_place()
    with without_tallies():
        at_once([lambda person=person: say_yes(person) for person in people])
    assert confirmed(event) > 3


def post_yes(address: str, token: str) -> int:
    """Answer yes over real HTTP, as a browser without cookies of ours would: with the token of its own form."""
    parts = urlsplit(address)
    with closing(HTTPConnection(parts.hostname, parts.port, timeout=30)) as http:
        http.request("GET", f"/e/{token}/")
        page = http.getresponse()
        cookie = page.headers["Set-Cookie"].split(";")[0]
        csrf = page.read().decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    body = urlencode({"csrfmiddlewaretoken": csrf, "answer": "yes"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    with closing(HTTPConnection(parts.hostname, parts.port, timeout=30)) as http:
        http.request("POST", f"/e/{token}/", body, headers)
        with http.getresponse() as response:
            return response.status


def test_thirty_browsers_at_once(live_server) -> None:
    ensure_consent_texts()
    _, people = last_place()
    statuses = at_once([lambda token=person.token: post_yes(live_server.url, token) for person in people])
    assert statuses == [302] * CROWD
    standings = [standing_of(person) for person in people]
    assert sum(standing.has_place for standing in standings) == 1
    assert sorted(standing.rank for standing in standings if standing.is_waiting) == list(range(1, CROWD))


def test_the_same_person_in_ten_windows_has_one_place_and_one_mail() -> None:
    event = EventFactory(on_site=5)
    person = RegistrationFactory(event=event)
    at_once([lambda: say_yes(person)] * 10)
    assert PlaceClaim.objects.filter(registration=person).count() == 1
    assert OutboxMessage.objects.filter(ref=person.ref).count() == 1


def test_a_freed_place_goes_to_the_list_and_not_to_the_newcomer() -> None:
    """RELIABILITY F8, both ways the race can end."""
    for _ in range(5):
        event = EventFactory(on_site=1)
        holder, waiting = fill_up(event, 2)
        newcomer = RegistrationFactory(event=event)
        at_once([lambda holder=holder: say_no(holder), lambda newcomer=newcomer: say_yes(newcomer)])
        assert standing_of(waiting).has_place
        assert standing_of(newcomer).rank == 1


@contextmanager
def locked_by_somebody(event: Event) -> Iterator[None]:
    """Another process works on this event for as long as the block takes."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Event.objects.select_for_update().get(pk=event.pk)
            locked.set()
            done.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(10)
    try:
        yield
    finally:
        done.set()
        holder.join()


@pytest.mark.logs_errors
def test_whoever_waits_too_long_for_the_lock_is_asked_to_try_again(client, monkeypatch) -> None:
    """RELIABILITY F10: a plain sentence, the input kept, 503, no half row."""
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 200)
    ensure_consent_texts()
    person = RegistrationFactory(event=EventFactory(on_site=1))
    with locked_by_somebody(person.event):
        response = client.post(f"/e/{person.token}/", {"answer": "yes", "access_needs": "Rampe"})
        with pytest.raises(Busy):
            say_yes(person)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "3"
    assert "Bitte senden Sie noch einmal" in response.content.decode()
    assert "Rampe</textarea>" in response.content.decode()
    person.refresh_from_db()
    assert person.answer == "open"
    assert not PlaceClaim.objects.filter(registration=person).exists()
