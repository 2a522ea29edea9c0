"""Rounds one after the other: scheduled, changed, withdrawn, looked at once more when they leave."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.exceptions import DomainError
from core.models import ChangeEntry
from events.models import Event, InvitationRound
from events.round_page import noted_count, round_lines
from events.services.audience import Selection, collect
from events.services.changes import people_told
from events.services.invitations import drop_noted_guest, invite
from events.services.rounds import WrongTime, change_round, withdraw_round
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db


def schedule(event, zoe, *, send_at=None, text=""):
    audience = everybody(event)
    at = send_at or in_days(2, 9)
    return invite(actor=zoe, event=event, audience=audience, chosen=audience.keys, text=text, send_at=at)


def leave(sending):
    """Let the time pass: tests move the rows' times."""
    past = db_now() - dt.timedelta(minutes=1)
    InvitationRound.objects.filter(pk=sending.pk).update(sent_at=past)
    OutboxMessage.objects.filter(dedup_key__startswith=f"invite:{sending.pk}:").update(not_before=past)


def test_a_scheduled_round_waits_for_its_time(zoe):
    event = EventFactory()
    RegistrationFactory.create_batch(3, event=event)
    sending = schedule(event, zoe)
    assert sending.sent_at == in_days(2, 9)
    assert set(OutboxMessage.objects.values_list("not_before", flat=True)) == {in_days(2, 9)}
    assert OutboxMessage.objects.due().count() == 0
    leave(sending)
    assert OutboxMessage.objects.due().count() == 3


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "schon vorbei"),
        (30, "Dann hat das Treffen schon begonnen"),
        (11, "Antwortfrist vorbei"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(zoe, days, words):
    event = EventFactory(answer_by=in_days(10).date())
    RegistrationFactory(event=event)
    with pytest.raises(WrongTime, match=words):
        schedule(event, zoe, send_at=in_days(days, 10))
    assert not OutboxMessage.objects.exists()


def test_on_the_last_day_to_answer_a_round_may_still_leave(zoe):
    event = EventFactory(answer_by=in_days(10).date())
    RegistrationFactory(event=event)
    assert schedule(event, zoe, send_at=in_days(10, 20)).number == 1


def test_another_time_moves_the_mails_and_new_words_are_in_them(zoe):
    event = EventFactory()
    RegistrationFactory(event=event)
    first = schedule(event, zoe, text="Alt")
    RegistrationFactory(event=event)
    second = schedule(event, zoe, send_at=in_days(4, 9))
    change_round(actor=zoe, sending=first, send_at=in_days(3, 8), text="Neu")
    mails = {mail.data["round"]: mail.not_before for mail in OutboxMessage.objects.all()}
    assert mails == {first.pk: in_days(3, 8), second.pk: in_days(4, 9)}
    message = OutboxMessage.objects.get(data__round=first.pk)
    assert get_purpose("events.invitation").context(message)["words"] == "Neu"
    entry = ChangeEntry.objects.get(action="Einladung, Runde 1: geändert")
    assert entry.actor == zoe
    assert entry.changes["Eigene Worte"] == ["Alt", "Neu"]


def test_a_withdrawn_round_invites_nobody_and_its_people_stay(zoe):
    event = EventFactory()
    person = RegistrationFactory(event=event)
    sending = schedule(event, zoe)
    withdraw_round(actor=zoe, sending=sending)
    message = OutboxMessage.objects.get()
    assert (message.state, message.state_reason) == ("aborted", "Die Runde wurde vor dem Versand zurückgezogen.")
    assert not InvitationRound.objects.exists()
    assert noted_count(event) == 1
    again = schedule(event, zoe)
    assert (again.number, OutboxMessage.objects.waiting().count()) == (1, 1)
    withdraw_round(actor=zoe, sending=again)
    drop_noted_guest(actor=zoe, registration=person)


def test_what_has_left_can_neither_be_changed_nor_withdrawn(zoe):
    event = EventFactory()
    RegistrationFactory(event=event)
    sending = schedule(event, zoe)
    leave(sending)
    for act in (
        lambda: withdraw_round(actor=zoe, sending=sending),
        lambda: change_round(actor=zoe, sending=sending, send_at=in_days(5), text=""),
    ):
        with pytest.raises(DomainError, match="Runde 1 ist schon unterwegs"):
            act()
    assert OutboxMessage.objects.waiting().count() == 1


def test_whoever_answers_before_a_round_leaves_gets_no_mail(zoe):
    event = EventFactory()
    open_one, answered = RegistrationFactory.create_batch(2, event=event)
    sending = schedule(event, zoe)
    say_no(answered)
    leave(sending)
    purpose = get_purpose("events.invitation")
    obsolete = {
        mail.recipient: purpose.is_obsolete(mail) for mail in OutboxMessage.objects.filter(purpose=purpose.name)
    }
    assert obsolete == {open_one.email: "", answered.email: "Die Person hat schon geantwortet."}


def test_whom_no_round_has_reached_hears_of_no_cancellation(zoe):
    event = EventFactory()
    RegistrationFactory(event=event)
    sending = schedule(event, zoe)
    assert not people_told(event).exists()
    leave(sending)
    OutboxMessage.objects.update(state="sent")
    assert people_told(event).count() == 1


def test_whose_round_has_not_left_can_be_taken_off_the_list(zoe):
    event = EventFactory()
    gone, stays = RegistrationFactory.create_batch(2, event=event)
    sending = schedule(event, zoe)
    drop_noted_guest(actor=zoe, registration=gone)
    mails = {mail.recipient: (mail.state, mail.state_reason) for mail in OutboxMessage.objects.all()}
    assert mails == {
        gone.email: ("aborted", "Die Person wurde von der Gästeliste genommen."), stays.email: ("queued", ""),
    }  # fmt: skip
    assert sending.invitations.get().registration == stays
    assert ChangeEntry.objects.filter(ref=gone.ref, action="Gast entfernt", actor=zoe).exists()
    leave(sending)
    with pytest.raises(DomainError, match="schon eingeladen"):
        drop_noted_guest(actor=zoe, registration=stays)


def test_rounds_with_what_came_of_them(zoe):
    event = EventFactory()
    yes, no, open_one = RegistrationFactory.create_batch(3, event=event)
    first = schedule(event, zoe)
    leave(first)
    say_yes(yes)
    say_no(no)
    RegistrationFactory.create_batch(2, event=event)
    assert noted_count(event) == 2
    second = schedule(event, zoe)
    lines = [
        (str(line.sending), line.badge[0], line.total, line.yes, line.no, line.open) for line in round_lines(event)
    ]
    assert lines == [("Runde 2", "Geplant", 2, 0, 0, 2), ("Runde 1", "Gesendet", 3, 1, 1, 1)]
    assert noted_count(event) == 0
    audience = collect(actor=zoe, event=event, selection=Selection(rounds=(first.pk,)))
    assert [(each.name, each.wanted_again) for each in audience.invited] == [(open_one.name, True)]
    assert second.number == 2


def test_rounds_of_another_event_are_no_group(zoe):
    event = EventFactory()
    RegistrationFactory(event=event)
    sending = schedule(event, zoe)
    other = collect(actor=zoe, event=EventFactory(), selection=Selection(rounds=(sending.pk,)))
    assert (other.new, other.invited) == ([], [])


def inviting(zoe, count):
    event = EventFactory()
    RegistrationFactory.create_batch(count, event=event)
    audience = everybody(event)
    with CaptureQueriesContext(connection) as captured:
        invite(actor=zoe, event=event, audience=audience, chosen=audience.keys, text="", send_at=in_days(1, 9))
    return len(captured)


def test_500_are_queued_with_as_many_statements_as_5(zoe):
    assert inviting(zoe, 5) == inviting(zoe, 500)
    assert Event.objects.count() == 2
    assert OutboxMessage.objects.count() == 505
