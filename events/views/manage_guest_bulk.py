"""Organisers: one act on many guests, with a page that shows first who is concerned and who is left out."""

import re
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from core.access import Access
from core.exceptions import DomainError
from core.numbers import format_number
from events.forms.guest_bulk import ACTS, FORMS, INVITE, BulkForm
from events.guest_list import bulk_guests, guests_of
from events.services.guest_bulk import perform_bulk, plan_bulk
from events.views.manage_guests import RegistrationList

# What can be a primary key; anything else in the address is ignored.
PRIMARY_KEY = re.compile(r"[0-9]{1,9}")
# The chosen people stand in the address of the next page.
MOST_INVITED = 200
OWN_PARAMETERS = ("aktion", "person", "alle", "seite")


class GuestBulk(RegistrationList):
    """Ticked people, or all the filter finds: what is needed, the check, the act."""

    access = Access.EDIT
    paginate_by = None
    template_name = "events/manage/registration_bulk.html"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Keep those who were ticked, unless all are meant."""
        rows = bulk_guests(guests_of(super().refine_queryset(queryset)))
        if "alle" in self.request.GET:
            return rows
        ticked = [pk for pk in self.request.GET.getlist("person") if PRIMARY_KEY.fullmatch(pk)]
        return rows.filter(pk__in=ticked)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask what the act needs, or show the check at once where it needs nothing."""
        self.object_list = people = self.get_queryset()
        if request.GET.get("aktion") == INVITE:
            return self._to_inviting(people)
        form = self._form(None)
        return self._page(form) if form.fields else self._check(self._form(request.GET), people)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check, or do what was checked."""
        self.object_list = people = self.get_queryset()
        form = self._form(request.POST)
        if "zurueck" in request.POST or not form.is_valid():
            return self._page(form)
        if "stand" not in request.POST:
            return self._check(form, people)
        try:
            count = perform_bulk(
                actor=request.user, event=self.event, people=people, act=form.act, seen=request.POST["stand"]
            )
        except DomainError as error:
            return self._check(form, people, error.message)
        words = "eine Person" if count == 1 else f"{format_number(count)} Personen"
        messages.success(request, f"Erledigt für {words}. Es steht im Verlauf jeder Person.")
        return redirect(self.list_url)

    @property
    def list_url(self) -> str:
        """The list with the filters it was left with."""
        query: QueryDict = self.request.GET.copy()
        for name in OWN_PARAMETERS:
            query.pop(name, None)
        return f"{reverse('events:registration-list', args=[self.event.slug])}?{query.urlencode()}"

    def _form(self, data: QueryDict | None) -> BulkForm:
        if self.request.GET.get("aktion") not in ACTS:
            raise Http404
        kind, _ = ACTS[self.request.GET["aktion"]]
        return FORMS[kind](data, kind=kind, tags=self.event.tag_names)

    def _check(self, form: BulkForm, people: models.QuerySet[Any], problem: str = "") -> HttpResponse:
        form.full_clean()
        try:
            plan = plan_bulk(actor=self.request.user, event=self.event, people=people, act=form.act)
        except DomainError as error:
            form.add_error(None, error.message)
            return self._page(form)
        return self._page(form, plan=plan, problem=problem)

    def _page(self, form: BulkForm, **context: Any) -> HttpResponse:
        _, title = ACTS[self.request.GET["aktion"]]
        context |= {"event": self.event, "form": form, "title": title, "list_url": self.list_url}
        return self.render_to_response(context | {"count": self.object_list.count()})

    def _to_inviting(self, people: models.QuerySet[Any]) -> HttpResponseRedirect:
        """Hand the chosen people to the way that invites: its list shows who gets a mail and who does not."""
        if people.count() > MOST_INVITED:
            words = (
                f"Höchstens {MOST_INVITED} Personen auf einmal. Filtern Sie enger, oder wählen Sie unter „Einladen“."
            )
            messages.error(self.request, words)
            return redirect(self.list_url)
        query = QueryDict(mutable=True)
        query["schritt"] = "liste"
        query.setlist("gast", [str(pk) for pk in people.values_list("pk", flat=True)])
        return redirect(f"{reverse('events:invite', args=[self.event.slug])}?{query.urlencode()}")
