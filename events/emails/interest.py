"""The two mails of interest before registration opens: please confirm, and it is open."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from core.dates import format_moment
from events.facts import mail_facts, short_when
from events.models import Event, EventInterest
from events.status import public_status
from mailing.models import OutboxMessage
from mailing.purposes import Purpose
from mailing.services.outbox import queue, queue_from


class InterestProofMail(Purpose):
    """Asks the owner of an address whether they want to be told."""

    name = "events.interest_proof"
    template = "emails/events/interest_proof"
    lifetime = dt.timedelta(hours=24)

    def interest(self, message: OutboxMessage) -> EventInterest | None:
        """Return the row, or None once it was ended or told."""
        pk = message.ref_id
        return EventInterest.objects.select_related("event__owner").filter(pk=pk).first()

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Say what opens when."""
        interest = self.interest(message)
        if interest is None:
            raise EventInterest.DoesNotExist(message.ref)
        opens = interest.event.registration_opens_at
        return event_words(interest.event) | {"opens": format_moment(opens) if opens else "", "interest": interest}

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Lead to the page with the button."""
        interest = self.interest(message)
        path = reverse("events:interest", args=[interest.token]) if interest else reverse("events:event-list")
        return {"proof": f"{settings.PORTAL_BASE_URL}{path}"}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing left to confirm."""
        return "" if self.interest(message) else "Die Anfrage ist verfallen oder wurde gelöscht."

    def why(self, message: OutboxMessage) -> str:
        """Say what triggered it, in case it was somebody else."""
        return "Jemand hat diese Adresse angegeben, um zu erfahren, wenn die Anmeldung zu diesem Treffen öffnet."


class InterestOpenMail(Purpose):
    """Registration is open; the row behind it is gone already, so it is about the event."""

    name = "events.interest_open"
    is_bulk = True
    list_label = "Hinweise auf geöffnete Anmeldungen"
    template = "emails/events/interest_open"

    def event(self, message: OutboxMessage) -> Event | None:
        """Return the event as it stands."""
        pk = message.ref_id
        return Event.objects.select_related("owner").with_places().filter(pk=pk).first()

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add how full it is."""
        event = self.event(message)
        if event is None:
            raise Event.DoesNotExist(message.ref)
        return event_words(event) | {"status": public_status(event)}

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Lead to the form."""
        event = self.event(message)
        path = reverse("events:registration-create", args=[event.slug]) if event else reverse("events:event-list")
        return {"register": f"{settings.PORTAL_BASE_URL}{path}"}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Only while one can register."""
        event = self.event(message)
        if event is None or event.visibility == Event.Visibility.DRAFT:
            return "Das Treffen ist nicht mehr öffentlich."
        return "" if public_status(event).takes_registrations else "Die Anmeldung ist nicht mehr offen."

    def sender_name(self, message: OutboxMessage) -> str:
        """The host's name stands in front of the portal's address."""
        event = self.event(message)
        return event.host_name if event else ""

    def why(self, message: OutboxMessage) -> str:
        """Say who asked, and that it is the only one."""
        return (
            "Sie wollten erfahren, wenn die Anmeldung öffnet. Mit dieser einen Mail haben wir Ihre Vormerkung gelöscht."
        )


def queue_interest_proof(interest: EventInterest, submission: uuid.UUID) -> None:
    """Queue the mail that asks for confirmation; one for each time the form was sent."""
    queue(
        purpose=InterestProofMail.name,
        to=interest.email,
        ref=interest.ref,
        dedup_key=f"interest-proof:{interest.pk}:{submission.hex}",
        scope=interest.event.scope,
    )


def queue_interest_open(people: models.QuerySet[EventInterest], event: Event) -> int:
    """Queue the one mail for each of these people with one statement; return how many."""
    return queue_from(
        purpose=InterestOpenMail.name,
        source=people.values(
            ref=models.Value(f"events.event:{event.pk}"),
            recipient=models.F("email"),
            recipient_name=models.Value(""),
            dedup_key=models.functions.Concat(models.Value("interest-open:"), "pk", output_field=models.TextField()),
        ),
        topic=f"{event.scope}:interest",
        scope=event.scope,
        expires_at=event.starts_at,
        is_automatic=True,
    )


def event_words(event: Event) -> dict[str, Any]:
    """Return what both mails say about the event."""
    return {
        "event": event,
        "event_url": f"{settings.PORTAL_BASE_URL}{event.get_absolute_url()}",
        "short_when": short_when(event),
        "facts": mail_facts(event),
    }
