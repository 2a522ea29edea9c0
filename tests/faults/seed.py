"""Rows for the stack of tests.faults.stack, written in its own environment: `python -m tests.faults.seed WHAT`."""

import json
import sys

import django

django.setup()

# Models can be imported only after django.setup().
from django.db.models import F, TextField, Value  # noqa: E402
from django.db.models.functions import Concat  # noqa: E402
from django.test import Client  # noqa: E402

from core.clock import db_now  # noqa: E402
from core.models import Heartbeat  # noqa: E402
from mailing.services.outbox import queue_from  # noqa: E402
from tests.factories.accounts import CentreStaffFactory  # noqa: E402
from tests.factories.events import EventFactory  # noqa: E402

RUN = 300


def world() -> dict[str, object]:
    """A meeting that everybody may come to, and a session of the centre."""
    event = EventFactory(on_site=50)
    client = Client()
    client.force_login(CentreStaffFactory(), backend="accounts.backends.EmailBackend")
    return {"event": event.get_absolute_url(), "session": client.cookies["session"].value}


def mails() -> dict[str, object]:
    """One bulk run."""
    Heartbeat.objects.bulk_create(Heartbeat(name=f"person{n}@example.org", at=db_now()) for n in range(RUN))
    source = Heartbeat.objects.filter(name__startswith="person").values(
        ref=Concat(Value("tests.row:"), "name", output_field=TextField()),
        recipient=F("name"),
        recipient_name=Value("Person"),
        dedup_key=F("name"),
    )
    return {"queued": queue_from(purpose="tests.newsletter", source=source)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"world": world, "mails": mails}[sys.argv[1]]()))
