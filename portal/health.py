"""Can the portal do its work? Asked by load balancers and operators (docs/operations.md says what to do then).

Web processes never talk to Redis. That broker, worker and beat are alive shows in the heartbeat they write together,
and in the age of the oldest mail that should have left.
"""

import datetime as dt
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Min
from django.utils import timezone

from core.clock import db_now
from core.models import Heartbeat
from core.tasks import BEAT
from mailing.models import OutboxMessage

OK, DEGRADED, DOWN = "ok", "degraded", "down"

MAIL_LATE = dt.timedelta(minutes=5)
BEAT_LATE = dt.timedelta(seconds=60)
CLOCK_OFF = dt.timedelta(seconds=30)
# A busy or frozen database answers "down" in time for the one who asks.
STATEMENT_TIMEOUT_MS = 2000

type Report = dict[str, Any]


def check_readiness() -> Report:
    """Return the state of the whole and of each check. Only the database can take the portal down."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
            now = db_now()
            beat = Heartbeat.objects.filter(name=BEAT).first()
            checks = {
                "database": {"status": OK},
                "mail": _check_mail(now),
                "background": _check_background(now, beat),
                "clock": _check_clock(now, beat),
            }
    except DatabaseError:
        return {"status": DOWN, "checks": {"database": {"status": DOWN}}}
    is_fine = all(check["status"] == OK for check in checks.values())
    return {"status": OK if is_fine else DEGRADED, "checks": checks}


def _check_mail(now: dt.datetime) -> Report:
    """The mail that waits longest although its time has come; what rests at night does not count."""
    since = OutboxMessage.objects.due(is_night=True).aggregate(at=Min("not_before"))["at"]
    age = now - since if since else dt.timedelta()
    return {
        "status": DEGRADED if age > MAIL_LATE else OK,
        "oldest_due_seconds": max(0, round(age.total_seconds())),
    }


def _check_background(now: dt.datetime, beat: Heartbeat | None) -> Report:
    """Beat, broker and worker together: the row is written by a task."""
    if beat is None:
        return {"status": DEGRADED, "heartbeat_age_seconds": None}
    age = now - beat.at
    return {
        "status": DEGRADED if age > BEAT_LATE else OK,
        "heartbeat_age_seconds": max(0, round(age.total_seconds())),
    }


def _check_clock(now: dt.datetime, beat: Heartbeat | None) -> Report:
    """This web server's and the last worker's beside the database's, which is the one that counts (RELIABILITY F71)."""
    own, worker = round((timezone.now() - now).total_seconds()), beat.seconds_off if beat else 0
    is_off = max(abs(own), abs(worker)) > CLOCK_OFF.total_seconds()
    return {"status": DEGRADED if is_off else OK, "seconds_off": abs(own), "worker_seconds_off": abs(worker)}
