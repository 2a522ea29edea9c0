"""Taking one's wish for a change back, behind a person's own link."""

from typing import Any

from django.forms import Form as EmptyForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from events.change_wishes import ChangeWish, change_wish, wished_tables
from events.services.change_requests import withdraw_change
from events.services.standing import standing_of
from events.views.answer import OwnLink


class ChangeWithdraw(OwnLink):
    """A page that asks, and the POST that takes the wish back."""

    form_class = EmptyForm
    template_name = "events/change_withdraw.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, while there is something to take back."""
        wish = self._wish()
        if wish is None or not wish.is_open:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def perform(self, _form: EmptyForm) -> None:
        """Take it back."""
        withdraw_change(registration=self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what was asked for."""
        return super().get_context_data(wish=self._wish(), **kwargs)

    def _wish(self) -> ChangeWish | None:
        return change_wish(self.object, standing=standing_of(self.object), tables=wished_tables(self.object))
