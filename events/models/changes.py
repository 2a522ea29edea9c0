"""What changed after an event was announced, and whether people were told."""

from django.conf import settings
from django.db import models

from events.models.events import Event
from events.querysets import InvitationRoundQuerySet


class EventChange(models.Model):
    """One change people should hear of: facts before and after, who, when, and who was told.

    before, after: the facts as events.change_facts writes them; its functions turn them into words.
    """

    class Kind(models.TextChoices):
        FACTS = "facts", "Zeit, Ort oder Format"
        PROGRAMME = "programme", "Programm"
        CANCELLED = "cancelled", "Absage"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    words = models.TextField("Eigene Worte", blank=True)
    is_mailed = models.BooleanField(default=False)
    # Why nobody was told, where somebody could have been.
    silence_reason = models.CharField("Grund", max_length=200, blank=True)
    told_count = models.PositiveIntegerField(default=0)
    asks_again = models.BooleanField(default=False)

    objects = InvitationRoundQuerySet.as_manager()

    class Meta:
        ordering = ("event", "-pk")

    def __str__(self) -> str:
        return self.get_kind_display()
