"""The texts of the operator, and what every public page keeps to."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from portal.checks import check_operator
from tests.portal.conftest import make_verbund
from verbuende.models import Contact

STYLES = ("tokens", "base", "layout", "components", "print")
WITHOUT_FORM = (
    "/",
    "/ueber-das-netzwerk/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/rueckmeldung/danke/",
)
PUBLIC = (*WITHOUT_FORM, "/rueckmeldung/", "/welcher-verbund/", "/welcher-verbund/?plz=45127")
OPERATOR = {
    "name": "Beispiel-Institut gGmbH",
    "address": "Musterstraße 1|45127 Essen",
    "represented_by": "Erika Beispiel",
    "email": "portal@example.org",
    "phone": "0201 123",
    "data_protection_email": "datenschutz@example.org",
}


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_weighs_at_most_19_kilobytes(client, db, path):
    size = len(gzip.compress(client.get(path).content))
    for name in STYLES:
        size += len(gzip.compress(Path(finders.find(f"css/{name}.css")).read_bytes()))
    assert size <= 19 * 1024


@pytest.mark.parametrize("path", WITHOUT_FORM)
def test_reading_sets_no_cookie(client, db, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response.cookies == {}


@pytest.mark.parametrize("path", PUBLIC)
def test_imprint_privacy_and_feedback_are_one_click_away(client, db, path):
    page = client.get(path).content.decode()
    for target in ("/impressum/", "/datenschutz/", "/barrierefreiheit/", "/rueckmeldung/"):
        assert f'href="{target}"' in page


def test_the_imprint_names_the_operator(client, db, settings):
    settings.PORTAL_OPERATOR = OPERATOR
    page = client.get("/impressum/").content.decode()
    assert "Beispiel-Institut gGmbH<br>Musterstraße 1<br>45127 Essen" in page
    assert "Erika Beispiel" in page
    assert "mailto:portal@example.org" in page


def test_the_imprint_says_that_no_operator_is_entered(client, db):
    assert "Betreiber nicht eingetragen" in client.get("/impressum/").content.decode()


def test_local_mode_says_what_it_is(client, db, settings):
    settings.PORTAL_LOCAL = True
    settings.ROOT_URLCONF = "tests.portal.local_urls"
    assert "läuft zur Ansicht auf einem einzelnen Rechner" in client.get("/impressum/").content.decode()


def test_imprint_and_privacy_list_published_contacts_only(client, db):
    verbund = make_verbund("Verbund Ruhr")
    for name, is_published in (("Offen Lich", True), ("Geheim Privat", False)):
        Contact.objects.create(
            owner=verbund,
            verbund=verbund,
            name=name,
            sort_key=name.lower(),
            is_published=is_published,
            source="Formular",
        )
    for path in ("/impressum/", "/datenschutz/"):
        page = client.get(path).content.decode()
        assert "Offen Lich" in page
        assert "Verbund Ruhr" in page
        assert "Geheim Privat" not in page


def test_privacy_names_the_periods_that_are_kept(client, db):
    page = client.get("/datenschutz/").content.decode()
    assert f"{settings.MAIL_KEEP_BODY_DAYS} Tage nach dem Versand gelöscht" in page
    assert "30 Tage nach dem Treffen gelöscht" in page
    assert "24 Stunden" in page


def test_about_dates_and_sources_every_statement(client, db):
    page = client.get("/ueber-das-netzwerk/").content.decode()
    assert "53–55" in page
    assert (
        "55 Förderprojekte nennt die Ankündigung vom Frühjahr 2022, 53 Verbünde der Rückblick vom 26. März 2025" in page
    )
    assert "https://wap.igmetall.de/24326.htm" in page
    assert "Alle Quellen gelesen am 21. November 2026" in page


def test_about_names_neighbours_apart(client, db):
    make_verbund("Verbund im Programm", states=["NW"])
    make_verbund("Nachbarnetz", states=["BW"], kind="neighbour")
    page = client.get("/ueber-das-netzwerk/").content.decode()
    assert "ist ein Verbund aus 1 Land mit belegten Angaben dokumentiert" in page
    assert "Nachbarnetz" in page
    assert "Verbund im Programm" not in page


def test_the_accessibility_statement_claims_no_more_than_was_tested(client, db):
    page = client.get("/barrierefreiheit/").content.decode()
    assert "nicht, vollständig barrierefrei zu sein" in page
    assert "/rueckmeldung/?anliegen=barrier" in page


def test_machines_find_their_texts(client, db):
    robots = client.get("/robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /arbeitsplatz/" in robots.content.decode()
    security = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: http://localhost:8000/rueckmeldung/" in security
    assert "Expires: " in security


def test_an_installation_without_an_operator_is_not_ready_to_deploy(settings):
    assert [warning.id for warning in check_operator()] == ["portal.W001"]
    settings.PORTAL_OPERATOR = OPERATOR
    assert check_operator() == []
