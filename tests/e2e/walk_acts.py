"""Pages that stand there only after somebody did something: the walk does it, looks, and takes it back.

Other walks find the meeting as it was, except for what the log, the outbox and the list of change wishes keep for good.
"""

import datetime as dt
import re
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.e2e.conftest import sign_in
from tests.e2e.mailbox import personal_link, press
from tests.e2e.walk import GUEST_LIST, RUHR, address_of, href, open_pages, path_of, public_event

NOTED = "Nora Vorgemerkt"


def acts(page: Page, portal: str) -> Iterator[str]:
    """The centre's staff again, after rounds were planned, mails came back and people asked for changes."""
    base = f"{portal}/arbeitsplatz{public_event(page, portal, RUHR)}"
    sign_in(page, portal, "Koordinierungszentrum")
    yield from _noted_guest(page, portal, base)
    yield from _discarded_list(page, base)
    yield from _returned_mail(page, portal, base)
    yield from _change_wishes(page, portal, base)


def _noted_guest(page: Page, portal: str, base: str) -> Iterator[str]:
    """Somebody noted, invited by a round that is planned, changed and withdrawn, and taken off the list."""
    page.goto(f"{base}gaeste/neu/")
    page.get_by_label("Vor- und Nachname").fill(NOTED)
    page.get_by_label("E-Mail-Adresse").fill("nora@vorgemerkt.example")
    press(page, page.get_by_role("button", name=re.compile("vormerken|aufnehmen", re.IGNORECASE)))
    page.goto(f"{base}gaeste/?suche=vorgemerkt.example")
    person = f"{portal}{path_of(page.get_by_role('row').filter(has_text=NOTED).get_by_role('link').first)}"
    yield from _planned_round(page, portal, base)
    yield from open_pages(page, person, ["", "entfernen/"])
    press(page, page.get_by_role("button", name="Von der Liste nehmen"))
    yield "noted guest, removed"


def _planned_round(page: Page, portal: str, base: str) -> Iterator[str]:
    page.goto(f"{base}einladen/?vorgemerkt=on&schritt=liste")
    press(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    yield "preview of a round"
    page.get_by_text("Zu einem Zeitpunkt senden").click()
    in_a_week = dt.date.today() + dt.timedelta(days=7)  # noqa: DTZ011 - as somebody types it
    page.get_by_label("Datum").fill(f"{in_a_week:%d.%m.%Y}")
    page.get_by_label("Uhrzeit").fill("10:00")
    press(page, page.get_by_role("button", name=re.compile("einplanen")))
    yield "planned round, just planned"
    yield from open_pages(page, base, ["einladen/", "mails/"])
    page.goto(f"{base}einladen/")
    planned = f"{portal}{href(page.locator('main a[href*="/runden/"]'))}"
    yield from open_pages(page, planned, ["", "senden/", "zurueckziehen/"])
    press(page, page.get_by_role("button", name=re.compile("zurückziehen")))
    yield "planned round, withdrawn"


def _discarded_list(page: Page, base: str) -> Iterator[str]:
    page.goto(f"{base}gaeste/liste/neu/")
    page.set_input_files("input[type=file]", {"name": "falsch.csv", "mimeType": "text/csv", "buffer": GUEST_LIST})
    press(page, page.get_by_role("button", name="Weiter zu den Spalten"))
    press(page, page.get_by_role("button", name="Liste verwerfen"))
    yield "guest list, discarded"


def _returned_mail(page: Page, portal: str, base: str) -> Iterator[str]:
    """A mail that came back: on the schedule, in the outbox, on the desk, and the suppression that follows, lifted."""
    page.goto(f"{base}gaeste/?stand=open")
    person = f"{portal}{href(page.get_by_role('row').filter(has_text='Noch offen').get_by_role('link'))}"
    page.goto(person)
    mail = f"{portal}{href(page.locator('main a[href*="/mails/post/"]'))}"
    page.goto(mail)
    press(page, page.get_by_role("button", name="Diese Mail kam zurück"))
    yield "mail that came back"
    yield from open_pages(page, base, ["", "mails/", "gaeste/?stand=undeliverable"])
    yield from open_pages(page, f"{portal}/arbeitsplatz/", ["", "postausgang/?stand=failed"])
    page.goto(f"{portal}{href(page.locator('main a[href*="/postausgang/"]:not([href*="?"])'))}")
    yield "failed mail in the outbox"
    yield from open_pages(page, person, ["", "sperre/"])
    page.get_by_label("Grund").fill("Die Adresse stimmt.")
    press(page, page.get_by_role("button", name="Sperre aufheben"))
    yield "suppression, lifted"
    page.goto(mail)
    press(page, page.get_by_role("button", name="Noch einmal senden"))
    yield "mail, sent again"


def _change_wishes(page: Page, portal: str, base: str) -> Iterator[str]:
    """After the freeze date a change is a wish: the guest's page, the organisers' list, the decision."""
    _freeze(page, base, f"{dt.date.today():%d.%m.%Y}", "00:00")  # noqa: DTZ011 - as somebody types it
    page.context.clear_cookies()
    guest = personal_link(page, portal, address_of(page, portal, "gaeste/?stand=yes", "Zugesagt"))
    yield from open_pages(page, guest, ["aendern/"])
    page.get_by_label("Bemerkung").fill("Ich komme erst mittags.")
    press(page, page.get_by_role("button", name="Änderung anfragen"))
    yield "change wish, asked for"
    yield from open_pages(page, guest, [""])
    sign_in(page, portal, "Koordinierungszentrum")
    yield from open_pages(page, base, ["", "aenderungswuensche/"])
    yield from open_pages(page, portal, ["/arbeitsplatz/"])
    page.goto(f"{base}aenderungswuensche/")
    wish = f"{portal}{href(page.locator('main a[href*="/aenderungswuensche/"]'))}"
    yield from open_pages(page, wish, [""])
    page.get_by_role("radio").first.check()
    press(page, page.get_by_role("button", name="Entscheiden und Mail senden"))
    yield "change wish, decided"
    _freeze(page, base, "", "")


def _freeze(page: Page, base: str, day: str, time: str) -> None:
    page.goto(f"{base}bearbeiten/")
    until = page.get_by_role("group", name=re.compile("^Änderungen bis"))
    until.get_by_label("Datum").fill(day)
    until.get_by_label("Uhrzeit").fill(time)
    press(page, page.get_by_role("button", name="Speichern"))
