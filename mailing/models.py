"""The outbox, the suppression list and the circuit breaker (DESIGN §4)."""

import datetime as dt
import uuid
from typing import Any

from django.db import models

from mailing.querysets import OutboxMessageQuerySet


class OutboxMessage(models.Model):
    """One mail to one person, written in the transaction of the business change that causes it.

    Rows are made by mailing.services.outbox only. The body is rendered at the first attempt and stored, so that a
    repeat after an unclear end sends the same bytes; capability links stand in it as placeholders
    (mailing.placeholders).
    """

    class State(models.TextChoices):
        QUEUED = "queued", "wartet"
        LEASED = "leased", "wird gesendet"
        HELD = "held", "angehalten"
        SENT = "sent", "zugestellt"
        FAILED = "failed", "unzustellbar"
        ABORTED = "aborted", "nicht gesendet"

    class Cause(models.TextChoices):
        """Why a mail failed: what people can do about it depends on this."""

        UNKNOWN_MAILBOX = "unknown-mailbox", "Postfach unbekannt"
        MAILBOX_FULL = "mailbox-full", "Postfach voll"
        POLICY = "policy", "als unerwünscht abgewiesen"
        REFUSED = "refused", "abgewiesen"
        EXPIRED = "expired", "bis zum Ablauf der Frist nicht zustellbar"
        RETURNED = "returned", "kam zurück"
        BAD_ADDRESS = "bad-address", "ungültige Adresse"
        BROKEN = "broken", "konnte nicht erzeugt werden"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=80)
    recipient = models.CharField("Adresse", max_length=320)
    recipient_name = models.CharField("Name", max_length=300, blank=True)
    email_key = models.CharField(max_length=320)
    ref = models.CharField(max_length=120)
    scope = models.CharField(max_length=60)
    topic = models.CharField(max_length=120, blank=True)
    # Which sending to many it belongs to, "round:3" or "plan:12": counted, paused and resumed together.
    run = models.CharField(max_length=60, blank=True, default="", db_default="")
    data = models.JSONField(default=dict)
    dedup_key = models.CharField(max_length=250, unique=True)
    message_id = models.CharField(max_length=320, unique=True)

    state = models.CharField("Stand", max_length=10, choices=State, default=State.QUEUED)
    state_reason = models.CharField("Grund", max_length=400, blank=True)
    cause = models.CharField(max_length=20, choices=Cause, blank=True, default="", db_default="")
    priority = models.PositiveSmallIntegerField()
    rests_at_night = models.BooleanField(default=False)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField("eingereiht")

    attempts = models.PositiveSmallIntegerField("Versuche", default=0)
    lease_owner = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    # When it reached its last state.
    closed_at = models.DateTimeField(null=True)

    subject = models.CharField("Betreff", max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    rendered_at = models.DateTimeField(null=True)
    body_deleted_at = models.DateTimeField(null=True)

    last_code = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=400, blank=True)
    accepted_at = models.DateTimeField("zugestellt", null=True)
    smtp_reply = models.CharField(max_length=400, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    claimed_at: dt.datetime
    """When it was claimed; no column."""
    sheets: list[Any]
    """What it shares with the mails it was claimed with (mailing.rendering); no column."""

    class Meta:
        verbose_name = "Mail"
        verbose_name_plural = "Mails"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="leased") | models.Q(lease_until__isnull=False), name="mailing_leased_until"
            ),
        ]
        indexes = [
            models.Index(
                fields=("priority", "not_before", "id"),
                name="mailing_outbox_due",
                condition=models.Q(state__in=("queued", "leased")),
            ),
            models.Index(fields=("scope", "-created_at"), name="mailing_outbox_scope"),
            models.Index(fields=("-created_at", "-id"), name="mailing_outbox_recent"),
            models.Index(
                fields=("-created_at", "-id"),
                name="mailing_outbox_open",
                condition=~models.Q(state__in=("sent", "aborted")),
            ),
            models.Index(fields=("ref",), name="mailing_outbox_ref"),
            models.Index(fields=("topic",), name="mailing_outbox_topic", condition=~models.Q(topic="")),
            models.Index(fields=("run", "state"), name="mailing_outbox_run", condition=~models.Q(run="")),
            models.Index(fields=("email_key",), name="mailing_outbox_email"),
            models.Index(
                fields=("created_at",), name="mailing_outbox_bodies", condition=models.Q(body_deleted_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.ref}"

    @property
    def ref_id(self) -> str:
        """What stands behind the colon of `ref`: the number of the row the mail is about."""
        return self.ref.rpartition(":")[2]


class PausedRun(models.Model):
    """A sending to many that was stopped, by organisers or by itself; its waiting mails are in state `held`."""

    name = models.CharField(max_length=60, primary_key=True)
    reason = models.CharField(max_length=300)
    is_automatic = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Suppression(models.Model):
    """An address that gets no bulk mail of one topic, or none at all; kept as a keyed hash, also after erasure.

    LAW: an import cannot bring the address back, and the row names nobody (RELIABILITY B4).
    """

    class Reason(models.TextChoices):
        UNKNOWN_MAILBOX = "unknown-mailbox", "Postfach unbekannt"
        RETURNED = "returned", "Mail kam zurück"
        UNSUBSCRIBED = "unsubscribed", "Abgemeldet"
        OBJECTED = "objected", "Widerspruch"

    address_hash = models.BinaryField(max_length=32)
    topic = models.CharField(max_length=80)
    reason = models.CharField(max_length=20, choices=Reason)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "gesperrte Adresse"
        verbose_name_plural = "gesperrte Adressen"
        constraints = [models.UniqueConstraint(fields=("address_hash", "topic"), name="mailing_suppressed_once")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.get_reason_display()}"


class Breaker(models.Model):
    """Whether the mail server can be talked to at all; one row, shared by all workers (mailing.breaker)."""

    name = models.CharField(max_length=20, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=400, blank=True)
    opened_at = models.DateTimeField(null=True)
    next_probe_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
