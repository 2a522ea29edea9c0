from django.contrib.postgres.indexes import GinIndex
from django.db import models

from verbuende.models.folding import search_column
from verbuende.querysets import OrganisationQuerySet


class Organisation(models.Model):
    """A body the network talks about: lead, partner, a guest's employer. Shared public reference data."""

    class Kind(models.TextChoices):
        CHAMBER = "chamber", "Kammer"
        UNION = "union", "Gewerkschaft"
        EMPLOYERS = "employers", "Arbeitgeberverband"
        EMPLOYMENT_AGENCY = "employment_agency", "Bundesagentur für Arbeit"
        BUSINESS_DEVELOPMENT = "business_development", "Wirtschaftsförderung"
        UNIVERSITY = "university", "Hochschule"
        CLUSTER = "cluster", "Cluster oder Unternehmensnetzwerk"
        PROVIDER = "provider", "Bildungsträger"
        MINISTRY = "ministry", "Ministerium oder Verwaltung"
        COMPANY = "company", "Unternehmen"
        RESEARCH = "research", "Forschung oder Beratung"
        OTHER = "other", "Sonstige"

    name = models.CharField("Name", max_length=200)
    short_name = models.CharField("Kurzname", max_length=80, blank=True)
    kind = models.CharField("Art", max_length=24, choices=Kind, default=Kind.OTHER)
    seat = models.CharField("Sitz", max_length=120, blank=True)
    website = models.URLField("Website", max_length=300, blank=True)
    sort_key = models.CharField(max_length=200, editable=False)
    is_demo = models.BooleanField("erfunden, nur zur Vorführung", default=False)
    search = search_column("name", "short_name", "seat")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "pk")
        verbose_name = "Organisation"
        verbose_name_plural = "Organisationen"
        constraints = [
            models.UniqueConstraint(
                fields=("sort_key",),
                name="verbuende_organisation_name_unique",
                violation_error_message="Eine Organisation mit diesem Namen gibt es schon.",
            )
        ]
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="verbuende_organisation_search")]

    def __str__(self) -> str:
        return self.name
