"""A private PostgreSQL on a unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.processes import LAUNCHER, Process, log_tail
from config.servers.base import Server, nobody_uid
from config.servers.binaries import Program, ServerError, find_postgres

INITDB_SECONDS = 120.0
# A part of the socket's name, nothing more.
PORT = 5432
THROW_AWAY_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class PostgresServer(Server):
    """PostgreSQL for one user `portal`, reachable through its socket directory only."""

    label = "PostgreSQL"
    # Fast shutdown, immediate shutdown, the end.
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    @property
    def version(self) -> str:
        """Name, version and origin, for people."""
        program = find_postgres()
        return f"PostgreSQL {program.version} ({program.source})"

    @property
    def url(self) -> str:
        """The address in the form that both libpq and dj-database-url read."""
        return self.url_of("portal")

    def url_of(self, database: str) -> str:
        """The address of a database of this server."""
        # With the port, else the caller's PGPORT would count.
        return f"postgres://portal@{quote(str(self.socket_dir), safe='')}:{PORT}/{database}"

    def start(self) -> None:
        """Start, and create the database `portal` if it is missing."""
        super().start()
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
                connection.execute("CREATE DATABASE portal")

    def shed(self) -> str | None:
        """Root goes into a user namespace; where that is forbidden, it becomes nobody."""
        if not is_root_or_nameless():
            return None
        if namespaces_work():
            return "namespace"
        return "nobody" if os.geteuid() == 0 else None

    def prepare(self) -> None:
        """Create the cluster beside its place, so that a cut-off initdb is never mistaken for data."""
        program = find_postgres()
        if not self.data.exists():
            fresh = self.data.with_name(f"{self.data.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            self._give_away(fresh)
            self._initdb(program, fresh)
            fresh.rename(self.data)
        self._give_away(self.data)
        self._give_away(self.socket_dir)
        major = int((self.data / "PG_VERSION").read_text())
        if major != program.major:
            raise ServerError(
                f"Die Daten in {self.data} gehören zu PostgreSQL {major}, gefunden wurde {program.version}. "
                f"Bitte PostgreSQL {major} bereitstellen oder mit ./run reset neu beginnen."
            )
        # The lock says that nobody works on these data; the id in the file may by now be anybody's.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        """The server in the foreground, without TCP."""
        options = ["listen_addresses=", f"port={PORT}", "shared_buffers=64MB"]
        options.append(f"unix_socket_directories={self.socket_dir}")
        if self.throw_away:
            options += THROW_AWAY_OPTIONS
        arguments = [argument for option in options for argument in ("-c", option)]
        return [str(find_postgres().path), "-D", str(self.data), *arguments]

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initdb(self, program: Program, target: Path) -> None:
        # No ICU and the builtin provider everywhere, so that every server sorts and folds alike (DESIGN §0).
        provider = ["--locale-provider=builtin"] if program.major >= 17 else []
        arguments = ["-U", "portal", "-A", "trust", "-E", "UTF8", *provider, "--locale=C.UTF-8", "--no-sync"]
        command = [str(program.path.with_name("initdb")), "-D", str(target), *arguments]
        process = Process("initdb", command, log=self.log, lock=self.lock, shed=self.shed())
        if process.wait(INITDB_SECONDS) != 0:
            process.stop()
            raise ServerError(f"initdb scheitert ({self.log}):\n{log_tail(self.log)}")

    def _give_away(self, directory: Path) -> None:
        """Let the files belong to whom the server runs as: ourselves, or nobody."""
        if os.geteuid() != 0:
            return
        uid = nobody_uid() if self.shed() == "nobody" else 0
        if directory.stat().st_uid != uid:
            for path in [directory, *directory.rglob("*")]:
                os.chown(path, uid, -1, follow_symlinks=False)


def is_root_or_nameless() -> bool:
    """Whether PostgreSQL would refuse this user: root, or a number that some container runs us as."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return True
    return os.geteuid() == 0


@cache
def namespaces_work() -> bool:
    """Whether this user may open a user namespace here; strict containers refuse."""
    if sys.platform != "linux":
        return False
    attempt = [*LAUNCHER, "--shed", "namespace", "--", sys.executable, "-I", "-S", "-c", ""]
    result = subprocess.run(attempt, capture_output=True, check=False)
    return result.returncode == 0
