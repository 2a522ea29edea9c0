"""The data every figure is measured with: 63 meetings, 10,000 people at one of them, a team that looks at them."""

import datetime as dt
from dataclasses import dataclass
from itertools import batched

from django.db import connection
from django.test import Client as TestClient

from accounts.models import User
from core.clock import db_now
from core.names import person_sort_key
from core.search import email_key, name_key
from events.models import Event, ItemPerson, ItemSlot, PlaceClaim, PlacePool, Registration
from events.services.planning import Capacities, create_event, set_visibility
from verbuende.models import Verbund

EVENTS, PEOPLE, MANY_PEOPLE = 63, 10_000, 100_000
PAST = 3
SLOTS, SPEAKERS = 12, 10
FIRST_NAMES = ("Anna", "Björn", "Çağla", "Dörte", "Emil", "Fatma", "Günter", "Hélène", "Ivo", "Jürgen")
LAST_NAMES = ("Ahorn", "Müller", "Weiß", "Özdemir", "Zypresse", "Krämer", "Schulze", "Yıldız", "Novák", "Fichte")


@dataclass(frozen=True)
class Data:
    """What the measuring modules need of it."""

    staff: User
    event: Event
    crowded: Event
    session: str


def make_data() -> Data:
    """Create everything."""
    staff = User.objects.create_user(email="bench@example.org", name="Bea Bench", is_centre_staff=True)
    alliances = [
        Verbund.objects.create(
            slug=f"verbund-{number}", name=f"Weiterbildungsverbund {number}", short_name=f"Verbund {number}",
            sort_key=f"verbund {number}", states=["NW"],
        )
        for number in range(SLOTS)
    ]  # fmt: skip
    # Two a week from tomorrow on; the last ones are over.
    events = [make_event(staff, f"Netzwerktreffen {n}", days=1 + n * 3) for n in range(EVENTS - PAST)]
    events += [make_event(staff, f"Rückschau {n}", days=-30 * (n + 1)) for n in range(PAST)]
    for event in events:
        _fill_programme(event, alliances)
    add_people(events[1], 0, PEOPLE)
    _analyse()
    return Data(staff=staff, event=events[0], crowded=events[1], session=_session_of(staff))


def make_event(staff: User, title: str, *, days: int, places: int | None = None) -> Event:
    """Create one public meeting, open to everybody."""
    start = (db_now() + dt.timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    event = create_event(
        actor=staff,
        owner=None,
        fields={
            "title": title, "summary": "Ein Tag für den Austausch der Verbünde über Weiterbildung im Betrieb.",
            "description": "Wir treffen uns zum **Austausch**.\n\n- Pitches\n- Markt der Möglichkeiten\n",
            "starts_on": start.date(), "starts_at": start, "ends_at": start + dt.timedelta(hours=6),
            "format": Event.Format.ON_SITE, "venue": "Haus der Technik", "address": "Hollestraße 1", "city": "Essen",
            "states": ["NW"], "contact_name": "Bea Bench", "contact_email": "bench@example.org",
            "has_public_registration": days > 0,
        },
        capacities=Capacities(on_site=places),
        with_template=True,
    )  # fmt: skip
    return set_visibility(actor=staff, event=event, visibility=Event.Visibility.PUBLIC)


def add_people(event: Event, first: int, end: int) -> None:
    """Add people who said yes and have a place."""
    pool = PlacePool.objects.get(event=event, kind=PlacePool.Kind.ON_SITE)
    now = db_now()
    for numbers in batched(range(first, end), 5000):
        people = Registration.objects.bulk_create(_person(event, number, now) for number in numbers)
        PlaceClaim.objects.bulk_create(
            PlaceClaim(
                registration=person, pool=pool, state=PlaceClaim.State.CONFIRMED, created_at=now, changed_at=now,
            )
            for person in people
        )  # fmt: skip


def add_many_people(event: Event) -> None:
    """Go on from PEOPLE to MANY_PEOPLE."""
    add_people(event, PEOPLE, MANY_PEOPLE)
    _analyse()


def _person(event: Event, number: int, now: dt.datetime) -> Registration:
    name = f"{FIRST_NAMES[number % 10]} {LAST_NAMES[number // 10 % 10]}-{number:06}"
    email = f"person{number}@firma{number % 997}.example.org"
    return Registration(
        event=event, name=name, name_key=name_key(name), sort_key=person_sort_key(name), email=email,
        email_key=email_key(email), organisation_as_typed=f"Firma {number % 997} GmbH",
        answer=Registration.Answer.YES, answered_at=now, attendance=Registration.Attendance.ON_SITE, created_at=now,
    )  # fmt: skip


def _fill_programme(event: Event, alliances: list[Verbund]) -> None:
    items = {item.kind: item for item in event.items.all()}
    ItemSlot.objects.bulk_create(
        ItemSlot(item=items[kind], number=number, verbund=verbund)
        for kind in ("pitch", "market")
        for number, verbund in enumerate(alliances, start=1)
    )
    ItemPerson.objects.bulk_create(
        ItemPerson(item=items["panel"], name=f"{FIRST_NAMES[n]} {LAST_NAMES[n]}", role="Podium", position=n)
        for n in range(SPEAKERS)
    )


def _session_of(user: User) -> str:
    client = TestClient()
    client.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def _analyse() -> None:
    """What autovacuum does by itself within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
