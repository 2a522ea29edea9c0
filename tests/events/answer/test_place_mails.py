"""One mail per change of what a person has: it says what is new since the last that arrived, and brings the entry."""

import datetime as dt
import re
from html import unescape

import pytest
from django.utils.html import strip_tags

from core.clock import db_now
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.announcing import announce
from events.services.own_places import accept_offer, decline_offer, leave_waiting_list, settle_due_offers
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, all_links, render
from tests.factories.events import (
    EventFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return EventFactory(title="Bedarfe bündeln", format="hybrid", on_site=1, online=1)


def rendered(message: OutboxMessage) -> Rendered:
    purpose = get_purpose(message.purpose)
    return render(message, purpose).with_links(all_links(message, purpose))


def mails(person: Registration) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(ref=person.ref).order_by("created_at"))


def deliver(*people: Registration) -> None:
    """Let everything that waits for these people arrive, as the worker would: what is obsolete does not leave."""
    for person in people:
        for message in mails(person):
            if message.state == "queued":
                obsolete = get_purpose(message.purpose).is_obsolete(message)
                message.state, message.accepted_at = ("aborted", None) if obsolete else ("sent", db_now())
                message.save()


def latest(person: Registration) -> tuple[str, str, Rendered]:
    """Return subject, words and the mail, and check that text and HTML say the same."""
    mail = rendered(mails(person)[-1])
    text = re.sub(r"\s+", " ", mail.text)
    html = re.sub(r"\s+", " ", unescape(strip_tags(mail.html)))
    body = text.partition("Guten Tag, ")[2].partition(", ")[2].partition("Wann:")[0]
    for sentence in re.split(r"(?<=[.:])\s", body):
        assert sentence.strip() in html, sentence
    return mail.subject, text, mail


def offer_mode(event: Event) -> None:
    event.pools.update(mode=PlacePool.Mode.OFFER)


def lapse() -> None:
    PlaceClaim.objects.filter(state="offered").update(offered_until=db_now() - dt.timedelta(minutes=1))
    settle_due_offers()


def test_moving_up_says_so(event: Event) -> None:
    holder, person = fill_up(event, 2)
    deliver(person)
    say_no(holder)
    subject, text, mail = latest(person)
    assert subject.startswith("Sie haben einen Platz: Bedarfe bündeln")
    assert "ein Platz ist frei geworden: Sie sind aufgerückt und nehmen vor Ort teil." in text
    assert mail.calendar.method == "REQUEST"


def test_who_never_heard_of_the_waiting_list_is_simply_confirmed(event: Event) -> None:
    holder, person = fill_up(event, 2)
    say_no(holder)
    deliver(person)
    assert [message.state for message in mails(person)] == ["aborted", "sent"]
    assert latest(person)[0].startswith("Zusage bestätigt")


def test_an_offer_asks_for_an_answer_and_brings_no_entry(event: Event) -> None:
    offer_mode(event)
    holder, person = fill_up(event, 2)
    deliver(person)
    say_no(holder)
    subject, text, mail = latest(person)
    assert re.fullmatch(r"Bitte bestätigen bis .* Uhr: Platz vor Ort, Bedarfe bündeln", subject)
    assert "Er ist für Sie frei gehalten bis " in text
    assert "Annehmen oder ablehnen" in text
    assert mail.calendar is None
    claim = PlaceClaim.objects.get(registration=person, state="offered")
    assert mails(person)[-1].expires_at == claim.offered_until
    deliver(person)
    accept_offer(registration=person, pool=claim.pool)
    subject, text, mail = latest(person)
    assert "danke, der Platz gehört Ihnen. Sie nehmen vor Ort teil." in text
    assert mail.calendar.method == "REQUEST"


def test_refusing_and_silence_are_told_apart(event: Event) -> None:
    offer_mode(event)
    holder, first, second = fill_up(event, 3)
    say_no(holder)
    decline_offer(registration=first, pool=event.pools.get(kind="on_site"))
    subject, text, mail = latest(first)
    assert subject == "Platz abgelehnt: Bedarfe bündeln"
    assert "Sie stellen sich dann hinten an." in text
    assert mail.calendar is None
    lapse()
    subject, text, _ = latest(second)
    assert subject == "Frist abgelaufen: Bedarfe bündeln"
    assert "Er ist weitergegeben, und Sie stehen nicht mehr auf der Warteliste." in text


