"""The programme: items, the people in them, stands and pitches of alliances, tables."""

import datetime as dt

from django.db import models
from django.urls import reverse

from core.models import Versioned
from events.models.events import Event
from events.querysets import ProgrammeItemQuerySet
from verbuende.models import Organisation, Verbund


class ProgrammeItem(Versioned):
    """One item of the programme, in the order of `position`; clock times only where they are known."""

    class Kind(models.TextChoices):
        WELCOME = "welcome", "Begrüßung"
        GREETING = "greeting", "Grußwort"
        PANEL = "panel", "Podium"
        PITCH = "pitch", "Pitch"
        TALK = "talk", "Vortrag"
        WORKSHOP = "workshop", "Workshop"
        CAFE = "cafe", "Knowledge-Café"
        MARKET = "market", "Markt der Möglichkeiten"
        PLENARY = "plenary", "Plenum"
        BREAK = "break", "Pause"
        OTHER = "other", "Sonstiges"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField("Art", max_length=10, choices=Kind)
    position = models.PositiveIntegerField(editable=False)
    title = models.CharField("Titel", max_length=200, blank=True)
    text = models.TextField("Text", blank=True)
    part = models.CharField("Teil der Veranstaltung", max_length=80, blank=True)
    starts_at = models.DateTimeField("Beginn", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("Dauer in Minuten", null=True, blank=True)
    ends_at = models.DateTimeField("Ende", null=True, blank=True)
    room = models.CharField("Raum", max_length=80, blank=True)
    # People may choose it in their answer; it then has a PlacePool.
    is_choosable = models.BooleanField("Zur Wahl bei der Antwort", default=False)

    objects = ProgrammeItemQuerySet.as_manager()

    class Meta:
        ordering = ("event", "position")
        constraints = [
            models.UniqueConstraint(
                fields=("event", "position"), name="item_position_unique", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        """Return its place in the organisers' programme."""
        return f"{reverse('events:item-list', args=[self.event.slug])}#p{self.pk}"

    @property
    def headline(self) -> str:
        """Its title, or its kind where none is known."""
        return self.title or self.get_kind_display()

    @property
    def length(self) -> dt.timedelta | None:
        """How long it lasts, by its end or as stated; None if neither is known."""
        if self.starts_at and self.ends_at:
            return self.ends_at.astimezone(dt.UTC) - self.starts_at.astimezone(dt.UTC)
        return dt.timedelta(minutes=self.minutes) if self.minutes else None

    @property
    def choice_group(self) -> tuple[str, str]:
        """Items of one group run at the same time: a person chooses at most one of them."""
        return self.part, self.starts_at.isoformat() if self.starts_at else ""


class ItemPerson(models.Model):
    """Somebody who takes part in an item, as the organisers name them; no account, no address."""

    item = models.ForeignKey(ProgrammeItem, on_delete=models.CASCADE, related_name="people")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("Name", max_length=150)
    role = models.CharField("Funktion", max_length=120, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    organisation_as_typed = models.CharField("Organisation", max_length=200, blank=True)

    class Meta:
        ordering = ("item", "position", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def organisation_name(self) -> str:
        """The organisation as referenced or typed; `organisation` must be joined."""
        return self.organisation.name if self.organisation else self.organisation_as_typed


class ItemSlot(models.Model):
    """An alliance's pitch or stand within an item."""

    item = models.ForeignKey(ProgrammeItem, on_delete=models.CASCADE, related_name="slots")
    verbund = models.ForeignKey(Verbund, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("item", "number")
        constraints = [
            models.UniqueConstraint(fields=("item", "verbund"), name="slot_verbund_once"),
            models.UniqueConstraint(
                fields=("item", "number"), name="slot_number_unique", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class ItemTable(models.Model):
    """A moderated table of a Knowledge-Café; an empty topic means it is not known."""

    item = models.ForeignKey(ProgrammeItem, on_delete=models.CASCADE, related_name="tables")
    number = models.PositiveSmallIntegerField("Nummer")
    topic = models.CharField("Thema", max_length=160, blank=True)
    host = models.CharField("Moderation", max_length=150, blank=True)
    capacity = models.PositiveSmallIntegerField("Plätze", null=True, blank=True)

    class Meta:
        ordering = ("item", "number")
        constraints = [models.UniqueConstraint(fields=("item", "number"), name="table_number_unique")]

    def __str__(self) -> str:
        return f"Tisch {self.number}" + (f": {self.topic}" if self.topic else "")
