"""Resetting, changing and first setting a password."""

import datetime as dt
import time
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import limits
from accounts.emails import NO_ACCOUNT, password_url
from accounts.models import User
from accounts.services.accounts import create_account, create_centre_staff
from core.clock import db_now
from core.exceptions import DomainError
from core.models import ChangeEntry
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from tests.accounts.test_sign_in import SIGN_IN, comparable, statements
from tests.factories.accounts import PASSWORD, UserFactory, sign_in_data

RESET = "/konto/passwort/vergessen/"
SENT = "/konto/passwort/vergessen/gesendet/"
NEW_PASSWORD = "ganz-andere-vier-worte"
BOTH = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}


def local(url: str) -> str:
    return url.removeprefix("http://localhost:8000")


def later(**passed: int) -> time_machine.travel:
    # A number of seconds, because a datetime in UTC would move the local time zone as well.
    return time_machine.travel(time.time() + dt.timedelta(**passed).total_seconds())


def used(user: User) -> User:
    """Somebody who has signed in before."""
    user.last_login = db_now()
    user.save(update_fields=["last_login"])
    return user


def test_reset(client: Client, erika: User, last_mail: Callable, path_in: Callable) -> None:
    used(erika)
    assert client.post(RESET, {"email": "Erika@Example.org"})["Location"] == SENT
    message = OutboxMessage.objects.get()
    assert message.data == {}, "the link is stored nowhere"
    link = path_in(last_mail("accounts.password_link"), "/konto/passwort/neu/")
    form = client.get(link)["Location"]
    assert form.endswith("-set-password/"), "the token leaves the address"
    assert client.post(form, BOTH)["Location"] == "/arbeitsplatz/"
    assert client.get("/konto/").status_code == 200
    erika.refresh_from_db()
    assert erika.check_password(NEW_PASSWORD)
    assert OutboxMessage.objects.filter(purpose="accounts.notice", data__kind="password_reset").count() == 1
    again = Client().get(link)
    assert "Dieser Link gilt nicht mehr" in again.content.decode()


def test_a_scanner_that_opens_the_link_uses_nothing_up(erika: User) -> None:
    link = local(password_url(used(erika)))
    for _ in range(3):
        Client().get(link, follow=True)
    client = Client()
    form = client.get(link)["Location"]
    assert client.post(form, BOTH).status_code == 302


def test_reset_links_live_an_hour(erika: User) -> None:
    link = local(password_url(used(erika)))
    with later(minutes=59):
        assert Client().get(link).status_code == 302
    with later(minutes=61):
        page = Client().get(link).content.decode()
    assert "Neuen Link anfordern" in page
    assert "erika" not in page


def test_first_links_live_a_week(db: None) -> None:
    link = local(password_url(create_account(email="neu@example.org", actor=None)))
    with later(days=6):
        assert Client().get(link).status_code == 302
    with later(days=8):
        assert Client().get(link).status_code == 200


@pytest.mark.parametrize("key", ["x-y", "1-set-password", "zzzzzz-abc-def"])
def test_forged_links_look_like_old_ones(client: Client, erika: User, key: str) -> None:
    page = client.get(f"/konto/passwort/neu/{key}/")
    assert "Dieser Link gilt nicht mehr" in page.content.decode()


def test_a_link_dies_with_the_address(erika: User) -> None:
    link = local(password_url(erika))
    User.objects.filter(pk=erika.pk).update(email="anders@example.org")
    assert "Dieser Link gilt nicht mehr" in Client().get(link).content.decode()


def test_unknown_and_inactive_addresses_look_and_work_the_same(erika: User) -> None:
    UserFactory(email="gesperrt@example.org", is_active=False)
    Client().post(RESET, {"email": "vorher@example.org"})
    seen = []
    for address in ("erika@example.org", "niemand@example.org", "gesperrt@example.org"):
        client = Client()
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(RESET, {"email": address})
            page = client.get(SENT)
        assert answer["Location"] == SENT
        seen.append((comparable(page.content), statements(queries)))
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]
    purpose = get_purpose("accounts.password_link")
    reasons = {message.recipient: purpose.is_obsolete(message) for message in OutboxMessage.objects.all()}
    assert reasons == {
        "erika@example.org": "",
        "vorher@example.org": NO_ACCOUNT,
        "niemand@example.org": NO_ACCOUNT,
        "gesperrt@example.org": NO_ACCOUNT,
    }


