"""Waiting for a row has an end."""

import threading

import pytest
from django.db import connection, transaction

from core import locks
from core.clock import db_now
from core.exceptions import Busy, Gone
from core.models import RateBucket


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lock", [lambda: locks.lock_row(RateBucket, "row"), lambda: locks.lock_name("name")])
def test_what_is_locked_elsewhere_ends_in_busy(monkeypatch, lock):
    monkeypatch.setattr(locks, "LOCK_WAIT_MS", 100)
    RateBucket.objects.create(key="row", tokens=1, updated_at=db_now())
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock()
            held.set()
            done.wait(5)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    try:
        with pytest.raises(Busy), transaction.atomic():
            lock()
    finally:
        done.set()
        holder.join()

    with transaction.atomic():
        lock()


@pytest.mark.django_db
def test_a_row_deleted_meanwhile_is_said_in_words():
    with pytest.raises(Gone, match="inzwischen gelöscht"):
        locks.lock_row(RateBucket, "gone")
