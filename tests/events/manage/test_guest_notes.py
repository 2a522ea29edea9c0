"""Tags and internal notes: for the organising side only, and forgotten in time."""

import pytest

from core.exceptions import DomainError, StaleVersion
from core.models import ChangeEntry
from events.models import GuestTag, Registration
from events.services.guest_notes import MOST_TAGS, annotate_guest
from events.services.retention import forget_needs
from mailing.models import OutboxMessage
from mailing.services.preview import render_preview
from tests.events.manage.pages import hidden, text_of
from tests.factories.events import EventFactory, RegistrationFactory, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(event) -> Registration:
    return RegistrationFactory(event=event, name="Gerd Gast")


def annotate(actor, guest, tags=(), note="") -> Registration:
    guest.refresh_from_db()
    return annotate_guest(actor=actor, registration=guest, version=guest.version, tags=tags, note=note)


def test_noting_and_finding_by_tag(sign_in, alice, event, url, guest):
    RegistrationFactory(event=event, name="Anna Andere")
    client = sign_in(alice)
    page = url("registration-notes", guest.pk)
    data = {"new_tag": "Bus", "note": "Holt die Ministerin ab", "version": hidden(client.get(page), "version")}
    assert "Gespeichert. Nur Ihr Team sieht es." in text_of(client.post(page, data, follow=True))
    shown = text_of(client.get(url("registration-detail", guest.pk)))
    assert "Schlagworte Bus" in shown
    assert "Holt die Ministerin ab" in shown
    found = client.get(f"{url('registration-list')}?schlagwort=Bus")
    assert [line.person.name for line in found.context["lines"]] == ["Gerd Gast"]
    assert "Interne Notiz" in text_of(found)
    assert "Holt die Ministerin" not in text_of(found)


def test_without_tags_there_is_nothing_to_filter_by(sign_in, alice, event, url, guest):
    assert 'name="schlagwort"' not in sign_in(alice).get(url("registration-list")).text


def test_tags_of_other_events_are_not_offered(sign_in, alice, event, url, guest, verbund_b):
    foreign = RegistrationFactory(event=EventFactory(owner=verbund_b))
    annotate(alice, foreign, tags=("Geheim",))
    annotate(alice, guest, tags=("Bus",))
    client = sign_in(alice)
    for name, arguments in (("registration-list", ()), ("registration-notes", (guest.pk,))):
        page = text_of(client.get(url(name, *arguments)))
        assert "Bus" in page
        assert "Geheim" not in page
    tag = GuestTag.objects.get(name="Geheim")
    data = {"tags": [tag.pk], "note": "", "version": str(guest.version + 1)}
    assert "Wählen Sie bei „Schlagworte“ etwas aus der Liste" in text_of(
        client.post(url("registration-notes", guest.pk), data)
    )


def test_readers_read_and_do_not_write(sign_in, alice, rita, url, guest):
    annotate(alice, guest, note="Nur intern")
    client = sign_in(rita)
    assert "Nur intern" in text_of(client.get(url("registration-detail", guest.pk)))
    assert "Schlagworte und Notiz ändern" not in text_of(client.get(url("registration-detail", guest.pk)))
    assert client.post(url("registration-notes", guest.pk), {"note": "Gekapert"}).status_code == 404


def test_the_same_tag_in_other_letters_is_one_tag(alice, event, guest):
    annotate(alice, guest, tags=("Ehrengast",))
    other = annotate(alice, RegistrationFactory(event=event), tags=("ehrengast",))
    assert [tag.name for tag in other.tags.all()] == ["Ehrengast"]
    assert event.guest_tags.count() == 1


def test_a_tag_nobody_carries_is_gone(alice, event, guest):
    annotate(alice, guest, tags=("Bus", "Presse"))
    annotate(alice, guest, tags=("Presse",))
    assert list(event.guest_tags.values_list("name", flat=True)) == ["Presse"]


def test_tags_stay_few(alice, event, guest):
    annotate(alice, guest, tags=[f"Wort {number}" for number in range(MOST_TAGS)])
    with pytest.raises(DomainError, match="Es gibt schon 20 Schlagworte"):
        annotate(alice, RegistrationFactory(event=event), tags=("Eines mehr",))


def test_the_journal_names_tags_and_keeps_the_note_to_itself(sign_in, alice, event, url, guest):
    annotate(alice, guest, tags=("Bus",), note="Streng vertraulich")
    entry = ChangeEntry.objects.get(scope=event.scope)
    assert (entry.action, entry.changes) == ("Interne Notiz geändert", {"tags": ["", "Bus"]})
    assert "Schlagworte : leer → Bus" in text_of(sign_in(alice).get(url("event-log")))


def test_saving_without_a_change_is_no_entry(alice, event, guest):
    annotate(alice, guest)
    assert not ChangeEntry.objects.filter(scope=event.scope).exists()


def test_a_stale_form_is_refused(sign_in, alice, bob, url, guest):
    client = sign_in(alice)
    page = url("registration-notes", guest.pk)
    opened = hidden(client.get(page), "version")
    annotate(bob, guest, note="Von Bob")
    answer = client.post(page, {"note": "Von Alice", "version": opened})
    assert "Interne Notiz Von Bob Von Alice" in text_of(answer)
    with pytest.raises(StaleVersion):
        annotate_guest(actor=alice, registration=guest, version=int(opened), tags=(), note="Von Alice")


def test_somebody_who_is_gone_is_a_sentence(alice, guest):
    Registration.objects.all().delete()
    with pytest.raises(DomainError, match="steht nicht mehr auf der Liste"):
        annotate_guest(actor=alice, registration=guest, version=1, tags=(), note="Zu spät")


def test_a_note_never_leaves_the_organisers(client, alice, guest):
    annotate(alice, guest, tags=("Querulant",), note="Bitte weit nach hinten setzen")
    say_yes(guest)
    guest.refresh_from_db()
    data = OutboxMessage.objects.get(ref=guest.ref).data
    mail = render_preview("events.registration", guest.ref, data, guest.email, guest.name)
    page = client.get(f"/e/{guest.token}/").content.decode()
    assert guest.reference in page
    for text in (mail.text, mail.html, page):
        assert "weit nach hinten" not in text
        assert "Querulant" not in text


def test_notes_are_forgotten_thirty_days_after_the_event(alice, guest):
    past = RegistrationFactory(event=EventFactory(days=-31), note="Kam zu spät")
    recent = RegistrationFactory(event=EventFactory(days=-29), note="Noch da")
    assert forget_needs() == 1
    for person in (past, recent):
        person.refresh_from_db()
    assert (past.note, recent.note) == ("", "Noch da")
