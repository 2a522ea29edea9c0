"""Everything organisers know about one person at one event, gathered with a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from core.clock import db_now
from core.dates import format_moment
from core.models import ChangeEntry
from core.numbers import format_number
from events.deputy_lists import DeputyLine, deputy_lines
from events.event_log import LogLine, log_lines
from events.guest_list import badge_of, food_words
from events.mail_schedule import mail_badge, mail_reason, mail_title
from events.models import Invitation, ListedGuest, PlaceClaim, Registration
from events.services.standing import Standing, standing_of
from mailing.models import OutboxMessage, Suppression
from mailing.services.suppression import delivery_suppression
from privacy.models import ConsentRecord

Claim = PlaceClaim.State
SHOWN_MAILS = 50
SHOWN_ENTRIES = 20


@dataclass(frozen=True)
class PlaceLine:
    """One claim: what for, in which state, and why."""

    label: str
    state: str
    kind: str
    icon: str
    why: str


@dataclass(frozen=True)
class MailLine:
    """One mail to this person and what became of it."""

    message: OutboxMessage
    title: str
    badge: tuple[str, str, str]
    why: str


@dataclass(frozen=True)
class GuestPage:
    """The whole state of a person."""

    standing: Standing
    badge: tuple[str, str, str]
    places: Sequence[PlaceLine]
    needs: Sequence[tuple[str, str]]
    consents: Sequence[ConsentRecord]
    lists: list[ListedGuest]
    invitations: Sequence[Invitation]
    deputies: Sequence[DeputyLine]
    mails: Sequence[MailLine]
    log: Sequence[LogLine]
    suppression: Suppression | None

    @property
    def is_only_noted(self) -> bool:
        """Whether the person was noted and no invitation has left."""
        now = db_now()
        is_invited = any(invitation.round.sent_at <= now for invitation in self.invitations)
        return not is_invited and self.standing.answer == Registration.Answer.OPEN


def guest_page(person: Registration) -> GuestPage:
    """Gather it."""
    standing = standing_of(person)
    claims = (
        person.claims.filter(state__in=PlaceClaim.LIVE)
        .select_related("pool__item")
        .order_by(F("pool__item__position").asc(nulls_first=True))
    )
    mails = OutboxMessage.objects.for_scope(person.event.scope).filter(ref=person.ref)
    entries = ChangeEntry.objects.filter(ref=person.ref).select_related("actor")
    return GuestPage(
        standing=standing,
        badge=badge_of(person, standing),
        places=[_place(claim, standing) for claim in claims],
        needs=_needs(person),
        consents=list(_consents(person)),
        lists=list(person.list_entries.select_related("guest_list__run__file").order_by("guest_list")),
        invitations=list(person.invitations.select_related("round").order_by("round__number")),
        deputies=deputy_lines(person),
        mails=[_mail(message) for message in mails[:SHOWN_MAILS]],
        log=log_lines(entries[:SHOWN_ENTRIES]),
        suppression=delivery_suppression(person.email),
    )


def _place(claim: PlaceClaim, standing: Standing) -> PlaceLine:
    item = claim.pool.item
    label = item.headline if item else f"Teilnahme {claim.pool.get_kind_display()}"
    rank = format_number(standing.rank_in(claim.pool_id) or 0)
    made = format_moment(claim.created_at)
    match claim.state:
        case Claim.CONFIRMED:
            return PlaceLine(label, "Bestätigt", "good", "check", f"Gewünscht am {made}.")
        case Claim.WAITING:
            why = f"Alle Plätze sind vergeben. Die Reihenfolge folgt der Zeit der Anmeldung, hier {made}."
            return PlaceLine(label, f"Platz {rank} der Warteliste", "warm", "wait", why)
        case Claim.OFFERED:
            until = f" bis {format_moment(claim.offered_until)}" if claim.offered_until else ""
            return PlaceLine(
                label, "Angeboten", "warm", "wait", f"Der Platz ist frei geworden und gehört der Person{until}."
            )
        case _:
            why = "Reiht sich ein, sobald der Platz am Treffen sicher ist, mit dem Rang vom Tag der Anmeldung."
            return PlaceLine(label, "Vorgemerkt", "line", "clock", why)


def _needs(person: Registration) -> list[tuple[str, str]]:
    tables = ", ".join(str(table) for table in person.table_wishes.order_by("number"))
    rows = (
        ("Essen", food_words(person)),
        ("Zugang und Unterstützung", person.access_needs),
        ("Tischwünsche", tables),
        ("Bemerkung", person.remark),
    )
    return [(label, value) for label, value in rows if value]


def _consents(person: Registration) -> Any:
    """Return the latest answer for each consent that was ever asked."""
    return (
        ConsentRecord.objects.filter(ref=person.ref)
        .select_related("text")
        .order_by("text__key", "-at", "-pk")
        .distinct("text__key")
    )


def _mail(message: OutboxMessage) -> MailLine:
    return MailLine(message, mail_title(message), mail_badge(message), mail_reason(message))
