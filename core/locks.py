"""Locks with a bounded wait: on rows, and on names that no row has yet."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, models
from psycopg.errors import LockNotAvailable

from core.exceptions import Busy, Gone

LOCK_WAIT_MS = 3000


def lock_row[M: models.Model](model: type[M], pk: object) -> M:
    """Return the row locked for update; call it inside a transaction and count only afterwards.

    Raises Busy when the lock is not free within three seconds (RELIABILITY F10), Gone when the row was deleted.
    """
    with _bounded_wait():
        # Not first(): it would write and ask for an order of one row.
        row = next(iter(model._base_manager.select_for_update().filter(pk=pk).order_by()), None)
    if row is None:
        raise Gone
    return row


def lock_name(name: str) -> None:
    """Let one transaction at a time look whether a name is free and take it; held until the transaction ends.

    Raises Busy when the lock is not free within three seconds.
    """
    with _bounded_wait(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def _bounded_wait() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy from error
        raise
