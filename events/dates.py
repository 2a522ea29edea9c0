"""Days of events: what is unusual about one, and times moved by whole days on German wall clocks."""

import datetime as dt
from collections.abc import Sequence

import holidays

from core.dates import BERLIN, format_date, to_local
from verbuende.regions import LAENDER

SATURDAY = 5
# Longer meetings are a typing error; every weekend of a year would be no help.
MOST_DAYS = 14


def day_hints(first: dt.date, states: Sequence[str], ends_at: dt.datetime | None = None) -> list[str]:
    """Return what organisers should know about the days of an event: weekend, holidays in its Länder, change of clocks.

    ends_at: when it ends; without it there is one day. Without a Land only what is a holiday everywhere is named.
    """
    later = min((to_local(ends_at).date() - first).days, MOST_DAYS) if ends_at else 0
    days = [first + dt.timedelta(days=number) for number in range(max(later, 0) + 1)]
    return [hint for day in days for hint in _hints_of(day, states)]


def _hints_of(day: dt.date, states: Sequence[str]) -> list[str]:
    hints = []
    if day.weekday() >= SATURDAY:
        hints.append(f"Der {format_date(day)} ist ein {'Samstag' if day.weekday() == SATURDAY else 'Sonntag'}.")
    hints += _holiday_hints(day, states)
    if changes_clocks(day):
        hints.append(f"In der Nacht zum {format_date(day)} werden die Uhren umgestellt.{_repeated_hour(day)}")
    return hints


def changes_clocks(day: dt.date) -> bool:
    """Whether summer time begins or ends on this day."""
    midnight = dt.datetime.combine(day, dt.time(), BERLIN)
    return midnight.utcoffset() != (midnight + dt.timedelta(days=1)).utcoffset()


def _repeated_hour(day: dt.date) -> str:
    """Tell the rule for the hour that comes twice (core.dates.parse_local), where there is one."""
    two = dt.datetime.combine(day, dt.time(2), BERLIN)
    if two.utcoffset() <= two.replace(fold=1).utcoffset():  # type: ignore[operator]
        return ""
    return " Die Stunde ab 02:00 Uhr gibt es zweimal: Gemeint ist immer die erste, noch in Sommerzeit."


def shift_moment(moment: dt.datetime, days: int, minutes: int = 0) -> dt.datetime:
    """Return the same wall-clock time so many days later, and so many minutes on the clock.

    An hour that summer time skips is the one after it.
    """
    local = to_local(moment)
    wall = dt.datetime.combine(local.date(), local.time(), BERLIN) + dt.timedelta(days=days, minutes=minutes)
    return wall.astimezone(dt.UTC)


def clock_shift(old: dt.datetime | None, new: dt.datetime | None) -> int:
    """Return by how many minutes the wall-clock time differs, whatever the days; 0 where either is unknown."""
    if old is None or new is None:
        return 0
    before, after = to_local(old), to_local(new)
    return (after.hour * 60 + after.minute) - (before.hour * 60 + before.minute)


def shift_words(minutes: int) -> str:
    """Say how far: "um 45 Minuten nach hinten", "um 1 Stunde und 30 Minuten nach vorn"."""
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{hours} {'Stunde' if hours == 1 else 'Stunden'}"] if hours else []
    parts += [f"{rest} {'Minute' if rest == 1 else 'Minuten'}"] if rest else []
    return f"um {' und '.join(parts)} nach {'hinten' if minutes > 0 else 'vorn'}"


def _holiday_hints(day: dt.date, states: Sequence[str]) -> list[str]:
    everywhere = holidays.country_holidays("DE", years=day.year, language="de")
    if day in everywhere:
        return [f"Der {format_date(day)} ist ein Feiertag: {everywhere[day]}."]
    return [
        f"Der {format_date(day)} ist in {LAENDER[code]} ein Feiertag: {local[day]}."
        for code in states
        if code in LAENDER
        if day in (local := holidays.country_holidays("DE", code, years=day.year, language="de"))
    ]
