"""Which rows of the events app who may see and edit. Nothing else decides about rows."""

from events.querysets.events import EventQuerySet, ManagedEventQuerySet, SeriesQuerySet
from events.querysets.inside import (
    ChangeRequestQuerySet,
    GuestListQuerySet,
    InvitationRoundQuerySet,
    MailPlanQuerySet,
    PlacePoolQuerySet,
    ProgrammeItemQuerySet,
    RegistrationQuerySet,
)
from events.querysets.ownership import possible_owners

__all__ = [
    "ChangeRequestQuerySet",
    "EventQuerySet",
    "GuestListQuerySet",
    "InvitationRoundQuerySet",
    "MailPlanQuerySet",
    "ManagedEventQuerySet",
    "PlacePoolQuerySet",
    "ProgrammeItemQuerySet",
    "RegistrationQuerySet",
    "SeriesQuerySet",
    "possible_owners",
]
