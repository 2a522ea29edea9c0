"""How long the content of mails is kept."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Func, JSONField, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import JSONObject

from core.clock import db_now
from mailing.models import OutboxMessage

# What kind of mail it was, and the numbers of the rows that say why this person got it: nothing personal.
KEPT_DATA = ("situation", "invitation", "round", "plan")
BLANK_BODY: dict[str, Any] = {"text": "", "html": "", "calendar": "", "data": {}}


def forget_mails(refs: Collection[str]) -> int:
    """Delete every mail about these rows, because the rows are erased; what still waits does not leave. How many?

    RACE: a worker that has such a mail in hand finds it gone before it speaks to the server.
    """
    deleted, _ = OutboxMessage.objects.filter(ref__in=list(refs)).delete()
    return deleted


def blank_old_bodies() -> int:
    """Delete text, HTML, calendar entry and data of finished mails after MAIL_KEEP_BODY_DAYS; return how many.

    That a mail was sent, to whom, when and why stays: it answers the question why somebody knew or did not know.
    """
    now = db_now()
    old = OutboxMessage.objects.filter(
        created_at__lt=now - dt.timedelta(days=settings.MAIL_KEEP_BODY_DAYS),
        body_deleted_at__isnull=True,
        state__in=(OutboxMessage.State.SENT, OutboxMessage.State.FAILED, OutboxMessage.State.ABORTED),
    )
    known = JSONObject(**{name: KeyTransform(name, "data") for name in KEPT_DATA})
    kept = Func(known, function="jsonb_strip_nulls", output_field=JSONField())
    return old.update(**BLANK_BODY | {"data": kept}, body_deleted_at=now)


def forget_recipient(ref: str) -> int:
    """Blank whom finished mails about one erased row went to and what they said; return how many.

    That mails went, and when, still counts. What waits must be withdrawn before.
    """
    return _forget(OutboxMessage.objects.filter(ref=ref))


def forget_recipients_of(purpose: str, *, before: dt.datetime) -> int:
    """Blank the same of every finished mail of one purpose that was queued before this moment; return how many."""
    return _forget(OutboxMessage.objects.filter(purpose=purpose, created_at__lt=before).exclude(recipient=""))


def _forget(messages: QuerySet[OutboxMessage]) -> int:
    finished = messages.filter(
        state__in=(OutboxMessage.State.SENT, OutboxMessage.State.FAILED, OutboxMessage.State.ABORTED)
    )
    return finished.update(
        **BLANK_BODY, recipient="", recipient_name="", email_key="", subject="", body_deleted_at=db_now()
    )
