import datetime as dt
import uuid

import pytest
from django.db import connection, transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Concat, JSONObject
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.models import Heartbeat
from mailing.models import OutboxMessage
from mailing.services.outbox import queue, queue_from, withdraw
from tests.mail.outbox import put

pytestmark = pytest.mark.django_db


def people(count):
    """Any table does as a source: one row per person."""
    Heartbeat.objects.bulk_create(Heartbeat(name=f"person{n}@example.org", at=db_now()) for n in range(count))
    return Heartbeat.objects.filter(name__startswith="person").values(
        ref=Concat(Value("tests.row:"), "name", output_field=TextField()),
        recipient=F("name"),
        recipient_name=Value("100 % Ärger"),
        dedup_key=Concat(Value("plan:7:"), "name", output_field=TextField()),
        data=JSONObject(words=Value("Aus der Zeile")),
    )


def test_queue_writes_one_row_per_dedup_key():
    assert queue(purpose="tests.notice", to=" A@Example.ORG ", ref="tests.row:1", dedup_key="k") is True
    assert queue(purpose="tests.notice", to="b@example.org", ref="tests.row:1", dedup_key="k") is False

    message = OutboxMessage.objects.get()
    assert message.recipient == "A@Example.ORG"
    assert message.email_key == "a@example.org"
    assert message.message_id == f"<{message.pk}@example.org>"
    assert message.state == "queued"
    assert message.priority == 20
    assert message.expires_at - message.not_before == dt.timedelta(days=3)


def test_queue_belongs_to_the_callers_transaction():
    with transaction.atomic():
        put("rolled-back")
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


def test_queue_refuses_a_purpose_nobody_declared():
    with pytest.raises(KeyError):
        queue(purpose="tests.unheard", to="a@example.org", ref="tests.row:1", dedup_key="k")


def test_queue_gives_an_umlaut_domain_its_key():
    assert put(to="info@städtetag.example").email_key == "info@xn--stdtetag-1za.example"


def test_priorities_are_codes_then_single_mails_then_bulk():
    assert [put(p, purpose=f"tests.{p}").priority for p in ("code", "notice", "newsletter")] == [10, 20, 50]


def test_only_automatic_bulk_rests_at_night():
    assert put("a", purpose="tests.newsletter", is_automatic=True).rests_at_night is True
    assert put("b", purpose="tests.newsletter").rests_at_night is False
    assert put("c", purpose="tests.notice", is_automatic=True).rests_at_night is False


@pytest.mark.parametrize("count", [1, 400])
def test_queue_from_is_one_statement_for_any_number(count):
    source = people(count)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert queue_from(purpose="tests.newsletter", source=source, scope="event:7", topic="event:7:reminder") == count

    assert len(queries) == 1
    message = OutboxMessage.objects.get(recipient="person0@example.org")
    assert (message.scope, message.topic, message.data) == ("event:7", "event:7:reminder", {"words": "Aus der Zeile"})
    assert message.recipient_name == "100 % Ärger"
    assert message.message_id == f"<{message.pk}@example.org>"
    assert isinstance(message.pk, uuid.UUID)
    assert OutboxMessage.objects.values("message_id").distinct().count() == count


def test_queue_from_twice_adds_only_the_new():
    queue_from(purpose="tests.newsletter", source=people(3))
    Heartbeat.objects.all().delete()

    assert queue_from(purpose="tests.newsletter", source=people(5)) == 2


def test_queue_from_takes_expiry_from_parameter_or_row():
    moment = dt.datetime(2027, 3, 4, 9, tzinfo=dt.UTC)
    queue_from(purpose="tests.newsletter", source=people(1), expires_at=moment)
    assert OutboxMessage.objects.get().expires_at == moment

    later = dt.datetime(2027, 5, 4, 9, tzinfo=dt.UTC)
    source = Heartbeat.objects.values(
        ref=Value("r"), recipient=F("name"), recipient_name=Value(""), dedup_key=Value("k"), expires_at=Value(later)
    )
    queue_from(purpose="tests.newsletter", source=source, expires_at=moment)
    assert OutboxMessage.objects.get(dedup_key="k").expires_at == later


def test_queue_from_refuses_other_columns():
    with pytest.raises(ValueError, match="queue_from needs"):
        queue_from(purpose="tests.newsletter", source=Heartbeat.objects.values("name"))


def test_withdraw_takes_back_what_waits_by_topic_and_refs():
    reminder = put("a", topic="event:7:reminder")
    other = put("b", topic="event:8:reminder")
    gone = put("c", topic="event:7:reminder")
    OutboxMessage.objects.filter(pk=gone.pk).update(state="sent")

    assert withdraw(topic="event:7:reminder", reason="Das Treffen ist abgesagt.") == 1
    assert withdraw(refs=[other.ref], topic="event:9:reminder", reason="Nie") == 0
    assert withdraw(refs=[other.ref], reason="Die Anmeldung wurde gelöscht.") == 1

    reminder.refresh_from_db()
    assert (reminder.state, reminder.state_reason) == ("aborted", "Das Treffen ist abgesagt.")
    gone.refresh_from_db()
    assert gone.state == "sent"


def test_withdraw_needs_to_know_what():
    with pytest.raises(ValueError, match="every mail"):
        withdraw(reason="alles")
