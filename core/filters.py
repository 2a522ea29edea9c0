"""The base of every filter above a list: a GET form that can be shared by its address."""

from collections.abc import Collection
from typing import Any

import django_filters
from django.db import models
from django.forms import Form

from core.forms import PortalForm


class FilterForm(PortalForm):
    """Nothing in a filter is required, so nothing is marked as optional either."""

    mark_optional = False


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
        return form

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
