"""Lists on paper beside the guest list: one page per programme item, and the sheet to sign."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from events.models import Event, PlaceClaim, PlacePool, ProgrammeItem, Registration

State = PlaceClaim.State
# Lines left empty for people who come without having registered.
EMPTY_LINES = 5


@dataclass
class ItemSheet:
    """One programme item: who has a place, by name, and who waits, by rank."""

    item: ProgrammeItem
    capacity: int | None
    places: list[Registration] = field(default_factory=list)
    waiting: list[Registration] = field(default_factory=list)


def item_sheets(event: Event) -> list[ItemSheet]:
    """Return a sheet for each item people could choose, in the order of the programme; two queries."""
    pools = PlacePool.objects.filter(event=event, item__isnull=False).select_related("item").order_by("item__position")
    sheets = {pool.pk: ItemSheet(pool.item, pool.capacity) for pool in pools if pool.item}
    claims = PlaceClaim.objects.filter(pool__in=sheets, state__in=(State.CONFIRMED, State.WAITING))
    for claim in claims.select_related("registration__organisation").order_by("rank", "pk"):
        sheet = sheets[claim.pool_id]
        (sheet.places if claim.state == State.CONFIRMED else sheet.waiting).append(claim.registration)
    for sheet in sheets.values():
        sheet.places.sort(key=lambda person: (person.sort_key, person.pk))
    return list(sheets.values())


def people_on_site(event: Event) -> QuerySet[Registration]:
    """Return those who have a place on site, by name: they sign."""
    claims = PlaceClaim.objects.filter(pool__event=event, pool__kind=PlacePool.Kind.ON_SITE, state=State.CONFIRMED)
    people = event.registrations.filter(pk__in=claims.values("registration"))
    return people.select_related("organisation").order_by("sort_key", "pk")
