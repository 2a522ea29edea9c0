"""Hostile text typed into every field of every form: shown as text on pages, in mails, calendars and tables.

RELIABILITY F53–F55 and F64. The forms are found by walking the routes and filled in as a browser would.
"""

import csv
import io
import re
from dataclasses import dataclass, field

import pytest
from django.test import Client
from openpyxl import load_workbook

from events.forms import guard
from events.models import MailPlan, Registration
from mailing.composing import compose
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import all_links, render
from portal import forms as portal_forms
from tests.access.world import World, build_world
from tests.faults.forms import filled, form_of
from tests.faults.walking import Address, addresses, clients

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}</title><svg/onload=alert(1)>'
TEXTS = {
    "markup": MARKUP,
    "directions": "Mü\u202eller\u202c \U0001f600 o\u0308\u0301 O’Brien Șerban Жанна",
    "long": "W" * 300,
    "formula": "=cmd|'/c calc'!A1 [[link:answer]] [[unsubscribe]]",
    "lines": "Eins\r\nBcc: boese@example.org\r\nATTENDEE:mailto:boese@example.org",
}
# Raw in a page, any of these would run or end an element.
RAW = ("<script>alert", "<img src=x", "<svg/onload", "</title><svg")
# Whoever presses these has nothing left to walk; accounts ask for what they check, and have tests of their own.
NOT_HERE = re.compile(r"cancel|drop|delete|deactivate|publish|account_|unsubscribe|address-proof")
# Each of these must take the text, so that there is something to look at.
MUST_TAKE = {
    "events:event-update", "events:item-create", "events:item-update", "events:guest-create",
    "events:registration-update", "events:series-create", "events:series-update", "events:answer-change",
    "events:registration-create", "verbuende:contact-create", "verbuende:contact-update", "portal:feedback",
}  # fmt: skip
HEADERS = {
    "from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress",
    "mime-version", "content-type", "list-id", "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip


@dataclass
class Typed:
    """A world in which somebody typed the text into every field."""

    text: str
    world: World
    took: set[str] = field(default_factory=set)
    refused: dict[str, object] = field(default_factory=dict)

    @property
    def pages(self) -> list[tuple[Address, Client]]:
        """Every page there is now."""
        asking = clients(self.world)
        return [(address, asking[address.role]) for address in addresses(self.world)]


@pytest.fixture(params=TEXTS, ids=str)
def typed(request, monkeypatch) -> Typed:
    """Type it in, form by form; what a field refuses is shown again and then replaced."""
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)
    monkeypatch.setattr(portal_forms, "MINIMUM_SECONDS", -1)
    found = Typed(TEXTS[request.param], build_world())
    for address, client in found.pages:
        if not NOT_HERE.search(address.name):
            fill_in(found, address, client)
    return found


def fill_in(typed: Typed, address: Address, client: Client) -> None:
    """Send the page's form with the text, and once more without what was refused."""
    page, text = client.get(address.path), typed.text
    if form_of(page) is None:
        return
    answer = client.post(address.path, filled(page, text))
    if answer.status_code == 200 and form_of(answer) is not None:
        assert_shows_text(address, answer.content.decode())
        answer = client.post(address.path, filled(page, text, plain=frozenset(form_of(answer).errors)))
    assert answer.status_code < 500, str(address)
    if answer.status_code == 302:
        typed.took.add(address.name)
    elif form_of(answer) is not None:
        typed.refused[address.name] = form_of(answer).errors.as_data()


def assert_shows_text(address: object, page: str) -> None:
    found = [sign for sign in RAW if sign in page]
    assert not found, f"{address}: {found[0]} at {page.index(found[0])}: {page[page.index(found[0]) - 200 :][:300]}"


def test_every_page_mail_calendar_and_table_shows_it_as_text(typed: Typed) -> None:
    refused = {name: typed.refused.get(name) for name in MUST_TAKE - typed.took}
    assert not refused
    shown = 0
    for address, client in typed.pages:
        response = client.get(address.path)
        kind = response.headers["Content-Type"]
        if "html" in kind:
            page = response.content.decode()
            assert_shows_text(address, page)
            shown += "&lt;script&gt;alert(1)" in page
        elif "calendar" in kind:
            assert_no_property_of_its_own(response.content.decode())
        elif "csv" in kind:
            assert_csv_is_text(response.content.decode("utf-8-sig"))
        elif "spreadsheet" in kind:
            assert_xlsx_is_text(response.content)
    if typed.text == MARKUP:
        assert shown >= 15
    for message in OutboxMessage.objects.all():
        assert_mail_is_text(message)


def assert_mail_is_text(message: OutboxMessage) -> None:
    purpose = get_purpose(message.purpose)
    content, links = render(message, purpose), all_links(message, purpose)
    assert_shows_text(message, content.with_links(links).html)
    message.rendered_at = message.created_at
    head = compose(message, purpose, content, links).decode().split("\r\n\r\n", 1)[0]
    names = {line.partition(":")[0].lower() for line in re.sub(r"\r\n[ \t]", " ", head).split("\r\n")}
    assert names <= HEADERS, names - HEADERS
    if content.calendar:
        assert_no_property_of_its_own(content.calendar.text)


def assert_no_property_of_its_own(calendar: str) -> None:
    assert "\nATTENDEE:mailto:boese" not in calendar
    assert "\nBcc" not in calendar


def assert_csv_is_text(table: str) -> None:
    for row in csv.reader(io.StringIO(table), delimiter=";"):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t"))]


def assert_xlsx_is_text(content: bytes) -> None:
    for row in load_workbook(io.BytesIO(content)).active:
        assert not [cell.value for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("name", ["title", "reason"])
def test_a_page_that_did_not_escape_would_be_seen(name: str) -> None:
    with pytest.raises(AssertionError, match="<script>alert"):
        assert_shows_text(name, f"<h1>{MARKUP}</h1>")
    assert_shows_text(name, "<h1>&lt;script&gt;alert(1)</h1>")


def test_a_name_that_changes_direction_is_shown_apart() -> None:
    """F64: the sign that turns the line around ends with the name, so that what follows stays readable."""
    world = build_world()
    Registration.objects.filter(pk=world.registration.pk).update(name="Mü\u202eller")
    MailPlan.objects.all().delete()
    client = clients(world)["lead_a"]
    page = client.get(f"{world.draft.get_manage_url()}gaeste/").content.decode()
    assert "<bdi>Mü\u202eller</bdi>" in page
