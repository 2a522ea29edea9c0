"""Two organisers create a meeting, or a series, with the same title in the same second."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections

from events.models import Event, EventSeries
from events.services import planning, series
from events.services.planning import Capacities
from tests.factories.events import in_days

pytestmark = pytest.mark.django_db(transaction=True)


def create_event(together: threading.Barrier) -> Event:
    fields = {"title": "Fachtag", "starts_on": in_days(30).date()}
    together.wait()
    return planning.create_event(actor=None, owner=None, fields=fields, capacities=Capacities())


def create_series(together: threading.Barrier) -> EventSeries:
    together.wait()
    return series.create_series(actor=None, owner=None, title="Fachtage", text="")


def twice_at_once(create: Callable[[threading.Barrier], object]) -> None:
    together = threading.Barrier(2)

    def run(_number: int) -> None:
        try:
            create(together)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))


@pytest.mark.parametrize(("create", "model"), [(create_event, Event), (create_series, EventSeries)])
def test_both_get_an_address_of_their_own(create, model):
    for _ in range(3):
        twice_at_once(create)
    assert model.objects.count() == 6


def test_without_the_lock_the_test_sees_the_fault(monkeypatch):
    # Both look before either saves: the second save waits for the first and then breaks.
    looked = threading.Barrier(2)
    monkeypatch.setattr(planning, "lock_name", lambda _name: None)
    monkeypatch.setattr(planning, "Event", SlowSaving(looked))
    with pytest.raises(IntegrityError):
        twice_at_once(create_event)


class SlowSaving:
    """The model, but nobody saves before everybody has looked for a free address."""

    def __init__(self, looked: threading.Barrier) -> None:
        self.looked = looked
        self.objects = Event.objects

    def __call__(self, **fields: object) -> Event:
        event = Event(**fields)
        save = event.save

        def save_later(**options: object) -> None:
            self.looked.wait(5)
            save(**options)

        event.save = save_later  # type: ignore[method-assign]
        return event
