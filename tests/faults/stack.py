"""A portal of its own for faults of its servers: PostgreSQL and Redis that may fail, two web processes, a worker."""

import http.client
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from config.processes import Process
from config.servers import PostgresServer, RedisServer
from config.stack import beat_command, worker_command
from config.web import bind_port, wait_for_page
from tests.mail.smtpserver import MailServer

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "docker/gunicorn.conf.py", "--log-level", "error"]
CONNECTIONS = 24


class SmallPostgres(PostgresServer):
    """One with few connections, so that a test can take them all."""

    def command(self) -> list[str]:
        """The server with a small limit; the later option counts."""
        return [*super().command(), "-c", f"max_connections={CONNECTIONS}"]


@dataclass(frozen=True)
class Answer:
    """What the web server said."""

    status: int
    headers: dict[str, str]
    text: str


class OwnStack:
    """Started once for all tests of its module."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.postgres = SmallPostgres(directory / "pg", directory / "pg.log", throw_away=True)
        self.redis = RedisServer(directory / "redis", directory / "redis.log", throw_away=True)
        self.mail = MailServer()
        self.processes: dict[str, Process] = {}
        self.port = 0

    def start(self) -> None:
        """Start servers, tables and web processes."""
        self.mail.start()
        self.postgres.start()
        self.redis.start()
        listener, self.port = bind_port(8600)
        self.run("manage.py", "prepare_local", "--without-demo", "--verbosity", "0")
        with listener:
            self._launch("web", [*GUNICORN, "--bind", f"fd://{listener.fileno()}"], pass_fds=[listener.fileno()])
        wait_for_page(self.port, lambda: None)

    def start_worker(self) -> None:
        """A worker of two processes and its beat, which know the test's kinds of mail."""
        self._launch("worker", worker_command())
        self._launch("beat", beat_command(self.directory / "beat"))

    def close(self) -> None:
        """End everything."""
        for process in reversed(self.processes.values()):
            process.kill()
        self.redis.resume()
        self.redis.close()
        self.postgres.close()
        self.mail.stop()

    def run(self, *arguments: str) -> str:
        """Run Python in the stack's environment and return what it prints."""
        command = [sys.executable, *arguments]
        result = subprocess.run(command, cwd=ROOT, env=self._environ(), capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def seed(self, what: str) -> dict[str, Any]:
        """Let tests.faults.seed write rows; return what it says about them."""
        return json.loads(self.run("-m", "tests.faults.seed", what).splitlines()[-1])

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Ask the web server on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{self.port}", **headers})
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read().decode())
        finally:
            connection.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database directly."""
        with psycopg.connect(self.postgres.url) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[call-overload]

    def _launch(self, label: str, command: list[str], pass_fds: list[int] | None = None) -> None:
        self.processes[label] = Process(
            label,
            command,
            log=self.directory / f"{label}.log",
            lock=self.directory / f"{label}.lock",
            environ=self._environ(),
            pass_fds=pass_fds or [],
            cwd=ROOT,
        )

    def _environ(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "PORTAL_VAR": str(self.directory),
            "PORTAL_BASE_URL": f"http://localhost:{self.port or 8000}",
            "DJANGO_SETTINGS_MODULE": "tests.faults.stack_settings",
            "MAIL_TRANSPORT": "mailing.transport.Smtp",
            "MAIL_HOST": self.mail.hostname,
            "MAIL_PORT": str(self.mail.port),
            "MAIL_STARTTLS": "false",
            "MAIL_TIMEOUT": "10",
            "MAIL_LEASE_SECONDS": "3",
        }
