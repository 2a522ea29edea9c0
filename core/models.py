"""The few tables that know no domain."""

from django.conf import settings
from django.db import models


class Versioned(models.Model):
    """A row edited in forms: saving it raises `version`, a stale form is refused (core.forms.VersionedModelForm)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class ChangeEntry(models.Model):
    """The journal: who did what to which row, and why. Written by core.journal.journal() only."""

    at = models.DateTimeField("wann")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    scope = models.CharField(max_length=40)
    ref = models.CharField(max_length=80)
    action = models.CharField(max_length=300)
    changes = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=40)
    is_shredded = models.BooleanField(default=False)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=("scope", "-at"), name="core_change_scope"),
            models.Index(fields=("ref", "-at"), name="core_change_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.ref}"


class RateBucket(models.Model):
    """One counter per key and time window. In PostgreSQL, so that limits hold when Redis is gone."""

    key = models.CharField(max_length=120, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=("updated_at",), name="core_bucket_updated")]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """The last time a background job ran; /readyz and operators read it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
