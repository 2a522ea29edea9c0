"""On paper stands what a list is for, and nothing to click: menu, tabs and buttons stay away (RELIABILITY F70)."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.e2e.tasks import World, build_world
from tests.factories.events import RegistrationFactory, say_yes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# A4 between margins of 16 mm.
PAPER = {"width": 673, "height": 1000}
TO_CLICK = """[...document.querySelectorAll('nav a, header.top, footer, button, select, .btn, .skip, input')]
    .filter(part => part.checkVisibility()).map(part => part.outerHTML.slice(0, 80))"""
# Black or dark grey on white, and letters of a size that can be read.
HARD_TO_READ = """[...document.querySelectorAll('main h1, main p, main th, main td, main dt, main dd, main li')]
    .filter(part => part.checkVisibility() && part.innerText.trim()).filter(part => {
        const style = getComputedStyle(part), [red, green, blue] = style.color.match(/[0-9.]+/g).map(Number);
        return Math.max(red, green, blue) > 110 || parseFloat(style.fontSize) < 10; })
    .map(part => part.outerHTML.slice(0, 120))"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STACKED = """[...document.querySelectorAll('main tbody td')].filter(
    cell => cell.checkVisibility() && getComputedStyle(cell).display !== 'table-cell').length"""


def faults(page: Page) -> Iterator[str]:
    """Name what is wrong on the paper."""
    yield from page.evaluate(TO_CLICK)
    yield from page.evaluate(HARD_TO_READ)
    if page.evaluate(TOO_WIDE) > 1:
        yield "wider than the paper"
    if page.evaluate(STACKED):
        yield "a table is no table"


@pytest.fixture
def world(live_server) -> World:
    """A meeting with somebody who comes on site and to a workshop."""
    world = build_world(live_server.url)
    world.event.pools.filter(kind="on_site").update(capacity=5)
    pool = world.event.pools.filter(kind="item").first()
    say_yes(RegistrationFactory(event=world.event, name="Vera Vorort"), item_pools=(pool,))
    return world


@pytest.fixture
def page(chromium: Browser, world: World) -> Iterator[Page]:
    """A signed-in organiser's browser, at the printer."""
    client = Client()
    client.force_login(world.staff, backend="accounts.backends.EmailBackend")
    context = chromium.new_context(locale="de-DE", viewport=PAPER, color_scheme="dark")
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": world.url}])
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()
    # Beside Playwright's event loop Django opens connections of its own, which nobody else would close.
    connections.close_all()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("gaeste/druck/", ["Gästeliste", "Vera Vorort", "Zugesagt"]),
        ("gaeste/druck/unterschriften/", ["Unterschriftenliste", "Vera Vorort", "Unterschrift"]),
        ("gaeste/druck/programmpunkte/", ["Bedarfe beschreiben", "Vera Vorort"]),
        ("gaeste/auswertung/", ["Auswertung", "Publikum", "Noch offen"]),
    ],
)
def test_lists_of_guests(page: Page, world: World, path: str, words: list[str]) -> None:
    page.goto(f"{world.manage}{path}")

    assert list(faults(page)) == []
    text = page.locator("body").inner_text()
    assert [word for word in [*words, world.event.title] if word not in text] == []


def test_the_programme_and_what_a_guest_takes_along(page: Page, world: World) -> None:
    page.goto(f"{world.url}{world.event.get_absolute_url()}druck/")
    assert list(faults(page)) == []
    assert page.get_by_text("Bedarfe beschreiben").first.is_visible()

    page.goto(f"{world.url}/e/{world.offered.token}/")
    assert list(faults(page)) == []
    assert page.get_by_text("Haus der Technik").first.is_visible()
    assert not page.get_by_text("Vertretung schicken").is_visible()


def test_what_does_not_belong_on_paper_would_be_seen(page: Page, world: World) -> None:
    page.goto(f"{world.manage}gaeste/")
    page.emulate_media(media="screen")

    found = "\n".join(faults(page))

    assert "<a href" in found
    assert "btn" in found
    assert "<th" in found
    # A fresh page: the portal's own obeys its policy and knows no styles at elements.
    bad = page.context.new_page()
    bad.set_content("<main><table style='width:900px'><tbody><td style='display:block'>x</table></main>")
    assert {"wider than the paper", "a table is no table"} <= set(faults(bad))
