"""At least one message of every purpose there is, for tests that look at all mails."""

from collections.abc import Iterator

from core.clock import db_now
from events.change_facts import event_facts
from events.models import ChangeRequest, Event, EventChange, EventInterest, EventNotice, Registration
from events.services.deputies import DeputyPerson, name_deputy, take_back_deputy
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes
from tests.factories.events import (
    EventFactory,
    EventSubscriptionFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_no,
    say_yes,
)


def messages() -> Iterator[OutboxMessage]:
    """Yield them one by one; some are true only until the next is asked for."""
    yield from (sample for purpose in all_purposes().values() if (sample := purpose.sample()))
    event = EventFactory(
        on_site=1,
        title="Netzwerktreffen Weiterbildungsverbundkoordinierungsstellen im Ruhrgebiet",
        answer_by=in_days(10).date(),
    )
    ProgrammeItemFactory.create_batch(3, event=event, starts_at=event.starts_at)
    invited, first, second = RegistrationFactory.create_batch(3, event=event)
    say_yes(first)
    say_yes(second)
    yield from OutboxMessage.objects.filter(purpose="events.registration")
    say_no(first)
    yield from OutboxMessage.objects.filter(purpose="events.registration", ref=first.ref)
    yield from deputy_messages(invited)
    yield declined_change(second)
    yield from interest_messages(event)
    data = {
        "event": event.pk,
        "subject": "Parken",
        "text": "Kommen Sie?",
        "reason": "Gast der Kammer",
        "start": "",
        "changes": [change_of(event).pk],
    }
    for name in ("invitation", "answer_reminder", "link_again", "address_proof", "change"):
        yield message_about(invited, f"events.{name}", data)
    for name in ("reminder", "notice", "thanks"):
        yield message_about(second, f"events.{name}", data)
    yield from subscription_messages(event)


def subscription_messages(event: Event) -> Iterator[OutboxMessage]:
    """Yield the mails of somebody who hears of new events."""
    subscription = EventSubscriptionFactory(states=["NW", "SL"], sectors=["care", "vehicles"])
    day = event.created_at.date()
    for each in (event, EventFactory(format="online", is_demo=True)):
        EventNotice.objects.create(subscription=subscription, event=each, told_on=day)
    for name in ("event_news", "subscription_known", "subscription_proof"):
        data = {"day": f"{day}"}
        yield OutboxMessage(purpose=f"events.{name}", ref=subscription.ref, recipient=subscription.email, data=data)


def change_of(event: Event) -> EventChange:
    """The meeting has moved to another house."""
    after = event_facts(event)
    before = {**after, "venue": "Altes Haus"}
    return EventChange.objects.create(event=event, at=db_now(), kind="facts", before=before, after=after)


def interest_messages(event: Event) -> Iterator[OutboxMessage]:
    """Please confirm, and it is open."""
    interest = EventInterest.objects.create(event=event, email="neu@example.org", asked_at=db_now())
    for name, ref in (("interest_proof", interest.ref), ("interest_open", f"events.event:{event.pk}")):
        yield OutboxMessage(purpose=f"events.{name}", ref=ref, recipient=interest.email, recipient_name="", data={})


def declined_change(person: Registration) -> OutboxMessage:
    """A change asked for after the freeze date, and the organisers' no."""
    wish = ChangeRequest.objects.create(
        event=person.event, registration=person, reply={}, state="declined", reason="Zu spät.", created_at=db_now()
    )
    return message_about(person, "events.change_declined", {"request": wish.pk})


def deputy_messages(namer: Registration) -> Iterator[OutboxMessage]:
    """Yield what a deputy and their namer get: asked and taken back, asked and declined, asked and accepted."""
    for end in (lambda _deputy: take_back_deputy(inviter=namer), say_no, say_yes):
        vera = DeputyPerson("Vera Vertretung", f"vera-{OutboxMessage.objects.count()}@example.org")
        deputy = name_deputy(inviter=namer, person=vera, words="Bitte übernimm.\n\nDanke.").deputy
        assert deputy
        yield OutboxMessage.objects.get(ref=deputy.ref)
        OutboxMessage.objects.filter(ref=deputy.ref).update(state=OutboxMessage.State.SENT)
        end(deputy)
    yield from OutboxMessage.objects.filter(purpose__in=("events.deputy_ended", "events.deputy_outcome"))
    yield from OutboxMessage.objects.filter(ref=namer.ref, purpose="events.registration")
    say_no(deputy)
    yield OutboxMessage.objects.get(purpose="events.deputy_gone")


def message_about(registration: Registration, purpose: str, data: dict[str, object]) -> OutboxMessage:
    """Return an unsaved mail to the person."""
    return OutboxMessage(
        purpose=purpose,
        ref=registration.ref,
        recipient=registration.email,
        recipient_name=registration.name,
        data=data,
    )
