"""The base of every filter above a list: a GET form that can be shared by its address."""

from collections import OrderedDict
from collections.abc import Collection
from copy import copy
from typing import Any, Self

import django_filters
from django.db import models
from django.forms import Form

from core.forms import PortalForm


class FilterForm(PortalForm):
    """Nothing in a filter is required, so nothing is marked as optional either."""

    mark_optional = False


class _Filters(OrderedDict[str, Any]):
    """The filters of a class. Each filter set gets its own, whose choices it may replace: they need no deep copy."""

    def __deepcopy__(self, memo: dict[int, Any]) -> OrderedDict[str, Any]:
        return OrderedDict((name, self._own(each)) for name, each in self.items())

    def _own(self, shared: Any) -> Any:
        own = copy(shared)
        own.extra = dict(shared.extra)
        own.method = shared.method  # binds it to the copy
        return own


class _Fields(dict[str, Any]):
    """Fields made for one form only: Django copies a class's fields for each form, these are that form's already."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


class PortalFilterSet(django_filters.FilterSet):
    """Filters rows by what fits; a value that does not fit is ignored, and `form.errors` names it on the page.

    A list view sets `filterset_class`; its template draws `components/filter.html` with `filterset.form`, and the
    filters in force with `{% active_filters filterset.form %}`.
    """

    def __init__(self, *args: Any, parent: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_choices(parent)

    def offer_choices(self, parent: Any) -> None:
        """Hook: fill choices from the row the list stands below."""

    def get_form_class(self) -> type[Form]:
        """Build the form on the portal's own base."""
        fields = {name: each.field for name, each in self.filters.items()}
        form: type[Form] = type(f"{type(self).__name__}Form", (FilterForm,), fields)
        form.base_fields = _Fields(form.base_fields)
        return form

    @classmethod
    def get_filters(cls) -> _Filters:
        """Return the filters this class declares."""
        return _Filters(super().get_filters())

    def filtered(self) -> models.QuerySet[Any]:
        """Return the view's rows under all filters (RELIABILITY F42)."""
        return self.apply(self.queryset.all())

    def apply(self, rows: models.QuerySet[Any], *, without: Collection[str] = ()) -> models.QuerySet[Any]:
        """Return these rows under all filters with a usable value, leaving out those named.

        django-filter's own `qs` drops every filter as soon as one value is wrong.
        """
        for name, value in self.values.items():
            if name not in without:
                rows = self.filters[name].filter(rows, value)
        return rows

    @property
    def is_active(self) -> bool:
        """Tell whether any filter narrows the list, so that an empty one can say why; a hidden one only orders it."""
        hidden = {field.name for field in self.form.hidden_fields()}
        return any(value not in (None, "", [], False) for name, value in self.values.items() if name not in hidden)

    @property
    def values(self) -> dict[str, Any]:
        """Return the usable values by name; what is wrong is missing."""
        self.form.is_valid()
        return self.form.cleaned_data
