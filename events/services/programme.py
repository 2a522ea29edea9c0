"""The programme: adding, ordering, laying out pitches and stands, and pointing out overlaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max

from core.exceptions import DomainError, StaleVersion
from core.journal import journal
from core.locks import lock_row
from events.change_facts import Facts, item_facts
from events.clashes import end_of
from events.facts import places_words
from events.models import (
    Event,
    EventChange,
    ItemPerson,
    ItemSlot,
    ItemTable,
    PlaceClaim,
    PlacePool,
    ProgrammeItem,
    Registration,
)
from events.services.announcing import announce
from events.services.changes import Notice
from events.services.places import fill, lock_event
from events.services.pools import MovingUp, set_moving_up
from events.services.programme_changes import people_concerned, tell_item_change
from verbuende.models import Verbund

Kind = ProgrammeItem.Kind
LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True)
class PersonLine:
    """One person of an item, as typed."""

    name: str
    role: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class TableLine:
    """One table of an item; an empty topic stands for "unbekannt"."""

    number: int
    topic: str = ""
    host: str = ""
    capacity: int | None = None


@dataclass(frozen=True)
class SavedItem:
    """The item as saved, and the change people hear of, if it is one."""

    item: ProgrammeItem
    change: EventChange | None = None


@transaction.atomic
def add_item(
    *,
    actor: AbstractBaseUser | None,
    event: Event,
    fields: Mapping[str, Any],
    people: Sequence[PersonLine] = (),
    tables: Sequence[TableLine] = (),
    verbuende: Sequence[Verbund] = (),
    capacity: int | None = None,
    moving_up: MovingUp | None = None,
) -> ProgrammeItem:
    """Add an item at the end of the programme.

    verbuende: the alliances it belongs to, a workshop's for instance. capacity and moving_up, how freed places are
    given, count only if the item is to be chosen; a capacity of None is unlimited.
    """
    event = lock_event(event)
    last = event.items.aggregate(last=Max("position"))["last"] or 0
    item = ProgrammeItem.objects.create(event=event, position=last + 1, **fields)
    _write_lines(item, people, tables)
    _write_slots(item, verbuende)
    _set_pool(item, capacity, moving_up)
    _note(event, actor, item, ({}, item_facts(item)))
    journal(scope=event.scope, obj=item, action=f"Programmpunkt angelegt: {item}", actor=actor)
    return item


@transaction.atomic
def update_item(
    *,
    actor: AbstractBaseUser,
    item: ProgrammeItem,
    version: int,
    fields: Mapping[str, Any],
    people: Sequence[PersonLine],
    tables: Sequence[TableLine],
    capacity: int | None,
    moving_up: MovingUp | None = None,
    notice: Notice | None = None,
) -> SavedItem:
    """Save an item; raised capacity serves its waiting list at once. Raises StaleVersion, Gone, Busy or DomainError.

    When its time, length, room or name changes, whoever chose it is told: NeedsNotice without a `notice`.
    """
    event = lock_event(item.event)
    item = lock_row(ProgrammeItem, item.pk)
    if item.version != version:
        raise StaleVersion
    before, concerned = item_facts(item), people_concerned(item)
    for name, value in fields.items():
        setattr(item, name, value)
    item.version += 1
    item.save()
    _write_lines(item, people, tables)
    changes = _set_pool(item, capacity, moving_up)
    served = fill(event)
    facts = (before, item_facts(item))
    change = tell_item_change(
        event=event, actor=actor, item_pk=item.pk, facts=facts, concerned=concerned, notice=notice
    )
    announce(event, served - _told(change, concerned))
    journal(scope=event.scope, obj=item, action=f"Programmpunkt geändert: {item}", actor=actor, changes=changes)
    return SavedItem(item, change)


@transaction.atomic
def remove_item(*, actor: AbstractBaseUser, item: ProgrammeItem, notice: Notice | None = None) -> EventChange | None:
    """Remove an item with the choices people made in it; they are told, so it needs a `notice` then."""
    event = lock_event(item.event)
    item = lock_row(ProgrammeItem, item.pk)
    before, concerned, pk = item_facts(item), people_concerned(item), item.pk
    if concerned and notice and not notice.is_mailed:
        raise DomainError("Diesen Programmpunkt haben Personen gewählt. Löschen geht nur mit einer Mitteilung.")
    journal(scope=event.scope, obj=item, action=f"Programmpunkt gelöscht: {item}", actor=actor)
    item.delete()
    served = fill(event)
    change = tell_item_change(
        event=event, actor=actor, item_pk=pk, facts=(before, {}), concerned=concerned, notice=notice
    )
    announce(event, served - _told(change, concerned))
    return change


@transaction.atomic
def move_item(*, actor: AbstractBaseUser, item: ProgrammeItem, step: int) -> None:
    """Swap the item with its neighbour: step -1 is earlier, +1 later. At either end nothing happens."""
    event = lock_event(item.event)
    item = lock_row(ProgrammeItem, item.pk)
    others = event.items.exclude(pk=item.pk)
    if step < 0:
        neighbour = others.filter(position__lt=item.position).order_by("-position").first()
    else:
        neighbour = others.filter(position__gt=item.position).order_by("position").first()
    if neighbour is None:
        return
    item.position, neighbour.position = neighbour.position, item.position
    ProgrammeItem.objects.bulk_update([item, neighbour], ("position",))
    journal(scope=event.scope, obj=item, action=f"Programm umgestellt: {item}", actor=actor)


@transaction.atomic
def lay_out_slots(
    *, actor: AbstractBaseUser | None, item: ProgrammeItem, verbuende: Sequence[Verbund], minutes: int | None = None
) -> None:
    """Give each of these alliances one pitch of equal length, or one stand, numbered in the given order.

    Running it again with more alliances adds the new ones; those left out are removed.
    """
    event = lock_event(item.event)
    item = lock_row(ProgrammeItem, item.pk)
    if item.kind not in (Kind.PITCH, Kind.MARKET):
        raise DomainError("Pitches und Stände gibt es nur bei Programmpunkten der Art „Pitch“ oder „Markt“.")
    total = (minutes or 0) * len(verbuende)
    if total > LONGEST_MINUTES:
        raise DomainError("Zusammen wären das mehr als 24 Stunden. Geben Sie weniger Minuten je Verbund ein.")
    item.slots.all().delete()
    _write_slots(item, verbuende, minutes)
    # Whoever chose it relies on how long it lasts: then that is changed on its own page, where they are told.
    if item.kind == Kind.PITCH and minutes and item.minutes is None and not people_concerned(item):
        before = item_facts(item)
        item.minutes = total
        item.save(update_fields=["minutes"])
        _note(event, actor, item, (before, item_facts(item)))
    journal(scope=event.scope, obj=item, action=f"{item}: {len(verbuende)} Verbünde verteilt", actor=actor)


@dataclass(frozen=True)
class Overlap:
    """Two items at the same time that need the same room or person."""

    first: ProgrammeItem
    second: ProgrammeItem
    what: str


def overlaps(items: Sequence[ProgrammeItem]) -> list[Overlap]:
    """Return the collisions of rooms and people among items with known times; `people` must be prefetched."""
    found = []
    spans = [(item.starts_at, end, item) for item in items if item.starts_at and (end := end_of(item))]
    spans.sort(key=lambda span: span[:2])
    for index, (_, first_ends, first) in enumerate(spans):
        for second_starts, _, second in spans[index + 1 :]:
            if second_starts >= first_ends:
                break
            if first.room and first.room.casefold() == second.room.casefold():
                found.append(Overlap(first, second, first.room))
            names = {person.name for person in first.people.all()} & {person.name for person in second.people.all()}
            found += [Overlap(first, second, name) for name in sorted(names)]
    return found


def _note(event: Event, actor: AbstractBaseUser | None, item: ProgrammeItem, facts: tuple[Facts, Facts]) -> None:
    """Write down a change that nobody can have relied on, for the page."""
    tell_item_change(event=event, actor=actor, item_pk=item.pk, facts=facts, concerned=set(), notice=None)


def _told(change: EventChange | None, concerned: set[int]) -> set[int]:
    """Return who hears of the change by its notice, and so needs no other mail."""
    return concerned if change and change.is_mailed else set()


def _write_lines(item: ProgrammeItem, people: Sequence[PersonLine], tables: Sequence[TableLine]) -> None:
    # A person's reference to a shared organisation outlives the edit as long as its name is left as it was.
    shared = {
        person.organisation.name: person.organisation
        for person in item.people.select_related("organisation")
        if person.organisation
    }
    item.people.all().delete()
    ItemPerson.objects.bulk_create(
        ItemPerson(
            item=item,
            position=position,
            name=line.name,
            role=line.role,
            organisation=shared.get(line.organisation),
            organisation_as_typed="" if line.organisation in shared else line.organisation,
        )
        for position, line in enumerate(people, start=1)
    )
    # Tables keep their rows by number: wishes hang on them.
    numbers = [line.number for line in tables]
    if len(set(numbers)) < len(numbers):
        raise DomainError("Jede Tischnummer darf nur einmal vorkommen.")
    gone = item.tables.exclude(number__in=numbers)
    wished = Registration.table_wishes.through.objects.filter(itemtable__in=gone).select_related("itemtable").first()
    if wished:
        number = wished.itemtable.number
        raise DomainError(
            f"Tisch {number} haben sich schon Personen gewünscht. Er bleibt; sein Thema lässt sich ändern."
        )
    gone.delete()
    for line in tables:
        ItemTable.objects.update_or_create(
            item=item,
            number=line.number,
            defaults={"topic": line.topic, "host": line.host, "capacity": line.capacity},
        )


def _write_slots(item: ProgrammeItem, verbuende: Sequence[Verbund], minutes: int | None = None) -> None:
    ItemSlot.objects.bulk_create(
        ItemSlot(item=item, verbund=verbund, number=number, minutes=minutes)
        for number, verbund in enumerate(verbuende, start=1)
    )
    item.event.verbuende.add(*verbuende)


def _set_pool(item: ProgrammeItem, capacity: int | None, moving_up: MovingUp | None) -> dict[str, list[str]]:
    """Make the item's pool what the form says; return what changed in words, for the journal."""
    pool = PlacePool.objects.filter(item=item).first()
    if not item.is_choosable:
        _remove_pool(pool)
        return {}
    if pool is None:
        pool = PlacePool.objects.create(item=item, event=item.event, kind=PlacePool.Kind.ITEM, capacity=capacity)
        set_moving_up(pool, moving_up)
        return {}
    changes = {} if pool.capacity == capacity else {"Plätze": [places_words(pool.capacity), places_words(capacity)]}
    pool.capacity = capacity
    pool.save(update_fields=["capacity"])
    return changes | set_moving_up(pool, moving_up)


def _remove_pool(pool: PlacePool | None) -> None:
    if pool is None:
        return
    if pool.claims.filter(state__in=PlaceClaim.LIVE).exists():
        raise DomainError("Diesen Programmpunkt haben schon Personen gewählt. Er muss zur Wahl stehen bleiben.")
    pool.delete()
