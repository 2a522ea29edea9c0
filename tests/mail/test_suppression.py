import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mailing.models import Suppression
from mailing.services.suppression import (
    delivery_suppression,
    is_suppressed,
    lift,
    lift_delivery,
    suppress,
    suppressed_keys,
    unsubscribe_url,
)

pytestmark = pytest.mark.django_db

ADDRESS = "Erika@Example.org"
BASE = "http://localhost:8000"


def path_for(address=ADDRESS, topic="tests.newsletter"):
    return unsubscribe_url(address, topic).removeprefix(BASE)


def test_a_topic_is_suppressed_for_itself_and_all_bulk_for_every_topic():
    suppress("a@example.org", Suppression.Reason.UNSUBSCRIBED, topic="events.invitation")
    suppress("b@example.org", "unknown-mailbox")

    assert is_suppressed("A@example.org ", "events.invitation")
    assert not is_suppressed("a@example.org", "news.letter")
    assert is_suppressed("b@example.org", "news.letter")


def test_suppressing_twice_is_once_and_lifting_ends_it():
    assert suppress("a@example.org", "returned") is True
    assert suppress("A@example.org", "unknown-mailbox") is False
    assert Suppression.objects.get().reason == "returned"

    assert lift("a@EXAMPLE.org") is True
    assert lift("a@example.org") is False
    assert not is_suppressed("a@example.org")


def test_the_table_names_nobody_and_hangs_on_its_own_key(settings):
    suppress("a@example.org", "returned")
    assert b"example" not in bytes(Suppression.objects.get().address_hash)

    settings.SECRET_KEY = "another secret key, long enough to be one 0123456789"
    assert is_suppressed("a@example.org")


def test_many_addresses_are_asked_in_one_query():
    suppress("a@example.org", "returned")
    suppress("b@example.org", "unsubscribed", topic="events.invitation")
    suppress("c@example.org", "unsubscribed", topic="other.topic")
    addresses = ["A@example.org", "b@example.org", "c@example.org", *(f"{n}@example.org" for n in range(300))]

    with CaptureQueriesContext(connection) as queries:
        assert suppressed_keys(addresses, "events.invitation") == {"a@example.org", "b@example.org"}
    assert len(queries) == 1


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_scanner_changes_nothing(client, method):
    """RELIABILITY F32."""
    for _ in range(3):
        assert getattr(client, method)(path_for()).status_code == 200
    assert not Suppression.objects.exists()


def test_the_page_asks_with_one_button_and_keeps_the_link_to_itself(client):
    response = client.get(path_for())

    assert "Keine Einladungen mehr erhalten?" in response.text
    assert response.text.count("<button") == 1
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "erika" not in response.text.lower()


def test_one_click_works_without_cookies_from_anywhere_and_repeatedly():
    client = Client(enforce_csrf_checks=True)
    for _ in range(3):
        response = client.post(path_for(), {"List-Unsubscribe": "One-Click"}, headers={"Origin": "null"})
        assert response.status_code == 200
        assert "Sie sind abgemeldet" in response.text
    (row,) = Suppression.objects.all()
    assert (row.topic, row.reason) == ("tests.newsletter", "unsubscribed")
    assert is_suppressed("erika@example.org", "tests.newsletter")
    assert not is_suppressed("erika@example.org", "tests.other")


def test_after_unsubscribing_the_page_says_so(client):
    client.post(path_for())

    response = client.get(path_for())
    assert "Sie sind abgemeldet" in response.text
    assert "<button" not in response.text


def test_an_old_secret_key_still_unsubscribes(client, settings):
    """The link works for a year and longer: nothing in it expires, and it needs no row."""
    path = path_for()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key, long enough to be one 0123456789"

    assert client.post(path).status_code == 200
    assert Suppression.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "A" + t, lambda _: "x", lambda _: "x.y", lambda t: t + "ü"]
)
def test_a_forged_link_changes_nothing(client, change):
    token = path_for().split("/")[2]
    path = reverse("mailing:unsubscribe", args=[change(token)])

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(("reason", "lifted"), [("unknown-mailbox", True), ("returned", True), ("unsubscribed", False)])
def test_only_what_a_server_said_can_be_lifted_by_organisers(reason, lifted):
    suppress(ADDRESS, reason)
    assert (delivery_suppression(ADDRESS) is not None) is lifted
    assert lift_delivery(ADDRESS) is lifted
    assert is_suppressed(ADDRESS) is not lifted


def test_an_objection_replaces_a_fault_and_never_the_other_way_round():
    assert suppress(ADDRESS, "returned")
    assert suppress(ADDRESS, "objected")
    assert not suppress(ADDRESS, "unknown-mailbox")
    assert not lift_delivery(ADDRESS)
    assert is_suppressed(ADDRESS)