@pytest.mark.parametrize("address", ["erika@example.org", "niemand@example.org"])
def test_few_resets_per_address(erika: User, address: str) -> None:
    codes = [
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(RESET, {"email": address}).status_code
        for number in range(limits.MAILS_PER_ADDRESS + 1)
    ]
    assert codes[-1] == 429
    assert OutboxMessage.objects.count() <= limits.MAILS_PER_ADDRESS


def test_changing_the_password_ends_other_sessions(client: Client, erika: User) -> None:
    client.post(SIGN_IN, sign_in_data(erika))
    stolen = Client()
    stolen.force_login(erika)
    assert stolen.get("/konto/").status_code == 200
    response = client.post("/konto/passwort/", {"oldpassword": PASSWORD, **BOTH}, follow=True)
    assert "Ihr neues Passwort gilt." in response.content.decode()
    assert client.get("/konto/").status_code == 200
    assert stolen.get("/konto/").status_code == 302
    notice = OutboxMessage.objects.get(purpose="accounts.notice")
    assert (notice.recipient, notice.data["kind"]) == ("erika@example.org", "password_changed")


def test_refused_passwords(client: Client, erika: User) -> None:
    client.force_login(erika)
    page = client.post("/konto/passwort/", {"oldpassword": "falsch", **BOTH}).content.decode()
    assert "Das bisherige Passwort stimmt nicht." in page
    page = client.post("/konto/passwort/", {"oldpassword": PASSWORD, "password1": "kurz", "password2": "kurz"})
    assert "12 Zeichen" in page.content.decode()
    page = client.post(
        "/konto/passwort/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": "vertippt-vertippt"}
    )
    assert "<title>Fehler: " in page.content.decode()
    near = "erika@example.org1"
    page = client.post("/konto/passwort/", {"oldpassword": PASSWORD, "password1": near, "password2": near})
    assert "<title>Fehler: " in page.content.decode()
    erika.refresh_from_db()
    assert erika.check_password(PASSWORD)


def test_long_passwords_and_spaces_are_fine(client: Client, erika: User) -> None:
    client.force_login(erika)
    long = "  Ein Satz mit Umlauten, ß und Leerzeichen, " + "x" * 60
    client.post("/konto/passwort/", {"oldpassword": PASSWORD, "password1": long, "password2": long})
    erika.refresh_from_db()
    assert erika.check_password(long)


def test_somebody_without_a_password_sets_one(client: Client, db: None) -> None:
    user = User.objects.create_user("ohne@example.org")
    client.force_login(user)
    assert client.get("/konto/passwort/")["Location"] == "/konto/passwort/setzen/"
    client.post("/konto/passwort/setzen/", BOTH)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert client.get("/konto/").status_code == 200


def test_the_first_account(client: Client, db: None, capsys, last_mail: Callable, path_in: Callable) -> None:
    call_command("create_centre_staff", "Erste@Example.org", name="Erste Person")
    call_command("create_centre_staff", "erste@example.org")
    assert "Der Link für das Passwort ist unterwegs" in capsys.readouterr().out
    user = User.objects.get()
    assert (user.email, user.name, user.is_centre_staff, user.is_superuser) == (
        "erste@example.org",
        "Erste Person",
        True,
        False,
    )
    form = client.get(path_in(last_mail("accounts.welcome"), "/konto/passwort/neu/"))["Location"]
    assert client.post(form, BOTH)["Location"] == "/arbeitsplatz/"
    mails = OutboxMessage.objects.filter(purpose="accounts.welcome")
    reason = get_purpose("accounts.welcome").is_obsolete(mails[0])
    assert reason == "Die Person hat sich schon angemeldet."
    count = mails.count()
    call_command("create_centre_staff", "erste@example.org")
    assert mails.count() == count
    assert "schon benutzt" in capsys.readouterr().out
    actions = list(ChangeEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["Konto angelegt", "ins Koordinierungszentrum aufgenommen", "angemeldet"]


def test_no_account_without_an_address(db: None) -> None:
    with pytest.raises(CommandError, match=r"Format name@firma\.de"):
        call_command("create_centre_staff", "keine-adresse")
    with pytest.raises(DomainError):
        create_centre_staff(email="a@b@c", actor=None)
    assert not User.objects.exists()


def test_links_never_come_from_the_request(erika: User, last_mail: Callable, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client(HTTP_HOST="boese.example").post(RESET, {"email": erika.email})
    assert "boese.example" not in last_mail("accounts.password_link")


def test_the_token_lifetime_fits_the_settings() -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 7 * 24 * 3600
