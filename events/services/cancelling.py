"""Calling an event off: what waits dies, everybody who knows of it hears of it once."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from events import emails
from events.models import Event, EventChange, MailPlan
from events.services.announcing import announce
from events.services.changes import Notice, people_told, record_change
from events.services.places import lock_event
from mailing.services.outbox import withdraw


@transaction.atomic
def cancel_event(*, actor: AbstractBaseUser, event: Event, reason: str) -> Event:
    """Call the event off. Doing it again changes nothing; raises DomainError once it is over, or Busy.

    reason: stands between other sentences in mails and on pages, so it ends like one.
    Whoever said yes or got an invitation is mailed once; whose invitation still waits never hears of the event.
    """
    event = lock_event(event)
    now = db_now()
    if event.is_cancelled:
        return event
    if event.is_over(timezone.localtime(now)):
        raise DomainError("Das Treffen ist vorbei und lässt sich nicht mehr absagen.")
    reason = _as_sentence(reason)
    told = set(people_told(event).values_list("pk", flat=True))
    event.cancelled_at = now
    event.cancel_reason = reason
    event.version += 1
    event.save(update_fields=["cancelled_at", "cancel_reason", "version"])
    planned = (f"{event.scope}:{kind}" for kind in MailPlan.Kind.values)
    for topic in (f"{event.scope}:invitation", *planned, emails.change_topic(event)):
        withdraw(topic=topic, reason="Das Treffen ist abgesagt.")
    change = record_change(
        event=event,
        actor=actor,
        kind=EventChange.Kind.CANCELLED,
        before={},
        after={},
        notice=Notice(words=reason),
    )
    change.is_mailed, change.told_count = bool(told), len(told)
    change.save(update_fields=["is_mailed", "told_count"])
    announce(event, told)
    journal(scope=event.scope, obj=event, action="abgesagt", actor=actor, reason=reason)
    return event


def _as_sentence(words: str) -> str:
    """Return the organisers' words with a full stop, where they have no end of their own."""
    words = words.strip()
    return f"{words}." if words and words[-1].isalnum() else words
