"""Row locks with a bounded wait."""

from django.db import OperationalError, connection, models
from psycopg.errors import LockNotAvailable

from core.exceptions import Busy, Gone

LOCK_WAIT_MS = 3000


def lock_row[M: models.Model](model: type[M], pk: object) -> M:
    """Return the row locked for update; call it inside a transaction and count only afterwards.

    Raises Busy when the lock is not free within three seconds (RELIABILITY F10), Gone when the row was deleted.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")
    try:
        row = model._base_manager.select_for_update().filter(pk=pk).first()
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy from error
        raise
    if row is None:
        raise Gone
    return row
