"""Registering end to end, as a browser does it: form, answer, the page after it."""

import re
import statistics
import time
from dataclasses import dataclass, field

from events.models import PlaceClaim
from events.services.standing import standings
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Answer, Client, share_out
from tests.benchmarks.data import make_event
from tests.benchmarks.figures import RUNS, Figure, at_most, p95, share, words

CLIENTS = 32
PEOPLE = 480
SHARE = 0.28
SLOWEST_MS = 1000
CROWD, PLACES, LONGEST_BURST = 500, 100, 10
# The form refuses whoever is faster than people are; nobody is measured while they type.
TYPING_SECONDS = 3.2
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|ticket)" value="([^"]+)"')


@dataclass
class Person:
    """Somebody with a browser: one address, one cookie, the times of the requests."""

    number: int
    port: int
    path: str
    fields: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    requests: int = 0
    status: int = 0

    def __post_init__(self) -> None:
        block, host = divmod(self.number, 250)
        self.client = Client(self.port, address=f"10.{block // 250}.{block % 250}.{host + 1}")

    def open_form(self) -> None:
        """Fetch the form with its token."""
        answer = self._timed(lambda: self.client.get(self.path))
        self.client.cookie = answer.headers["set-cookie"].split(";")[0]
        self.fields = dict(HIDDEN.findall(answer.body.decode()))
        self.fields |= {"name": f"Neu Angemeldet {self.number}", "email": f"neu{self.number}@example.org"}
        self.fields |= {"organisation": "Firma Beispiel GmbH"}
        self.client.close()

    def send(self) -> None:
        """Send it."""
        answer = self._timed(lambda: self.client.post(self.path, self.fields))
        self.status = answer.status
        self.fields = {"next": answer.headers.get("location", "")}

    def send_and_read_on(self) -> None:
        """Send it and fetch the page it leads to."""
        self.send()
        assert self.status == 302, self.status
        assert self._timed(lambda: self.client.get(self.fields["next"])).status == 200
        self.client.close()

    def _timed(self, ask: object) -> Answer:
        began = time.perf_counter()
        answer: Answer = ask()  # type: ignore[operator]
        self.seconds += time.perf_counter() - began
        self.requests += 1
        return answer


def measure(bench: Bench) -> list[Figure]:
    """Register at a bare form and at the portal's in turns, then the burst."""
    event = make_event(bench.data.staff, "Anmelden", days=50)
    count = bench.fewer(PEOPLE)
    rates: dict[str, list[float]] = {"bare": [], "portal": []}
    people: list[Person] = []
    for run in range(RUNS):
        first = run * count
        rates["bare"].append(_rate([Person(n, bench.bare, "/anmelden/") for n in range(first, first + count)]))
        path = f"{event.get_absolute_url()}anmelden/"
        now = [Person(n, bench.portal, path) for n in range(first, first + count)]
        rates["portal"].append(_rate(now, TYPING_SECONDS))
        people += now
    bare, portal = (statistics.median(found) for found in rates.values())
    requests = {person.requests for person in people}
    return [
        Figure("Nackte Anmeldung, ein INSERT", words(bare, "je s")),
        share(f"Anmeldung von Anfang bis Ende, {CLIENTS} zugleich", portal, bare, SHARE, "je s"),
        at_most("  Anfragen je Person", max(requests), 3, ""),
        at_most("  p95 je Person, alle Anfragen", p95([each.seconds for each in people]), SLOWEST_MS, "ms"),
        *_burst(bench),
    ]


def _rate(people: list[Person], pause: float = 0.0) -> float:
    """Return how many register in a second, without the time they type."""
    opening = share_out([person.open_form for person in people], CLIENTS)
    time.sleep(pause)
    sending = share_out([person.send_and_read_on for person in people], CLIENTS)
    return len(people) / (opening.duration + sending.duration)


def _burst(bench: Bench) -> list[Figure]:
    """500 people press the button in the same moment; 100 places."""
    durations = []
    for run in range(1 if bench.is_quick else RUNS):
        event = make_event(bench.data.staff, f"Andrang {run}", days=51, places=PLACES)
        path = f"{event.get_absolute_url()}anmelden/"
        crowd = [Person(100_000 + run * CROWD + n, bench.portal, path) for n in range(CROWD)]
        share_out([person.open_form for person in crowd], CLIENTS)
        time.sleep(TYPING_SECONDS)
        durations.append(share_out([person.send for person in crowd], CROWD).duration)
        refused = [person.status for person in crowd if person.status != 302]
        claims = PlaceClaim.objects.filter(pool__event=event)
        found = [claims.filter(state=state).count() for state in ("confirmed", "waiting")]
        ranks = sorted(each.rank for each in standings(event.registrations.all()).values() if each.rank)
        assert not refused, f"{len(refused)} refused: {set(refused)}"
        assert found == [PLACES, CROWD - PLACES], found
        assert ranks == list(range(1, CROWD - PLACES + 1)), "ranks"
    seconds = statistics.median(durations)
    name = f"{CROWD} auf einmal um {PLACES} Plätze: {PLACES} + {CROWD - PLACES} mit Rang, kein Fehler"
    return [at_most(name, seconds, LONGEST_BURST, "s", digits=1)]
