"""The few figures the public pages compute; their date is the day they are read."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from verbuende.models import Verbund


@dataclass(frozen=True)
class NetworkFigures:
    """What this directory documents. Invented alliances are not counted, neither are neighbours."""

    verbund_count: int
    state_count: int
    as_of: dt.date


def network_figures() -> NetworkFigures:
    """Count the documented alliances and the Länder in which at least one of them works; one query."""
    states = list(Verbund.objects.alliances().filter(is_demo=False).values_list("states", flat=True))
    return NetworkFigures(
        verbund_count=len(states),
        state_count=len({code for codes in states for code in codes}),
        as_of=timezone.localdate(),
    )
