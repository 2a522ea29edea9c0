"""A meeting with one place on site, and somebody invited who may send a deputy."""

import pytest

from events.models import Event, Registration
from tests.factories.events import EventFactory, RegistrationFactory


@pytest.fixture
def event() -> Event:
    return EventFactory(format="hybrid", on_site=1, online=5)


@pytest.fixture
def person(event: Event) -> Registration:
    return RegistrationFactory(event=event, name="Dr. Jana Beispiel", email="jana@example.org", role="guest")
