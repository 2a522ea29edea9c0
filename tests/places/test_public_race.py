"""Thirty who register themselves at once: their own way to a place, beside that of invited people (test_race.py)."""

import re
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from core import locks
from events.forms import guard
from events.models import Event, PlaceClaim, ProgrammeItem, Registration
from events.services import public_registration
from events.services.public_registration import Person, register_publicly
from events.services.replies import Reply
from events.services.standing import standing_of, standings
from events.views import registration as view
from mailing.models import OutboxMessage
from privacy.services.consents import consents_of
from tests.factories.events import EventFactory, ProgrammeItemFactory, fill_up, say_no
from tests.factories.privacy import ensure_consent_texts
from tests.places.test_race import CROWD, at_once, confirmed, locked_by_somebody

pytestmark = pytest.mark.django_db(transaction=True)
FREE = 3


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A busy test machine is slower than the three seconds people are asked to wait; its people type at once."""
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 30_000)
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)
    ensure_consent_texts()
    yield
    view.kept_offers._shelf.clear()


def last_places() -> Event:
    event = EventFactory(on_site=FREE + 2)
    fill_up(event, 2)
    OutboxMessage.objects.all().delete()
    return event


def register(event: Event, number: int = 0, submission: uuid.UUID | None = None) -> bool:
    """Register as the form would; return whether the person waits."""
    return register_publicly(
        event=event,
        person=Person(f"Person {number}", f"person{number}@example.org"),
        reply=Reply(answer="yes", attendance="on_site"),
        submission=submission or uuid.uuid4(),
        address="198.51.100.7",
        form_path="/anmelden/",
    )


def newcomers(event: Event) -> list[Registration]:
    return list(event.registrations.filter(source="public").select_related("event"))


def assert_served_in_turn(event: Event) -> None:
    """The last places are taken, everybody else has a rank of their own, and each got one mail."""
    people = newcomers(event)
    stand = standings(people).values()
    assert len(people) == CROWD
    assert confirmed(event) == FREE + 2
    assert sum(each.has_place for each in stand) == FREE
    assert sorted(each.rank for each in stand if each.is_waiting) == list(range(1, CROWD - FREE + 1))
    in_turn = PlaceClaim.objects.filter(pool__event=event).order_by("rank").values_list("state", flat=True)
    assert list(in_turn) == ["confirmed"] * (FREE + 2) + ["waiting"] * (CROWD - FREE)
    mails = OutboxMessage.objects.values_list("purpose", "recipient")
    assert sorted(mails) == sorted(("events.address_proof", person.email) for person in people)


# --- The last places --------------------------------------------------------------------------------------------------
def test_the_last_places_go_to_as_many_and_the_others_wait_in_turn() -> None:
    """RELIABILITY F1."""
    event = last_places()
    waits = at_once([lambda number=number: register(event, number) for number in range(CROWD)])
    assert Counter(waits) == {False: FREE, True: CROWD - FREE}
    assert_served_in_turn(event)


def without_lock(monkeypatch: pytest.MonkeyPatch, step: str, then: Callable[[], object]) -> None:
    """Nobody locks: read in this step what is there, let the others in, write."""
    read = getattr(public_registration, step)

    def read_and_wait(*args: object) -> object:
        found = read(*args)
        then()
        return found

    monkeypatch.setattr(public_registration, "lock_event", lambda event: Event.objects.get(pk=event.pk))
    monkeypatch.setattr(public_registration, step, read_and_wait)


def test_without_the_lock_the_same_crowd_overbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """RELIABILITY F2: proves that the test above can fail."""
    event = last_places()
    without_lock(monkeypatch, "wished_pools", threading.Barrier(CROWD, timeout=30).wait)
    at_once([lambda number=number: register(event, number) for number in range(CROWD)])
    assert confirmed(event) == CROWD + 2
    with pytest.raises(AssertionError):
        assert_served_in_turn(event)


class Browser:
    """Opens the form over real HTTP, and sends it on the same line."""

    def __init__(self, address: str, event: Event) -> None:
        parts = urlsplit(address)
        self.http = HTTPConnection(parts.hostname, parts.port, timeout=60)
        self.path = f"{event.get_absolute_url()}anmelden/"
        answer, page = self.ask("GET")
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|ticket)" value="([^"]+)"', page))

    def ask(self, method: str, body: str = "", **headers: str) -> tuple[HTTPResponse, str]:
        """Return the answer and the page."""
        self.http.request(method, self.path, body, headers)
        response = self.http.getresponse()
        return response, response.read().decode()

    def send(self, **fields: object) -> tuple[int, str | None]:
        """Send the form; return the status and where it leads."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        answer, _ = self.ask("POST", urlencode(self.hidden | fields), **headers)
        return answer.status, answer.headers["Location"]


