"""Which subscriptions to new events there are. Nobody lists them: they are reached by their own link only."""

import datetime as dt
from typing import Any, Self

from django.db import models

from core.access import Actor
from core.clock import db_now
from mailing.models import Suppression
from mailing.services.suppression import ALL_BULK

# What one unsubscribes from in a mail program; the name of the purpose (events.emails.subscriptions).
TOPIC = "events.event_news"
UNCONFIRMED_DAYS = 7


class EventSubscriptionQuerySet(models.QuerySet[Any]):
    """The addresses that hear of new events."""

    def visible_to(self, user: Actor) -> Self:
        """Nobody: not even the centre needs to know who reads along."""
        return self.none()

    def editable_by(self, user: Actor) -> Self:
        """Nobody but the subscriber, by link."""
        return self.none()

    def unsubscribed(self) -> Self:
        """Those whose owner ended them in a mail program, or whose mailbox is gone."""
        return self.filter(confirmed_at__isnull=False, address_hash__in=_suppressed())

    def live(self) -> Self:
        """Those that get mail."""
        return self.filter(confirmed_at__isnull=False).exclude(address_hash__in=_suppressed())

    def abandoned(self) -> Self:
        """Those nobody confirmed within seven days."""
        return self.filter(confirmed_at__isnull=True, asked_at__lt=db_now() - dt.timedelta(days=UNCONFIRMED_DAYS))


def _suppressed() -> models.QuerySet[Any]:
    return Suppression.objects.filter(topic__in=(ALL_BULK, TOPIC)).values("address_hash")
