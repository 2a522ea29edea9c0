"""What a sent form is checked by is kept between visitors; what has changed is seen all the same."""

import itertools
import re
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.forms import guard
from events.models import Event, PlacePool, Registration
from events.views.registration import kept_offers
from privacy.models import ConsentRecord, ConsentText
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import EventFactory, ProgrammeItemFactory, fill_up, in_days
from tests.factories.privacy import ensure_consent_texts

pytestmark = pytest.mark.django_db
Send = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def empty_shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)
    kept_offers._shelf.clear()
    yield
    kept_offers._shelf.clear()


@pytest.fixture
def event() -> Event:
    ensure_consent_texts()
    return EventFactory(on_site=3)


@pytest.fixture
def workshop(event: Event) -> PlacePool:
    return ProgrammeItemFactory(event=event, kind="workshop", title="Werkstatt", places=5).pool


@pytest.fixture
def send(event: Event) -> Send:
    """Send the form as another visitor each time, after an act that came between opening and sending it."""
    numbers = itertools.count()
    address = f"{event.get_absolute_url()}anmelden/"

    def as_visitor(between: Callable[[], object] = lambda: None, **answers: object) -> HttpResponse:
        number, visitor = next(numbers), Client()
        ticket = re.search(r'name="ticket" value="([^"]+)"', visitor.get(address).content.decode())[1]
        between()
        person = {"ticket": ticket, "name": f"Person {number}", "email": f"person{number}@example.org"}
        return visitor.post(address, person | answers)

    return as_visitor


def test_before_the_lock_the_second_visitor_costs_one_statement_and_the_limit(send: Send) -> None:
    assert send().status_code == 302
    with CaptureQueriesContext(connection) as queries:
        assert send().status_code == 302
    sql = [query["sql"] for query in queries]
    lock = next(number for number, each in enumerate(sql) if "FOR UPDATE" in each)
    # Of those before the lock the first two draw the form: its stamp, and the page that the first place has changed.
    sent = sql[[number for number, each in enumerate(sql) if "tableoid" in each][-1] : lock]
    kinds = ["stamp" if "tableoid" in each else "limit" if "core_ratebucket" in each else each for each in sent]
    assert [kind for kind in kinds if "SAVEPOINT" not in kind and "lock_timeout" not in kind] == ["stamp", "limit"]


def test_a_stamp_that_knows_what_is_read(event: Event, workshop: PlacePool, send: Send) -> None:
    with CaptureQueriesContext(connection) as queries:
        send()
    stamp, read = None, set()
    for sql in (query["sql"] for query in queries):
        if "tableoid" in sql:
            stamp, read = sql, set()
        elif stamp and "core_ratebucket" in sql:
            break
        else:
            read |= set(re.findall(r'(?:FROM|JOIN) "?(\w+)"?', sql))
    assert {"events_event", "events_placepool", "events_itemtable", "privacy_consenttext"} <= read
    # Places left are not what a form is checked by.
    assert read - set(re.findall(r"FROM (\w+)", stamp)) == {"events_placetally"}


def test_a_workshop_that_went_cannot_be_chosen(workshop: PlacePool, send: Send) -> None:
    chosen = {f"choice_{workshop.pk}": workshop.pk}
    assert send(**chosen).status_code == 302
    page = send(workshop.item.delete, **chosen)
    assert page.status_code == 200
    assert "Das Treffen hat sich inzwischen geändert." in page.content.decode()
    assert Registration.objects.count() == 1


def test_a_workshop_that_came_can_be_chosen(event: Event, send: Send) -> None:
    send()
    workshop = ProgrammeItemFactory(event=event, kind="workshop", title="Werkstatt", places=5).pool
    assert send(**{f"choice_{workshop.pk}": workshop.pk}).status_code == 302
    assert Registration.objects.get(name="Person 1").claims.filter(pool=workshop, state="confirmed").exists()


def test_a_place_that_went_is_not_promised(event: Event, send: Send) -> None:
    send()
    assert send(lambda: fill_up(event, 2)).url.endswith("?stand=warteliste")


