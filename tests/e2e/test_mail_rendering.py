"""Every kind of mail in a narrow window, light and dark, without pictures: nothing overflows, all can be read."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser

from mailing.purposes import all_purposes, get_purpose
from mailing.rendering import all_links, render
from tests.mail.every_mail import messages

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]

# Gmail cuts longer mails off.
LARGEST = 100_000
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mail_can_be_read_at_360_pixels_without_pictures(chromium: Browser, scheme: str, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, locale="de-DE")
    page = context.new_page()
    requests: list[str] = []
    # With pictures off nothing is missing, because a mail asks for nothing at all.
    page.route("**/*", lambda route: (requests.append(route.request.url), route.abort()))
    problems, seen = [], set()
    for number, message in enumerate(messages()):
        purpose = get_purpose(message.purpose)
        content = render(message, purpose).with_links(all_links(message, purpose))
        page.set_content(content.html)
        page.screenshot(path=tmp_path / f"{number}-{message.purpose}-{scheme}.png", full_page=True)
        seen.add(message.purpose)

        problems += [f"{message.purpose}: {rule['id']}" for rule in Axe().run(page, options=AXE).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            problems.append(f"{message.purpose}: wider than the window")
        if page.locator("h1").count() != 1 or page.locator("html[lang=de]").count() != 1:
            problems.append(f"{message.purpose}: needs one heading and its language")
        if len(content.html.encode()) > LARGEST:
            problems.append(f"{message.purpose}: {len(content.html)} bytes")
        expected = "rgb(14, 22, 23)" if scheme == "dark" else "rgb(255, 255, 255)"
        if page.evaluate("getComputedStyle(document.body).backgroundColor") != expected:
            problems.append(f"{message.purpose}: not {scheme}")
        unknown = [u for u in page.eval_on_selector_all("a", "all => all.map(a => a.href)") if not is_ours(u)]
        problems += [f"{message.purpose}: links to {address}" for address in unknown]
    context.close()

    assert problems == []
    assert requests == []
    assert seen == set(all_purposes())


def is_ours(address: str) -> bool:
    return address.startswith((settings.PORTAL_BASE_URL, "mailto:"))
