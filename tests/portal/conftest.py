"""Rows for the pages that draw on several apps."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from core.search import sort_key
from events.models import Event, PlacePool
from mailing.models import OutboxMessage
from tests.factories.accounts import CentreStaffFactory, UserFactory
from verbuende.models import Verbund, VerbundMember

BACKEND = "accounts.backends.EmailBackend"
_numbers = itertools.count(1)


def make_verbund(name: str, **facts: Any) -> Verbund:
    return Verbund.objects.create(
        slug=f"verbund-{next(_numbers)}", name=name, short_name=name, sort_key=sort_key(name), **facts
    )


def make_event(title: str, *, days: int = 30, places: dict[str, int | None] | None = None, **fields: Any) -> Event:
    start = (timezone.localtime() + dt.timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)
    values = {
        "slug": f"event-{next(_numbers)}",
        "visibility": "public",
        "starts_on": start.date(),
        "starts_at": start,
        "ends_at": start + dt.timedelta(hours=6),
        "created_at": timezone.now(),
        "city": "Essen",
    }
    event = Event.objects.create(title=title, **values | fields)
    for kind, capacity in (places or {}).items():
        PlacePool.objects.create(event=event, kind=kind, capacity=capacity)
    return event


def make_mail(
    scope: str, *, state: str = "failed", recipient: str = "k.muster@example.org", **fields: Any
) -> OutboxMessage:
    number = next(_numbers)
    now = timezone.now()
    values = {
        "purpose": "events.invitation",
        "email_key": recipient,
        "ref": "events.registration:1",
        "dedup_key": f"key-{number}",
        "message_id": f"<{number}@example.org>",
        "state_reason": "Postfach unbekannt (550)",
        "subject": "Einladung",
        "priority": 50,
        "attempts": 1,
        "not_before": now,
        "expires_at": now + dt.timedelta(days=3),
        "created_at": now,
    }
    return OutboxMessage.objects.create(scope=scope, state=state, recipient=recipient, **values | fields)


def make_member(verbund: Verbund, role: str, **fields: Any) -> User:
    user = UserFactory(**fields)
    VerbundMember.objects.create(verbund=verbund, user=user, role=role, since_on=dt.date(2026, 1, 1))
    return user


@pytest.fixture
def centre_staff(db):
    return CentreStaffFactory(name="Alina Beispiel", salutation="frau")


@pytest.fixture
def sign_in(client):
    """The test client, signed in as somebody."""

    def as_user(user: User):
        client.force_login(user, backend=BACKEND)
        return client

    return as_user
