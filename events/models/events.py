"""Events: network meetings and their kin."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from core.dates import local_date
from core.models import Versioned
from events.querysets import EventQuerySet, ManagedEventQuerySet, SeriesQuerySet
from verbuende.models import Verbund


class EventSeries(Versioned):
    """Several events under one title, with a page of their own."""

    owner = models.ForeignKey(Verbund, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField("Titel", max_length=160)
    text = models.TextField("Text", blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the public page of the series."""
        return reverse("events:series-detail", args=[self.slug])


class Event(Versioned):
    """A meeting, past or to come. Past and running are computed; nothing has to be switched over."""

    class Kind(models.TextChoices):
        NETWORK_MEETING = "network_meeting", "Netzwerktreffen"
        WORKSHOP_TALK = "workshop_talk", "Werkstattgespräch"
        SYMPOSIUM = "symposium", "Fachtagung"
        BARCAMP = "barcamp", "Barcamp"
        ADVISORY_BOARD = "advisory_board", "Beirat"
        OTHER = "other", "Veranstaltung"

    class Format(models.TextChoices):
        ON_SITE = "on_site", "vor Ort"
        ONLINE = "online", "online"
        HYBRID = "hybrid", "vor Ort und online"

    class Visibility(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        UNLISTED = "unlisted", "nur mit Link"
        PUBLIC = "public", "öffentlich"

    # None: the coordination centre.
    owner = models.ForeignKey(Verbund, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    slug = models.SlugField(unique=True, max_length=120)
    kind = models.CharField("Art", max_length=20, choices=Kind, default=Kind.NETWORK_MEETING)
    title = models.CharField("Titel", max_length=200)
    summary = models.CharField("Worum geht es?", max_length=400, blank=True)
    description = models.TextField("Beschreibung", blank=True)
    series = models.ForeignKey(EventSeries, on_delete=models.SET_NULL, null=True, blank=True, related_name="events")

    format = models.CharField("Format", max_length=10, choices=Format, default=Format.ON_SITE)
    venue = models.CharField("Ort der Veranstaltung", max_length=160, blank=True)
    address = models.CharField("Anschrift", max_length=200, blank=True)
    city = models.CharField("Stadt", max_length=80, blank=True)
    states = ArrayField(models.CharField(max_length=2), verbose_name="Länder", default=list, blank=True)
    # Shown to participants only.
    online_url = models.URLField("Link zur Online-Teilnahme", blank=True)

    # The day is always known; the hour of a past meeting may not be.
    starts_on = models.DateField("Tag")
    starts_at = models.DateTimeField("Beginn", null=True, blank=True)
    ends_at = models.DateTimeField("Ende", null=True, blank=True)
    date_note = models.CharField(max_length=120, blank=True)

    has_public_registration = models.BooleanField("Anmeldung auch ohne Einladung", default=False)
    registration_opens_at = models.DateTimeField("Anmeldung ab", null=True, blank=True)
    registration_closes_at = models.DateTimeField("Anmeldung bis", null=True, blank=True)
    # From then on a change of an answer is a wish to the organisers; None: never.
    changes_until = models.DateTimeField("Änderungen bis", null=True, blank=True)
    answer_by = models.DateField("Antwort erbeten bis", null=True, blank=True)

    visibility = models.CharField("Sichtbarkeit", max_length=10, choices=Visibility, default=Visibility.DRAFT)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    contact_name = models.CharField("Ansprechperson", max_length=150, blank=True)
    contact_email = models.EmailField("E-Mail-Adresse für Rückfragen", blank=True)
    contact_phone = models.CharField("Telefon", max_length=40, blank=True)
    accessibility = models.TextField("Barrierefreiheit", blank=True)

    verbuende = models.ManyToManyField(Verbund, related_name="+", blank=True)
    recap_url = models.URLField("Rückblick", blank=True)
    source_urls = ArrayField(models.URLField(max_length=400), default=list, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    # The event it was made from as a copy: what its check list compares with.
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    created_at = models.DateTimeField(editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("starts_on", "starts_at", "pk")
        indexes = [
            models.Index(fields=("visibility", "starts_on"), name="event_visible_day"),
            models.Index(fields=("owner", "starts_on"), name="event_owner_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="event_ends_after_start",
                violation_error_message="Das Ende muss nach dem Beginn liegen.",
            ),
            models.CheckConstraint(
                condition=~models.Q(visibility="public", has_public_registration=True, starts_at__isnull=True),
                name="event_public_registration_needs_start",
                violation_error_message="Eine öffentliche Anmeldung braucht eine Uhrzeit für den Beginn.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the public page."""
        return reverse("events:event-detail", args=[self.slug])

    def get_manage_url(self) -> str:
        """Return the organisers' overview."""
        return reverse("events:manage-event-detail", args=[self.slug])

    @property
    def scope(self) -> str:
        """Name of this event's journal and mails."""
        return f"event:{self.pk}"

    @property
    def host_name(self) -> str:
        """Who invites; `owner` must be joined."""
        return self.owner.short_name if self.owner else settings.PORTAL_CENTRE_NAME

    @property
    def is_on_site(self) -> bool:
        """Whether one can come in person."""
        return self.format in (self.Format.ON_SITE, self.Format.HYBRID)

    @property
    def is_online(self) -> bool:
        """Whether one can take part remotely."""
        return self.format in (self.Format.ONLINE, self.Format.HYBRID)

    @property
    def is_cancelled(self) -> bool:
        """Whether the organisers called it off."""
        return self.cancelled_at is not None

    @property
    def place_line(self) -> str:
        """Where, in one line: "Digital Campus Zollverein, Essen, oder online"."""
        place = ", ".join(part for part in (self.venue, self.city) if part)
        if self.format == self.Format.ONLINE:
            return "online"
        if self.format == self.Format.HYBRID:
            return f"{place}, oder online" if place else "vor Ort oder online"
        return place

    def has_started(self, now: dt.datetime) -> bool:
        """Whether it has begun; without a known hour, whether its day has."""
        return self.starts_at <= now if self.starts_at else self.starts_on <= local_date(now)

    def is_closed(self, now: dt.datetime) -> bool:
        """Whether nobody can say yes any more, because the time to register is over."""
        return self.registration_closes_at is not None and self.registration_closes_at <= now

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it has ended; without a known end, whether its day is over."""
        return self.ends_at <= now if self.ends_at else self.starts_on < local_date(now)


class ManagedEvent(Event):
    """The same row as seen from inside: only the owner's people and, for its own events, the centre see it."""

    objects = ManagedEventQuerySet.as_manager()

    class Meta:
        proxy = True

    def get_absolute_url(self) -> str:
        """Return the organisers' overview."""
        return self.get_manage_url()
