"""The four steps as an organiser walks them, and what happens when something is wrong on the way."""

import re

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import ImportRun, StoredFile
from events.forms import manage_lists as form_module
from events.models import GuestList, Invitation
from mailing.models import OutboxMessage
from tests.core.imports.workbooks import workbook
from tests.events.manage.pages import hidden, query_count, text_of
from tests.factories.events import RegistrationFactory

pytestmark = pytest.mark.django_db

CSV = "Name;E-Mail;Firma\nJürgen Groß;juergen@example.org;Öl & Söhne\nOhne Adresse;;\n"
COLUMNS = {
    "title": "Partner 2026",
    "role": "guest",
    "column_name": "0",
    "column_email": "1",
    "column_organisation": "2",
}
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    """Keep each test's uploads apart."""
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return tmp_path / "private"


def step(client, guest_list, url, name, **data):
    address = url(f"guestlist-{name}", guest_list.pk)
    return client.post(address, data) if data else client.get(address)


def test_from_file_to_invitation(sign_in, alice, event, url, upload):
    client = sign_in(alice)
    assert "Gästeliste einlesen" in text_of(client.get(url("guestlist-create")))
    guest_list_url = upload(client, CSV.encode("cp1252"), "partner.csv").url
    guest_list = GuestList.objects.get()
    columns = client.get(client.get(guest_list_url).url)
    assert "partner.csv: 2 Zeilen" in text_of(columns)
    assert "Jürgen Groß" in text_of(columns)
    assert re.search(r'name="column_email".*?<option value="1" selected>', columns.content.decode(), re.DOTALL)
    assert step(client, guest_list, url, "columns", **COLUMNS).url == url("guestlist-review", guest_list.pk)
    review = step(client, guest_list, url, "review")
    page = text_of(review)
    assert "1 neu 1 fehlerhaft" in page
    assert "3 Ohne Adresse fehlt Fehlerhaft E-Mail : Die E-Mail-Adresse fehlt." in page
    done = step(client, guest_list, url, "review", stand=hidden(review, "stand"), aktion="uebernehmen")
    result = client.get(done.url)
    page = text_of(result)
    assert re.search(r"übernommen am \d+\.\s\w+\s\d{4} um \d\d:\d\d Uhr von Alice Ahorn", page)
    assert "1 neu aufgenommen" in page
    assert "Eine Person auf dieser Liste ist noch nicht eingeladen." in page
    assert event.registrations.get().role == "guest"
    invite = re.search(r'href="([^"]*einladen/\?liste=[^"]*)"', result.content.decode())[1].replace("&amp;", "&")
    listed = client.get(invite)
    assert "Jürgen Groß Öl & Söhne juergen@example.org Gästeliste „Partner 2026“" in text_of(listed)
    sent = {"stand": hidden(listed, "stand"), "person": "juergen@example.org|juergen gross", "aktion": "senden"}
    assert client.post(invite, sent).url == url("mail-list")
    assert Invitation.objects.get().reason == "Gästeliste „Partner 2026“"
    assert OutboxMessage.objects.count() == 1
    groups = client.get(url("invite"))
    assert "Partner 2026" in text_of(groups), "selectable again later"


def test_pasted_addresses(sign_in, alice, event, url):
    client = sign_in(alice)
    text = "Amt, Anna <anna@example.org>; Ben Bau <ben@example.org>"
    client.post(url("guestlist-create"), {"text": text})
    guest_list = GuestList.objects.get()
    page = step(client, guest_list, url, "columns").content.decode()
    assert re.search(r'name="column_name".*?<option value="0" selected>', page, re.DOTALL)
    assert re.search(r'name="column_email".*?<option value="1" selected>', page, re.DOTALL)


def test_the_same_headings_next_time_lead_straight_to_the_review(sign_in, alice, event, url, upload):
    client = sign_in(alice)
    upload(client, CSV.encode())
    step(client, GuestList.objects.get(), url, "columns", **COLUMNS)
    response = upload(client, CSV.replace("Jürgen", "Jörg").encode(), follow=True)
    assert "wie bei Ihrer letzten Liste mit diesen Überschriften" in response.content.decode()
    assert "Schritt 3 von 4" in text_of(response)


def test_excel_with_a_cover_sheet_is_read_again_from_another_sheet(sign_in, alice, event, url, upload):
    client = sign_in(alice)
    content = workbook(
        sheets={"Deckblatt": [("Liste",), ("intern",)], "Gäste": [("Name", "E-Mail"), ("Anna", "anna@example.org")]}
    )
    upload(client, content, "gaeste.xlsx")
    guest_list = GuestList.objects.get()
    assert "Deckblatt" in text_of(step(client, guest_list, url, "columns"))
    response = step(client, guest_list, url, "columns", lesen="ja", sheet="Gäste", heading="0")
    assert "anna@example.org" in text_of(client.get(response.url))


