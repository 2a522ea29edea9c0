"""The public form "Rückmeldung": reachable from every page, without an account."""

import datetime as dt
from typing import Any

from django.urls import reverse

from core.access import Access
from core.client import client_address
from core.limits import take
from core.views import Form, Page
from portal.emails import queue_feedback
from portal.forms import KINDS, FeedbackForm

PER_ADDRESS = 5
# One mailbox reads all of it: a flood from many addresses stops here.
PER_PORTAL = 60
WINDOW = dt.timedelta(hours=1)


class Feedback(Form):
    """Write to the operator: a barrier, a wrong fact, anything else."""

    access = Access.PUBLIC
    form_class = FeedbackForm
    template_name = "portal/feedback_form.html"

    def get_initial(self) -> dict[str, Any]:
        """Fill in what the link that led here knows."""
        kind = self.request.GET.get("anliegen", "")
        return {
            "kind": kind if kind in dict(KINDS) else None,
            "subject": self.request.GET.get("betrifft", "")[:200],
        }

    def perform(self, form: FeedbackForm) -> None:
        """Queue the mail, within limits that people do not reach."""
        take(f"feedback-ip:{client_address(self.request)}", PER_ADDRESS, WINDOW)
        take("feedback-all:", PER_PORTAL, WINDOW)
        queue_feedback(**form.cleaned_data)

    def get_success_url(self) -> str:
        """The page that can be reloaded."""
        return reverse("portal:feedback-thanks")


class FeedbackThanks(Page):
    """Says that the message is on its way."""

    access = Access.PUBLIC
    template_name = "portal/feedback_thanks.html"
