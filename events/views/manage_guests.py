"""Organisers: the guest list, and one person with everything that is known."""

from dataclasses import asdict
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.urls import reverse

from core.access import Access
from core.paging import FoundPaginator
from core.views import Create, Delete, Detail, List, Update
from events.filters.manage import RegistrationFilter
from events.forms.guest_bulk import offered_acts
from events.forms.manage_guests import GuestForm, NewGuestForm, NotesForm
from events.guest_list import DEFAULT_SORTING, guest_figures, guest_lines, guests_of, order_guests
from events.guest_page import guest_page
from events.models import Registration
from events.services import guest_notes, invitations
from events.views.manage_pages import OfManagedEvent


class RegistrationList(OfManagedEvent, List):
    """The people of one event: searched, filtered, sorted, 50 to a page."""

    model = Registration
    access = Access.VIEW
    template_name = "events/manage/registration_list.html"
    context_object_name = "people"
    filterset_class = RegistrationFilter

    def refine_parents(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Fetch the tags the filter offers, too."""
        return super().refine_parents(queryset).with_tags()

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Order by name; the filter form may order anew."""
        return order_guests(queryset, DEFAULT_SORTING)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows in words and the figures above them."""
        context = super().get_context_data(**kwargs)
        lines = guest_lines(context["page_obj"].object_list, self.filterset.pools)
        choice = {"acts": offered_acts(self.event.tag_names), "kept": self.kept()}
        return (
            context
            | choice
            | {
                "lines": lines,
                "figures": guest_figures(self.event),
                "found": context["paginator"].count,
            }
        )

    def get_paginator(self, queryset: Any, per_page: int, **kwargs: Any) -> "Paginator[Any]":
        """Page through ids. The number of all people is the event's tally, what filters find is counted.

        Only a search is not: its words may fit nearly everybody.
        """
        if self.filterset.values.get("suche"):
            return FoundPaginator(queryset, per_page, **kwargs)
        paginator = Paginator(queryset.values_list("pk", flat=True), per_page, **kwargs)
        if not self.filterset.is_active:
            paginator.count = self.event.people_count
        return paginator

    def kept(self) -> list[tuple[str, str]]:
        """Return the filters in the address, which an act on all found people takes along."""
        names = self.filterset.form.fields
        return [(name, value) for name, values in self.request.GET.lists() if name in names for value in values]


class RegistrationDetail(OfManagedEvent, Detail):
    """One person: answer, places with rank and why, needs, consents, mails."""

    model = Registration
    access = Access.VIEW
    template_name = "events/manage/registration_detail.html"
    context_object_name = "person"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Fetch what the head of the page shows."""
        return guests_of(queryset).select_related("organisation", "verbund", "event__owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that hangs on the person."""
        return super().get_context_data(page=guest_page(self.object), **kwargs)


class RegistrationCreate(OfManagedEvent, Create):
    """Note a single guest; the invitation follows with the next round."""

    model = Registration
    access = Access.EDIT
    form_class = NewGuestForm
    template_name = "events/manage/registration_form.html"
    success_message = "Vorgemerkt. Die Einladung geht hinaus, sobald Sie die Person einladen."

    def perform(self, form: NewGuestForm) -> Registration:
        """Put the person on the list."""
        return invitations.note_guest(
            actor=self.request.user,
            event=self.event,
            is_another=form.cleaned_data["is_another"],
            **asdict(form.details),
        )


class RegistrationUpdate(OfManagedEvent, Update):
    """Correct name, address, role or organisation; a stale form shows both versions."""

    model = Registration
    access = Access.EDIT
    form_class = GuestForm
    template_name = "events/manage/registration_form.html"
    context_object_name = "person"
    success_message = "Gespeichert."

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join what the form shows."""
        return queryset.select_related("organisation", "event__owner")

    def perform(self, form: GuestForm) -> Registration:
        """Save; a new address gets a new link. An invitation to the old one is not repeated by itself: say so."""
        person = invitations.update_guest(
            actor=self.request.user,
            registration=self.object,
            version=form.cleaned_data["version"],
            details=form.details,
        )
        is_open = person.answer == Registration.Answer.OPEN
        if "email" in form.changed_data and is_open and person.invitations.exists():
            self.success_message = (
                "Gespeichert. Die Einladung an die alte Adresse gilt nicht mehr. "
                "Laden Sie die Person unter „Einladen“ noch einmal ein."
            )
        return person


class RegistrationNotes(OfManagedEvent, Update):
    """Tags and the internal note of one person."""

    model = Registration
    access = Access.EDIT
    form_class = NotesForm
    template_name = "events/manage/registration_notes.html"
    context_object_name = "person"
    success_message = "Gespeichert. Nur Ihr Team sieht es."

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join the event, which the service locks."""
        return queryset.select_related("event")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the tags of this event."""
        return super().get_form_kwargs() | {"offered": self.event.guest_tags.all()}

    def perform(self, form: NotesForm) -> Registration:
        """Save; a stale form is refused."""
        return guest_notes.annotate_guest(
            actor=self.request.user,
            registration=self.object,
            version=form.cleaned_data["version"],
            tags=form.names,
            note=form.cleaned_data["note"],
        )


class RegistrationDrop(OfManagedEvent, Delete):
    """Take back somebody who was noted and never invited; the page asks first."""

    model = Registration
    access = Access.EDIT
    template_name = "events/manage/registration_drop.html"
    context_object_name = "person"
    success_message = "Entfernt. Die Person steht nicht mehr auf der Liste."

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join the event, which the service locks."""
        return queryset.select_related("event")

    def perform(self, obj: Registration) -> None:
        """Take the row off the list."""
        invitations.drop_noted_guest(actor=self.request.user, registration=obj)

    def get_success_url(self) -> str:
        """Back to the list."""
        return reverse("events:registration-list", args=[self.event.slug])
