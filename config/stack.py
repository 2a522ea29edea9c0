"""`./run`: the portal with everything it needs on one machine, as one supervised tree of processes.

Order of start: PostgreSQL, Valkey, preparation (migrations, static files, demo), web, worker, beat; of stop: web, beat,
worker, Valkey, PostgreSQL. Everything it writes is in ./var.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.local import Local, running_environment
from config.processes import Process, ProcessError, log_tail, only_one, stop_leftover
from config.servers import ServerError, ServerPair
from config.web import bind_port, wait_for_page

WORKER_PROCESSES = "2"
PREPARE_SECONDS = 600.0
WATCH_SECONDS = 0.5
STOPPED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(Exception):
    """Somebody asked the portal to stop."""


class Stack:
    """The running portal: two servers and three processes."""

    def __init__(self, local: Local) -> None:
        self.local = local
        self.servers = ServerPair(local.var, local.logs)
        self.processes: list[Process] = []

    def start(self) -> None:
        """Start everything and tell the person where it is."""
        for name in ("prepare", "web", "beat", "worker"):
            # Their servers are gone: an orderly end can take forever and saves nothing.
            stop_leftover(self.local.lock(name), (signal.SIGTERM, signal.SIGKILL), patience=1.0)
        listener, port = bind_port(self.local.first_port)
        if port != self.local.first_port:
            say(f"Port {self.local.first_port} ist belegt, das Portal nimmt {port}.")
        self.servers.start()
        environ = self.local.environment(self.servers.addresses, port=port)
        self.local.remember(environ)
        self._prepare(environ)
        with listener:
            self._launch("web", web_command(listener.fileno()), environ, pass_fds=[listener.fileno()])
        wait_for_page(port, self.failure)
        # After the page: on two cores all at once would keep the person waiting.
        self._launch("worker", worker_command(), environ)
        self._launch("beat", beat_command(self.local.run / "beat"), environ)
        say(welcome(environ["PORTAL_BASE_URL"], self.local.logs))

    def failure(self) -> str | None:
        """Say which process has ended by itself, with the end of its log."""
        for process in self.processes:
            code = process.poll()
            if code is not None:
                return f"{process.label} ist ausgefallen (Ende mit {code}, {process.log}):\n{log_tail(process.log)}"
        return self.servers.failure()

    def watch(self) -> NoReturn:
        """Stay until somebody asks to stop or a process fails."""
        while True:
            time.sleep(WATCH_SECONDS)
            failure = self.failure()
            if failure:
                raise ServerError(failure)

    def stop(self) -> None:
        """Stop what runs, in order: nobody loses the servers it still works with."""
        order = {"web": 0, "beat": 1, "worker": 2}
        for process in sorted(self.processes, key=lambda process: order[process.label]):
            if not process.stop():
                say(f"{process.label} hat sich nicht beenden lassen und wurde abgebrochen.")
        self.processes.clear()
        self.servers.close()
        self.local.forget()

    def _prepare(self, environ: Mapping[str, str]) -> None:
        process = self._launch("prepare", [sys.executable, "manage.py", "prepare_local"], environ)
        self.processes.remove(process)
        try:
            code = process.wait(PREPARE_SECONDS)
        finally:
            process.stop()
        if code != 0:
            raise ServerError(f"Die Vorbereitung scheitert ({process.log}):\n{log_tail(process.log, 30)}")

    def _launch(
        self, label: str, command: list[str], environ: Mapping[str, str], *, pass_fds: Sequence[int] = ()
    ) -> Process:
        process = Process(
            label,
            command,
            log=self.local.logs / f"{label}.log",
            lock=self.local.lock(label),
            environ=environ,
            pass_fds=pass_fds,
            cwd=self.local.root,
        )
        self.processes.append(process)
        return process


def web_command(listener: int) -> list[str]:
    """Gunicorn as in production, on the port that is already ours."""
    options = ["--config", "docker/gunicorn.conf.py", "--bind", f"fd://{listener}", "--graceful-timeout", "10"]
    return [sys.executable, "-m", "gunicorn", "config.wsgi", *options]


def worker_command() -> list[str]:
    """One Celery worker; it needs no talk with other workers."""
    options = ["--concurrency", WORKER_PROCESSES, "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return [sys.executable, "-m", "celery", "-A", "config", "worker", *options]


def beat_command(schedule: Path) -> list[str]:
    """The one beat; its memory of last runs is disposable."""
    return [sys.executable, "-m", "celery", "-A", "config", "beat", "--schedule", str(schedule), "--pidfile", ""]


def welcome(address: str, logs: Path) -> str:
    """What the person needs to know, calmly."""
    rows = [
        ("Das Portal läuft", f"{address}/"),
        ("Anmelden", f"{address}/konto/anmelden/ – je Demo-Rolle ein Knopf"),
        ("Demo-Postfach", f"{address}/demo/postfach/ – alle E-Mails"),
        ("Protokolle", str(logs)),
        ("Beenden", "Strg+C"),
    ]
    line = "─" * 78
    return "\n".join(["", line, *(f"  {name:<18}{value}" for name, value in rows), line])


def say(text: str) -> None:
    """Tell the person at the console, at once even through a pipe."""
    print(text, flush=True)


def start(local: Local) -> int:
    """Run the portal until Ctrl-C."""
    began = time.monotonic()
    with only_one(local.lock("stack"), already_running(local)):
        say(
            "Das Portal wird gestartet …" if local.database_exists() else "Das Portal wird eingerichtet und gestartet …"
        )
        stack = Stack(local)
        code = 0
        try:
            listen_for_stop()
            stack.start()
            say(f"  Bereit nach {time.monotonic() - began:.1f} s.")
            stack.watch()
        except Stop:
            say("\nDas Portal wird beendet …")
        except (ServerError, ProcessError) as error:
            say(f"\n{error}\n\nDas Portal wird beendet …")
            code = 1
        finally:
            for number in STOPPED:
                signal.signal(number, signal.SIG_IGN)
            stack.stop()
        say("Beendet.")
    return code


def manage(local: Local, arguments: list[str]) -> int:
    """Run a Django command beside the running portal, or with servers started just for it."""
    environ = running_environment(local)
    if environ:
        return call([sys.executable, "manage.py", *arguments], environ)
    with only_one(local.lock("stack"), already_running(local)):
        servers = ServerPair(local.var, local.logs)
        try:
            servers.start()
            environ = local.environment(servers.addresses, port=local.first_port)
            return call([sys.executable, "manage.py", *arguments], environ)
        finally:
            servers.close()


def bench(local: Local, arguments: list[str]) -> int:
    """Run the benchmarks on fresh servers that write to disk as real ones do."""
    directory = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    servers = ServerPair(directory, directory / "log")
    try:
        servers.start()
        say(f"Server: {', '.join(servers.versions)}")
        environ = local.environment(servers.addresses, port=local.first_port)
        # As in production, behind a proxy that tells visitors apart.
        environ |= {"PORTAL_VAR": str(directory), "PORTAL_LOCAL": "false", "BEHIND_PROXY": "true"}
        prepare = [sys.executable, "manage.py", "prepare_local", "--without-demo", "--verbosity", "0"]
        prepared = call(prepare, environ)
        return prepared or call([sys.executable, "-m", "tests.benchmarks", *arguments], environ)
    finally:
        servers.close()
        shutil.rmtree(directory, ignore_errors=True)


def reset(local: Local, arguments: list[str]) -> int:
    """Delete the local data, after asking."""
    if not local.var.exists():
        say("Es gibt keine lokalen Daten.")
        return 0
    with only_one(local.lock("stack"), already_running(local)):
        if "--yes" not in arguments:
            say(f"Alle lokalen Daten in {local.var} werden gelöscht: Datenbank, E-Mails, Schlüssel.")
            if input("Wirklich? Bitte „ja“ eingeben: ").strip().lower() != "ja":
                say("Nichts gelöscht.")
                return 1
        for lock in [*local.var.glob("*.lock"), *local.run.glob("*.lock")]:
            if lock != local.lock("stack"):
                stop_leftover(lock, (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL))
        local.delete()
    say("Gelöscht. ./run legt das Demo-Netzwerk neu an.")
    return 0


def call(command: list[str], environ: Mapping[str, str]) -> int:
    """Run a command in the foreground; Ctrl-C is its business, not ours."""
    # A handler, not SIG_IGN: the command must not inherit it.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, env=environ, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def already_running(local: Local) -> str:
    """The refusal for a second start in the same folder."""
    address = local.remembered().get("PORTAL_BASE_URL")
    where = f": {address}/" if address else " oder startet gerade."
    return f"In diesem Ordner läuft das Portal schon{where}"


def listen_for_stop() -> None:
    """Turn Ctrl-C, SIGTERM and a closed terminal into an orderly stop."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Stop

    for number in STOPPED:
        signal.signal(number, stop)


def main() -> int:
    """Choose by the word given."""
    verb, *arguments = sys.argv[1:] or ["start"]
    local = Local.here()
    os.chdir(local.root)
    try:
        if verb == "start":
            return start(local)
        return {"manage": manage, "reset": reset, "bench": bench}[verb](local, arguments)
    except (ServerError, ProcessError) as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
