"""Sending a mail again that did not arrive or was not sent, because somebody cleared the reason away."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from core.clock import DbNow, db_now
from core.exceptions import DomainError
from core.journal import journal
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes
from mailing.services.suppression import is_suppressed

State = OutboxMessage.State
REPEATABLE = (State.FAILED, State.ABORTED)
AT_LEAST = dt.timedelta(days=1)


@transaction.atomic
def send_again(*, message: OutboxMessage, actor: AbstractBaseUser) -> None:
    """Put a failed or aborted mail back into the queue; it is rendered anew and asked again whether it is still true.

    Raises DomainError when it is on its way, sent, its content is deleted, or its address is suppressed for it.
    """
    message = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if message.state not in REPEATABLE:
        raise DomainError(f"Diese Mail ist „{message.get_state_display()}“ und lässt sich nicht noch einmal senden.")
    if message.body_deleted_at:
        raise DomainError("Der Inhalt dieser Mail ist schon gelöscht. Schreiben Sie der Person neu.")
    purpose = all_purposes().get(message.purpose)
    if purpose and purpose.is_bulk and is_suppressed(message.recipient, purpose.list_topic(message)):
        raise DomainError("Die Adresse ist für Rundmails gesperrt. Heben Sie zuerst die Sperre auf.")
    now = db_now()
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=State.QUEUED,
        state_reason="",
        cause="",
        closed_at=None,
        attempts=0,
        rendered_at=None,
        rests_at_night=False,
        not_before=now,
        expires_at=Greatest(F("expires_at"), now + AT_LEAST),
    )
    journal(scope=message.scope, obj=message, action="Mail noch einmal gesendet", actor=actor)


@transaction.atomic
def give_up(*, message: OutboxMessage, actor: AbstractBaseUser, reason: str) -> None:
    """Take one waiting mail out of the queue for good. Raises DomainError when it waits no more."""
    waiting = OutboxMessage.objects.waiting().filter(pk=message.pk)
    if not waiting.update(state=State.ABORTED, state_reason=reason, closed_at=db_now()):
        raise DomainError("Diese Mail wartet nicht mehr. Es wurde nichts geändert.")
    journal(scope=message.scope, obj=message, action="Mail abgebrochen", actor=actor, reason=reason)


@transaction.atomic
def send_at_once(*, message: OutboxMessage, actor: AbstractBaseUser) -> None:
    """Let one mail go now: one that waits for a later attempt or the morning, or, as send_again(), one that is over."""
    if message.state in REPEATABLE:
        send_again(message=message, actor=actor)
        return
    waiting = OutboxMessage.objects.filter(pk=message.pk, state=State.QUEUED)
    if not waiting.update(not_before=DbNow(), rests_at_night=False):
        raise DomainError(f"Diese Mail ist „{message.get_state_display()}“. Es wurde nichts geändert.")
    journal(scope=message.scope, obj=message, action="Mail sofort an die Reihe gestellt", actor=actor)
