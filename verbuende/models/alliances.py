from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse

from core.models import Versioned
from verbuende.models.folding import search_column
from verbuende.models.organisations import Organisation
from verbuende.querysets import FactSourceQuerySet, VerbundQuerySet
from verbuende.regions import LAENDER, LAND_CHOICES, land_names


class Verbund(Versioned):
    """A continuing-education alliance with its current facts. An empty value means "unbekannt" and is shown so.

    Programme, round, period and status are data: the federal programme is over, alliances go on under other money.
    """

    class Kind(models.TextChoices):
        ALLIANCE = "alliance", "Weiterbildungsverbund"
        COORDINATION_CENTRE = "coordination_centre", "Koordinierungszentrum"
        NEIGHBOUR = "neighbour", "Netzwerk außerhalb des Programms"

    class Status(models.TextChoices):
        IN_PREPARATION = "in_preparation", "in Vorbereitung"
        ACTIVE = "active", "aktiv"
        ENDED = "ended", "beendet"
        CONSOLIDATED = "consolidated", "verstetigt"
        HANDED_OVER = "handed_over", "übergeben"
        UNKNOWN = "unknown", "unbekannt"

    class FundingRound(models.TextChoices):
        FRL_1 = "FRL 1", "erste Förderrunde"
        FRL_2 = "FRL 2", "zweite Förderrunde"
        NONE = "", "unbekannt"

    # The roles of VerbundMember that may change what belongs to the alliance.
    EDITING_ROLES = ("LEAD", "STAFF")

    slug = models.SlugField("Adresse", max_length=80, unique=True)
    name = models.CharField("Name", max_length=200)
    short_name = models.CharField("Kurzname", max_length=80)
    kind = models.CharField("Art", max_length=20, choices=Kind, default=Kind.ALLIANCE)
    summary = models.CharField("In einem Satz", max_length=400, blank=True)
    lead = models.ForeignKey(
        Organisation,
        verbose_name="Träger",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_verbuende",
    )
    lead_note = models.CharField("Anmerkung zum Träger", max_length=200, blank=True)
    region_text = models.CharField("Region", max_length=200, blank=True)
    seat = models.CharField("Sitz", max_length=120, blank=True)
    states = ArrayField(
        models.CharField(max_length=2, choices=LAND_CHOICES), verbose_name="Länder", default=list, blank=True
    )
    is_nationwide = models.BooleanField("arbeitet bundesweit", default=False)
    sector_text = models.CharField("Branche", max_length=200, blank=True)
    programme = models.CharField("Programm", max_length=200, blank=True)
    funding_round = models.CharField("Förderrunde", max_length=10, choices=FundingRound, default="", blank=True)
    period_text = models.CharField("Laufzeit", max_length=200, blank=True)
    status = models.CharField("Heutiger Stand", max_length=20, choices=Status, default=Status.UNKNOWN)
    structure_text = models.CharField("Aufbau", max_length=200, blank=True)
    website = models.URLField("Website", max_length=300, blank=True)
    partners_text = models.TextField("Partner", blank=True)
    note = models.TextField("Anmerkung", blank=True)
    is_demo = models.BooleanField("erfunden, nur zur Vorführung", default=False)
    sort_key = models.CharField(max_length=200, editable=False)
    search = search_column(
        "name", "short_name", "summary", "region_text", "seat", "sector_text", "structure_text", "partners_text"
    )

    objects = VerbundQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "pk")
        verbose_name = "Verbund"
        verbose_name_plural = "Verbünde"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(states__contained_by=list(LAENDER)), name="verbuende_verbund_states_known"
            )
        ]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="verbuende_verbund_search"),
            GinIndex(fields=["states"], name="verbuende_verbund_states"),
            models.Index(fields=("kind", "sort_key"), name="verbuende_verbund_kind"),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        """Return the public profile."""
        return reverse("verbuende:verbund-detail", args=[self.slug])

    @property
    def state_names(self) -> str:
        """Berlin, Brandenburg – empty when unknown."""
        return ", ".join(land_names(self.states))


class FactSource(models.Model):
    """Where one fact of an alliance comes from. A field may have several sources, each once."""

    class Confidence(models.TextChoices):
        SOURCED = "sourced", "belegt"
        INFERRED = "inferred", "erschlossen"
        UNCONFIRMED = "unconfirmed", "nicht bestätigt"
        NAMED_ONLY = "named_only", "nur genannt"
        NEIGHBOUR = "neighbour", "nicht Teil des Programms"

    verbund = models.ForeignKey(Verbund, on_delete=models.CASCADE, related_name="sources")
    field = models.CharField("Angabe", max_length=40)
    url = models.URLField("Adresse der Quelle", max_length=600, blank=True)
    title = models.CharField("Quelle", max_length=200)
    as_of = models.DateField("geprüft am")
    confidence = models.CharField("Verlässlichkeit", max_length=12, choices=Confidence, default=Confidence.SOURCED)
    note = models.CharField("Anmerkung", max_length=400, blank=True)

    objects = FactSourceQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = "Quelle"
        verbose_name_plural = "Quellen"
        constraints = [
            models.UniqueConstraint(fields=("verbund", "field", "url"), name="verbuende_factsource_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.title}"
