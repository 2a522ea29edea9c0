"""Calling off: once, to everybody who knows of the event, and to nobody else."""

import pytest

from core.exceptions import DomainError
from events.models import Event, EventChange, PlaceClaim, Registration
from events.services.cancelling import cancel_event
from events.services.changes import people_told
from events.services.invitations import invite
from mailing.models import OutboxMessage
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, say_no, say_yes

pytestmark = pytest.mark.django_db


def test_calling_off_takes_back_what_waits_and_tells_everybody_once(zoe):
    event = EventFactory(on_site=1)
    invited, yes, no, waiting = RegistrationFactory.create_batch(4, event=event)
    invite(actor=zoe, event=event, audience=everybody(event), chosen=everybody(event).keys, text="")
    OutboxMessage.objects.update(state="sent")
    late = RegistrationFactory(event=event)
    audience = everybody(event)
    invite(actor=zoe, event=event, audience=audience, chosen=[each.key for each in audience.new], text="")
    say_yes(yes)
    say_no(no)
    say_yes(waiting)
    noted = RegistrationFactory(event=event)
    OutboxMessage.objects.filter(purpose="events.registration").delete()
    assert set(people_told(event)) == {invited, yes, waiting}
    cancel_event(actor=zoe, event=event, reason="Zu wenige Anmeldungen.")
    cancel_event(actor=zoe, event=event, reason="Noch einmal.")
    mails = OutboxMessage.objects.filter(purpose="events.registration")
    assert sorted(mails.values_list("ref", flat=True)) == sorted(person.ref for person in (invited, yes, waiting))
    assert {mail.data["situation"] for mail in mails} == {"event_cancelled"}
    # Only who had a place gets the calendar entry taken back.
    assert {mail.ref for mail in mails if mail.data["takes_entry_back"]} == {yes.ref}
    invitation = OutboxMessage.objects.get(purpose="events.invitation", ref=late.ref)
    assert (invitation.state, invitation.state_reason) == ("aborted", "Das Treffen ist abgesagt.")
    change = EventChange.objects.get()
    assert (change.kind, change.words, change.is_mailed, change.told_count) == (
        "cancelled",
        "Zu wenige Anmeldungen.",
        True,
        3,
    )
    assert not OutboxMessage.objects.filter(ref=noted.ref).exists()
    assert Event.objects.get().cancel_reason == "Zu wenige Anmeldungen."


def test_a_past_event_cannot_be_called_off(zoe):
    event = EventFactory(days=-3)
    with pytest.raises(DomainError, match="vorbei"):
        cancel_event(actor=zoe, event=event, reason="zu spät")


def test_claims_of_the_called_off_event_stay_as_they_were(zoe):
    event = EventFactory(on_site=5)
    fill_up(event, 2)
    cancel_event(actor=zoe, event=event, reason="Sturm")
    assert set(PlaceClaim.objects.values_list("state", flat=True)) == {PlaceClaim.State.CONFIRMED}
    assert set(Registration.objects.values_list("answer", flat=True)) == {"yes"}


@pytest.mark.parametrize(
    ("typed", "said"), [("Sturm", "Sturm."), ("Sturm! ", "Sturm!"), ("(Sturm)", "(Sturm)"), ("", "")]
)
def test_the_reason_stands_between_sentences_like_one(zoe, typed, said):
    assert cancel_event(actor=zoe, event=EventFactory(), reason=typed).cancel_reason == said
