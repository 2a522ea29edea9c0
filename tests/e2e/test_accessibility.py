"""axe finds nothing on any page, at 360 and 1280 px, light and dark; no page is wider than its window."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("portal")]

PUBLIC = [
    "/", "/ueber-das-netzwerk/", "/impressum/", "/datenschutz/", "/barrierefreiheit/", "/rueckmeldung/", "/stil/",
    "/welcher-verbund/?plz=45309", "/verbuende/", "/verbuende/?land=NW", "/veranstaltungen/", "/gibt-es-nicht/",
    "/veranstaltungen/abonnieren/?land=NW", "/veranstaltungen/neu-per-mail/",
    "/veranstaltungen/neu-per-mail/eingegangen/", "/veranstaltungen/neu-per-mail/beendet/",
    "/konto/anmelden/", "/konto/anmelden/code/", "/konto/passwort/vergessen/", "/demo/postfach/",
]  # fmt: skip
INSIDE = [
    "/arbeitsplatz/", "/arbeitsplatz/veranstaltungen/", "/arbeitsplatz/veranstaltungen/neu/", "/arbeitsplatz/kontakte/",
    "/arbeitsplatz/kontakte/neu/", "/konto/", "/konto/e-mail/", "/konto/passwort/",
]  # fmt: skip
MANAGE = [
    "", "bearbeiten/", "absagen/", "programm/", "programm/neu/", "gaeste/", "gaeste/neu/", "gaeste/spalten/druck/",
    "gaeste/druck/", "gaeste/druck/programmpunkte/", "gaeste/druck/unterschriften/", "gaeste/auswertung/",
    "gaeste/liste/", "gaeste/liste/neu/", "plaetze/", "einladen/", "mails/", "protokoll/", "kopieren/",
    "aenderungswuensche/",
]  # fmt: skip
AXE = {"runOnly": {"type": "tag", "values": [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}  # fmt: skip
# Somebody new, somebody unclear, and a row that is no person.
GUEST_LIST = b"Name;E-Mail;Firma\nAnna Amt;anna@liste.example;Amt\nBen Bau;anna@liste.example;\nOhne;;\n"
# Such a form works in every test that does not check for forgery, and for nobody in a browser.
FORMS_WITHOUT_TOKEN = """[...document.querySelectorAll('form[method=post]')]
    .filter(form => !form.querySelector('[name=csrfmiddlewaretoken]')).map(form => form.action)"""
MODES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


def _pages(page: Page, portal: str) -> Iterator[str]:
    """Yield every page, following links where an address depends on data."""
    yield from PUBLIC
    page.goto(f"{portal}/verbuende/")
    yield _path(page.locator("main a[href^='/verbuende/']").filter(has_text="WIN 4.0").first.get_attribute("href"))
    page.goto(f"{portal}/veranstaltungen/")
    for title in ("Netzwerktreffen Ruhr", "Stärken bündeln"):
        path = _path(page.get_by_role("link", name=re.compile(title)).first.get_attribute("href"))
        yield path
        yield f"{path}druck/"
    page.goto(f"{portal}/veranstaltungen/")
    ruhr = _path(page.get_by_role("link", name=re.compile("Netzwerktreffen Ruhr")).first.get_attribute("href"))
    yield f"{ruhr}anmelden/"
    for word in ("Einladung:", "Zusage best"):
        page.goto(f"{portal}/demo/postfach/?suche={word}")
        mail = page.locator("main a[href*='/demo/postfach/']").filter(has_text="Ruhr").first.get_attribute("href")
        yield _path(mail)
        page.goto(f"{portal}{mail}")
        link = re.search(r"/e/[\w.\-]+/", page.content())
        assert link, "no personal link in the mail"
        yield from (link[0], f"{link[0]}aendern/", f"{link[0]}absagen/", f"{link[0]}vertretung/")
    sign_in(page, portal, "Koordinierungszentrum")
    yield from INSIDE
    slug = ruhr.strip("/").rpartition("/")[2]
    for path in MANAGE:
        yield f"/arbeitsplatz/veranstaltungen/{slug}/{path}"
    page.goto(f"{portal}/arbeitsplatz/veranstaltungen/{slug}/gaeste/")
    yield _path(page.locator("main table a[href*='/gaeste/']").first.get_attribute("href"))
    yield f"/arbeitsplatz/veranstaltungen/{slug}/einladen/?buch=press&buch=university&schritt=liste"
    page.goto(f"{portal}/arbeitsplatz/veranstaltungen/{slug}/gaeste/liste/neu/")
    page.set_input_files("input[type=file]", {"name": "gaeste.csv", "mimeType": "text/csv", "buffer": GUEST_LIST})
    page.get_by_role("button", name="Weiter zu den Spalten").click()
    # Columns are remembered: the second time the review opens at once.
    if (onward := page.get_by_role("button", name="Weiter zur Prüfung")).count():
        onward.click()
    found = re.search(r"/arbeitsplatz/.*/liste/[0-9]+/", page.url)
    assert found, page.url
    yield from (f"{found[0]}spalten/", f"{found[0]}pruefen/")
    page.goto(f"{portal}/arbeitsplatz/veranstaltungen/{slug}/mails/")
    yield _path(page.get_by_role("link", name=re.compile("Vorschau")).first.get_attribute("href"))
    page.goto(f"{portal}/arbeitsplatz/veranstaltungen/{slug}/programm/")
    yield _path(page.locator("main a[href$='/verteilen/']").first.get_attribute("href"))
    page.goto(f"{portal}/arbeitsplatz/kontakte/")
    yield _path(page.locator("main table a[href*='/arbeitsplatz/kontakte/']").first.get_attribute("href"))


@pytest.mark.parametrize(("width", "scheme"), MODES)
def test_no_page_has_a_barrier_axe_can_see(portal: str, chromium: Browser, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="de-DE")
    page, finder = context.new_page(), context.new_page()
    problems = []
    for path in _pages(finder, portal):
        response = page.goto(f"{portal}{path}")
        assert response is not None
        if response.status >= 500:
            problems.append(f"{path}: status {response.status}")
        found = Axe().run(page, options=AXE).response["violations"]
        problems += [f"{path}: {rule['id']} {rule['nodes'][0]['html'][:160]}" for rule in found]
        open_forms = page.evaluate(FORMS_WITHOUT_TOKEN)
        problems += [f"{path}: form to {action} would be refused" for action in open_forms]
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide > 1:
            problems.append(f"{path}: {too_wide} px wider than {width}")
    context.close()

    assert not problems, "\n".join(problems)


def _path(href: str | None) -> str:
    assert href
    return href
