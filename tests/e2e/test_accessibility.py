"""axe finds nothing on any page, at 360 and 1280 px, light and dark; no page is wider than its window."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.e2e.walk import guests, organisers, visitors
from tests.e2e.walk_acts import acts

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("portal")]

EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# In the dark the same page differs in this only.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN_AXE = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations)"
# Such a form works in every test that does not check for forgery, and for nobody in a browser.
FORMS_WITHOUT_TOKEN = """[...document.querySelectorAll('form[method=post]')]
    .filter(form => !form.querySelector('[name=csrfmiddlewaretoken]')).map(form => form.action)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The widest last: walks click, and the menu of a narrow page is folded.
MODES = [(360, "light", EVERYTHING), (360, "dark", COLOURS), (1280, "dark", COLOURS), (1280, "light", EVERYTHING)]


@pytest.mark.parametrize("walk", [visitors, guests, organisers, acts])
def test_no_page_has_a_barrier_axe_can_see(
    portal: str, chromium: Browser, walk: Callable[[Page, str], Iterator[str]]
) -> None:
    context = chromium.new_context(locale="de-DE", viewport={"width": 1280, "height": 800})
    page = context.new_page()

    problems = [f"{where}: {problem}" for where in walk(page, portal) for problem in barriers(page)]

    context.close()
    assert not problems, "\n".join(problems)


def barriers(page: Page) -> Iterator[str]:
    """Name what keeps people out of the page that is open."""
    for action in page.evaluate(FORMS_WITHOUT_TOKEN):
        yield f"form to {action} would be refused"
    page.evaluate(AXE_SCRIPT)
    for width, scheme, rules in MODES:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        for rule in page.evaluate(RUN_AXE, rules):
            yield f"{width} {scheme}: {rule['id']} {rule['nodes'][0]['html'][:160]}"
        if (too_wide := page.evaluate(TOO_WIDE)) > 1:
            yield f"{too_wide} px wider than {width}"


def test_a_barrier_would_be_seen(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(
        "<!doctype html><html lang=de><title>x</title><h1>x</h1><img src=x><form method=post></form><hr width=2000>"
    )

    found = "\n".join(barriers(page))

    page.close()
    assert "image-alt" in found
    assert "wider than 360" in found
    assert "would be refused" in found
