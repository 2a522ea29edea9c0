"""Every page there is, one after the other, in one browser and one world: what visitors, guests and organisers see.

Each walk opens a page and yields what it is called; whoever walks along looks at it and asks for the next.
"""

import re
from collections.abc import Iterable, Iterator

from playwright.sync_api import Locator, Page

from tests.e2e.conftest import sign_in
from tests.e2e.mailbox import open_mail, personal_link, press

PUBLIC = [
    "/", "/ueber-das-netzwerk/", "/impressum/", "/datenschutz/", "/barrierefreiheit/", "/rueckmeldung/", "/stil/",
    "/welcher-verbund/?plz=45309", "/verbuende/", "/verbuende/?land=NW", "/veranstaltungen/", "/gibt-es-nicht/",
    "/veranstaltungen/abonnieren/?land=NW", "/veranstaltungen/neu-per-mail/",
    "/veranstaltungen/neu-per-mail/eingegangen/", "/veranstaltungen/neu-per-mail/beendet/",
    "/veranstaltungen/link-anfordern/", "/veranstaltungen/link-anfordern/eingegangen/",
    "/konto/anmelden/", "/konto/anmelden/code/", "/konto/passwort/vergessen/", "/demo/postfach/",
]  # fmt: skip
INSIDE = [
    "/arbeitsplatz/", "/arbeitsplatz/veranstaltungen/", "/arbeitsplatz/veranstaltungen/neu/",
    "/arbeitsplatz/veranstaltungen/reihen/", "/arbeitsplatz/veranstaltungen/reihen/neu/", "/arbeitsplatz/kontakte/",
    "/arbeitsplatz/kontakte/neu/", "/arbeitsplatz/postausgang/", "/konto/", "/konto/e-mail/", "/konto/passwort/",
]  # fmt: skip
MANAGE = [
    "", "bearbeiten/", "absagen/", "programm/", "programm/neu/", "gaeste/", "gaeste/neu/", "gaeste/spalten/tabelle/",
    "gaeste/spalten/druck/", "gaeste/druck/", "gaeste/druck/programmpunkte/", "gaeste/druck/unterschriften/",
    "gaeste/auswertung/", "gaeste/liste/", "gaeste/liste/neu/", "plaetze/", "einladen/",
    "einladen/?buch=press&buch=university&schritt=liste", "mails/", "mails/neu/", "protokoll/", "kopieren/",
    "aenderungswuensche/",
]  # fmt: skip
# What stands beside each planned mail, and in the list of places and of people.
PLAN_PAGES, PERSON_PAGES = ["vorschau", "empfaenger", "aendern", "senden"], ["bearbeiten", "intern", "plaetze"]
BULK = ["schlagwort", "rolle", "zusagen", "zuruecknehmen", "entfernen"]
RUHR, BARCAMP = "Netzwerktreffen Ruhr", "Barcamp"
COPY = "Kopie für die Prüfliste"
# Somebody new, somebody unclear, and a row that is no person.
GUEST_LIST = b"Name;E-Mail;Firma\nAnna Amt;anna@liste.example;Amt\nBen Bau;anna@liste.example;\nOhne;;\n"
# Whoever fills in a form quicker than this is taken for a program.
READING_MILLISECONDS = 4000


def visitors(page: Page, portal: str) -> Iterator[str]:
    """Whoever comes without link or account."""
    yield from open_pages(page, portal, PUBLIC)
    page.goto(f"{portal}/verbuende/")
    yield from open_pages(page, portal, [href(page.locator("main a[href^='/verbuende/']").filter(has_text="WIN 4.0"))])
    for title in (RUHR, BARCAMP, "Stärken bündeln"):
        path = public_event(page, portal, title)
        yield from open_pages(page, portal, [path, f"{path}druck/"])
    ruhr, barcamp = public_event(page, portal, RUHR), public_event(page, portal, BARCAMP)
    yield from open_pages(page, portal, [f"{ruhr}anmelden/", f"{ruhr}anmelden/eingegangen/", f"{barcamp}vormerken/"])
    yield from open_pages(page, portal, [f"{barcamp}vormerken/eingegangen/", f"{barcamp}vormerken/beendet/"])


