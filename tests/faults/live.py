"""What is under way for a while only: pages that lead elsewhere before and after, and forms on the way to an end.

The matrix asks for each route once, in a world at rest; these are the same routes while there is something to decide.
"""

import datetime as dt

from django.urls import reverse

from events.models import ChangeRequest, Event, EventInterest, GuestList, PlaceClaim, PlacePool, Registration
from events.services.answers import answer_invitation
from events.services.change_requests import reply_as_json
from events.services.deputies import DeputyPerson, name_deputy
from events.services.guest_lists import apply_list, create_list, map_columns, review_list
from events.services.replies import Reply
from tests.access.world import World
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, in_days
from tests.faults.walking import Address

LIST = "Name;E-Mail;Firma\nJürgen Groß;juergen@example.org;Öl & Söhne\nOhne Adresse;;\n".encode()
COLUMNS = {"name": 0, "email": 1, "organisation": 2}


def under_way(world: World) -> list[Address]:
    """Begin everything that has an end, and return its pages; each has rows of its own, so that any order will do."""
    event = EventFactory(slug="laeuft", title="Treffen läuft", owner=world.verbund, on_site=10)
    return [
        *_places(event),
        *_deputies(event),
        *_wishes(world),
        *_ahead(world),
        *_lists(world, event),
        *_inviting(world, event),
        *_ending(world),
    ]


def _places(event: Event) -> list[Address]:
    """An offer to accept, one to decline, a list to leave, one of two items to keep."""
    pool = event.pools.get(item=None)
    items = [ProgrammeItemFactory(event=event, places=1, starts_at=event.starts_at) for _ in range(2)]
    torn, waits = _guest(event), claim(_guest(event), pool, "confirmed")
    for claimed in (pool, *(item.pool for item in items)):
        claim(torn, claimed, "confirmed")
    return [
        _own("answer-accept", claim(_guest(event), pool, "offered"), pool=pool.pk),
        _own("answer-decline", claim(_guest(event), pool, "offered"), pool=pool.pk),
        _own("answer-leave", claim(waits, items[0].pool, "waiting"), pool=items[0].pool.pk),
        _own("answer-keep", torn, pool=items[0].pool.pk),
    ]


def _deputies(event: Event) -> list[Address]:
    """A deputy who has not answered, whoever named them, and somebody who may name one."""
    namer = _guest(event)
    answer_invitation(registration=namer, reply=Reply(answer="yes", attendance="on_site"), form_path="/e/…/")
    deputy = name_deputy(inviter=namer, person=DeputyPerson("Vera Tretung", "vera@example.org"), words="").deputy
    assert deputy
    return [
        _own("deputy-take-back", namer),
        _own("answer", namer),
        _own("answer", deputy),
        _own("deputy-create", _guest(event)),
    ]


def _wishes(world: World) -> list[Address]:
    """Changes that were asked for after the freeze date: one to take back, one to decide about."""
    event = EventFactory(slug="fest", title="Treffen fest", owner=world.verbund, on_site=10, changes_until=in_days(-1))
    reply = reply_as_json(Reply(answer="yes", attendance="on_site", remark="Ohne Nüsse, bitte"))
    asker, other = (
        ChangeRequest.objects.create(event=event, registration=_guest(event), reply=reply, created_at=event.created_at)
        for _ in range(2)
    )
    decide = reverse("events:change-request-decide", args=[event.slug, other.pk])
    return [
        _own("change-withdraw", asker.registration),
        _own("answer", other.registration),
        Address("events:change-request-decide", decide, "lead_a"),
    ]


def _ahead(world: World) -> list[Address]:
    """Registration is still to open, and somebody has asked to be told."""
    event = EventFactory(slug="bald", title="Treffen bald", owner=world.verbund, registration_opens_at=in_days(5))
    asked = EventInterest.objects.create(
        event=event, email="bald@example.org", email_key="bald@example.org", asked_at=event.created_at
    )
    return [
        Address("events:interest-create", reverse("events:interest-create", args=[event.slug]), "visitor"),
        Address("events:interest", reverse("events:interest", args=[asked.token]), "visitor"),
    ]


def _lists(world: World, event: Event) -> list[Address]:
    """A file whose columns nobody has named yet, one that is to be checked, one of which a row was left out."""
    actor = world.users["lead_a"]
    assert actor
    fresh, mapped, applied = (
        create_list(actor=actor, event=event, content=LIST, file_name="gaeste.csv") for _ in range(3)
    )
    for each in (mapped, applied):
        map_columns(guest_list=each, name="Partner", role="participant", mapping=COLUMNS)
    apply_list(actor=actor, guest_list=applied, digest=review_list(applied).digest, choices={})
    return [_list("columns", fresh), _list("review", mapped), _list("refused", applied)]


def _list(step: str, guest_list: GuestList) -> Address:
    name = f"events:guestlist-{step}"
    return Address(name, reverse(name, args=[guest_list.event.slug, guest_list.pk]), "lead_a")


def _inviting(world: World, event: Event) -> list[Address]:
    """The list before it is sent, and acts on all guests."""
    invite, bulk = (reverse(f"events:{name}", args=[event.slug]) for name in ("invite", "guest-bulk"))
    acts = ("schlagwort", "rolle")
    groups = f"schritt=liste&verbund={world.verbund.pk}&rolle=LEAD&rolle=STAFF&personen=on"
    return [
        Address("events:invite", invite, "lead_a", groups),
        *(Address("events:guest-bulk", bulk, "lead_a", f"alle=1&aktion={act}") for act in acts),
    ]


def _ending(world: World) -> list[Address]:
    """A meeting that people have said yes to, to be changed and to be called off."""
    found = []
    for name, argument in (("events:event-update", "slug"), ("events:event-cancel", "event")):
        event = EventFactory(slug=f"ende-{name[-6:]}", title="Treffen Ende", owner=world.verbund, on_site=10)
        claim(_guest(event), event.pools.get(), "confirmed")
        found.append(Address(name, reverse(name, kwargs={argument: event.slug}), "lead_a"))
    return found


def _guest(event: Event) -> Registration:
    return RegistrationFactory(event=event, answer="yes", attendance="on_site", answered_at=event.created_at)


def claim(person: Registration, pool: PlacePool, state: str) -> Registration:
    """Give the person this claim; return the person."""
    at = person.created_at
    until = at + dt.timedelta(days=1) if state == PlaceClaim.State.OFFERED else None
    person.claims.create(pool=pool, state=state, offered_until=until, created_at=at, changed_at=at)
    return person


def _own(name: str, person: Registration, **more: int) -> Address:
    """Return one of the pages behind a person's own link."""
    return Address(f"events:{name}", reverse(f"events:{name}", kwargs={"token": person.token, **more}), "visitor")
