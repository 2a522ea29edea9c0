"""Registering at a public event without an invitation."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.access import Access
from core.client import client_address
from core.exceptions import DomainError
from core.kept import KeptReading, is_visitor
from core.views import Form, Page
from events.forms.guard import Ticket
from events.forms.registration import RegistrationForm
from events.models import Event
from events.services.offers import Offer, offer_of
from events.services.public_registration import UNPROVEN_HOURS, register_publicly
from events.shown_rows import REGISTRATION_CHOICES, REGISTRATION_FORM, REGISTRATION_RECEIVED
from events.status import public_status

WAITING = "warteliste"
# How many places are left in a kept offer is not what stands now; whether somebody gets one is decided under the lock.
kept_offers = KeptReading[Offer](REGISTRATION_CHOICES)


class RegistrationCreate(Form):
    """The public form. Where registering is not possible now, a page of its own says so and whom to ask.

    What a visitor sends is checked by a kept offer. Whatever does not lead to a registration is read and checked anew,
    so that every page drawn shows the places as they are.
    """

    access = Access.PUBLIC
    parent_model = Event
    parent_field = "event"
    form_class = RegistrationForm
    template_name = "events/registration_form.html"
    shown_rows = REGISTRATION_FORM
    event: Event
    kept_offer: Offer | None = None

    def find_parent(self, parents: QuerySet[Any], slug: str) -> Event:
        """Return the event; the kept one, with its offer, to a visitor who sends the form."""
        self._parents = parents
        if self.request.method != "POST" or not is_visitor(self.request):
            return super().find_parent(parents, slug)
        find = super().find_parent
        self.kept_offer = kept_offers.get(slug, self.kwargs, lambda: offer_of(find(parents, slug)))
        return self.kept_offer.event

    def refine_parents(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch the host and the places."""
        return queryset.select_related("owner").with_places()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or why there is none."""
        return super().get(request, *args, **kwargs) if self._is_open() else self._closed()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Register, or say why not."""
        if not self._is_open():
            self._read_anew()
            if not self._is_open():
                return self._closed()
        return super().post(request, *args, **kwargs)

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """Name what is each visitor's own on this page."""
        response = super().render_to_response(context, **response_kwargs)
        ticket = Ticket(self.event.pk)
        response.own_inputs = {"ticket": lambda _request: ticket.issue()}
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what the event offers."""
        return {**super().get_form_kwargs(), "offer": self.kept_offer or offer_of(self.event)}

    def perform(self, form: RegistrationForm) -> bool:
        """Take the place and send the proving mail; return whether the person waits."""
        return register_publicly(
            event=self.event,
            person=form.person(),
            reply=form.reply(),
            submission=form.submission,
            address=client_address(self.request),
            form_path=self.request.path,
        )

    def form_invalid(self, form: RegistrationForm) -> HttpResponse:
        """Show what is to be mended, beside the places as they are now."""
        if self.kept_offer is None:
            return super().form_invalid(form)
        self._read_anew()
        return self.post(self.request)

    def refuse(self, form: RegistrationForm, error: DomainError) -> HttpResponse:
        """Show the places as they are now beside the reason: they may be why."""
        self._read_anew()
        fresh = self.get_form()
        fresh.full_clean()
        return super().refuse(fresh, error)

    def get_success_url(self) -> str:
        """Go on to a page that can be reloaded and says the same to everybody."""
        url = reverse("events:registration-received", args=[self.event.slug])
        return f"{url}?stand={WAITING}" if self.object else url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say how the event stands."""
        return super().get_context_data(status=public_status(self.event), **kwargs)

    def _is_open(self) -> bool:
        return self.event.visibility != Event.Visibility.DRAFT and public_status(self.event).takes_registrations

    def _read_anew(self) -> None:
        self.kept_offer = None
        self.event = super().find_parent(self._parents, self.event.slug)

    def _closed(self) -> HttpResponse:
        return self.response_class(self.request, ["events/registration_closed.html"], self.get_context_data(form=None))


class RegistrationDiscarded(Page):
    """A registration was taken back before it was proven. The page knows nobody: it says the same to everybody."""

    access = Access.PUBLIC
    parent_model = Event
    parent_field = "event"
    template_name = "events/registration_discarded.html"

    def refine_parents(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch the host."""
        return queryset.select_related("owner")


class RegistrationReceived(Page):
    """What happens next. The page knows nobody: it says the same to whoever opens it."""

    access = Access.PUBLIC
    parent_model = Event
    parent_field = "event"
    template_name = "events/registration_received.html"
    shown_rows = REGISTRATION_RECEIVED

    def refine_parents(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch the host."""
        return queryset.select_related("owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether it was the waiting list."""
        is_waiting = self.request.GET.get("stand") == WAITING
        return super().get_context_data(is_waiting=is_waiting, hours=UNPROVEN_HOURS, **kwargs)
