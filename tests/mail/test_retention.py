import datetime as dt

import pytest
from django.db.models import F

from mailing.models import OutboxMessage
from mailing.tasks import clean_up
from tests.mail.outbox import put

pytestmark = pytest.mark.django_db


def test_content_goes_after_its_time_the_record_stays():
    data = {"words": "x", "situation": "confirmed", "plan": 7, "revision": 3}
    old, waiting, young = put("old", data=data), put("waiting"), put("young")
    OutboxMessage.objects.update(text="Text", html="<p>Text</p>", calendar="BEGIN", subject="Betreff")
    OutboxMessage.objects.exclude(pk=waiting.pk).update(state="sent")
    OutboxMessage.objects.exclude(pk=young.pk).update(created_at=F("created_at") - dt.timedelta(days=91))

    clean_up()

    old.refresh_from_db()
    assert (old.text, old.html, old.calendar, old.data) == ("", "", "", {"situation": "confirmed", "plan": 7})
    assert (old.subject, old.recipient, old.state) == ("Betreff", "old@example.org", "sent")
    assert old.body_deleted_at is not None
    assert OutboxMessage.objects.filter(text="Text").count() == 2
