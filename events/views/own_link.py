"""Asking for one's personal link once more: the way out of a link that ended or was lost."""

from django.urls import reverse

from core.access import Access
from core.client import client_address
from core.views import Form, Page
from events.forms.own_link import OwnLinkForm
from events.services.own_links import send_own_links


class OwnLinkRequest(Form):
    """The public form. What comes next is the same for every address."""

    access = Access.PUBLIC
    form_class = OwnLinkForm
    template_name = "events/own_link_form.html"

    def perform(self, form: OwnLinkForm) -> None:
        """Mail the links, if there are any."""
        send_own_links(email=form.cleaned_data["email"], address=client_address(self.request))

    def get_success_url(self) -> str:
        """Go on to a page that can be reloaded and says the same to everybody."""
        return reverse("events:own-link-received")


class OwnLinkReceived(Page):
    """What happens next. The page knows nobody."""

    access = Access.PUBLIC
    template_name = "events/own_link_received.html"
