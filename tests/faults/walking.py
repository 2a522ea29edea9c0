"""Every page of the portal, found in the matrix: what is added there is walked by these tests without being named."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import resolve, reverse

from core.views import List
from tests.access.matrix import MATRIX
from tests.access.world import World

BACKEND = "accounts.backends.EmailBackend"
WALKERS = ("visitor", "lead_a", "centre")


@dataclass(frozen=True)
class Address:
    """One address that answers this role with a page."""

    name: str
    path: str
    role: str
    query: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"

    @property
    def url(self) -> str:
        """The address with what the page needs to be told."""
        return self.asking("")

    def asking(self, query: str) -> str:
        """Return the address with these parameters too."""
        return f"{self.path}?{'&'.join(part for part in (self.query, query) if part)}"

    @property
    def view_class(self) -> type | None:
        """The class behind it; functions have none."""
        return getattr(resolve(self.path).func, "view_class", None)

    @property
    def is_list(self) -> bool:
        """Whether it shows rows by a filter and in pages."""
        return self.view_class is not None and issubclass(self.view_class, List)


def clients(world: World) -> dict[str, Client]:
    """Return a client for each who walks."""
    found = {role: Client() for role in WALKERS}
    for role, client in found.items():
        if user := world.users[role]:
            client.force_login(user, backend=BACKEND)
    return found


def addresses(world: World) -> Iterator[Address]:
    """Yield each page once, for the first of the walkers whom it answers with 200."""
    return _cases(world, "GET", 200)


def buttons(world: World) -> Iterator[Address]:
    """Yield each address that acts by POST and leads on, for the first of the walkers who may."""
    return _cases(world, "POST", 302)


def _cases(world: World, method: str, status: int) -> Iterator[Address]:
    for name, cases in MATRIX.items():
        for case in cases:
            role = next((role for role in WALKERS if case.status(role) == status), None)
            if role and case.method == method:
                path = reverse(name, kwargs=case.path_arguments(world))
                yield Address(name, path, role, case.query.removeprefix("?"))


def snapshot(*, without: tuple[str, ...] = ("sessions.session",)) -> dict[str, str]:
    """Return a print of every table, so that any change of any row shows."""
    prints = {}
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in without:
            rows = sorted(json.dumps(row, cls=_AnyJson, sort_keys=True) for row in model._base_manager.values())
            prints[model._meta.label] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return prints


class _AnyJson(DjangoJSONEncoder):
    def default(self, o: object) -> object:
        if isinstance(o, bytes | memoryview):
            return bytes(o).hex()
        return super().default(o)
