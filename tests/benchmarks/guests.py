"""The organisers' list of 10,000 people: page, search, exports; and the same with 100,000."""

import statistics
from urllib.parse import urlencode

from events.models import Registration
from tests.benchmarks.bench import Bench
from tests.benchmarks.data import MANY_PEOPLE, PEOPLE, add_many_people
from tests.benchmarks.figures import RUNS, Figure, at_most, median_of, milliseconds, words

LIST_MS, SEARCH_MS, CSV_S, XLSX_S = 20, 25, 1, 6
REPEATS = 60
# By name, by a part of it as typed without umlauts, by organisation, by address.
SEARCHES = ("Müller-000310", "kraemer", "Firma 42 GmbH", "person77@")


def measure(bench: Bench) -> list[Figure]:
    """Measure with 10,000 people."""
    return [*_pages(bench, PEOPLE), *_exports(bench)]


def measure_many(bench: Bench) -> list[Figure]:
    """The same pages with 100,000."""
    if Registration.objects.filter(event=bench.data.crowded).count() < MANY_PEOPLE:
        add_many_people(bench.data.crowded)
    return _pages(bench, MANY_PEOPLE)


def _pages(bench: Bench, size: int) -> list[Figure]:
    people = words(size, "Personen")
    searches = [_p50(bench, f"?{urlencode({'suche': text})}") for text in SEARCHES]
    return [
        at_most(f"Gästeliste, {people}: p50", _p50(bench, ""), LIST_MS, "ms"),
        at_most(f"Suche darin, {people}: p50", statistics.median(searches), SEARCH_MS, "ms"),
        at_most(f"  die langsamste von {len(searches)} Suchen: p50", max(searches), SEARCH_MS, "ms"),
    ]


def _p50(bench: Bench, query: str) -> float:
    client, path = bench.organiser(), f"{bench.data.crowded.get_manage_url()}gaeste/{query}"

    def ask() -> None:
        assert client.get(path).status == 200

    ask()
    times = [milliseconds(ask) for _ in range(bench.fewer(REPEATS))]
    client.close()
    return statistics.median(times)


def _exports(bench: Bench) -> list[Figure]:
    client = bench.organiser()
    figures = []
    for kind, limit in (("csv", CSV_S), ("xlsx", XLSX_S)):
        path = f"{bench.data.crowded.get_manage_url()}gaeste/export/{kind}/"
        answer = client.get(path)
        assert answer.status == 200, path
        size = words(len(answer.body) / 1024, "KB")
        seconds = median_of(
            lambda path=path: milliseconds(lambda: client.get(path)) / 1000, 1 if bench.is_quick else RUNS
        )  # type: ignore[misc]
        name = f"{kind.upper()} von {words(PEOPLE, 'Personen')}"
        figures.append(at_most(name, seconds, limit, "s", digits=2, note=f", {size}"))
    client.close()
    return figures
