"""Token buckets in PostgreSQL."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.exceptions import RateLimited
from core.limits import take
from core.models import RateBucket

HOUR = dt.timedelta(hours=1)


def _takes(key: str, amount: int) -> bool:
    try:
        take(key, amount, HOUR)
    except RateLimited:
        return False
    finally:
        connection.close()
    return True


@pytest.mark.django_db
def test_the_bucket_empties_and_says_how_long_to_wait():
    for _ in range(3):
        take("form:1.2.3.4", 3, HOUR)

    with pytest.raises(RateLimited) as refused:
        take("form:1.2.3.4", 3, HOUR)

    assert 1100 <= refused.value.retry_after <= 1200
    assert refused.value.message == "Das waren zu viele Versuche. Bitte versuchen Sie es in 20 Minuten noch einmal."


@pytest.mark.django_db
def test_the_bucket_refills_with_time_and_keys_do_not_share():
    for _ in range(3):
        take("form:1.2.3.4", 3, HOUR)
    take("form:5.6.7.8", 3, HOUR)
    RateBucket.objects.update(updated_at=RateBucket.objects.first().updated_at - dt.timedelta(minutes=25))

    take("form:1.2.3.4", 3, HOUR)


@pytest.mark.django_db
def test_the_key_is_stored_as_a_hash():
    take("login:anna@example.org", 3, HOUR)

    key = RateBucket.objects.get().key
    assert key.startswith("login:")
    assert "anna" not in key


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_exactly_the_amount():
    with ThreadPoolExecutor(max_workers=10) as pool:
        results = list(pool.map(lambda _: _takes("form:crowd", 20), range(50)))

    assert sum(results) == 20
