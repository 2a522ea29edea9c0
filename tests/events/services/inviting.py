"""Audiences for tests that are not about who is on the list."""

from django.contrib.auth.models import AnonymousUser

from events.models import Event
from events.services.audience import Audience, Selection, collect


class KnownAudience(Audience):
    """An audience that knows its keys."""

    @property
    def keys(self) -> set[str]:
        return {person.key for person in (*self.new, *self.invited)}


def everybody(event: Event) -> KnownAudience:
    """Everybody noted for the event, and who was invited before."""
    audience = collect(actor=AnonymousUser(), event=event, selection=Selection(include_noted=True))
    return KnownAudience(**vars(audience))
