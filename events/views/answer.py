"""The pages behind a person's own link: answering, what they have, changing and cancelling it."""

from typing import Any

from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from core.exceptions import DomainError
from core.views import Capability
from events.calendar import event_calendar
from events.capabilities import find_by_link, find_by_proof, find_ended_deputy
from events.change_notes import notes_of
from events.change_wishes import change_wish
from events.deputy_page import NamerView, asked_form_words, handed_over_words, namer_view, represented_view
from events.forms.answer import AnswerForm, current_answers, current_places
from events.models import DeputyRequest, Registration
from events.services.answers import answer_invitation
from events.services.change_requests import request_change
from events.services.deputies import request_to
from events.services.freezing import is_frozen_for
from events.services.offers import Offer, offer_of
from events.services.public_registration import discard_registration, prove_address
from events.services.replies import Reply
from events.services.standing import Standing, standing_of
from events.shared_address import neighbours_of
from events.situation import Closing, closing_of, situation_of
from events.views.public import calendar_response
from privacy.services.consents import consents_of

# As it is kept beside the consents: where they were given, without the token.
FORM_PATH = "/e/…/"


class OwnLink(Capability):
    """What all pages behind a person's own link share."""

    # A Registration with its event, and the `clock` of the query that found it.
    object: Any

    def find(self, token: str) -> Any:
        """Return the person, until 30 days after the event."""
        return find_by_link(token)

    def invalid(self, request: HttpRequest, token: str) -> HttpResponse:
        """Tell a deputy who was forgotten what became of it; nothing about them is stored any more."""
        ended = find_ended_deputy(token)
        if ended is None:
            return super().invalid(request, token)
        context = {"ended": ended, "event": ended.inviter.event}
        return self.response_class(request, ["events/deputy_ended.html"], context)

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
        self.offer = offer_of(self.object.event)
        self.standing = standing_of(self.asked.inviter if self.asked else self.object)
        kwargs = {**super().get_form_kwargs(), "offer": self.offer, "standing": self.standing}
        return kwargs | (asked_form_words(self.asked) if self.asked else {"may_send_deputy": self._may_send_deputy()})

    def get_initial(self) -> dict[str, Any]:
        """Start from the current answers; for an open invitation that is nothing."""
        if self.asked:
            return current_places(self.standing, self.offer)
        if self.object.answer == Registration.Answer.OPEN:
            return {}
        return current_answers(self.object, self.standing, self.offer, consents_of(self.object.ref))

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        """Take the answer; whom to send instead is asked on a page of its own."""
        if form.sends_deputy:
            return redirect("events:deputy-create", self.kwargs["token"])
        return super().form_valid(form)

    def perform(self, form: AnswerForm) -> Standing | None:
        """Take the answer, or ask the organisers where changes are frozen."""
        take = request_change if self.is_frozen else answer_invitation
        return take(registration=self.object, reply=form.reply(), form_path=FORM_PATH)

    def refuse(self, form: AnswerForm, error: DomainError) -> HttpResponse:
        """Show the places as they are now beside the reason: they may be why."""
        if self.asked and find_ended_deputy(self.kwargs["token"]):
            return self.invalid(self.request, self.kwargs["token"])
        fresh = self.get_form()
        fresh.full_clean()
        return super().refuse(fresh, error)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who asked this person to come, or whom they have named."""
        context = super().get_context_data(asked=self.asked, named=self.named, **kwargs)
        words = handed_over_words(self.standing) if self.asked and context["form"] else ""
        return context | {"asked_words": words, "is_frozen": bool(context["form"]) and self.is_frozen}

    @property
    def is_frozen(self) -> bool:
        """Whether a change has to be asked for."""
        return is_frozen_for(self.object, self.object.event)

    @cached_property
    def asked(self) -> DeputyRequest | None:
        """The request this person has not answered yet."""
        return request_to(self.object) if self.object.source == Registration.Source.DEPUTY else None

    @cached_property
    def named(self) -> NamerView | None:
        """How things stand with the deputy this person has named."""
        return namer_view(self.object)

    def _may_send_deputy(self) -> bool:
        is_waiting_for_one = self.named is not None and self.named.may_take_back
        return self.object.answer == Registration.Answer.OPEN and not is_waiting_for_one


class Answer(AnswerFormView):
    """The person's one page: the invitation while it is open, afterwards what they have."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form to whoever has not answered, else the standing."""
        is_open = self.object.answer == Registration.Answer.OPEN
        if is_open or self.object.event.is_cancelled:
            return super().get(request, *args, **kwargs)
        represented = represented_view(self.object)
        template = "events/answer_represented.html" if represented else "events/answer_status.html"
        situation = situation_of(self.object, self.object.clock)
        context = {"situation": situation, "represented": represented, "refusal": ""}
        context["wish"] = change_wish(self.object, standing=situation.standing, tables=situation.tables)
        return self.response_class(request, [template], self.get_context_data(form=None, **context))


class AnswerChange(AnswerFormView):
    """The form once more, with what was answered."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, unless somebody else comes in this person's place."""
        represented = represented_view(self.object)
        if represented and not represented.may_answer:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)


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
        """Add the event, and who is on its list under the same address already."""
        neighbours = [] if self.object.is_proven else neighbours_of(self.object)
        return super().get_context_data(event=self.object.event, neighbours=neighbours, **kwargs)


class RegistrationDiscard(AddressProof):
    """No further person: the new registration goes, everything else stays. GET leads to the page that asks."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask where both answers stand side by side."""
        return redirect("events:address-proof", self.kwargs["token"])

    def perform(self, _form: EmptyForm) -> Registration:
        """Discard it."""
        discard_registration(registration=self.object)
        return self.object

    def get_success_url(self) -> str:
        """Go on to a page that says so and knows nobody."""
        return reverse("events:registration-discarded", args=[self.object.event.slug])
