"""Invitations into the outbox, and out of it through a worker of two processes to a mail server that takes all."""

import time

from django.db.models import Count, Max, Min

from events.models import Event
from events.services.audience import Selection, collect
from events.services.invitations import invite, note_guest
from mailing.models import OutboxMessage
from tests.benchmarks.bench import Bench
from tests.benchmarks.data import make_event
from tests.benchmarks.figures import RUNS, Figure, at_most, median_of, words

ROUND, LONGEST_QUEUEING = 500, 2
SENT, PER_SECOND = 3000, 250
WORKER_MB, WEB_MB = 250, 220
PATIENCE = 300.0


def measure(bench: Bench) -> list[Figure]:
    """Queue rounds of 500, then watch the mails leave."""
    runs = 1 if bench.is_quick else RUNS
    queueing = median_of(lambda: _invite(bench, _event_with_guests(bench, ROUND)), runs)
    # What earlier measurements have left in the outbox is nobody's to send now.
    OutboxMessage.objects.all().delete()
    _invite(bench, _event_with_guests(bench, bench.fewer(SENT)))
    bench.servers.start_mail()
    rate = _rate_of_leaving(OutboxMessage.objects.count())
    worker = bench.servers.memory("worker")
    bench.servers.stop("beat", "worker", "sink")
    rate_words = words(rate, "je s")
    return [
        at_most(f"{ROUND} Einladungen in den Postausgang", queueing, LONGEST_QUEUEING, "s", digits=2),
        Figure("Mails durch 2 Prozesse", rate_words, f"≥ {PER_SECOND} je s", rate >= PER_SECOND),
        at_most("Speicher des Workers (PSS)", worker, WORKER_MB, "MB"),
    ]


def measure_memory(bench: Bench) -> list[Figure]:
    """What the web processes hold after all they have done."""
    return [at_most("Speicher von Web (PSS)", bench.servers.memory("portal"), WEB_MB, "MB")]


def _event_with_guests(bench: Bench, count: int) -> Event:
    event = make_event(bench.data.staff, "Einladen", days=60)
    for number in range(count):
        note_guest(
            actor=bench.data.staff, event=event, name=f"Gast {number}", email=f"gast{number}@example.org",
            role="participant",
        )  # fmt: skip
    return event


def _invite(bench: Bench, event: Event) -> float:
    """Return the seconds from the organiser's button to all mails in the outbox."""
    began = time.perf_counter()
    audience = collect(actor=bench.data.staff, event=event, selection=Selection(include_noted=True))
    chosen = [person.key for person in audience.new]
    invite(actor=bench.data.staff, event=event, audience=audience, chosen=chosen, text="Wir freuen uns auf Sie.")
    return time.perf_counter() - began


def _rate_of_leaving(count: int) -> float:
    """Return mails a second, from the first that the server took to the last."""
    deadline = time.monotonic() + PATIENCE
    while OutboxMessage.objects.exclude(state=OutboxMessage.State.SENT).exists():
        assert time.monotonic() < deadline, OutboxMessage.objects.values("state").annotate(n=Count("pk"))
        time.sleep(0.2)
    times = OutboxMessage.objects.aggregate(first=Min("accepted_at"), last=Max("accepted_at"))
    return (count - 1) / (times["last"] - times["first"]).total_seconds()
