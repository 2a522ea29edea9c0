"""The programme as pages show it: sections, rows, the day at a glance, the people. Pure functions on fetched items."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.dates import format_clock, format_time
from core.numbers import number_word
from events.models import Event, ItemPerson, ItemSlot, ItemTable, ProgrammeItem

Kind = ProgrammeItem.Kind

ICONS = {
    Kind.WELCOME: "flag",
    Kind.GREETING: "mic",
    Kind.PANEL: "talk",
    Kind.PITCH: "pitch",
    Kind.TALK: "screen",
    Kind.WORKSHOP: "tool",
    Kind.CAFE: "table",
    Kind.MARKET: "stall",
    Kind.PLENARY: "users",
    Kind.BREAK: "cup",
    Kind.OTHER: "list",
}
SHORT = {Kind.MARKET: "Markt", Kind.OTHER: "Weiteres"}
PLURAL = {
    Kind.GREETING: "Grußworte",
    Kind.PANEL: "Podien",
    Kind.PITCH: "Pitches",
    Kind.TALK: "Vorträge",
    Kind.WORKSHOP: "Workshops",
    Kind.CAFE: "Knowledge-Cafés",
    Kind.BREAK: "Pausen",
}
# More stops do not fit beside each other on the widest page; these go first, the least telling ones first of all.
WIDEST_GLANCE = 7
DISPENSABLE = (Kind.BREAK, Kind.OTHER, Kind.GREETING)


@dataclass(frozen=True)
class Stop:
    """A stop on the line of the day: one kind of item, or several in a row."""

    label: str
    detail: str


@dataclass(frozen=True)
class Row:
    """One item as a line of the log. The margin says when, or which kind where no time is known."""

    item: ProgrammeItem
    icon: str
    kind: str
    when: str
    when_small: str
    title: str
    people: tuple[ItemPerson, ...]
    slots: tuple[ItemSlot, ...]
    tables: tuple[ItemTable, ...]


@dataclass(frozen=True)
class Section:
    """A part of the programme with its heading; the heading is empty where there are no parts."""

    part: str
    rows: list[Row]


@dataclass(frozen=True)
class Person:
    """Somebody named in the programme, once, with every role they have."""

    name: str
    organisation: str
    roles: list[str] = field(default_factory=list)


def programme_sections(items: list[ProgrammeItem]) -> list[Section]:
    """Return the items as rows, under the headings of their parts in order."""
    marks_unknown = not times_note(items)
    return [
        Section(part, [_row(item, marks_unknown=marks_unknown) for item in group])
        for part, group in itertools.groupby(items, key=lambda item: item.part)
    ]


def times_note(items: list[ProgrammeItem]) -> str:
    """Say above the programme what is not known; empty where the few rows without a time can say it themselves."""
    known = sum(1 for item in items if item.starts_at)
    if known * 2 > len(items) or not items:
        return ""
    if known or any(item.ends_at for item in items):
        return "Die meisten Uhrzeiten sind nicht bekannt."
    return "Uhrzeiten sind nicht bekannt."


def day_at_a_glance(items: list[ProgrammeItem]) -> list[Stop]:
    """Return the stops of the line: items of one kind in a row are one stop. When it gets too long, some kinds go."""
    shown = items
    for kind in DISPENSABLE:
        if _group_count(shown) > WIDEST_GLANCE:
            shown = [item for item in shown if item.kind != kind]
    return [_stop(Kind(kind), list(group)) for kind, group in itertools.groupby(shown, key=lambda item: item.kind)]


def stands_of(items: list[ProgrammeItem]) -> list[ItemSlot]:
    """Return the stands of every market of the day."""
    return [slot for item in items if item.kind == Kind.MARKET for slot in item.slots.all()]


def people_of(items: list[ProgrammeItem]) -> list[Person]:
    """Return everybody named, in order of appearance; the same name without an organisation is the same person."""
    found: list[Person] = []
    for item in items:
        for each in item.people.all():
            _add_person(found, each)
    return found


def lies_within(item: ProgrammeItem, event: Event) -> bool:
    """Whether an item's time is one of the event; what lies outside was not counted from its beginning."""
    if item.starts_at is None or event.starts_at is None:
        return False
    return event.starts_at <= item.starts_at and (event.ends_at is None or item.starts_at <= event.ends_at)


def _add_person(found: list[Person], each: ItemPerson) -> None:
    organisation = each.organisation_name
    for index, known in enumerate(found):
        if known.name == each.name and (not organisation or known.organisation in ("", organisation)):
            person = Person(known.name, known.organisation or organisation, known.roles)
            found[index] = person
            break
    else:
        person = Person(each.name, organisation)
        found.append(person)
    if each.role and each.role not in person.roles:
        person.roles.append(each.role)


def _row(item: ProgrammeItem, *, marks_unknown: bool) -> Row:
    people, tables = tuple(item.people.all()), tuple(item.tables.all())
    names_itself = item.kind == Kind.GREETING and not item.title and len(people) == 1
    return Row(
        item=item,
        icon=ICONS[Kind(item.kind)],
        kind=item.get_kind_display(),
        when=format_clock(item.starts_at) if item.starts_at else "",
        when_small=_when_small(item, marks_unknown=marks_unknown),
        title=people[0].name if names_itself else item.headline,
        people=people,
        slots=tuple(item.slots.all()),
        tables=tables,
    )


def _when_small(item: ProgrammeItem, *, marks_unknown: bool) -> str:
    if item.ends_at:
        return f"bis {format_clock(item.ends_at)}"
    if item.minutes:
        return f"{item.minutes} Minuten"
    return "Uhrzeit nicht bekannt" if marks_unknown and not item.starts_at else ""


def _group_count(items: list[ProgrammeItem]) -> int:
    return sum(1 for _ in itertools.groupby(items, key=lambda item: item.kind))


def _stop(kind: Kind, items: list[ProgrammeItem]) -> Stop:
    label = PLURAL.get(kind, SHORT.get(kind, kind.label)) if len(items) > 1 else SHORT.get(kind, kind.label)
    details = (_start(items), _size(kind, items), _host(kind, items))
    return Stop(label, next((detail for detail in details if detail), ""))


def _start(items: list[ProgrammeItem]) -> str:
    return f"ab {format_time(items[0].starts_at)}" if items[0].starts_at else ""


def _size(kind: Kind, items: list[ProgrammeItem]) -> str:
    slots = sum(len(item.slots.all()) for item in items)
    tables = sum(len(item.tables.all()) for item in items)
    if slots > 1:
        return f"{number_word(slots)} {'Stände' if kind == Kind.MARKET else 'Verbünde'}"
    if tables > 1:
        return f"{number_word(tables)} Tische"
    return number_word(len(items)) if len(items) > 1 else ""


def _host(kind: Kind, items: list[ProgrammeItem]) -> str:
    """Name the one organisation that opens or closes the day."""
    if kind != Kind.WELCOME:
        return ""
    names = {person.organisation_name for person in _people(items) if person.organisation_name}
    return names.pop() if len(names) == 1 else ""


def _people(items: Iterable[ProgrammeItem]) -> list[ItemPerson]:
    return [person for item in items for person in item.people.all()]
