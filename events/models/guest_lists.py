"""Lists of guests that came as a file or as pasted text."""

from django.db import models
from django.urls import reverse

from core.models import ImportRun
from events.models.events import Event
from events.models.registrations import Registration
from events.querysets import GuestListQuerySet


class GuestList(models.Model):
    """One list of an event. Its people can be invited together, also later; the name stands there as the reason."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="guest_lists")
    run = models.OneToOneField(ImportRun, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("Name der Liste", max_length=120)

    objects = GuestListQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Gästeliste „{self.name}“"

    def get_absolute_url(self) -> str:
        """Return the page that says what became of it; a draft leads on to its next step."""
        return reverse("events:guestlist-detail", args=[self.event.slug, self.pk])


class ListedGuest(models.Model):
    """A person who stands on a list, whether the list brought them or they were there before."""

    guest_list = models.ForeignKey(GuestList, on_delete=models.CASCADE, related_name="entries")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="list_entries")
    row = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("guest_list", "registration"), name="listed_guest_once")]

    def __str__(self) -> str:
        return f"Zeile {self.row}"
