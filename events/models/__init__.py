"""The models of meetings, by what they are about."""

from events.models.change_requests import ChangeRequest
from events.models.changes import EventChange
from events.models.deputies import DeputyRequest
from events.models.events import Event, EventSeries, ManagedEvent
from events.models.guest_lists import GuestList, ListedGuest
from events.models.interest import EventInterest
from events.models.invitations import Invitation, InvitationRound
from events.models.mails import MailPlan, MailPlanSkip
from events.models.places import PlaceClaim, PlacePool
from events.models.programme import ItemPerson, ItemSlot, ItemTable, ProgrammeItem
from events.models.registrations import Registration
from events.models.subscriptions import EventAnnouncement, EventNotice, EventSubscription
from events.models.tags import GuestTag
from events.models.tallies import AnswerTally, PlaceTally

__all__ = [
    "AnswerTally",
    "ChangeRequest",
    "DeputyRequest",
    "Event",
    "EventAnnouncement",
    "EventChange",
    "EventInterest",
    "EventNotice",
    "EventSeries",
    "EventSubscription",
    "GuestList",
    "GuestTag",
    "Invitation",
    "InvitationRound",
    "ItemPerson",
    "ItemSlot",
    "ItemTable",
    "ListedGuest",
    "MailPlan",
    "MailPlanSkip",
    "ManagedEvent",
    "PlaceClaim",
    "PlacePool",
    "PlaceTally",
    "ProgrammeItem",
    "Registration",
]
