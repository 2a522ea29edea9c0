"""Organisers: the changes people asked for after the freeze date."""

from typing import Any

from django.db import models
from django.urls import reverse

from core.access import Access
from core.views import List, Update
from events.change_wishes import wish_of
from events.forms.manage_wishes import ChangeDecisionForm
from events.models import ChangeRequest
from events.services.change_requests import accept_change, decline_change
from events.views.manage_pages import OfManagedEvent


class ChangeRequestList(OfManagedEvent, List):
    """All wishes for a change, those nobody has decided first."""

    model = ChangeRequest
    access = Access.VIEW
    template_name = "events/manage/change_request_list.html"
    context_object_name = "requests"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Open ones first, then the latest."""
        is_open = models.Case(models.When(state=ChangeRequest.State.OPEN, then=0), default=1)
        return queryset.select_related("registration", "decided_by").order_by(is_open, "-created_at", "-pk")


class ChangeRequestDecide(OfManagedEvent, Update):
    """One wish, what it would change, and the decision."""

    model = ChangeRequest
    access = Access.EDIT
    form_class = ChangeDecisionForm
    template_name = "events/manage/change_request_decide.html"
    context_object_name = "change_request"
    success_message = "Entschieden. Die Person erhält eine Mail."

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join whose it is."""
        return queryset.select_related("registration__organisation", "event__owner", "decided_by")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is no row's."""
        kwargs = super().get_form_kwargs()
        del kwargs["instance"]
        return kwargs

    def perform(self, form: ChangeDecisionForm) -> ChangeRequest:
        """Accept or decline."""
        decide = accept_change if form.is_accepted else decline_change
        decide(actor=self.request.user, request=self.object, words=form.cleaned_data["words"])
        return self.object

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what would change."""
        return super().get_context_data(wish=wish_of(self.object), **kwargs)

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("events:change-request-list", args=[self.event.slug])
