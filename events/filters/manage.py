"""The filters above organisers' lists: their events, and the people of one event."""

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.filters import PortalFilterSet
from events.guest_list import SORTINGS, Stand, order_guests, with_undelivered
from events.models import Event, GuestTag, PlaceClaim, PlacePool, Registration
from events.querysets import EventQuerySet, RegistrationQuerySet

State = PlaceClaim.State


class ManagedEventFilter(PortalFilterSet):
    """Text, kind, visibility."""

    suche = django_filters.CharFilter(label="Titel oder Ort", method="by_text", max_length=200)
    art = django_filters.ChoiceFilter(
        label="Art", choices=Event.Kind.choices, empty_label="Alle Arten", field_name="kind"
    )
    sichtbar = django_filters.ChoiceFilter(
        label="Sichtbarkeit", choices=Event.Visibility.choices, empty_label="Alle", field_name="visibility"
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def by_text(self, queryset: EventQuerySet, _name: str, value: str) -> EventQuerySet:
        """Search title, summary and place."""
        return queryset.search(value)


class RegistrationFilter(PortalFilterSet):
    """The people of one event by name, state, role, way to take part, programme item and tag.

    pools: all of the event with their items, by id; the rows of the list are read with them.
    """

    pools: dict[int, PlacePool]

    suche = django_filters.CharFilter(label="Name, Organisation, Adresse", method="by_text", max_length=200)
    stand = django_filters.ChoiceFilter(label="Stand", choices=Stand.choices, empty_label="Alle", method="by_stand")
    rolle = django_filters.ChoiceFilter(
        label="Rolle", choices=Registration.Role.choices, empty_label="Alle", field_name="role"
    )
    format = django_filters.ChoiceFilter(
        label="Teilnahme", choices=Registration.Attendance.choices, empty_label="Alle", method="by_attendance"
    )
    punkt = django_filters.ChoiceFilter(label="Programmpunkt", choices=(), empty_label="Alle", method="by_item")
    schlagwort = django_filters.ChoiceFilter(label="Schlagwort", choices=(), empty_label="Alle", method="by_tag")
    sortierung = django_filters.ChoiceFilter(
        choices=[(key, key) for key in SORTINGS], method="by_order", widget=forms.HiddenInput
    )

    class Meta:
        model = Registration
        fields: list[str] = []

    def offer_choices(self, parent: Any) -> None:
        """Offer what one could choose at this event (ManagedEvent with_tags) and the tags given there."""
        pools = PlacePool.objects.filter(event=parent).select_related("item").order_by("item__position")
        self.pools = {pool.pk: pool for pool in pools}
        items = [(pk, pool.item.headline) for pk, pool in self.pools.items() if pool.item]
        self.filters["punkt"].extra["choices"] = items
        if parent.tag_names:
            self.filters["schlagwort"].extra["choices"] = [(name, name) for name in parent.tag_names]
        else:
            del self.filters["schlagwort"]

    def by_text(self, queryset: RegistrationQuerySet, _name: str, value: str) -> RegistrationQuerySet:
        """Search name, organisation and address."""
        return queryset.search(value)

    def by_stand(self, queryset: RegistrationQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """Narrow by where a person stands."""
        at_event = PlaceClaim.objects.filter(registration=OuterRef("pk"), pool__item__isnull=True)
        conditions = {
            Stand.OPEN: Q(answer=Registration.Answer.OPEN) & ~Q(deputy_request__state="open"),
            Stand.YES: Q(answer=Registration.Answer.YES),
            Stand.NO: Q(answer=Registration.Answer.NO),
            Stand.PLACE: Q(Exists(at_event.filter(state=State.CONFIRMED))),
            Stand.WAITING: Q(Exists(at_event.filter(state__in=(State.WAITING, State.OFFERED)))),
            Stand.DEPUTY: Q(answer=Registration.Answer.DEPUTY) | Q(source=Registration.Source.DEPUTY),
            Stand.UNPROVEN: Q(unproven_until__isnull=False),
            Stand.UNDELIVERABLE: Q(pk__in=with_undelivered(queryset).filter(undelivered__isnull=False).values("pk")),
            Stand.PENDING_AGAIN: Q(pk__in=Registration.objects.asked_again().filter(is_pending=True).values("pk")),
            Stand.CONFIRMED_AGAIN: Q(pk__in=Registration.objects.asked_again().filter(is_pending=False).values("pk")),
            Stand.NOT_INVITED: Q(source=Registration.Source.INVITATION, invitations__isnull=True, answer="open"),
        }
        return queryset.filter(conditions[Stand(value)])

    def by_attendance(self, queryset: RegistrationQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """Those who want to take part this way, with a place or waiting."""
        claims = PlaceClaim.objects.filter(registration=OuterRef("pk"), pool__kind=value, state__in=PlaceClaim.LIVE)
        return queryset.filter(Exists(claims))

    def by_item(self, queryset: RegistrationQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """Those who chose this item, with a place or waiting."""
        claims = PlaceClaim.objects.filter(registration=OuterRef("pk"), pool=value, state__in=PlaceClaim.LIVE)
        return queryset.filter(Exists(claims))

    def by_tag(self, queryset: RegistrationQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """Those who carry the tag."""
        return queryset.filter(Exists(GuestTag.objects.filter(people=OuterRef("pk"), name=value)))

    def by_order(self, queryset: RegistrationQuerySet, _name: str, value: str) -> models.QuerySet[Any]:
        """Order by the head of the table that was clicked."""
        return order_guests(queryset, value)
