"""The processes that are measured: web as in production, a worker with its beat, a mail server that takes all."""

import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from config.processes import Process, log_tail
from config.stack import beat_command, worker_command
from tests.benchmarks.client import Client

GUNICORN = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "docker/gunicorn.conf.py", "--log-level", "error"]
START_SECONDS = 60.0
BARE_SETTINGS = "tests.benchmarks.baseline.settings"


@dataclass
class Servers:
    """Whatever has been started, by label; everything it writes is in `directory`."""

    directory: Path
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    def start_portal(self) -> None:
        """The portal with two gunicorn workers and the settings of production."""
        self._start_web("portal", "/healthz", {})

    def start_bare(self, page_bytes: int) -> None:
        """What there is to compare with, by the same kind of server."""
        environ = {"DJANGO_SETTINGS_MODULE": BARE_SETTINGS, "BARE_PAGE_BYTES": str(page_bytes)}
        self._start_web("bare", "/", environ)

    def start_mail(self) -> None:
        """A worker of two processes, its beat, and where they send."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            sink = [sys.executable, "-m", "tests.benchmarks.sink", str(listener.fileno())]
            self._start("sink", sink, {}, pass_fds=[listener.fileno()])
        environ = {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(port), "MAIL_STARTTLS": "false"}
        # What the portal can do, not what its limit for bulk mail allows.
        environ["MAIL_BULK_PER_MINUTE"] = "0"
        self._start("worker", worker_command(), environ)
        self._start("beat", beat_command(self.directory / "beat"), environ)

    def stop(self, *labels: str) -> None:
        """End these processes, or all."""
        for label in labels or list(self.processes):
            self.processes.pop(label).stop()

    def memory(self, label: str) -> float:
        """Return the proportional set size of a process and its children in MB."""
        family = psutil.Process(self.processes[label].pid)
        return sum(_pss(each.pid) for each in (family, *family.children(recursive=True))) / 1024

    def _start_web(self, label: str, path: str, environ: Mapping[str, str]) -> None:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        port = self.ports[label] = listener.getsockname()[1]
        with listener:
            command = [*GUNICORN, "--bind", f"fd://{listener.fileno()}"]
            environ = {"PORTAL_BASE_URL": f"http://localhost:{port}", **environ}
            self._start(label, command, environ, pass_fds=[listener.fileno()])
        self._wait_for(label, path)

    def _start(
        self, label: str, command: Sequence[str], environ: Mapping[str, str], *, pass_fds: Sequence[int] = ()
    ) -> None:
        self.processes[label] = Process(
            label,
            command,
            log=self.directory / f"{label}.log",
            lock=self.directory / f"{label}.lock",
            environ=os.environ | environ,
            pass_fds=pass_fds,
        )

    def _wait_for(self, label: str, path: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                if Client(self.ports[label]).get(path).status == 200:
                    return
            except OSError:
                pass
            process = self.processes[label]
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{label} startet nicht:\n{log_tail(process.log)}")
            time.sleep(0.1)


def _pss(pid: int) -> int:
    """Return a process's share of memory in KB: pages that several use are counted once in all."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
