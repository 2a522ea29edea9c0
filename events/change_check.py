"""The page before a change is saved: which mails it would cause, to whom, and what they say.

The change is made, looked at and undone (core.rehearsal): the page cannot promise anything else than what happens.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.clock import db_now
from core.rehearsal import rehearse
from events.change_facts import Line, change_lines
from events.models import Event, EventChange, PlaceClaim, Registration
from events.services.changes import with_event_place
from events.services.programme_changes import torn_people
from events.services.standing import Standing, standings
from mailing.models import OutboxMessage
from mailing.rendering import Rendered
from mailing.services.preview import render_preview

Claim = PlaceClaim.State
# Beyond so many names a page is no longer read; the rest is counted.
SHOWN_NAMES = 300


@dataclass(frozen=True)
class Group:
    """People who get the same notice for the same reason."""

    label: str
    people: tuple[Registration, ...]

    @property
    def shown(self) -> tuple[Registration, ...]:
        """The first of them."""
        return self.people[:SHOWN_NAMES]

    @property
    def hidden_count(self) -> int:
        """How many names the page leaves out."""
        return max(0, len(self.people) - SHOWN_NAMES)


@dataclass(frozen=True)
class Torn:
    """People who have chosen both of two items that come to run at the same time."""

    first: str
    second: str
    people: tuple[Registration, ...]


@dataclass(frozen=True)
class Check:
    """Everything the page says."""

    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    # People who lose their place by the change, and wait now.
    displaced: tuple[Registration, ...]
    # Whose chosen items come to run at the same time, in the order of the programme.
    torn: tuple[Torn, ...]
    # Other mails it causes: who moves up, for instance.
    other_count: int
    withdrawn_count: int
    person: Registration | None
    mail: Rendered | None

    @property
    def told_count(self) -> int:
        """How many people are told."""
        return sum(len(group.people) for group in self.groups)

    @property
    def people(self) -> list[Registration]:
        """Everybody the mail can be previewed for."""
        return [person for group in self.groups for person in group.shown]


def check_change(*, event: Event, purpose: str, act: Callable[[], Any], wanted: str = "") -> Check:
    """Return what `act` would do. purpose: the mail that tells of it; wanted: the id of the person to preview it for.

    Raises what `act` raises.
    """
    return rehearse(lambda: _look(event, purpose, act, wanted))


def _look(event: Event, purpose: str, act: Callable[[], Any], wanted: str) -> Check:
    outbox = OutboxMessage.objects.for_scope(event.scope)
    had_place, waiting, since = with_event_place(event), outbox.waiting().count(), db_now()
    act()
    created = list(outbox.filter(created_at__gte=since).order_by("recipient_name", "pk"))
    notices = {_person_id(message): message for message in created if message.purpose == purpose}
    people = {person.pk: person for person in Registration.objects.filter(pk__in=notices).select_related("event")}
    now_have = standings(people.values())
    person = _chosen(people, wanted)
    change = EventChange.objects.filter(event=event).first()
    return Check(
        lines=tuple(change_lines(change.before, change.after)) if change else (),
        groups=tuple(_groups(people.values(), now_have)),
        displaced=tuple(each for each in people.values() if each.pk in had_place and now_have[each.pk].is_waiting),
        torn=tuple(_torn(event, change)) if change else (),
        other_count=len(created) - len(notices),
        withdrawn_count=max(0, waiting + len(created) - outbox.waiting().count()),
        person=person,
        mail=_preview(notices[person.pk]) if person else None,
    )


def _torn(event: Event, change: EventChange) -> Iterator[Torn]:
    pairs = torn_people(event, change.before)
    rows = Registration.objects.filter(pk__in=set[int]().union(*pairs.values())).order_by("sort_key", "pk")
    people = list(rows) if pairs else []
    for (first, second), both in pairs.items():
        yield Torn(first.headline, second.headline, tuple(person for person in people if person.pk in both))


def _groups(people: Iterable[Registration], now_have: dict[int, Standing]) -> list[Group]:
    members: dict[tuple[int, str], list[Registration]] = defaultdict(list)
    for person in people:
        members[_label(now_have[person.pk])].append(person)
    return [Group(label, tuple(members[order, label])) for order, label in sorted(members)]


def _label(standing: Standing) -> tuple[int, str]:
    """Return the group a person belongs to, and its place on the page."""
    if standing.answer == Registration.Answer.OPEN:
        return 5, "Eingeladen, noch ohne Antwort"
    if standing.has_place:
        return (2 if standing.attendance == "online" else 1), f"Mit Platz {standing.attendance_label}"
    if standing.place_state == Claim.OFFERED:
        return 3, "Platz angeboten"
    return 4, "Auf der Warteliste"


def _chosen(people: dict[int, Registration], wanted: str) -> Registration | None:
    if wanted.isascii() and wanted.isdecimal() and int(wanted) in people:
        return people[int(wanted)]
    return next(iter(people.values()), None)


def _preview(message: OutboxMessage) -> Rendered:
    return render_preview(message.purpose, message.ref, message.data, message.recipient, message.recipient_name)


def _person_id(message: OutboxMessage) -> int:
    return int(message.ref_id)
