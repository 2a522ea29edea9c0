"""The one clock that orders and expires: the database's."""

import datetime as dt

from django.db import connection
from django.db.models import DateTimeField, Func


class DbNow(Func):
    """The database's clock inside a query: stable within one statement, so that indexes serve."""

    template = "statement_timestamp()"
    arity = 0
    output_field = DateTimeField()


def db_now() -> dt.datetime:
    """Return the database's wall clock as an aware datetime.

    RACE: `clock_timestamp()` moves on inside a transaction, unlike `now()`; and all web and worker processes share
    it, so a machine with a wrong clock neither expires nor overtakes anything.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
