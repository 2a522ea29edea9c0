"""Kept pages: the same for every visitor, and never older than what the database says."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from core import kept
from events.change_facts import event_facts
from events.models import Event, EventChange, EventSeries, ItemPerson, ItemSlot, ItemTable, PlacePool, ProgrammeItem
from privacy.models import ConsentText
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import (
    EventFactory,
    EventSeriesFactory,
    ItemPersonFactory,
    ItemSlotFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_yes,
)
from tests.factories.privacy import ensure_consent_texts
from tests.factories.verbuende import OrganisationFactory, VerbundFactory
from verbuende.models import Organisation, Verbund

pytestmark = pytest.mark.django_db
TABLES = re.compile(r'(?:FROM|JOIN) "?(\w+)"?')
SLUG = "treffen-im-fruehling"
# Every view that keeps its pages, with an address of it.
PAGES = {
    "portal:start": [],
    "events:event-list": [],
    "events:event-detail": [SLUG],
    "events:event-print": [SLUG],
    "events:registration-create": [SLUG],
    "events:registration-received": [SLUG],
}


OWN = re.compile(rb'name="(csrfmiddlewaretoken|ticket)" value="([^"]+)"')


def for_all(response: HttpResponse) -> bytes:
    """Return the page without what is each visitor's own."""
    return OWN.sub(b"", response.content)


@dataclass
class World:
    """One meeting that shows everything a page can show."""

    event: Event
    person: ItemPerson
    slot: ItemSlot
    table: ItemTable
    guest: Organisation
    host: Verbund
    taking_part: Verbund


@pytest.fixture
def world() -> World:
    ensure_consent_texts()
    host, slotted, taking_part = VerbundFactory(), VerbundFactory(), VerbundFactory()
    event = EventFactory(slug=SLUG, owner=host, series=EventSeriesFactory(), on_site=2)
    event.verbuende.add(taking_part)
    panel = ProgrammeItemFactory(event=event, kind="panel", title="Wie weiter?", position=1)
    market = ProgrammeItemFactory(event=event, kind="market", title="Markt", position=2)
    tables = ProgrammeItemFactory(event=event, kind="cafe", title="Tische", position=3)
    guest = OrganisationFactory()
    person = ItemPersonFactory(item=panel, organisation=guest)
    slot = ItemSlotFactory(item=market, verbund=slotted)
    return World(event, person, slot, ItemTableFactory(item=tables), guest, host, taking_part)


@pytest.fixture
def visitor() -> Iterator[Client]:
    kept.shelf.clear()
    yield Client()
    kept.shelf.clear()


def test_every_view_that_keeps_pages_is_tested_here() -> None:
    assert set(PAGES) == set(_keeping(get_resolver(), ""))


