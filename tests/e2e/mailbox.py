"""The demo mailbox as people use it: wait for a mail, open it, take the link; and what it takes to go on a page."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page

PATIENCE = 20.0


def press(page: Page, button: Locator) -> None:
    """Press a button or link and wait for the page it leads to; a click alone does not."""
    with page.expect_navigation():
        button.click()


def open_mail(page: Page, portal: str, search: str, subject: str = "") -> None:
    """Open the newest mail found by `search` whose subject has the word; wait like somebody who reloads the page."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        page.goto(f"{portal}/demo/postfach/?suche={search}")
        links = page.locator("main a[href*='/demo/postfach/']").filter(has_text=re.compile(subject or "."))
        found = [
            link for link in links.all() if re.search(r"postfach/[0-9a-f-]{20,}", link.get_attribute("href") or "")
        ]
        if found:
            press(page, found[0])
            return
        time.sleep(0.3)
    pytest.fail(f"Keine Mail zu {search} mit „{subject}“ im Postfach")


def link_in_mail(page: Page) -> str:
    """Return the personal link from the text of the mail that is open."""
    found = re.search(r"http://localhost:\d+/[ebin]/[\w.\-]+/(?:bestaetigen/)?", page.content())
    assert found, "no personal link in the mail"
    return found[0]


def personal_link(page: Page, portal: str, search: str, subject: str = "") -> str:
    """Return the personal link of the newest such mail."""
    open_mail(page, portal, search, subject)
    return link_in_mail(page)
