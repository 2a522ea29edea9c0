"""Pages that are the same for every visitor, kept as they were drawn until a row they show changes.

A view names the rows it shows. Their versions, read by one statement each time, are the page's stamp: PostgreSQL moves
`ctid` and `xmin` with every change of a row, whoever makes it and however, and shows them once it is committed. What is
kept is therefore never older than the database; the minute in the stamp is for what goes by the clock
(docs/decisions/0024). Signed-in people never meet a kept page.

A form holds inputs that are each visitor's own: the CSRF token, the form's number. They are cut out before the page is
kept and made anew for everybody who gets it. What such a form is checked by when it is sent is kept the same way.
"""

import functools
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

# Of some 20 KB each, in each process.
MOST = 200
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the input's name
# Whoever brings one of these may see more than a visitor does.
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)

type Stamp = tuple[Any, ...]
type View = Callable[..., HttpResponse]
# Makes a visitor's own value of an input.
type Own = Callable[[HttpRequest], str]


@dataclass(frozen=True)
class KeptPage:
    """One drawn page, cut where a visitor's own inputs stand."""

    pieces: tuple[bytes, ...]
    own_inputs: tuple[Own, ...]
    headers: Mapping[str, str]

    def response(self, request: HttpRequest) -> HttpResponse:
        """Return the page for this visitor."""
        parts = [self.pieces[0]]
        for make, piece in zip(self.own_inputs, self.pieces[1:], strict=True):
            parts += [make(request).encode(), piece]
        return HttpResponse(b"".join(parts), headers=self.headers)


class Shelf[T]:
    """What one process keeps, by address and the stamp of the rows it comes from; what was asked for last stays."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Stamp, T]] = OrderedDict()
        self._lock = Lock()

    def find(self, address: str, stamp: Stamp) -> T | None:
        """Return what is kept there if it still is what the rows say."""
        with self._lock:
            found = self._kept.get(address)
            if found is None or found[0] != stamp:
                return None
            self._kept.move_to_end(address)
            return found[1]

    def keep(self, address: str, stamp: Stamp, thing: T) -> None:
        """Keep it, and let go of what nobody has asked for longest."""
        with self._lock:
            self._kept[address] = stamp, thing
            self._kept.move_to_end(address)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()


shelf = Shelf[KeptPage]()


class KeptReading[T]:
    """What is read for every visitor alike, kept until a row it comes from changes.

    rows: as in kept(). Threads share what is kept: whoever gets it only reads it.
    """

    def __init__(self, rows: Sequence[str]) -> None:
        self._sql = _stamp_sql(rows)
        self._shelf = Shelf[T]()

    def get(self, address: str, parameters: Mapping[str, Any], read: Callable[[], T]) -> T:
        """Return what is kept for this address, or what `read` returns now; one statement if it is kept."""
        # RACE: before it is read, as with pages.
        stamp = _stamp(self._sql, parameters)
        found = self._shelf.find(address, stamp)
        if found is None:
            found = read()
            self._shelf.keep(address, stamp, found)
        return found


def kept(view: View, rows: Sequence[str]) -> View:
    """Return the view with its pages for visitors kept.

    rows: SQL after FROM for everything the page shows, "events_event WHERE slug = %(slug)s"; the parameters are those
    of the view's address. A table that is missing here would leave pages as they were: tests/core/test_kept.py. An
    answer names its `own_inputs`, if it has any beside the CSRF token.
    """
    sql = _stamp_sql(rows)

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.method == "GET" and is_visitor(request)):
            return view(request, *args, **kwargs)
        # RACE: before the page is drawn. What changes meanwhile is on the page already, or has another stamp next time.
        stamp = _stamp(sql, kwargs)
        address = f"{request.get_host()}{request.get_full_path()}"
        page = shelf.find(address, stamp)
        if page is not None:
            return page.response(request)
        response = view(request, *args, **kwargs)
        if hasattr(response, "render"):
            response = response.render()
        page = _page_for_all(request, response)
        if page is not None:
            shelf.keep(address, stamp, page)
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


def is_visitor(request: HttpRequest) -> bool:
    """Whether this request asks for a whole page as anybody would: nobody is signed in, no message waits."""
    is_fragment = "HX-Request" in request.headers
    return not is_fragment and not any(name in request.COOKIES for name in PERSONAL_COOKIES)


def _page_for_all(request: HttpRequest, response: HttpResponse) -> KeptPage | None:
    """Return the page without what is this visitor's own; None if that cannot be told from the rest."""
    if response.status_code != 200 or response.cookies:
        return None
    own: dict[str, Own] = getattr(response, "own_inputs", {})
    if "CSRF_COOKIE_NEEDS_UPDATE" in request.META:
        own = {TOKEN: get_token, **own}
    cuts = []
    for name, make in own.items():
        found = list(re.finditer(rb'name="%s" value="([^"]*)"' % name.encode(), response.content))
        # SECURITY: a second token, or one that stands elsewhere, would go to everybody.
        if len(found) != 1:
            return None
        cuts.append((*found[0].span(1), make))
    pieces, makers, end = [], [], 0
    for start, after, make in sorted(cuts, key=itemgetter(0)):
        pieces.append(response.content[end:start])
        makers.append(make)
        end = after
    return KeptPage((*pieces, response.content[end:]), tuple(makers), dict(response.headers))
