"""The main tasks, as people do them step by step. Each yields on every page, so that somebody may look at it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from accounts.models import User
from events.models import Event, PlacePool, Registration
from mailing.models import OutboxMessage
from tests.e2e.mailbox import press
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, fill_up, say_no


@dataclass(frozen=True)
class World:
    """A meeting with two workshops and a place on offer, and whoever acts."""

    url: str
    event: Event
    invited: Registration
    offered: Registration
    staff: User

    @property
    def manage(self) -> str:
        """Where the organisers work."""
        return f"{self.url}{self.event.get_manage_url()}"


def build_world(url: str) -> World:
    """Build it: on site one person is offered the last place and another waits, online there is room."""
    event = EventFactory(format="hybrid", on_site=1, online=40)
    event.pools.update(mode=PlacePool.Mode.OFFER)
    for title in ("Bedarfe beschreiben", "Kurse entwickeln"):
        ProgrammeItemFactory(event=event, places=12, kind="workshop", title=title)
    holder, offered, _ = fill_up(event, 3)
    say_no(holder)
    return World(url, event, RegistrationFactory(event=event), offered, CentreStaffFactory())


def answer_with_a_workshop(page: Page, world: World) -> Iterator[None]:
    """Somebody invited says yes, takes a workshop, and sees what holds now."""
    page.goto(f"{world.url}/e/{world.invited.token}/")
    yield
    press(page, page.get_by_role("button", name="Antwort verbindlich senden"))
    assert page.title().startswith("Fehler:")
    yield
    page.get_by_label("Ich sage zu").check()
    page.get_by_label(re.compile("^Online")).check()
    page.get_by_label(re.compile("^Kurse entwickeln")).check()
    press(page, page.get_by_role("button", name="Antwort verbindlich senden"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie sind angemeldet")
    expect(page.get_by_role("main")).to_contain_text("Kurse entwickeln")
    yield


def register_publicly(page: Page, world: World) -> Iterator[None]:
    """A visitor finds the meeting, registers and proves the address."""
    page.goto(f"{world.url}/veranstaltungen/")
    yield
    press(page, page.get_by_role("main").get_by_role("link", name=world.event.title).first)
    yield
    press(page, page.get_by_role("main").get_by_role("link", name="Anmelden").first)
    yield
    page.get_by_label("Vor- und Nachname").fill("Paula Öffentlich")
    page.get_by_label("E-Mail-Adresse").fill("paula@example.org")
    page.get_by_label(re.compile("^Online")).check()
    press(page, page.get_by_role("button", name="Verbindlich anmelden"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bitte sehen Sie in Ihr Postfach")
    yield
    page.goto(f"{world.url}/b/{Registration.objects.get(email='paula@example.org').proof_token}/")
    press(page, page.get_by_role("button", name="Anmeldung bestätigen"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie sind angemeldet")


def decline_an_offer(page: Page, world: World) -> Iterator[None]:
    """Somebody who waited does without the place."""
    page.goto(f"{world.url}/e/{world.offered.token}/")
    yield
    press(page, page.get_by_role("link", name="Ablehnen"))
    yield
    press(page, page.get_by_role("button", name=re.compile("ablehnen")))
    world.offered.refresh_from_db()
    assert world.offered.answer == "no"
    yield


def invite_somebody(page: Page, world: World) -> Iterator[None]:
    """An organiser notes a guest and sends the invitation."""
    page.goto(f"{world.manage}gaeste/neu/")
    yield
    page.get_by_label("Vor- und Nachname").fill("Wilhelmine Neugierig")
    page.get_by_label("E-Mail-Adresse").fill("wilhelmine@example.org")
    press(page, page.get_by_role("button", name="Vormerken"))
    yield
    page.goto(f"{world.manage}einladen/")
    yield
    page.get_by_label("Einzeln vorgemerkte Gäste").check()
    press(page, page.get_by_role("button", name="Weiter zur Liste"))
    yield
    press(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    yield
    press(page, page.get_by_role("button", name=re.compile("jetzt senden$")))
    expect(page.get_by_role("status").first).to_contain_text("auf dem Weg")
    assert OutboxMessage.objects.filter(recipient="wilhelmine@example.org", purpose="events.invitation").exists()
    yield


GUESTS = (answer_with_a_workshop, register_publicly, decline_an_offer)
