"""Child processes of `./run` and of tests: started through config.launch, ended in order, found again by their lock."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

STOP_SECONDS = 15.0
KILL_SECONDS = 5.0
LARGEST_LOG = 5_000_000
# Isolated and without site-packages: ready in 20 ms.
LAUNCHER = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")))


class ProcessError(RuntimeError):
    """A process could not be ended, or a lock is held; the text is for the person at the console."""


class Process:
    """A program in a session of its own, so that Ctrl-C reaches only the one who stops the others in order."""

    def __init__(
        self,
        label: str,
        command: Sequence[str],
        *,
        log: Path,
        lock: Path,
        stop_signals: Sequence[int] = (signal.SIGTERM, signal.SIGKILL),
        environ: Mapping[str, str] | None = None,
        shed: str | None = None,
        pass_fds: Sequence[int] = (),
        cwd: Path | None = None,
    ) -> None:
        self.label = label
        self.log = log
        self.stop_signals = tuple(stop_signals)
        options = ["--lock", str(lock), "--parent", str(os.getpid()), "--signal", str(int(self.stop_signals[0]))]
        if shed:
            options += ["--shed", shed]
        with open_log(log) as output:
            self._popen = subprocess.Popen(
                [*LAUNCHER, *options, "--", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environ,
                cwd=cwd,
                start_new_session=True,
                pass_fds=pass_fds,
            )

    @property
    def pid(self) -> int:
        """The program's process id, which is also its group's and session's."""
        return self._popen.pid

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._popen.poll()

    def wait(self, seconds: float) -> int | None:
        """The exit code, or None if it still runs after that time."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def send(self, number: int) -> None:
        """Send a signal to the program, if it still runs."""
        if self.poll() is None:
            self._popen.send_signal(number)

    def stop(self) -> bool:
        """Ask politely, then less so. Says whether the first, polite signal was enough."""
        for attempt, number in enumerate(self.stop_signals):
            self.send(signal.SIGCONT)
            self.send(number)
            if self.wait(STOP_SECONDS if attempt == 0 else KILL_SECONDS) is not None:
                self._end_group()
                return attempt == 0
        return False

    def kill(self) -> None:
        """Kill the program and its children at once, as the kernel does when memory runs out."""
        self._end_group()
        self.wait(KILL_SECONDS)

    def _end_group(self) -> None:
        """Children that survived their parent hold ports and locks."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def stop_leftover(lock: Path, stop_signals: Sequence[int], patience: float = STOP_SECONDS) -> bool:
    """End what still holds the lock after its `./run` was killed. Says whether there was something."""
    if not is_held(lock):
        return False
    for attempt, number in enumerate(stop_signals):
        pid = _holder(lock)
        _send_if_alive(pid, signal.SIGCONT)
        _send_if_alive(pid, number)
        deadline = time.monotonic() + (patience if attempt == 0 else KILL_SECONDS)
        while time.monotonic() < deadline:
            if not is_held(lock):
                return True
            time.sleep(0.05)
    raise ProcessError(f"Prozess {_holder(lock)} eines früheren Starts lässt sich nicht beenden (Sperre {lock}).")


@contextmanager
def only_one(lock: Path, refusal: str) -> Iterator[None]:
    """Hold the lock for the block, or refuse with the sentence."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProcessError(refusal) from None
        yield
    finally:
        os.close(handle)


def open_log(path: Path) -> BinaryIO:
    """Open the log for appending; one that has grown large starts anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grown = path.exists() and path.stat().st_size > LARGEST_LOG
    return path.open("wb" if grown else "ab")


def log_tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for the console."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 20_000))
        return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


def is_held(lock: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        handle = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _holder(lock: Path) -> int:
    content = lock.read_text().strip()
    return int(content) if content.isdigit() else 0


def _send_if_alive(pid: int, number: int) -> None:
    if pid > 1:
        with suppress(ProcessLookupError):
            # Children hold the lock, too; the last signal is for all of them.
            (os.killpg if number == signal.SIGKILL else os.kill)(pid, number)
