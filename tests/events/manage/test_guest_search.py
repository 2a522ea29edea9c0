"""Searching the guest list: what words find, and that nobody is counted whom no page shows."""

import pytest

from core import paging
from tests.events.manage.pages import text_of
from tests.factories.events import RegistrationFactory
from tests.factories.verbuende import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(sign_in, alice, url):
    """Return a function that searches and returns the names found."""
    client = sign_in(alice)

    def names(words: str) -> list[str]:
        response = client.get(url("registration-list"), {"suche": words})
        return [line.person.name for line in response.context["lines"]]

    return names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("jülich", ["Jörg Jülich"]),
        ("Juelich jorg", ["Jörg Jülich"]),
        ("JULICH", ["Jörg Jülich"]),
        ("gmbh", ["Jörg Jülich", "Li Wang"]),
        ("stahl gmbh", ["Jörg Jülich"]),
        ("gmbh jülich stahl", ["Jörg Jülich"]),
        ("wang handwerk", ["Li Wang"]),
        ("wang stahl", []),
        ("li", ["Li Wang"]),
        ("ic", []),
        ("hk", ["Li Wang"]),
        ("42", ["Jörg Jülich"]),
        ("4", ["Jörg Jülich"]),
        ("2", []),
        ("wa@ex", ["Li Wang"]),
        ("50%", []),
        ("_", []),
    ],
)
def test_words_find_names_addresses_and_organisations(event, found, words, names):
    chamber = OrganisationFactory(name="HK Handwerk GmbH")
    RegistrationFactory(event=event, name="Li Wang", email="wa@example.org", organisation=chamber)
    RegistrationFactory(event=event, name="Jörg Jülich", email="x@example.org", organisation_as_typed="Stahl 42 GmbH")
    assert found(words) == names


def test_people_of_other_events_are_never_found(event, found):
    RegistrationFactory(name="Fred Fremd", organisation=OrganisationFactory(name="Fremde GmbH"))
    RegistrationFactory(event=event, name="Frida Fremd")
    assert found("fremd") == ["Frida Fremd"]


def test_more_than_anybody_turns_pages_through_is_said_and_not_counted(sign_in, alice, event, url, monkeypatch):
    monkeypatch.setattr(paging, "MOST_FOUND", 3)
    RegistrationFactory.create_batch(3, event=event)
    client = sign_in(alice)
    page = text_of(client.get(url("registration-list") + "?suche=gast"))
    assert "3 Personen" in page
    assert "Mehr als" not in page
    RegistrationFactory(event=event)
    response = client.get(url("registration-list") + "?suche=gast")
    assert len(response.context["lines"]) == 3
    page = text_of(response)
    assert "Mehr als 3 Personen" in page
    assert "alle gefundenen Personen (mehr als 3)" in page
    assert "Gezeigt werden die ersten 3 Personen." in page
    assert "Mehr als" not in text_of(client.get(url("registration-list") + "?stand=open"))
