"""The account: its address is its name."""

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction

from accounts.checks import check_local_mode, check_local_mode_is_off
from accounts.lookup import find_active_user, find_user
from accounts.models import User
from core.search import email_key
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_the_address_is_stored_as_its_key() -> None:
    user = User.objects.create_user("  Erika.Beispiel@Müller.DE ", name="Erika Beispiel")
    assert user.email == "erika.beispiel@xn--mller-kva.de"
    assert user.email_key == user.email == email_key("erika.beispiel@müller.de")
    assert not user.has_usable_password()
    assert User.objects.get_by_natural_key("ERIKA.beispiel@müller.de") == user


def test_one_account_per_address() -> None:
    User.objects.create_user("erika@example.org")
    with pytest.raises(IntegrityError, match="duplicate key"), transaction.atomic():
        User.objects.create_user("Erika@Example.org")


def test_a_tag_is_another_mailbox() -> None:
    User.objects.create_user("erika@example.org")
    assert User.objects.create_user("erika+test@example.org").pk


@pytest.mark.parametrize("address", ["", "ohne-at", "erika@müller.de", "er ika@example.org", "a@b@example.org"])
def test_the_database_keeps_addresses_comparable(address: str) -> None:
    with pytest.raises(IntegrityError, match="email_ascii"), transaction.atomic():
        User.objects.create(email=address)


def test_the_key_follows_the_address() -> None:
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(email="Neu@example.org")
    user.refresh_from_db()
    assert user.email_key == "neu@example.org"


def test_an_account_needs_an_address() -> None:
    with pytest.raises(ValueError, match="address"):
        User.objects.create_user("")


def test_admins_are_superusers() -> None:
    with pytest.raises(IntegrityError, match="admin_is_superuser"), transaction.atomic():
        User.objects.create_user("erika@example.org", is_staff=True)
    superuser = User.objects.create_superuser("wurzel@example.org", "vier-zufaellige-worte")
    assert superuser.is_staff
    assert superuser.check_password("vier-zufaellige-worte")


def test_lookup() -> None:
    user = UserFactory(email="erika@example.org", is_active=False)
    assert find_user("Erika@Example.org ") == user
    assert find_active_user("erika@example.org") is None
    assert find_user("niemand@example.org") is None


def test_names() -> None:
    assert str(User(email="erika@example.org")) == "erika@example.org"
    assert User(email="erika@example.org", name="Erika Beispiel").get_full_name() == "Erika Beispiel"


@pytest.mark.parametrize(
    ("is_local", "address", "ids"),
    [
        (False, "https://portal.example.org", []),
        (True, "http://localhost:8000", []),
        (True, "http://127.0.0.1:8000", []),
        (True, "http://[::1]:8000", []),
        (True, "https://portal.example.org", ["accounts.E001"]),
        (True, "http://192.168.1.5:8000", ["accounts.E001"]),
        (True, "http://localhost.example.org", ["accounts.E001"]),
    ],
)
def test_local_mode_only_on_loopback(settings, is_local: bool, address: str, ids: list[str]) -> None:
    settings.PORTAL_LOCAL = is_local
    settings.PORTAL_BASE_URL = address
    assert [error.id for error in check_local_mode()] == ids
    assert [error.id for error in check_local_mode_is_off()] == (["accounts.E002"] if is_local else [])


def test_the_checks_are_registered(settings) -> None:
    settings.PORTAL_LOCAL = True
    settings.PORTAL_BASE_URL = "https://portal.example.org"
    found = {message.id for message in run_checks(include_deployment_checks=True)}
    assert {"accounts.E001", "accounts.E002"} <= found
