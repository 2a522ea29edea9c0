"""Pages that are the same for every visitor, kept as they were drawn until a row they show changes.

A view names the rows it shows. Their versions, read by one statement each time, are the page's stamp: PostgreSQL moves
`ctid` and `xmin` with every change of a row, whoever makes it and however, and shows them once it is committed. What is
kept is therefore never older than the database; the minute in the stamp is for what goes by the clock
(docs/decisions/0022). Signed-in people and forms with a token never meet a kept page.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse

# Of some 20 KB each, in each process.
MOST = 200
# Whoever brings one of these may see more than a visitor does.
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)

type Stamp = tuple[Any, ...]
type View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class KeptPage:
    """One drawn page and the stamp of the rows it was drawn from."""

    stamp: Stamp
    body: bytes
    headers: Mapping[str, str]


class Shelf:
    """The pages one process keeps, those asked for last."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._lock = Lock()

    def find(self, address: str, stamp: Stamp) -> KeptPage | None:
        """Return the page if it still is what the rows say."""
        with self._lock:
            page = self._pages.get(address)
            if page is None or page.stamp != stamp:
                return None
            self._pages.move_to_end(address)
            return page

    def keep(self, address: str, page: KeptPage) -> None:
        """Keep this page, and let go of the one nobody has asked for longest."""
        with self._lock:
            self._pages[address] = page
            self._pages.move_to_end(address)
            while len(self._pages) > MOST:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._pages.clear()


shelf = Shelf()


def kept(view: View, rows: Sequence[str]) -> View:
    """Return the view with its pages for visitors kept.

    rows: SQL after FROM for everything the page shows, "events_event WHERE slug = %(slug)s"; the parameters are those
    of the view's address. A table that is missing here would leave pages as they were: tests/core/test_kept.py.
    """
    sql = _stamp_sql(rows)

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_visitor(request):
            return view(request, *args, **kwargs)
        # RACE: before the page is drawn. What changes meanwhile is on the page already, or has another stamp next time.
        stamp = _stamp(sql, kwargs)
        address = f"{request.get_host()}{request.get_full_path()}"
        page = shelf.find(address, stamp)
        if page is not None:
            return HttpResponse(page.body, headers=page.headers)
        response = view(request, *args, **kwargs)
        if hasattr(response, "render"):
            response = response.render()
        if _is_for_all(request, response):
            shelf.keep(address, KeptPage(stamp, response.content, dict(response.headers)))
        return response

    return answer


def _stamp_sql(rows: Sequence[str]) -> str:
    versions = " UNION ALL ".join(f"SELECT tableoid, ctid, xmin FROM {each}" for each in rows)  # noqa: S608 - ours
    version = "hashtextextended(tableoid::text || ctid::text || xmin::text, 0)"
    minute = "date_trunc('minute', clock_timestamp())"
    return f"SELECT {minute}, count(*), sum({version}) FROM ({versions}) AS shown"  # noqa: S608


def _stamp(sql: str, parameters: Mapping[str, Any]) -> Stamp:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return tuple(cursor.fetchone())


def _is_visitor(request: HttpRequest) -> bool:
    is_fragment = "HX-Request" in request.headers
    return request.method == "GET" and not is_fragment and not any(name in request.COOKIES for name in PERSONAL_COOKIES)


def _is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether the answer holds nothing of this visitor: no cookie, no CSRF token."""
    return response.status_code == 200 and not response.cookies and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
