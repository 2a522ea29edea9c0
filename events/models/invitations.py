"""Invitations in rounds, and the plan of an event's mails."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from events.models.events import Event
from events.models.registrations import Registration
from events.querysets import InvitationRoundQuerySet, MailPlanQuerySet


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


class Invitation(models.Model):
    """A registration invited in a round, with the reason why this person."""

    round = models.ForeignKey(InvitationRound, on_delete=models.CASCADE, related_name="invitations")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="invitations")
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("round", "registration"), name="invitation_once_per_round")]

    def __str__(self) -> str:
        return self.reason


class MailPlan(models.Model):
    """A mail that will go to an audience at a time counted from the start of the event.

    It exists from the moment the event does. Recipients are computed when it is due, so whoever cancels before does not
    get it; moving the event moves the plan.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", "Erinnerung an das Treffen"

    class State(models.TextChoices):
        PLANNED = "planned", "Geplant"
        HELD = "held", "Angehalten"
        SKIPPED = "skipped", "Ausgelassen"
        DONE = "done", "Gesendet"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mail_plans")
    kind = models.CharField(max_length=12, choices=Kind)
    # Days before the day of the event, and the local wall time on that day.
    days_before = models.PositiveSmallIntegerField()
    at_time = models.TimeField()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_count = models.PositiveIntegerField(null=True, blank=True)

    objects = MailPlanQuerySet.as_manager()

    class Meta:
        ordering = ("event", "-days_before", "at_time")
        constraints = [
            models.UniqueConstraint(fields=("event", "kind", "days_before"), name="plan_once_per_day"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
