"""What a person finds on the desk: their meetings, what waits for them, what did not arrive, and where they work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models import User
from core.dates import BERLIN
from events.models import Event, ManagedEvent
from events.pool_watch import EventWatch, events_to_watch
from events.status import PublicStatus, public_status
from events.wish_watch import events_with_wishes
from mailing.models import OutboxMessage
from mailing.querysets import OutboxMessageQuerySet
from verbuende.models import Verbund, VerbundMember

NEXT_EVENTS = 5
NETWORK_EVENTS = 3
SHOWN_MAILS = 8
# Nobody clears a list of months ago; the meeting's own page keeps all of them.
MAILS_OF_DAYS = 30


@dataclass(frozen=True)
class MailTrouble:
    """A mail that did not arrive, and the meeting it is about."""

    message: OutboxMessage
    event: Event | None

    @property
    def is_retried(self) -> bool:
        """Whether another attempt follows by itself."""
        return self.message.state != OutboxMessage.State.FAILED


@dataclass(frozen=True)
class Desk:
    """Everything on one person's desk."""

    greeting: str
    today: dt.date
    memberships: Sequence[VerbundMember]
    events: Sequence[ManagedEvent]
    watches: Sequence[EventWatch]
    more_pools: int
    # Meetings with open wishes for a change (events.wish_watch).
    wishes: Sequence[Any]
    network_events: Sequence[tuple[Event, PublicStatus]]
    troubles: Sequence[MailTrouble]
    trouble_count: int
    may_edit: bool
    is_homeless: bool

    @property
    def open_answers(self) -> int:
        """How many invited people have not answered, over the meetings shown."""
        return sum(event.open_count for event in self.events)

    @property
    def open_wishes(self) -> int:
        """How many changes wait for a decision."""
        return sum(event.open_wishes for event in self.wishes)


def desk_of(user: User) -> Desk:
    """Gather the desk; the number of queries does not grow with what is on it."""
    memberships = list(
        VerbundMember.objects.active().filter(user=user).select_related("verbund").order_by("verbund__sort_key")
    )
    now = timezone.localtime(timezone=BERLIN)
    events = ManagedEvent.objects.visible_to(user).upcoming().select_related("owner").with_places().with_figures()
    troubled = _troubled_mails(user, now)
    watches, more_pools = events_to_watch(user)
    return Desk(
        greeting=greet(user, now),
        today=now.date(),
        memberships=memberships,
        events=list(events[:NEXT_EVENTS]),
        watches=watches,
        more_pools=more_pools,
        wishes=events_with_wishes(user),
        network_events=_network_events(user),
        troubles=_with_events(list(troubled[:SHOWN_MAILS])),
        trouble_count=troubled.count(),
        may_edit=user.is_centre_staff or any(member.role in Verbund.EDITING_ROLES for member in memberships),
        is_homeless=not memberships and not user.is_centre_staff,
    )


def greet(user: User, now: dt.datetime) -> str:
    """Return "Guten Morgen, Frau Beispiel"; without a known name only the greeting."""
    if 5 <= now.hour < 11:
        words = "Guten Morgen"
    elif 11 <= now.hour < 18:
        words = "Guten Tag"
    else:
        words = "Guten Abend"
    if not user.name:
        return words
    if user.salutation:
        return f"{words}, {user.get_salutation_display()} {user.name.split()[-1]}"
    return f"{words}, {user.name}"


def _network_events(user: User) -> list[tuple[Event, PublicStatus]]:
    """The next public meetings of others, with how they stand."""
    own = ManagedEvent.objects.visible_to(user).values("pk")
    others = Event.objects.visible_to(user).listed().upcoming().exclude(pk__in=own)
    return [(event, public_status(event)) for event in others.select_related("owner").with_places()[:NETWORK_EVENTS]]


def _troubled_mails(user: User, now: dt.datetime) -> OutboxMessageQuerySet:
    """Mails of the person's own side that were refused, or that are being tried again."""
    is_trouble = Q(state=OutboxMessage.State.FAILED) | Q(state__in=("queued", "leased"), attempts__gt=0)
    since = now - dt.timedelta(days=MAILS_OF_DAYS)
    mails = OutboxMessage.objects.filter(_own_scopes(user), is_trouble, created_at__gte=since)
    return mails.order_by("-created_at", "-pk")


def _own_scopes(user: User) -> Q:
    """Return the condition "about something of mine": composed of what the lower apps let this person see."""
    events = ManagedEvent.objects.visible_to(user).order_by().values(mail_scope=_scope_name("event:"))
    verbuende = Verbund.objects.of_member(user).order_by().values(mail_scope=_scope_name("verbund:"))
    own = Q(scope__in=events) | Q(scope__in=verbuende)
    return own | Q(scope="centre") if user.is_centre_staff else own


def _scope_name(prefix: str) -> Concat:
    return Concat(Value(prefix), Cast("pk", CharField()), output_field=CharField())


def _with_events(messages: list[OutboxMessage]) -> list[MailTrouble]:
    numbers = {
        message.scope: int(message.scope.partition(":")[2]) for message in messages if message.scope[:6] == "event:"
    }
    events = ManagedEvent.objects.in_bulk(set(numbers.values())) if numbers else {}
    return [MailTrouble(message, events.get(numbers.get(message.scope, 0))) for message in messages]
