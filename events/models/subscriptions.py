"""Hearing of new events by mail: who wants to, what is new, and who has been told of what."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.links import make_token, new_nonce
from events.models.events import Event
from events.models.registrations import new_public_id
from events.subscribers import EventSubscriptionQuerySet
from verbuende.regions import LAND_CHOICES
from verbuende.sectors import SECTOR_CHOICES

SUBSCRIPTION_PURPOSE = "event-subscription"
SUBSCRIPTION_PROOF_PURPOSE = "event-subscription-proof"


class EventSubscription(models.Model):
    """An address that asked to hear of new events; confirmed by its owner, deleted when it ends.

    No Land or no sector chosen means all of them. Nobody sees these rows: they are reached by their own link only.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    email = models.EmailField("E-Mail-Adresse", max_length=254)
    email_key = models.CharField(max_length=254, unique=True, editable=False)
    # As mailing.Suppression names it, so that one click in a mail program ends the row, too.
    address_hash = models.BinaryField(max_length=32, editable=False)
    states = ArrayField(
        models.CharField(max_length=2, choices=LAND_CHOICES), verbose_name="Länder", default=list, blank=True
    )
    sectors = ArrayField(
        models.CharField(max_length=20, choices=SECTOR_CHOICES), verbose_name="Branchen", default=list, blank=True
    )
    asked_at = models.DateTimeField("angefragt", editable=False)
    confirmed_at = models.DateTimeField("bestätigt", null=True, editable=False)

    objects = EventSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "Abonnement"
        verbose_name_plural = "Abonnements"
        indexes = [
            models.Index(
                fields=("asked_at",), name="subscription_unconfirmed", condition=models.Q(confirmed_at__isnull=True)
            ),
            models.Index(fields=("address_hash",), name="subscription_hash"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def ref(self) -> str:
        """Name of this row in mails and consents."""
        return f"events.eventsubscription:{self.pk}"

    @property
    def token(self) -> str:
        """The subscriber's own link, the same in every mail."""
        return make_token(SUBSCRIPTION_PURPOSE, self.public_id, self.nonce)

    @property
    def proof_token(self) -> str:
        """The link that confirms."""
        return make_token(SUBSCRIPTION_PROOF_PURPOSE, self.public_id, self.nonce)


class EventAnnouncement(models.Model):
    """Since when an event has stood in the public list, and which sectors it concerns; written by the sweep.

    Gone again when the event leaves the list: what is published a second time is new, though nobody is told twice.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="announcement")
    public_since = models.DateTimeField()
    sectors = ArrayField(models.CharField(max_length=20, choices=SECTOR_CHOICES), default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.event_id} {self.public_since:%Y-%m-%d}"


class EventNotice(models.Model):
    """That a subscriber has been told of an event, and in the mail of which day."""

    subscription = models.ForeignKey(EventSubscription, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    told_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("subscription", "event"), name="notice_once")]
        indexes = [models.Index(fields=("subscription", "told_on"), name="notice_day")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.event_id}"
