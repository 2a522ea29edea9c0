"""Organisers: series of events."""

from typing import Any

from django.db import models
from django.db.models import Count
from django.http import Http404
from django.urls import reverse

from core.access import Access
from core.views import Create, List, Update
from events.forms.manage_series import SeriesForm
from events.models import EventSeries
from events.querysets import possible_owners
from events.services import series as service


class SeriesList(List):
    """The series the user cares for."""

    model = EventSeries
    access = Access.EDIT
    template_name = "events/manage/series_list.html"
    context_object_name = "series_list"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Count the meetings of each."""
        return queryset.select_related("owner").annotate(event_count=Count("events")).order_by("title", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the user may add one."""
        user = self.request.user
        may_plan = user.is_centre_staff or possible_owners(user).exists()
        return super().get_context_data(may_plan=may_plan, **kwargs)


class _SeriesForm:
    """What adding and changing share."""

    model = EventSeries
    access = Access.EDIT
    form_class = SeriesForm
    template_name = "events/manage/series_form.html"
    context_object_name = "series"
    request: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the names in which the user may invite; whoever has none finds no such page."""
        user = self.request.user
        owners = possible_owners(user)
        if not user.is_centre_staff and not owners.exists():
            raise Http404
        return super().get_form_kwargs() | {"owners": owners, "for_centre": user.is_centre_staff}  # type: ignore[misc]

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("events:series-list")


class SeriesCreate(_SeriesForm, Create):
    """A new series."""

    success_message = "Angelegt. Wählen Sie die Reihe nun im Formular der Treffen."

    def perform(self, form: SeriesForm) -> EventSeries:
        """Create it."""
        data = form.cleaned_data
        return service.create_series(
            actor=self.request.user, owner=data["owner"], title=data["title"], text=data["text"]
        )


class SeriesUpdate(_SeriesForm, Update):
    """Change title and text; a stale form shows both versions."""

    success_message = "Gespeichert."

    def perform(self, form: SeriesForm) -> EventSeries:
        """Save it."""
        data = form.cleaned_data
        return service.update_series(
            actor=self.request.user, series=self.object, version=data["version"], title=data["title"], text=data["text"]
        )
