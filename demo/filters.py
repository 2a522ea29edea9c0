"""Finding a mail in the demo mailbox."""

import django_filters
from django.db.models import Q, QuerySet

from core.filters import PortalFilterSet
from demo.models import DemoMail
from mailing.models import OutboxMessage


class DemoMailFilter(PortalFilterSet):
    """By person, by words of the subject, by state."""

    suche = django_filters.CharFilter(label="Name, Adresse oder Betreff", method="search", max_length=200)
    stand = django_filters.ChoiceFilter(
        label="Stand", field_name="state", choices=OutboxMessage.State.choices, empty_label="Alle"
    )

    def search(self, queryset: QuerySet[DemoMail], _name: str, value: str) -> QuerySet[DemoMail]:
        """Every word somewhere."""
        for word in value.split():
            queryset = queryset.filter(
                Q(recipient__icontains=word) | Q(recipient_name__icontains=word) | Q(subject__icontains=word)
            )
        return queryset