@pytest.fixture
def open_browsers(live_server) -> Iterator[Callable[[Event, int], list[Browser]]]:
    """Open the form so many times."""
    browsers: list[Browser] = []

    def open_them(event: Event, count: int) -> list[Browser]:
        browsers.extend(Browser(live_server.url, event) for _ in range(count))
        return browsers

    yield open_them
    for browser in browsers:
        browser.http.close()


def test_thirty_browsers_that_share_what_their_form_is_checked_by(open_browsers, monkeypatch) -> None:
    """RELIABILITY F1 over HTTP: the threads read one kept offer, and each person gets what they chose themselves."""
    event = last_places()
    workshops = [
        ProgrammeItemFactory(event=event, kind="workshop", title=f"Werkstatt {letter}", places=0).pool
        for letter in "ABC"
    ]
    offer = view.offer_of(Event.objects.select_related("owner").with_places().get(pk=event.pk))
    monkeypatch.setattr(view.kept_offers, "get", lambda *_: offer)
    browsers = open_browsers(event, CROWD)

    def send(number: int) -> tuple[int, str]:
        person = {"name": f"Person {number}", "email": f"person{number}@example.org"}
        # What runs at the same time is one question, named after the first.
        chosen = {f"choice_{workshops[0].pk}": workshops[number % 3].pk}
        consents = {"consent_photos": offer.consent_texts["photos"].version} if number % 2 else {}
        return browsers[number].send(**person, **chosen, **consents)

    statuses = Counter(at_once([lambda number=number: send(number) for number in range(CROWD)]))

    received = f"{event.get_absolute_url()}anmelden/eingegangen/"
    assert statuses == {(302, received): FREE, (302, f"{received}?stand=warteliste"): CROWD - FREE}
    people = newcomers(event)
    numbers = [int(person.name.removeprefix("Person ")) for person in people]
    chosen = [person.claims.get(pool__item__isnull=False).pool for person in people]
    assert chosen == [workshops[number % 3] for number in numbers]
    agreed = [consents_of(person.ref).get("photos", False) for person in people]
    assert agreed == [number % 2 == 1 for number in numbers]
    event.pools.filter(item__isnull=False).delete()
    assert_served_in_turn(event)


# --- A cancellation in the same second --------------------------------------------------------------------------------
@pytest.mark.parametrize("waiting", [0, 1])
def test_a_place_freed_as_somebody_registers_stays_not_idle_and_passes_nobody(waiting: int) -> None:
    """RELIABILITY F8, both ways the race can end."""
    for number in range(4):
        event = EventFactory(on_site=1)
        holder, *in_line = fill_up(event, 1 + waiting)
        at_once([lambda holder=holder: say_no(holder), lambda event=event, number=number: register(event, number)])
        (newcomer,) = newcomers(event)
        first, *_ = [*in_line, newcomer]
        assert standing_of(first).has_place
        assert standing_of(newcomer).rank == (1 if waiting else None)
        assert [mail.purpose for mail in OutboxMessage.objects.filter(ref=newcomer.ref)] == ["events.address_proof"]


