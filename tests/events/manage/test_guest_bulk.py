"""One act on many guests: chosen, checked by name, done exactly so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import ChangeEntry
from events.models import PlaceClaim, Registration
from events.services import guest_bulk
from events.services.invitations import invite
from mailing.models import OutboxMessage
from tests.events.manage.pages import hidden, query_count, text_of
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def guests(event):
    return [RegistrationFactory(event=event, name=name) for name in ("Anna Auge", "Bert Baum", "Cora Chor")]


@pytest.fixture
def do(sign_in, alice, url):
    """Go the whole way as Alice does; return the check page and the page after it."""
    client = sign_in(alice)

    def act(name: str, people=(), data=None, query: str = ""):
        ticked = "".join(f"&person={person.pk}" for person in people)
        page = f"{url('guest-bulk')}?aktion={name}{ticked}{query}"
        check = client.post(page, data) if data is not None else client.get(page)
        if 'name="stand"' not in check.content.decode():
            return check, None
        return check, client.post(page, (data or {}) | {"stand": hidden(check, "stand")}, follow=True)

    return act


def tags_of(event) -> dict[str, list[str]]:
    return {person.name: [tag.name for tag in person.tags.all()] for person in event.registrations.all()}


def test_the_list_offers_acts_to_editors_only(sign_in, alice, rita, url, guests):
    page = sign_in(alice).get(url("registration-list")).content.decode()
    assert f'name="person" value="{guests[0].pk}"' in page
    assert "alle 3 gefundenen Personen" in page
    assert "Schlagwort nehmen" not in page
    reader = sign_in(rita)
    assert 'name="person"' not in reader.get(url("registration-list")).content.decode()
    address = f"{url('guest-bulk')}?aktion=entfernen&person={guests[0].pk}"
    assert (reader.get(address).status_code, reader.post(address, {"stand": "x"}).status_code) == (404, 404)


def test_tagging_the_ticked(do, event, guests):
    check, done = do("schlagwort", guests[:2], {"value": "Bus"})
    words = text_of(check)
    assert "2 Personen: das würde geschehen" in words
    assert "Anna Auge Kammer Musterstadt Schlagwort „Bus“" in words
    assert "Cora Chor" not in words
    assert "Erledigt für 2 Personen." in text_of(done)
    assert tags_of(event) == {"Anna Auge": ["Bus"], "Bert Baum": ["Bus"], "Cora Chor": []}
    entry = ChangeEntry.objects.filter(ref=guests[0].ref).get()
    assert (entry.action, entry.changes) == ("Schlagworte geändert", {"tags": ["", "Bus"]})


def test_who_carries_the_tag_is_left_out_with_the_reason(do, event, guests):
    do("schlagwort", guests[:1], {"value": "Bus"})
    check, _ = do("schlagwort", guests, {"value": "bus"})
    words = text_of(check)
    assert "Ausgelassen: 1" in words
    assert "Anna Auge trägt das Schlagwort schon" in words
    assert event.guest_tags.count() == 1


def test_taking_a_tag_away_forgets_it(do, event, guests):
    do("schlagwort", guests[:2], {"value": "Bus"})
    do("schlagwort-nehmen", guests, {"value": "Bus"})
    assert not event.guest_tags.exists()


def test_all_that_the_filter_found(do, event, guests):
    say_no(guests[1])
    check, _ = do("rolle", (), {"value": "panel"}, query="&alle=on&stand=open")
    assert "Publikum → Podium" in text_of(check)
    roles = dict(event.registrations.values_list("name", "role"))
    assert roles == {"Anna Auge": "panel", "Bert Baum": "participant", "Cora Chor": "panel"}


def test_the_way_back_keeps_the_filter(do, url, guests):
    _, done = do("rolle", guests[:1], {"value": "panel"}, query="&stand=open")
    assert done.redirect_chain[-1][0] == f"{url('registration-list')}?stand=open"


def test_only_noted_guests_can_be_dropped(do, event, guests):
    say_yes(guests[1])
    check, _ = do("entfernen", guests)
    assert "Bert Baum hat schon geantwortet" in text_of(check)
    assert list(event.registrations.values_list("name", flat=True)) == ["Bert Baum"]


def test_whose_round_has_not_left_can_be_dropped(do, alice, event, guests):
    audience = everybody(event)
    first, waits, _ = (person.key for person in audience.new)
    invite(actor=alice, event=event, audience=audience, chosen=[first], text="")
    invite(actor=alice, event=event, audience=audience, chosen=[waits], text="", send_at=in_days(2, 9))
    check, _ = do("entfernen", guests)
    assert "Anna Auge ist schon eingeladen und bleibt deshalb in der Liste" in text_of(check)
    assert list(event.registrations.values_list("name", flat=True)) == ["Anna Auge"]
    withdrawn = OutboxMessage.objects.get(state="aborted")
    assert (withdrawn.recipient, withdrawn.state_reason) == (
        guests[1].email, "Die Person wurde von der Gästeliste genommen.",
    )  # fmt: skip


def test_places_are_confirmed_in_their_order(do, event):
    fill_up(event, 5)
    waiting = [RegistrationFactory(event=event, name=name) for name in ("Wim Erster", "Xenia Zweite")]
    for person in waiting:
        say_yes(person)
    guest = RegistrationFactory(event=event, name="Offen Ole")
    data = {"reason": "", "mail": "mail", "words": "", "no_mail_because": ""}
    refused, done = do("zusagen", [*waiting, guest], data)
    assert "Alle Plätze „vor Ort“ sind vergeben." in text_of(refused)
    assert done is None
    check, done = do("zusagen", [*waiting, guest], data | {"reason": "Größerer Saal", "beyond_capacity": "on"})
    words = text_of(check)
    assert "2 Zusagen mehr, als es Plätze gibt." in words
    assert "Offen Ole wartet auf keinen Platz" in words
    assert "Erledigt für 2 Personen." in text_of(done)
    assert PlaceClaim.objects.filter(state="confirmed").count() == 7


def test_withdrawn_places_go_to_the_next(do, event):
    holders = fill_up(event, 5)
    say_yes(RegistrationFactory(event=event, name="Wim Warter"))
    data = {"reason": "Doppelt", "mail": "mail", "words": "", "no_mail_because": ""}
    check, _ = do("zuruecknehmen", holders[:2], data)
    assert "Wim Warter rückt dadurch nach" in text_of(check)
    assert PlaceClaim.objects.filter(state="confirmed").count() == 4


def test_what_changed_after_the_check_is_checked_again(sign_in, alice, bob, url, event, guests):
    client = sign_in(alice)
    page = f"{url('guest-bulk')}?aktion=entfernen&person={guests[0].pk}&person={guests[1].pk}"
    shown = hidden(client.get(page), "stand")
    say_yes(guests[0])
    answer = client.post(page, {"stand": shown})
    assert "Inzwischen hat sich etwas geändert" in text_of(answer)
    assert event.registrations.count() == 3


def test_people_of_other_events_are_never_touched(do, event, guests, verbund_b):
    foreign = RegistrationFactory(event=EventFactory(owner=verbund_b), name="Fremder Gast")
    check, done = do("entfernen", [foreign])
    assert "Niemand ist gewählt" in text_of(check) or "Für niemanden" in text_of(check)
    assert done is None
    assert Registration.objects.filter(pk=foreign.pk).exists()


def test_too_many_are_refused_in_words(do, event, guests, monkeypatch):
    monkeypatch.setattr(guest_bulk, "MOST_PEOPLE", 2)
    check, done = do("entfernen", (), query="&alle=on")
    assert "Höchstens 2 Personen auf einmal." in text_of(check)
    assert done is None


@pytest.mark.parametrize("query", ["", "?aktion=unsinn", "?aktion=entfernen&person=abc", "?aktion=rolle&person=%00"])
def test_nonsense_in_the_address_does_no_harm(sign_in, alice, url, guests, query):
    assert sign_in(alice).get(f"{url('guest-bulk')}{query}").status_code in (200, 400, 404)


def test_inviting_again_is_handed_over_with_those_chosen_ticked(sign_in, alice, url, event, guests):
    client = sign_in(alice)
    page = f"{url('guest-bulk')}?aktion=einladen&person={guests[0].pk}"
    answer = client.get(page, follow=True)
    assert answer.redirect_chain[-1][0] == f"{url('invite')}?schritt=liste&gast={guests[0].pk}"
    words = text_of(answer)
    assert "Anna Auge" in words
    assert "aus der Gästeliste gewählt" in words
    assert "Bert Baum" not in words
    assert answer.content.decode().count(" checked") == 1


def test_the_check_asks_as_often_for_many_as_for_few(sign_in, alice, event, url):
    client, counts = sign_in(alice), []
    for size in (2, 40):
        RegistrationFactory.create_batch(size, event=event)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{url('guest-bulk')}?aktion=entfernen&alle=on")
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 8
