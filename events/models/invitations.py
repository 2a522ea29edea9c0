"""Invitations in rounds."""

from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.urls import reverse

from events.models.events import Event
from events.models.registrations import Registration
from events.querysets import InvitationRoundQuerySet

RUN_PREFIX = "round:"


class InvitationRound(models.Model):
    """One sending of invitations: who, when, with which words. Until `sent_at` it is scheduled and can be changed."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    text = models.TextField("Persönliche Worte", blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField()

    objects = InvitationRoundQuerySet.as_manager()

    class Meta:
        ordering = ("event", "number")
        constraints = [models.UniqueConstraint(fields=("event", "number"), name="round_number_unique")]

    def __str__(self) -> str:
        return f"Runde {self.number}"

    def get_absolute_url(self) -> str:
        """Return the page on which a scheduled round is changed."""
        return reverse("events:round-update", args=[self.event.slug, self.pk])

    def get_mails_url(self) -> str:
        """Return the page with everybody in it and what becomes of each mail."""
        query = urlencode({"art": "events.invitation", "versand": self.run})
        return f"{reverse('events:sending-detail', args=[self.event.slug])}?{query}"

    @property
    def run(self) -> str:
        """Name of the sending in the outbox."""
        return f"{RUN_PREFIX}{self.pk}"


class Invitation(models.Model):
    """A registration invited in a round, with the reason why this person."""

    round = models.ForeignKey(InvitationRound, on_delete=models.CASCADE, related_name="invitations")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="invitations")
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("round", "registration"), name="invitation_once_per_round")]

    def __str__(self) -> str:
        return self.reason
