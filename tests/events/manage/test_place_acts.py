"""Changing one person's places: choose, check, do."""

import pytest

from core.models import ChangeEntry
from events.models import PlaceClaim
from mailing.models import OutboxMessage
from tests.events.manage.pages import hidden, text_of
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, fill_up, say_no, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(event):
    """Five have a place; Willi and Zoran wait."""
    fill_up(event, 5)
    people = [RegistrationFactory(event=event, name=name) for name in ("Willi Warter", "Zoran Zweiter")]
    for person in people:
        say_yes(person)
    return people


def data_for(person, kind="confirm", **fields) -> dict[str, str]:
    claim = person.claims.get(state__in=PlaceClaim.LIVE, pool__item=None)
    return {"what": f"{kind}:{claim.pk}", "reason": "", "mail": "mail", "words": "", "no_mail_because": ""} | fields


def test_the_choices_fit_what_the_person_has(sign_in, alice, event, url, waiting):
    client = sign_in(alice)
    page = text_of(client.get(url("registration-places", waiting[0].pk)))
    assert "Platz vor Ort zusagen 5 von 5 Plätzen vergeben, 2 auf der Warteliste" in page
    assert "Von der Warteliste nehmen: vor Ort" in page
    assert "Umbuchen" not in page
    holder = event.registrations.exclude(pk__in=[person.pk for person in waiting]).first()
    page = text_of(client.get(url("registration-places", holder.pk)))
    assert "Platz vor Ort zurücknehmen und auf die Warteliste setzen" in page
    assert "Platz vor Ort zusagen" not in page


def test_moving_is_offered_where_it_fits(sign_in, alice, verbund_a):
    event = EventFactory(owner=verbund_a, format="hybrid", on_site=5, online=7)
    one, two = (ProgrammeItemFactory(event=event, places=3, starts_at=event.starts_at) for _ in range(2))
    other = ProgrammeItemFactory(event=event, places=3, part="Nachmittag", title="Späte Runde")
    person = RegistrationFactory(event=event)
    say_yes(person, item_pools=(one.pool, other.pool))
    page = text_of(sign_in(alice).get(f"{event.get_manage_url()}gaeste/{person.pk}/plaetze/"))
    assert "Umbuchen: online statt vor Ort 0 von 7 Plätzen vergeben" in page
    assert f"Umbuchen: in „{two.title}“ statt in „{one.title}“" in page
    assert f"statt in „{other.title}“" not in page


def test_nothing_happens_before_the_check(sign_in, alice, event, url, waiting):
    client, person = sign_in(alice), waiting[1]
    before = (ChangeEntry.objects.count(), OutboxMessage.objects.count())
    page = url("registration-places", person.pk)
    check = client.post(page, data_for(person, reason="Hält das Grußwort", beyond_capacity="on"))
    words = text_of(check)
    assert "Das würde geschehen" in words
    assert "Eine Zusage mehr, als es Plätze gibt." in words
    assert "Eine Person wartet länger und wird übergangen." in words
    assert "Zoran Zweiter Platz 2 der Warteliste vor Ort Platz vor Ort erhält eine Mail" in words
    assert person.claims.get().state == "waiting"
    assert (ChangeEntry.objects.count(), OutboxMessage.objects.count()) == before
    posted = data_for(person, reason="Hält das Grußwort", beyond_capacity="on", stand=hidden(check, "stand"))
    done = client.post(page, posted, follow=True)
    assert "Geändert. Im Verlauf der Person steht, was geschehen ist." in text_of(done)
    assert person.claims.get().state == "confirmed"
    assert "Über die Kapazität hinaus zugesagt: vor Ort" in text_of(done)
    assert "Grund: Hält das Grußwort" in text_of(done)


