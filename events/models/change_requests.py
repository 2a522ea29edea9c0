"""Changes asked for after the freeze date: the organisers decide."""

from django.conf import settings
from django.db import models

from events.models.events import Event
from events.models.registrations import Registration
from events.querysets import ChangeRequestQuerySet


class ChangeRequest(models.Model):
    """One person's wish to change what they answered, with the reply as asked; until it is decided nothing changes."""

    class State(models.TextChoices):
        OPEN = "open", "Angefragt"
        ACCEPTED = "accepted", "Angenommen"
        DECLINED = "declined", "Abgelehnt"
        WITHDRAWN = "withdrawn", "Zurückgezogen"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="change_requests")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="change_requests")
    # Reply as JSON (events.services.change_requests); emptied with the needs after the meeting.
    reply = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.TextField("Worte an die Person", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("registration",), name="change_request_open_once", condition=models.Q(state="open")
            ),
        ]
        indexes = [models.Index(fields=("event", "state"), name="change_request_event")]

    def __str__(self) -> str:
        return self.get_state_display()
