import pytest

from core.exceptions import DomainError
from core.models import ChangeEntry
from mailing.models import OutboxMessage
from mailing.services.returned import note_return
from mailing.services.suppression import is_suppressed
from tests.factories.accounts import UserFactory
from tests.mail.outbox import put

pytestmark = pytest.mark.django_db


def test_a_mail_that_came_back_is_undeliverable_and_its_address_gets_no_bulk():
    message = put(scope="event:7")
    OutboxMessage.objects.update(state="sent")
    organiser = UserFactory()

    note_return(message=message, actor=organiser)

    (returned,) = OutboxMessage.objects.failed().for_scope("event:7")
    assert returned.state_reason == "Die Mail kam zurück"
    assert is_suppressed("a@example.org")
    entry = ChangeEntry.objects.get(action="mail.returned")
    assert (entry.scope, entry.actor) == ("event:7", organiser)


def test_a_mail_that_was_not_sent_cannot_come_back():
    with pytest.raises(DomainError):
        note_return(message=put(), actor=UserFactory())
    assert not is_suppressed("a@example.org")
