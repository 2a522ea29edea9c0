"""Servers that restart, are full, hang or are flooded, under real web servers (RELIABILITY F11–F15, F43)."""

import contextlib
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

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


def say_no(stack: OwnStack, token: str) -> Answer:
    """Answer an invitation as a browser does: the form's cookie and token come with it."""
    page = stack.ask("GET", f"/e/{token}/")
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    body = f"csrfmiddlewaretoken={csrf}&answer=no".encode()
    cookie = page.headers["Set-Cookie"].split(";")[0]
    return stack.ask("POST", f"/e/{token}/", body, **{"Content-Type": FORM, "Cookie": cookie})


@pytest.mark.parametrize("fault", ["stopped", "frozen", "flushed"])
def test_web_does_not_notice_a_broker_that_is_gone(stack, world, fault) -> None:
    """F11–F13: answered, its mail queued, still signed in; and quicker than any time-out of a broker."""
    {"stopped": stack.redis.stop, "frozen": stack.redis.freeze, "flushed": stack.redis.flush}[fault]()
    try:
        token = world["tokens"].pop()
        began = time.monotonic()
        assert say_no(stack, token).status == 302
        assert time.monotonic() - began < 4
        desk = stack.ask("GET", "/arbeitsplatz/", Cookie=f"session={world['session']}")
        assert desk.status == 200
    finally:
        {"stopped": stack.redis.start, "frozen": stack.redis.resume, "flushed": lambda: None}[fault]()
    public_id = token.partition(".")[0]
    assert stack.rows(f"SELECT answer FROM events_registration WHERE public_id = '{public_id}'") == [("no",)]  # noqa: S608


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
