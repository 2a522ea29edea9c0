"""The plan of an event's mails, and the people left out of one of them."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from core.models import Versioned
from events.models.events import Event
from events.models.registrations import Registration
from events.querysets import MailPlanQuerySet


class MailPlan(Versioned):
    """A mail that will go to an audience at a time counted from a day of the event.

    The usual ones exist from the moment the event does. Recipients are computed when it is due, so whoever cancels
    before does not get it; moving the event moves the plan (events.services.mail_times).
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", "Erinnerung an das Treffen"
        ANSWER_REMINDER = "answer_reminder", "Erinnerung an die Antwort"
        THANKS = "thanks", "Dank und Rückblick"
        NOTICE = "notice", "Eigene Nachricht"

    class State(models.TextChoices):
        PLANNED = "planned", "Geplant"
        HELD = "held", "Angehalten"
        SKIPPED = "skipped", "Ausgelassen"
        DONE = "done", "Gesendet"

    class Anchor(models.TextChoices):
        START = "start", "Beginn des Treffens"
        END = "end", "Ende des Treffens"
        ANSWER_BY = "answer_by", "Frist für Antworten"
        FIXED = "fixed", "fester Tag"

    class Audience(models.TextChoices):
        PLACE = "place", "Zugesagt mit Platz"
        ON_SITE = "on_site", "Zugesagt vor Ort"
        ONLINE = "online", "Zugesagt online"
        WAITING = "waiting", "Warteliste"
        OPEN = "open", "Noch keine Antwort"
        NO = "no", "Abgesagt"
        INVITED = "invited", "Alle Eingeladenen"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="mail_plans")
    kind = models.CharField(max_length=16, choices=Kind)
    audience = models.CharField("An wen?", max_length=8, choices=Audience, default=Audience.PLACE)
    anchor = models.CharField("Gezählt ab", max_length=10, choices=Anchor, default=Anchor.START)
    # Days from the anchor's day, negative before it, and the local wall time on that day.
    offset_days = models.SmallIntegerField(default=0)
    fixed_on = models.DateField("Tag", null=True, blank=True)
    at_time = models.TimeField("Uhrzeit")
    # The organisers' own words, with placeholders (events.placeholders); for notices only.
    subject = models.CharField("Betreff", max_length=150, blank=True)
    text = models.TextField("Text", blank=True)

    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_count = models.PositiveIntegerField(null=True, blank=True)
    # The anchor as it stood when the plan was sent or came too late (mail_times.anchor_mark): when the event moves, it
    # is due again. Empty while planned, and when organisers decided.
    done_for = models.CharField(max_length=20, blank=True)

    objects = MailPlanQuerySet.as_manager()

    class Meta:
        ordering = ("event", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("event", "kind", "anchor", "offset_days"),
                name="plan_once_per_day",
                condition=~models.Q(kind="notice"),
            ),
            models.CheckConstraint(
                condition=models.Q(anchor="fixed", fixed_on__isnull=False)
                | (~models.Q(anchor="fixed") & models.Q(fixed_on__isnull=True)),
                name="plan_fixed_has_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="notice") | (~models.Q(subject="") & ~models.Q(text="")),
                name="plan_notice_has_words",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.get_kind_display()

    def get_absolute_url(self) -> str:
        """Return the organisers' mail schedule, where the plan stands."""
        return f"{reverse('events:mail-list', args=[self.event.slug])}#plan-{self.pk}"

    @property
    def run(self) -> str:
        """Name of the sending in the outbox."""
        return f"plan:{self.pk}"

    @property
    def is_notice(self) -> bool:
        """Whether the organisers wrote it themselves."""
        return self.kind == self.Kind.NOTICE


class MailPlanSkip(models.Model):
    """One person left out of one planned mail, by an organiser."""

    plan = models.ForeignKey(MailPlan, on_delete=models.CASCADE, related_name="skips")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("plan", "registration"), name="plan_skip_once")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.registration}"
