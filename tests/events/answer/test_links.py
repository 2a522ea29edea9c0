"""Personal links: who gets in, and that every reason for not getting in looks the same."""

import datetime as dt

import pytest
from django.test import Client

from core.links import make_token, new_nonce
from events.models import Registration
from events.models.registrations import LINK_PURPOSE, PROOF_PURPOSE
from tests.factories.events import EventFactory, RegistrationFactory, in_days, say_yes

pytestmark = pytest.mark.django_db
PAGES = ("", "aendern/", "absagen/", "kalender.ics")


def past_event(days: int):
    return EventFactory(days=-days)


@pytest.fixture
def person() -> Registration:
    registration = RegistrationFactory()
    say_yes(registration)
    return registration


def bad_tokens(person: Registration) -> list[str]:
    good = person.token
    other = RegistrationFactory()
    return [
        "x",
        ".",
        "ÄÖÜ.ß",
        person.public_id,
        f"{person.public_id}.",
        good[:-1],
        f"{good}x",
        good.swapcase(),
        f"{other.public_id}.{good.split('.')[1]}",
        make_token(PROOF_PURPOSE, person.public_id, person.nonce),
        make_token(LINK_PURPOSE, person.public_id, new_nonce()),
        make_token(LINK_PURPOSE, "ZZZZZZZZ", person.nonce),
    ]


def test_every_bad_token_is_the_same_page(client: Client, person: Registration) -> None:
    pages = set()
    for token in bad_tokens(person):
        for more in PAGES:
            response = client.get(f"/e/{token}/{more}")
            assert response.status_code == 404, token
            pages.add(response.content)
            assert client.post(f"/e/{token}/{more}", {"answer": "no"}).status_code == 404
    assert len(pages) == 1
    assert "Dieser Link gilt nicht mehr" in pages.pop().decode()


def test_a_new_nonce_revokes_the_old_link(client: Client, person: Registration) -> None:
    old = person.token
    person.nonce = new_nonce()
    person.save()
    assert client.get(f"/e/{old}/").status_code == 404
    assert client.get(f"/e/{person.token}/").status_code == 200


def test_an_old_secret_key_still_opens_the_link_while_it_is_a_fallback(
    client: Client, person: Registration, settings
) -> None:
    token, old_key = person.token, settings.SECRET_KEY
    settings.SECRET_KEY = "a new secret key, long enough to be one, 0123456789-0123456789"
    assert client.get(f"/e/{token}/").status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old_key]
    assert client.get(f"/e/{token}/").status_code == 200


def test_the_link_ends_thirty_days_after_the_event(client: Client) -> None:
    alive, ended = RegistrationFactory(event=past_event(29)), RegistrationFactory(event=past_event(31))
    assert client.get(f"/e/{alive.token}/").status_code == 200
    assert client.get(f"/e/{ended.token}/").status_code == 404


def test_the_page_is_neither_stored_nor_named_to_other_sites(client: Client, person: Registration) -> None:
    for url in (f"/e/{person.token}/", f"/e/{person.token}x/", f"/b/{person.proof_token}/"):
        response = client.get(url)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_nul_byte_in_the_token_is_refused(client: Client) -> None:
    assert client.get("/e/%00/").status_code == 400


def test_the_proof_link_is_no_answer_link_and_the_other_way_round(client: Client, person: Registration) -> None:
    assert client.get(f"/e/{person.proof_token}/").status_code == 404
    assert client.get(f"/b/{person.token}/").status_code == 404


def test_trace_and_put_are_refused(client: Client, person: Registration) -> None:
    assert client.put(f"/e/{person.token}/").status_code == 405
    assert client.trace(f"/e/{person.token}/").status_code == 405


def test_the_calendar_takes_no_post(client: Client, person: Registration) -> None:
    assert client.post(f"/e/{person.token}/kalender.ics").status_code == 405


def test_the_proof_link_ends_with_its_deadline(client: Client) -> None:
    person = RegistrationFactory(unproven_until=in_days(0, 0) - dt.timedelta(minutes=1))
    page = client.get(f"/b/{person.proof_token}/")
    assert page.status_code == 404
    assert "noch einmal an" in page.content.decode()
    assert person.email not in page.content.decode()
