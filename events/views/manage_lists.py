"""Organisers: guest lists from Excel, CSV or pasted text, in four steps; taken over at the third, not before."""

import re
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.access import Access
from core.exceptions import DomainError
from core.exports import csv_response
from core.imports.runs import table_of
from core.models import ImportRun
from core.views import Action, Delete, Detail, Form, List
from events.forms.manage_lists import ColumnsForm, ReadingForm, UploadForm
from events.list_page import outcome_of, refused_table, review_page
from events.list_review import ANOTHER, SAME
from events.models import GuestList
from events.services import guest_lists, list_undo
from events.views.manage_pages import OfManagedEvent

STEPS = ("Datei", "Spalten", "Prüfung", "Ergebnis")
SAMPLE_ROWS = 5
CHOICE = re.compile(r"wahl-([0-9]{1,6})")
REMEMBERED = "Die Spalten sind zugeordnet wie bei Ihrer letzten Liste mit diesen Überschriften."


class _OfList(OfManagedEvent):
    """A page about one list: its import and its event are joined."""

    model = GuestList
    context_object_name = "guest_list"
    object: Any
    event: Any

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Fetch what every step needs."""
        return queryset.select_related("run__file", "run__actor", "event__owner")

    def step_url(self, name: str) -> str:
        """Return the address of one of the list's pages."""
        return reverse(f"events:guestlist-{name}", args=[self.event.slug, self.object.pk])


class GuestListList(OfManagedEvent, List):
    """All lists of an event, with what became of each."""

    model = GuestList
    access = Access.VIEW
    template_name = "events/manage/guestlist_list.html"
    context_object_name = "guest_lists"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join file and person."""
        return queryset.select_related("run__file", "run__actor")


class GuestListCreate(OfManagedEvent, Form):
    """Step 1: the file or the text."""

    access = Access.EDIT
    form_class = UploadForm
    template_name = "events/manage/guestlist_create.html"
    object: GuestList

    def perform(self, form: UploadForm) -> GuestList:
        """Keep it as a draft."""
        created = guest_lists.create_list(
            actor=self.request.user, event=self.event, content=form.content, file_name=form.file_name
        )
        if created.run.mapping:
            self.success_message = REMEMBERED
        return created

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the steps."""
        return super().get_context_data(steps=STEPS, **kwargs)


