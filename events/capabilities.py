"""Finding the person behind a signed link. Every reason why there is none looks the same to the caller."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.clock import DbNow, db_now
from core.dates import BERLIN
from core.links import is_valid, split_token
from events.models import DeputyRequest, Event, EventInterest, EventSubscription, Registration
from events.models.interest import INTEREST_PURPOSE
from events.models.registrations import LINK_PURPOSE, PROOF_PURPOSE
from events.models.subscriptions import SUBSCRIPTION_PROOF_PURPOSE, SUBSCRIPTION_PURPOSE

LINK_DAYS = 30
# RELIABILITY C3.
SUBSCRIPTION_PROOF_HOURS = 48


def find_by_link(token: str) -> Any:
    """Return the person whose own link this is, until 30 days after the event; `clock` says when that was asked."""
    registration = _find(token, LINK_PURPOSE)
    if registration is None or link_expires_at(registration.event) <= registration.clock:
        return None
    return registration


def find_ended_deputy(token: str) -> DeputyRequest | None:
    """Return the request to whose forgotten deputy this link belonged, until 30 days after the event."""
    public_id, _ = split_token(token)
    request = DeputyRequest.objects.select_related("inviter__event__owner").filter(link_id=public_id).last()
    if not public_id or request is None or not is_valid(token, LINK_PURPOSE, request.link_nonce):
        return None
    return None if link_expires_at(request.inviter.event) <= db_now() else request


def find_by_proof(token: str) -> Registration | None:
    """Return the person whose address this link proves; once proven it still leads there, after its 24 hours not."""
    registration = _find(token, PROOF_PURPOSE)
    if registration is None:
        return None
    deadline = registration.unproven_until or link_expires_at(registration.event)
    return None if deadline <= registration.clock else registration


def find_subscription(token: str) -> EventSubscription | None:
    """Return the running subscription whose own link this is; one ended in a mail program has ended."""
    return _opened(EventSubscription.objects.live(), token, SUBSCRIPTION_PURPOSE)


def find_subscription_by_proof(token: str) -> EventSubscription | None:
    """Return the subscription this link confirms, for 48 hours; once confirmed it still leads there."""
    running = EventSubscription.objects.exclude(pk__in=EventSubscription.objects.unsubscribed().values("pk"))
    return _while_it_counts(_opened(running, token, SUBSCRIPTION_PROOF_PURPOSE))


def find_interest(token: str) -> EventInterest | None:
    """Return whose wish to be told this is: for 48 hours, once confirmed until registration opens."""
    return _while_it_counts(_opened(EventInterest.objects.select_related("event__owner"), token, INTEREST_PURPOSE))


def link_expires_at(event: Event) -> dt.datetime:
    """Return when the links of an event's people stop working."""
    end = event.ends_at or event.starts_at or dt.datetime.combine(event.starts_on, dt.time.max, BERLIN)
    return timezone.localtime(end) + dt.timedelta(days=LINK_DAYS)


def _find(token: str, purpose: str) -> Any:
    rows = Registration.objects.select_related("event__owner", "organisation").annotate(clock=DbNow())
    return _opened(rows, token, purpose)


def _opened(rows: QuerySet[Any], token: str, purpose: str) -> Any:
    """Return the row whose public id and nonce the token was made of, if it is among these."""
    row = rows.filter(public_id=split_token(token)[0]).first()
    return row if row and is_valid(token, purpose, row.nonce) else None


def _while_it_counts[R: (EventSubscription, EventInterest)](row: R | None) -> R | None:
    """Return what was asked for within the last 48 hours, or confirmed since."""
    if row is None or row.confirmed_at:
        return row
    return row if row.asked_at + dt.timedelta(hours=SUBSCRIPTION_PROOF_HOURS) > db_now() else None
