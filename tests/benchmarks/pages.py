"""Public pages: requests a second beside a bare template view, time, queries, weight."""

import gzip
import re
import statistics

from django.db import connection
from django.test import Client as TestClient
from django.test.utils import CaptureQueriesContext

from core import kept
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client, Load, ask_for
from tests.benchmarks.figures import RUNS, Figure, at_most, p95, share, words

CLIENTS = 8
EVENT_SHARE = 0.30
LIST_PER_SECOND = 250
LIST = "/veranstaltungen/"
HEAVIEST_KB, MOST_REQUESTS = 19, 4
LINKED = re.compile(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"|<use href="([^"#]+)')
PICTURES = (".svg", ".png")


def measure(bench: Bench) -> list[Figure]:
    """Ask for the bare page, the event page and the list in turns."""
    event = bench.data.event.get_absolute_url()
    asked = {"bare": (bench.bare, "/"), "event": (bench.portal, event), "list": (bench.portal, LIST)}
    for port, path in asked.values():
        ask_for(port, path, clients=CLIENTS, seconds=1)
    seconds = 1.0 if bench.is_quick else 5.0
    loads: dict[str, list[Load]] = {name: [] for name in asked}
    for _ in range(RUNS):
        for name, (port, path) in asked.items():
            loads[name].append(ask_for(port, path, clients=CLIENTS, seconds=seconds))
    bare, page, listing = (statistics.median(load.per_second for load in loads[name]) for name in asked)
    bare_kb = len(Client(bench.bare).get("/").body) / 1024
    return [
        Figure(f"Nackte Vorlage, {words(bare_kb, 'KB')}", words(bare, "je s") + _p95(loads["bare"])),
        share("Seite eines Treffens", page, bare, EVENT_SHARE, "je s", note=_p95(loads["event"])),
        Figure("  Abfragen, neu gezeichnet", str(_queries(event)), "≤ 7", _queries(event) <= 7),
        _per_second("Liste der 63 Treffen, 60 je Seite", listing, _p95(loads["list"])),
        Figure("  Abfragen, neu gezeichnet", str(_queries(LIST)), "≤ 4", _queries(LIST) <= 4),
        *_weights(bench, {"Startseite": "/", "Seite eines Treffens": event, "Liste der Treffen": LIST}),
    ]


def _p95(loads: list[Load]) -> str:
    return f", p95 {words(statistics.median(p95(load.seconds) for load in loads), 'ms')} bei {CLIENTS} zugleich"


def _per_second(name: str, value: float, note: str) -> Figure:
    return Figure(name, words(value, "je s") + note, f"≥ {LIST_PER_SECOND} je s", value >= LIST_PER_SECOND)


def _queries(path: str) -> int:
    """Return the statements of a page that is drawn anew; kept, it takes the first of them."""
    client = TestClient(SERVER_NAME="localhost")
    client.get(path)
    kept.shelf.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def _weights(bench: Bench, pages: dict[str, str]) -> list[Figure]:
    """HTML and style sheets gzipped, and all that a first visit without scripts asks for."""
    figures = []
    for name, path in pages.items():
        client = Client(bench.portal)
        html = client.get(path).body
        linked = {first or second for first, second in LINKED.findall(html.decode())}
        parts = {link: client.get(link) for link in sorted(linked)}
        styles = sum(len(answer.body) for link, answer in parts.items() if not link.endswith(PICTURES))
        heavy = (len(gzip.compress(html, 6)) + styles) / 1024
        requests = 1 + len(parts)
        figures += [
            at_most(f"{name}: HTML und CSS gepackt", heavy, HEAVIEST_KB, "KB", digits=1),
            at_most("  Anfragen ohne Skript", requests, MOST_REQUESTS, ""),
        ]
    return figures
