"""The mail schedule of one event: what went to whom and what became of it, what will go, when and why.

Reads the outbox in a handful of grouped queries, however many people there are.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, Exists, Max, Min, OuterRef, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from core.numbers import format_number
from events.emails import (
    AddressProofMail,
    ChangeMail,
    DeputyEndedMail,
    DeputyOutcomeMail,
    DeputyRequestMail,
    InvitationMail,
    LinkAgainMail,
    RegistrationMail,
    ReminderMail,
)
from events.models import Event, InvitationRound, MailPlan, Registration
from events.services.mail_plans import audience, due_at
from mailing.models import OutboxMessage

State = OutboxMessage.State
# A confirmation's situation (events.emails) → what organisers call the mail.
SITUATIONS = {
    "confirmed": ("Bestätigung mit Kalendereintrag", "jeweils sofort nach der Zusage"),
    "waiting": ("Platz auf der Warteliste", "jeweils sofort nach der Zusage"),
    "cancelled": ("Bestätigung der Absage", "jeweils sofort nach der Absage"),
    "deputy": ("Vertretung kommt", "an die Person, die vertreten wird"),
    "event_cancelled": ("Absage des Treffens", "an Eingeladene und Zugesagte"),
}
OTHERS = {
    AddressProofMail.name: ("Bestätigen der Adresse", "nach einer öffentlichen Anmeldung"),
    ChangeMail.name: ("Mitteilung über eine Änderung", "an alle, die den alten Stand kannten"),
    LinkAgainMail.name: ("Persönlicher Link noch einmal", "nach einer zweiten Anmeldung"),
    DeputyRequestMail.name: ("Anfrage als Vertretung", "an Personen, die jemand als Vertretung genannt hat"),
    DeputyOutcomeMail.name: ("Vertretung kommt nicht", "an die Person, die sie genannt hat"),
    DeputyEndedMail.name: ("Vertretung nicht mehr nötig", "an Personen, die als Vertretung angefragt waren"),
}
REMINDER_WHY = "Wer dann einen Platz hat und sich nicht erst am Tag davor angemeldet hat."


@dataclass
class Sending:
    """Mails that belong together, counted by what became of them."""

    title: str
    why: str
    first_at: dt.datetime
    last_at: dt.datetime
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by: str = ""

    def add(self, state: str, reason: str, count: int) -> None:
        """Count one group of the outbox."""
        self.counts[State.QUEUED if state == State.LEASED else state] += count
        if state == State.ABORTED:
            self.reasons[reason or "ohne Angabe"] += count

    @property
    def total(self) -> int:
        """How many mails this is about."""
        return sum(self.counts.values())

    @property
    def failed(self) -> int:
        """How many the mail servers refused."""
        return self.counts[State.FAILED]

    @property
    def outcome(self) -> str:
        """52 zugestellt, 2 nicht angekommen, 1 wartet"""
        words = (
            (State.SENT, "zugestellt"),
            (State.QUEUED, "unterwegs"),
            (State.FAILED, "nicht angekommen"),
            (State.ABORTED, "nicht gesendet"),
        )
        return ", ".join(f"{format_number(self.counts[state])} {word}" for state, word in words if self.counts[state])

    @property
    def withheld(self) -> str:
        """Why some were not sent, with how many each reason holds for."""
        return " · ".join(f"{format_number(count)}: {reason}" for reason, count in sorted(self.reasons.items()))

    @property
    def badge(self) -> tuple[str, str, str]:
        """Label, kind and icon."""
        if self.failed:
            return "Teilweise gescheitert", "bad", "alert"
        if self.counts[State.QUEUED]:
            return "Unterwegs", "warm", "clock"
        if self.counts[State.SENT]:
            return "Gesendet", "good", "check"
        return "Nicht gesendet", "", "x"


@dataclass(frozen=True)
class PlannedMail:
    """A future mail: when, to how many now, and what can be done about it."""

    plan: MailPlan
    due_at: dt.datetime | None
    recipients: int
    why: str

    @property
    def about(self) -> str:
        """Which of several plans of one kind this is, for screen readers."""
        days = self.plan.days_before
        return f"{self.plan}, {'am Tag davor' if days == 1 else f'{days} Tage vorher'}"

    @property
    def badge(self) -> tuple[str, str, str]:
        """Label, kind and icon."""
        return {
            MailPlan.State.PLANNED: ("Geplant", "line", "clock"),
            MailPlan.State.HELD: ("Angehalten", "warm", "pause"),
            MailPlan.State.SKIPPED: ("Ausgelassen", "", "skip"),
        }[MailPlan.State(self.plan.state)]


@dataclass(frozen=True)
class Failure:
    """A mail that did not arrive, and whose it was."""

    message: OutboxMessage
    person: Registration | None


def sendings(event: Event) -> list[Sending]:
    """Return what has been handed to the outbox so far, the earliest first; three queries."""
    rounds = {row.pk: row for row in InvitationRound.objects.filter(event=event).select_related("sent_by")}
    plans = {row.pk: row for row in MailPlan.objects.filter(event=event)}
    found: dict[tuple[str, Any], Sending] = {}
    for group in _groups(event):
        key, title, why = _name(group, rounds, plans)
        sending = found.get(key)
        if sending is None:
            sending = found[key] = Sending(title, why, group["first_at"], group["last_at"])
            sent_by = rounds[key[1]].sent_by if key[0] == InvitationMail.name and key[1] in rounds else None
            sending.by = str(sent_by) if sent_by else ""
        sending.first_at = min(sending.first_at, group["first_at"])
        sending.last_at = max(sending.last_at, group["last_at"])
        sending.add(group["state"], group["state_reason"] if group["state"] == State.ABORTED else "", group["n"])
    return sorted(found.values(), key=lambda each: each.first_at)


def planned_mails(event: Event) -> list[PlannedMail]:
    """Return the plans that have not been sent, in order of time, with their recipients as of now."""
    plans = MailPlan.objects.filter(event=event).exclude(state=MailPlan.State.DONE)
    mails = [PlannedMail(plan, due_at(plan, event), audience(plan, event).count(), REMINDER_WHY) for plan in plans]
    return sorted(mails, key=lambda mail: (mail.due_at is None, mail.due_at or event.created_at))


def failed_messages(event: Event) -> QuerySet[OutboxMessage]:
    """Return the mails that did not arrive at an address that still stands on the list, the latest first.

    Once the address is corrected or a later mail has arrived, there is nothing to clear up any more.
    """
    ref = Concat(Value("events.registration:"), Cast("pk", CharField()), output_field=CharField())
    people = Registration.objects.filter(event=event).annotate(own_ref=ref)
    current = people.filter(own_ref=OuterRef("ref"), email_key=OuterRef("email_key"))
    later = OutboxMessage.objects.filter(ref=OuterRef("ref"), state=State.SENT, accepted_at__gt=OuterRef("created_at"))
    return OutboxMessage.objects.for_scope(event.scope).failed().filter(Exists(current), ~Exists(later))


def failures(event: Event, limit: int) -> list[Failure]:
    """Return the latest failed mails with the person each was for; two queries."""
    messages = list(failed_messages(event)[:limit])
    people = Registration.objects.in_bulk([int(message.ref.rpartition(":")[2]) for message in messages])
    return [Failure(message, people.get(int(message.ref.rpartition(":")[2]))) for message in messages]


def mail_title(message: OutboxMessage) -> str:
    """Return what organisers call this mail: its subject once it is known, else its kind."""
    if message.subject:
        return message.subject
    if message.purpose == RegistrationMail.name:
        return SITUATIONS.get(message.data.get("situation", ""), ("Mail zum Stand der Anmeldung", ""))[0]
    names = {InvitationMail.name: "Einladung", ReminderMail.name: "Erinnerung an das Treffen"}
    return names.get(message.purpose, OTHERS.get(message.purpose, ("Mail", ""))[0])


def _groups(event: Event) -> QuerySet[Any, dict[str, Any]]:
    return (
        OutboxMessage.objects.for_scope(event.scope)
        .order_by()
        .values(
            "purpose",
            "state",
            "state_reason",
            round=KeyTextTransform("round", "data"),
            plan=KeyTextTransform("plan", "data"),
            situation=KeyTextTransform("situation", "data"),
        )
        .annotate(n=Count("pk"), first_at=Min("created_at"), last_at=Max("created_at"))
    )


def _name(
    group: dict[str, Any], rounds: dict[int, InvitationRound], plans: dict[int, MailPlan]
) -> tuple[tuple[str, Any], str, str]:
    """Return what a group of mails belongs to: a key, the title and why these people got them."""
    purpose = group["purpose"]
    if purpose == InvitationMail.name:
        number = int(group["round"] or 0)
        title = f"Einladung, {rounds[number]}" if number in rounds else "Einladung"
        return (purpose, number), title, "Personen der gewählten Gruppen"
    if purpose == ReminderMail.name:
        plan = plans.get(int(group["plan"] or 0))
        return (purpose, group["plan"]), str(plan or "Erinnerung an das Treffen"), "Personen mit einem Platz"
    if purpose == RegistrationMail.name:
        title, why = SITUATIONS.get(group["situation"], ("Mail zum Stand der Anmeldung", ""))
        return (purpose, group["situation"]), title, why
    title, why = OTHERS.get(purpose, ("Weitere Mail", ""))
    return (purpose, None), title, why
