"""Organisers: the guest list as a file and on paper, with the columns each person likes."""

from typing import Any

from django.db import models
from django.http import Http404, HttpResponse
from django.urls import reverse

from accounts.services.columns import save_columns
from core.access import Access
from core.clock import db_now
from core.exports import cell_text, csv_response, xlsx_response
from core.form_words import chips_of
from core.views import Form, Page
from events.exports import about_export, export_name, note_export
from events.forms.guest_columns import ColumnsForm
from events.guest_columns import CHOICES, PAPER, TABLE, chosen_columns, guest_table
from events.paper_lists import EMPTY_LINES, item_sheets, people_on_site
from events.views.manage_guests import RegistrationList
from events.views.manage_pages import OfManagedEvent

CSV, XLSX = "csv", "xlsx"


class RegistrationTable(RegistrationList):
    """Everybody the filter finds, in the columns this person has chosen."""

    paginate_by = None
    column_choice = TABLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add head and cells, and the filters in words."""
        columns = chosen_columns(self.request.user, self.column_choice)
        header, table = guest_table(self.object_list, self.filterset.pools, columns)
        filters = [words for _, words in chips_of(self.filterset.form)]
        base = {"event": self.event, "filterset": self.filterset, "filters": filters, "found": len(table)}
        return base | {"header": header, "table": table}


class RegistrationPrint(RegistrationTable):
    """The list on paper."""

    template_name = "events/manage/registration_print.html"
    column_choice = PAPER

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Turn every cell into text."""
        context = super().get_context_data(**kwargs)
        head = context["header"]
        rows = [list(zip(head, map(cell_text, row), strict=True)) for row in context["table"]]
        return context | {"rows": rows}


class RegistrationExport(RegistrationTable):
    """The list as a file to take away; the journal says who took which."""

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Refuse formats there are not."""
        if self.kwargs["format"] not in (CSV, XLSX):
            raise Http404
        return super().refine_queryset(queryset)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Write the table, and down who took it."""
        kind, filters, count = self.kwargs["format"], context["filters"], context["found"]
        note_export(actor=self.request.user, event=self.event, count=count, kind=kind.upper(), filters=filters)
        name = export_name(self.event, filters)
        if kind == CSV:
            return csv_response(name, context["header"], context["table"])
        about = about_export(self.event, filters, count, db_now())
        return xlsx_response(name, context["header"], context["table"], about)


class GuestColumns(OfManagedEvent, Form):
    """Choose the columns of the file or of the print view; kept for this person."""

    access = Access.VIEW
    form_class = ColumnsForm
    template_name = "events/manage/registration_columns.html"
    success_message = "Gespeichert. Die Spalten gelten für alle Ihre Treffen."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Say which list it is about and what it shows now."""
        choice = CHOICES.get(self.kwargs["list"])
        if choice is None:
            raise Http404
        now = [column.key for column in chosen_columns(self.request.user, choice)]
        return super().get_form_kwargs() | {"choice": choice, "initial": {"columns": now}}

    def perform(self, form: ColumnsForm) -> None:
        """Keep the choice."""
        save_columns(actor=self.request.user, name=form.choice.name, columns=form.cleaned_data["columns"])

    def get_success_url(self) -> str:
        """Back to the list or the print view, with the filters that were set."""
        name = "registration-print" if CHOICES[self.kwargs["list"]] is PAPER else "registration-list"
        return f"{reverse(f'events:{name}', args=[self.event.slug])}?{self.request.GET.urlencode()}"


class ItemSheets(OfManagedEvent, Page):
    """One sheet of paper per programme item people could choose."""

    access = Access.VIEW
    template_name = "events/manage/item_sheets.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sheets."""
        return super().get_context_data(sheets=item_sheets(self.event), **kwargs)


class SignInSheet(OfManagedEvent, Page):
    """The list to sign at the door: who has a place on site, and empty lines."""

    access = Access.VIEW
    template_name = "events/manage/sign_in_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the people."""
        return super().get_context_data(people=list(people_on_site(self.event)), spare=range(EMPTY_LINES), **kwargs)
