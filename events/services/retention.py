"""What is forgotten after a meeting, as the answer form promises."""

import datetime as dt

from core.clock import db_now
from events.models import Registration

NEEDS_DAYS = 30


def forget_needs() -> int:
    """Blank food, access needs and remarks of meetings that ended 30 days ago; return how many people that touched."""
    before = db_now().date() - dt.timedelta(days=NEEDS_DAYS)
    rows = Registration.objects.filter(event__starts_on__lt=before).exclude(access_needs="", remark="", food=[])
    return rows.update(access_needs="", remark="", food=[])
