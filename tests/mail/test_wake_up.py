"""Calls that waited too long wake nobody (config.celery.WakeUp)."""

import datetime as dt

import pytest
from celery import Celery

from config.celery import WakeUp, app
from mailing.tasks import deliver_due

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(("expires", "runs"), [(None, True), (HOUR, True), (-HOUR, False)])
def test_a_call_that_came_too_late_does_nothing(expires: dt.timedelta | None, runs: bool) -> None:
    done = []
    local = Celery("test", task_cls=WakeUp, set_as_current=False)

    @local.task(name="test.call")
    def task() -> None:
        done.append(1)

    moment = (dt.datetime.now(tz=dt.UTC) + expires).isoformat() if expires else None
    task.push_request(expires=moment)
    try:
        task()
    finally:
        task.pop_request()
    assert bool(done) is runs


def test_every_task_of_the_portal_looks() -> None:
    assert isinstance(app.tasks["mailing.deliver_due"], WakeUp)
    assert isinstance(deliver_due, WakeUp)
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert all(isinstance(task, WakeUp) for task in ours)
