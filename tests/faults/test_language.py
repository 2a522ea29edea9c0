"""German whatever the browser asks for, and numbers and dates as Germans write them (RELIABILITY F72)."""

import datetime as dt
import re

import pytest

from events.models import Event
from tests.access.world import build_world
from tests.factories.events import EventFactory
from tests.faults.forms import as_sent, form_of
from tests.faults.walking import addresses, clients

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"}
# What Django and allauth say by themselves.
PHRASES = re.compile(
    r"This field|Enter a valid|Select a valid|Ensure (that )?this|is not one of the|Please (correct|enter)"
    r"|must be|Forbidden|Not Found|Bad Request|Sign [Ii]n|Log[ -]?in|Password|E-mail address"
)


def words(page: str) -> str:
    """Return what a person reads."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", body)


def test_every_page_stays_german_in_an_english_browser() -> None:
    world = build_world()
    asking = clients(world)
    for address in addresses(world):
        response = asking[address.role].get(address.path, **ENGLISH)
        if "html" in response.headers["Content-Type"]:
            page = response.content.decode()
            assert '<html lang="de"' in page, str(address)
            assert not PHRASES.search(words(page)), f"{address}: {PHRASES.search(words(page))}"


def test_every_refusal_is_german_in_an_english_browser() -> None:
    """Every form sent empty, and with nonsense in each field."""
    world = build_world()
    asking = clients(world)
    refused = 0
    for address in addresses(world):
        page = asking[address.role].get(address.path)
        form = form_of(page)
        if form is None or address.name.startswith("account_logout"):
            continue
        nonsense = {name: "Ω?!" for name in as_sent(page) if name != "version"}
        for data in ({}, nonsense):
            response = asking[address.role].post(address.path, data, **ENGLISH)
            if response.status_code == 200 and form_of(response) is not None and form_of(response).errors:
                refused += 1
                found = PHRASES.search(words(response.content.decode()))
                assert not found, f"{address}: {found}"
    assert refused >= 12


def test_an_english_sentence_would_be_seen() -> None:
    assert PHRASES.search(words("<p class=error>This field is required.</p>"))


def edited(**changes: str) -> tuple[Event, str]:
    """Send the form of a draft with these changes; return it as stored and the page."""
    world = build_world()
    client = clients(world)["lead_a"]
    event = EventFactory(owner=world.verbund, visibility=Event.Visibility.DRAFT, has_public_registration=False)
    path = f"{event.get_manage_url()}bearbeiten/"
    data = as_sent(client.get(path)) | {name: [value] for name, value in changes.items()}
    return event, client.post(path, data).content.decode()


@pytest.mark.parametrize(("typed", "read"), [("60", 60), ("1.234", None), ("1,5", None), ("zwölf", None)])
def test_a_number_is_read_or_refused_with_a_sentence(typed: str, read: int | None) -> None:
    event, page = edited(capacity_on_site=typed)
    assert event.pools.get().capacity == read
    assert ("eine ganze Zahl ein" in page) is (read is None)


@pytest.mark.parametrize(
    ("typed", "is_read"),
    [("24.11.27", True), ("24. November 2027", True), ("24.11.2027 14 Uhr", False), ("11/24/2027", False)],
)
def test_a_date_is_read_or_refused_with_a_sentence(typed: str, is_read: bool) -> None:
    event, page = edited(starts_on=typed)
    event.refresh_from_db()
    assert (event.starts_on == dt.date(2027, 11, 24)) is is_read
    assert ("Geben Sie das Datum mit Tag, Monat und Jahr ein" in page) is not is_read
