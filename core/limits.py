"""Token buckets in PostgreSQL: limits that hold without Redis and across processes."""

import datetime as dt
import hashlib
import math

from django.db import connection

from core.exceptions import RateLimited

_TAKE = """
INSERT INTO core_ratebucket AS bucket (key, tokens, updated_at)
VALUES (%(key)s, %(amount)s - 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    tokens = GREATEST(-1, LEAST(%(amount)s,
        bucket.tokens + EXTRACT(EPOCH FROM clock_timestamp() - bucket.updated_at) * %(rate)s) - 1),
    updated_at = clock_timestamp()
RETURNING tokens
"""


def take(key: str, amount: int, per: dt.timedelta) -> None:
    """Take one of `amount` tokens that refill evenly within `per`; one statement, safe under concurrency.

    The key is stored hashed: it usually holds an address or an IP. Raises RateLimited when the bucket is empty; trying
    while empty does not make the wait longer than one token's time.
    """
    rate = amount / per.total_seconds()
    digest = hashlib.sha256(key.encode()).hexdigest()
    label = key.partition(":")[0]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": f"{label}:{digest}", "amount": amount, "rate": rate})
        (tokens,) = cursor.fetchone()
    if tokens < 0:
        raise RateLimited(retry_after=math.ceil(-tokens / rate))
