"""Guest lists from files: from the upload to everybody on the guest list, as the organiser waits for it."""

import statistics
import time
from itertools import count

from events.models import Event
from events.services import guest_lists
from tests.benchmarks.bench import Bench
from tests.benchmarks.data import make_event
from tests.benchmarks.figures import RUNS, Figure, at_most

LIMITS = {500: 1, 5000: 6}
_numbers = count()


def measure(bench: Bench) -> list[Figure]:
    """Bring lists of both sizes, each to a meeting of its own."""
    return [figure for size, limit in LIMITS.items() for figure in _figures(bench, size, limit)]


def _figures(bench: Bench, size: int, limit: float) -> list[Figure]:
    times = [_bring(bench, size) for _ in range(1 if bench.is_quick else RUNS)]
    reviewing, applying = (statistics.median(seconds) for seconds in zip(*times, strict=True))
    return [
        at_most(f"Gästeliste mit {size} Zeilen hochladen und prüfen", reviewing, limit, "s", digits=2),
        at_most("  und übernehmen", applying, limit, "s", digits=2),
    ]


def bring_list(bench: Bench, event: Event, size: int) -> tuple[float, float]:
    """Upload and apply a list; return the seconds until the review stands, and from the button to the result."""
    lines = "\n".join(f"Gast {number};gast{number}@example.org;Firma {number}" for number in range(size))
    began = time.perf_counter()
    guest_list = guest_lists.create_list(
        actor=bench.data.staff, event=event, content=f"Name;E-Mail;Firma\n{lines}".encode(), file_name="gaeste.csv"
    )
    mapping = {"name": 0, "email": 1, "organisation": 2}
    guest_lists.map_columns(guest_list=guest_list, name="Gäste", role="participant", mapping=mapping)
    digest = guest_lists.review_list(guest_list).digest
    reviewed = time.perf_counter()
    guest_lists.apply_list(actor=bench.data.staff, guest_list=guest_list, digest=digest, choices={})
    return reviewed - began, time.perf_counter() - reviewed


def _bring(bench: Bench, size: int) -> tuple[float, float]:
    return bring_list(bench, make_event(bench.data.staff, f"Liste {next(_numbers)}", days=60), size)
