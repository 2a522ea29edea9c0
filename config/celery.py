"""The Celery application: wake-up calls only, PostgreSQL holds the truth (docs/architecture.md)."""

import datetime as dt
import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class WakeUp(Task):
    """A call that has waited behind others until it expired wakes nobody: the next one is under way.

    Celery looks only when it hands a call to a process, and there it may stand behind a long run.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do the work, unless the call came too late."""
        expires = self.request.expires
        if isinstance(expires, str):
            expires = dt.datetime.fromisoformat(expires)
        if expires is not None and expires < dt.datetime.now(tz=expires.tzinfo):
            return None
        return super().__call__(*args, **kwargs)


app = Celery("portal", task_cls=WakeUp)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
