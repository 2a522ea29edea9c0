"""The filter above the public list of events."""

from typing import Any

import django_filters
from django.db import models

from core.filters import PortalFilterSet
from events.models import Event
from events.querysets import EventQuerySet
from verbuende.regions import LAND_CHOICES

FORMATS = (("vor-ort", "vor Ort"), ("online", "online"))
FORMAT_VALUES = {
    "vor-ort": (Event.Format.ON_SITE, Event.Format.HYBRID),
    "online": (Event.Format.ONLINE, Event.Format.HYBRID),
}
TIMES = (("kommende", "Nur kommende"), ("vergangene", "Nur vergangene"))


class EventFilter(PortalFilterSet):
    """Text, Land, kind, way to take part, past or to come."""

    suche = django_filters.CharFilter(label="Suche", method="by_text", max_length=200)
    land = django_filters.ChoiceFilter(label="Land", choices=LAND_CHOICES, empty_label="Alle Länder", method="by_land")
    art = django_filters.ChoiceFilter(
        label="Art", choices=Event.Kind.choices, empty_label="Alle Arten", field_name="kind"
    )
    format = django_filters.ChoiceFilter(
        label="Teilnahme", choices=FORMATS, empty_label="Vor Ort oder online", method="by_format"
    )
    zeit = django_filters.ChoiceFilter(
        label="Zeit", choices=TIMES, empty_label="Kommende und vergangene", method="by_time"
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def by_text(self, queryset: EventQuerySet, _name: str, value: str) -> EventQuerySet:
        """Search title, summary and place."""
        return queryset.search(value)

    def by_land(self, queryset: EventQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """Events for a Land."""
        return queryset.in_land(value)

    def by_format(self, queryset: EventQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """A hybrid event is found either way."""
        return queryset.filter(format__in=FORMAT_VALUES[value])

    def by_time(self, queryset: EventQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """What comes or what was; needs coming_first()."""
        return queryset.filter(is_past=value == "vergangene")
