"""The circuit breaker towards the mail server: a dead server costs no mail an attempt (RELIABILITY B3, F23, F29).

After some failed connections in a row it opens, at a refused sign-in at once; while it is open one worker in a minute
tries. The state is a row, shared by all workers and kept over restarts.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db.models import F

from core.clock import db_now
from mailing.models import Breaker

logger = logging.getLogger(__name__)

NAME = "smtp"
REASON_LENGTH = 400


def may_try() -> bool:
    """Tell whether this worker may talk to the mail server now."""
    opened = Breaker.objects.filter(name=NAME, opened_at__isnull=False)
    if not opened.exists():
        return True
    now = db_now()
    # RACE: whoever moves next_probe_at is the one who tries.
    return opened.filter(next_probe_at__lte=now).update(next_probe_at=now + _pause()) == 1


def note_failure(reason: str, *, is_login: bool = False) -> None:
    """Count a failed connection; raise the alarm once, when the breaker opens."""
    Breaker.objects.get_or_create(name=NAME)
    row = Breaker.objects.filter(name=NAME)
    row.update(failures=F("failures") + 1, reason=reason[:REASON_LENGTH])
    limit = 1 if is_login else settings.MAIL_BREAKER_FAILURES
    now = db_now()
    has_opened = row.filter(opened_at__isnull=True, failures__gte=limit).update(
        opened_at=now, next_probe_at=now + _pause()
    )
    if has_opened:
        logger.error("The mail server cannot be used, all mail waits: %s", reason)
    else:
        logger.warning("No connection to the mail server: %s", reason)


def note_success() -> None:
    """Close the breaker after a connection that worked."""
    row = Breaker.objects.filter(name=NAME, failures__gt=0)
    was_open = row.filter(opened_at__isnull=False).exists()
    if row.update(failures=0, reason="", opened_at=None, next_probe_at=None) and was_open:
        logger.warning("The mail server can be used again")


def _pause() -> dt.timedelta:
    return dt.timedelta(seconds=settings.MAIL_BREAKER_SECONDS)
