"""Background jobs that know no domain."""

import datetime as dt

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.clock import db_now
from core.imports.files import clean_up_files
from core.imports.runs import clean_up_runs
from core.models import Heartbeat, RateBucket

BEAT = "beat"


@shared_task(name="core.note_heartbeat")
def note_heartbeat() -> None:
    """Write that beat, broker and worker are alive, and how far off the worker's clock is; /readyz tells both."""
    now = db_now()
    off = round((timezone.now() - now).total_seconds())
    Heartbeat.objects.update_or_create(name=BEAT, defaults={"at": now, "seconds_off": off})


@shared_task(name="core.clean_up")
def clean_up() -> None:
    """Remove what has no purpose any more: full rate buckets after a day, expired sessions, files of old imports."""
    RateBucket.objects.filter(updated_at__lt=db_now() - dt.timedelta(days=2)).delete()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    clean_up_runs()
    clean_up_files()
