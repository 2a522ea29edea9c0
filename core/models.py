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
    # The worker's own clock beside the database's. A worker of an older release does not tell.
    seconds_off = models.IntegerField(db_default=0)

    def __str__(self) -> str:
        return self.name


class StoredFile(models.Model):
    """A file somebody uploaded. Its bytes lie in private storage under a random name and have no address."""

    class Kind(models.TextChoices):
        CSV = "csv", "Text"
        XLSX = "xlsx", "Excel-Arbeitsmappe"

    scope = models.CharField(max_length=40)
    name = models.CharField("Dateiname", max_length=120)
    # Empty once the contents are deleted; the row still says what was uploaded.
    path = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=("path",), name="core_file_path", condition=~models.Q(path="")),
            models.Index(fields=("scope", "sha256"), name="core_file_content"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One import, from upload to undo; the app that wants the rows knows what they mean (core.imports)."""

    class State(models.TextChoices):
        DRAFT = "draft", "Noch nicht übernommen"
        APPLIED = "applied", "Übernommen"
        UNDONE = "undone", "Zurückgenommen"

    kind = models.CharField(max_length=40)
    # Whose columns are remembered for the next file: "verbund:3" or "centre".
    scope = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="runs")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField("Stand", max_length=8, choices=State, default=State.DRAFT)
    # How the file is read where recognition was corrected: encoding, sheet, heading.
    options = models.JSONField(default=dict)
    # Headings of the file and what its columns hold, remembered together.
    signature = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    # Row → what was decided about it, where the portal does not decide.
    choices = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    # What was not taken over: row, column and reason, in words.
    errors = models.JSONField(default=list)
    # Keys of the rows made, so that undoing removes exactly these; afterwards what stayed and why.
    undo = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=("kind", "scope", "signature"), name="core_run_columns")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.kind}"
