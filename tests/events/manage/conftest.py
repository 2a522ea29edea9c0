"""Signing in, and an event of Verbund A with its addresses."""

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event
from tests.factories.events import EventFactory

BACKEND = "accounts.backends.EmailBackend"


@pytest.fixture
def sign_in():
    """Return a client signed in as this user."""

    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def event(verbund_a) -> Event:
    """A public event of Verbund A with five places."""
    return EventFactory(owner=verbund_a, on_site=5, slug="treffen-a-2027")


@pytest.fixture
def url(event):
    """Return the address of one of the event's pages."""

    def address(name: str, *arguments: object) -> str:
        return reverse(f"events:{name}", args=[event.slug, *arguments])

    return address
