"""Searching and filtering the directory."""

import pytest

from tests.factories.verbuende import ContactFactory, OrganisationFactory, VerbundFactory
from verbuende.models import Contact, Verbund

pytestmark = pytest.mark.django_db


def found(text):
    return [verbund.short_name for verbund in Verbund.objects.search(text)]


@pytest.mark.parametrize("text", ["Münsterländer", "muensterlaender", "MUNSTERLANDER", "münster weiß", "weiss"])
def test_umlauts_are_found_however_typed(text):
    VerbundFactory(short_name="Verbund Münsterländer Straße", partners_text="Weiß & Söhne")
    VerbundFactory(short_name="Verbund Elbe")
    assert found(text) == ["Verbund Münsterländer Straße"]


def test_every_word_must_occur():
    VerbundFactory(short_name="Verbund Pflege", sector_text="Pflege", seat="Essen")
    VerbundFactory(short_name="Verbund Metall", sector_text="Metall", seat="Essen")
    assert found("essen pflege") == ["Verbund Pflege"]


def test_the_leads_name_and_the_lands_name_are_found():
    VerbundFactory(short_name="Verbund Nord", lead=OrganisationFactory(name="Hochschule Süßen"))
    VerbundFactory(short_name="Verbund Süd", states=["BW"])
    assert found("suessen") == ["Verbund Nord"]
    assert found("Württemberg") == ["Verbund Süd"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "😀", "a" * 500])
def test_strange_input_finds_nothing_and_breaks_nothing(text):
    VerbundFactory(short_name="Verbund Nord")
    assert found(text) == []


def test_contacts_are_found_by_name_organisation_and_alliance(verbund_a):
    contact = ContactFactory(name="Zoë O’Brien", organisation=OrganisationFactory(name="Kammer Öl"), verbund=verbund_a)
    ContactFactory(name="Jemand anders")
    for text in ("zoe", "brien", "kammer oel", "Verbund A"):
        assert list(Contact.objects.search(text)) == [contact]


def test_filters_by_land_and_status(client):
    VerbundFactory(short_name="Verbund Nord", states=["NI", "HB"], status="active")
    VerbundFactory(short_name="Verbund Ruhr", states=["NW"], status="ended")
    page = client.get("/verbuende/", {"land": "HB", "stand": "active"}).content.decode()
    assert "Verbund Nord" in page
    assert "Verbund Ruhr" not in page
    assert '<p class="count" role="status">1 Verbund</p>' in page
    assert 'href="?stand=active">Bremen' in page


def test_a_wrong_filter_is_ignored_and_named_the_right_ones_hold(client):
    VerbundFactory(short_name="Verbund Nord", states=["NI"])
    VerbundFactory(short_name="Verbund Ruhr", states=["NW"])
    page = client.get(
        "/verbuende/", {"land": "XX", "stand": "quatsch", "suche": "ruhr", "seite": "kaputt"}
    ).content.decode()
    assert "Verbund Ruhr" in page
    assert "Verbund Nord" not in page
    assert "Nicht angewandt, weil der Wert nicht passt: Land · Stand" in page


def test_a_post_code_finds_who_works_there(client):
    VerbundFactory(short_name="Verbund Ruhr", states=["NW"])
    VerbundFactory(short_name="Verbund Nord", states=["NI"])
    VerbundFactory(short_name="Verbund Überall", is_nationwide=True)
    page = client.get("/verbuende/", {"suche": "45127"}).content.decode()
    assert "Verbund Ruhr" in page
    assert "Verbund Überall" in page
    assert "Verbund Nord" not in page


def test_nothing_found_says_what_to_do(client):
    page = client.get("/verbuende/", {"suche": "xyzzy"}).content.decode()
    assert "Kein Verbund passt zu dieser Suche" in page
    assert "Alle Verbünde zeigen" in page


def test_an_empty_directory_says_so(client):
    page = client.get("/verbuende/").content.decode()
    assert "0 Verbünde" in page
    assert "Noch kein Verbund eingetragen" in page
