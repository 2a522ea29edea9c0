"""Mail scanners open every link of every mail, several times, by GET and HEAD: nothing changes (RELIABILITY F33).

All purposes are walked: a new kind of mail is covered as soon as it is declared.
"""

import re
from html import unescape

import pytest
from django.conf import settings
from django.test import Client

from mailing.models import OutboxMessage
from mailing.purposes import all_purposes, get_purpose
from mailing.rendering import all_links, render
from tests.e2e.test_mail_rendering import messages
from tests.factories.events import RegistrationFactory
from tests.faults.walking import snapshot

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

ADDRESS = re.compile(r'href="(https?://[^"]+)"|(https?://[^\s<>"]+)')
# What only says who is looking, and when.
PASSING = ("sessions.session",)


def links_of(message: OutboxMessage) -> set[str]:
    """Return the paths of all our links in the mail, those in headers too."""
    purpose = get_purpose(message.purpose)
    links = all_links(message, purpose)
    content = render(message, purpose).with_links(links)
    found = {unescape(first or second) for first, second in ADDRESS.findall(content.html + content.text)}
    ours = (address for address in {*found, *links.values()} if address.startswith(settings.PORTAL_BASE_URL))
    return {address.removeprefix(settings.PORTAL_BASE_URL) for address in ours}


def scan(path: str) -> None:
    """Open the link like a program that follows where it leads, without cookies and again with those it got."""
    client = Client(HTTP_USER_AGENT="SafeLinks")
    for ask in (client.get, client.head, client.get, client.head, Client().get):
        assert ask(path, follow=True).status_code in {200, 404}, path


def test_opening_every_link_of_every_mail_changes_nothing() -> None:
    # One by one: some of the people they are about are gone in the end, and their links with them.
    links = {mail.purpose: links_of(mail) for mail in messages()}
    assert links.keys() == all_purposes().keys()
    paths = set().union(*links.values())
    assert sum(path.startswith("/e/") for path in paths) >= 3
    before = snapshot(without=PASSING)

    for path in sorted(paths):
        scan(path)
        after = snapshot(without=PASSING)
        assert {table for table in after if after[table] != before[table]} == set(), path


def test_after_the_scanner_the_person_gets_through() -> None:
    person = RegistrationFactory()
    path = f"/e/{person.token}/"
    scan(path)

    assert Client().post(path, {"answer": "no"}).status_code == 302

    person.refresh_from_db()
    assert person.answer == "no"


def test_a_link_that_did_change_something_would_be_seen() -> None:
    person = RegistrationFactory()
    before = snapshot(without=PASSING)
    Client().post(f"/e/{person.token}/", {"answer": "no"})

    after = snapshot(without=PASSING)
    assert "events.Registration" in {table for table in after if after[table] != before[table]}
