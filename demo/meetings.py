"""The documented meetings of Essen and Frankfurt, written through the same services as any other."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from core.dates import parse_time
from events.models import Event, PlacePool
from events.services.planning import Capacities, create_event, set_visibility
from events.services.pools import MovingUp
from events.services.programme import PersonLine, TableLine, add_item, lay_out_slots
from verbuende.models import Verbund

DATA = Path(__file__).parent / "data"


def load_historic_meetings() -> list[Event]:
    """Record the two real meetings: facts only, clock times only where a source gives them."""
    meetings = json.loads((DATA / "meetings.json").read_text())["meetings"]
    return [_load(facts) for facts in meetings]


def load_items(event: Event, programme: list[dict[str, Any]], alliances: list[Verbund]) -> None:
    """Write a programme from a data file; `per_alliance` gives each of the alliances a pitch or a stand."""
    for entry in programme:
        _load_item(event, entry, alliances)


def verbund_named(name: str) -> Verbund:
    """Return the alliance with this short name; Verbund.DoesNotExist tells of a slip in the data."""
    return Verbund.objects.get(short_name=name)


def _load(facts: dict[str, Any]) -> Event:
    day = dt.date.fromisoformat(facts["date"])
    event = create_event(
        actor=None,
        owner=None,
        fields={
            "kind": facts["kind"],
            "title": facts["title"],
            "summary": facts["summary"],
            "starts_on": day,
            "date_note": facts.get("date_note", ""),
            "format": Event.Format.ON_SITE,
            "venue": facts["venue"],
            "city": facts["city"],
            "states": facts["states"],
            "source_urls": facts["sources"],
            "recap_url": facts["recap"],
        },
        capacities=Capacities(),
    )
    load_items(event, facts["programme"], [verbund_named(name) for name in facts["alliances"]])
    return set_visibility(actor=None, event=event, visibility=Event.Visibility.PUBLIC)


def _load_item(event: Event, entry: dict[str, Any], alliances: list[Verbund]) -> None:
    tables = [{"topic": table} if isinstance(table, str) else table for table in entry.get("tables", ())]
    item = add_item(
        actor=None,
        event=event,
        fields={
            "kind": entry["kind"],
            "title": entry.get("title", ""),
            "text": entry.get("text", ""),
            "part": entry.get("part", ""),
            "room": entry.get("room", ""),
            "minutes": entry.get("minutes"),
            "starts_at": _moment(event, entry.get("at")),
            "ends_at": _moment(event, entry.get("ends")),
            "is_choosable": "capacity" in entry,
        },
        people=[
            PersonLine(person["name"], person.get("role", ""), person.get("organisation", ""))
            for person in entry.get("people", ())
        ],
        tables=[
            TableLine(number, table["topic"], table.get("host", ""), table.get("capacity"))
            for number, table in enumerate(tables, start=1)
        ],
        verbuende=[verbund_named(entry["alliance"])] if "alliance" in entry else (),
        capacity=entry.get("capacity"),
        moving_up=MovingUp(PlacePool.Mode.OFFER, entry["offer_hours"]) if "offer_hours" in entry else None,
    )
    if entry.get("per_alliance"):
        lay_out_slots(actor=None, item=item, verbuende=alliances, minutes=entry.get("pitch_minutes"))


def _moment(event: Event, clock: str | None) -> dt.datetime | None:
    """Return the clock time on the event's day."""
    return timezone.make_aware(dt.datetime.combine(event.starts_on, parse_time(clock))) if clock else None
