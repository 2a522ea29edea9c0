"""What a registration mail keeps of the person's places, as of its revision; later changes get their own mail."""

from typing import Any

from core.dates import format_moment
from events.models import DeputyRequest, Registration
from events.services.standing import ItemStanding, Standing, Wish


def snapshot_of(registration: Registration, standing: Standing, *, note: str = "") -> dict[str, Any]:
    """Return the data of the outbox row."""
    situation = _situation(registration, standing)
    return {
        "revision": registration.revision,
        "situation": situation,
        "takes_entry_back": situation != "confirmed" and registration.calendar_revision > 0,
        "attendance": standing.attendance_label,
        "attendance_kind": standing.attendance,
        "rank": standing.rank,
        "offered_until": _moment(standing.offered_until or standing.ended_at),
        "wish": _wish(standing.wish) if standing.wish else None,
        "items": [item_snapshot(entry) for entry in standing.items],
        "deputy": _deputy_name(registration) if situation == "deputy" else "",
        "note": note,
    }


def item_snapshot(entry: ItemStanding) -> dict[str, Any]:
    """Return one chosen item as it is kept in the outbox row."""
    return {
        "pool": entry.pool_id,
        "title": entry.item.headline,
        "room": entry.item.room,
        "state": entry.state,
        "rank": entry.rank,
        "offered_until": _moment(entry.offered_until),
        "instead_of": entry.instead_of.headline if entry.instead_of else "",
    }


def _situation(registration: Registration, standing: Standing) -> str:
    """Return confirmed, offered, waiting, declined, expired, withdrawn, cancelled, deputy or event_cancelled."""
    if registration.event.is_cancelled:
        return "event_cancelled"
    if registration.answer == Registration.Answer.DEPUTY:
        return "deputy"
    if registration.answer != Registration.Answer.YES:
        return standing.ended or "cancelled"
    return standing.place_state or "waiting"


def _deputy_name(registration: Registration) -> str:
    """Return who comes in this person's place."""
    accepted = DeputyRequest.objects.filter(inviter=registration, state=DeputyRequest.State.ACCEPTED)
    request = accepted.select_related("deputy").last()
    return request.deputy.name if request and request.deputy else "Ihre Vertretung"


def _wish(wish: Wish) -> dict[str, Any]:
    return {
        "attendance": wish.attendance_label,
        "state": wish.state,
        "rank": wish.rank,
        "offered_until": _moment(wish.offered_until),
    }


def _moment(value: Any) -> str:
    return format_moment(value) if value else ""
