"""German words for dates and times, and what people type for them. Pure functions for pages and plain-text mails.

Everything is local time in Germany: an aware datetime is converted, a naive one is taken as local already.
"""

import datetime as dt
import re
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
NBSP = "\u00a0"

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)

type Day = dt.date | dt.datetime

_NUMERIC_DATE = re.compile(r"(\d{1,2})[.\-/ ]\s*(\d{1,2})[.\-/ ]\s*(\d{4}|\d{2})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDED_DATE = re.compile(r"(\d{1,2})\.?\s*([a-zä]{3,9})\.?\s*(\d{4}|\d{2})")
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?\s*(?:uhr)?")


def to_local(value: dt.datetime) -> dt.datetime:
    """Return the moment on German clocks."""
    return value.astimezone(BERLIN) if value.tzinfo else value


def local_date(value: Day) -> dt.date:
    """Return the German calendar day of a moment, or the day itself."""
    return to_local(value).date() if isinstance(value, dt.datetime) else value


def format_date(value: Day) -> str:
    """4. März 2027"""
    day = local_date(value)
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def format_day(value: Day) -> str:
    """Donnerstag, 4. März 2027"""
    return f"{WEEKDAYS[local_date(value).weekday()]}, {format_date(value)}"


def format_short_day(value: Day) -> str:
    """Do, 04.03.2027: for narrow columns, held together by a no-break space"""
    day = local_date(value)
    return f"{WEEKDAYS[day.weekday()][:2]},{NBSP}{day:%d.%m.%Y}"


def format_time(value: dt.datetime | dt.time) -> str:
    """10:00"""
    return (to_local(value) if isinstance(value, dt.datetime) else value).strftime("%H:%M")


def format_clock(value: dt.datetime | dt.time) -> str:
    """10:00 Uhr, held together by a no-break space"""
    return f"{format_time(value)}{NBSP}Uhr"


def format_moment(value: dt.datetime) -> str:
    """24. November 2026, 14:00 Uhr"""
    return f"{format_date(value)}, {format_clock(value)}"


def format_span(start: Day, end: Day | None = None) -> str:
    """Donnerstag, 4. März 2027, 10:00 bis 15:30 Uhr; over midnight both ends in full, plain dates without times."""
    if not isinstance(start, dt.datetime) or (end and not isinstance(end, dt.datetime)):
        if end is None or local_date(end) == local_date(start):
            return format_day(start)
        return f"{format_day(start)} bis {format_day(end)}"
    if not isinstance(end, dt.datetime) or end == start:
        return f"{format_day(start)}, {format_clock(start)}"
    if local_date(start) == local_date(end):
        return f"{format_day(start)}, {format_time(start)} bis {format_clock(end)}"
    return f"{format_day(start)}, {format_clock(start)} bis {format_day(end)}, {format_clock(end)}"


def format_relative_day(value: Day, today: dt.date) -> str:
    """heute, morgen, in 101 Tagen, gestern, vor 3 Tagen"""
    days = (local_date(value) - today).days
    near = {0: "heute", 1: "morgen", -1: "gestern"}
    if days in near:
        return near[days]
    return f"in {days} Tagen" if days > 0 else f"vor {-days} Tagen"


def parse_date(text: str) -> dt.date:
    """Read 24.11.2026, 24.11.26, 24. November 2026 or 2026-11-24; ValueError for anything else."""
    text = _tidy(text)
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _NUMERIC_DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _WORDED_DATE.fullmatch(text):
        day, month, year = int(match[1]), _month_number(match[2]), int(match[3])
    else:
        raise ValueError(text)
    return dt.date(year if year > 99 else 2000 + year, month, day)


def parse_time(text: str) -> dt.time:
    """Read 14:00, 14.30, 14 Uhr or 14; ValueError for anything else."""
    match = _TIME.fullmatch(_tidy(text))
    if not match:
        raise ValueError(text)
    return dt.time(int(match[1]), int(match[2] or 0))


def parse_local(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the aware moment of a German wall clock; ValueError for the hour that summer time skips.

    The hour that comes twice in October is taken as its first pass.
    """
    moment = dt.datetime.combine(day, time, BERLIN)
    if to_local(moment.astimezone(dt.UTC)).time() != time:
        raise ValueError(moment)
    return moment


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("–", "-")).strip().lower()


def _month_number(word: str) -> int:
    for number, month in enumerate(MONTHS, start=1):
        if month.lower().startswith(word):
            return number
    raise ValueError(word)
