"""Tags: the few words by which organisers sort the people of one event."""

from django.db import models

from events.models.events import Event


class GuestTag(models.Model):
    """One tag of one event. It exists as long as somebody carries it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="guest_tags")
    name = models.CharField("Schlagwort", max_length=40)
    name_key = models.CharField(max_length=80, editable=False)

    class Meta:
        ordering = ("name_key",)
        constraints = [models.UniqueConstraint(fields=("event", "name_key"), name="tag_once_per_event")]

    def __str__(self) -> str:
        return self.name
