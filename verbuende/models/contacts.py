from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse

from accounts.models import User
from core.models import Versioned
from verbuende.models.alliances import Verbund
from verbuende.models.folding import search_column
from verbuende.models.organisations import Organisation
from verbuende.querysets import ContactQuerySet
from verbuende.regions import LAND_CHOICES


class Contact(Versioned):
    """A person of an organisation in the address book of one owner: an alliance, or the centre (owner is null)."""

    class Role(models.TextChoices):
        OFFICE = "office", "Koordinierungsstelle"
        PARTNER = "partner", "Partner"
        MINISTRY = "ministry", "Ministerium"
        CHAMBER = "chamber", "Kammer"
        UNION = "union", "Gewerkschaft"
        EMPLOYERS = "employers", "Arbeitgeberverband"
        EMPLOYMENT_AGENCY = "employment_agency", "Bundesagentur für Arbeit"
        PRESS = "press", "Presse"
        UNIVERSITY = "university", "Hochschule"
        COMPANY = "company", "Unternehmen"
        OTHER = "other", "Sonstige"

    owner = models.ForeignKey(
        Verbund, verbose_name="Adressbuch", on_delete=models.CASCADE, null=True, blank=True, related_name="contacts"
    )
    verbund = models.ForeignKey(
        Verbund,
        verbose_name="spricht für den Verbund",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="spokespeople",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="Organisation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
    )
    organisation_as_typed = models.CharField("Organisation", max_length=200, blank=True)
    name = models.CharField("Vor- und Nachname", max_length=150)
    salutation = models.CharField(
        "Anrede", max_length=4, choices=User.Salutation, default=User.Salutation.NEUTRAL, blank=True
    )
    function = models.CharField("Funktion", max_length=150, blank=True)
    email = models.EmailField("E-Mail-Adresse", blank=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    state = models.CharField("Land", max_length=2, choices=LAND_CHOICES, blank=True)
    sectors = models.CharField("Branchen", max_length=200, blank=True)
    role = models.CharField("Rolle im Netzwerk", max_length=20, choices=Role, default=Role.OTHER)
    is_published = models.BooleanField("auf der öffentlichen Seite zeigen", default=False)
    source = models.CharField("Woher die Angaben stammen", max_length=200, blank=True)
    is_active = models.BooleanField("wird angeschrieben", default=True)
    sort_key = models.CharField(max_length=150, editable=False)
    search = search_column("name", "organisation_as_typed", "function", "email", "sectors")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "pk")
        verbose_name = "Kontakt"
        verbose_name_plural = "Kontakte"
        constraints = [
            models.UniqueConstraint(
                fields=("owner", "email_key"),
                condition=~models.Q(email_key=""),
                nulls_distinct=False,
                name="verbuende_contact_email_unique",
                violation_error_message="Diese E-Mail-Adresse steht schon in diesem Adressbuch.",
            ),
            models.CheckConstraint(
                condition=models.Q(email="", email_key="") | (~models.Q(email="") & ~models.Q(email_key="")),
                name="verbuende_contact_email_has_key",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="verbuende_contact_search"),
            models.Index(fields=("email_key",), name="verbuende_contact_email_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page to edit the contact."""
        return reverse("verbuende:contact-update", args=[self.pk])

    @property
    def organisation_name(self) -> str:
        """Return the shared organisation's name, else what was typed."""
        return self.organisation.name if self.organisation else self.organisation_as_typed
