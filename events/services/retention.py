"""What is forgotten after a meeting, as the answer form promises."""

import datetime as dt

from django.utils import timezone

from core.clock import db_now
from events.models import ChangeRequest, Registration

NEEDS_DAYS = 30


def forget_needs() -> int:
    """Blank needs, remarks, wishes and organisers' notes of meetings that ended 30 days ago; return how many people."""
    before = timezone.localdate(db_now()) - dt.timedelta(days=NEEDS_DAYS)
    ChangeRequest.objects.filter(event__starts_on__lt=before).exclude(reply={}).update(reply={}, reason="")
    rows = Registration.objects.filter(event__starts_on__lt=before).exclude(
        access_needs="", remark="", note="", food=[]
    )
    return rows.update(access_needs="", remark="", note="", food=[])
