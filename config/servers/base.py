"""What both private servers have in common: data, socket, lock, log, and an orderly end."""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from config.processes import Process, ProcessError, log_tail, stop_leftover
from config.servers.binaries import ServerError

START_SECONDS = 30.0
# A socket's full path may have 104 bytes on macOS, 108 on Linux.
LONGEST_SOCKET_DIR = 80


class Server:
    """One private server: a data directory, a socket directory, a lock, a log."""

    label = ""
    stop_signals: tuple[int, ...] = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, data: Path, log: Path, *, throw_away: bool = False) -> None:
        self.data = data.absolute()
        self.log = log.absolute()
        self.throw_away = throw_away
        self.lock = self.data.with_name(f"{self.data.name}.lock")
        self.socket_dir = _socket_dir(self.data)
        self.process: Process | None = None

    def start(self) -> None:
        """Start on the same data and the same address as ever, and wait until it answers."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            stop_leftover(self.lock, self.stop_signals)
        except ProcessError as error:
            raise ServerError(str(error)) from error
        _private_directory(self.socket_dir)
        for leftover in self.socket_dir.iterdir():
            leftover.unlink()
        self.prepare()
        self.process = Process(
            self.label,
            self.command(),
            log=self.log,
            lock=self.lock,
            stop_signals=self.stop_signals,
            shed=self.shed(),
            environ=without_postgres_variables(os.environ),
        )
        self._wait_until_answering()

    def stop(self) -> None:
        """End the process in good order, by force if it does not listen; the data stay."""
        if self.process:
            self.process.stop()
            self.process = None

    def close(self) -> None:
        """Stop for good: the socket directory goes, too."""
        self.stop()
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    @property
    def url(self) -> str:
        """The address for the portal's settings."""
        raise NotImplementedError

    @property
    def version(self) -> str:
        """Name, version and origin, for people."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Create what the data directory needs."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server takes commands now."""
        raise NotImplementedError

    def shed(self) -> str | None:
        """How to stop being root, if the program refuses root."""
        return None

    def _wait_until_answering(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            gone = self.process is None or self.process.poll() is not None
            if gone or time.monotonic() > deadline:
                self.stop()
                raise ServerError(f"{self.label} startet nicht ({self.log}):\n{log_tail(self.log)}")
            time.sleep(0.02)


def without_postgres_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Without PGPORT, PGSERVICE and the like, which would lead a client past our own socket."""
    return {name: value for name, value in environ.items() if not name.startswith("PG")}


def nobody_uid() -> int:
    """The user that root becomes where namespaces are forbidden."""
    return pwd.getpwnam("nobody").pw_uid


def _socket_dir(data: Path) -> Path:
    """A short path of this user for these data, the same at every start."""
    name = "portal-" + hashlib.sha256(f"{os.getuid()}:{data}".encode()).hexdigest()[:12]
    directory = Path(tempfile.gettempdir()).resolve() / name
    return directory if len(os.fsencode(directory)) <= LONGEST_SOCKET_DIR else Path("/tmp").resolve() / name  # noqa: S108


def _private_directory(directory: Path) -> None:
    """Create it, or make sure that it is ours alone."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    # SECURITY: anybody may create names in the temp directory; a foreign one would see our connections.
    owners = {os.geteuid()} | ({nobody_uid()} if os.geteuid() == 0 else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or stat.S_IMODE(found.st_mode) & 0o077:
        raise ServerError(f"{directory} gehört jemand anderem oder ist offen. Bitte entfernen und erneut starten.")
