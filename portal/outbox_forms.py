"""The filters above the outbox, whose names in the address are German, and the reason for giving a mail up."""

from typing import Any

from django import forms

from core.filters import FilterForm
from core.forms import GermanDateField, PortalForm
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes
from portal.outbox import PURPOSE_LABELS


class OutboxFilter(FilterForm):
    """State, kind, meeting, day, address."""

    stand = forms.ChoiceField(label="Stand", choices=[("", "Alle"), *OutboxMessage.State.choices], required=False)
    art = forms.ChoiceField(label="Art der Mail", required=False)
    tag = GermanDateField(label="Eingereiht am", required=False)
    adresse = forms.CharField(label="Genaue Adresse", max_length=254, required=False)
    bereich = forms.RegexField(regex=r"centre|(event|verbund):\d{1,18}", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted((PURPOSE_LABELS.get(name, name), name) for name in all_purposes())
        self.fields["art"].choices = [("", "Alle"), *((name, label) for label, name in kinds)]

    @property
    def wanted(self) -> dict[str, Any]:
        """The usable values, as portal.outbox names them; what does not fit is left out and named on the page."""
        self.is_valid()
        names = {"stand": "state", "art": "purpose", "tag": "day", "adresse": "address", "bereich": "scope"}
        return {names[name]: value for name, value in self.cleaned_data.items() if value}


class GiveUpForm(PortalForm):
    """Why a mail shall not go out."""

    reason = forms.CharField(
        label="Grund", max_length=300, help_text="Steht im Protokoll und bei der Mail, auch für die Veranstalter."
    )
