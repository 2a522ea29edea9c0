"""Servers that restart, are full, hang or are flooded, under real web servers (RELIABILITY F11–F15, F43)."""

import contextlib
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from events.forms.guard import MIN_SECONDS
from tests.faults.stack import Answer, OwnStack

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults-servers")]

PATIENCE = 120.0
FORM = "application/x-www-form-urlencoded"
LIST = "/veranstaltungen/"


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[OwnStack]:
    stack = OwnStack(tmp_path_factory.mktemp("stack"))
    try:
        stack.start()
        yield stack
    finally:
        stack.close()


@pytest.fixture(scope="module")
def world(stack: OwnStack) -> dict[str, Any]:
    return stack.seed("world")


def wait_until(condition, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@dataclass(frozen=True)
class OpenForm:
    """The public form as a browser holds it; `number` makes the person."""

    path: str
    cookie: str
    hidden: dict[str, str]
    number: int

    @property
    def email(self) -> str:
        return f"gast{self.number}@example.org"


@pytest.fixture(scope="module")
def forms(stack, world) -> list[OpenForm]:
    """Forms that have been open long enough not to look like a robot's."""
    path = f"{world['event']}anmelden/"
    opened = []
    for number in range(9):
        page = stack.ask("GET", path)
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|ticket)" value="([^"]+)"', page.text))
        opened.append(OpenForm(path, page.headers["Set-Cookie"].split(";")[0], hidden, number))
    time.sleep(MIN_SECONDS + 1.1)
    return opened


def register(stack: OwnStack, form: OpenForm) -> float:
    """Register as a browser does; return how many seconds it took."""
    body = urlencode(form.hidden | {"name": f"Gast Nummer {form.number}", "email": form.email}).encode()
    began = time.monotonic()
    assert stack.ask("POST", form.path, body, **{"Content-Type": FORM, "Cookie": form.cookie}).status == 302
    return time.monotonic() - began


@pytest.mark.parametrize(("fault", "limit"), [("stopped", 1), ("frozen", 2), ("flushed", 1)])
def test_web_does_not_notice_a_broker_that_is_gone(stack, world, forms, fault, limit) -> None:
    """F11–F13: registered in time, the mail queued, still signed in.

    A page that did wait for a broker would wait each time: the quickest of three tells, however busy the machine is.
    """
    {"stopped": stack.redis.stop, "frozen": stack.redis.freeze, "flushed": stack.redis.flush}[fault]()
    try:
        sent = [forms.pop() for _ in range(3)]
        assert min(register(stack, form) for form in sent) < limit
        desk = stack.ask("GET", "/arbeitsplatz/", Cookie=f"session={world['session']}")
        assert desk.status == 200
    finally:
        {"stopped": stack.redis.start, "frozen": stack.redis.resume, "flushed": lambda: None}[fault]()
    written = stack.rows("""
        SELECT person.email, claim.state, mail.purpose FROM events_registration AS person
        JOIN events_placeclaim AS claim ON claim.registration_id = person.id
        JOIN mailing_outboxmessage AS mail ON mail.ref = 'events.registration:' || person.id
    """)
    assert {(form.email, "confirmed", "events.address_proof") for form in sent} <= set(written)


def test_postgres_restarts_under_requests_and_a_run_of_mails(stack, world) -> None:
    """F14: static German pages meanwhile, then well without a restart of web or worker, and no mail twice."""
    stack.mail.behaviour.seconds_per_mail = 0.01
    queued = stack.seed("mails")["queued"]
    stack.start_worker()
    wait_until(lambda: len(stack.mail.accepted) > 30)
    seen: list[Answer] = []
    over = threading.Event()

    def keep_asking() -> None:
        while not over.is_set():
            seen.append(stack.ask("GET", LIST))

    asking = threading.Thread(target=keep_asking)
    asking.start()
    stack.postgres.stop()
    time.sleep(1)
    stack.postgres.start()
    wait_until(lambda: seen and seen[-1].status == 200)
    over.set()
    asking.join()

    statuses = Counter(answer.status for answer in seen)
    assert set(statuses) == {200, 503}, statuses
    refused = next(answer for answer in seen if answer.status == 503)
    assert '<html lang="de"' in refused.text
    assert refused.headers["Retry-After"] == "30"
    assert "Traceback" not in refused.text
    wait_until(lambda: stack.rows("SELECT count(*) FROM mailing_outboxmessage WHERE state <> 'sent'"
                                  " AND purpose = 'tests.newsletter'") == [(0,)])  # fmt: skip
    arrived = Counter(mail.message_id for mail in stack.mail.accepted if mail.recipient.startswith("person"))
    assert len(arrived) == queued
    assert set(arrived.values()) == {1}
    assert all(process.poll() is None for process in stack.processes.values())


def test_all_connections_taken_is_a_page_and_a_red_light_and_ends_by_itself(stack, world) -> None:
    """F15."""
    assert stack.ask("GET", LIST).status == 200
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'portal'"
    )
    with contextlib.ExitStack() as held:
        first = held.enter_context(psycopg.connect(stack.postgres.url, autocommit=True))
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                first.execute(others if held else "SELECT 1")
                held.enter_context(psycopg.connect(stack.postgres.url_of("postgres"), autocommit=True))
        full = stack.ask("GET", LIST)
        ready = stack.ask("GET", "/readyz")
        alive = stack.ask("GET", "/healthz")
    assert full.status == 503
    assert '<html lang="de"' in full.text
    assert (ready.status, alive.status) == (503, 200)
    assert '"down"' in ready.text
    wait_until(lambda: stack.ask("GET", LIST).status == 200, 20)


def test_an_address_of_8_kilobytes_is_refused_or_read(stack) -> None:
    """F43."""
    assert stack.ask("GET", f"{LIST}?suche={'a' * 3500}").status == 200
    assert stack.ask("GET", f"{LIST}?suche={'a' * 8192}").status in {400, 414}


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
def test_a_body_of_50_megabytes_is_refused_before_it_is_read(stack, kind) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", stack.port), timeout=30) as line:
        head = f"POST /rueckmeldung/ HTTP/1.1\r\nHost: localhost:{stack.port}\r\nContent-Type: {kind}\r\n"
        line.sendall(f"{head}Content-Length: {50 * 1024 * 1024}\r\n\r\n".encode() + b"a=" * 500)
        answer = line.recv(65_536).decode()
    assert re.match(r"HTTP/1.1 (400|413) ", answer), answer[:200]
    assert time.monotonic() - began < 10


def test_a_slow_body_keeps_nobody_else_waiting(stack) -> None:
    # With the form's cookie, because without it the answer would be a refusal before the body is read.
    cookie = stack.ask("GET", "/rueckmeldung/").headers["Set-Cookie"].split(";")[0]
    with socket.create_connection(("127.0.0.1", stack.port), timeout=30) as slow:
        head = f"POST /rueckmeldung/ HTTP/1.1\r\nHost: localhost:{stack.port}\r\nContent-Type: {FORM}\r\n"
        head += f"Cookie: {cookie}\r\n"
        slow.sendall(f"{head}Content-Length: 1000\r\n\r\na".encode())
        for _ in range(10):
            assert stack.ask("GET", "/healthz").status == 200
        # The sign that the slow one is still being read.
        slow.settimeout(0.2)
        with pytest.raises(TimeoutError):
            slow.recv(1)
