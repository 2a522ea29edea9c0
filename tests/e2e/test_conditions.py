"""The main tasks can be finished at 400 %, in forced colours, without pictures, styles or scripts (RELIABILITY F70)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from events.forms import guard
from events.models import Event, ProgrammeItem, Registration
from tests.e2e.tasks import GUESTS, ORGANISERS, World, build_world

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# 1280 px wide at 400 % is a page of 320 px.
ZOOMED = {"width": 320, "height": 256}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Whoever sees no backgrounds knows a control by its border or underline, and where they are by an outline.
WITHOUT_BORDER = """[...document.querySelectorAll(
    'button, .btn, .badge, select, textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])')]
    .filter(part => part.checkVisibility() && !part.closest('.vh')
        && getComputedStyle(part).textDecorationLine !== 'underline')
    .filter(part => ['none', 'hidden'].includes(getComputedStyle(part).borderStyle)
        || !parseFloat(getComputedStyle(part).borderWidth))
    .map(part => part.outerHTML.slice(0, 120))"""
WITHOUT_OUTLINE = """() => {
    const part = document.activeElement, style = getComputedStyle(part);
    return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? part.outerHTML.slice(0, 120) : ''; }"""
WITHOUT_WORDS = """[...document.querySelectorAll('a, button, .badge, .stat, th[scope=col]')]
    .filter(part => part.checkVisibility() && !part.innerText.trim()).map(part => part.outerHTML.slice(0, 120))"""
# Nothing is hidden any more: each field must say by itself what it is for, and no heading may come after its form.
WITHOUT_LABEL = """[...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
    .filter(part => part.checkVisibility() && ![...part.labels ?? []].some(label => label.innerText.trim()))
    .map(part => part.outerHTML.slice(0, 120))"""
IN_ORDER = """() => {
    const title = document.querySelector('main h1'), form = document.querySelector('main form');
    return !form || !!(title.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING); }"""


def _fits(page: Page) -> Iterator[str]:
    if (too_wide := page.evaluate(TOO_WIDE)) > 1:
        yield f"{too_wide} px to scroll sideways"


def _is_drawn_without_colours(page: Page) -> Iterator[str]:
    yield from page.evaluate(WITHOUT_BORDER)
    page.locator("main").locator("a, button, input:not([type=hidden])").first.focus()
    page.keyboard.press("Tab")
    if invisible := page.evaluate(WITHOUT_OUTLINE):
        yield f"focus not to be seen: {invisible}"


def _speaks_in_words(page: Page) -> Iterator[str]:
    yield from page.evaluate(WITHOUT_WORDS)


def _makes_sense_bare(page: Page) -> Iterator[str]:
    assert (
        page.evaluate("document.styleSheets.length") == 0
        or page.evaluate("getComputedStyle(document.body).margin") == "8px"
    )
    yield from page.evaluate(WITHOUT_LABEL)
    if not page.evaluate(IN_ORDER):
        yield "the form comes before the title"
    if page.locator("[name=website]").count() and not page.get_by_text("Bitte leer lassen").first.is_visible():
        yield "nobody says that the trap for programs stays empty"


def _nothing_more(page: Page) -> Iterator[str]:
    yield from ()


@dataclass(frozen=True)
class Condition:
    """How somebody looks at the portal, and what must hold on every page."""

    faults: Callable[[Page], Iterator[str]]
    browser: dict[str, Any] = field(default_factory=dict)
    blocked: str = ""


CONDITIONS = {
    "400 %": Condition(_fits, {"viewport": ZOOMED}),
    "forced colours": Condition(_is_drawn_without_colours, {"forced_colors": "active"}),
    "no pictures": Condition(_speaks_in_words, blocked="**/*.{svg,png,ico,jpg,webp}"),
    "no style sheets": Condition(_makes_sense_bare, blocked="**/*.css"),
    "no scripts": Condition(_nothing_more, {"java_script_enabled": False}),
}


@pytest.fixture
def world(live_server, monkeypatch) -> World:
    """A meeting; and nobody waits as long as a person takes to read a form."""
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)
    return build_world(live_server.url)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[[Condition], BrowserContext]]:
    """Open a browser that looks at the portal in that way."""
    opened = []

    def open_browser(condition: Condition) -> BrowserContext:
        context = chromium.new_context(
            **{"locale": "de-DE", "viewport": {"width": 1280, "height": 800}} | condition.browser
        )
        context.set_default_timeout(10_000)
        if condition.blocked:
            context.route(condition.blocked, lambda route: route.abort())
        opened.append(context)
        return context

    yield open_browser
    for context in opened:
        context.close()
    # Beside Playwright's event loop Django opens connections of its own, which nobody else would close.
    connections.close_all()


def sign_in(context: BrowserContext, world: World) -> None:
    client = Client()
    client.force_login(world.staff, backend="accounts.backends.EmailBackend")
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": world.url}])


@pytest.mark.parametrize("name", CONDITIONS)
def test_guests_can_finish_what_they_came_for(visit, world: World, name: str) -> None:
    page = visit(CONDITIONS[name]).new_page()

    found = [
        f"{page.url}: {fault}" for task in GUESTS for _ in task(page, world) for fault in CONDITIONS[name].faults(page)
    ]

    assert found == []


@pytest.mark.parametrize("name", CONDITIONS)
def test_organisers_can_invite_and_call_off(visit, world: World, name: str) -> None:
    context = visit(CONDITIONS[name])
    sign_in(context, world)
    page = context.new_page()

    found = [
        f"{page.url}: {fault}"
        for task in ORGANISERS
        for _ in task(page, world)
        for fault in CONDITIONS[name].faults(page)
    ]

    assert found == []


def test_names_nobody_expects_leave_no_page_wider_than_320_px(visit, world: World) -> None:
    """F64: as long as the columns allow, without a space to break at, and turned around."""
    Event.objects.update(title="W" * 200, summary="W" * 400, venue="W" * 160, city="W" * 80, contact_name="W" * 150)
    ProgrammeItem.objects.update(title="W" * 200)
    Registration.objects.update(name="W" * 150, organisation_as_typed="W" * 200)
    Registration.objects.filter(pk=world.invited.pk).update(name="Mü\u202eller" + "\U0001f600" * 60)
    context = visit(CONDITIONS["400 %"])
    sign_in(context, world)
    page = context.new_page()
    public, manage = world.event.get_absolute_url(), world.event.get_manage_url()
    paths = ["/veranstaltungen/", public, f"{public}anmelden/", "/arbeitsplatz/", "/arbeitsplatz/veranstaltungen/"]
    paths += [f"/e/{person.token}/" for person in (world.invited, world.offered)]
    paths += [manage, *(f"{manage}{path}/" for path in ("gaeste", "plaetze", "mails", "programm", "einladen"))]
    paths += [f"{manage}gaeste/{world.invited.pk}/", f"{manage}gaeste/{world.offered.pk}/plaetze/"]

    found = []
    for path in paths:
        answer = page.goto(f"{world.url}{path}")
        assert answer is not None
        assert answer.status == 200, path
        found += [f"{path}: {fault}" for fault in _fits(page)]

    assert found == []


BAD_PAGE = """<html lang=de><style>button{border:0;outline:0!important}table{width:600px}</style><main><form>
<input name=website><a href=#>eins</a><button><svg></svg></button></form><h1>Titel</h1><table><td>x</table></main>"""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("400 %", "px to scroll sideways"),
        ("forced colours", "<button>"),
        ("forced colours", "focus not to be seen"),
        ("no pictures", "<button>"),
        ("no style sheets", "the form comes before the title"),
        ("no style sheets", "<input"),
        ("no style sheets", "stays empty"),
    ],
)
def test_a_page_that_fails_would_be_seen(visit, name: str, fault: str) -> None:
    page = visit(CONDITIONS[name]).new_page()
    page.set_content(BAD_PAGE)

    assert fault in "\n".join(CONDITIONS[name].faults(page))
