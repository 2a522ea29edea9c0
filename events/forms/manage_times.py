"""Day and clock fields of organisers' forms, joined to moments on German clocks."""

import datetime as dt

from core.dates import format_clock, format_date, parse_local


class SkippedHour(ValueError):
    """Summer time skips this hour on this day; the text is for the person in front of the form."""


def local_moment(day: dt.date | None, time: dt.time | None) -> dt.datetime | None:
    """Return the moment, None if either part is missing; SkippedHour when the clocks jump over it."""
    if day is None or time is None:
        return None
    try:
        return parse_local(day, time)
    except ValueError:
        raise SkippedHour(
            f"Am {format_date(day)} gibt es {format_clock(time)} nicht: Die Uhren springen von 02:00 auf "
            f"{format_clock(dt.time(3))}. Geben Sie eine andere Uhrzeit ein"
        ) from None
