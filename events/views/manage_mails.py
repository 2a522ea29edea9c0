"""Organisers: the mail schedule, what was sent to whom, and one mail with all that is known of it."""

from typing import Any

from django.core.paginator import Page as PageOfRows
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core.access import Access
from core.clock import db_now
from core.dates import BERLIN
from core.views import Page
from events.mail_page import mail_page
from events.mail_schedule import (
    Group,
    PlannedMail,
    failed_messages,
    failures,
    mail_badge,
    mail_reason,
    planned_mails,
    scheduled_round,
    sendings,
    title_of,
)
from events.views.mail_html import mail_html_response
from events.views.manage_pages import OfManagedEvent
from mailing.models import OutboxMessage

SHOWN_FAILURES = 50
PEOPLE_PER_PAGE = 50


class MailList(OfManagedEvent, Page):
    """What has gone and what will go, to whom, when and why."""

    access = Access.VIEW
    template_name = "events/manage/mail_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather both sides of now."""
        event = self.event
        now = timezone.localtime(db_now(), BERLIN)
        future, dropped = _split(planned_mails(event), is_cancelled=event.is_cancelled)
        queued = sendings(event)
        return super().get_context_data(
            now=now,
            sendings=[each for each in queued if not each.leaves_at],
            scheduled=[each for each in queued if each.leaves_at],
            failures=failures(event, SHOWN_FAILURES),
            failed_count=failed_messages(event).count(),
            failed_unlisted=[each for each in queued if each.has_failed_unlisted],
            planned=future,
            dropped=dropped,
            **kwargs,
        )


def _split(mails: list[PlannedMail], *, is_cancelled: bool) -> tuple[list[PlannedMail], list[PlannedMail]]:
    """Return what can still go, and what never will by itself: its time is over or the event is called off."""
    future = [mail for mail in mails if not is_cancelled and not mail.is_past]
    return future, [mail for mail in mails if mail not in future]


class SendingDetail(OfManagedEvent, Page):
    """One sending: each person with what became of the mail and why."""

    access = Access.VIEW
    template_name = "events/manage/sending_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Find the group of mails the address names."""
        given = self.request.GET
        group = Group(given.get("art", ""), given.get("versand", ""), given.get("lage", ""))
        mails = group.mails_by_name(self.event).defer("text", "html", "calendar")
        title, why = title_of(self.event, group)
        page = self._page(mails)
        if not page.paginator.count:
            raise Http404
        rows = [(message, mail_badge(message), mail_reason(message)) for message in page]
        scheduled = scheduled_round(self.event, group)
        return super().get_context_data(title=title, why=why, page_obj=page, rows=rows, scheduled=scheduled, **kwargs)

    def _page(self, mails: Any) -> PageOfRows:
        wished = self.request.GET.get("stand", "")
        if wished in OutboxMessage.State.values:
            mails = mails.filter(state=wished)
        return Paginator(mails, PEOPLE_PER_PAGE).get_page(self.request.GET.get("seite"))


class MailDetail(OfManagedEvent, Page):
    """One mail to one person as it was or will be sent, and what became of it. Its links are cut off."""

    access = Access.VIEW
    template_name = "events/manage/mail_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Find it among the event's own mails."""
        mails = OutboxMessage.objects.for_scope(self.event.scope)
        message = get_object_or_404(mails, pk=self.kwargs["mail"])
        return super().get_context_data(shown=mail_page(message), message=message, **kwargs)


class MailDetailHtml(MailDetail):
    """The HTML part alone, shut off from everything."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show the mail's own page."""
        if context["shown"].content is None:
            raise Http404
        return mail_html_response(context["shown"].content.html)
