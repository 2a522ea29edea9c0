"""An invited person and their event, where a module has none of its own."""

import pytest

from events.models import Event, Registration
from tests.events.answer.own_page import SECRET
from tests.factories.events import EventFactory, RegistrationFactory


@pytest.fixture
def event() -> Event:
    """A hybrid meeting with few places."""
    return EventFactory(format="hybrid", on_site=3, online=2, online_url=SECRET)


@pytest.fixture
def person(event: Event) -> Registration:
    """Somebody invited who has not answered."""
    return RegistrationFactory(event=event, name="Dr. Jana Beispiel", salutation="frau", email="jana@example.org")