def test_a_swap_names_both_places_and_updates_the_entry(event: Event) -> None:
    (holder,) = fill_up(event, 1)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    deliver(person)
    entry = latest(person)[2].calendar.text
    assert "LOCATION:online" in entry
    say_yes(person, "on_site")
    _, text, _ = latest(person)
    assert "Für die Teilnahme vor Ort stehen Sie auf Platz 1 der Warteliste." in text
    assert "Bis dort ein Platz frei wird, behalten Sie Ihren Platz online." in text
    deliver(person)
    say_no(holder)
    subject, text, mail = latest(person)
    assert subject == "Ihre Anmeldung hat sich geändert: Bedarfe bündeln"
    assert "Sie nehmen jetzt vor Ort teil statt online; Ihr bisheriger Platz ist weitergegeben." in text
    assert "LOCATION:Haus der Technik" in mail.calendar.text
    sequences = [int(re.search(r"SEQUENCE:(\d+)", part)[1]) for part in (entry, mail.calendar.text)]
    assert sequences[0] < sequences[1]


def test_giving_up_the_wish_says_that_everything_stays(event: Event) -> None:
    fill_up(event, 1)
    person = RegistrationFactory(event=event)
    say_yes(person, "online")
    say_yes(person, "on_site")
    deliver(person)
    leave_waiting_list(registration=person, pool=event.pools.get(kind="on_site"))
    _, text, _ = latest(person)
    assert "Sie sind weiter angemeldet und nehmen online teil." in text
    assert "Auf einen Platz vor Ort warten Sie nicht mehr." in text


def test_items_won_and_lost_are_named(event: Event) -> None:
    pools = [
        ProgrammeItemFactory(event=event, kind="workshop", title=title, starts_at=in_days(30, 13), places=1).pool
        for title in ("Erste", "Zweite")
    ]
    holder, person = RegistrationFactory.create_batch(2, event=event)
    say_yes(holder, "online", item_pools=(pools[1],))
    say_yes(person, "on_site", item_pools=(pools[0],))
    say_yes(person, "on_site", item_pools=(pools[1],))
    _, text, _ = latest(person)
    assert "- Zweite: Platz 1 der Warteliste; bis dahin behalten Sie Ihren Platz in „Erste“" in text
    deliver(person)
    say_yes(holder, "online")
    _, text, _ = latest(person)
    assert "In „Zweite“ haben Sie jetzt einen Platz." in text
    assert "In „Erste“ haben Sie keinen Platz mehr." in text


def test_nothing_changed_is_no_mail(event: Event) -> None:
    holder, person = fill_up(event, 2)
    for _ in range(2):
        say_yes(person, remark="Komme mit dem Zug", food=("vegan",))
    assert len(mails(person)) == 1
    assert len(mails(holder)) == 1


def test_organisers_words_come_first(event: Event) -> None:
    (person,) = fill_up(event, 1)
    announce(event, {person.pk}, note="Wir haben Ihren Platz von Hand bestätigt.")
    assert "Wir haben Ihren Platz von Hand bestätigt. Sie nehmen vor Ort teil." in latest(person)[1]
    waiting = fill_up(event, 1)[0]
    announce(event, {waiting.pk}, note="Wir haben aufgeräumt.")
    assert "Wir haben aufgeräumt. Alle Plätze vor Ort sind vergeben." in latest(waiting)[1]


# --- Taking a calendar entry back -------------------------------------------------------------------------------------
def waiting_again(event: Event, *, cancellation_left: bool) -> Rendered:
    """Confirmed and sent; cancelled; then on the waiting list, before or after the cancellation mail left."""
    (person,) = fill_up(event, 1)
    deliver(person)
    say_no(person)
    if cancellation_left:
        deliver(person)
    fill_up(event, 1)
    say_yes(person)
    assert mails(person)[-1].data["situation"] == "waiting"
    return latest(person)[2]


def test_an_entry_is_taken_back_by_the_first_mail_that_really_leaves(event: Event) -> None:
    entry = waiting_again(event, cancellation_left=False).calendar
    assert entry.method == "CANCEL"
    assert "SEQUENCE:3" in entry.text


def test_an_entry_taken_back_is_not_taken_back_again(event: Event) -> None:
    assert waiting_again(event, cancellation_left=True).calendar is None


def test_the_next_entry_is_owed_anew(event: Event) -> None:
    (person,) = fill_up(event, 1)
    for _ in range(2):
        deliver(person)
        say_no(person)
        assert latest(person)[2].calendar.method == "CANCEL"
        deliver(person)
        say_yes(person)
        assert latest(person)[2].calendar.method == "REQUEST"
