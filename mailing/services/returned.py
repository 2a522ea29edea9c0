"""Mails that came back after the server had taken them. We read no inbound mail: an organiser says so with a button."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from mailing.models import OutboxMessage, Suppression
from mailing.services.suppression import suppress


@transaction.atomic
def note_return(*, message: OutboxMessage, actor: AbstractBaseUser) -> None:
    """Note that a sent mail came back: it is undeliverable, and the address gets no more bulk mail."""
    returned = OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.SENT)
    failed = {"state": OutboxMessage.State.FAILED, "cause": OutboxMessage.Cause.RETURNED, "closed_at": db_now()}
    if not returned.update(**failed, state_reason="Die Mail kam zurück"):
        raise DomainError("Nur eine zugestellte Mail kann zurückkommen.")
    suppress(message.recipient, Suppression.Reason.RETURNED)
    journal(scope=message.scope, obj=message, action="mail.returned", actor=actor)
