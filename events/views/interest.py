"""Asking to be told when registration opens: the form, the link that confirms, and the way out."""

from typing import Any

from django.db.models import QuerySet
from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.access import Access
from core.client import client_address
from core.views import Capability, Form, Page
from events.capabilities import find_interest
from events.forms.interest import InterestForm
from events.models import Event, EventInterest
from events.services.interest import PROOF_HOURS, confirm_interest, end_interest, request_interest
from events.status import Door, public_status


class OfPublicEvent:
    """A page below a public event."""

    access = Access.PUBLIC
    parent_model = Event
    parent_field = "event"
    event: Event

    def refine_parents(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch the host and the places."""
        return queryset.select_related("owner").with_places()


class InterestCreate(OfPublicEvent, Form):
    """The public form, while registration is still to open."""

    access = Access.PUBLIC
    form_class = InterestForm
    template_name = "events/interest_form.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; otherwise the event's page says how one gets in."""
        is_ahead = public_status(self.event).door == Door.NOT_YET
        return super().get(request, *args, **kwargs) if is_ahead else redirect(self.event.get_absolute_url())

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form which event it is for."""
        return {**super().get_form_kwargs(), "event_id": self.event.pk}

    def perform(self, form: InterestForm) -> None:
        """Ask the address."""
        request_interest(
            event=self.event,
            email=form.cleaned_data["email"],
            submission=form.submission,
            address=client_address(self.request),
        )

    def get_success_url(self) -> str:
        """Go on to a page that can be reloaded and says the same to everybody."""
        return reverse("events:interest-received", args=[self.event.slug])


class InterestReceived(OfPublicEvent, Page):
    """What happens next. The page knows nobody."""

    access = Access.PUBLIC
    template_name = "events/interest_received.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say how long there is time."""
        return super().get_context_data(hours=PROOF_HOURS, **kwargs)


class InterestEnded(OfPublicEvent, Page):
    """It is over, and the address forgotten. The page knows nobody."""

    access = Access.PUBLIC
    template_name = "events/interest_ended.html"


class Interest(Capability):
    """The mail's link: GET asks or says how things stand, POST confirms."""

    form_class = EmptyForm
    template_name = "events/interest_confirm.html"
    invalid_template_name = "events/interest_invalid.html"
    object: EventInterest

    def find(self, token: str) -> EventInterest | None:
        """Return the row: 48 hours to confirm it, then until it is told."""
        return find_interest(token)

    def perform(self, _form: EmptyForm) -> EventInterest:
        """Confirm."""
        return confirm_interest(interest=self.object)

    def get_success_url(self) -> str:
        """The same page now says that it is noted."""
        return reverse("events:interest", args=[self.kwargs["token"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the event."""
        return super().get_context_data(event=self.object.event, **kwargs)


class InterestEnd(Interest):
    """One click and it is over. GET leads to the page with the button."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing happens by opening a link."""
        return redirect("events:interest", self.kwargs["token"])

    def perform(self, _form: EmptyForm) -> EventInterest:
        """Forget the address."""
        end_interest(interest=self.object)
        return self.object

    def get_success_url(self) -> str:
        """Go on to a page without a token."""
        return reverse("events:interest-ended", args=[self.object.event.slug])
