"""Conditions on thousands of values at once."""

from collections.abc import Iterable

from django.db.models.expressions import RawSQL


def id_array(ids: Iterable[int]) -> str:
    """Return ids as PostgreSQL writes an array, for a place that says ::bigint[]: psycopg takes a list one by one."""
    return f"{{{','.join(map(str, ids))}}}"


def among(ids: Iterable[int]) -> RawSQL:
    """Return the right side of an `__in` for thousands of ids: one parameter, where a list is one for each of them."""
    return RawSQL("SELECT unnest(%s::bigint[])", [id_array(ids)])


def among_texts(texts: Iterable[str]) -> RawSQL:
    """Like among(), for text."""
    return RawSQL("SELECT unnest(%s::text[])", [list(texts)])
