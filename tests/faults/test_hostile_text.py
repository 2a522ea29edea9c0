"""Hostile text typed into every field of every form: shown as text on pages, in mails, calendars and tables.

RELIABILITY F53–F55 and F64. The forms are found by walking the routes and filled in as a browser would.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html import unescape

import pytest
from django.test import Client
from openpyxl import load_workbook

from events.forms import guard
from events.models import Event, MailPlan, Registration
from mailing.composing import compose
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import all_links, render
from portal import forms as portal_forms
from tests.access.world import World, build_world
from tests.faults.forms import as_sent, filled, form_of
from tests.faults.live import under_way
from tests.faults.walking import Address, addresses, clients

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}</title><svg/onload=alert(1)>'
DIRECTIONS = "Mü\u202eller\u202c \U0001f600 o\u0308\u0301 O’Brien Șerban Жанна"
TEXTS = {
    "markup": MARKUP,
    "directions": DIRECTIONS,
    "long": "W" * 300,
    "formula": "=cmd|'/c calc'!A1 [[link:answer]] [[unsubscribe]]",
    "lines": "Eins\r\nBcc: boese@example.org\r\nATTENDEE:mailto:boese@example.org",
    "address": "javascript:alert(1)",
}
# Raw in a page, any of these would run or end an element.
RAW = re.compile(
    r"""<script>alert|<img src=x|<svg/onload|</title><svg|<[^>]*\s(?:href|src|action|formaction)=["']?\s*javascript:"""
)
# Whoever presses these has nothing left to walk, unless it is under way for that; accounts have tests of their own.
NOT_HERE = re.compile(r"account_|drop|delete|deactivate|unsubscribe|cancel|address-proof|subscription-end")
# What is pressed where the page leaves the choice; the words travel with it into the mails.
PRESSED = {
    "events:event-update": {"aktion": "senden"},
    "events:event-cancel": {"aktion": "senden"},
    "events:invite": {"aktion": "senden"},
}
WORDS_OF_A_CHANGE = "change_words"
# What the walk itself ends: a draft without guests who come has no calendar entry and nobody to show a mail for.
ENDED = {
    "events:answer-calendar", "events:deputy-create", "events:mail-preview-html", "events:mail-detail-html",
    "events:suppression-lift",
}  # fmt: skip
HEADERS = {
    "from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress",
    "mime-version", "content-type", "list-id", "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip


@dataclass
class Typed:
    """A world in which somebody typed the text into every field."""

    kind: str
    world: World
    live: list[Address]
    took: set[str] = field(default_factory=set)
    refused: dict[str, object] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """What is typed."""
        return TEXTS[self.kind]

    def is_shown(self, html: str) -> bool:
        """Whether the page or mail shows its beginning, as far as every field takes it."""
        return self.text.partition("\r\n")[0][:20] in unescape(html)

    @property
    def pages(self) -> list[tuple[Address, Client]]:
        """Every page there is now."""
        asking = clients(self.world)
        return [(address, asking[address.role]) for address in (*addresses(self.world), *self.live)]


@pytest.fixture(params=TEXTS, ids=str)
def typed(request, monkeypatch) -> Typed:
    """Type it in, form by form; what a field refuses is shown again and then replaced."""
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)
    monkeypatch.setattr(portal_forms, "MINIMUM_SECONDS", -1)
    world = build_world()
    found = Typed(request.param, world, under_way(world))
    for address, client in found.pages:
        if address in found.live or not NOT_HERE.search(address.name):
            fill_in(found, address, client)
    return found


