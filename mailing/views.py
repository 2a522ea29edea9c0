"""The page behind "Keine Einladungen mehr erhalten", and the one-click POST of mail programs."""

from typing import Any

from django import forms
from django.http import HttpResponse

from core.views import Capability
from mailing.purposes import list_label_of
from mailing.services.suppression import Subscription, read_unsubscribe_token


class Unsubscribe(Capability):
    """GET asks, POST ends the subscription; both may come as often as they like (RELIABILITY F32)."""

    template_name = "mailing/unsubscribe.html"
    form_class = forms.Form

    def find(self, token: str) -> Subscription | None:
        """Return what the link was made for."""
        return read_unsubscribe_token(token)

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """Unsubscribe and answer 200 with the page itself: RFC 8058 forbids a redirect."""
        self.object.end()
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what ends or has ended."""
        return super().get_context_data(
            list_label=list_label_of(self.object.topic), is_ended=self.object.is_ended, **kwargs
        )
