"""The coordination centre: the outbox of the whole portal, one mail of it, and the hand on it."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from core.access import Access
from core.views import Action, Detail, Form, Page
from mailing.models import OutboxMessage
from mailing.services import again
from portal.outbox import outbox_lines, outbox_page, shown_content
from portal.outbox_forms import GiveUpForm, OutboxFilter


class Outbox(Page):
    """What waits and why, what failed, what left."""

    access = Access.VIEW
    template_name = "portal/outbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather one page under the filters."""
        user = self.request.user
        if not user.is_centre_staff:
            raise Http404
        form = OutboxFilter(self.request.GET)
        page = outbox_page(user, form.wanted, self.request.GET.get("vor", ""))
        return super().get_context_data(filter_form=form, outbox=page, **kwargs)


class OutboxMail(Detail):
    """One mail: what became of it, and its text where it is the centre's own."""

    model = OutboxMessage
    access = Access.VIEW
    template_name = "portal/outbox_mail.html"
    context_object_name = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the mail in words, and what of it may be shown."""
        (line,) = outbox_lines(self.request.user, [self.object], breaker=None)
        content = shown_content(self.request.user, self.object)
        return super().get_context_data(line=line, content=content, **kwargs)


class OutboxRetry(Action):
    """Send one mail again, or at once."""

    model = OutboxMessage
    access = Access.EDIT
    success_message = "Die Mail ist an der Reihe."

    def perform(self, obj: OutboxMessage) -> None:
        """Queue it."""
        again.send_at_once(message=obj, actor=self.request.user)

    def get_success_url(self) -> str:
        """Back to the mail."""
        return reverse("portal:outbox-mail", args=[self.object.pk])


class OutboxGiveUp(Form):
    """Take one waiting mail out of the queue for good, with a reason for the log."""

    access = Access.EDIT
    parent_model = OutboxMessage
    parent_field = "mail"
    parent_slug = "pk"
    form_class = GiveUpForm
    template_name = "portal/outbox_give_up.html"
    success_message = "Abgebrochen. Die Mail geht nicht hinaus."
    mail: OutboxMessage

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which mail it is."""
        (line,) = outbox_lines(self.request.user, [self.mail], breaker=None)
        return super().get_context_data(line=line, **kwargs)

    def perform(self, form: GiveUpForm) -> OutboxMessage:
        """Give it up."""
        again.give_up(message=self.mail, actor=self.request.user, reason=form.cleaned_data["reason"])
        return self.mail

    def get_success_url(self) -> str:
        """Back to the mail."""
        return reverse("portal:outbox-mail", args=[self.mail.pk])
