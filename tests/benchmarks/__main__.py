"""`./run bench [NAMES …] [--quick] [--markdown]`: what the portal's main jobs cost, measured over HTTP on this machine.

Load generator and servers share the cores. Rates are judged by their share of a bare Django view measured in the same
run; absolute figures of a busy machine are orientation. Nothing here fails a test.
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

import django
from django.db import connection

django.setup()

# Models can be imported only after django.setup().
from tests.benchmarks import guests, lists, mails, pages, registration, table  # noqa: E402
from tests.benchmarks.baseline.models import BareRegistration  # noqa: E402
from tests.benchmarks.bench import Bench  # noqa: E402
from tests.benchmarks.client import Client  # noqa: E402
from tests.benchmarks.data import EVENTS, PEOPLE, make_data  # noqa: E402
from tests.benchmarks.figures import RUNS, Figure, words  # noqa: E402
from tests.benchmarks.servers import Servers  # noqa: E402

# In this order: what others measure must not stand in anybody's way.
MEASURED: dict[str, Callable[[Bench], list[Figure]]] = {
    "seiten": pages.measure,
    "gaeste": guests.measure,
    "anmeldung": registration.measure,
    "listen": lists.measure,
    "speicher": mails.measure_memory,
    "mails": mails.measure,
    "viele": guests.measure_many,
}


def main() -> None:
    """Make the data, start the servers, measure, print."""
    options = _options()
    data = make_data()
    with connection.schema_editor() as editor:
        editor.create_model(BareRegistration)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as directory:
        servers = Servers(Path(directory))
        try:
            servers.start_portal()
            servers.start_bare(len(Client(servers.ports["portal"]).get(data.event.get_absolute_url()).body))
            bench = Bench(servers, data, is_quick=options.quick)
            figures = [figure for name in options.names or MEASURED for figure in _measure(name, bench)]
        finally:
            servers.stop()
    print(f"\n{_machine()}\n")
    print(table.markdown(figures) if options.markdown else table.console(figures))


def _measure(name: str, bench: Bench) -> list[Figure]:
    print(f"{name} …", flush=True)
    return MEASURED[name](bench)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("names", nargs="*", choices=[*MEASURED, []], metavar="NAME", help=", ".join(MEASURED))
    parser.add_argument("--quick", action="store_true", help="kurz und grob")
    parser.add_argument("--markdown", action="store_true", help="als Tabelle für docs/performance.md")
    return parser.parse_args()


def _machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    cores, load = os.cpu_count(), os.getloadavg()[1]
    machine = f"{platform.system()} {platform.machine()}, {cores} Kerne, mittlere Last {words(load, '', 1).strip()}"
    software = f"Python {platform.python_version()}, Django {django.__version__}, PostgreSQL {postgres}"
    amount = f"{EVENTS} Treffen, {words(PEOPLE, 'Personen')} an einem"
    return f"{machine}; {software}; {amount}; Median von {RUNS} Läufen."


if __name__ == "__main__":
    main()
