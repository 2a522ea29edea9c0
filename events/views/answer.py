"""The pages behind a person's own link: answering, what they have, changing and cancelling it."""

from typing import Any

from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.exceptions import DomainError
from core.views import Capability
from events.calendar import event_calendar
from events.capabilities import find_by_link, find_by_proof
from events.change_notes import notes_of
from events.forms.answer import AnswerForm, current_answers
from events.models import Registration
from events.services.answers import answer_invitation
from events.services.offers import Offer, offer_of
from events.services.public_registration import prove_address
from events.services.replies import Reply
from events.services.standing import Standing, standing_of
from events.situation import Closing, closing_of, situation_of
from events.views.public import calendar_response
from privacy.services.consents import consents_of

# As it is kept beside the consents: where they were given, without the token.
FORM_PATH = "/e/…/"


class OwnLink(Capability):
    """What all pages behind a person's own link share."""

    object: Registration

    def find(self, token: str) -> Registration | None:
        """Return the person, until 30 days after the event."""
        return find_by_link(token)

    def get_success_url(self) -> str:
        """Every change ends on the page that says what the person now has."""
        return reverse("events:answer", args=[self.kwargs["token"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the event and what changed about it."""
        event = self.object.event
        return super().get_context_data(event=event, notes=notes_of(event.changes.all()), **kwargs)

    def closed(self, closing: Closing) -> HttpResponse:
        """Say on a page of its own why nothing can be answered any more, and whom to ask."""
        context = self.get_context_data(form=None, closing=closing)
        return self.response_class(self.request, ["events/answer_closed.html"], context)


class AnswerFormView(OwnLink):
    """The form. It shows what the person has answered so far; GET changes nothing."""

    form_class = AnswerForm
    template_name = "events/answer_form.html"
    offer: Offer
    standing: Standing

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or why there is none."""
        closing = closing_of(self.object.event)
        return self.closed(closing) if closing else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the answer, or say why it comes too late."""
        closing = closing_of(self.object.event)
        return self.closed(closing) if closing else super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what the event offers and what the person has."""
        self.offer, self.standing = offer_of(self.object.event), standing_of(self.object)
        return {**super().get_form_kwargs(), "offer": self.offer, "standing": self.standing}

    def get_initial(self) -> dict[str, Any]:
        """Start from the current answers; for an open invitation that is nothing."""
        if self.object.answer == Registration.Answer.OPEN:
            return {}
        return current_answers(self.object, self.standing, self.offer, consents_of(self.object.ref))

    def perform(self, form: AnswerForm) -> Standing:
        """Take the answer."""
        return answer_invitation(registration=self.object, reply=form.reply(), form_path=FORM_PATH)

    def refuse(self, form: AnswerForm, error: DomainError) -> HttpResponse:
        """Show the places as they are now beside the reason: they may be why."""
        fresh = self.get_form()
        fresh.full_clean()
        return super().refuse(fresh, error)


class Answer(AnswerFormView):
    """The person's one page: the invitation while it is open, afterwards what they have."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form to whoever has not answered, else the standing."""
        is_open = self.object.answer == Registration.Answer.OPEN
        if is_open or self.object.event.is_cancelled:
            return super().get(request, *args, **kwargs)
        context = self.get_context_data(form=None, situation=situation_of(self.object), refusal="")
        return self.response_class(request, ["events/answer_status.html"], context)


class AnswerChange(AnswerFormView):
    """The form once more, with what was answered."""


class AnswerCancel(OwnLink):
    """A page that asks, and the POST that cancels. Saying no stays possible until the meeting begins."""

    form_class = EmptyForm
    template_name = "events/answer_cancel.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, or say why there is nothing to cancel."""
        closing = closing_of(self.object.event)
        if closing and not closing.may_cancel:
            return self.closed(closing)
        return super().get(request, *args, **kwargs)

    def perform(self, _form: EmptyForm) -> Standing:
        """Cancel; the remark stays."""
        reply = Reply(answer=Registration.Answer.NO, remark=self.object.remark)
        return answer_invitation(registration=self.object, reply=reply, form_path=FORM_PATH)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what would be given up."""
        return super().get_context_data(standing=standing_of(self.object), **kwargs)


class AnswerCalendar(OwnLink):
    """The person's calendar entry as a file, while they have a place."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the file, or go back to the page that says what the person has."""
        event = self.object.event
        standing = standing_of(self.object)
        if event.starts_at is None or event.is_cancelled or not standing.has_place:
            return redirect(self.get_success_url())
        return calendar_response(event_calendar(self.object, method="PUBLISH", attendance=standing.attendance))


class AddressProof(Capability):
    """The link from the one mail an unproven address gets. Mail scanners open it: only the button confirms."""

    form_class = EmptyForm
    template_name = "events/address_proof.html"
    invalid_template_name = "events/address_proof_invalid.html"
    object: Registration

    def find(self, token: str) -> Registration | None:
        """Return the person, while the place is kept or once the address is proven."""
        return find_by_proof(token)

    def perform(self, _form: EmptyForm) -> Registration:
        """Note that the address is theirs."""
        return prove_address(registration=self.object)

    def get_success_url(self) -> str:
        """Go on to the person's own page."""
        return reverse("events:answer", args=[self.object.token])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the event."""
        return super().get_context_data(event=self.object.event, **kwargs)
