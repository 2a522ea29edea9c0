"""The way of a guest in a real browser, without scripts: the policies only a browser obeys must let it pass."""

import re
from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page

from events.models import Registration
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page without scripts that fails the test for anything the browser complains about."""
    complaints: list[str] = []
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    # Beside Playwright's event loop Django opens connections of its own, which nobody else would close.
    connections.close_all()
    context.close()
    assert complaints == []


def test_an_invited_person_answers_changes_and_cancels(page: Page, live_server) -> None:
    person = RegistrationFactory(event=EventFactory(format="hybrid", on_site=5, online=5))
    page.goto(f"{live_server.url}/e/{person.token}/")
    page.get_by_label("Ich sage ab").check()
    assert not page.get_by_text("Vor Ort in Essen").is_visible()
    page.get_by_label("Ich sage zu").check()
    page.get_by_role("button", name="Antwort verbindlich senden").click()
    assert page.title().startswith("Fehler:")
    page.get_by_label("Vor Ort in Essen").check()
    page.get_by_role("button", name="Antwort verbindlich senden").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sie sind angemeldet"
    page.get_by_role("link", name=re.compile("Ändern.*Essen")).click()
    page.get_by_label("Vegan", exact=True).check()
    page.get_by_role("button", name="Antwort verbindlich senden").click()
    assert page.get_by_text("Vegan", exact=True).is_visible()
    page.get_by_role("link", name="Teilnahme absagen").click()
    page.get_by_role("button", name="Verbindlich absagen").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ihre Absage ist notiert"


def test_a_visitor_registers_from_the_event_page_and_proves_the_address(page: Page, live_server) -> None:
    event = ProgrammeItemFactory(event=EventFactory(on_site=5)).event
    page.goto(f"{live_server.url}{event.get_absolute_url()}")
    page.get_by_role("main").get_by_role("link", name="Anmelden").click()
    page.get_by_label("Vor- und Nachname").fill("Paula Öffentlich")
    page.get_by_label("E-Mail-Adresse").fill("paula@example.org")
    page.wait_for_timeout(4000)
    page.get_by_role("button", name="Verbindlich anmelden").click()
    assert "Bitte sehen Sie in Ihr Postfach" in page.get_by_role("heading", level=1).inner_text()
    person = Registration.objects.get()
    page.goto(f"{live_server.url}/b/{person.proof_token}/")
    page.get_by_role("button", name="Anmeldung bestätigen").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sie sind angemeldet"