def guests(page: Page, portal: str) -> Iterator[str]:
    """Whoever has a personal link: invited, confirmed, offered a place, waiting, represented, deputy, told of news."""
    for search, subject in (("Einladung:", "Ruhr"), ("Zusage best", "Ruhr")):
        open_mail(page, portal, search, subject)
        yield f"mail {search}"
        link = personal_link(page, portal, search, subject)
        yield from open_pages(page, "", [link, f"{link}aendern/", f"{link}absagen/", f"{link}vertretung/"])
    yield from open_pages(page, "", [link := personal_link(page, portal, "Bitte best", "Platz in")])
    offer = re.search(r"platz/[0-9]+/", page.content())
    assert offer, "nobody is offered a place"
    yield from open_pages(page, link, [f"{offer[0]}annehmen/", f"{offer[0]}ablehnen/"])
    page.goto(personal_link(page, portal, address_of(page, portal, "plaetze/", "Wartet")))
    yield "waiting"
    press(page, page.locator("main a[href*='/verlassen/']").first)
    yield "leave the waiting list"
    yield from _deputies(page, portal)
    yield from _news(page, portal, f"{public_event(page, portal, BARCAMP)}vormerken/", "vorgemerkt@example.org", "i")
    yield from _news(page, portal, "/veranstaltungen/neu-per-mail/", "abo@example.org", "n")


def organisers(page: Page, portal: str) -> Iterator[str]:
    """The centre's staff, and every page of one meeting."""
    base = f"/arbeitsplatz{public_event(page, portal, RUHR)}"
    sign_in(page, portal, "Koordinierungszentrum")
    yield from open_pages(page, portal, INSIDE)
    yield from _first_of(page, portal, "/arbeitsplatz/postausgang/", "main a[href*='/postausgang/']:not([href*='?'])")
    yield from _first_of(page, portal, "/arbeitsplatz/kontakte/", "main table a[href*='/arbeitsplatz/kontakte/']")
    yield from open_pages(page, portal, [f"{base}{path}" for path in MANAGE])
    yield from _first_of(page, portal, f"{base}programm/", "main a[href$='/verteilen/']")
    yield from _people(page, portal, base)
    yield from _mails(page, portal, base)
    yield from _guest_list(page, portal, base)
    yield from _changes(page, portal, base)


def _deputies(page: Page, portal: str) -> Iterator[str]:
    # Not just anybody invited: whoever has said no, or has sent somebody already, cannot name a deputy.
    link = personal_link(page, portal, address_of(page, portal, "gaeste/?stand=open", "Noch offen"), "Einladung")
    page.goto(f"{link}vertretung/")
    page.get_by_label("Vor- und Nachname").fill("Vera Vertretung")
    page.get_by_label("E-Mail-Adresse").fill("vera.vertretung@example.org")
    page.get_by_label(re.compile("^Die Person weiß")).check()
    press(page, page.get_by_role("button", name="Vertretung anfragen"))
    yield from open_pages(page, "", [link, f"{link}vertretung/zuruecknehmen/"])
    deputy = personal_link(page, portal, "vera.vertretung@example.org")
    yield from open_pages(page, "", [deputy])


def _news(page: Page, portal: str, form: str, address: str, letter: str) -> Iterator[str]:
    page.goto(f"{portal}{form}")
    page.get_by_label("E-Mail-Adresse").fill(address)
    page.wait_for_timeout(READING_MILLISECONDS)
    press(page, page.get_by_role("button", name="Link zur Bestätigung senden"))
    yield f"{form} received"
    link = personal_link(page, portal, address)
    assert f"/{letter}/" in link
    yield from open_pages(page, "", [link])
    press(page, page.get_by_role("button", name=re.compile("bestätigen$")))
    yield f"{form} confirmed"
    if letter == "n":
        yield from open_pages(page, page.url.partition("?")[0], ["", "beenden/"])


def _people(page: Page, portal: str, base: str) -> Iterator[str]:
    page.goto(f"{portal}{base}plaetze/")
    places = href(page.locator("main table a[href$='/plaetze/']"))
    person = places.removesuffix("plaetze/")
    yield from open_pages(page, portal, [person, *(f"{person}{path}/" for path in PERSON_PAGES), f"{person}plaetze/"])
    page.get_by_role("radio").first.check()
    page.get_by_label(re.compile("^Ja")).check()
    press(page, page.get_by_role("button", name="Weiter zur Prüfung"))
    yield "act by hand, foreseen"
    chosen = person.strip("/").rpartition("/")[2]
    for act in BULK:
        yield from open_pages(page, portal, [f"{base}gaeste/sammeln/?aktion={act}&person={chosen}"])
        if act == "rolle":
            press(page, page.get_by_role("button", name="Weiter zur Prüfung"))
            yield "many guests, foreseen"


