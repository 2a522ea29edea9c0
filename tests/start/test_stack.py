"""`./run` for real, without its shell part: one life of a local portal, with a kill -9 in the middle."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config.processes import is_held
from config.servers import without_postgres_variables

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("stack")]

ROOT = Path(__file__).resolve().parents[2]
ALL_LOCKS = ["beat.lock", "pg.lock", "redis.lock", "stack.lock", "web.lock", "worker.lock"]
OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "PORTAL_BASE_URL",
    "SECRET_KEY",
    "SUPPRESSION_KEY",
    "STATIC_STORAGE",
    "REDIS_PREFIX",
}


class Console:
    """A person who types into a terminal."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        inherited = {name: value for name, value in without_postgres_variables(os.environ).items() if name not in OURS}
        self.environ = inherited | {"PORTAL_VAR": str(var), "PORTAL_PORT": str(port)}
        self.started: list[subprocess.Popen[str]] = []

    def start(self) -> "Portal":
        process = subprocess.Popen(
            [sys.executable, "-m", "config.stack", "start"],
            cwd=ROOT, env=self.environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.started.append(process)
        return Portal(process)

    def call(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "config.stack", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ, text=True, input=typed, capture_output=True, check=False, timeout=60
        )

    def held_locks(self) -> list[str]:
        return sorted(lock.name for lock in [*self.var.glob("*.lock"), *self.var.glob("run/*.lock")] if is_held(lock))


class Portal:
    """A started portal and what it has said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        while "Bereit nach" not in self.said:
            line = process.stdout.readline()
            assert line, f"the portal did not come up:\n{self.said}"
            self.said += line

    @property
    def address(self) -> str:
        return re.search(r"localhost:\d+", self.said)[0]

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def wait(self) -> int:
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest
        return self.process.returncode


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    console = Console(tmp_path / "var", port)
    yield console
    for process in console.started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def test_a_local_portal_lives_is_killed_and_lives_again(console):
    portal = console.start()
    assert portal.get("/") == 200
    wait_until(lambda: console.held_locks() == ALL_LOCKS)

    second = console.call("start")
    assert second.returncode == 1
    assert f"läuft das Portal schon: http://{portal.address}/" in second.stdout
    beside = console.call("manage", "shell", "-c", "from django.conf import settings; print(settings.PORTAL_BASE_URL)")
    assert f"http://{portal.address}" in beside.stdout
    assert console.call("reset", "--yes").returncode == 1

    # kill -9, and somebody else takes the port before the next start.
    portal.process.kill()
    portal.process.communicate()
    with take(portal.address):
        again = console.start()
    assert again.address != portal.address
    assert "ist belegt, das Portal nimmt" in again.said
    assert again.get("/") == 200

    # A process of ours fails: the portal says which and ends.
    worker = console.var / "run/worker.lock"
    wait_until(lambda: is_held(worker))
    psutil.Process(int(worker.read_text())).kill()
    assert again.wait() == 1
    assert "worker ist ausgefallen" in again.said
    assert console.held_locks() == []

    last = console.start()
    assert last.address == portal.address
    last.process.send_signal(signal.SIGINT)
    assert last.wait() == 0
    assert last.said.endswith("Das Portal wird beendet …\nBeendet.\n")
    assert console.held_locks() == []

    alone = console.call("manage", "migrate", "--check")
    assert alone.returncode == 0, alone.stderr
    assert console.held_locks() == []

    assert console.call("reset", typed="nein\n").returncode == 1
    assert (console.var / "pg").exists()
    assert console.call("reset", typed="ja\n").returncode == 0
    assert not console.var.exists()


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


def take(address: str) -> socket.socket:
    """Listen there ourselves: free as soon as the orphaned web server notices that its parent is gone."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return socket.create_server(("127.0.0.1", int(address.split(":")[1])))
        except OSError:
            assert time.monotonic() < deadline, "the orphan keeps the port"
            time.sleep(0.1)
