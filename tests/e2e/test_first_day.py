"""What a stranger does first: sign in, invite, open the invitation in the mailbox, answer, see the confirmation."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tests.e2e.mailbox import link_in_mail, open_mail

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("portal")]

EVENT = "Netzwerktreffen Ruhr: Gemeinsam weiterbilden"
GUEST = "Wilhelmine Neugierig"


def test_from_the_invitation_to_the_confirmed_answer(portal: str, page: Page) -> None:
    sign_in(page, portal, "Koordinierungszentrum")
    page.goto(f"{portal}/arbeitsplatz/veranstaltungen/")
    page.get_by_role("link", name=EVENT).first.click()
    manage = page.url

    page.goto(f"{manage}gaeste/neu/")
    page.get_by_label("Vor- und Nachname").fill(GUEST)
    page.get_by_label("E-Mail-Adresse").fill("wilhelmine@example.org")
    page.get_by_role("button", name="Vormerken").click()

    page.goto(f"{manage}einladen/")
    page.get_by_label("Einzeln vorgemerkte Gäste").check()
    page.get_by_role("button", name="Weiter zur Liste").click()
    expect(page.get_by_role("row", name=re.compile(GUEST))).to_contain_text("einzelner Gast, Rolle Publikum")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    page.get_by_role("button", name="Einladung jetzt senden").click()
    expect(page.get_by_role("status").first).to_contain_text("auf dem Weg")

    open_mail(page, portal, "wilhelmine@example.org", "Einladung")
    page.goto(link_in_mail(page))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Netzwerktreffen Ruhr")
    for box in page.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
    page.get_by_label("Ich sage zu").check()
    page.get_by_label(re.compile("^Online")).check()
    page.get_by_role("button", name=re.compile("Antwort.*senden")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sie sind angemeldet")

    open_mail(page, portal, "wilhelmine@example.org", "bestätigt")
    expect(page.get_by_role("heading", name="Kalendereintrag")).to_be_visible()

    page.goto(f"{manage}gaeste/?suche=Neugierig")
    expect(page.get_by_role("row", name=re.compile(GUEST))).to_contain_text("Zugesagt")


def test_buttons_in_rows_work_in_a_browser(portal: str, page: Page) -> None:
    sign_in(page, portal, "Koordinierungszentrum")
    page.goto(f"{portal}/arbeitsplatz/veranstaltungen/")
    page.get_by_role("link", name=EVENT).first.click()
    manage = page.url

    page.goto(f"{manage}mails/")
    page.get_by_role("button", name=re.compile("Anhalten")).first.click()
    page.get_by_role("button", name=re.compile("Freigeben")).first.click()
    expect(page.get_by_role("button", name=re.compile("Freigeben"))).to_have_count(0)

    page.goto(f"{manage}programm/")
    first = page.locator("ol.log h3").first.inner_text()
    page.get_by_role("button", name=re.compile("^Später")).first.click()
    expect(page.locator("ol.log h3").nth(1)).to_have_text(first)


def test_a_visitor_reaches_a_registration_form_in_two_clicks(portal: str, page: Page) -> None:
    page.goto(f"{portal}/")
    page.get_by_role("link", name=re.compile(EVENT)).first.click()
    page.get_by_role("link", name=re.compile("Anmelden|anmelden|Zur Anmeldung")).and_(
        page.locator("main a")
    ).first.click()

    expect(page.get_by_label("E-Mail-Adresse")).to_be_visible()
    assert page.context.cookies() == [] or [cookie["name"] for cookie in page.context.cookies()] == ["csrf"]


def test_the_whole_answer_works_without_scripts(portal: str, chromium) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="de-DE", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{portal}/")
    page.get_by_role("link", name=re.compile(EVENT)).first.click()
    page.locator("main").get_by_role("link", name=re.compile("nmeld")).first.click()
    page.get_by_label(re.compile("^Name|Vor- und Nachname")).first.fill("Ohne Skript")
    page.get_by_label("E-Mail-Adresse").fill("ohne.skript@example.org")
    page.get_by_label(re.compile("^Vor Ort")).check()
    # Quicker than a person reads, the form would take us for a program.
    time.sleep(4)
    page.get_by_role("button", name=re.compile("anmelden", re.IGNORECASE)).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("Postfach|Fast|eingegangen"))

    open_mail(page, portal, "ohne.skript@example.org", "")
    page.goto(link_in_mail(page))
    page.get_by_role("button", name=re.compile("bestätigen", re.IGNORECASE)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("angemeldet")
    context.close()
