"""Making accounts and keeping allauth's list of addresses in step with them."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.emails import queue_welcome
from accounts.lookup import find_user
from accounts.models import User
from core.exceptions import DomainError
from core.journal import journal
from core.search import email_key


@transaction.atomic
def create_account(*, email: str, name: str = "", actor: User | None, source: str = "web") -> User:
    """Return the account of this address, a new one if there is none; the first link goes out until somebody used it.

    Doing it twice makes no second account. Roles are the caller's business.
    """
    address = email_key(email)
    try:
        validate_email(address)
    except ValidationError:
        raise DomainError("Geben Sie eine E-Mail-Adresse im Format name@firma.de ein") from None
    user = find_user(address)
    if user is None:
        user = User.objects.create_user(address, name=name.strip())
        journal(scope="centre", obj=user, action="Konto angelegt", actor=actor, source=source)
    if user.last_login is None:
        queue_welcome(user)
    return user


@transaction.atomic
def create_centre_staff(*, email: str, name: str = "", actor: User | None, source: str = "web") -> User:
    """Return the account of this address as one of the coordination centre."""
    user = create_account(email=email, name=name, actor=actor, source=source)
    if not user.is_centre_staff:
        user.is_centre_staff = True
        user.save(update_fields=["is_centre_staff"])
        journal(scope="centre", obj=user, action="ins Koordinierungszentrum aufgenommen", actor=actor, source=source)
    return user


def hold_current_address(user: User) -> None:
    """Give allauth the row it needs before an address can change: the present address, proven by every sign-in."""
    if not EmailAddress.objects.filter(user=user, email=user.email, verified=True, primary=True).exists():
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
