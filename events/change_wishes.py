"""Changes asked for after the freeze date in words: what would be different, for the person and for the organisers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.dates import format_moment
from events.models import ChangeRequest, ItemTable, PlacePool, Registration
from events.services.change_requests import current_as_json

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


def change_wish(person: Registration) -> ChangeWish | None:
    """Return the person's latest request while it is open or was declined; None when there is nothing to say."""
    request = person.change_requests.last() if person.event.changes_until else None
    if request is None or request.state not in (State.OPEN, State.DECLINED):
        return None
    if request.state == State.DECLINED:
        why = f" {request.reason}" if request.reason else ""
        return ChangeWish(request, (), "Ihre Änderung ist nicht möglich", f"Es bleibt, wie es war.{why}")
    when = format_moment(request.created_at)
    asked = f"Angefragt am {when}. Bis die Gastgeber entschieden haben, bleibt alles, wie es ist."
    return ChangeWish(request, tuple(difference(request, person)), "Ihre Änderung ist angefragt", asked)


def wish_of(request: ChangeRequest) -> ChangeWish:
    """Return a request with what it would change now."""
    return ChangeWish(request, tuple(difference(request, request.registration)), str(request), "")


def difference(request: ChangeRequest, person: Registration) -> Iterator[Line]:
    """Yield what the request would change, as things stand now."""
    now, asked = current_as_json(person), request.reply
    if not asked:
        return
    for key, label, words in (
        ("attendance", "Teilnahme", _attendance),
        ("item_pools", "Programmpunkte", _items),
        ("tables", "Tischwünsche", _tables),
        ("food", "Essen", _food),
        ("access_needs", "Zugang und Unterstützung", _text),
        ("remark", "Bemerkung", _text),
    ):
        if now[key] != asked[key]:
            yield Line(label, words(now[key]) or NOTHING, words(asked[key]) or NOTHING)


def _attendance(value: Any) -> str:
    return str(Registration.Attendance(value).label) if value else ""


def _items(value: Any) -> str:
    pools = PlacePool.objects.filter(pk__in=value).select_related("item").order_by("item__position")
    return ", ".join(pool.item.headline for pool in pools if pool.item)


def _tables(value: Any) -> str:
    return ", ".join(table.topic or str(table) for table in ItemTable.objects.filter(pk__in=value).order_by("number"))


def _food(value: Any) -> str:
    return ", ".join(str(Registration.Food(code).label) for code in value)


def _text(value: Any) -> str:
    return str(value)