def test_overbooking_by_hand_is_red_with_its_reason(sign_in, alice, event, url, waiting):
    client, person = sign_in(alice), waiting[0]
    data = data_for(person, reason="Ministerin", beyond_capacity="on")
    page = url("registration-places", person.pk)
    client.post(page, data | {"stand": hidden(client.post(page, data), "stand")})
    places = text_of(client.get(url("place-list")))
    assert "Überbucht: 1 über der Kapazität" in places
    assert "Willi Warter: am" in places
    assert "von Alice Ahorn über die Kapazität hinaus zugesagt. Grund: Ministerin." in places
    say_no(person)
    assert "Überbucht" not in text_of(client.get(url("place-list")))


def test_the_way_back_keeps_what_was_typed(sign_in, alice, url, waiting):
    client, person = sign_in(alice), waiting[0]
    data = data_for(person, reason="Ministerin", beyond_capacity="on", words="Wir freuen uns.")
    back = client.post(url("registration-places", person.pk), data | {"zurueck": "ja"}).content.decode()
    assert 'value="Ministerin"' in back
    assert 'value="Wir freuen uns."' in back
    assert "Das würde geschehen" not in back


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Alle Plätze „vor Ort“ sind vergeben."),
        ({"beyond_capacity": "on"}, "Geben Sie einen Grund an."),
        ({"mail": ""}, "Beantworten Sie „Sollen die Betroffenen eine Mail erhalten?“"),
        ({"mail": "ohne"}, "Geben Sie an, warum niemand eine Mail erhält"),
        ({"what": "confirm:999999"}, "Wählen Sie bei „Was soll geschehen?“ etwas aus der Liste"),
        ({"what": ""}, "Beantworten Sie „Was soll geschehen?“"),
    ],
)
def test_what_is_missing_is_said_and_the_input_kept(sign_in, alice, url, waiting, fields, sentence):
    person = waiting[0]
    answer = sign_in(alice).post(url("registration-places", person.pk), data_for(person) | fields)
    assert sentence in text_of(answer)
    assert person.claims.get().state == "waiting"


def test_what_changed_after_the_check_is_checked_again(sign_in, alice, event, url, waiting):
    client, person = sign_in(alice), waiting[1]
    page, data = url("registration-places", person.pk), data_for(person, reason="Grußwort", beyond_capacity="on")
    shown = hidden(client.post(page, data), "stand")
    say_no(waiting[0])
    answer = client.post(page, data | {"stand": shown})
    assert "Inzwischen hat sich etwas geändert" in text_of(answer)
    assert person.claims.get().state == "waiting"


def test_an_empty_or_forged_check_does_nothing(sign_in, alice, url, waiting):
    client, person = sign_in(alice), waiting[0]
    for forged in ("", "abc"):
        data = data_for(person, reason="Grußwort", beyond_capacity="on", stand=forged)
        assert "Inzwischen hat sich etwas geändert" in text_of(client.post(url("registration-places", person.pk), data))
    assert person.claims.get().state == "waiting"


def test_without_a_mail_the_history_says_why(sign_in, alice, url, waiting):
    client, person = sign_in(alice), waiting[0]
    page = url("registration-places", person.pk)
    data = data_for(person, "withdraw", reason="Doppelt", mail="ohne", no_mail_because="am Telefon besprochen")
    done = client.post(page, data | {"stand": hidden(client.post(page, data), "stand")}, follow=True)
    assert "Grund: Doppelt; ohne Mail, weil am Telefon besprochen" in text_of(done)


def test_readers_see_no_way_to_change(sign_in, rita, event, url, waiting):
    client = sign_in(rita)
    for address in (url("place-list"), url("registration-detail", waiting[0].pk)):
        assert f"/gaeste/{waiting[0].pk}/plaetze/" not in client.get(address).content.decode()
    assert client.post(url("registration-places", waiting[0].pk), data_for(waiting[0])).status_code == 404


def test_somebody_without_any_claim_has_nothing_to_change(sign_in, alice, event, url):
    person = RegistrationFactory(event=event)
    assert "Kein Platz und kein Wunsch" in text_of(sign_in(alice).get(url("registration-places", person.pk)))
