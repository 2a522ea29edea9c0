"""The main tasks, as people do them step by step. Each yields on every page, so that somebody may look at it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from accounts.models import User
from events.models import Event, EventSubscription, PlacePool, Registration
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


def send_a_deputy(page: Page, world: World) -> Iterator[None]:
    """Whoever has said yes asks somebody else to come instead, and then cancels all the same."""
    page.goto(f"{world.url}/e/{world.invited.token}/vertretung/")
    yield
    page.get_by_label("Vor- und Nachname").fill("Vera Vertretung")
    page.get_by_label("E-Mail-Adresse").fill("vera@example.org")
    page.get_by_label(re.compile("^Die Person weiß")).check()
    press(page, page.get_by_role("button", name="Vertretung anfragen"))
    expect(page.get_by_role("main")).to_contain_text("Vera Vertretung")
    yield
    page.goto(f"{world.url}/e/{world.invited.token}/absagen/")
    yield
    press(page, page.get_by_role("button", name="Verbindlich absagen"))
    world.invited.refresh_from_db()
    assert world.invited.answer == "no"
    yield


def hear_of_new_meetings(page: Page, world: World) -> Iterator[None]:
    """A visitor asks for news by mail, confirms, and ends it."""
    page.goto(f"{world.url}/veranstaltungen/neu-per-mail/")
    yield
    page.get_by_label("E-Mail-Adresse").fill("abo@example.org")
    press(page, page.get_by_role("button", name="Link zur Bestätigung senden"))
    yield
    asked = EventSubscription.objects.get()
    page.goto(f"{world.url}/n/{asked.proof_token}/bestaetigen/")
    yield
    press(page, page.get_by_role("main").get_by_role("button"))
    expect(page.get_by_role("main")).to_contain_text("Ihr Abonnement läuft")
    page.goto(f"{world.url}/n/{asked.token}/beenden/")
    yield
    press(page, page.get_by_role("main").get_by_role("button"))
    assert not EventSubscription.objects.exists()
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


def call_off(page: Page, world: World) -> Iterator[None]:
    """An organiser calls the meeting off, having seen whom that reaches and what they read."""
    page.goto(f"{world.manage}absagen/")
    yield
    page.get_by_label("Grund der Absage").fill("Die Referentin ist erkrankt.")
    press(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    yield
    press(page, page.get_by_role("button", name=re.compile("^Absagen und")))
    world.event.refresh_from_db()
    assert world.event.cancel_reason == "Die Referentin ist erkrankt."
    yield


ORGANISERS = (invite_somebody, call_off)
GUESTS = (answer_with_a_workshop, register_publicly, decline_an_offer, send_a_deputy, hear_of_new_meetings)
