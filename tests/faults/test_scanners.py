"""Mail scanners open every link of every mail, several times, by GET and HEAD: nothing changes (RELIABILITY F33).

All purposes are walked: a new kind of mail is covered as soon as it is declared.
"""

import re
from collections.abc import Set
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from accounts.emails import queue_password_link
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes, get_purpose
from mailing.rendering import all_links, render
from tests.access.world import World, build_world
from tests.factories.events import EventSubscriptionFactory, RegistrationFactory
from tests.faults.live import under_way
from tests.faults.walking import addresses, snapshot
from tests.mail.every_mail import messages

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

ADDRESS = re.compile(r'href="(https?://[^"]+)"|(https?://[^\s<>"]+)')
# What only says who is looking, and when.
PASSING = ("sessions.session",)


# Each of these is opened while it could act.
LIVE = {
    "answer", "answer-accept", "answer-decline", "answer-leave", "answer-keep", "answer-cancel", "address-proof",
    "subscription-confirm", "subscription-end", "interest", "change-withdraw", "deputy-create", "deputy-take-back",
    "unsubscribe", "account_reset_password_from_key",
}  # fmt: skip


def links_of(message: OutboxMessage) -> set[str]:
    """Return the paths of all our links in the mail, those in headers too."""
    purpose = get_purpose(message.purpose)
    links = all_links(message, purpose)
    content = render(message, purpose).with_links(links)
    found = {unescape(first or second) for first, second in ADDRESS.findall(content.html + content.text)}
    ours = (address for address in {*found, *links.values()} if address.startswith(settings.PORTAL_BASE_URL))
    return {address.removeprefix(settings.PORTAL_BASE_URL) for address in ours}


def scan(path: str, *, fine: Set[int] = frozenset({200})) -> None:
    """Open the link like a program that follows where it leads, without cookies and again with those it got."""
    client = Client(HTTP_USER_AGENT="SafeLinks")
    for ask in (client.get, client.head, client.get, client.head, Client().get):
        assert ask(path, follow=True).status_code in fine, path


def test_opening_every_link_of_every_mail_changes_nothing() -> None:
    # One by one: some of the people they are about are gone in the end, and their links with them.
    links = {mail.purpose: links_of(mail) for mail in messages()}
    assert links.keys() == all_purposes().keys()
    paths = set().union(*links.values())
    assert sum(path.startswith("/e/") for path in paths) >= 3
    before = snapshot(without=PASSING)

    for path in sorted(paths):
        scan(path, fine={200, 404})
        after = snapshot(without=PASSING)
        assert {table for table in after if after[table] != before[table]} == set(), path


def live_links(world: World) -> set[str]:
    """Return the links of mails that something can still be done with: offers, proofs, wishes, deputies, a password."""
    pages = (*addresses(world), *under_way(world))
    found = {page.path for page in pages if page.role == "visitor" and "token" in resolve(page.path).kwargs}
    unconfirmed = EventSubscriptionFactory(confirmed_at=None)
    found.add(reverse("events:subscription-confirm", args=[unconfirmed.proof_token]))
    user = world.users["lead_a"]
    assert user
    queue_password_link(to=user.email, user=user)
    # What the acts above have mailed, as it stands in the mails themselves.
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED)
    return found | {path for mail in waiting for path in links_of(mail)}


def test_opening_every_link_that_still_acts_changes_nothing() -> None:
    links = live_links(build_world())
    kinds = {resolve(path).url_name for path in links}
    assert kinds >= LIVE, LIVE - kinds
    before = snapshot(without=PASSING)

    for path in sorted(links):
        scan(path)
    after = snapshot(without=PASSING)

    assert {table for table in after if after[table] != before[table]} == set()


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
