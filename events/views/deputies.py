"""Naming a deputy and taking them back, behind a person's own link."""

from typing import Any

from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from events.deputy_page import namer_view
from events.forms.deputies import DeputyForm
from events.models import DeputyRequest, Registration
from events.services.deputies import answer_deadline, name_deputy, request_by, request_to, take_back_deputy
from events.services.standing import standing_of
from events.situation import closing_of
from events.views.answer import OwnLink

Answer = Registration.Answer


class DeputyCreate(OwnLink):
    """Who comes instead of me? Nothing is given up here: the place moves when the deputy says yes."""

    form_class = DeputyForm
    template_name = "events/deputy_form.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or where things stand for whoever cannot name anybody now."""
        return self._instead() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask the person, or say why not."""
        closing = closing_of(self.object.event)
        return self.closed(closing) if closing else super().post(request, *args, **kwargs)

    def perform(self, form: DeputyForm) -> DeputyRequest:
        """Ask them."""
        return name_deputy(inviter=self.object, person=form.person(), words=form.cleaned_data["words"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is at stake, and until when the deputy can answer."""
        until = answer_deadline(self.object.event)
        return super().get_context_data(standing=standing_of(self.object), until=until, **kwargs)

    def _instead(self) -> HttpResponse | None:
        closing = closing_of(self.object.event)
        if closing:
            return self.closed(closing)
        named = namer_view(self.object)
        may_name = self.object.answer in (Answer.OPEN, Answer.YES) and not (named and named.may_take_back)
        return None if may_name and not request_to(self.object) else redirect(self.get_success_url())


class DeputyTakeBack(OwnLink):
    """A page that asks, and the POST that takes the request back."""

    form_class = EmptyForm
    template_name = "events/deputy_take_back.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, while there is something to take back."""
        made = request_by(self.object)
        if made is None or not made.is_open:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def perform(self, _form: EmptyForm) -> None:
        """Take it back."""
        take_back_deputy(inviter=self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the deputy."""
        return super().get_context_data(named=namer_view(self.object), **kwargs)
