"""Organisers' acts on mails that have left or wait: pausing a sending, what came back, lifting a suppression."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.exceptions import DomainError
from core.journal import journal
from events.models import Event, Registration
from mailing.models import OutboxMessage, Suppression
from mailing.services import again, returned, runs
from mailing.services.suppression import delivery_suppression, lift_delivery


def pause_sending(*, actor: AbstractBaseUser, event: Event, run: str) -> int:
    """Stop a sending of the event; return how many mails that holds back. Raises DomainError."""
    return runs.pause(run=run, scope=event.scope, actor=actor, reason=f"Angehalten von {actor}.")


def resume_sending(*, actor: AbstractBaseUser, event: Event, run: str) -> int:
    """Let a stopped sending of the event go on; return how many mails. Raises DomainError."""
    return runs.resume(run=run, scope=event.scope, actor=actor)


def note_return(*, actor: AbstractBaseUser, message: OutboxMessage) -> None:
    """Note that a delivered mail came back. Raises DomainError for any other."""
    returned.note_return(message=message, actor=actor)


def send_again(*, actor: AbstractBaseUser, message: OutboxMessage, person: Registration | None) -> None:
    """Send a mail again that did not arrive, while its address still is the person's. Raises DomainError."""
    if person is None or person.email_key != message.email_key:
        raise DomainError(
            "Die Adresse wurde inzwischen geändert. Laden Sie die Person unter „Einladen“ noch einmal ein."
        )
    again.send_again(message=message, actor=actor)


@transaction.atomic
def lift_suppression(*, actor: AbstractBaseUser, registration: Registration, reason: str) -> None:
    """Allow bulk mail to an address again that was suppressed because mails did not arrive.

    LAW: never for people who unsubscribed or objected; that is theirs alone to take back. Raises DomainError.
    """
    found = delivery_suppression(registration.email)
    if found is None or not lift_delivery(registration.email):
        raise DomainError("Diese Adresse ist nicht wegen unzustellbarer Mails gesperrt.")
    words = Suppression.Reason(found.reason).label
    journal(
        scope=registration.event.scope,
        obj=registration,
        action=f"Sperre der Adresse aufgehoben ({words})",
        actor=actor,
        reason=reason,
    )
