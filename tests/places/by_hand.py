"""Acts by hand on places, and what became of them."""

from core.models import ChangeEntry
from events.models import PlaceClaim, Registration
from events.services.place_acts import Act, Kind
from mailing.models import OutboxMessage
from tests.factories.events import fill_up


def claim_of(person, kind="on_site") -> PlaceClaim:
    return person.claims.filter(state__in=PlaceClaim.LIVE, pool__kind=kind).get()


def state_of(person, kind="on_site") -> str:
    claim = person.claims.filter(pool__kind=kind).order_by("-pk").first()
    return claim.state if claim else ""


def mails(person) -> list[dict]:
    messages = OutboxMessage.objects.filter(ref=person.ref, purpose="events.registration").order_by("created_at", "pk")
    return [message.data for message in messages]


def act(kind: str, *people, of: str = "on_site", **fields) -> Act:
    return Act(kind=Kind(kind), claims=tuple(claim_of(person, of).pk for person in people), **fields)


def entry_of(person) -> ChangeEntry:
    return ChangeEntry.objects.filter(ref=person.ref, source="web").latest("pk")


def full(event, waiting: int = 2) -> tuple[list[Registration], list[Registration]]:
    """Fill the places on site and let others wait; return both."""
    people = fill_up(event, event.pools.get(kind="on_site").capacity + waiting)
    return people[:-waiting], people[-waiting:]
