"""Signing in with a mailed code."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import limits
from accounts.emails import NO_ACCOUNT
from accounts.models import User
from core.clock import db_now
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from tests.accounts.test_sign_in import comparable, statements

REQUEST = "/konto/anmelden/code/"
CONFIRM = "/konto/anmelden/code/eingeben/"
PURPOSE = "accounts.sign_in_code"


def test_the_code_signs_in(client: Client, erika: User, last_mail: Callable) -> None:
    response = client.post(REQUEST, {"email": "Erika@Example.org", "next": "/konto/passwort/"})
    assert response["Location"] == f"{CONFIRM}?next=%2Fkonto%2Fpasswort%2F"
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.ref) == ("erika@example.org", f"accounts.user:{erika.pk}")
    code = message.data["code"]
    assert code in last_mail(PURPOSE)
    response = client.post(CONFIRM, {"code": f" {code.lower().replace('-', '')} ", "next": "/konto/passwort/"})
    assert response["Location"] == "/konto/passwort/"
    assert client.get("/konto/").status_code == 200


def test_the_code_works_once_and_in_its_own_window(client: Client, erika: User) -> None:
    client.post(REQUEST, {"email": erika.email})
    code = OutboxMessage.objects.get().data["code"]
    assert Client().post(CONFIRM, {"code": code})["Location"] == REQUEST
    client.post(CONFIRM, {"code": code})
    client.post("/konto/abmelden/")
    assert client.post(CONFIRM, {"code": code})["Location"] == REQUEST


def test_the_code_expires(client: Client, erika: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(REQUEST, {"email": erika.email})
    message = OutboxMessage.objects.get()
    assert 590 < (message.expires_at - db_now()).total_seconds() <= 600
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 601
    session.save()
    assert client.post(CONFIRM, {"code": message.data["code"]})["Location"] == REQUEST
    assert client.get("/konto/").status_code == 302


def test_three_wrong_codes_end_it(client: Client, erika: User) -> None:
    client.post(REQUEST, {"email": erika.email})
    for _ in range(2):
        page = client.post(CONFIRM, {"code": "FALS-CHER"})
        assert "Dieser Code stimmt nicht." in page.content.decode()
        assert "<title>Fehler: Code eingeben" in page.content.decode()
    assert client.post(CONFIRM, {"code": "FALS-CHER"})["Location"] == REQUEST
    assert "Das waren zu viele Versuche." in client.get(REQUEST).content.decode()
    assert client.post(CONFIRM, {"code": OutboxMessage.objects.get().data["code"]})["Location"] == REQUEST


def test_unknown_and_inactive_addresses_look_and_work_the_same(erika: User) -> None:
    """Same pages, same statements, the same kind of row in the outbox."""
    User.objects.create_user("gesperrt@example.org", is_active=False)
    seen = []
    for address in ("erika@example.org", "niemand@example.org", "gesperrt@example.org"):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(REQUEST, {"email": address})
            page = client.get(CONFIRM)
            wrong = client.post(CONFIRM, {"code": "FALS-CHER"})
        assert answer["Location"] == CONFIRM
        seen.append((comparable(page.content, address), comparable(wrong.content, address), statements(queries)))
    for page, wrong_page, work in seen[1:]:
        assert page == seen[0][0]
        assert wrong_page == seen[0][1]
        assert work == seen[0][2]
    assert {message.purpose for message in OutboxMessage.objects.all()} == {PURPOSE}


def test_strangers_get_no_mail(client: Client, db: None) -> None:
    client.post(REQUEST, {"email": "niemand@example.org"})
    message = OutboxMessage.objects.get()
    assert get_purpose(PURPOSE).is_obsolete(message) == NO_ACCOUNT
    assert client.post(CONFIRM, {"code": message.data["code"]}).status_code == 200
    assert client.get("/konto/").status_code == 302


@pytest.mark.parametrize("address", ["erika@example.org", "niemand@example.org"])
def test_few_mails_per_address(erika: User, address: str) -> None:
    answers = [
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(REQUEST, {"email": address})
        for number in range(limits.MAILS_PER_ADDRESS + 2)
    ]
    assert [answer.status_code for answer in answers[-3:]] == [302, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert OutboxMessage.objects.count() == limits.MAILS_PER_ADDRESS


def test_few_mails_per_network(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAILS_PER_NETWORK", 2)
    codes = [Client().post(REQUEST, {"email": f"{name}@example.org"}).status_code for name in "abc"]
    assert codes == [302, 302, 429]


def test_another_address(client: Client, erika: User) -> None:
    client.post(REQUEST, {"email": "vertippt@example.org"})
    assert client.get("/konto/anmelden/")["Location"] == CONFIRM
    response = client.post("/konto/abmelden/", {"next": REQUEST})
    assert response["Location"] == REQUEST
    assert client.get(REQUEST).status_code == 200


def test_a_pending_change_of_address_opens_no_account(client: Client, erika: User) -> None:
    """Somebody else's account that merely asked for this address is not found by it."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=erika, email="opfer@example.org", verified=False)
    client.post(REQUEST, {"email": "opfer@example.org"})
    assert OutboxMessage.objects.get().ref == "accounts.user:0"


def test_the_desk_waits(client: Client, db: None) -> None:
    assert client.get(reverse("account_overview"))["Location"] == "/konto/anmelden/?next=/konto/"
