"""/healthz and /readyz."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.utils import timezone

from core.models import Heartbeat
from portal import health
from tests.portal.conftest import make_mail


def ready(client):
    response = client.get("/readyz")
    return response.status_code, response.json()


def beat(seconds_ago: float) -> None:
    Heartbeat.objects.create(name="beat", at=timezone.now() - dt.timedelta(seconds=seconds_ago))


def test_the_process_answers_without_the_database(client):
    # No database access is allowed in this test: asking would fail it.
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"


def test_all_is_well(client, db):
    beat(seconds_ago=5)
    status, report = ready(client)
    assert status == 200
    assert report["status"] == "ok"
    assert set(report["checks"]) == {"database", "mail", "background", "clock"}
    assert report["checks"]["background"]["heartbeat_age_seconds"] == pytest.approx(5, abs=2)


@pytest.mark.parametrize("age", [None, 61])
def test_without_a_heartbeat_it_is_degraded_not_down(client, db, age):
    if age:
        beat(seconds_ago=age)
    status, report = ready(client)
    assert status == 200
    assert report["status"] == "degraded"
    assert report["checks"]["background"]["status"] == "degraded"
    assert report["checks"]["database"]["status"] == "ok"


def test_a_mail_that_waits_longer_than_five_minutes_degrades(client, db):
    beat(seconds_ago=1)
    make_mail("centre", state="queued", not_before=timezone.now() - dt.timedelta(minutes=4))
    assert ready(client)[1]["status"] == "ok"
    make_mail("centre", state="queued", not_before=timezone.now() - dt.timedelta(minutes=6))
    status, report = ready(client)
    assert status == 200
    assert report["checks"]["mail"]["status"] == "degraded"
    assert report["checks"]["mail"]["oldest_due_seconds"] == pytest.approx(360, abs=5)


@pytest.mark.parametrize(
    "fields", [{"state": "sent"}, {"state": "failed"}, {"state": "queued", "rests_at_night": True}], ids=str
)
def test_mails_that_need_not_leave_now_do_not_count(client, db, fields):
    beat(seconds_ago=1)
    make_mail("centre", not_before=timezone.now() - dt.timedelta(hours=2), **fields)
    assert ready(client)[1]["status"] == "ok"


@pytest.mark.logs_errors
def test_without_the_database_it_is_down(client, db, monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "db_now", refuse)
    status, report = ready(client)
    assert status == 503
    assert report == {"status": "down", "checks": {"database": {"status": "down"}}}