class GuestListColumns(_OfList, Detail):
    """Step 2: what the columns hold; reading the file another way first, if need be."""

    access = Access.EDIT
    template_name = "events/manage/guestlist_columns.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the first rows and the columns as remembered or guessed."""
        self.object = self.get_object()
        return self._page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read again, or go on to the review."""
        self.object = self.get_object()
        try:
            return self._read_again() if "lesen" in request.POST else self._map()
        except DomainError as error:
            messages.error(request, error.message)
            return redirect(self.step_url("columns"))

    def _read_again(self) -> HttpResponse:
        form = ReadingForm(self.request.POST, table=table_of(self.object.run))
        if form.is_valid():
            guest_lists.read_again(guest_list=self.object, options=form.options)
        return redirect(self.step_url("columns"))

    def _map(self) -> HttpResponse:
        form = ColumnsForm(self.request.POST, table=table_of(self.object.run), mapping={})
        if not form.is_valid():
            return self._page(form)
        guest_lists.map_columns(
            guest_list=self.object,
            name=form.cleaned_data["title"],
            role=form.cleaned_data["role"],
            mapping=form.mapping,
        )
        return redirect(self.step_url("review"))

    def _page(self, form: ColumnsForm | None = None) -> HttpResponse:
        if self.object.run.state != ImportRun.State.DRAFT:
            return redirect(self.object.get_absolute_url())
        try:
            table = table_of(self.object.run)
        except DomainError as error:
            return _cannot_read(self, error)
        mapping = guest_lists.proposed_columns(self.object, table)
        initial = {"title": self.object.name, "role": self.object.run.options.get("role")}
        context = self.get_context_data(
            form=form or ColumnsForm(table=table, mapping=mapping, initial=initial),
            reading=ReadingForm(table=table),
            table=table,
            sample=[(row.number, table.cells(row)) for row in table.rows[:SAMPLE_ROWS]],
            steps=STEPS,
        )
        return self.render_to_response(context)


class GuestListReview(_OfList, Detail):
    """Step 3: every row with its state and reason; choose where the portal does not; take over."""

    access = Access.EDIT
    template_name = "events/manage/guestlist_review.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the rows that need a look first."""
        self.object = self.get_object()
        return self._page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the choices, and take over if that was pressed."""
        self.object = self.get_object()
        try:
            if request.POST.get("aktion") != "uebernehmen":
                guest_lists.note_choices(guest_list=self.object, choices=self._choices())
                return redirect(request.get_full_path())
            guest_lists.apply_list(
                actor=request.user,
                guest_list=self.object,
                digest=request.POST.get("stand", ""),
                choices=self._choices(),
            )
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(self.object.get_absolute_url())

    def _choices(self) -> dict[str, str]:
        posted = ((CHOICE.fullmatch(name), value) for name, value in self.request.POST.items())
        return {name[1]: str(value) for name, value in posted if name and value in (ANOTHER, SAME)}

    def _page(self) -> HttpResponse:
        run = self.object.run
        if run.state != ImportRun.State.DRAFT or not run.mapping:
            return redirect(self.object.get_absolute_url())
        try:
            page = review_page(self.object, self.request.GET.get("zeigen", ""), self.request.GET.get("seite"))
        except DomainError as error:
            return _cannot_read(self, error)
        return self.render_to_response(self.get_context_data(steps=STEPS, draft=page, page_obj=page.page))


class GuestListDetail(_OfList, Detail):
    """Step 4: what became of the list, and what to do now; a draft leads on to its next step."""

    access = Access.VIEW
    template_name = "events/manage/guestlist_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the result; only organisers who edit go on with a draft."""
        self.object = self.get_object()
        run = self.object.run
        if run.state == ImportRun.State.DRAFT:
            target = "review" if run.mapping else "columns"
            lists = reverse("events:guestlist-list", args=[self.event.slug])
            return redirect(self.step_url(target) if self.event.can_edit else lists)
        return self.render_to_response(self.get_context_data(outcome=outcome_of(self.object), steps=STEPS))


class GuestListRefused(_OfList, Detail):
    """The rows that stayed out as a file, with the reason: to correct and bring again."""

    access = Access.EDIT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write the file."""
        self.object = self.get_object()
        try:
            header, rows = refused_table(self.object)
        except DomainError as error:
            return _cannot_read(self, error)
        return csv_response(f"nicht-uebernommen-{self.event.slug}-{self.object.pk}", header, rows)


class GuestListUndo(_OfList, Action):
    """Take the list back: the page names who would stay and why."""

    access = Access.EDIT
    template_name = "events/manage/guestlist_undo.html"
    success_message = "Zurückgenommen."

    def perform(self, obj: GuestList) -> GuestList:
        """Remove whom the list brought."""
        return list_undo.undo_list(actor=self.request.user, guest_list=obj)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what would happen."""
        return super().get_context_data(outcome=outcome_of(self.object), **kwargs)


class GuestListDiscard(_OfList, Delete):
    """Throw a draft away."""

    access = Access.EDIT
    success_message = "Verworfen. Übernommen wurde nichts."

    def perform(self, obj: GuestList) -> None:
        """Delete the draft and its file."""
        guest_lists.discard_list(guest_list=obj)

    def get_success_url(self) -> str:
        """Back to the lists."""
        return reverse("events:guestlist-list", args=[self.event.slug])


def _cannot_read(view: Any, error: DomainError) -> HttpResponse:
    """The file is gone or was never readable another way: say so where all lists stand."""
    messages.error(view.request, error.message)
    return redirect("events:guestlist-list", view.event.slug)
