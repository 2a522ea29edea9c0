"""The demo mailbox: every mail the portal has sent or is about to send, as its recipient would see it.

Mounted in the local mode only; the links in the mails are real and can be clicked.
"""

import email
import email.policy
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from core.access import Access
from core.clock import db_now
from core.views import Detail, List
from demo.filters import DemoMailFilter
from demo.models import DemoMail
from mailing.calendar_facts import calendar_facts
from mailing.composing import compose
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, all_links, render, stored


class Mailbox(List):
    """All mails, newest first."""

    model = DemoMail
    access = Access.PUBLIC
    filterset_class = DemoMailFilter
    template_name = "demo/mailbox.html"
    paginate_by = 30

    def refine_queryset(self, queryset: QuerySet[DemoMail]) -> QuerySet[DemoMail]:
        """Leave the bodies in the table."""
        return queryset.defer("text", "html", "calendar", "data")


class OpenedMail(Detail):
    """A mail with its content and links; what has not been sent yet is rendered as it would be sent now."""

    model = DemoMail
    access = Access.PUBLIC

    def content(self) -> Rendered | None:
        """Return the mail's content with the recipient's links, or None when it was deleted after sending."""
        mail = self.object
        if mail.body_deleted_at:
            return None
        purpose = get_purpose(mail.purpose)
        self.body = stored(mail) if mail.rendered_at else render(mail, purpose)
        return self.body.with_links(all_links(mail, purpose))


class MailDetail(OpenedMail):
    """Headers, HTML, text and calendar entry of one mail."""

    template_name = "demo/mailbox_mail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Open the mail."""
        content = self.content()
        if content is None:
            return super().get_context_data(**kwargs)
        return super().get_context_data(
            content=content,
            headers=list(self._headers()),
            calendar_facts=calendar_facts(content.calendar) if content.calendar else None,
            **kwargs,
        )

    def _headers(self) -> Iterator[tuple[str, str]]:
        """Yield the headers as they go over the wire."""
        mail, purpose = self.object, get_purpose(self.object.purpose)
        mail.rendered_at = mail.rendered_at or db_now()
        raw = compose(mail, purpose, self.body, all_links(mail, purpose))
        for name, value in email.message_from_bytes(raw, policy=email.policy.default).items():
            yield name, str(value)


class MailRaw(OpenedMail):
    """The HTML part alone, for the frame on the mail's page."""

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """Answer the bare HTML; its links open in the whole window, not in the frame."""
        content = self.content()
        html = content.html.replace("<head>", '<head><base target="_top">', 1) if content else ""
        return HttpResponse(html)


class MailCalendar(OpenedMail):
    """The calendar entry as a download."""

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """Answer the file, if there is one."""
        content = self.content()
        if content is None or content.calendar is None:
            return HttpResponse(status=404)
        entry = content.calendar
        response = HttpResponse(entry.text, content_type=f"text/calendar; charset=utf-8; method={entry.method}")
        response.headers["Content-Disposition"] = f'attachment; filename="{entry.filename}"'
        return response
