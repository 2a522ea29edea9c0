"""Every route, asked by every role."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.matrix import MATRIX, Case
from tests.access.world import ROLES, World, build_world

BACKEND = "accounts.backends.EmailBackend"
CASES = [
    pytest.param(name, case, id=f"{name}-{case.method}-{number}")
    for name, cases in MATRIX.items()
    for number, case in enumerate(cases)
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_every_role_gets_exactly_what_is_its_own(db, name: str, case: Case):
    world = build_world()
    path = reverse(name, kwargs=case.path_arguments(world))
    got = {role: _ask(world, role, path, case) for role in ROLES}
    assert got == {role: case.status(role) for role in ROLES}, f"{case.method} {path}"


def _ask(world: World, role: str, path: str, case: Case) -> int:
    """Ask as this role, and undo what the answer changed."""
    client = Client()
    with transaction.atomic():
        if user := world.users[role]:
            client.force_login(user, backend=BACKEND)
        status = client.generic(case.method, path + case.query).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize(("name", "case"), CASES)
def test_every_case_speaks_of_every_role(name: str, case: Case):
    assert len(case.statuses.split()) == len(ROLES), name


def test_nobody_is_answered_403():
    # Out of scope does not exist (DESIGN §3): 403 would tell that it does.
    assert not [name for name, cases in MATRIX.items() for case in cases if "403" in case.statuses]
