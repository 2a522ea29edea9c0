"""The mails of the subscription to new events, and how they get into the outbox."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from core.clock import db_now
from events.capabilities import SUBSCRIPTION_PROOF_HOURS
from events.facts import when_line, where_line
from events.models import Event, EventNotice, EventSubscription
from events.subscribers import TOPIC
from events.subscription_words import choice_words
from mailing.models import OutboxMessage
from mailing.purposes import Purpose
from mailing.services.outbox import queue, queue_from

ENDED = "Das Abonnement wurde beendet."


class SubscriptionMail(Purpose):
    """What they share: the subscriber, found once per claim of the mail."""

    is_private = True

    def subscription(self, message: OutboxMessage) -> EventSubscription | None:
        """Return the subscriber, or None when the subscription has ended."""
        if not hasattr(message, "subscription"):
            found = EventSubscription.objects.filter(pk=message.ref_id).first()
            message.subscription = found  # type: ignore[attr-defined]
        return message.subscription  # type: ignore[attr-defined]

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Say what was chosen."""
        subscription = self.subscription(message)
        if subscription is None:
            raise EventSubscription.DoesNotExist(message.ref)
        return {"choice": choice_words(subscription.states, subscription.sectors)}

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Derive the subscriber's own link at hand-over."""
        subscription = self.subscription(message)
        if subscription is None:
            return {name: _absolute(reverse("events:subscription-create")) for name in ("own", "proof")}
        return {
            "own": _absolute(reverse("events:subscription-update", args=[subscription.token])),
            "proof": _absolute(reverse("events:subscription-confirm", args=[subscription.proof_token])),
        }

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing goes to somebody who ended it."""
        return "" if self.subscription(message) else ENDED

    def why(self, message: OutboxMessage) -> str:
        """Say what triggered it, in case it was somebody else."""
        return "Jemand hat auf unserer Seite angegeben, dass diese Adresse neue Veranstaltungen abonnieren möchte."


class SubscriptionProofMail(SubscriptionMail):
    """The one mail before the address is confirmed; it advertises nothing (RELIABILITY E3)."""

    name = "events.subscription_proof"
    template = "emails/events/subscription_proof"
    lifetime = dt.timedelta(hours=24)

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add how long the link works."""
        return super().context(message) | {"hours": SUBSCRIPTION_PROOF_HOURS}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Confirmed meanwhile: nothing left to ask."""
        subscription = self.subscription(message)
        if subscription is None:
            return "Die Anfrage ist verfallen oder wurde gelöscht."
        return "Das Abonnement ist schon bestätigt." if subscription.confirmed_at else ""


class SubscriptionKnownMail(SubscriptionMail):
    """For an address that asks again although it has subscribed: the way to its own page."""

    name = "events.subscription_known"
    template = "emails/events/subscription_known"
    lifetime = dt.timedelta(hours=24)


class EventNewsMail(SubscriptionMail):
    """What is new, at most once a day."""

    name = TOPIC
    is_bulk = True
    list_label = "Mails über neue Veranstaltungen"
    template = "emails/events/event_news"
    # It lists what is still to come when it leaves, so it stays true for long.
    lifetime = dt.timedelta(days=7)

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add the events, as they stand now."""
        news = [_item(event) for event in self.events(message)]
        return super().context(message) | {"news": news, "list_url": _absolute(reverse("events:event-list"))}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing is news that was called off, withdrawn or has begun."""
        if reason := super().is_obsolete(message):
            return reason
        return "" if self.events(message) else "Keine der Veranstaltungen steht noch bevor."

    def why(self, message: OutboxMessage) -> str:
        """Name the subscription."""
        subscription = self.subscription(message)
        if subscription is None:
            return super().why(message)
        return (
            f"weil Sie neue Veranstaltungen {choice_words(subscription.states, subscription.sectors)} abonniert haben."
        )

    def events(self, message: OutboxMessage) -> list[Event]:
        """Return the day's events for this subscriber that are still to come; read once per claim of the mail."""
        if not hasattr(message, "news"):
            told = EventNotice.objects.filter(subscription=message.ref_id, told_on=message.data["day"])
            events = Event.objects.listed().upcoming().filter(pk__in=told.values("event")).select_related("owner")
            now = db_now()
            message.news = [event for event in events if not event.has_started(now)]  # type: ignore[attr-defined]
        return message.news  # type: ignore[attr-defined]


def queue_subscription_proof(subscription: EventSubscription, submission: uuid.UUID) -> None:
    """Queue the only mail an unconfirmed address gets; one for each time the form was sent."""
    _queue(SubscriptionProofMail.name, subscription, f"subscription-proof:{subscription.pk}:{submission.hex}")


def queue_subscription_known(subscription: EventSubscription) -> None:
    """Queue the mail for a known address; once a day."""
    day = timezone.localdate(db_now())
    _queue(SubscriptionKnownMail.name, subscription, f"subscription-known:{subscription.pk}:{day:%Y%m%d}")


def queue_event_news(day: dt.date) -> int:
    """Queue the day's mail for everybody with news of this day, by one statement; return how many are new."""
    notices = EventNotice.objects.filter(subscription=models.OuterRef("pk"), told_on=day)
    with_news = EventSubscription.objects.live().filter(models.Exists(notices))
    pk = models.functions.Cast("pk", models.CharField())
    return queue_from(
        purpose=EventNewsMail.name,
        source=with_news.values(
            ref=models.functions.Concat(models.Value("events.eventsubscription:"), pk),
            recipient=models.F("email"),
            recipient_name=models.Value(""),
            dedup_key=models.functions.Concat(models.Value("event-news:"), pk, models.Value(f":{day:%Y%m%d}")),
        ),
        data={"day": day.isoformat()},
        topic=TOPIC,
        is_automatic=True,
    )


def proof_message_id(subscription: EventSubscription) -> str:
    """Return the Message-ID of the mail whose link confirms: part of the proof of consent."""
    mails = OutboxMessage.objects.filter(ref=subscription.ref, purpose=SubscriptionProofMail.name)
    return mails.values_list("message_id", flat=True).first() or ""


def _queue(purpose: str, subscription: EventSubscription, dedup_key: str) -> None:
    queue(purpose=purpose, to=subscription.email, ref=subscription.ref, dedup_key=dedup_key)


def _item(event: Event) -> dict[str, Any]:
    return {
        "title": event.title,
        "url": _absolute(event.get_absolute_url()),
        "facts": [("Wann", when_line(event)), ("Wo", where_line(event)), ("Gastgeber", event.host_name)],
        "summary": event.summary,
        "is_demo": event.is_demo,
    }


def _absolute(path: str) -> str:
    return f"{settings.PORTAL_BASE_URL}{path}"
