"""Real servers and processes that a test may stop, freeze, flush or kill.

The processes see the database of the current test worker, but only what is committed: their tests need
`@pytest.mark.django_db(transaction=True)`.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest
from django.conf import settings
from django.db import connection

from config.processes import Process, log_tail
from config.servers import RedisServer

START_SECONDS = 60.0


class CeleryProcess(Process):
    """A real worker or beat, as production runs it."""

    def wait_for_log(self, text: str, seconds: float = START_SECONDS) -> None:
        """Wait until the process has written the text to its log."""
        deadline = time.monotonic() + seconds
        while text not in self.log.read_text(errors="replace"):
            if self.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{self.label}: „{text}“ nicht im Protokoll:\n{log_tail(self.log, 40)}")
            time.sleep(0.05)

    def children(self) -> list[int]:
        """The pool's process ids."""
        return [child.pid for child in psutil.Process(self.pid).children(recursive=True)]

    def kill_children(self) -> list[int]:
        """SIGKILL the pool's processes only; the parent lives on and replaces them."""
        pids = self.children()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids


def database_url() -> str:
    """The address of this test worker's own database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


@pytest.fixture
def private_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of this test's own with url, start(), stop(), freeze(), resume(), flush(); its append-only file is on."""
    server = RedisServer(tmp_path / "redis", tmp_path / "redis.log")
    server.start()
    yield server
    server.resume()
    server.close()


def _addresses(redis_url: str) -> dict[str, str]:
    """Return where this test's own data are.

    The prefix as this process's settings have it: with xdist they are read before conftest names one for each process.
    """
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    return {"DATABASE_URL": database_url(), "REDIS_URL": redis_url, "REDIS_PREFIX": prefix}


@pytest.fixture
def run_process(tmp_path: Path) -> Iterator[Callable[..., CeleryProcess]]:
    """Start `python -m MODULE arguments` with the test database and the given environment; ended after the test."""
    started: list[CeleryProcess] = []

    def run(label: str, arguments: list[str], *, redis_url: str, **environ: str) -> CeleryProcess:
        number = len(started)
        process = CeleryProcess(
            label,
            [sys.executable, "-m", *arguments],
            log=tmp_path / f"{label}-{number}.log",
            lock=tmp_path / f"{label}-{number}.lock",
            environ=os.environ | _addresses(redis_url) | environ,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()


@pytest.fixture
def run_worker(run_process: Callable[..., CeleryProcess], private_redis: RedisServer) -> Callable[..., CeleryProcess]:
    """Start a real Celery worker on the test's own Redis: run_worker(MAIL_HOST="127.0.0.1", MAIL_PORT="2525").

    Returned once ready; kill() takes parent and children, kill_children() the pool only, stop() is a warm shutdown.
    """

    def run(concurrency: int = 1, *, wait: bool = True, **environ: str) -> CeleryProcess:
        arguments = ["celery", "-A", "config", "worker", "--concurrency", str(concurrency), "--loglevel", "INFO"]
        environ = {"LOG_LEVEL": "INFO"} | environ
        process = run_process("worker", arguments, redis_url=private_redis.url, **environ)
        if wait:
            process.wait_for_log("ready.")
        return process

    return run


@pytest.fixture
def run_beat(
    run_process: Callable[..., CeleryProcess], private_redis: RedisServer, tmp_path: Path
) -> Callable[..., CeleryProcess]:
    """Start a real beat on the test's own Redis; schedule: its memory of last runs, if it is not to be a new one."""

    def run(schedule: Path | None = None, **environ: str) -> CeleryProcess:
        schedule = schedule or tmp_path / f"beat-{time.monotonic_ns()}"
        arguments = [
            "celery",
            "-A",
            "config",
            "beat",
            "--schedule",
            str(schedule),
            "--pidfile",
            "",
            "--loglevel",
            "INFO",
        ]
        return run_process("beat", arguments, redis_url=private_redis.url, **environ)

    return run