def _mails(page: Page, portal: str, base: str) -> Iterator[str]:
    page.goto(f"{portal}{base}mails/")
    previews = [path_of(link) for link in page.get_by_role("link", name=re.compile("^Vorschau")).all()]
    sending = href(page.locator("main a[href*='/mails/versand/']"))
    yield from open_pages(page, portal, [f"{previews[0].removesuffix('vorschau/')}{path}/" for path in PLAN_PAGES])
    yield from open_pages(page, portal, [*previews[1:], sending])
    yield from _first_of(page, portal, sending, "main a[href*='/mails/post/']")


def _guest_list(page: Page, portal: str, base: str) -> Iterator[str]:
    page.goto(f"{portal}{base}gaeste/liste/neu/")
    page.set_input_files("input[type=file]", {"name": "gaeste.csv", "mimeType": "text/csv", "buffer": GUEST_LIST})
    press(page, page.get_by_role("button", name="Weiter zu den Spalten"))
    yield "columns of the guest list"
    press(page, page.get_by_role("button", name="Weiter zur Prüfung"))
    yield "review of the guest list"
    found = re.search(r"/arbeitsplatz/.*/liste/[0-9]+/", page.url)
    assert found, page.url
    press(page, page.get_by_role("button", name=re.compile("aufnehmen|übernehmen")).first)
    yield from open_pages(page, portal, [found[0], f"{base}gaeste/liste/", f"{found[0]}zuruecknehmen/"])
    # Other walks find the meeting as it was.
    press(page, page.get_by_role("button", name="Liste zurücknehmen"))
    yield "guest list, taken back"


def _changes(page: Page, portal: str, base: str) -> Iterator[str]:
    page.goto(f"{portal}{base}bearbeiten/")
    page.get_by_label(re.compile("^Stadt")).fill("Gelsenkirchen")
    press(page, page.get_by_role("button", name="Speichern"))
    yield "change, before it is saved"
    page.goto(f"{portal}{base}absagen/")
    page.get_by_label("Grund der Absage").fill("Zu wenige Anmeldungen")
    press(page, page.get_by_role("button", name="Weiter zur Vorschau"))
    yield "cancellation, before it is said"
    page.goto(f"{portal}{base}kopieren/")
    page.get_by_label("Titel").fill(COPY)
    page.get_by_label("Neuer Tag").fill("25.12.2027")
    press(page, page.get_by_role("button", name="Kopie anlegen"))
    yield "check list of the copy"
    copy = page.url.removeprefix(portal).removesuffix("pruefliste/")
    # A draft nobody was asked to yet: what is empty.
    empty = ["", "gaeste/", "plaetze/", "mails/", "gaeste/auswertung/", "protokoll/", "gaeste/liste/"]
    yield from open_pages(page, portal, [f"{copy}{path}" for path in empty])


def open_pages(page: Page, base: str, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        response = page.goto(f"{base}{path}")
        assert response is not None
        assert response.status < 400 or path == "/gibt-es-nicht/", f"{path}: {response.status}"
        yield path


def _first_of(page: Page, portal: str, listing: str, link: str) -> Iterator[str]:
    page.goto(f"{portal}{listing}")
    yield from open_pages(page, portal, [href(page.locator(link))])


def public_event(page: Page, portal: str, title: str) -> str:
    page.goto(f"{portal}/veranstaltungen/")
    return path_of(page.get_by_role("link", name=re.compile(title)).first)


def address_of(page: Page, portal: str, path: str, state: str) -> str:
    """Return the address of the first person in this state on a page of the organisers, as the mailbox finds mails."""
    base = f"/arbeitsplatz{public_event(page, portal, RUHR)}"
    sign_in(page, portal, "Koordinierungszentrum")
    page.goto(f"{portal}{base}{path}")
    press(page, page.get_by_role("row").filter(has_text=state).first.get_by_role("link").first)
    address = page.locator("main a[href^='mailto:']").first.inner_text()
    page.context.clear_cookies()
    return address


def href(found: Locator) -> str:
    return path_of(found.first)


def path_of(link: Locator) -> str:
    href = link.get_attribute("href")
    assert href
    return href
