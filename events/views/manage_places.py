"""Organisers: who has a place, who waits, and why."""

from typing import Any

from django.db import models

from core.access import Access
from core.clock import db_now
from core.views import Detail, Page
from events.models import PlacePool
from events.place_lists import counted_pools, pool_views, queue_page
from events.queue_reasons import standstill
from events.views.manage_pages import OfManagedEvent


class PlaceList(OfManagedEvent, Page):
    """Every pool of one event: capacity, who has a place, who is next, what is wrong."""

    access = Access.VIEW
    template_name = "events/manage/place_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the pools with the heads of their queues."""
        views = pool_views(self.event)
        shown = [view for view in views if view.needs_a_look]
        return super().get_context_data(views=views, shown=shown, **kwargs)


class PlaceQueue(OfManagedEvent, Detail):
    """The whole queue of one pool, page by page."""

    model = PlacePool
    access = Access.VIEW
    template_name = "events/manage/place_queue.html"
    context_object_name = "pool"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Count what stands in the pool."""
        return counted_pools(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the queue and why nobody is next."""
        page = queue_page(self.object, self.request.GET.get("seite"))
        words = {"label": self.object.title, "standstill": standstill(self.event, self.object, db_now())}
        return super().get_context_data(page_obj=page, **words, **kwargs)
