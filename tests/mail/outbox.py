"""Short words for the outbox in tests."""

import datetime as dt
from typing import Any

from django.db.models import F

from mailing.models import OutboxMessage
from mailing.services.outbox import queue


def put(key: str = "a", *, purpose: str = "tests.notice", to: str = "", **options: Any) -> OutboxMessage:
    """Queue a mail and return its row; `key` makes address and dedup_key."""
    options = {"ref": f"tests.row:{key}", "dedup_key": f"test:{key}", "to_name": "Erika Muster"} | options
    assert queue(purpose=purpose, to=to or f"{key}@example.org", **options)
    return OutboxMessage.objects.get(dedup_key=options["dedup_key"])


def make_due(**filters: Any) -> None:
    """Let the time until the next attempt be over: tests move rows, not clocks."""
    OutboxMessage.objects.filter(state="queued", **filters).update(not_before=F("created_at"))


def let_leases_end() -> None:
    """Let the time of every lease be over."""
    OutboxMessage.objects.filter(state="leased").update(lease_until=F("created_at"))


def delay_of(message: OutboxMessage, since: dt.datetime) -> float:
    """Seconds until the next attempt."""
    message.refresh_from_db()
    return (message.not_before - since).total_seconds()
