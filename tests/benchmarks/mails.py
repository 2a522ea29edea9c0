"""Invitations into the outbox, and out of it through a worker of two processes to a mail server that takes all."""

import statistics
import time

from django.db.models import Count, Max, Min

from events.models import Event
from events.services.audience import Selection, collect
from events.services.invitations import invite
from mailing.models import OutboxMessage
from tests.benchmarks.bench import Bench
from tests.benchmarks.data import make_event
from tests.benchmarks.figures import RUNS, Figure, at_most, median_of, words
from tests.benchmarks.lists import bring_list

# Rounds of this many people may take so many seconds; the large one is RELIABILITY F66.
ROUNDS = {500: 2, 5000: 5}
SENT, PER_SECOND = 3000, 250
WORKER_MB, WEB_MB = 250, 220
PATIENCE = 300.0


def measure(bench: Bench) -> list[Figure]:
    """Queue a round of 500 and one of 5,000, then watch the mails of another leave."""
    runs = 1 if bench.is_quick else RUNS
    queueing = [_queueing(bench, size, longest, runs) for size, longest in ROUNDS.items()]
    rates, memories = zip(*(_send(bench) for _ in range(runs)), strict=True)
    rate = statistics.median(rates)
    return [
        *queueing,
        Figure("Mails durch 2 Prozesse", words(rate, "je s"), f"≥ {PER_SECOND} je s", rate >= PER_SECOND),
        at_most("Speicher des Workers (PSS)", statistics.median(memories), WORKER_MB, "MB"),
    ]


def measure_memory(bench: Bench) -> list[Figure]:
    """What the web processes hold after all they have done."""
    return [at_most("Speicher von Web (PSS)", bench.servers.memory("portal"), WEB_MB, "MB")]


def _queueing(bench: Bench, size: int, longest: float, runs: int) -> Figure:
    seconds = median_of(lambda: _invite(bench, _event_with_guests(bench, size)), runs)
    return at_most(f"{words(size, 'Einladungen')} in den Postausgang", seconds, longest, "s", digits=2)


def _event_with_guests(bench: Bench, count: int) -> Event:
    event = make_event(bench.data.staff, "Einladen", days=60)
    bring_list(bench, event, count)
    return event


def _invite(bench: Bench, event: Event) -> float:
    """Return the seconds from the organiser's button to all mails in the outbox."""
    began = time.perf_counter()
    audience = collect(actor=bench.data.staff, event=event, selection=Selection(include_noted=True))
    chosen = [person.key for person in audience.new]
    invite(actor=bench.data.staff, event=event, audience=audience, chosen=chosen, text="Wir freuen uns auf Sie.")
    return time.perf_counter() - began


def _send(bench: Bench) -> tuple[float, float]:
    """Let a round leave; return mails a second and the worker's memory after them."""
    # What earlier measurements have left in the outbox is nobody's to send now.
    OutboxMessage.objects.all().delete()
    _invite(bench, _event_with_guests(bench, bench.fewer(SENT)))
    bench.servers.start_mail()
    rate = _rate_of_leaving(OutboxMessage.objects.count())
    memory = bench.servers.memory("worker")
    bench.servers.stop("beat", "worker", "sink")
    return rate, memory


def _rate_of_leaving(count: int) -> float:
    """Return mails a second, from the first that the server took to the last."""
    deadline = time.monotonic() + PATIENCE
    while OutboxMessage.objects.exclude(state=OutboxMessage.State.SENT).exists():
        assert time.monotonic() < deadline, OutboxMessage.objects.values("state").annotate(n=Count("pk"))
        time.sleep(0.2)
    times = OutboxMessage.objects.aggregate(first=Min("accepted_at"), last=Max("accepted_at"))
    return (count - 1) / (times["last"] - times["first"]).total_seconds()
