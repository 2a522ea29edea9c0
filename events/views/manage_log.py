"""Organisers: the journal of one event, filtered, paged, and as a table."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from core.access import Access
from core.exports import csv_response
from core.form_words import chips_of
from core.views import Page
from events.event_log import log_lines, log_page
from events.exports import note_log_export
from events.log_filter import HEADER, LogFilter, log_row
from events.views.manage_pages import OfManagedEvent


class EventLog(OfManagedEvent, Page):
    """Who did what, and when; nobody can change it."""

    access = Access.VIEW
    template_name = "events/manage/event_log.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filter and one page of what it finds."""
        form = LogFilter(self.request.GET)
        page = log_page(form.entries(self.event), self.request.GET.get("seite"))
        is_filtered = any(True for _ in chips_of(form))
        return super().get_context_data(page_obj=page, filter_form=form, is_filtered=is_filtered, **kwargs)


class EventLogExport(OfManagedEvent, Page):
    """The journal under the same filter as a table."""

    access = Access.VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write the table, and down who took it."""
        form = LogFilter(request.GET)
        lines = log_lines(form.entries(self.event))
        filters = [words for _, words in chips_of(form)]
        note_log_export(actor=request.user, event=self.event, count=len(lines), filters=filters)
        return csv_response(f"protokoll-{self.event.slug}", HEADER, map(log_row, lines))
