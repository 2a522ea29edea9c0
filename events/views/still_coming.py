"""The answer to "Kommen Sie weiterhin?", behind a person's own link."""

from typing import Any

from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.exceptions import DomainError
from events.models import Registration
from events.services.asking_again import confirm_again
from events.views.answer import OwnLink


class StillComing(OwnLink):
    """One POST that says yes; the question itself stands on the person's own page, where GET leads."""

    form_class = EmptyForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the question."""
        return redirect(self.get_success_url())

    def perform(self, _form: EmptyForm) -> Registration:
        """Note it."""
        return confirm_again(registration=self.object)

    def refuse(self, _form: EmptyForm, _error: DomainError) -> HttpResponse:
        """Called off or begun meanwhile: the person's own page says so."""
        return redirect(self.get_success_url())
