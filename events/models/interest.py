"""Interest before registration opens: an address that asked to be told once."""

from typing import Any, Self

from django.db import models

from core.access import Actor
from core.links import make_token, new_nonce
from events.models.events import Event
from events.models.registrations import new_public_id

INTEREST_PURPOSE = "event-interest"


class EventInterestQuerySet(models.QuerySet[Any]):
    """Who wants to be told; organisers see how many, nobody sees who."""

    def visible_to(self, user: Actor) -> Self:
        """Nobody."""
        return self.none()

    def editable_by(self, user: Actor) -> Self:
        """Nobody but the person, by link."""
        return self.none()

    def confirmed(self) -> Self:
        """Those whose owner has confirmed."""
        return self.filter(confirmed_at__isnull=False)


class EventInterest(models.Model):
    """Somebody who wants to hear when registration opens; gone once told, or with the event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="interests")
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    email = models.EmailField("E-Mail-Adresse", max_length=254)
    email_key = models.CharField(max_length=254, editable=False)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = EventInterestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("event", "email_key"), name="interest_once")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def ref(self) -> str:
        """Name of this row in mails."""
        return f"events.eventinterest:{self.pk}"

    @property
    def token(self) -> str:
        """The link that confirms, and ends."""
        return make_token(INTEREST_PURPOSE, self.public_id, self.nonce)
