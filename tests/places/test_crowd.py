"""Five hundred people answer at once over real HTTP for a hundred places: 100 have one, 400 a rank, none an error."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from core import locks
from events.models import PlaceClaim, Registration
from mailing.models import OutboxMessage
from tests.factories.events import EventFactory, RegistrationFactory
from tests.factories.privacy import ensure_consent_texts

pytestmark = pytest.mark.django_db(transaction=True)
CROWD, PLACES = 500, 100
# As many requests are in the web processes at a time; the others wait in front, as behind any server.
AT_ONCE = 32


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy test machine is slower than the three seconds people are asked to wait."""
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 30_000)


def request(http: HTTPConnection, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
    http.request(method, path, body, headers)
    response = http.getresponse()
    return response.status, response.headers.get("Set-Cookie", ""), response.read().decode()


def test_five_hundred_for_a_hundred(live_server) -> None:
    ensure_consent_texts()
    event = EventFactory(on_site=PLACES)
    people = RegistrationFactory.create_batch(CROWD, event=event)
    parts = urlsplit(live_server.url)

    def connect() -> closing[HTTPConnection]:
        return closing(HTTPConnection(parts.hostname, parts.port, timeout=60))

    with connect() as http:
        _, cookie, page = request(http, "GET", f"/e/{people[0].token}/")
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    body = urlencode({"csrfmiddlewaretoken": token, "answer": "yes"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie.split(";")[0]}

    def answer(some: list[Registration]) -> list[int]:
        """One browser after the other on one connection, as a proxy in front would keep it open."""
        with connect() as http:
            return [request(http, "POST", f"/e/{person.token}/", body, **headers)[0] for person in some]

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        lines = crowd.map(answer, [people[number::AT_ONCE] for number in range(AT_ONCE)])
        statuses = Counter(status for line in lines for status in line)
    assert statuses == {302: CROWD}
    claims = PlaceClaim.objects.filter(pool__event=event)
    assert claims.filter(state="confirmed").count() == PLACES
    in_turn = list(claims.order_by("rank").values_list("state", flat=True))
    assert in_turn == ["confirmed"] * PLACES + ["waiting"] * (CROWD - PLACES)
    assert claims.values("rank").distinct().count() == CROWD
    mails = OutboxMessage.objects.filter(scope=event.scope).values_list("data", flat=True)
    assert sorted(data["rank"] for data in mails if data["situation"] == "waiting") == list(
        range(1, CROWD - PLACES + 1)
    )
    assert len(mails) == CROWD
