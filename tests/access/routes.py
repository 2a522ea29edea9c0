"""The URLconf as a list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One address: its name with namespaces, its pattern, and the view behind it."""

    name: str
    pattern: str
    callback: Callable[..., Any]
    view_class: type | None

    @property
    def is_admin(self) -> bool:
        """Whether it belongs to the Django admin, which has a test of its own."""
        return self.pattern.startswith("admin/")


@cache
def all_routes() -> tuple[Route, ...]:
    """Every route of the portal."""
    return tuple(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            yield from _walk(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            name = ":".join(part for part in (namespace, entry.name) if part) if entry.name else ""
            view_class = getattr(entry.callback, "view_class", None)
            yield Route(name, pattern, entry.callback, view_class)
