"""Servers and strictness for every test. This module runs before Django is configured, so it may not import the portal.

`./run test` and plain `pytest` both come through here: the process that starts the run (the xdist controller, if there
is one) takes DATABASE_URL and REDIS_URL or starts throw-away servers; the workers inherit the addresses.
"""

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache

from config.servers import ServerPair, without_postgres_variables

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
IN_CI = os.environ.get("CI") == "true"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = ("/Applications/Chromium.app/Contents/MacOS/Chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")  # fmt: skip
MUST_NOT_BE_SKIPPED = ("e2e", "faults")


class ThrowAwayServers:
    """Started once for the whole run, gone after it."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="portal-test-"))
        self.pair = ServerPair(self.directory, self.directory / "log", throw_away=True)
        atexit.register(self.close)

    def start(self) -> None:
        """Start them and leave their addresses to Django and to the workers of this run."""
        if "DATABASE_URL" not in os.environ:
            for name in os.environ.keys() - without_postgres_variables(os.environ).keys():
                del os.environ[name]
        self.pair.start()
        # WhiteNoise warns, and a warning fails a test, where nothing has been collected.
        (self.directory / "static").mkdir()
        os.environ.update(self.pair.addresses, PORTAL_VAR=str(self.directory))

    def close(self) -> None:
        """Stop the servers and drop their data."""
        self.pair.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def _configure_environment() -> None:
    os.environ.update(
        SECRET_KEY="a secret key for tests only, long enough to be one, 0123456789",
        SUPPRESSION_KEY="a suppression key for tests only, 0123456789",
        PORTAL_BASE_URL="http://localhost:8000",
        STATIC_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
        REDIS_PREFIX=f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}:",
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    # Playwright's own event loop lives in the thread of the test.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


_servers = None if IS_WORKER else ThrowAwayServers()
if _servers:
    _servers.start()
_configure_environment()
# Test modules import models while they are collected; pytest-django would set up only what is configured before.
django.setup()
# argon2 is slow on purpose; the tests look at how often it is asked. Said once for all of them: a hash that is outdated
# in the next test would be made anew at sign-in there and end the session.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


def pytest_report_header() -> list[str]:
    """Say what the tests run against."""
    browser = find_browser() or "keiner, Browsertests werden übersprungen"
    return [f"Server: {', '.join(_servers.pair.versions)}", f"Browser: {browser}"] if _servers else []


def pytest_unconfigure() -> None:
    """Stop the servers also after Ctrl-C."""
    if _servers:
        _servers.close()


def find_browser() -> str | None:
    """The system's Chromium or Chrome."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or next((path for path in MAC_BROWSERS if Path(path).exists()), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser, skip what needs one."""
    if find_browser() is None:
        skip = pytest.mark.skip(reason="kein Chromium gefunden")
        for item in items:
            if "e2e" in item.keywords:
                item.add_marker(skip)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a browser or fault test that does not run is a failure: silence is the worst one."""
    report = yield
    was_skipped = report.skipped and not hasattr(report, "wasxfail")
    if IN_CI and was_skipped and any(name in item.keywords for name in MUST_NOT_BE_SKIPPED):
        report.outcome = "failed"
        report.longrepr = f"Unter CI=true darf nichts übersprungen werden: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly how many browser tests did not run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "e2e" in report.keywords]
    if skipped:
        terminalreporter.section("Browsertests ausgelassen", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} Browsertests liefen nicht: kein Chromium gefunden.")


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser for Playwright's executable_path."""
    path = find_browser()
    if path is None:
        pytest.skip("kein Chromium gefunden")
    return path


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_logged_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs an ERROR without announcing it by @pytest.mark.logs_errors."""
    handler = _Errors()
    # django.server does not hand its records up to the root.
    loggers = [logging.getLogger(), logging.getLogger("django.server")]
    for logger in loggers:
        logger.addHandler(handler)
    yield
    for logger in loggers:
        logger.removeHandler(handler)
    if handler.lines and "logs_errors" not in request.keywords:
        pytest.fail("Der Test hat Fehler ins Protokoll geschrieben:\n" + "\n".join(handler.lines))


from tests.cast import *  # noqa: E402, F403 - the cast, for every test
from tests.factories.privacy import ensure_consent_texts  # noqa: E402

_database = {"was_emptied": False}


@pytest.fixture(autouse=True)
def whole_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep tests that really commit from changing what later ones find.

    After them the tables are emptied, and with them the consent texts that a migration brought; the cache's table is no
    model's and keeps their limits.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )
    if marker is None and not commits and "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db" if commits else "db")
    if _database["was_emptied"]:
        ensure_consent_texts()
    yield
    if commits:
        cache.clear()
        _database["was_emptied"] = True
