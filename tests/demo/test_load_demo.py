"""The demo network: what a stranger finds after the first start."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.clock import db_now
from core.models import ChangeEntry
from events.models import Event, PlaceClaim, ProgrammeItem, Registration
from mailing.models import OutboxMessage
from privacy.models import ConsentRecord
from tests.factories.privacy import ensure_consent_texts
from verbuende.models import Verbund

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demo(settings):
    # Also where a real server is set up, invented people get no mail from it.
    settings.MAIL_TRANSPORT = "no.such.transport"
    ensure_consent_texts()
    call_command("load_demo")


def test_the_whole_network_is_there(demo, capsys):
    assert Verbund.objects.alliances().filter(is_demo=False).count() == 37
    assert Verbund.objects.neighbours().count() == 2
    assert Verbund.objects.centre().count() == 1
    assert Verbund.objects.filter(is_demo=True).count() == 7

    essen = Event.objects.get(starts_on="2023-08-17")
    kinds = [item.get_kind_display() for item in essen.items.all()]
    assert kinds == [
        "Begrüßung", "Grußwort", "Grußwort", "Grußwort", "Podium", "Pitch", "Markt der Möglichkeiten",
        "Knowledge-Café", "Plenum",
    ]  # fmt: skip
    assert essen.starts_at is None
    assert [slot.verbund.short_name for slot in essen.items.get(kind="pitch").slots.all()][1] == "WIN 4.0"
    assert essen.items.get(kind="cafe").tables.count() == 6
    assert essen.items.get(kind="cafe").tables.filter(topic="").count() == 1

    frankfurt = Event.objects.get(starts_on="2024-03-14")
    assert frankfurt.items.count() == 9
    ends = [timezone.localtime(item.ends_at).strftime("%H:%M") for item in frankfurt.items.exclude(ends_at=None)]
    assert ends == ["12:00", "16:00"]

    _check_the_meeting_to_come()
    _check_that_only_invented_people_have_an_address()
    with pytest.raises(CommandError, match="Es gibt schon Daten"):
        call_command("load_demo")
    call_command("load_demo", "--if-empty")
    assert Event.objects.count() == 5


def _check_the_meeting_to_come() -> None:
    event = Event.objects.get(title__startswith="Netzwerktreffen Ruhr")
    assert event.starts_at is not None
    assert event.starts_at > db_now()
    people = event.registrations.all()
    assert people.count() == 75, "74 invited people, and a deputy"
    assert set(people.values_list("answer", flat=True)) == {"open", "yes", "no", "deputy"}
    _check_what_happened_just_now(event)
    _check_that_the_past_is_told_at_its_times(event)
    assert event.pools.get(kind="on_site").capacity == 60
    assert event.pools.get(kind="online").capacity == 20
    assert event.items.get(kind=ProgrammeItem.Kind.CAFE).tables.count() == 6
    assert event.items.get(kind=ProgrammeItem.Kind.MARKET).slots.count() == 7
    assert event.items.filter(is_choosable=True).count() == 3
    assert PlaceClaim.objects.filter(state="waiting").exists(), "one workshop is full, so that waiting can be seen"
    assert PlaceClaim.objects.filter(state="offered").count() == 1, "and one place in it is offered to the next"
    mails = OutboxMessage.objects.filter(scope=event.scope)
    assert mails.filter(purpose="events.invitation", state="sent").count() == 74
    answered = people.exclude(answer=Registration.Answer.OPEN).count()
    assert mails.filter(purpose="events.registration", state="sent").count() >= answered
    assert not mails.filter(state="failed").exists()
    assert all(mail.accepted_at < db_now() for mail in mails)


def _check_what_happened_just_now(event: Event) -> None:
    deputy = event.registrations.get(source="deputy")
    assert (deputy.name, deputy.answer, deputy.deputy_request.state) == ("Vera Vertretung", "yes", "accepted")
    assert PlaceClaim.objects.filter(registration=deputy, pool__kind="on_site", state="confirmed").exists()
    mails = OutboxMessage.objects.filter(scope=event.scope, state="sent")
    assert mails.filter(purpose="events.deputy_request", recipient=deputy.email).count() == 1
    change = event.changes.get()
    assert (change.before["venue"], change.after["venue"]) == ("Halle 6 im Demo-Campus", event.venue)
    assert change.is_mailed
    assert mails.filter(purpose="events.change").count() == change.told_count > 50


def _check_that_the_past_is_told_at_its_times(event: Event) -> None:
    """The log, answers, mails, claims and consents of one person agree; planning came before the invitation."""
    entries = ChangeEntry.objects.filter(scope=event.scope)
    log = list(entries.order_by("at", "pk"))
    assert (log[0].action, log[0].at.date()) == ("angelegt", Event.objects.get(pk=event.pk).created_at.date())
    invited = entries.get(action="Einladung, Runde 1").at
    assert abs(invited - event.rounds.get().sent_at) < dt.timedelta(minutes=1)
    assert timezone.localdate(invited) == timezone.localdate(db_now() - dt.timedelta(days=6))
    person = event.registrations.filter(answer="yes", source="invitation").earliest("answered_at")
    answered = person.answered_at
    assert invited < answered < db_now() - dt.timedelta(days=5)
    assert set(entries.filter(ref=person.ref).values_list("at", flat=True)) == {answered}
    assert set(person.claims.values_list("created_at", flat=True)) == {answered}
    assert set(ConsentRecord.objects.filter(ref=person.ref).values_list("at", flat=True)) <= {answered}
    assert OutboxMessage.objects.get(ref=person.ref, purpose="events.registration").created_at == answered
    days = {timezone.localdate(entry.at) for entry in entries.filter(action="Antwort")}
    assert len(days) >= 6, "answers come day after day"


def _check_that_only_invented_people_have_an_address() -> None:
    addresses = Registration.objects.values_list("email", flat=True)
    assert {address.rpartition("@")[2] for address in addresses} == {"example.org"}
    assert not Registration.objects.filter(verbund__is_demo=False).exists()