def _keeping(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _keeping(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern) and getattr(
            getattr(pattern.callback, "view_class", None), "shown_rows", ()
        ):
            yield f"{prefix}{pattern.name}"


@pytest.mark.parametrize("name", PAGES)
def test_the_second_visitor_costs_one_statement(name: str, world: World, visitor: Client) -> None:
    address = reverse(name, args=PAGES[name])
    first = visitor.get(address)
    with CaptureQueriesContext(connection) as queries:
        second = Client().get(address)
    assert len(queries) == 1
    assert (second.status_code, for_all(second)) == (200, for_all(first))
    assert second.headers == first.headers


@pytest.mark.parametrize("name", PAGES)
def test_no_page_reads_a_table_its_stamp_does_not_know(name: str, world: World, visitor: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        visitor.get(reverse(name, args=PAGES[name]))
    stamp, *others = [query["sql"] for query in queries]
    read = {table for sql in others for table in TABLES.findall(sql)}
    assert "events_event" in read
    assert read <= set(TABLES.findall(stamp))


def change_programme(world: World) -> None:
    ProgrammeItem.objects.filter(event=world.event, kind="panel").update(title="Neu beschrieben")


CHANGES: dict[str, tuple[Callable[[World], object], tuple[str, ...]]] = {
    "title": (
        lambda w: Event.objects.filter(pk=w.event.pk).update(title="Neu beschrieben"),
        (
            "portal:start",
            "events:event-list",
            "events:event-detail",
            "events:event-print",
            "events:registration-received",
        ),
    ),
    "host": (
        lambda w: Verbund.objects.filter(pk=w.host.pk).update(short_name="Neu beschrieben", name="Neu beschrieben"),
        ("portal:start", "events:event-list", "events:event-detail"),
    ),
    "programme": (change_programme, ("events:event-detail", "events:event-print")),
    "person": (
        lambda w: ItemPerson.objects.filter(pk=w.person.pk).update(name="Neu beschrieben"),
        ("events:event-detail", "events:event-print"),
    ),
    "the person's organisation": (
        lambda w: Organisation.objects.filter(pk=w.guest.pk).update(name="Neu beschrieben"),
        ("events:event-detail",),
    ),
    "stand": (
        lambda w: Verbund.objects.filter(pk=w.slot.verbund_id).update(short_name="Neu beschrieben"),
        ("events:event-detail",),
    ),
    "table": (
        lambda w: ItemTable.objects.filter(pk=w.table.pk).update(topic="Neu beschrieben"),
        ("events:event-detail",),
    ),
    "series": (lambda _: EventSeries.objects.update(title="Neu beschrieben"), ("events:event-detail",)),
    "capacity": (
        lambda w: PlacePool.objects.filter(event=w.event).update(capacity=777),
        ("portal:start", "events:event-list", "events:event-detail", "events:registration-create"),
    ),
    "place taken": (
        lambda w: say_yes(RegistrationFactory(event=w.event)),
        ("portal:start", "events:event-list", "events:event-detail", "events:registration-create"),
    ),
    "consent": (
        lambda _: ConsentText.objects.create(
            key="photos", version=99, title="Fotos", text="Neu beschrieben", valid_from=in_days(-1)
        ),
        ("events:registration-create",),
    ),
    "workshop": (
        lambda w: ProgrammeItemFactory(event=w.event, kind="workshop", title="Neu beschrieben", places=3),
        ("events:registration-create", "events:event-detail"),
    ),
    "taking part": (lambda w: w.event.verbuende.add(VerbundFactory()), ("events:event-detail",)),
    "new meeting": (lambda _: EventFactory(), ("portal:start", "events:event-list")),
    "gone": (lambda w: w.event.delete(), ("portal:start", "events:event-list")),
}
SEEN = [(change, page) for change, (_, pages) in CHANGES.items() for page in pages]


@pytest.mark.parametrize(("change", "page"), SEEN)
def test_a_change_is_seen_at_once(change: str, page: str, world: World, visitor: Client) -> None:
    address = reverse(page, args=PAGES[page])
    before = for_all(visitor.get(address))
    assert for_all(visitor.get(address)) == before
    CHANGES[change][0](world)
    kept_or_new = for_all(visitor.get(address))
    assert kept_or_new != before
    kept.shelf.clear()
    assert for_all(visitor.get(address)) == kept_or_new


def test_a_note_of_a_change_is_seen_at_once(world: World, visitor: Client) -> None:
    before = visitor.get(world.event.get_absolute_url()).content
    facts = event_facts(world.event)
    EventChange.objects.create(
        event=world.event, at=in_days(0), kind="facts", before=facts, after={**facts, "venue": "Rathaus"}
    )
    assert visitor.get(world.event.get_absolute_url()).content != before


def test_with_a_stamp_that_misses_a_table_the_change_would_be_missed(
    world: World, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sign that the tests above can fail."""
    monkeypatch.setattr(kept, "_stamp", lambda *_: ("always the same",))
    before = visitor.get(reverse("events:event-list")).content
    Event.objects.update(title="Neu beschrieben")
    assert visitor.get(reverse("events:event-list")).content == before


def test_whoever_is_signed_in_gets_a_page_of_their_own(world: World, visitor: Client) -> None:
    visitor.get(reverse("events:event-list"))
    staff = Client()
    staff.force_login(CentreStaffFactory())
    assert "Arbeitsplatz" in staff.get(reverse("events:event-list")).content.decode()
    assert "Anmelden" in visitor.get(reverse("events:event-list")).content.decode()


def test_a_visitors_token_and_number_are_their_own(world: World, visitor: Client) -> None:
    address = reverse("events:registration-create", args=[SLUG])
    drawn, first, second = (Client(enforce_csrf_checks=True) for _ in range(3))
    drawn.get(address)
    with CaptureQueriesContext(connection) as queries:
        pages = [client.get(address) for client in (first, second)]
    assert len(queries) == 2
    values = [dict(OWN.findall(page.content)) for page in pages]
    assert values[0].keys() == values[1].keys() == {b"csrfmiddlewaretoken", b"ticket"}
    assert not set(values[0].values()) & set(values[1].values())
    secrets = {client.cookies[settings.CSRF_COOKIE_NAME].value for client in (drawn, first, second)}
    assert len(secrets) == 3
    # Each one's own token opens the door, another's does not.
    own, others = values[0][b"csrfmiddlewaretoken"].decode(), values[1][b"csrfmiddlewaretoken"].decode()
    assert first.post(address, {"csrfmiddlewaretoken": own}).status_code == 200
    assert first.post(address, {"csrfmiddlewaretoken": others}).status_code == 403


TOKEN = '<input name="csrfmiddlewaretoken" value="secret">'


@pytest.mark.parametrize("body", ["no token", TOKEN + TOKEN])
def test_a_page_whose_token_cannot_be_cut_out_is_not_kept(body: str, rf: RequestFactory) -> None:
    request = rf.get("/")
    get_token(request)
    assert kept._page_for_all(request, HttpResponse(body)) is None
    assert kept._page_for_all(rf.get("/"), HttpResponse("no token")) is not None


def test_a_page_with_a_cookie_is_not_kept(rf: RequestFactory) -> None:
    response = HttpResponse("hallo")
    response.set_cookie("mine", "1")
    assert kept._page_for_all(rf.get("/"), response) is None


def test_addresses_are_kept_apart(world: World, visitor: Client) -> None:
    address = reverse("events:event-list")
    assert visitor.get(address).content != visitor.get(f"{address}?suche=gibtesnicht").content
    assert "Netzwerktreffen" in visitor.get(address).content.decode()


def test_drafts_and_what_is_gone_are_not_found(world: World, visitor: Client) -> None:
    address = world.event.get_absolute_url()
    assert visitor.get(address).status_code == 200
    Event.objects.update(visibility="draft")
    assert visitor.get(address).status_code == 404


def test_the_shelf_has_an_end(world: World, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    for number in range(5):
        visitor.get(reverse("events:event-list"), {"suche": f"wort{number}"})
    assert len(kept.shelf._kept) == 3


def test_what_goes_by_the_clock_is_true_to_the_minute(world: World, visitor: Client) -> None:
    stamp = kept._stamp(kept._stamp_sql(["events_event"]), {})
    assert (stamp[0].second, stamp[0].microsecond) == (0, 0)
