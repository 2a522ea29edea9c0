"""The filter above the journal of one event, and the journal as a table."""

from typing import Any

from django import forms
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from core.filters import FilterForm
from core.forms import GermanDateField
from core.models import ChangeEntry
from events.event_log import PERSON_REF, LogLine
from events.models import Event

BY_THEMSELVES = Q(source__in=("link", "deadline"))
IS_EXPORT = Q(action__contains="exportiert")
KINDS: dict[str, tuple[str, Q]] = {
    "antworten": ("Antworten und Angebote", Q(ref__startswith=PERSON_REF) & BY_THEMSELVES),
    "gaeste": ("Gäste und Plätze, von Hand", Q(ref__startswith=PERSON_REF) & ~BY_THEMSELVES),
    "einladungen": (
        "Einladungen und Listen",
        Q(ref__startswith="events.invitationround:") | Q(ref__startswith="events.guestlist:"),
    ),
    "treffen": ("Treffen", Q(ref__regex=r"^events\.(managed)?event:") & ~IS_EXPORT),
    "programm": ("Programm", Q(ref__startswith="events.programmeitem:")),
    "mails": ("Mails", Q(ref__startswith="events.mailplan:")),
    "exporte": ("Exporte", IS_EXPORT),
}
HEADER = ("Zeitpunkt", "Wer", "Was", "Person", "Änderung", "Grund")


class LogFilter(FilterForm):
    """Kind of act, whom it is about or who did it, and the day."""

    art = forms.ChoiceField(
        label="Art", choices=[("", "Alle"), *((key, label) for key, (label, _) in KINDS.items())], required=False
    )
    person = forms.CharField(label="Person", max_length=100, required=False)
    tag = GermanDateField(label="Tag", required=False)

    def entries(self, event: Event) -> QuerySet[ChangeEntry]:
        """Return the event's journal under the filter, the latest first; values that do not fit are left out."""
        entries = ChangeEntry.objects.filter(scope=event.scope).select_related("actor")
        self.full_clean()
        chosen: dict[str, Any] = getattr(self, "cleaned_data", {})
        if kind := chosen.get("art"):
            entries = entries.filter(KINDS[kind][1])
        if name := chosen.get("person"):
            people = event.registrations.search(name).order_by()
            refs = people.values(ref=Concat(Value(PERSON_REF), Cast("pk", CharField()), output_field=CharField()))
            entries = entries.filter(Q(ref__in=refs.values("ref")) | Q(actor__name__icontains=name))
        if day := chosen.get("tag"):
            entries = entries.filter(at__date=day)
        return entries


def log_row(line: LogLine) -> list[Any]:
    """Return one entry as a row of the table."""
    changes = "; ".join(f"{label}: {old} → {new}" for label, old, new in line.changes)
    return [
        line.entry.at,
        line.who,
        line.entry.action,
        line.about.name if line.about else "",
        changes,
        line.entry.reason,
    ]