def fill_in(typed: Typed, address: Address, client: Client) -> None:
    """Send the page's form with the text, again without what was refused, and what a check page asks for."""
    page = client.get(address.url)
    if page.status_code != 200:
        typed.gone.add(address.name)
    if form_of(page) is None:
        return
    pressed = PRESSED.get(address.name, {}) and {**PRESSED[address.name], WORDS_OF_A_CHANGE: typed.text}
    plain, needed = set(), set()
    for _ in range(3):
        answer = client.post(address.url, filled(page, typed.text, plain=plain, needed=needed) | pressed)
        assert answer.status_code < 500, str(address)
        if answer.status_code != 200 or form_of(answer) is None:
            break
        assert_shows_text(address, answer.content.decode())
        needed |= plain & form_of(answer).errors.keys()
        plain |= form_of(answer).errors.keys()
        if not form_of(answer).errors:
            answer = client.post(address.url, as_sent(answer) | pressed)
            break
    if answer.status_code == 302:
        typed.took.add(address.name)
    elif form_of(answer) is not None:
        typed.refused[address.name] = form_of(answer).errors.as_data()


def assert_shows_text(address: object, page: str) -> None:
    found = RAW.search(page)
    assert not found, f"{address}: {page[max(0, found.start() - 200) :][:300]}"
    # A text that turns the line around and is cut before its end would turn around what follows.
    assert page.count("\u202e") == page.count("\u202c"), str(address)


def test_every_page_mail_calendar_and_table_shows_it_as_text(typed: Typed) -> None:
    assert {name: errors for name, errors in typed.refused.items() if name not in typed.took} == {}
    pages, mails = 0, set()
    for address, client in typed.pages:
        response = client.get(address.url)
        if response.status_code != 200 and address not in typed.live:
            typed.gone.add(address.name)
        kind = response.headers["Content-Type"]
        if "html" in kind:
            page = response.content.decode()
            assert_shows_text(address, page)
            pages += typed.is_shown(page)
        elif "calendar" in kind:
            assert_no_property_of_its_own(response.content.decode())
        elif "csv" in kind:
            assert_csv_is_text(response.content.decode("utf-8-sig"))
        elif "spreadsheet" in kind:
            assert_xlsx_is_text(response.content)
    for message in OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED):
        if typed.is_shown(assert_mail_is_text(message)):
            mails.add((message.purpose, message.scope))
    assert typed.gone <= ENDED
    assert pages >= 30
    assert {purpose for purpose, _ in mails} >= {"events.change", "events.invitation", "events.deputy_request"}
    # The reason of a cancellation.
    assert ("events.registration", Event.objects.get(cancelled_at__isnull=False).scope) in mails


def assert_mail_is_text(message: OutboxMessage) -> str:
    """Look at the mail as it leaves and as it arrives; return what it shows."""
    purpose = get_purpose(message.purpose)
    content, links = render(message, purpose), all_links(message, purpose)
    assert_shows_text(message, content.with_links(links).html)
    message.rendered_at = message.created_at
    sent = compose(message, purpose, content, links)
    head = sent.decode().split("\r\n\r\n", 1)[0]
    names = {line.partition(":")[0].lower() for line in re.sub(r"\r\n[ \t]", " ", head).split("\r\n")}
    assert names <= HEADERS, names - HEADERS
    if content.calendar:
        assert_no_property_of_its_own(content.calendar.text)
    arrived = message_from_bytes(sent, policy=policy.SMTP).get_body(("html",)).get_content()
    assert arrived.split() == content.with_links(links).html.split()
    return arrived


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


@pytest.mark.parametrize("page", ['<a class="btn" href="javascript:alert(1)">', "<p>Mü\u202e…</p>"])
def test_a_link_that_runs_or_a_line_left_turned_around_would_be_seen(page: str) -> None:
    with pytest.raises(AssertionError, match="seite"):
        assert_shows_text("seite", page)
    assert_shows_text("seite", "<p>javascript:alert(1) Mü\u202eller\u202c</p>")


def test_a_name_that_changes_direction_is_shown_apart() -> None:
    """F64: the sign that turns the line around ends with the name, so that what follows stays readable."""
    world = build_world()
    Registration.objects.filter(pk=world.registration.pk).update(name="Mü\u202eller")
    MailPlan.objects.all().delete()
    client = clients(world)["lead_a"]
    page = client.get(f"{world.draft.get_manage_url()}gaeste/").content.decode()
    assert "<bdi>Mü\u202eller</bdi>" in page
