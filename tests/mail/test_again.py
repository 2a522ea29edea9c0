"""Sending again what did not arrive, and giving up what waits."""

import datetime as dt

import pytest

from core.clock import db_now
from core.exceptions import DomainError
from core.models import ChangeEntry
from mailing.models import OutboxMessage
from mailing.services.again import give_up, send_again
from mailing.services.delivery import deliver_due
from mailing.services.returned import note_return
from mailing.services.suppression import is_suppressed
from tests.mail.outbox import put
from tests.mail.smtpserver import MailServer

pytestmark = pytest.mark.django_db


def test_a_refused_mail_goes_again_with_fresh_words(mail_server: MailServer, zoe):
    message = put(data={"words": "Alte Worte."})
    mail_server.behaviour.on_data = lambda _address: "550 5.3.4 Too big"
    deliver_due()
    message.refresh_from_db()
    assert (message.state, message.cause) == ("failed", "refused")
    assert message.closed_at
    OutboxMessage.objects.update(data={"words": "Neue Worte."}, expires_at=db_now() - dt.timedelta(days=2))
    mail_server.behaviour.on_data = lambda _address: None
    send_again(message=message, actor=zoe)
    assert deliver_due() == 1
    assert "Neue Worte." in mail_server.accepted[0].mail.get_body(("plain",)).get_content()
    assert mail_server.accepted[0].message_id == message.message_id
    message.refresh_from_db()
    assert (message.state, message.cause) == ("sent", "")
    assert ChangeEntry.objects.get().action == "Mail noch einmal gesendet"


@pytest.mark.parametrize("state", ["queued", "leased", "held", "sent"])
def test_what_is_on_its_way_or_there_is_not_sent_again(state, zoe):
    message = put()
    OutboxMessage.objects.update(state=state, lease_until=db_now())
    with pytest.raises(DomainError, match="lässt sich nicht noch einmal senden"):
        send_again(message=message, actor=zoe)


def test_a_returned_bulk_mail_is_not_sent_again_before_the_address_is_cleared(zoe):
    message = put(purpose="tests.newsletter")
    OutboxMessage.objects.update(state="sent")
    note_return(message=message, actor=zoe)
    message.refresh_from_db()
    assert (message.state, message.cause) == ("failed", "returned")
    assert is_suppressed(message.recipient)
    with pytest.raises(DomainError, match="Heben Sie zuerst die Sperre auf"):
        send_again(message=message, actor=zoe)


def test_a_mail_without_content_is_not_sent_again(zoe):
    message = put()
    OutboxMessage.objects.update(state="failed", body_deleted_at=db_now())
    with pytest.raises(DomainError, match="schon gelöscht"):
        send_again(message=message, actor=zoe)


def test_a_waiting_mail_is_given_up_with_a_reason(zoe):
    message = put()
    give_up(message=message, actor=zoe, reason="Doppelt")
    message.refresh_from_db()
    assert (message.state, message.state_reason) == ("aborted", "Doppelt")
    with pytest.raises(DomainError, match="wartet nicht mehr"):
        give_up(message=message, actor=zoe, reason="Doppelt")
