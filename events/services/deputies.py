"""Deputies: naming one, and what follows from the answer. The place moves only when the deputy says yes.

Until then the namer keeps what they have. Everything about one event happens under the lock on its row, so that a yes
and a taking back in the same second have one order. Whoever does not come is forgotten at once.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from core.clock import DbNow, db_now
from core.exceptions import DomainError
from core.journal import journal, shred
from core.limits import take
from core.names import person_sort_key
from core.search import email_key, name_key
from events import emails
from events.models import DeputyRequest, Event, Registration
from events.representation import coming_instead_of
from events.services.freezing import drop_change_request
from events.services.places import hand_over, lock_event
from events.services.replies import refuse_when_closed
from events.services.strangers import take_mail_to
from mailing.models import OutboxMessage
from mailing.services.outbox import withdraw
from mailing.services.retention import forget_recipient
from mailing.services.suppression import is_suppressed

Answer = Registration.Answer
State = DeputyRequest.State
# A silent deputy is forgotten after so long (issue B2), earlier when answering ends earlier.
ANSWER_DAYS = 14
# An answer-by date nearer than this is no fair deadline for somebody who has not heard of the event.
FAIR_TIME = dt.timedelta(hours=24)
NAMINGS_PER_DAY = 6
# Who did it, for the journal of the person who named somebody.
_SOURCES: dict[str, str] = {State.TAKEN_BACK: "link", State.DECLINED: "deputy"}
# SECURITY: one sentence for several reasons, so that naming people does not tell who is invited or has objected to
# our mails.
CANNOT_BE_NAMED = (
    "Diese Person können wir nicht anfragen. Vielleicht ist sie schon eingeladen oder möchte keine Mails von uns. "
    "Prüfen Sie die Adresse, oder nennen Sie eine andere Person."
)


@dataclass(frozen=True)
class DeputyPerson:
    """Whom somebody names."""

    name: str
    email: str
    organisation: str = ""


def name_deputy(*, inviter: Registration, person: DeputyPerson, words: str = "") -> DeputyRequest:
    """Ask a person to come in the inviter's place: one registration without an answer, one mail.

    Naming the same person again while they have not answered changes nothing. Raises DomainError, RateLimited or Busy.
    """
    if same := _same_request(inviter, person):
        return same
    # Counted in a transaction of its own: a refusal counts, too, so that nobody tries addresses one after the other.
    take(f"deputy-namer:{inviter.pk}", NAMINGS_PER_DAY, dt.timedelta(days=1))
    with transaction.atomic():
        event = lock_event(inviter.event)
        # RACE: the second of two clicks waited for the lock.
        if same := _same_request(inviter, person):
            return same
        inviter = _refuse_naming(event, inviter, person)
        take_mail_to(person.email)
        request = _ask(event, inviter, person, words)
        emails.queue_deputy_request(request)
        journal(scope=event.scope, obj=inviter, action="Vertretung genannt", actor=None, source="link")
    return request


@transaction.atomic
def take_back_deputy(*, inviter: Registration) -> None:
    """Take an open request back and forget the deputy; doing it again changes nothing.

    Raises DomainError when the deputy has said yes meanwhile: the place is theirs.
    """
    event = lock_event(inviter.event)
    request = DeputyRequest.objects.filter(inviter=inviter.pk).select_related("deputy", "inviter__event").last()
    if request is not None and request.state == State.ACCEPTED:
        raise DomainError("Ihre Vertretung hat inzwischen zugesagt. Der Platz gehört ihr; es wurde nichts geändert.")
    if request is not None and request.is_open:
        end_request(event, request, State.TAKEN_BACK)


def request_to(deputy: Registration) -> DeputyRequest | None:
    """Return the request this person has not answered yet, with its inviter."""
    return DeputyRequest.objects.filter(deputy=deputy, state=State.OPEN).select_related("inviter", "deputy").first()


def request_by(inviter: Registration) -> DeputyRequest | None:
    """Return the latest request this person made, with its deputy."""
    return DeputyRequest.objects.filter(inviter=inviter).select_related("deputy").last()


@dataclass(frozen=True)
class Settled:
    """What an answer did to the requests it concerns: who is represented now and is to hear of it."""

    represented: frozenset[int] = frozenset()
    # The person was asked as a deputy, said no, and is gone.
    is_forgotten: bool = False


def settle_requests(event: Event, person: Registration, answer: str) -> Settled:
    """Do what this answer means for deputies before it is written down; the event is locked.

    A deputy's yes hands over what the inviter has, a deputy's no forgets them, and whoever cancels needs no deputy any
    more. Raises DomainError when somebody comes in this person's place: one invitation is one place.
    """
    if person.answer == Answer.DEPUTY and (deputy := coming_instead_of(person)):
        raise DomainError(f"{deputy.name} kommt für Sie und hat Ihren Platz. Möchten Sie auch kommen, fragen Sie uns.")
    asked = request_to(person)
    if asked and answer == Answer.NO:
        end_request(event, asked, State.DECLINED)
        return Settled(is_forgotten=True)
    if asked:
        _hand_over(event, asked)
        return Settled(frozenset({asked.inviter_id}))
    made = request_by(person)
    if made and made.is_open and answer == Answer.NO:
        end_request(event, made, State.TAKEN_BACK)
    return Settled()


def end_request(event: Event, request: DeputyRequest, state: str, actor: AbstractBaseUser | None = None) -> None:
    """End an open request without a deputy: the other side hears of it, and the deputy is forgotten.

    The event is locked. A deputy whose request has not left yet hears nothing: there is nothing to take back.
    """
    deputy = request.deputy
    if deputy is None:
        raise ValueError("an open request has a deputy")
    withdraw(refs=[deputy.ref], reason="Die Vertretung wird nicht mehr gebraucht.")
    if state in (State.TAKEN_BACK, State.REMOVED) and _was_asked(deputy):
        emails.queue_deputy_ended(request)
    request.state, request.ended_at, request.words = state, db_now(), ""
    request.link_id, request.link_nonce, request.deputy = deputy.public_id, deputy.nonce, None
    request.save(update_fields=["state", "ended_at", "words", "link_id", "link_nonce", "deputy"])
    shred(deputy.ref)
    forget_recipient(deputy.ref)
    deputy.delete()
    if state != State.TAKEN_BACK:
        emails.queue_deputy_outcome(request)
    action = f"Vertretung {request.get_state_display()}"
    journal(scope=event.scope, obj=request.inviter, action=action, actor=actor, source=_SOURCES.get(state, "system"))


def lapse_requests() -> int:
    """Forget every deputy who has not answered in time, and tell the namer; return how many."""
    count = 0
    due = _due()
    for event_id in due.order_by().values_list("inviter__event", flat=True).distinct():
        with transaction.atomic():
            event = lock_event(Event(pk=event_id))
            # RACE: who answered while we waited for the lock is not due any more.
            for request in due.filter(inviter__event=event).select_related("deputy", "inviter__event"):
                end_request(event, request, State.LAPSED)
                count += 1
    return count


def answer_deadline(event: Event) -> dt.datetime:
    """Return until when a deputy named now can answer: 14 days, or until answering ends if that is earlier."""
    now = db_now()
    ends = [now + dt.timedelta(days=ANSWER_DAYS), event.registration_closes_at, event.starts_at]
    if event.answer_by:
        after = timezone.make_aware(dt.datetime.combine(event.answer_by + dt.timedelta(days=1), dt.time.min))
        ends.append(after if after > now + FAIR_TIME else None)
    return min(end for end in ends if end is not None)


def _hand_over(event: Event, request: DeputyRequest) -> None:
    """Give everything the inviter has to the deputy, and note that they are represented."""
    if request.deputy is None:
        raise ValueError("an open request has a deputy")
    if request.answer_until <= db_now():
        raise DomainError("Die Frist für Ihre Antwort ist vorbei. Es wurde nichts geändert.")
    inviter = Registration.objects.get(pk=request.inviter_id)
    hand_over(giver=inviter, taker=request.deputy)
    drop_change_request(inviter.pk)
    now = db_now()
    inviter.answer, inviter.answered_at = Answer.DEPUTY, now
    inviter.attendance, inviter.food, inviter.access_needs = "", [], ""
    inviter.version += 1
    inviter.save(update_fields=["answer", "answered_at", "attendance", "food", "access_needs", "version"])
    inviter.table_wishes.clear()
    request.state, request.ended_at, request.words = State.ACCEPTED, now, ""
    request.save(update_fields=["state", "ended_at", "words"])
    journal(scope=event.scope, obj=inviter, action="Vertretung hat zugesagt", actor=None, source="deputy")


def _same_request(inviter: Registration, person: DeputyPerson) -> DeputyRequest | None:
    return (
        DeputyRequest.objects.filter(
            inviter=inviter.pk,
            state=State.OPEN,
            deputy__email_key=email_key(person.email),
            deputy__name_key=name_key(person.name),
        )
        .select_related("deputy")
        .first()
    )


def _refuse_naming(event: Event, inviter: Registration, person: DeputyPerson) -> Registration:
    """Return the inviter as they are under the lock, or raise DomainError why they cannot name this person."""
    found = Registration.objects.select_related("event__owner", "organisation").filter(pk=inviter.pk).first()
    refuse_when_closed(event, Answer.YES)
    if found is None or found.answer not in (Answer.OPEN, Answer.YES) or not found.is_proven:
        raise DomainError("Eine Vertretung nennen kann, wer eingeladen ist oder zugesagt hat.")
    if request_to(found):
        raise DomainError("Sie sind selbst als Vertretung angefragt. Sagen Sie zuerst zu oder ab.")
    if DeputyRequest.objects.filter(inviter=found, state=State.OPEN).exists():
        raise DomainError("Sie haben schon jemanden genannt. Nehmen Sie erst diese Anfrage zurück.")
    if found.email_key == email_key(person.email):
        raise DomainError("Geben Sie die Adresse der Vertretung ein, nicht Ihre eigene: Ihr Link gehört nur Ihnen.")
    known = event.registrations.filter(email_key=email_key(person.email), name_key=name_key(person.name))
    if known.exists() or is_suppressed(person.email, emails.DeputyRequestMail.name):
        raise DomainError(CANNOT_BE_NAMED)
    return found


def _ask(event: Event, inviter: Registration, person: DeputyPerson, words: str) -> DeputyRequest:
    now = db_now()
    deputy = Registration.objects.create(
        event=event,
        source=Registration.Source.DEPUTY,
        role=inviter.role,
        verbund_id=inviter.verbund_id,
        name=person.name,
        name_key=name_key(person.name),
        sort_key=person_sort_key(person.name),
        email=person.email,
        email_key=email_key(person.email),
        organisation_id=None if person.organisation else inviter.organisation_id,
        organisation_as_typed=person.organisation or inviter.organisation_as_typed,
        created_at=now,
    )
    return DeputyRequest.objects.create(
        inviter=inviter, deputy=deputy, words=words, answer_until=answer_deadline(event), created_at=now
    )


def _was_asked(deputy: Registration) -> bool:
    """Whether the request reached a server that took it."""
    return OutboxMessage.objects.filter(ref=deputy.ref, state=OutboxMessage.State.SENT).exists()


def _due() -> models.QuerySet[DeputyRequest]:
    """Return the open requests whose time is over; of a called-off event they stay until their own deadline.

    There the deputy is still to get the mail that says so.
    """
    event_over = Q(inviter__event__starts_at__lte=DbNow()) | Q(inviter__event__registration_closes_at__lte=DbNow())
    over = Q(answer_until__lte=DbNow()) | (Q(inviter__event__cancelled_at=None) & event_over)
    return DeputyRequest.objects.filter(over, state=State.OPEN)
