"""How long an offered place stands. Pure, so that every rule can be tried out by itself."""

import datetime as dt

from core.dates import BERLIN, to_local

# Who is next must get their time, too: an offer never takes more than this part of what is left until the start.
SHARE_OF_TIME_LEFT = 4
LEAST = dt.timedelta(hours=1)
# Nobody has to answer at night: an offer that would end then ends at nine.
NIGHT_BEGINS, NIGHT_ENDS = dt.time(20), dt.time(8)
MORNING = dt.time(9)
BEFORE_START = dt.timedelta(hours=3)


def offer_deadline(*, now: dt.datetime, hours: int, starts_at: dt.datetime) -> dt.datetime:
    """Return until when somebody may accept a place offered now.

    hours: the owner's choice. Near the event it is a quarter of the time left, but an hour at least, and never later
    than the start. What would end between 20 and 8 o'clock ends at nine, if three hours then remain.
    """
    near = max((starts_at - now) / SHARE_OF_TIME_LEFT, LEAST)
    ends = min(now + min(dt.timedelta(hours=hours), near), starts_at)
    morning = _morning_after(ends)
    return morning if morning and morning + BEFORE_START <= starts_at else ends


def _morning_after(moment: dt.datetime) -> dt.datetime | None:
    """Return nine o'clock after the night this moment lies in; None by day."""
    local = to_local(moment)
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return None
    day = local.date() + dt.timedelta(days=local.time() >= NIGHT_BEGINS)
    return dt.datetime.combine(day, MORNING, BERLIN)