def test_a_meeting_that_is_called_off_takes_nobody(event: Event, send: Send) -> None:
    send()
    page = send(lambda: Event.objects.update(cancelled_at=in_days(0)))
    assert page.status_code == 200
    assert "Dieses Treffen ist abgesagt." in page.content.decode()
    assert Registration.objects.count() == 1


def test_a_stale_offer_is_refused_under_the_lock(event: Event, send: Send) -> None:
    """What a change between the stamp and the lock comes to: the kept event still says yes."""
    send()
    stale = next(iter(kept_offers._shelf._kept.values()))[1]
    Event.objects.update(cancelled_at=in_days(0))
    with mock.patch.object(kept_offers, "get", return_value=stale):
        form = Client()
        ticket = guard.Ticket(event.pk).issue()
        person = {"ticket": ticket, "name": "Eva Spät", "email": "eva@example.org"}
        page = form.post(f"{event.get_absolute_url()}anmelden/", person)
    assert "Das Treffen ist abgesagt. Sie müssen nichts weiter tun." in page.content.decode()
    assert Registration.objects.count() == 1


def test_a_meeting_that_became_a_draft_is_not_there(event: Event, send: Send) -> None:
    send()
    assert send(lambda: Event.objects.update(visibility="draft")).status_code == 404


def reword_photos() -> ConsentText:
    return ConsentText.objects.create(
        key="photos", version=99, title="Fotos", text="Neu gefasst", valid_from=in_days(-1)
    )


def test_a_consent_beside_an_older_wording_is_asked_for_again(send: Send) -> None:
    send(consent_photos="1")
    page = send(reword_photos, consent_photos="1").content.decode()
    assert "Den Text zu dieser Einwilligung haben wir inzwischen geändert. Lesen Sie ihn noch einmal." in page
    box = re.search(r'<input[^>]*name="consent_photos"[^>]*>', page)[0]
    assert 'value="99"' in box
    assert "checked" not in box
    assert Registration.objects.count() == 1


def test_a_consent_is_kept_with_the_wording_it_stood_beside(send: Send) -> None:
    send(consent_photos="1")
    reword_photos()
    send(consent_photos="99")
    assert [record.text.version for record in ConsentRecord.objects.order_by("pk")] == [1, 99]


def test_whoever_does_not_consent_need_not_read_again(send: Send) -> None:
    send()
    assert send(reword_photos).status_code == 302
    assert not ConsentRecord.objects.exists()


def test_a_form_to_be_mended_shows_the_places_as_they_are(event: Event, send: Send) -> None:
    send()
    page = send(lambda: fill_up(event, 2), name="").content.decode()
    assert "Geben Sie Ihren Vor- und Nachnamen ein" in page
    assert "Sie kommen auf Platz 1 der Warteliste" in page
    assert 'value="person1@example.org"' in page


def test_a_refusal_shows_the_places_as_they_are(event: Event, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.services.public_registration.REGISTRATIONS_PER_ADDRESS", 1)
    send()
    refused = send(lambda: fill_up(event, 2))
    assert refused.status_code == 429
    assert "Sie kommen auf Platz 1 der Warteliste" in refused.content.decode()


def test_a_form_that_was_too_fresh_a_moment_ago_is_taken(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is checked a second time, with what is read anew; by then it may be old enough."""
    checks = iter([True, False])
    monkeypatch.setattr(guard.Ticket, "is_too_fresh", lambda *_: next(checks))
    assert send().status_code == 302
    assert Registration.objects.count() == 1


def test_somebody_signed_in_meets_no_kept_offer(event: Event, send: Send) -> None:
    send()
    staff = Client()
    staff.force_login(CentreStaffFactory())
    address = f"{event.get_absolute_url()}anmelden/"
    ticket = re.search(r'name="ticket" value="([^"]+)"', staff.get(address).content.decode())[1]
    kept_offers._shelf.keep(event.slug, (), None)
    with CaptureQueriesContext(connection) as queries:
        sent = staff.post(address, {"ticket": ticket, "name": "Eva Zentrale", "email": "eva@example.org"})
    assert sent.status_code == 302
    assert not [query for query in queries if "tableoid" in query["sql"]]
