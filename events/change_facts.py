"""What a change is: the facts before and after, several changes taken together, and the difference in words.

Pure functions on dictionaries as EventChange keeps them. An event's own facts stand under their field's name, those of
a programme item under "item:<pk>", where None means that there is no such item.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.dates import format_clock, format_moment, format_time, local_date
from core.numbers import format_number
from events.facts import place_line, when_line
from events.models import Event, EventChange, ProgrammeItem

type Facts = Mapping[str, Any]

_DAYS, _MOMENTS = ("starts_on",), ("starts_at", "ends_at")
_TEXTS = ("format", "venue", "address", "city")
_TIMES = (*_DAYS, *_MOMENTS)
_PEOPLE = "people"


@dataclass(frozen=True)
class Line:
    """One difference in words: "Beginn", "10:00", "11:00 Uhr"."""

    label: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.label}: {self.old or 'offen'} → {self.new or 'offen'}"


def event_facts(event: Event, *, programme_at: dt.datetime | None = None) -> dict[str, Any]:
    """Return what people rely on: time, place, format. SECURITY: of the online link its digest only.

    programme_at: when the first item of the programme begins.
    """
    facts: dict[str, Any] = {name: getattr(event, name) for name in _TEXTS}
    for name in _TIMES:
        value = getattr(event, name)
        facts[name] = _iso(value)
    facts["programme_at"] = _iso(programme_at)
    link = event.online_url if event.is_online else ""
    facts["online_url"] = hashlib.sha256(link.encode()).hexdigest()[:16] if link else ""
    return facts


def item_facts(item: ProgrammeItem) -> dict[str, Any]:
    """Return what people see of a programme item, under its key; one query for its people."""
    minutes = None if item.length is None else round(item.length / dt.timedelta(minutes=1))
    facts = {"title": item.headline, "starts_at": _iso(item.starts_at), "minutes": minutes, "room": item.room}
    facts[_PEOPLE] = list(item.people.values_list("name", flat=True))
    return {item_key(item.pk): facts}


def is_essential(before: Facts, after: Facts) -> bool:
    """Whether an item's change is one that those who chose it plan by: more than who takes part in it."""
    return bool(
        change_lines(*({key: _without_people(item) for key, item in facts.items()} for facts in (before, after)))
    )


def item_key(pk: int) -> str:
    """Return the key of a programme item among the facts."""
    return f"item:{pk}"


def merged(changes: Iterable[EventChange], keys: set[str] | None = None) -> tuple[Facts, Facts]:
    """Return the facts before the first and after the last of these changes, which come in order of time."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in changes:
        for key in change.after.keys() | change.before.keys():
            if keys is None or key in keys:
                before.setdefault(key, change.before.get(key))
                after[key] = change.after.get(key)
    return before, after


def change_lines(before: Facts, after: Facts) -> list[Line]:
    """Return the differences people should hear of, in words; none when everything is as it was."""
    return [line for line in _lines(before, after) if line.old != line.new]


def _lines(before: Facts, after: Facts) -> Iterator[Line]:
    if "starts_on" in before:
        old, new = _event(before), _event(after)
        yield from _time_lines(old, new)
        yield from _programme_lines(_moment(before.get("programme_at")), _moment(after.get("programme_at")))
        yield Line("Format", old.get_format_display(), new.get_format_display())
        if new.is_on_site:
            yield Line("Ort", place_line(old) if old.is_on_site else "online", place_line(new))
        if before["online_url"] and after["online_url"] and before["online_url"] != after["online_url"]:
            yield Line("Online-Zugang", "bisheriger Link", "neuer Link")
    for key in sorted((key for key in before if key.startswith("item:")), key=lambda key: int(key.split(":")[1])):
        yield from _item_lines(before[key], after[key])


def _time_lines(old: Event, new: Event) -> Iterator[Line]:
    if old.starts_at and new.starts_at and _days(old) == _days(new):
        yield _clock_line("Beginn", old.starts_at, new.starts_at)
        yield _clock_line("Ende", old.ends_at, new.ends_at)
    else:
        yield Line("Termin", when_line(old), when_line(new))


def _programme_lines(old: dt.datetime | None, new: dt.datetime | None) -> Iterator[Line]:
    """Programm: ab 10:15 → ab 11:15 Uhr. On another day at the same hour there is nothing to say."""
    if old and new:
        shown = [f"ab {format_clock(each)}" for each in (old, new)]
        yield Line("Programm", *shown)


def _clock_line(label: str, old: dt.datetime | None, new: dt.datetime | None) -> Line:
    """Beginn: 10:00 → 11:00 Uhr"""
    if old and new and old != new:
        return Line(label, format_time(old), format_clock(new))
    return Line(label, *(format_clock(each) if each else "" for each in (old, new)))


def _item_lines(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Line]:
    if old is None or new is None:
        shown = old or new or {}
        old_word, new_word = ("bisher nicht", "neu im Programm") if old is None else ("steht im Programm", "entfällt")
        yield Line(f"„{shown['title']}“", old_word, new_word)
        return
    name = f"„{old['title']}“"
    yield Line("Programmpunkt", old["title"], new["title"])
    yield Line(f"{name}, Beginn", _start_words(old, new), _start_words(new, old))
    # Changes of earlier versions say nothing of how long it lasts.
    if "minutes" in old and "minutes" in new:
        yield Line(f"{name}, Dauer", _length_words(old["minutes"]), _length_words(new["minutes"]))
    yield Line(f"{name}, Raum", old["room"], new["room"])
    if _PEOPLE in old and _PEOPLE in new:
        yield Line(f"{name}, mit", ", ".join(old[_PEOPLE]), ", ".join(new[_PEOPLE]))


def _without_people(item: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return item and {name: value for name, value in item.items() if name != _PEOPLE}


def _start_words(item: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    start, else_start = _moment(item["starts_at"]), _moment(other["starts_at"])
    if start is None:
        return ""
    is_same_day = else_start is None or local_date(start) == local_date(else_start)
    return format_clock(start) if is_same_day else format_moment(start)


def _length_words(minutes: int | None) -> str:
    if minutes is None:
        return ""
    return "1 Minute" if minutes == 1 else f"{format_number(minutes)} Minuten"


def _event(facts: Facts) -> Event:
    """Return an unsaved event with these facts, so that they read as everywhere else."""
    event = Event(**{name: facts[name] for name in _TEXTS})
    event.starts_on = dt.date.fromisoformat(facts["starts_on"])
    event.starts_at, event.ends_at = _moment(facts["starts_at"]), _moment(facts["ends_at"])
    return event


def _days(event: Event) -> tuple[dt.date, dt.date]:
    return event.starts_on, local_date(event.ends_at) if event.ends_at else event.starts_on


def _iso(value: dt.date | None) -> str | None:
    """Return a day, or a moment in UTC, so that equal moments read alike."""
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.UTC)
    return value.isoformat() if value else None


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
