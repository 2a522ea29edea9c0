"""The bases refuse what could be forgotten."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.access import Access
from core.views import Action, List, Page


def test_a_view_without_access_fails_at_import():
    with pytest.raises(ImproperlyConfigured, match="declares no access"):

        class Forgetful(Page):
            template_name = "x.html"


@pytest.mark.parametrize("name", ["dispatch", "get_queryset", "get_object"])
def test_the_sealed_methods_cannot_be_overridden(name):
    with pytest.raises(ImproperlyConfigured, match=f"overrides sealed {name}"):
        type("Clever", (List,), {"access": Access.PUBLIC, name: lambda _: None, "__module__": "events.views"})


def test_only_public_views_are_open_to_visitors():
    class Open(Page):
        access = Access.PUBLIC
        template_name = "x.html"

    class Closed(Action):
        access = Access.EDIT

    assert Open.as_view().login_required is False
    assert Closed.as_view().login_required is True


def test_no_view_answers_methods_nobody_uses():
    assert "trace" not in Page.http_method_names
    assert "put" not in Page.http_method_names
