"""`./run check`: everything that can be said about the code without running all tests, in under a minute."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.servers import ServerError, ServerPair

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Gate:
    """One tool, called as `python ARGUMENTS`; `fix` is what puts right what can be put right by machine."""

    name: str
    arguments: tuple[str, ...]
    fix: tuple[str, ...] = ()
    like_production: bool = True


# The slowest first: two of them run at a time.
GATES = (
    Gate("Typen", ("-m", "mypy")),
    Gate("Vorlagen", ("-m", "djlint", "templates", "--lint", "--quiet")),
    Gate("Architektur", ("-m", "pytest", "tests/architecture", "-q", "-n", "0", "--no-header"), like_production=False),
    Gate("Format", ("-m", "ruff", "format", "--check", "."), ("-m", "ruff", "format", ".")),
    Gate("Regeln", ("-m", "ruff", "check", "."), ("-m", "ruff", "check", "--fix", ".")),
    Gate("Migrationen", ("manage.py", "makemigrations", "--check", "--dry-run")),
    Gate("Betrieb", ("manage.py", "check", "--deploy", "--fail-level", "WARNING")),
)


@dataclass(frozen=True)
class Result:
    """What came of one gate."""

    gate: Gate
    passed: bool
    output: str
    seconds: float


def run_gate(gate: Gate, servers: Mapping[str, str]) -> Result:
    """Run the tool and keep quiet until it is known whether anybody needs to read its words."""
    began = time.monotonic()
    environ = os.environ | servers
    if gate.like_production:
        environ |= production_like()
    else:
        # Tests bring their own settings; importing this package has named ours.
        environ.pop("DJANGO_SETTINGS_MODULE", None)
    process = subprocess.run(
        [sys.executable, *gate.arguments],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(gate, process.returncode == 0, process.stdout, time.monotonic() - began)


def production_like() -> dict[str, str]:
    """The settings that a real installation has; `check --deploy` must have nothing to say about them."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SUPPRESSION_KEY": secrets.token_urlsafe(64),
        "PORTAL_BASE_URL": "https://portal.example.org",
        "PORTAL_LOCAL": "false",
        "BEHIND_PROXY": "true",
        "MAIL_HOST": "smtp.example.org",
        "MAIL_FROM": "portal@example.org",
        "PORTAL_OPERATOR_NAME": "Beispiel gGmbH",
        "PORTAL_OPERATOR_ADDRESS": "Musterstraße 1|45127 Essen",
        "PORTAL_OPERATOR_EMAIL": "portal@example.org",
    }


def fix() -> None:
    """Put right what can be put right by machine."""
    for gate in GATES:
        if gate.fix:
            subprocess.run([sys.executable, *gate.fix], cwd=ROOT, check=False, stdout=subprocess.DEVNULL)


def check(servers: Mapping[str, str]) -> list[Gate]:
    """Run all gates, two at a time; return those that failed."""
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for result in pool.map(lambda gate: run_gate(gate, servers), GATES):
            print(f"{'gut  ' if result.passed else 'NEIN '} {result.gate.name:<16} {result.seconds:5.1f} s", flush=True)
            if not result.passed:
                failed.append(result.gate)
                print(result.output, flush=True)
    return failed


def main() -> int:
    """Check the work tree; with --fix, put it in order first."""
    if "--fix" in sys.argv:
        fix()
    began = time.monotonic()
    directory = Path(tempfile.mkdtemp(prefix="portal-check-"))
    # Model checks ask the database what it can do.
    servers = ServerPair(directory, directory / "log", throw_away=True)
    try:
        servers.start()
        failed = check(servers.addresses)
    except ServerError as error:
        print(error)
        return 1
    finally:
        servers.close()
        shutil.rmtree(directory, ignore_errors=True)
    if failed:
        print(f"Nicht bestanden: {', '.join(gate.name for gate in failed)} ({time.monotonic() - began:.0f} s).")
        return 1
    print(f"Alles in Ordnung ({time.monotonic() - began:.0f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
