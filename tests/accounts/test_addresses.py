"""Changing the address one signs in with."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from tests.accounts.test_sign_in import SIGN_IN
from tests.factories.accounts import PASSWORD, UserFactory, sign_in_data

PAGE = "/konto/e-mail/"
CONFIRMATION = "accounts.address_confirmation"


@pytest.fixture
def signed_in(client: Client, erika: User) -> Client:
    client.post(SIGN_IN, sign_in_data(erika))
    return client


def ask(client: Client, address: str) -> None:
    """Ask for the change; the password is asked for once more on the way."""
    response = client.post(PAGE, {"email": address, "action_add": ""})
    assert response["Location"].startswith("/konto/bestaetigen/?next=")
    response = client.post(response["Location"], {"password": PASSWORD, "next": PAGE})
    assert response["Location"] == PAGE


def test_the_change(signed_in: Client, erika: User, last_mail: Callable, path_in: Callable) -> None:
    ask(signed_in, "Erika.Neu@Example.org")
    erika.refresh_from_db()
    assert erika.email == "erika@example.org"
    page = signed_in.get(PAGE).content.decode()
    assert "Noch nicht bestätigt" in page
    assert "erika.neu@example.org" in page
    link = path_in(last_mail(CONFIRMATION), "/konto/e-mail/bestaetigen/")
    assert "Adresse bestätigen" in signed_in.get(link).content.decode()
    erika.refresh_from_db()
    assert erika.email == "erika@example.org", "GET changes nothing"
    assert signed_in.post(link).status_code == 302
    erika.refresh_from_db()
    assert (erika.email, erika.email_key) == ("erika.neu@example.org", "erika.neu@example.org")
    notice = OutboxMessage.objects.get(purpose="accounts.notice")
    assert (notice.recipient, notice.data["kind"]) == ("erika@example.org", "email_changed")
    assert Client().post(SIGN_IN, sign_in_data(erika)).status_code == 302
    assert Client().post(SIGN_IN, sign_in_data(erika, login="erika@example.org")).status_code == 200
    assert "Dieser Link gilt nicht mehr" in Client().get(link).content.decode()


def test_the_new_address_opens_nothing_before_it_is_proven(signed_in: Client, erika: User) -> None:
    ask(signed_in, "neu@example.org")
    assert Client().post(SIGN_IN, sign_in_data(erika, login="neu@example.org")).status_code == 200


def test_somebody_elses_address_shows_nothing_and_takes_nothing(
    signed_in: Client, erika: User, last_mail: Callable, path_in: Callable
) -> None:
    carla = UserFactory(email="carla@example.org")
    ask(signed_in, "carla@example.org")
    assert "carla@example.org" in signed_in.get(PAGE).content.decode()
    link = path_in(last_mail(CONFIRMATION), "/konto/e-mail/bestaetigen/")
    response = signed_in.post(link, follow=True)
    assert "gibt es schon ein anderes Konto" in response.content.decode()
    erika.refresh_from_db()
    carla.refresh_from_db()
    assert (erika.email, carla.email) == ("erika@example.org", "carla@example.org")


def test_the_latest_change_counts(signed_in: Client, erika: User) -> None:
    ask(signed_in, "eins@example.org")
    first = OutboxMessage.objects.get(purpose=CONFIRMATION)
    signed_in.post(PAGE, {"email": "zwei@example.org", "action_add": ""})
    assert EmailAddress.objects.filter(user=erika, verified=False).get().email == "zwei@example.org"
    assert (
        get_purpose(CONFIRMATION).is_obsolete(first) == "Diese Änderung der Adresse ist überholt oder schon bestätigt."
    )


def test_dropping_the_change(signed_in: Client, erika: User) -> None:
    ask(signed_in, "neu@example.org")
    response = signed_in.post(PAGE, {"email": "neu@example.org", "action_remove": ""}, follow=True)
    assert "Die Änderung auf neu@example.org ist verworfen." in response.content.decode()
    assert not EmailAddress.objects.filter(user=erika, verified=False).exists()


def test_sending_the_link_again(signed_in: Client, erika: User) -> None:
    ask(signed_in, "neu@example.org")
    signed_in.post(PAGE, {"email": "neu@example.org", "action_send": ""})
    assert OutboxMessage.objects.filter(purpose=CONFIRMATION).count() == 2


def test_the_present_address_stays(signed_in: Client, erika: User) -> None:
    signed_in.get(PAGE)
    signed_in.post(PAGE, {"email": "erika@example.org", "action_remove": ""})
    erika.refresh_from_db()
    assert erika.email == "erika@example.org"
    signed_in.post(PAGE, {"email": "Erika@example.org", "action_add": ""})
    assert not EmailAddress.objects.filter(user=erika, verified=False).exists()


@pytest.mark.parametrize("address", ["", "keine-adresse", "Erika@Example.org"])
def test_refused_addresses(signed_in: Client, address: str) -> None:
    page = signed_in.post(PAGE, {"email": address, "action_add": ""}).content.decode()
    assert "<title>Fehler: E-Mail-Adresse ändern" in page


def test_a_wrong_password_stops_it(signed_in: Client, erika: User) -> None:
    response = signed_in.post(PAGE, {"email": "neu@example.org", "action_add": ""})
    page = signed_in.post(response["Location"], {"password": "falsch-falsch"}).content.decode()
    assert "Das Passwort stimmt nicht." in page
    assert not OutboxMessage.objects.exists()
