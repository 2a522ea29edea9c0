"""Signing in with a password: what works, what is refused, and what nobody can find out."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.models import User
from core.models import ChangeEntry, RateBucket
from mailing.models import OutboxMessage
from tests.factories.accounts import PASSWORD, UserFactory, sign_in_data

SIGN_IN = "/konto/anmelden/"


def comparable(html: bytes, *addresses: str) -> str:
    """The page without what differs by nature: the CSRF token and the address typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html.decode())
    for address in addresses:
        text = text.replace(address, "ADDRESS")
    return text


def statements(queries: CaptureQueriesContext) -> list[str]:
    """The kind of each statement, in order."""
    return [re.sub(r"_x\d+|\s+", " ", query["sql"])[:40] for query in queries.captured_queries]


def test_address_and_password(client: Client, erika: User) -> None:
    response = client.post(SIGN_IN, sign_in_data(erika, login=" Erika@EXAMPLE.org "))
    assert response.status_code == 302
    assert response["Location"] == reverse("portal:desk")
    assert client.get("/konto/").status_code == 200
    entry = ChangeEntry.objects.get(ref=f"accounts.user:{erika.pk}")
    assert (entry.action, entry.actor, entry.scope) == ("angemeldet", erika, "centre")


def test_next_leads_on_but_never_away(client: Client, erika: User) -> None:
    assert client.post(SIGN_IN, sign_in_data(erika, next="/konto/passwort/"))["Location"] == "/konto/passwort/"
    for away in ("//boese.example/", "https://boese.example/", "javascript:alert(1)"):
        response = Client().post(SIGN_IN, sign_in_data(erika, next=away))
        assert response["Location"] == reverse("portal:desk")


def test_errors_follow_the_pattern(client: Client, erika: User) -> None:
    page = client.post(SIGN_IN, {"login": "", "password": ""}).content.decode()
    assert "<title>Fehler: Anmelden" in page
    assert 'href="#id_login"' in page
    assert page.count("Geben Sie Ihr Passwort ein") == 2
    page = client.post(SIGN_IN, sign_in_data(erika, password="falsch-und-lang")).content.decode()
    assert "E-Mail-Adresse und Passwort passen nicht zusammen." in page
    assert 'value="erika@example.org"' in page
    assert "falsch-und-lang" not in page


