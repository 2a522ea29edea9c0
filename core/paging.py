"""Pages of what a search finds, counted no further than anybody turns pages."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

MOST_FOUND = 1_000


class FoundPaginator(Paginator):
    """Pages of the ids of the first 1,000 rows found: they are read once, counted and cut in memory.

    Counting everything would read everybody whom a common word fits (DESIGN, "no COUNT over a large set per page").
    """

    def __init__(self, queryset: QuerySet[Any], per_page: int, **kwargs: Any) -> None:
        found = list(queryset.values_list("pk", flat=True)[: MOST_FOUND + 1])
        self.has_more = len(found) > MOST_FOUND
        super().__init__(found[:MOST_FOUND], per_page, **kwargs)
