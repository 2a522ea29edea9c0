"""The registration: the one row per person and event."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from core.links import make_token, new_nonce
from core.models import Versioned
from events.models.events import Event
from events.models.programme import ItemTable
from events.models.tags import GuestTag
from events.querysets import RegistrationQuerySet
from verbuende.models import Contact, Organisation, Verbund
from verbuende.models.folding import search_column

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LINK_PURPOSE = "registration"
PROOF_PURPOSE = "address-proof"
REF_PREFIX = "events.registration:"


def ref_of(pk: str | models.F | models.OuterRef = "pk") -> Concat:
    """Return Registration.ref as an expression, for statements about many people; pk: where the person's id stands."""
    return Concat(models.Value(REF_PREFIX), Cast(pk, models.TextField()), output_field=models.TextField())


def new_public_id() -> str:
    """Return a reference people can read out: eight characters without look-alikes."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def read_out(public_id: str) -> str:
    """Return a public id as people read it out: ABCD-EFGH."""
    return f"{public_id[:4]}-{public_id[4:]}"


class Registration(Versioned):
    """A person at an event, whether invited, registered by themselves, sent as a deputy or walked in."""

    class Source(models.TextChoices):
        INVITATION = "invitation", "Einladung"
        PUBLIC = "public", "Öffentliche Anmeldung"
        DEPUTY = "deputy", "Vertretung"

    class Role(models.TextChoices):
        PARTICIPANT = "participant", "Publikum"
        HOST = "host", "Gastgeber"
        GREETING = "greeting", "Grußwort"
        PANEL = "panel", "Podium"
        PITCH = "pitch", "Pitch"
        STAND = "stand", "Stand"
        MODERATION = "moderation", "Moderation"
        GUEST = "guest", "Gast"
        PRESS = "press", "Presse"

    class Answer(models.TextChoices):
        OPEN = "open", "Noch offen"
        YES = "yes", "Zugesagt"
        NO = "no", "Abgesagt"
        DEPUTY = "deputy", "Vertretung geschickt"

    class Attendance(models.TextChoices):
        ON_SITE = "on_site", "vor Ort"
        ONLINE = "online", "online"

    class Food(models.TextChoices):
        VEGETARIAN = "vegetarian", "Vegetarisch"
        VEGAN = "vegan", "Vegan"
        NONE = "none", "Kein Essen"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    # The public form's own number, so that a double click is one registration.
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    source = models.CharField("Herkunft", max_length=12, choices=Source, default=Source.INVITATION)
    role = models.CharField("Rolle", max_length=12, choices=Role, default=Role.PARTICIPANT)

    name = models.CharField("Name", max_length=150)
    name_key = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=200, editable=False)
    salutation = models.CharField("Anrede", max_length=20, blank=True)
    email = models.EmailField("E-Mail-Adresse", max_length=254)
    email_key = models.CharField(max_length=254, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    organisation_as_typed = models.CharField("Organisation", max_length=200, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    verbund = models.ForeignKey(Verbund, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    answer = models.CharField("Antwort", max_length=8, choices=Answer, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    attendance = models.CharField("Teilnahme", max_length=8, choices=Attendance, blank=True)
    food = ArrayField(models.CharField(max_length=12, choices=Food), verbose_name="Essen", default=list, blank=True)
    access_needs = models.TextField("Zugang und Unterstützung", blank=True)
    remark = models.TextField("Bemerkung", blank=True)
    table_wishes = models.ManyToManyField(ItemTable, related_name="+", blank=True)

    # For the organising side only: never in a mail, never on a page of the person. The database knows the default, so
    # that a web process of the version before can still write while this one is rolled out.
    note = models.TextField("Interne Notiz", max_length=2000, blank=True, default="", db_default="")
    tags = models.ManyToManyField(GuestTag, verbose_name="Schlagworte", related_name="people", blank=True)

    # Public registrations hold their place 24 hours until the address is proven; invited addresses are known.
    unproven_until = models.DateTimeField(null=True, blank=True)
    # After a change of the event: when the person was asked whether they still come, and when they said so. A new
    # answer is as good as saying so.
    asked_again_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_again_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Raised with each change of what the person has; SEQUENCE of the calendar entry and part of the mail's key.
    revision = models.PositiveIntegerField(default=0, editable=False)
    # The revision whose mail brought the calendar entry; 0 if there was none, or if a sent mail has taken it back.
    calendar_revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(editable=False)

    search = search_column("name", "email", "organisation_as_typed")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "email_key", "name_key"), name="registration_person_once"),
        ]
        indexes = [
            models.Index(fields=("event", "sort_key", "id"), name="registration_list"),
            models.Index(fields=("event", "answer"), name="registration_answers"),
            models.Index(fields=("email_key",), name="registration_email"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="registration_search"),
            models.Index(
                fields=("unproven_until",),
                name="registration_unproven",
                condition=models.Q(unproven_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the organisers' page of this person."""
        return reverse("events:registration-detail", args=[self.event.slug, self.pk])

    @property
    def ref(self) -> str:
        """Name of this row in mails, consents and the journal."""
        return f"{REF_PREFIX}{self.pk}"

    @property
    def reference(self) -> str:
        """The number people read out: ABCD-EFGH."""
        return read_out(self.public_id)

    @property
    def token(self) -> str:
        """The person's own link, the same in every mail."""
        return make_token(LINK_PURPOSE, self.public_id, self.nonce)

    @property
    def proof_token(self) -> str:
        """The link that proves the address."""
        return make_token(PROOF_PURPOSE, self.public_id, self.nonce)

    @property
    def calendar_uid(self) -> str:
        """UID of the calendar entry; never changes."""
        return f"registration-{self.public_id.lower()}@{settings.MAIL_DOMAIN}"

    @property
    def organisation_name(self) -> str:
        """The organisation as referenced or typed; `organisation` must be joined."""
        return self.organisation.name if self.organisation else self.organisation_as_typed

    @property
    def is_proven(self) -> bool:
        """Whether the address is known to be the person's."""
        return self.unproven_until is None

    @property
    def is_asked_again(self) -> bool:
        """Whether the person said yes, was asked after a change whether that still holds, and has not said so."""
        if self.asked_again_at is None or self.answer != self.Answer.YES:
            return False
        said = [moment for moment in (self.answered_at, self.confirmed_again_at) if moment]
        return all(moment < self.asked_again_at for moment in said)

    @property
    def has_confirmed_again(self) -> bool:
        """Whether the person has said, when asked after a change, that they still come."""
        return bool(self.asked_again_at and self.confirmed_again_at and self.confirmed_again_at >= self.asked_again_at)

    @property
    def salutation_line(self) -> str:
        """The first line of a mail: "Guten Tag, Frau Dr. Ayşe Beispiel", neutral where no salutation is known."""
        salutation = {"frau": "Frau", "herr": "Herr"}.get(self.salutation)
        if salutation is None:
            return f"Guten Tag, {self.name}"
        *given, family = self.name.split()
        titles = [word for word in given if word.endswith(".") and len(word) > len("A.")]
        return f"Guten Tag, {' '.join((salutation, *titles, family))}"
