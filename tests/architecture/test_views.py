"""Permission cannot be forgotten: every view is one of ours, sealed, and stands in the matrix (DESIGN §3)."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.access import Access
from core.views import SEALED, Page, Sealed
from tests.access.matrix import MATRIX
from tests.access.routes import Route, all_routes

# Views that are not ours. Each brings its own guard, named here.
FOREIGN = {
    "allauth.account.views": "sign-in: public by nature, or login_required by allauth; limited in accounts.urls",
    "django.contrib.admin": "superuser and staff only, behind allauth's sign-in",
}


def is_foreign(route: Route) -> bool:
    """Whether the view is one of theirs, or one of theirs with our template."""
    bases = route.view_class.__mro__ if route.view_class else ()
    modules = [route.callback.__module__, *(base.__module__ for base in bases)]
    return route.is_admin or any(module.startswith(tuple(FOREIGN)) for module in modules)


@pytest.mark.parametrize("route", all_routes(), ids=lambda route: route.name or route.pattern)
def test_every_view_is_sealed_or_on_the_short_list(route):
    if is_foreign(route):
        return
    assert route.view_class is not None, f"{route.pattern} is a function: inherit one of core.views"
    assert issubclass(route.view_class, Sealed)


@pytest.mark.parametrize("route", [each for each in all_routes() if each.view_class], ids=lambda route: route.name)
def test_nothing_between_our_view_and_the_base_overrides_what_is_sealed(route):
    if is_foreign(route):
        return
    for base in route.view_class.__mro__:
        if base.__module__.startswith(("core.views", "django.", "builtins", "allauth.")):
            continue
        assert not [name for name in SEALED if name in base.__dict__], base


@pytest.mark.parametrize("route", [each for each in all_routes() if each.view_class], ids=lambda route: route.name)
def test_only_public_views_are_open_to_visitors(route):
    if is_foreign(route):
        return
    is_open = not getattr(route.callback, "login_required", True)
    assert is_open == (route.view_class.access is Access.PUBLIC)


def test_a_view_without_access_does_not_import():
    with pytest.raises(ImproperlyConfigured, match="declares no access"):
        type("Forgetful", (Page,), {})


def test_a_view_cannot_open_the_seal():
    with pytest.raises(ImproperlyConfigured, match="sealed"):
        type("Clever", (Page,), {"access": Access.VIEW, "get_queryset": Page.get_queryset})


def test_every_route_has_a_name():
    assert [route.pattern for route in all_routes() if not route.name and not route.is_admin] == []


def test_the_matrix_names_every_route_and_no_other():
    names = {route.name for route in all_routes() if not route.is_admin}
    assert sorted(names - MATRIX.keys()) == []
    assert sorted(MATRIX.keys() - names) == []
