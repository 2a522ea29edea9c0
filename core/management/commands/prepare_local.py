"""Everything `./run` has to do between servers and web, in one process: each start of Django costs a second or two."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """Bring database, static files and demo up to date; quick when they are."""

    help = "Für ./run: Migrationen, statische Dateien und das Demo-Netzwerk, soweit sie fehlen."
    # They take a second and are the business of `./run check`.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Benchmarks bring their own data."""
        parser.add_argument("--without-demo", action="store_true")

    def handle(self, *args: Any, without_demo: bool, **options: Any) -> None:
        """Do what is due."""
        if pending_migrations():
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
        collect_static_files()
        if not without_demo:
            call_command("load_demo", if_empty=True)


def pending_migrations() -> bool:
    """Whether `migrate` would do anything; asking is cheaper than its checks after an empty run."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static_files() -> None:
    """Collect and compress, unless nothing changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = static_fingerprint()
    if not stamp.exists() or stamp.read_text() != wanted:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted)


def static_fingerprint() -> str:
    """Names, sizes and times of all sources, and the way they are stored."""
    sources = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            sources.append(f"{name} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(sources)).encode()).hexdigest()