def test_a_wrong_encoding_is_corrected_and_the_columns_guessed_anew(sign_in, alice, event, url, upload):
    client = sign_in(alice)
    upload(client, "Name;E-Mail\nJosé Çelik;jose@example.org\nAna Abc;ana@example.org".encode("cp850"))
    guest_list = GuestList.objects.get()
    response = step(client, guest_list, url, "columns", lesen="ja", encoding="utf-16", heading="1")
    assert "Wählen Sie eine andere Zeichenkodierung" in client.get(response.url).content.decode()
    response = step(client, guest_list, url, "columns", lesen="ja", encoding="cp850", heading="1")
    assert "José Çelik" in text_of(client.get(response.url))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": ""}, "Wählen Sie eine Datei, oder fügen Sie Text ein"),
        ({"text": "\x00"}, "Löschen Sie unsichtbare Zeichen"),
        ({"text": "nur ein Wort\n\n"}, None),
    ],
)
def test_nothing_to_read_is_said(sign_in, alice, event, url, data, words):
    response = sign_in(alice).post(url("guestlist-create"), data)
    if words:
        assert words in text_of(response)
        assert not GuestList.objects.exists()
    else:
        assert response.status_code == 302


def test_a_file_beyond_the_limit_is_refused_by_its_size(sign_in, alice, event, upload, monkeypatch):
    monkeypatch.setattr(form_module, "MAX_BYTES", 10)
    monkeypatch.setattr(form_module.UploadForm, "content", property(lambda _form: pytest.fail("was read")))
    assert "höchstens 20 MB" in text_of(upload(sign_in(alice), CSV.encode()))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\x03\x04broken", "beschädigt"), (b"%PDF-1.7", "PDF"), (b"\x00\x01\x02" * 50, "keine Textdatei")],
)
def test_what_is_no_list_comes_back_to_the_form(sign_in, alice, event, upload, content, words, private_files):
    response = upload(sign_in(alice), content, "liste.xlsx")
    assert response.status_code == 200
    assert words in text_of(response)
    assert not StoredFile.objects.exists()
    assert not private_files.exists() or not list(private_files.iterdir())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column_email": ""}, "Wählen Sie die Spalte mit der E-Mail-Adresse"),
        ({"column_name": ""}, "Wählen Sie die Spalte mit dem Namen"),
        ({"column_organisation": "1"}, "Die Spalte ist oben schon vergeben"),
        ({"column_family_name": "2", "column_organisation": ""}, "eine Spalte für den ganzen Namen oder zwei"),
        ({"column_email": "99"}, "Wählen Sie eine Spalte aus der Liste"),
        ({"title": ""}, "Name der Liste"),
    ],
)
def test_columns_that_make_no_person_are_pointed_out(sign_in, alice, event, url, upload, changes, words):
    client = sign_in(alice)
    upload(client, CSV.encode())
    response = step(client, GuestList.objects.get(), url, "columns", **COLUMNS | changes)
    assert response.status_code == 200
    assert words in text_of(response)
    assert ImportRun.objects.get().mapping == {}


def review_of(sign_in, alice, url, upload, content):
    client = sign_in(alice)
    upload(client, content)
    guest_list = GuestList.objects.get()
    step(client, guest_list, url, "columns", **COLUMNS)
    return client, guest_list


def test_choices_are_kept_and_nonsense_is_ignored(sign_in, alice, event, url, upload):
    RegistrationFactory(event=event, name="Empfang", email="info@example.org")
    content = b"Name;E-Mail;Firma\nAnna;info@example.org;\nBen;info@example.org;\n"
    client, guest_list = review_of(sign_in, alice, url, upload, content)
    data = {"wahl-2": "another", "wahl-3": "vielleicht", "wahl-x": "same", "aktion": "merken"}
    response = client.post(url("guestlist-review", guest_list.pk), data)
    assert response.status_code == 302
    assert ImportRun.objects.get().choices == {"2": "another"}
    page = client.get(response.url)
    assert 'name="wahl-2" value="another" checked' in page.content.decode()
    assert "Eine Person aufnehmen" in text_of(page)
    assert "Eine unklare Zeile bleibt ohne Ihre Wahl draußen." in text_of(page)


def test_what_somebody_wrote_into_a_cell_is_shown_as_text(sign_in, alice, event, url, upload):
    quoted = HOSTILE.replace('"', '""')
    content = f'Name;E-Mail;Firma\n"{quoted}";x@example.org;{{{{7*7}}}}\n=cmd|x;"{quoted}";"{quoted}"\n'.encode()
    client, guest_list = review_of(sign_in, alice, url, upload, content)
    for state in ("new", "invalid"):
        page = client.get(f"{url('guestlist-review', guest_list.pk)}?zeigen={state}").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
    review = step(client, guest_list, url, "review")
    step(client, guest_list, url, "review", stand=hidden(review, "stand"), aktion="uebernehmen")
    refused = step(client, guest_list, url, "refused")
    assert refused.headers["Content-Type"].startswith("text/csv")
    lines = refused.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Name;E-Mail;Firma;Zeile in der Datei;Warum nicht übernommen"
    assert lines[1].startswith("'=cmd|x;")


