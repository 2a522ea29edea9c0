from django.conf import settings
from django.db import models
from django.urls import reverse

from verbuende.models.alliances import Verbund
from verbuende.querysets import VerbundMemberQuerySet


class VerbundMember(models.Model):
    """A person who works for an alliance in a role, from one day until another. The row stays when it has ended."""

    class Role(models.TextChoices):
        LEAD = "LEAD", "Leitung"
        STAFF = "STAFF", "Mitarbeit"
        READER = "READER", "nur lesen"

    verbund = models.ForeignKey(Verbund, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("Rolle", max_length=6, choices=Role)
    since_on = models.DateField("seit")
    ended_on = models.DateField("bis", null=True, blank=True)

    objects = VerbundMemberQuerySet.as_manager()

    class Meta:
        ordering = ("verbund", "role", "pk")
        verbose_name = "Mitglied"
        verbose_name_plural = "Mitglieder"
        constraints = [
            models.UniqueConstraint(
                fields=("verbund", "user"),
                condition=models.Q(ended_on__isnull=True),
                name="verbuende_member_active_unique",
                violation_error_message="Diese Person gehört schon zum Verbund.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("since_on")),
                name="verbuende_member_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    def get_absolute_url(self) -> str:
        """Return the team page."""
        return reverse("verbuende:verbund-team", args=[self.verbund.slug])
