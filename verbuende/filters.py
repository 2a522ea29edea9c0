"""The filters above the directory and the address book. Their names in the address are German."""

import django_filters
from django.forms import TextInput

from core.filters import PortalFilterSet
from verbuende.models import Contact, Verbund
from verbuende.querysets import ContactQuerySet, VerbundQuerySet
from verbuende.regions import LAND_CHOICES
from verbuende.services.postcodes import find_place, normalise_plz

SEARCH_LENGTH = 100
SEARCH = TextInput(attrs={"type": "search", "autocomplete": "off"})
WRITTEN_TO, RESTING = "angeschrieben", "stillgelegt"


class VerbundFilter(PortalFilterSet):
    """Place, post code or word; Land; status."""

    suche = django_filters.CharFilter(
        label="Ort, PLZ oder Stichwort", method="search", widget=SEARCH, max_length=SEARCH_LENGTH
    )
    land = django_filters.ChoiceFilter(label="Land", choices=LAND_CHOICES, empty_label="Alle Länder", method="in_land")
    stand = django_filters.ChoiceFilter(
        label="Stand", choices=Verbund.Status.choices, empty_label="Alle", field_name="status"
    )

    def search(self, rows: VerbundQuerySet, name: str, value: str) -> VerbundQuerySet:
        """Find by words; five digits are a post code and find who works there."""
        place = find_place(normalise_plz(value) or "")
        return rows.working_in(place.states) if place else rows.search(value)

    def in_land(self, rows: VerbundQuerySet, name: str, value: str) -> VerbundQuerySet:
        """Keep what works in this Land."""
        return rows.in_state(value)


class ContactFilter(PortalFilterSet):
    """Word; role; Land; whether the person is still written to."""

    suche = django_filters.CharFilter(
        label="Name oder Stichwort", method="search", widget=SEARCH, max_length=SEARCH_LENGTH
    )
    rolle = django_filters.ChoiceFilter(
        label="Rolle", choices=Contact.Role.choices, empty_label="Alle Rollen", field_name="role"
    )
    land = django_filters.ChoiceFilter(
        label="Land", choices=LAND_CHOICES, empty_label="Alle Länder", field_name="state"
    )
    stand = django_filters.ChoiceFilter(
        label="Stand",
        choices=((WRITTEN_TO, "wird angeschrieben"), (RESTING, "stillgelegt")),
        empty_label="Alle",
        method="by_state",
    )

    def search(self, rows: ContactQuerySet, name: str, value: str) -> ContactQuerySet:
        """Find by words."""
        return rows.search(value)

    def by_state(self, rows: ContactQuerySet, name: str, value: str) -> ContactQuerySet:
        """Keep the active ones or the others."""
        return rows.filter(is_active=value == WRITTEN_TO)
