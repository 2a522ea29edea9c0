"""Two alliances, the centre, and one thing of each kind that belongs to Verbund A: what the matrix asks for."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from core.models import ImportRun, StoredFile
from events.models import (
    ChangeRequest,
    Event,
    EventInterest,
    EventSeries,
    EventSubscription,
    GuestList,
    InvitationRound,
    MailPlan,
    PlaceClaim,
    PlacePool,
    ProgrammeItem,
    Registration,
)
from mailing.models import OutboxMessage, Suppression
from mailing.services.outbox import queue
from mailing.services.suppression import suppress, unsubscribe_url
from tests.cast import make_member, make_user, make_verbund
from tests.factories.events import EventFactory, EventSubscriptionFactory, RegistrationFactory
from tests.factories.verbuende import ContactFactory
from verbuende.models import Contact, Verbund

ROLES = ("visitor", "lead_a", "staff_a", "reader_a", "lead_b", "centre")


@dataclass(frozen=True)
class World:
    """Rows that routes are asked for, and who asks."""

    users: dict[str, User | None]
    verbund: Verbund
    contact: Contact
    centre_contact: Contact
    published_contact: Contact
    event: Event
    draft: Event
    copy: Event
    series: EventSeries
    item: ProgrammeItem
    plan: MailPlan
    guest_list: GuestList
    sending: InvitationRound
    registration: Registration
    unproven: Registration
    subscription: EventSubscription
    mail: OutboxMessage
    wish: ChangeRequest
    interest: EventInterest

    @property
    def pool(self) -> PlacePool:
        """The places of the draft."""
        return self.draft.pools.get(item=None)

    @property
    def unsubscribe_token(self) -> str:
        """The token in a bulk mail's link."""
        return unsubscribe_url("gast@example.org", "events.invitation").rstrip("/").rpartition("/")[2]


def build_world() -> World:
    """Make everything, directly: the matrix is about who may see it, not about how it came to be."""
    a, b = make_verbund("A", "NW"), make_verbund("B", "HE")
    event = _event("oeffentlich", a, visibility="public", has_public_registration=True)
    draft = _event("entwurf", a, visibility="draft")
    guest = _confirmed(_registration(draft, "Gerd Gast", answer="yes", attendance="on_site"))
    return World(
        users={
            "visitor": None,
            "lead_a": make_member("Alice Ahorn", a, "LEAD"),
            "staff_a": make_member("Bob Buche", a, "STAFF"),
            "reader_a": make_member("Rita Robinie", a, "READER"),
            "lead_b": make_member("Carla Zeder", b, "LEAD"),
            "centre": make_user("Zoe Zypresse", is_centre_staff=True),
        },
        verbund=a,
        contact=_contact("Anna Gast", owner=a),
        centre_contact=_contact("Clara Gast", owner=None),
        published_contact=_contact("Offen Lich", owner=a, verbund=a, is_published=True),
        event=event,
        draft=draft,
        copy=_event("kopie", a, visibility="draft", copied_from=draft),
        series=EventSeries.objects.create(slug="reihe", title="Reihe", owner=a),
        item=ProgrammeItem.objects.create(event=draft, kind=ProgrammeItem.Kind.PITCH, title="Pitches", position=1),
        plan=MailPlan.objects.create(event=draft, kind=MailPlan.Kind.REMINDER, offset_days=-1, at_time=dt.time(9)),
        guest_list=_guest_list(draft),
        sending=InvitationRound.objects.create(event=draft, number=1, sent_at=timezone.now() + dt.timedelta(days=1)),
        registration=guest,
        interest=EventInterest.objects.create(
            event=event, email="neu@example.org", email_key="neu@example.org", asked_at=timezone.now()
        ),
        wish=ChangeRequest.objects.create(
            event=draft, registration=guest, reply={}, state="accepted", created_at=timezone.now()
        ),
        unproven=_registration(event, "Uta Neu", unproven_until=timezone.now() + dt.timedelta(hours=12)),
        subscription=EventSubscriptionFactory(),
        mail=_returned_mail(guest),
    )


def _returned_mail(registration: Registration) -> OutboxMessage:
    queue(
        purpose="events.link_again",
        to=registration.email,
        ref=registration.ref,
        dedup_key="matrix",
        scope=registration.event.scope,
    )
    suppress(registration.email, Suppression.Reason.RETURNED)
    return OutboxMessage.objects.get(dedup_key="matrix")


def _address(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@example.org"


def _contact(name: str, **fields: object) -> Contact:
    return ContactFactory(name=name, email=_address(name), **fields)


def _event(slug: str, owner: Verbund, **fields: object) -> Event:
    shown = {"has_public_registration": False, **fields}
    return EventFactory(slug=slug, title=f"Treffen {slug}", owner=owner, on_site=10, **shown)


def _registration(event: Event, name: str, **fields: object) -> Registration:
    return RegistrationFactory(event=event, name=name, email=_address(name), **fields)


def _guest_list(event: Event) -> GuestList:
    """A list that was taken over; its file is gone."""
    now = timezone.now()
    file = StoredFile.objects.create(scope="verbund:1", name="gaeste.csv", kind="csv", size=1, uploaded_at=now)
    run = ImportRun.objects.create(
        kind="events.guests",
        scope="verbund:1",
        file=file,
        state="applied",
        counts={"created": 0, "left_out": 0},
        created_at=now,
        applied_at=now,
    )
    return GuestList.objects.create(event=event, run=run, name="gaeste")


def _confirmed(registration: Registration) -> Registration:
    now = timezone.now()
    pool = registration.event.pools.get()
    PlaceClaim.objects.create(
        registration=registration, pool=pool, state="confirmed", rank=1, created_at=now, changed_at=now
    )
    return registration