@pytest.mark.parametrize("password", ["falsch-und-lang", PASSWORD])
def test_unknown_addresses_answer_the_same(
    client: Client, erika: User, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, same page, the same statements and one password hash: for somebody without a password, too."""
    UserFactory(email="ohne@example.org", password="!")
    client.post(SIGN_IN, {"login": "vorher@example.org", "password": password})
    hashes: list[str] = []
    for method in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, method, counted(method, hashes))
    answers = []
    addresses = ["niemand@example.org", "ohne@example.org", *(["erika@example.org"] if password != PASSWORD else [])]
    for address in addresses:
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            response = Client().post(SIGN_IN, {"login": address, "password": password})
        assert response.status_code == 200
        assert len(hashes) == 1
        answers.append((comparable(response.content, address), statements(queries)))
    for page, work in answers[1:]:
        assert page == answers[0][0]
        assert work == answers[0][1]


def counted(name: str, calls: list[str]) -> Callable[..., Any]:
    original = getattr(Argon2PasswordHasher, name)

    def method(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return original(*args, **kwargs)

    return method


def test_an_unused_account_is_named_only_to_its_owner(client: Client, erika: User) -> None:
    User.objects.filter(pk=erika.pk).update(is_active=False)
    assert client.post(SIGN_IN, sign_in_data(erika))["Location"] == "/konto/gesperrt/"
    wrong = client.post(SIGN_IN, sign_in_data(erika, password="falsch-und-lang"))
    assert "passen nicht zusammen" in wrong.content.decode()


@pytest.mark.parametrize("address", ["erika@example.org", "niemand@example.org"])
def test_guessing_is_slowed_and_the_owner_told(client: Client, erika: User, address: str) -> None:
    for _ in range(limits.SIGN_INS_PER_ADDRESS):
        assert client.post(SIGN_IN, {"login": address, "password": "falsch"}).status_code == 200
    for _ in range(2):
        response = client.post(SIGN_IN, {"login": address.upper(), "password": PASSWORD})
        assert response.status_code == 429
        assert 0 < int(response["Retry-After"]) <= 3600
        assert "Das waren zu viele Versuche." in response.content.decode()
    notice = OutboxMessage.objects.get()
    assert (notice.purpose, notice.recipient, notice.data["kind"]) == ("accounts.notice", address, "sign_in_limited")


def test_the_owner_can_still_sign_in(client: Client, erika: User) -> None:
    """Fifty networks guess; the browser that has signed in before has tries of its own."""
    client.post(SIGN_IN, sign_in_data(erika))
    client.post("/konto/abmelden/")
    for network in range(50):
        Client(REMOTE_ADDR=f"198.51.100.{network}").post(SIGN_IN, sign_in_data(erika, password="falsch"))
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    assert stranger.post(SIGN_IN, sign_in_data(erika)).status_code == 429
    assert client.post(SIGN_IN, sign_in_data(erika)).status_code == 302


def test_a_device_counts_for_its_own_account_only(client: Client, erika: User) -> None:
    carla = UserFactory(email="carla@example.org")
    client.post(SIGN_IN, sign_in_data(erika))
    client.post("/konto/abmelden/")
    for _ in range(limits.SIGN_INS_PER_ADDRESS):
        client.post(SIGN_IN, sign_in_data(carla, password="falsch"))
    assert client.post(SIGN_IN, sign_in_data(carla)).status_code == 429
    client.cookies[settings.DEVICE_COOKIE_NAME] = "gefälscht"
    assert client.post(SIGN_IN, sign_in_data(erika)).status_code == 302


def test_one_network_is_slowed_for_all_names(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_INS_PER_NETWORK", 3)
    codes = [
        client.post(SIGN_IN, {"login": f"{name}@example.org", "password": "x"}).status_code
        for name in ("a", "b", "c", "d")
    ]
    assert codes == [200, 200, 200, 429]


def test_an_ipv6_household_is_one_network(client: Client, db: None) -> None:
    for host in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::1"):
        Client(REMOTE_ADDR=host).post(SIGN_IN, {"login": "a@example.org", "password": "x"})
    assert RateBucket.objects.filter(key__startswith="sign-in-network").count() == 1


def test_a_visitor_gets_no_cookie_but_the_forms(client: Client, db: None) -> None:
    client.get(SIGN_IN)
    assert list(client.cookies) == [settings.CSRF_COOKIE_NAME]


def test_a_session_ends_twelve_hours_after_signing_in(client: Client, erika: User) -> None:
    client.post(SIGN_IN, sign_in_data(erika))
    end = client.session.get_expiry_date()
    assert abs(end - timezone.now() - dt.timedelta(hours=12)) < dt.timedelta(minutes=1)
    session = client.session
    session["busy"] = True
    session.save()
    assert client.session.get_expiry_date() == end
    session.set_expiry(timezone.now() - dt.timedelta(seconds=1))
    session.save()
    assert client.get("/konto/")["Location"].startswith("/konto/anmelden/?next=")


def test_a_new_session_at_sign_in(client: Client, erika: User) -> None:
    client.post(SIGN_IN, sign_in_data(erika))
    first = client.session.session_key
    client.post("/konto/abmelden/")
    client.post(SIGN_IN, sign_in_data(erika))
    assert client.session.session_key != first


def test_signing_out_ends_the_session_at_once(client: Client, erika: User) -> None:
    client.post(SIGN_IN, sign_in_data(erika))
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert stolen.get("/konto/").status_code == 200
    assert client.get("/konto/abmelden/").status_code == 200
    assert client.get("/konto/").status_code == 200, "GET signs nobody out"
    assert client.post("/konto/abmelden/")["Location"] == "/konto/abgemeldet/"
    assert client.get("/konto/abgemeldet/").status_code == 200
    assert settings.SESSION_COOKIE_NAME not in client.cookies or not client.cookies[settings.SESSION_COOKIE_NAME].value
    assert stolen.get("/konto/").status_code == 302


def test_deactivation_ends_the_session_at_once(client: Client, erika: User) -> None:
    client.force_login(erika)
    User.objects.filter(pk=erika.pk).update(is_active=False)
    assert client.get("/konto/").status_code == 302


def test_pages_of_a_signed_in_person_are_not_stored(client: Client, erika: User) -> None:
    client.post(SIGN_IN, sign_in_data(erika))
    for path in ("/konto/", "/konto/passwort/", "/konto/e-mail/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_signing_in_needs_few_queries(client: Client, erika: User, django_assert_max_num_queries: Callable) -> None:
    with django_assert_max_num_queries(0):
        client.get(SIGN_IN)


@pytest.mark.django_db
def test_guessing_at_a_very_long_address_is_limited_like_any_other(client: Client) -> None:
    address = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.de"
    data = {"login": address, "password": "falsch-falsch-falsch"}
    codes = [client.post(SIGN_IN, data).status_code for _ in range(limits.SIGN_INS_PER_ADDRESS + 1)]
    assert codes[-1] == 429


@pytest.mark.django_db
def test_ipv4_visitors_of_an_ipv6_socket_do_not_share_one_limit() -> None:
    for address in ("::ffff:203.0.113.9", "::ffff:198.51.100.1"):
        Client(REMOTE_ADDR=address).post(SIGN_IN, {"login": "wer@example.org", "password": "falsch-falsch"})
    assert RateBucket.objects.filter(key__startswith="sign-in-network:").count() == 2
