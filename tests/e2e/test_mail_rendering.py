"""Every kind of mail in a narrow window, light and dark, without pictures: nothing overflows, all can be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser

from core.clock import db_now
from events.change_facts import event_facts
from events.models import ChangeRequest, Event, EventChange, EventInterest, EventNotice, Registration
from events.services.deputies import DeputyPerson, name_deputy, take_back_deputy
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes, get_purpose
from mailing.rendering import all_links, render
from tests.factories.events import (
    EventFactory,
    EventSubscriptionFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_no,
    say_yes,
)

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]

# Gmail cuts longer mails off.
LARGEST = 100_000
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def messages() -> Iterator[OutboxMessage]:
    """Yield at least one message of every purpose."""
    yield from (sample for purpose in all_purposes().values() if (sample := purpose.sample()))
    event = EventFactory(
        on_site=1,
        title="Netzwerktreffen Weiterbildungsverbundkoordinierungsstellen im Ruhrgebiet",
        answer_by=in_days(10).date(),
    )
    ProgrammeItemFactory.create_batch(3, event=event, starts_at=event.starts_at)
    invited, first, second = RegistrationFactory.create_batch(3, event=event)
    say_yes(first)
    say_yes(second)
    yield from OutboxMessage.objects.filter(purpose="events.registration")
    say_no(first)
    yield from OutboxMessage.objects.filter(purpose="events.registration", ref=first.ref)
    yield from deputy_messages(invited)
    yield declined_change(second)
    yield from interest_messages(event)
    data = {
        "event": event.pk,
        "subject": "Parken",
        "text": "Kommen Sie?",
        "reason": "Gast der Kammer",
        "start": "",
        "changes": [change_of(event).pk],
    }
    for name in ("invitation", "answer_reminder", "link_again", "address_proof", "change"):
        yield message_about(invited, f"events.{name}", data)
    for name in ("reminder", "notice", "thanks"):
        yield message_about(second, f"events.{name}", data)
    yield from subscription_messages(event)


def subscription_messages(event: Event) -> Iterator[OutboxMessage]:
    """Yield the mails of somebody who hears of new events."""
    subscription = EventSubscriptionFactory(states=["NW", "SL"], sectors=["care", "vehicles"])
    day = event.created_at.date()
    for each in (event, EventFactory(format="online", is_demo=True)):
        EventNotice.objects.create(subscription=subscription, event=each, told_on=day)
    for name in ("event_news", "subscription_known", "subscription_proof"):
        data = {"day": f"{day}"}
        yield OutboxMessage(purpose=f"events.{name}", ref=subscription.ref, recipient=subscription.email, data=data)


def change_of(event: Event) -> EventChange:
    """The meeting has moved to another house."""
    after = event_facts(event)
    before = {**after, "venue": "Altes Haus"}
    return EventChange.objects.create(event=event, at=db_now(), kind="facts", before=before, after=after)


def interest_messages(event: Event) -> Iterator[OutboxMessage]:
    """Please confirm, and it is open."""
    interest = EventInterest.objects.create(event=event, email="neu@example.org", asked_at=db_now())
    for name, ref in (("interest_proof", interest.ref), ("interest_open", f"events.event:{event.pk}")):
        yield OutboxMessage(purpose=f"events.{name}", ref=ref, recipient=interest.email, recipient_name="", data={})


def declined_change(person: Registration) -> OutboxMessage:
    """A change asked for after the freeze date, and the organisers' no."""
    wish = ChangeRequest.objects.create(
        event=person.event, registration=person, reply={}, state="declined", reason="Zu spät.", created_at=db_now()
    )
    return message_about(person, "events.change_declined", {"request": wish.pk})


def deputy_messages(namer: Registration) -> Iterator[OutboxMessage]:
    """Yield what a deputy and their namer get: asked and taken back, asked and declined, asked and accepted."""
    for end in (lambda _deputy: take_back_deputy(inviter=namer), say_no, say_yes):
        vera = DeputyPerson("Vera Vertretung", f"vera-{OutboxMessage.objects.count()}@example.org")
        deputy = name_deputy(inviter=namer, person=vera, words="Bitte übernimm.\n\nDanke.").deputy
        assert deputy
        yield OutboxMessage.objects.get(ref=deputy.ref)
        OutboxMessage.objects.filter(ref=deputy.ref).update(state=OutboxMessage.State.SENT)
        end(deputy)
    yield from OutboxMessage.objects.filter(purpose__in=("events.deputy_ended", "events.deputy_outcome"))
    yield from OutboxMessage.objects.filter(ref=namer.ref, purpose="events.registration")
    say_no(deputy)
    yield OutboxMessage.objects.get(purpose="events.deputy_gone")


def message_about(registration: Registration, purpose: str, data: dict[str, object]) -> OutboxMessage:
    return OutboxMessage(
        purpose=purpose,
        ref=registration.ref,
        recipient=registration.email,
        recipient_name=registration.name,
        data=data,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mail_can_be_read_at_360_pixels_without_pictures(chromium: Browser, scheme: str, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, locale="de-DE")
    page = context.new_page()
    requests: list[str] = []
    # With pictures off nothing is missing, because a mail asks for nothing at all.
    page.route("**/*", lambda route: (requests.append(route.request.url), route.abort()))
    problems, seen = [], set()
    for number, message in enumerate(messages()):
        purpose = get_purpose(message.purpose)
        content = render(message, purpose).with_links(all_links(message, purpose))
        page.set_content(content.html)
        page.screenshot(path=tmp_path / f"{number}-{message.purpose}-{scheme}.png", full_page=True)
        seen.add(message.purpose)

        problems += [f"{message.purpose}: {rule['id']}" for rule in Axe().run(page, options=AXE).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            problems.append(f"{message.purpose}: wider than the window")
        if page.locator("h1").count() != 1 or page.locator("html[lang=de]").count() != 1:
            problems.append(f"{message.purpose}: needs one heading and its language")
        if len(content.html.encode()) > LARGEST:
            problems.append(f"{message.purpose}: {len(content.html)} bytes")
        expected = "rgb(14, 22, 23)" if scheme == "dark" else "rgb(255, 255, 255)"
        if page.evaluate("getComputedStyle(document.body).backgroundColor") != expected:
            problems.append(f"{message.purpose}: not {scheme}")
        unknown = [u for u in page.eval_on_selector_all("a", "all => all.map(a => a.href)") if not is_ours(u)]
        problems += [f"{message.purpose}: links to {address}" for address in unknown]
    context.close()

    assert problems == []
    assert requests == []
    assert seen == set(all_purposes())


def is_ours(address: str) -> bool:
    return address.startswith((settings.PORTAL_BASE_URL, "mailto:"))
