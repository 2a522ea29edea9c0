"""Changes asked for after the freeze date in words: what would be different, for the person and for the organisers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.dates import format_moment
from events.models import ChangeRequest, ItemTable, PlacePool, ProgrammeItem, Registration
from events.services.change_requests import current_as_json
from events.services.standing import Standing, standing_of

State = ChangeRequest.State
NOTHING = "nichts"


@dataclass(frozen=True)
class Line:
    """One difference: what, as it is, as it was asked for."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangeWish:
    """A request with its differences; `title` and `text` are for the person's own page."""

    request: ChangeRequest
    lines: tuple[Line, ...]
    title: str
    text: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.request.state == State.OPEN


def change_wish(person: Registration, *, standing: Standing, tables: Sequence[ItemTable]) -> ChangeWish | None:
    """Return the person's latest request while it is open or was declined; None when there is nothing to say.

    standing, tables: what the person has now, and the tables they wish for.
    """
    request = person.change_requests.last() if person.event.changes_until else None
    if request is None or request.state not in (State.OPEN, State.DECLINED):
        return None
    if request.state == State.DECLINED:
        why = f" {request.reason}" if request.reason else ""
        return ChangeWish(request, (), "Ihre Änderung ist nicht möglich", f"Es bleibt, wie es war.{why}")
    when = format_moment(request.created_at)
    asked = f"Angefragt am {when}. Bis die Gastgeber entschieden haben, bleibt alles, wie es ist."
    lines = tuple(_difference(request, person, standing, tables))
    return ChangeWish(request, lines, "Ihre Änderung ist angefragt", asked)


def wish_of(request: ChangeRequest) -> ChangeWish:
    """Return a request with what it would change now."""
    person = request.registration
    lines = tuple(_difference(request, person, standing_of(person), wished_tables(person)))
    return ChangeWish(request, lines, str(request), "")


def wished_tables(person: Registration) -> list[ItemTable]:
    """Return the tables a person wishes for, in the order of the programme; their items joined."""
    return list(person.table_wishes.select_related("item").order_by("item__position", "number"))


def _difference(
    request: ChangeRequest, person: Registration, standing: Standing, tables: Sequence[ItemTable]
) -> Iterator[Line]:
    """Yield what the request would change, as things stand now; two queries at most, for what is asked for anew."""
    now, asked = current_as_json(person, standing, tables), request.reply
    if not asked:
        return
    items = {entry.pool_id: entry.item for entry in standing.items}
    own_tables = {table.pk: table for table in tables}
    for key, label, words in (
        ("attendance", "Teilnahme", _attendance),
        ("item_pools", "Programmpunkte", lambda value: _items(value, items)),
        ("tables", "Tischwünsche", lambda value: _tables(value, own_tables)),
        ("food", "Essen", _food),
        ("access_needs", "Zugang und Unterstützung", _text),
        ("remark", "Bemerkung", _text),
    ):
        if now[key] != asked[key]:
            yield Line(label, words(now[key]) or NOTHING, words(asked[key]) or NOTHING)


def _attendance(value: Any) -> str:
    return str(Registration.Attendance(value).label) if value else ""


def _items(value: Any, known: Mapping[int, ProgrammeItem]) -> str:
    new = set(value) - known.keys()
    pools = PlacePool.objects.filter(pk__in=new).select_related("item") if new else ()
    items = dict(known) | {pool.pk: pool.item for pool in pools if pool.item}
    chosen = [items[pk] for pk in value if pk in items]
    return ", ".join(item.headline for item in sorted(chosen, key=lambda item: item.position))


def _tables(value: Any, known: Mapping[int, ItemTable]) -> str:
    new = set(value) - known.keys()
    tables = dict(known) | (ItemTable.objects.in_bulk(new) if new else {})
    chosen = [tables[pk] for pk in value if pk in tables]
    return ", ".join(table.topic or str(table) for table in sorted(chosen, key=lambda table: table.number))


def _food(value: Any) -> str:
    return ", ".join(str(Registration.Food(code).label) for code in value)


def _text(value: Any) -> str:
    return str(value)
