"""Organisers: changing the places of one person, with a page that shows first what will happen."""

from typing import Any

from django.db import models
from django.http import HttpResponse

from core.access import Access
from core.exceptions import DomainError
from core.views import Update
from events.forms.place_act import PlaceActForm
from events.models import Registration
from events.place_options import place_options
from events.services import place_acts
from events.views.manage_pages import OfManagedEvent


class RegistrationPlaces(OfManagedEvent, Update):
    """Confirm, move, put back on the list, withdraw: chosen, checked, done."""

    model = Registration
    access = Access.EDIT
    form_class = PlaceActForm
    template_name = "events/manage/registration_places.html"
    context_object_name = "person"
    success_message = "Geändert. Im Verlauf der Person steht, was geschehen ist."

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join the event, which the service locks."""
        return queryset.select_related("event")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer what fits the person's places now."""
        return super().get_form_kwargs() | {"options": place_options(self.object)}

    def form_valid(self, form: PlaceActForm) -> HttpResponse:
        """Show what would happen; only the check page's own button does it."""
        if "zurueck" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        if "stand" in self.request.POST:
            return super().form_valid(form)
        try:
            outcome = place_acts.foresee(actor=self.request.user, event=self.event, act=form.act)
        except DomainError as error:
            return self.refuse(form, error)
        return self.render_to_response(self.get_context_data(form=form, outcome=outcome))

    def perform(self, form: PlaceActForm) -> Registration:
        """Do what the check page showed, or nothing."""
        place_acts.perform(
            actor=self.request.user, event=self.event, act=form.act, seen=self.request.POST.get("stand") or "-"
        )
        return self.object
