"""Taking one's wish for a change back, behind a person's own link."""

from typing import Any

from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from events.change_wishes import change_wish
from events.services.change_requests import withdraw_change
from events.views.answer import OwnLink


class ChangeWithdraw(OwnLink):
    """A page that asks, and the POST that takes the wish back."""

    form_class = EmptyForm
    template_name = "events/change_withdraw.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, while there is something to take back."""
        wish = change_wish(self.object)
        if wish is None or not wish.is_open:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def perform(self, _form: EmptyForm) -> None:
        """Take it back."""
        withdraw_change(registration=self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what was asked for."""
        return super().get_context_data(wish=change_wish(self.object), **kwargs)
