"""A deputy's yes and the taking back in the same second: one of them counts; without the lock the test sees a fault."""

import time

import pytest

from core import locks
from core.exceptions import DomainError
from events.models import DeputyRequest, Event, PlaceClaim, Registration
from events.services import answers, deputies
from events.services.deputies import DeputyPerson, name_deputy, take_back_deputy
from events.services.standing import standing_of
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, say_no, say_yes
from tests.places.test_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """A busy test machine is slower than the three seconds people are asked to wait."""
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 30_000)


def asked() -> tuple[Registration, Registration, Registration]:
    """Return somebody with the only place, who has named a deputy, and who waits for it."""
    event = EventFactory(on_site=1)
    holder, waiting = fill_up(event, 2)
    request = name_deputy(inviter=holder, person=DeputyPerson("Vera Vertretung", f"vera-{holder.pk}@example.org"))
    assert request.deputy
    return holder, request.deputy, waiting


def attempt(act, *people) -> str:
    try:
        act(*people)
    except DomainError:
        return "refused"
    return "done"


def both(holder: Registration, deputy: Registration) -> list[object]:
    return at_once(
        [lambda: attempt(say_yes, deputy), lambda: attempt(lambda: take_back_deputy(inviter=holder))],
    )


def test_yes_and_taking_back_have_one_winner_and_one_place() -> None:
    for _ in range(6):
        holder, deputy, waiting = asked()
        outcome = both(holder, deputy)
        state = DeputyRequest.objects.get(inviter=holder).state
        assert outcome == (["done", "refused"] if state == "accepted" else ["refused", "done"])
        owner = deputy if state == "accepted" else holder
        assert standing_of(owner).has_place
        assert PlaceClaim.objects.filter(pool__event=holder.event, state="confirmed").count() == 1
        assert standing_of(waiting).rank == 1
        assert Registration.objects.filter(pk=deputy.pk).exists() == (state == "accepted")


def without_lock(event: Event) -> Event:
    """What the services would do if nobody locked: read, let the other in, write."""
    found = Event.objects.get(pk=event.pk)
    time.sleep(0.1)
    return found


def slow_end(*args, **kwargs) -> None:
    """Decide, and give the other time to decide, too."""
    time.sleep(0.3)
    end_request(*args, **kwargs)


end_request = deputies.end_request


def test_without_the_lock_the_place_is_lost(monkeypatch) -> None:
    """Proves that the test above can fail: the yes goes through, then the taking back forgets who has the place."""
    holder, deputy, _ = asked()
    monkeypatch.setattr(answers, "lock_event", without_lock)
    monkeypatch.setattr(deputies, "lock_event", without_lock)
    monkeypatch.setattr(deputies, "end_request", slow_end)
    assert both(holder, deputy) == ["done", "done"]
    assert not PlaceClaim.objects.filter(registration__in=[holder.pk, deputy.pk], state="confirmed").exists()


def test_ten_clicks_at_once_are_one_request() -> None:
    person = RegistrationFactory(event=EventFactory())
    vera = DeputyPerson("Vera Vertretung", "vera@example.org")
    outcome = at_once([lambda: attempt(lambda: name_deputy(inviter=person, person=vera))] * 10)
    assert "done" in outcome
    assert DeputyRequest.objects.count() == 1


def test_the_namer_cancels_while_the_deputy_accepts() -> None:
    for _ in range(5):
        holder, deputy, waiting = asked()
        at_once([lambda deputy=deputy: attempt(say_yes, deputy), lambda holder=holder: attempt(say_no, holder)])
        confirmed = PlaceClaim.objects.filter(pool__event=holder.event, state="confirmed").get()
        assert confirmed.registration_id in (deputy.pk, waiting.pk)
