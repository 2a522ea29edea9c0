"""What became of a claimed mail. Every change asks whether the lease is still this worker's.

RACE: a mail that was withdrawn while it was being handed over is "sent" all the same, because it was.
"""

import datetime as dt
import logging
import random
import time
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Case, DateTimeField, Exists, Func, OuterRef, QuerySet, Value, When

from core.clock import db_now
from mailing.models import OutboxMessage, PausedRun, Suppression
from mailing.replies import Verdict, explain
from mailing.services import runs
from mailing.services.suppression import suppress
from mailing.transport import NotAccepted

logger = logging.getLogger(__name__)

State, Cause = OutboxMessage.State, OutboxMessage.Cause
FINAL = (State.SENT, State.FAILED, State.ABORTED)
# The database's clock, read by the statement that writes it.
NOW = Func(function="clock_timestamp", output_field=DateTimeField())
TEXT_LENGTH = 400
JITTER = 0.2
# A mailbox that is full is not emptied within minutes: it begins this far down the table of delays.
FULL_MAILBOX_STEPS = 3
# F14: a database that restarts just after a mail was accepted must not make it go out twice.
MARKING_PATIENCE = 20.0

_ACCEPT = """
UPDATE mailing_outboxmessage
SET state = 'sent', state_reason = '', lease_owner = '', lease_until = NULL, closed_at = clock_timestamp(),
    accepted_at = clock_timestamp(), smtp_reply = %(reply)s, attempts = attempts + 1
WHERE id = %(id)s AND lease_owner = %(owner)s
"""
# The data of a sensitive mail hold the same secret as its body.
_ACCEPT_AND_BLANK = _ACCEPT.replace(
    "attempts + 1",
    "attempts + 1, text = '', html = '', calendar = '', data = '{}', body_deleted_at = clock_timestamp()",
)


def still_ours(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """Return the row, if its lease is still the one this message was claimed with and nobody withdrew it."""
    return OutboxMessage.objects.filter(pk=message.pk, lease_owner=message.lease_owner, state=State.LEASED)


def accept(message: OutboxMessage, reply: str, *, blank_body: bool) -> None:
    """Note that the server took the mail, with patience for a database that restarts."""
    give_up_at = time.monotonic() + MARKING_PATIENCE
    while True:
        try:
            _mark_accepted(message, reply, blank_body=blank_body)
        except (OperationalError, InterfaceError):
            if time.monotonic() > give_up_at:
                raise
            connection.close()
            time.sleep(0.5)
        else:
            return


def abort(message: OutboxMessage, reason: str) -> None:
    """Note why the mail must not go out any more."""
    still_ours(message).update(**_done(State.ABORTED, state_reason=reason))


def expire(message: OutboxMessage) -> None:
    """Its time is over: undeliverable if the server kept refusing it, not sent if it was never tried."""
    if message.attempts:
        reason = f"Bis zum Ablauf der Frist nicht zustellbar. {message.state_reason}"
        still_ours(message).update(**_done(State.FAILED, state_reason=reason, cause=Cause.EXPIRED))
    else:
        abort(message, "Die Frist war vorbei, bevor die Mail gesendet werden konnte")


def fail(message: OutboxMessage, reason: str, cause: OutboxMessage.Cause, **changes: Any) -> None:
    """Give up: trying again would not help."""
    attempts = message.attempts + 1
    still_ours(message).update(**_done(State.FAILED, state_reason=reason, cause=cause, attempts=attempts, **changes))


def release(message: OutboxMessage, error: str) -> None:
    """Put the mail back as if it had not been claimed: nothing was said about it."""
    still_ours(message).update(**_done(_waiting_state(), last_error=error))


def put_back(owner: str, messages: Collection[OutboxMessage]) -> None:
    """Put mails back that this worker has claimed and not begun; one statement."""
    ours = OutboxMessage.objects.filter(
        pk__in=[message.pk for message in messages], lease_owner=owner, state=State.LEASED
    )
    ours.update(state=_waiting_state(), lease_owner="", lease_until=None)


def not_accepted(message: OutboxMessage, verdict: Verdict, error: NotAccepted) -> None:
    """Act on the server's answer to this mail."""
    reason = explain(verdict, error.code)
    answer: dict[str, Any] = {"last_code": error.code, "last_error": str(error)}
    match verdict:
        case Verdict.UNKNOWN_MAILBOX:
            suppress(message.recipient, Suppression.Reason.UNKNOWN_MAILBOX)
            fail(message, reason, Cause.UNKNOWN_MAILBOX, **answer)
        case Verdict.GREYLISTED:
            _postpone(message, reason, at_least=settings.MAIL_GREYLIST_SECONDS, **answer)
        case Verdict.MAILBOX_FULL:
            _postpone(message, reason, steps=FULL_MAILBOX_STEPS, cause=Cause.MAILBOX_FULL, **answer)
        case Verdict.RETRY:
            _postpone(message, reason, **answer)
        case Verdict.POLICY:
            fail(message, reason, Cause.POLICY, **answer)
            runs.pause_if_unwanted(message.run)
        case _:
            fail(message, reason, Cause.REFUSED, **answer)


def line_broken(message: OutboxMessage, error: str) -> None:
    """Try again later: nobody knows whether the mail arrived; its Message-ID tells the recipient's program."""
    _postpone(message, "Die Verbindung zum Mailserver ist abgerissen", last_code=None, last_error=error)


def _mark_accepted(message: OutboxMessage, reply: str, *, blank_body: bool) -> None:
    values: dict[str, Any] = {"id": message.pk, "owner": message.lease_owner, "reply": reply[:TEXT_LENGTH]}
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPT_AND_BLANK if blank_body else _ACCEPT, values)
        if not cursor.rowcount:
            logger.warning("Mail %s was accepted after its lease had passed on: it may arrive twice", message.pk)


def _postpone(
    message: OutboxMessage,
    reason: str,
    *,
    steps: int = 0,
    at_least: float = 0,
    cause: OutboxMessage.Cause = Cause.EXPIRED,
    **changes: Any,
) -> None:
    """Queue the next attempt, with growing delay; give up when it would come too late."""
    delays = settings.MAIL_RETRY_SECONDS
    delay = delays[min(message.attempts + steps, len(delays) - 1)] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    now = db_now()
    next_at = now + dt.timedelta(seconds=max(delay, at_least))
    if next_at >= message.expires_at:
        # One last attempt shortly before the end, unless this was it.
        shortest = dt.timedelta(seconds=delays[0])
        next_at = message.expires_at - shortest
        if next_at < now + shortest:
            fail(message, f"Bis zum Ablauf der Frist nicht zustellbar. {reason}", cause, **changes)
            return
    attempts = message.attempts + 1
    still_ours(message).update(
        **_done(_waiting_state(), state_reason=reason, attempts=attempts, not_before=next_at, **changes)
    )


def _waiting_state() -> Any:
    """Return the state of a mail that goes back into the queue. RACE: its run may have been paused meanwhile."""
    paused = Exists(PausedRun.objects.filter(name=OuterRef("run")))
    return Case(When(paused, then=Value(State.HELD)), default=Value(State.QUEUED))


def _done(state: Any, *, state_reason: str = "", **changes: Any) -> dict[str, Any]:
    """Return the changes that end a lease."""
    if state in FINAL:
        changes.setdefault("closed_at", NOW)
    if "last_error" in changes:
        changes["last_error"] = changes["last_error"][:TEXT_LENGTH]
    return {
        "state": state,
        "state_reason": state_reason[:TEXT_LENGTH],
        "lease_owner": "",
        "lease_until": None,
        **changes,
    }
