"""Files and paper: chosen columns, filters that are said, sheets per item, the sheet to sign."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import SavedColumns
from core.models import ChangeEntry
from tests.events.manage.pages import query_count, text_of
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, fill_up, say_yes

pytestmark = pytest.mark.django_db


def header_of(response) -> list[str]:
    return response.content.decode("utf-8-sig").split("\r\n")[0].split(";")


def choose(client, url, which: str, *columns: str, query: str = ""):
    return client.post(f"{url('guest-columns', which)}{query}", {"columns": columns}, follow=True)


# --- Columns --------------------------------------------------------------------------------------------------------
def test_a_choice_is_kept_for_the_person_and_every_event(sign_in, alice, bob, event, url, verbund_a):
    RegistrationFactory(event=event)
    client = sign_in(alice)
    done = choose(client, url, "tabelle", "email", "name", query="?stand=open")
    assert "Gespeichert. Die Spalten gelten für alle Ihre Treffen." in text_of(done)
    assert done.redirect_chain[-1][0] == f"{url('registration-list')}?stand=open"
    assert header_of(client.get(url("registration-export", "csv"))) == ["Name", "E-Mail-Adresse"]
    other = EventFactory(owner=verbund_a)
    assert header_of(client.get(f"{other.get_manage_url()}gaeste/export/csv/")) == ["Name", "E-Mail-Adresse"]
    assert len(header_of(sign_in(bob).get(url("registration-export", "csv")))) > 20
    choose(client, url, "tabelle", "role")
    assert header_of(client.get(url("registration-export", "csv"))) == ["Rolle"]
    assert SavedColumns.objects.count() == 1


def test_the_form_shows_what_is_chosen_now(sign_in, alice, event, url):
    client = sign_in(alice)
    choose(client, url, "tabelle", "name")
    page = client.get(url("guest-columns", "tabelle")).content.decode()
    assert page.count(" checked") == 1


def test_at_least_one_column(sign_in, alice, event, url):
    assert "Kreuzen Sie mindestens eine Spalte an" in text_of(choose(sign_in(alice), url, "tabelle"))


def test_columns_there_are_not_are_refused(sign_in, alice, event, url):
    assert "etwas aus der Liste" in text_of(choose(sign_in(alice), url, "tabelle", "name", "nonce"))
    assert not SavedColumns.objects.exists()


def test_a_saved_column_that_is_gone_does_no_harm(sign_in, alice, event, url):
    SavedColumns.objects.create(user=alice, name="guests-table", columns=["gone"])
    assert header_of(sign_in(alice).get(url("registration-export", "csv")))[0] == "Name"


def test_the_internal_note_leaves_only_when_ticked(sign_in, alice, event, url):
    RegistrationFactory(event=event, note="Streng vertraulich")
    client = sign_in(alice)
    assert "Streng vertraulich" not in client.get(url("registration-export", "csv")).content.decode()
    choose(client, url, "tabelle", "name", "note")
    assert "Streng vertraulich" in client.get(url("registration-export", "csv")).content.decode()


def test_paper_has_its_own_columns_and_no_more_than_fit(sign_in, rita, event, url):
    RegistrationFactory(event=event, name="Petra Papier", email="petra@example.org")
    client = sign_in(rita)
    assert "petra@example.org" not in text_of(client.get(url("registration-print")))
    done = choose(client, url, "druck", "name", "email", query="?stand=open")
    assert done.redirect_chain[-1][0] == f"{url('registration-print')}?stand=open"
    assert "Petra Papier petra@example.org" in text_of(done)
    nine = ["name", "salutation", "organisation", "email", "role", "verbund", "source", "state", "answer"]
    assert "Wählen Sie höchstens 8 Spalten, jetzt sind es 9" in text_of(choose(client, url, "druck", *nine))


# --- What a file says about itself -------------------------------------------------------------------------------
def test_files_and_journal_say_the_filter(sign_in, alice, event, url):
    say_yes(RegistrationFactory(event=event, name="Paula Panel", role="panel"))
    client = sign_in(alice)
    query = "?stand=yes&rolle=panel"
    csv = client.get(url("registration-export", "csv") + query)
    assert 'filename="gaeste-treffen-a-2027-zugesagt-podium.csv"' in csv.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(client.get(url("registration-export", "xlsx") + query).content))
    about = dict(book["Auswahl"].values)
    assert (about["Treffen"], about["Auswahl"], about["Personen"]) == (event.title, "Zugesagt; Podium", "1")
    reasons = set(ChangeEntry.objects.filter(scope=event.scope).exclude(reason="").values_list("reason", flat=True))
    assert reasons == {"Auswahl: Zugesagt; Podium"}


def test_a_file_name_carries_no_markup_of_a_search(sign_in, alice, event, url):
    response = sign_in(alice).get(url("registration-export", "csv"), {"suche": 'a"; rm -rf ../\r\nX: y'})
    assert 'filename="gaeste-treffen-a-2027-a-rm-rf-x-y.csv"' in response.headers["Content-Disposition"]


def test_a_title_that_looks_like_a_formula_stays_text(sign_in, alice, event, url):
    event.title = "=1+1"
    event.save()
    book = load_workbook(io.BytesIO(sign_in(alice).get(url("registration-export", "xlsx")).content))
    assert (book["Auswahl"]["B1"].data_type, book["Auswahl"]["B1"].value) == ("s", "=1+1")


# --- Paper ---------------------------------------------------------------------------------------------------------
def test_a_sheet_for_each_item(sign_in, rita, event, url):
    event.pools.update(capacity=None)
    first = ProgrammeItemFactory(event=event, places=1, title="Workshop Eins", room="Raum 7")
    ProgrammeItemFactory(event=event, places=4, title="Workshop Zwei")
    ProgrammeItemFactory(event=event, title="Nicht wählbar")
    for name in ("Zoe Zuerst", "Anna Danach", "Berta Zuletzt"):
        say_yes(RegistrationFactory(event=event, name=name), item_pools=(first.pool,))
    page = text_of(sign_in(rita).get(url("item-sheets")))
    assert "Workshop Eins Raum 7 · 1 von 1 Plätzen vergeben" in page
    assert "1 Zoe Zuerst Kammer Musterstadt Warteliste Anna Danach , Kammer Musterstadt Berta Zuletzt" in page
    assert "Workshop Zwei 0 von 4 Plätzen vergeben Noch niemand hat hier einen Platz." in page
    assert "Nicht wählbar" not in page


def test_without_a_choice_there_is_no_sheet(sign_in, rita, event, url):
    assert "Kein Programmpunkt steht zur Wahl" in text_of(sign_in(rita).get(url("item-sheets")))


def test_only_those_with_a_place_on_site_sign(sign_in, rita, verbund_a):
    event = EventFactory(owner=verbund_a, format="hybrid", on_site=1, online=5)
    base = f"{event.get_manage_url()}gaeste/druck/unterschriften/"
    client = sign_in(rita)
    assert "Noch niemand hat einen Platz vor Ort" in text_of(client.get(base))
    for name, attendance in (("Ada Anwesend", "on_site"), ("Willi Warter", "on_site"), ("Olga Online", "online")):
        say_yes(RegistrationFactory(event=event, name=name), attendance)
    page = text_of(client.get(base))
    assert "1 Person mit Platz vor Ort" in page
    assert "Ada Anwesend" in page
    for absent in ("Willi Warter", "Olga Online"):
        assert absent not in page


@pytest.mark.parametrize("page", ["item-sheets", "sign-in-sheet", "registration-print"])
def test_lists_on_paper_ask_as_often_for_many_as_for_few(sign_in, alice, event, url, page):
    event.pools.update(capacity=None)
    workshop = ProgrammeItemFactory(event=event, places=3)
    client, counts = sign_in(alice), []
    for size in (4, 30):
        for person in fill_up(event, size):
            say_yes(person, item_pools=(workshop.pool,))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(page))
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 12
