"""A real portal for the browser: the same start a stranger types, in a folder of its own, and Chromium before it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
]  # fmt: skip


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, browser_path: str) -> Iterator[str]:
    """Start the whole portal with its own servers and demo network; return its address."""
    var = tmp_path_factory.mktemp("portal")
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    environ = inherited | {"PORTAL_VAR": str(var), "PORTAL_PORT": str(_free_port())}
    log = var.with_suffix(".log")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.stack", "start"],
            cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="session")
def chromium(browser_path: str) -> Iterator[Browser]:
    """One browser for all tests of this worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=CHROMIUM)
        yield browser
        # Beside Playwright's event loop Django opens connections of its own, which nobody else would close.
        connections.close_all()
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor with a German browser, 1280 px wide."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE", timezone_id="Europe/Berlin")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent: a violated policy or a missing file fails the test."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def sign_in(page: Page, portal: str, role: str) -> None:
    """Press the demo role's button on the sign-in page."""
    page.goto(f"{portal}/konto/anmelden/")
    page.get_by_role("button", name=re.compile(role)).first.click()
    page.wait_for_url(f"{portal}/arbeitsplatz/")


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = log.read_text()
        if "Bereit nach" in text:
            found = re.search(r"http://localhost:\d+", text)
            assert found
            return found[0]
        if process.poll() is not None:
            pytest.fail(f"Das Portal ist nicht gestartet:\n{text}")
        time.sleep(0.2)
    pytest.fail(f"Das Portal ist nach {START_SECONDS} s nicht bereit:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
