"""What has been handed to the outbox so far: mails that belong together, counted by what became of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Case, Count, Max, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Substr

from core.clock import DbNow
from core.dates import format_moment
from core.numbers import format_number
from events.emails import (
    PLANNED_MAILS,
    AddressProofMail,
    ChangeDeclinedMail,
    ChangeMail,
    DeputyEndedMail,
    DeputyGoneMail,
    DeputyOutcomeMail,
    DeputyRequestMail,
    InterestOpenMail,
    InterestProofMail,
    InvitationMail,
    LinkAgainMail,
    RegistrationMail,
)
from events.mail_audiences import rule_of
from events.models import Event, InvitationRound, MailPlan, Registration
from events.models.invitations import RUN_PREFIX
from events.models.registrations import REF_PREFIX
from mailing.models import OutboxMessage, PausedRun

State = OutboxMessage.State
# A confirmation's situation (events.emails) → what organisers call the mail.
SITUATIONS = {
    "confirmed": ("Bestätigung mit Kalendereintrag", "jeweils sofort nach der Zusage"),
    "waiting": ("Platz auf der Warteliste", "jeweils sofort nach der Zusage"),
    "offered": ("Angebot eines Platzes mit Frist", "jeweils sofort, wenn ein Platz frei wird"),
    "declined": ("Angebot abgelehnt", "an Personen, die einen angebotenen Platz ablehnen"),
    "expired": ("Angebot abgelaufen", "an Personen, die in der Frist nicht geantwortet haben"),
    "withdrawn": ("Von den Gastgebern zurückgenommen", "an Personen, deren Platz Sie zurückgenommen haben"),
    "cancelled": ("Bestätigung der Absage", "jeweils sofort nach der Absage"),
    "deputy": ("Vertretung kommt", "an die Person, die vertreten wird"),
    "event_cancelled": ("Absage des Treffens", "an Eingeladene und Zugesagte"),
}
OTHERS = {
    AddressProofMail.name: ("Bestätigen der Adresse", "nach einer öffentlichen Anmeldung"),
    ChangeMail.name: ("Mitteilung über eine Änderung", "an alle, die den alten Stand kannten"),
    LinkAgainMail.name: ("Persönlicher Link noch einmal", "nach einer zweiten Anmeldung"),
    InterestProofMail.name: ("Vormerkung bestätigen", "an Adressen, die von der Anmeldung hören möchten"),
    InterestOpenMail.name: ("Die Anmeldung ist offen", "an Vorgemerkte, einmal"),
    ChangeDeclinedMail.name: ("Änderung nicht möglich", "an Personen, deren Wunsch Sie abgelehnt haben"),
    DeputyRequestMail.name: ("Anfrage als Vertretung", "an Personen, die jemand als Vertretung genannt hat"),
    DeputyOutcomeMail.name: ("Vertretung kommt nicht", "an die Person, die sie genannt hat"),
    DeputyGoneMail.name: ("Vertretung hat abgesagt", "an alle, an deren Stelle sie gekommen wäre"),
    DeputyEndedMail.name: ("Vertretung nicht mehr nötig", "an Personen, die als Vertretung angefragt waren"),
}
# To people who do not stand on the guest list, where a failure would otherwise be shown.
TO_OTHERS = frozenset({InterestProofMail.name, InterestOpenMail.name, DeputyEndedMail.name})
KINDS = {mail.name: MailPlan.Kind(mail.kind).label for mail in PLANNED_MAILS.values()}


@dataclass(frozen=True)
class Group:
    """What makes mails one sending: the run they were queued in, else their purpose and situation."""

    purpose: str
    run: str = ""
    situation: str = ""

    def mails(self, event: Event) -> QuerySet[OutboxMessage]:
        """Return the mails of the group."""
        found = OutboxMessage.objects.for_scope(event.scope).filter(purpose=self.purpose, run=self.run)
        return found.filter(data__situation=self.situation) if self.situation else found

    def mails_by_name(self, event: Event) -> QuerySet[OutboxMessage]:
        """Return them in the order of the guest list; after them those to nobody who stands on it."""
        number = Cast(Substr(OuterRef("ref"), len(REF_PREFIX) + 1), BigIntegerField())
        by_name = Registration.objects.filter(pk=number).values("sort_key")
        of_a_guest = When(ref__startswith=REF_PREFIX, then=Subquery(by_name))
        return self.mails(event).order_by(Case(of_a_guest).asc(nulls_last=True), "recipient_name", "pk")

    @property
    def address(self) -> str:
        """The group as the query of an address."""
        names = {"art": self.purpose, "versand": self.run, "lage": self.situation}
        return urlencode({name: value for name, value in names.items() if value})


@dataclass
class Sending:
    """Mails that belong together, counted by what became of them.

    paused: why the rest stands still, if it does. leaves_at: when a scheduled round leaves that has not left yet.
    """

    group: Group
    title: str
    why: str
    first_at: dt.datetime
    last_at: dt.datetime
    by: str = ""
    paused: PausedRun | None = None
    leaves_at: dt.datetime | None = None
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, row: dict[str, Any]) -> None:
        """Count one group of the outbox."""
        state = row["state"]
        self.first_at, self.last_at = min(self.first_at, row["first_at"]), max(self.last_at, row["last_at"])
        self.counts[State.QUEUED if state == State.LEASED else state] += row["n"]
        if state == State.ABORTED:
            self.reasons[row["state_reason"] or "ohne Angabe"] += row["n"]

    @property
    def total(self) -> int:
        """How many mails this is about."""
        return sum(self.counts.values())

    @property
    def failed(self) -> int:
        """How many the mail servers refused."""
        return self.counts[State.FAILED]

    @property
    def has_failed_unlisted(self) -> bool:
        """Whether one was refused that belongs to no row of the guest list."""
        return self.failed > 0 and self.group.purpose in TO_OTHERS

    @property
    def open(self) -> int:
        """How many have not left yet."""
        return self.counts[State.QUEUED] + self.counts[State.HELD]

    @property
    def closed(self) -> int:
        """How many are done with, whatever became of them."""
        return self.total - self.open

    @property
    def round_id(self) -> int:
        """Which round it is, for a sending with leaves_at."""
        return int(self.group.run.removeprefix(RUN_PREFIX))

    @property
    def may_pause(self) -> bool:
        """Whether there is something left to stop."""
        return bool(self.group.run) and not self.paused and self.counts[State.QUEUED] > 0

    @property
    def outcome(self) -> str:
        """52 zugestellt, 2 nicht angekommen, 1 unterwegs"""
        words = (
            (State.SENT, "zugestellt"),
            (State.QUEUED, "vorgesehen" if self.leaves_at else "unterwegs"),
            (State.HELD, "angehalten"),
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
        if self.paused:
            return "Angehalten", "warm", "pause"
        if self.leaves_at and self.open:
            return "Geplant", "line", "clock"
        if self.failed:
            return "Teilweise gescheitert", "bad", "alert"
        if self.counts[State.QUEUED]:
            return "Unterwegs", "warm", "clock"
        if self.counts[State.SENT]:
            return "Gesendet", "good", "check"
        return "Nicht gesendet", "", "x"


@dataclass(frozen=True)
class _Names:
    rounds: Mapping[str, InvitationRound]
    plans: Mapping[str, MailPlan]

    def leaving_at(self, group: Group) -> dt.datetime | None:
        """Return when the round of these mails leaves, if that is still to come."""
        sending = self.rounds.get(group.run) if group.purpose == InvitationMail.name else None
        return sending.sent_at if sending and sending.sent_at > sending.clock else None  # type: ignore[attr-defined]

    def of(self, group: Group) -> tuple[str, str, str]:
        """Return title, why these people, and who sent it."""
        if group.purpose == InvitationMail.name:
            sending = self.rounds.get(group.run)
            by = str(sending.sent_by) if sending and sending.sent_by else ""
            return f"Einladung, {sending}" if sending else "Einladung", "Personen der gewählten Gruppen", by
        if group.purpose in KINDS:
            plan = self.plans.get(group.run)
            who = rule_of(plan).who.replace(" dann", "") if plan else "nach Fahrplan"
            return str(plan or KINDS[group.purpose]), who, ""
        if group.purpose == RegistrationMail.name:
            return *SITUATIONS.get(group.situation, ("Mail zum Stand der Anmeldung", "")), ""
        return *OTHERS.get(group.purpose, ("Weitere Mail", "")), ""


def sendings(event: Event) -> list[Sending]:
    """Return what has been handed to the outbox so far, the earliest first; four queries."""
    names = _names(event)
    rows = list(_rows(event))
    paused = PausedRun.objects.in_bulk({row["run"] for row in rows if row["run"]})
    found: dict[Group, Sending] = {}
    for row in rows:
        group = Group(row["purpose"], row["run"], "" if row["run"] else row["situation"] or "")
        if group not in found:
            title, why, by = names.of(group)
            found[group] = Sending(group, title, why, row["first_at"], row["last_at"], by, paused.get(row["run"]))
            found[group].leaves_at = names.leaving_at(group)
        found[group].add(row)
    return sorted(found.values(), key=lambda each: each.first_at)


def scheduled_round(event: Event, group: Group) -> InvitationRound | None:
    """Return the round of these mails while it can still be changed."""
    number = group.run.removeprefix(RUN_PREFIX)
    if group.purpose != InvitationMail.name or not number.isdecimal():
        return None
    return InvitationRound.objects.scheduled().filter(event=event, pk=number).first()


def title_of(event: Event, group: Group) -> tuple[str, str]:
    """Return what a group of mails is called and why these people got them."""
    title, why, _ = _names(event).of(group)
    return title, why


def mail_title(message: OutboxMessage) -> str:
    """Return what organisers call this mail: its subject once it is known, else its kind."""
    if message.subject:
        return message.subject
    if message.purpose == RegistrationMail.name:
        return SITUATIONS.get(message.data.get("situation", ""), ("Mail zum Stand der Anmeldung", ""))[0]
    names = {InvitationMail.name: "Einladung"} | KINDS
    return names.get(message.purpose, OTHERS.get(message.purpose, ("Mail", ""))[0])


def mail_badge(message: OutboxMessage) -> tuple[str, str, str]:
    """Return what became of one mail: label, kind and icon."""
    return {
        State.SENT: ("Zugestellt", "good", "check"),
        State.FAILED: ("Unzustellbar", "bad", "mailx"),
        State.ABORTED: ("Nicht gesendet", "", "x"),
        State.HELD: ("Angehalten", "warm", "pause"),
    }.get(State(message.state), ("Unterwegs", "warm", "clock"))


def mail_reason(message: OutboxMessage) -> str:
    """Return why a mail stands where it stands, and when it is tried again."""
    if message.state == State.QUEUED and message.attempts:
        return f"{message.state_reason}. Nächster Versuch {format_moment(message.not_before)}."
    return message.state_reason


def _names(event: Event) -> _Names:
    rounds = InvitationRound.objects.filter(event=event).select_related("sent_by").annotate(clock=DbNow())
    plans = MailPlan.objects.filter(event=event)
    return _Names({row.run: row for row in rounds}, {row.run: row for row in plans})


def _rows(event: Event) -> QuerySet[Any, dict[str, Any]]:
    return (
        OutboxMessage.objects.for_scope(event.scope)
        .order_by()
        .values("purpose", "run", "state", "state_reason", situation=KeyTextTransform("situation", "data"))
        .annotate(n=Count("pk"), first_at=Min("created_at"), last_at=Max("created_at"))
    )
