"""Several sweeps of the same kind at once: each person is told once (RELIABILITY F19).

Of mail plans see test_two_beats.py, of news tests/events/subscriptions.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from core import locks
from core.clock import db_now
from core.search import email_key
from events.models import DeputyRequest, Event, EventInterest, PlaceClaim, Registration
from events.services.announcing import announce
from events.services.deputies import DeputyPerson, lapse_requests, name_deputy
from events.services.interest import sweep_interest
from events.services.own_places import settle_due_offers
from events.services.places import lock_event
from events.services.public_registration import expire_unproven
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.factories.events import EventFactory, fill_up, say_no
from tests.places.test_public_race import register
from tests.places.test_race import at_once, locked_by_somebody

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
SWEEPS = 3
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy test machine is slower than the three seconds a sweep waits."""
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 30_000)


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def sweep_at_once(sweep: Callable[[], int], event: Event) -> int:
    """Let all of them look before any of them may act; return what they say to have done, together."""
    with ThreadPoolExecutor(1) as aside:
        with locked_by_somebody(event):
            sweeping = aside.submit(at_once, [sweep] * SWEEPS)
            deadline = time.monotonic() + 25
            while waiting_for_a_lock() < SWEEPS:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        return sum(sweeping.result())


def mails() -> Counter[tuple[str, str]]:
    return Counter(OutboxMessage.objects.values_list("purpose", "recipient"))


def lapsed_offer() -> list[Registration]:
    """Return whose offer has lapsed, and who is next."""
    event = EventFactory(on_site=1)
    event.pools.update(mode="offer")
    holder, *people = fill_up(event, 3)
    say_no(holder)
    PlaceClaim.objects.filter(state="offered").update(offered_until=db_now() - MINUTE)
    OutboxMessage.objects.all().delete()
    return people


def test_a_lapsed_offer_goes_on_once() -> None:
    late, following = lapsed_offer()
    assert sweep_at_once(settle_due_offers, late.event) == 2
    assert mails() == {("events.registration", person.email): 1 for person in (late, following)}
    assert standing_of(late).ended == "expired"
    assert standing_of(following).place_state == "offered"


def test_a_sweep_that_decided_before_the_lock_would_be_seen() -> None:
    """The counter-test: what is looked up before the lock is done by each of them."""
    late, following = lapsed_offer()

    def hasty() -> int:
        due = set(PlaceClaim.objects.filter(state="offered").values_list("registration_id", flat=True))
        with transaction.atomic():
            announce(lock_event(late.event), due)
        return len(due)

    assert sweep_at_once(hasty, following.event) == SWEEPS
    assert mails() == {("events.registration", late.email): SWEEPS}


def test_an_unproven_place_goes_on_once() -> None:
    event = EventFactory(on_site=1)
    register(event)
    (waiting,) = fill_up(event, 1)
    event.registrations.filter(source="public").update(unproven_until=db_now() - MINUTE)
    OutboxMessage.objects.all().delete()
    assert sweep_at_once(expire_unproven, event) == 1
    assert mails() == {("events.registration", waiting.email): 1}
    assert standing_of(waiting).has_place


def test_whoever_asked_is_told_once_that_it_is_open() -> None:
    event, now = EventFactory(), db_now()
    addresses = [f"ina{number}@example.org" for number in range(3)]
    for address in addresses:
        EventInterest.objects.create(
            event=event, email=address, email_key=email_key(address), asked_at=now, confirmed_at=now
        )
    assert sweep_at_once(sweep_interest, event) == 3
    assert mails() == {("events.interest_open", address): 1 for address in addresses}
    assert not EventInterest.objects.exists()


def test_a_silent_deputy_lapses_once() -> None:
    event = EventFactory(on_site=1)
    (holder,) = fill_up(event, 1)
    request = name_deputy(inviter=holder, person=DeputyPerson("Vera Vertretung", "vera@example.org"))
    DeputyRequest.objects.update(answer_until=db_now() - MINUTE)
    OutboxMessage.objects.all().delete()
    assert sweep_at_once(lapse_requests, event) == 1
    assert mails() == {("events.deputy_outcome", holder.email): 1}
    assert not Registration.objects.filter(pk=request.deputy_id).exists()
    assert standing_of(holder).has_place
