"""What is left of people who were asked to be a deputy and told that none is needed: the address of that one mail."""

import datetime as dt
from collections.abc import Collection

from core.clock import db_now
from events.emails import DeputyEndedMail
from events.models import DeputyRequest
from mailing.services.outbox import withdraw
from mailing.services.retention import forget_recipient, forget_recipients_of

# As long as a request may stay open: then a mail that came back has been seen by whoever had to (docs/decisions/0017).
KEEP_DAYS = 14


def forget_those_told() -> int:
    """Blank whom mails "no deputy is needed" went to 14 days ago; return how many."""
    return forget_recipients_of(DeputyEndedMail.name, before=db_now() - dt.timedelta(days=KEEP_DAYS))


def forget_asked_by(inviters: Collection[int]) -> None:
    """Blank the same at once for people who leave the list themselves; to be called before they are deleted."""
    ended = DeputyRequest.objects.filter(inviter__in=inviters).exclude(state=DeputyRequest.State.OPEN)
    refs = [request.ref for request in ended]
    if not refs:
        return
    withdraw(refs=refs, reason="Die Person, die eine Vertretung genannt hat, steht nicht mehr auf der Liste.")
    for ref in refs:
        forget_recipient(ref)
