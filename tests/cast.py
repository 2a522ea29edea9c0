"""The cast: who plays in the tests. Alice leads A, Bob works in it, Rita reads; Carla leads B; Zoe is the centre.

Fixtures for most tests, and the same people as functions for tests.access.world, which brings all of them at once.
tests/conftest.py imports this module before Django is set up, so the fixtures import what they need themselves.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import User
    from verbuende.models import Verbund

__all__ = ["alice", "bob", "carla", "former", "rita", "stranger", "verbund_a", "verbund_b", "zoe"]

LONG_AGO = dt.date(2026, 1, 1)


def make_user(name: str, **fields: Any) -> "User":
    """Return somebody with an account, by first name at example.org."""
    from tests.factories.accounts import UserFactory

    return UserFactory(name=name, email=f"{name.split(maxsplit=1)[0].lower()}@example.org", **fields)


def make_member(name: str, verbund: "Verbund", role: str, **fields: Any) -> "User":
    """Return somebody with a role in an alliance."""
    from tests.factories.verbuende import VerbundMemberFactory

    user = make_user(name)
    VerbundMemberFactory(user=user, verbund=verbund, role=role, **fields)
    return user


def make_verbund(letter: str, state: str) -> "Verbund":
    """Return Verbund A or B."""
    from tests.factories.verbuende import VerbundFactory

    return VerbundFactory(slug=f"verbund-{letter.lower()}", short_name=f"Verbund {letter}", states=[state])


@pytest.fixture
def verbund_a(db: None) -> "Verbund":
    return make_verbund("A", "NW")


@pytest.fixture
def verbund_b(db: None) -> "Verbund":
    return make_verbund("B", "HE")


@pytest.fixture
def alice(verbund_a: "Verbund") -> "User":
    """Leads Verbund A."""
    return make_member("Alice Ahorn", verbund_a, "LEAD")


@pytest.fixture
def bob(verbund_a: "Verbund") -> "User":
    """Works in Verbund A."""
    return make_member("Bob Buche", verbund_a, "STAFF")


@pytest.fixture
def rita(verbund_a: "Verbund") -> "User":
    """Reads in Verbund A."""
    return make_member("Rita Robinie", verbund_a, "READER")


@pytest.fixture
def carla(verbund_b: "Verbund") -> "User":
    """Leads Verbund B."""
    return make_member("Carla Zeder", verbund_b, "LEAD")


@pytest.fixture
def former(verbund_a: "Verbund") -> "User":
    """Led Verbund A until yesterday's reorganisation."""
    return make_member("Frieda Fichte", verbund_a, "LEAD", ended_on=LONG_AGO + dt.timedelta(days=30))


@pytest.fixture
def zoe(db: None) -> "User":
    """Works for the coordination centre."""
    return make_user("Zoe Zypresse", is_centre_staff=True)


@pytest.fixture
def stranger(db: None) -> "User":
    """Has an account and belongs nowhere."""
    return make_user("Silvan Strauch")
