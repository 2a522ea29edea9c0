"""Places by hand: what is foretold is what is done, and who is told of it."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.exceptions import DomainError
from core.models import ChangeEntry
from events.models import PlaceClaim, Registration
from events.services.place_acts import foresee, perform
from events.services.places import lock_event
from mailing.models import OutboxMessage
from mailing.services.preview import render_preview
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, say_no, say_yes
from tests.places.by_hand import act, entry_of, full, mails, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(verbund_a):
    return EventFactory(owner=verbund_a, format="hybrid", on_site=2, online=5)


# --- Mails ---------------------------------------------------------------------------------------------------------
def test_one_mail_for_everybody_whose_place_changes(alice, event):
    (one, two), (first, second) = full(event)
    before = {person.pk: len(mails(person)) for person in (one, two, first, second)}
    perform(actor=alice, event=event, act=act("withdraw", one, reason="Doppelt"))
    more = [len(mails(person)) - before[person.pk] for person in (one, two, first, second)]
    assert more == [1, 0, 1, 0]


def test_without_a_mail_the_journal_says_why_and_the_revision_counts(alice, event):
    (one, _), (first, _) = full(event)
    before, revision = len(mails(one)), Registration.objects.get(pk=one.pk).revision
    silent = act("withdraw", one, reason="Doppelt", no_mail_because="telefonisch besprochen")
    outcome = perform(actor=alice, event=event, act=silent)
    assert (len(mails(one)), Registration.objects.get(pk=one.pk).revision) == (before, revision + 1)
    assert entry_of(one).reason == "Doppelt; ohne Mail, weil telefonisch besprochen"
    assert outcome.effects[0].told == "ohne Mail, weil telefonisch besprochen"
    assert mails(first)[-1]["situation"] == "confirmed"
    waiting = OutboxMessage.objects.get(ref=one.ref)
    assert waiting.state_reason == "Danach von Hand geändert, ohne Mail, weil telefonisch besprochen"


def test_an_unproven_address_gets_no_mail_and_the_page_says_so(alice, event):
    full(event)
    person = RegistrationFactory(event=event, source="public")
    say_yes(person, "online")
    Registration.objects.filter(pk=person.pk).update(unproven_until=event.starts_at)
    outcome = foresee(actor=alice, event=event, act=act("withdraw", person, of="online", reason="Scherz"))
    assert outcome.effects[0].told == "keine Mail: Die Adresse ist noch nicht bestätigt"


# --- What is foretold, what has changed, who comes first --------------------------------------------------------------
def test_foreseeing_leaves_everything_as_it_is(alice, event):
    (one, _), (_first, _) = full(event)
    rows = [
        list(model.objects.order_by("pk").values()) for model in (PlaceClaim, OutboxMessage, ChangeEntry, Registration)
    ]
    outcome = foresee(actor=alice, event=event, act=act("wait", one, reason="Probe"))
    after = [
        list(model.objects.order_by("pk").values()) for model in (PlaceClaim, OutboxMessage, ChangeEntry, Registration)
    ]
    assert after == rows
    assert [each.after for each in outcome.effects] == ["Platz 2 der Warteliste vor Ort", "Platz vor Ort"]


def test_what_was_shown_is_what_is_done_or_nothing(alice, event):
    (one, _two), (first, _) = full(event)
    planned = act("withdraw", one, reason="Doppelt")
    shown = foresee(actor=alice, event=event, act=planned)
    say_no(first)
    with pytest.raises(DomainError, match="Inzwischen hat sich etwas geändert"):
        perform(actor=alice, event=event, act=planned, seen=shown.digest)
    assert state_of(one) == "confirmed"
    again = foresee(actor=alice, event=event, act=planned)
    perform(actor=alice, event=event, act=planned, seen=again.digest)
    assert state_of(one) == "withdrawn"


def test_a_claim_that_has_ended_is_a_sentence(alice, event):
    (one, _), (_first, _) = full(event)
    planned = act("withdraw", one, reason="Doppelt")
    say_no(one)
    with pytest.raises(DomainError, match="gibt es nicht mehr"):
        perform(actor=alice, event=event, act=planned)


def test_claims_of_another_event_are_out_of_reach(alice, event, verbund_b):
    foreign = fill_up(EventFactory(owner=verbund_b, on_site=1), 1)[0]
    with pytest.raises(DomainError, match="gibt es nicht mehr"):
        perform(actor=alice, event=event, act=act("withdraw", foreign, reason="Fremd"))
    assert state_of(foreign) == "confirmed"


def test_nothing_moves_when_the_event_is_called_off_or_has_begun(alice, event, verbund_a):
    one = fill_up(event, 1)[0]
    type(event).objects.filter(pk=event.pk).update(cancelled_at=event.created_at)
    with pytest.raises(DomainError, match="abgesagt"):
        perform(actor=alice, event=event, act=act("withdraw", one, reason="Egal"))
    running = EventFactory(owner=verbund_a, on_site=3)
    two = fill_up(running, 1)[0]
    type(running).objects.filter(pk=running.pk).update(starts_at=running.created_at, ends_at=running.ends_at)
    with pytest.raises(DomainError, match="schon begonnen"):
        perform(actor=alice, event=running, act=act("withdraw", two, reason="Egal"))


@pytest.mark.parametrize(
    ("kind", "sentences"),
    [
        ("confirm", ("die Gastgeber haben Ihnen einen Platz vor Ort zugesagt. Bis bald.", "Sie nehmen vor Ort teil.")),
        ("withdraw", ("die Gastgeber haben Sie von der Warteliste", "stehen auf keiner Warteliste")),
    ],
)
def test_mails_say_what_the_organisers_did_and_nothing_untrue(alice, event, kind, sentences):
    _, (first, _) = full(event)
    done = act(kind, first, beyond_capacity=True, reason="Vertraulich", words="Bis bald.")
    perform(actor=alice, event=event, act=done)
    first.refresh_from_db()
    mail = render_preview("events.registration", first.ref, mails(first)[-1], first.email, first.name)
    for text in (mail.text, mail.html):
        flat = " ".join(text.split())
        for sentence in sentences:
            assert sentence in flat
        for untrue in ("ist frei geworden", "Absage ist notiert", "Vertraulich"):
            assert untrue not in flat


def test_an_act_asks_as_often_with_many_as_with_few(alice, event):
    counts = []
    for size in (4, 40):
        people = fill_up(event, size)
        with CaptureQueriesContext(connection) as captured:
            foresee(actor=alice, event=event, act=act("withdraw", people[-1], reason="Probe"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_an_organiser_and_the_guest_at_the_same_moment(alice, event):
    """RACE: the guest cancels while the organiser confirms somebody else; the places stay exact."""
    (one, _), (first, second) = full(event)
    planned = act("confirm", second, beyond_capacity=True, reason="Grußwort")
    started = threading.Event()

    def cancel() -> None:
        started.wait(5)
        say_no(one)
        connection.close()

    guest = threading.Thread(target=cancel)
    guest.start()
    with transaction.atomic():
        lock_event(event)
        started.set()
        perform(actor=alice, event=event, act=planned)
    guest.join(10)
    on_site = PlaceClaim.objects.filter(pool__kind="on_site", pool__event=event)
    assert on_site.filter(state="confirmed").count() == 2
    assert state_of(first) == "waiting"
    assert state_of(second) == "confirmed"