def test_refused_rows_can_be_corrected_and_brought_again(sign_in, alice, event, url, upload):
    client, guest_list = review_of(sign_in, alice, url, upload, CSV.encode())
    review = step(client, guest_list, url, "review")
    step(client, guest_list, url, "review", stand=hidden(review, "stand"), aktion="uebernehmen")
    refused = step(client, guest_list, url, "refused").content.decode("utf-8-sig")
    corrected = refused.replace("Ohne Adresse;;", "Ohne Adresse;jetzt@example.org;")
    upload(client, corrected.encode(), "berichtigt.csv")
    again = GuestList.objects.first()
    step(client, again, url, "columns", **COLUMNS)
    assert "1 neu" in text_of(step(client, again, url, "review"))


def test_taking_back_asks_and_names_who_stays(sign_in, alice, event, url, upload):
    client, guest_list = review_of(
        sign_in, alice, url, upload, b"Name;E-Mail;Firma\nAnna;anna@example.org;\nBen;ben@example.org;\n"
    )
    review = step(client, guest_list, url, "review")
    step(client, guest_list, url, "review", stand=hidden(review, "stand"), aktion="uebernehmen")
    event.registrations.filter(name="Ben").update(version=2)
    page = text_of(step(client, guest_list, url, "undo"))
    assert "Eine Person wird von der Gästeliste genommen" in page
    assert "Ben wurde inzwischen geändert" in page
    assert event.registrations.count() == 2, "looking changes nothing"
    response = client.post(url("guestlist-undo", guest_list.pk), follow=True)
    assert "Eine Person entfernt, 1 geblieben" in text_of(response)
    assert [person.name for person in event.registrations.all()] == ["Ben"]


def test_a_draft_is_thrown_away_with_its_file(sign_in, alice, event, url, upload, private_files):
    client = sign_in(alice)
    upload(client, CSV.encode())
    assert len(list(private_files.iterdir())) == 1
    response = client.post(url("guestlist-discard", GuestList.objects.get().pk), follow=True)
    assert "Noch keine Liste" in text_of(response)
    assert list(private_files.iterdir()) == []
    assert not GuestList.objects.exists()


def test_a_file_that_is_gone_is_a_sentence_on_every_page(sign_in, alice, event, url, upload):
    client, guest_list = review_of(sign_in, alice, url, upload, CSV.encode())
    storages["private"].delete(StoredFile.objects.get().path)
    for name in ("columns", "review", "refused"):
        response = client.get(url(f"guestlist-{name}", guest_list.pk), follow=True)
        assert "Die Datei ist inzwischen gelöscht" in response.content.decode()
    response = client.post(url("guestlist-review", guest_list.pk), {"aktion": "uebernehmen"}, follow=True)
    assert "Die Datei ist inzwischen gelöscht" in response.content.decode()


def test_readers_see_lists_and_change_nothing(sign_in, alice, rita, event, url, upload):
    _client, guest_list = review_of(sign_in, alice, url, upload, CSV.encode())
    reader = sign_in(rita)
    assert "Noch nicht übernommen" in text_of(reader.get(url("guestlist-list")))
    assert reader.get(url("guestlist-detail", guest_list.pk)).url == url("guestlist-list")
    for name in ("columns", "review", "refused", "undo", "discard"):
        assert reader.get(url(f"guestlist-{name}", guest_list.pk)).status_code == 404
        assert reader.post(url(f"guestlist-{name}", guest_list.pk), {"aktion": "uebernehmen"}).status_code == 404


def test_another_alliance_finds_neither_page_nor_file(sign_in, alice, carla, event, url, upload):
    _client, guest_list = review_of(sign_in, alice, url, upload, CSV.encode())
    stranger = sign_in(carla)
    for name in ("detail", "columns", "review", "refused", "undo", "discard"):
        assert stranger.get(url(f"guestlist-{name}", guest_list.pk)).status_code == 404


def test_the_review_asks_as_often_for_many_as_for_few(sign_in, alice, event, url, upload):
    client, counts = sign_in(alice), []
    for size in (5, 400):
        lines = "\n".join(f"Gast {n} von {size};gast{n}@{size}.example.org;" for n in range(size))
        upload(client, f"Name;E-Mail;Firma\n{lines}".encode())
        guest_list = GuestList.objects.first()
        step(client, guest_list, url, "columns", **COLUMNS)
        # What is said once after the upload is said before counting.
        client.get(url("guestlist-list"))
        with CaptureQueriesContext(connection) as captured:
            assert step(client, guest_list, url, "review").status_code == 200
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 12


def test_the_same_file_again_is_pointed_out(sign_in, alice, event, url, upload):
    client, guest_list = review_of(sign_in, alice, url, upload, CSV.encode())
    review = step(client, guest_list, url, "review")
    assert "schon eingelesen" not in text_of(review)
    step(client, guest_list, url, "review", stand=hidden(review, "stand"), aktion="uebernehmen")
    upload(client, CSV.encode(), "umbenannt.csv")
    page = text_of(step(client, GuestList.objects.first(), url, "review"))
    assert "Diese Datei ist schon eingelesen" in page
    assert "0 neu" in page
