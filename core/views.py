"""The few bases every view inherits. They ask the querysets who may see what; a view cannot forget to.

A view declares `access` or fails at import. `dispatch`, `get_queryset` and `get_object` are sealed; narrow rows in
`refine_queryset`. A row out of scope does not exist: 404. A page below another row (a programme item of an event) names
`parent_model` and is found only through it.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.decorators import classonlymethod
from django.views import View
from django.views.generic import CreateView, DetailView, FormView, ListView, TemplateView, UpdateView

from core.access import Access, can, rows
from core.exceptions import Busy, DomainError, RateLimited
from core.kept import kept

SEALED = ("dispatch", "get_queryset", "get_object", "as_view")
PAGE_SIZE = 50


class Sealed(View):
    """What all bases share: the declaration of access, the parent row, caching."""

    access: ClassVar[Access]
    parent_model: ClassVar[type[models.Model] | None] = None
    parent_access: ClassVar[Access | None] = None
    parent_field: ClassVar[str] = ""
    parent_slug: ClassVar[str] = "slug"
    # What a public page shows, so that it can be kept until that changes (core.kept).
    shown_rows: ClassVar[tuple[str, ...]] = ()
    # An empty method list would let TRACE through (RELIABILITY C6).
    http_method_names = ["get", "head", "post", "options"]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__ == __name__:
            return
        broken = [name for name in SEALED if name in cls.__dict__]
        if broken:
            raise ImproperlyConfigured(f"{cls.__qualname__} overrides sealed {', '.join(broken)}")
        if not isinstance(getattr(cls, "access", None), Access):
            raise ImproperlyConfigured(f"{cls.__qualname__} declares no access")
        if cls.shown_rows and cls.access is not Access.PUBLIC:
            raise ImproperlyConfigured(f"{cls.__qualname__} keeps pages that are not public")

    @classonlymethod
    def as_view(cls, **initkwargs: Any) -> Any:  # noqa: N805 - what Django calls a class-only method
        """Return the view function; only PUBLIC ones are open to visitors."""
        view: Any = super().as_view(**initkwargs)
        view.login_required = cls.access is not Access.PUBLIC
        return kept(view, cls.shown_rows) if cls.shown_rows else view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the parent row, answer, and keep pages behind sign-in out of every cache."""
        if self.parent_model is not None:
            parents = rows(self.parent_model, self.parent_access or self.access, request.user)
            setattr(self, self.parent_field, self.find_parent(parents, kwargs[self.parent_field]))
        response = super().dispatch(request, *args, **kwargs)
        if self.access is not Access.PUBLIC:
            add_never_cache_headers(response)
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response

    def find_parent(self, parents: models.QuerySet[Any], slug: str) -> Any:
        """Return the parent row among those in scope, or 404."""
        return get_object_or_404(self.refine_parents(parents), **{self.parent_slug: slug})

    def refine_parents(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Hook: join or annotate what the page needs of the parent row."""
        return queryset

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Hook: narrow, join or annotate the rows this page works on. It can only ever take rows away."""
        return queryset

    def get_queryset(self) -> models.QuerySet[Any]:
        """Return the rows in scope: what the user may see or edit, below the parent if there is one."""
        queryset = rows(self.model, self.access, self.request.user)  # type: ignore[attr-defined]
        if self.parent_model is not None and self.model is not self.parent_model:  # type: ignore[attr-defined]
            queryset = queryset.filter(**{self.parent_field: getattr(self, self.parent_field)})
        return self.refine_queryset(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the parent row under its own name."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        if self.parent_model is not None:
            context[self.parent_field] = getattr(self, self.parent_field)
        return context


class Page(Sealed, TemplateView):
    """A page without rows of its own, or below a parent row."""


class List(Sealed, ListView):
    """Rows as a page: filtered by a GET form, paged, shareable by its address."""

    paginate_by = PAGE_SIZE
    page_kwarg = "seite"
    filterset_class: ClassVar[Any] = None
    filterset: Any = None

    def get_queryset(self) -> models.QuerySet[Any]:
        """Apply the filter form; a wrong value is ignored and named on the page (RELIABILITY F42)."""
        queryset = super().get_queryset()
        if self.filterset_class is None:
            return queryset
        parent = getattr(self, self.parent_field) if self.parent_model is not None else None
        self.filterset = self.filterset_class(self.request.GET, queryset=queryset, request=self.request, parent=parent)
        return self.filterset.filtered()

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        """Return a page for any number in the address: too high gives the last, nonsense the first."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filter form and its chips."""
        return super().get_context_data(filterset=self.filterset, **kwargs)


class Detail(Sealed, DetailView):
    """One row. `can_edit` in the template comes from the same queryset as everything else."""

    def get_object(self, queryset: Any = None) -> Any:
        """Return the row in scope or 404."""
        return super().get_object(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the template whether the user may edit the row."""
        user = self.request.user
        can_edit = user.is_authenticated and (self.access is Access.EDIT or can(user, Access.EDIT, self.object))
        return super().get_context_data(can_edit=can_edit, **kwargs)


class _Submitting:
    """A valid form leads to one service call; its DomainError comes back to the form with the input kept."""

    success_message = ""

    def perform(self, form: forms.BaseForm) -> Any:
        """Call the service. Returns the row (or anything) that `get_success_url` needs."""
        raise NotImplementedError

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """Perform, say so, and redirect; a refusal is shown above the form."""
        try:
            self.object = self.perform(form)
        except DomainError as error:
            return self.refuse(form, error)
        if self.success_message:
            messages.success(self.request, self.success_message)  # type: ignore[attr-defined]
        return redirect(self.get_success_url())

    def refuse(self, form: forms.BaseForm, error: DomainError) -> HttpResponse:
        """Show the form again with the reason; 503 or 429 when trying again later helps (RELIABILITY F10)."""
        form.add_error(None, error.message)
        response: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
        if isinstance(error, Busy):
            response.status_code = 503
            response.headers["Retry-After"] = "3"
        elif isinstance(error, RateLimited):
            response.status_code = 429
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    def get_success_url(self) -> str:
        """Return where to go next: by default the row's own page."""
        return self.object.get_absolute_url()


class Form(_Submitting, Sealed, FormView):
    """A form that is not one row: filters, bulk steps, uploads."""


class Create(_Submitting, Sealed, CreateView):
    """A form for a new row."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Leave `instance` to the form class: the service creates the row."""
        self.object = None
        return super().get_form_kwargs()


class Update(_Submitting, Sealed, UpdateView):
    """A form for a row in scope."""

    def get_object(self, queryset: Any = None) -> Any:
        """Return the row in scope or 404."""
        return super().get_object(queryset)


class Action(Sealed, DetailView):
    """One POST and one service call on a row. GET never acts: it shows a page that asks, or where the button stands.

    The latter is where a sign-in leads to whose session ended before the button was pressed.
    """

    template_name = ""
    success_message = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask first, where a page for that exists."""
        if not self.template_name:
            self.object = self.get_object()
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Perform and go on; a refusal is shown on the next page."""
        self.object = self.get_object()
        try:
            self.perform(self.object)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            if self.success_message:
                messages.success(request, self.success_message)
        return redirect(self.get_success_url())

    def get_object(self, queryset: Any = None) -> Any:
        """Return the row in scope or 404."""
        return super().get_object(queryset)

    def perform(self, obj: Any) -> Any:
        """Call the service."""
        raise NotImplementedError

    def get_success_url(self) -> str:
        """Return where to go next: by default the row's own page."""
        return self.object.get_absolute_url()


class Delete(Action):
    """An action whose row is gone afterwards: it asks on a page and needs an explicit way out."""

    def get_success_url(self) -> str:
        """Name the page to go to in the subclass."""
        raise NotImplementedError


class Capability(_Submitting, Sealed, FormView):
    """A page behind a signed link: GET shows, POST acts; whoever has the link may.

    `find(token)` returns the row or None; every reason for None looks the same: a page saying what to do, status 404.
    The token stays in the path, so the page is neither stored nor named to other sites.
    """

    access = Access.PUBLIC
    invalid_template_name = "core/link_invalid.html"

    def find(self, token: str) -> Any:
        """Return the row the token stands for, or None."""
        raise NotImplementedError

    def invalid(self, request: HttpRequest, token: str) -> HttpResponse:
        """Return the page for a token that opens nothing. Hook: say more to whoever had a valid one."""
        return self.response_class(request=request, template=[self.invalid_template_name], context={}, status=404)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Resolve the token before anything else; keep it out of caches and referrers."""
        self.object = self.find(kwargs["token"])
        if self.object is None:
            response: HttpResponseBase = self.invalid(request, kwargs["token"])
        else:
            response = super().dispatch(request, *args, **kwargs)
        # SECURITY: other sites learn nothing. Not "no-referrer": with it browsers post the page's own form with
        # "Origin: null", which the CSRF check must refuse.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        add_never_cache_headers(response)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the row and its token, which the page's forms post back to."""
        return super().get_context_data(object=self.object, token=self.kwargs["token"], **kwargs)
