"""Accounts. The password is the same for all, and hashed once: argon2 is slow on purpose."""

from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from accounts.models import User

PASSWORD = "vier-zufaellige-worte"


@cache
def hashed_password() -> str:
    return make_password(PASSWORD)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Somebody who can sign in with PASSWORD."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(hashed_password)


class CentreStaffFactory(UserFactory):
    """Somebody of the coordination centre."""

    is_centre_staff = True


class SuperuserFactory(UserFactory):
    """Somebody who may use the Django admin."""

    is_staff = True
    is_superuser = True


def sign_in_data(user: User, **changes: Any) -> dict[str, Any]:
    """What the sign-in form posts."""
    return {"login": user.email, "password": PASSWORD, **changes}