def test_without_the_lock_somebody_waits_beside_a_free_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that the test above can fail."""
    event = EventFactory(on_site=1)
    (holder,) = fill_up(event, 1)
    without_lock(monkeypatch, "wished_pools", lambda: at_once([lambda: say_no(holder)]))
    assert register(event)
    assert standing_of(newcomers(event)[0]).rank == 1
    assert confirmed(event) == 0


# --- Twice at once ----------------------------------------------------------------------------------------------------
def test_the_same_form_ten_times_at_once_is_one_registration_and_one_mail(open_browsers) -> None:
    """RELIABILITY F3: ten answers that look the same."""
    event = EventFactory(on_site=FREE)
    browsers = open_browsers(event, 10)
    sent = browsers[0].hidden | {"name": "Paula Eilig", "email": "paula@example.org"}
    for browser in browsers:
        browser.cookie = browsers[0].cookie
    answers = at_once([lambda browser=browser: browser.send(**sent) for browser in browsers])
    assert set(answers) == {(302, f"{event.get_absolute_url()}anmelden/eingegangen/")}
    assert [person.name for person in newcomers(event)] == ["Paula Eilig"]
    assert OutboxMessage.objects.count() == confirmed(event) == 1


def test_the_same_person_with_two_forms_at_once_is_one_registration_and_one_mail() -> None:
    event = EventFactory(on_site=FREE)
    assert at_once([lambda: register(event)] * 2) == [False, False]
    assert len(newcomers(event)) == OutboxMessage.objects.count() == confirmed(event) == 1


@pytest.mark.parametrize("submission", [uuid.uuid4(), None], ids=["same form", "two forms"])
def test_without_the_lock_the_second_is_an_error(monkeypatch: pytest.MonkeyPatch, submission: uuid.UUID | None) -> None:
    """Proves that the two tests above can fail: then only the table's own rules keep the second one out."""
    event = EventFactory(on_site=FREE)
    without_lock(monkeypatch, "_look_up", threading.Barrier(2, timeout=30).wait)
    with pytest.raises(IntegrityError):
        at_once([lambda: register(event, submission=submission)] * 2)


# --- Between the form and the lock ------------------------------------------------------------------------------------
@pytest.mark.logs_errors
def test_whoever_waits_too_long_is_asked_to_send_the_form_again(client: Client, monkeypatch) -> None:
    """RELIABILITY F10: a sentence, the input kept, 503 and when to try again, no half row; then the same form works."""
    event = EventFactory(on_site=1)
    path = f"{event.get_absolute_url()}anmelden/"
    ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(path).content.decode())[1]
    sent = {"ticket": ticket, "name": "Paula Eilig", "email": "paula@example.org", "access_needs": "Rampe"}
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 200)
    with locked_by_somebody(event):
        response = client.post(path, sent)
    page = response.content.decode()
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "3"
    assert "Bitte senden Sie noch einmal" in page
    assert "Rampe</textarea>" in page
    assert 'value="paula@example.org"' in page
    assert f'value="{ticket}"' in page
    assert not newcomers(event)
    assert not OutboxMessage.objects.exists()
    assert client.post(path, sent).status_code == 302
    assert confirmed(event) == 1


CHANGES: dict[str, tuple[Callable[[Event], object], str]] = {
    "workshop gone": (
        lambda event: ProgrammeItem.objects.filter(event=event).delete(),
        "Das Programm hat sich inzwischen geändert.",
    ),
    "called off": (
        lambda event: Event.objects.filter(pk=event.pk).update(cancelled_at=timezone.now()),
        "Das Treffen ist abgesagt.",
    ),
    "closed": (
        lambda event: Event.objects.filter(pk=event.pk).update(registration_closes_at=timezone.now()),
        "Die Anmeldung ist geschlossen.",
    ),
    "by invitation only": (
        lambda event: Event.objects.filter(pk=event.pk).update(has_public_registration=False),
        "gibt es keine öffentliche Anmeldung.",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_between_the_kept_offer_and_the_lock_is_refused_under_the_lock(
    client: Client, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    event = EventFactory(on_site=FREE)
    workshop = ProgrammeItemFactory(event=event, kind="workshop", title="Werkstatt", places=5).pool
    path = f"{event.get_absolute_url()}anmelden/"
    act, sentence = CHANGES[change]

    def send(number: int) -> str:
        ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(path).content.decode())[1]
        person = {"ticket": ticket, "name": f"Person {number}", "email": f"person{number}@example.org"}
        response = client.post(path, {**person, f"choice_{workshop.pk}": workshop.pk})
        return response.content.decode()

    send(0)
    assert len(newcomers(event)) == 1
    register = view.register_publicly
    monkeypatch.setattr(view, "register_publicly", lambda **given: act(event) and register(**given))
    assert sentence in send(1)
    assert len(newcomers(event)) == 1
    assert OutboxMessage.objects.count() == 1
