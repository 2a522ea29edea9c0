"""Consents and the exact words they were asked with (RELIABILITY E2). Rows are written once and never changed."""

from django.db import models


class ConsentText(models.Model):
    """One version of one question. A new wording is a new row; the old one stays as the proof of what was shown."""

    key = models.SlugField("Einwilligung", max_length=40)
    version = models.PositiveSmallIntegerField("Fassung")
    title = models.CharField("Frage", max_length=200)
    text = models.TextField("Erklärung", blank=True)
    valid_from = models.DateTimeField("gültig ab")

    class Meta:
        verbose_name = "Einwilligungstext"
        verbose_name_plural = "Einwilligungstexte"
        ordering = ("key", "version")
        constraints = [models.UniqueConstraint(fields=("key", "version"), name="privacy_text_key_version_unique")]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class ConsentRecord(models.Model):
    """One answer of one person. A withdrawal is a new row with given=False; the latest row of a key is what holds.

    `ref` names what the answer hangs on ("events.registration:42"), `scope` who may rely on it ("event:7").
    """

    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="records")
    email_key = models.CharField(max_length=254, db_index=True)
    name = models.CharField("Name", max_length=150, blank=True)
    ref = models.CharField(max_length=80)
    scope = models.CharField(max_length=40)
    given = models.BooleanField("erteilt")
    at = models.DateTimeField("wann")
    source = models.CharField("Weg", max_length=40)
    # LAW: the form as the person saw it is named, its token is not kept.
    form_path = models.CharField("Formular", max_length=200, blank=True)
    message_id = models.CharField("Mail", max_length=200, blank=True)

    class Meta:
        verbose_name = "Einwilligung"
        verbose_name_plural = "Einwilligungen"
        ordering = ("at", "pk")
        indexes = [
            models.Index(fields=("ref", "at"), name="privacy_record_ref"),
            models.Index(fields=("scope", "at"), name="privacy_record_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.text} {'erteilt' if self.given else 'nicht erteilt'}"
