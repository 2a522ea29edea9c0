"""Rounds of invitations: who is still open, and what can be changed about a round before it leaves."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.clock import db_now
from core.dates import format_moment, local_date
from core.exceptions import DomainError
from core.journal import journal
from core.locks import lock_row
from events.emails import invitation_batch
from events.models import Event, InvitationRound, Registration
from events.services.places import lock_event
from events.services.planning import refuse_incomplete
from mailing.services.outbox import postpone, withdraw
from mailing.services.runs import is_paused

TAKEN_OFF = "Die Person wurde von der Gästeliste genommen."
SKIPPED = "Für diese Person ausgelassen."
WITHDRAWN = "Die Runde wurde vor dem Versand zurückgezogen."


class WrongTime(DomainError):
    """Invitations cannot leave at this time; another one helps."""


def refuse_wrong_time(event: Event, send_at: dt.datetime, now: dt.datetime) -> None:
    """Raise WrongTime when invitations cannot leave at this time: past, or too late to be answered."""
    if send_at <= now:
        raise WrongTime("Dieser Zeitpunkt ist schon vorbei. Wählen Sie einen späteren, oder senden Sie jetzt.")
    if event.starts_at is not None and send_at >= event.starts_at:
        raise WrongTime("Dann hat das Treffen schon begonnen. Wählen Sie einen früheren Zeitpunkt.")
    if event.answer_by is not None and local_date(send_at) > event.answer_by:
        raise WrongTime("Dann ist die erbetene Antwortfrist vorbei. Wählen Sie einen früheren Zeitpunkt.")


def refuse_when_not_ready(event: Event) -> None:
    """Raise DomainError when nobody can be invited to this event now."""
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt. Einladungen gehen nicht mehr hinaus.")
    if event.visibility == Event.Visibility.DRAFT:
        raise DomainError("Das Treffen ist noch ein Entwurf. Veröffentlichen Sie es, bevor Sie einladen.")
    now = db_now()
    if event.starts_at is None or event.has_started(now):
        raise DomainError("Eingeladen wird zu Treffen mit Uhrzeit, die noch nicht begonnen haben.")
    if event.is_closed(now):
        raise DomainError("Die Anmeldung ist geschlossen: Niemand könnte mehr zusagen. Verlängern Sie erst die Frist.")
    refuse_incomplete(event)


@transaction.atomic
def change_round(
    *, actor: AbstractBaseUser, sending: InvitationRound, send_at: dt.datetime, text: str
) -> InvitationRound:
    """Let a scheduled round leave at another time, with other words. Raises DomainError when it has left; Gone or Busy.

    Who is in it is looked at once more when it leaves: whoever has answered by then, or is blocked, gets nothing.
    """
    event, sending = _lock_scheduled(sending)
    refuse_wrong_time(event, send_at, db_now())
    changes = {}
    if send_at != sending.sent_at:
        changes["Versand"] = [format_moment(sending.sent_at), format_moment(send_at)]
        postpone(batch=invitation_batch(sending.pk), not_before=send_at)
    if text != sending.text:
        changes["Eigene Worte"] = [sending.text, text]
    sending.sent_at, sending.text = send_at, text
    sending.save(update_fields=["sent_at", "text"])
    if changes:
        journal(scope=event.scope, obj=sending, action=f"Einladung, {sending}: geändert", actor=actor, changes=changes)
    return sending


@transaction.atomic
def withdraw_round(*, actor: AbstractBaseUser, sending: InvitationRound) -> None:
    """Take a scheduled round back: nobody in it was invited, all stay on the guest list for another round.

    Raises DomainError when it has left; Gone or Busy.
    """
    event, sending = _lock_scheduled(sending)
    count = sending.invitations.count()
    withdraw(batch=invitation_batch(sending.pk), reason=WITHDRAWN)
    changes = {"people": [count, 0]}
    journal(scope=event.scope, obj=sending, action=f"Einladung, {sending}: zurückgezogen", actor=actor, changes=changes)
    sending.delete()


@transaction.atomic
def send_round_now(*, actor: AbstractBaseUser, sending: InvitationRound) -> InvitationRound:
    """Let a scheduled round leave at once, by day or night; raises DomainError when it has left or nobody can come."""
    event, sending = _lock_scheduled(sending)
    refuse_when_not_ready(event)
    if is_paused(sending.run):
        raise DomainError("Der Versand dieser Runde ist angehalten. Setzen Sie ihn im Mailfahrplan erst fort.")
    now = db_now()
    planned, sending.sent_at = sending.sent_at, now
    sending.save(update_fields=["sent_at"])
    postpone(batch=invitation_batch(sending.pk), not_before=now)
    changes = {"Versand": [format_moment(planned), format_moment(now)]}
    action = f"Einladung, {sending}: sofort gesendet"
    journal(scope=event.scope, obj=sending, action=action, actor=actor, changes=changes)
    return sending


@transaction.atomic
def skip_in_round(*, actor: AbstractBaseUser, sending: InvitationRound, registration: Registration) -> None:
    """Leave one person out of a scheduled round: not invited, but still on the guest list for another round.

    The mail stays in the schedule with that reason. Doing it twice changes nothing. Raises DomainError when the round
    has left.
    """
    event, sending = _lock_scheduled(sending)
    gone, _ = sending.invitations.filter(registration=registration).delete()
    if gone:
        withdraw(batch=invitation_batch(sending.pk), refs=[registration.ref], reason=SKIPPED)
        journal(scope=event.scope, obj=registration, action=f"Einladung, {sending}: ausgelassen", actor=actor)


def _lock_scheduled(sending: InvitationRound) -> tuple[Event, InvitationRound]:
    event = lock_event(sending.event)
    current = lock_row(InvitationRound, sending.pk)
    # RACE: by the database's clock, which also decides when the mails leave.
    if current.sent_at <= db_now():
        raise DomainError(f"{current} ist schon unterwegs. Es wurde nichts geändert.")
    return event, current
