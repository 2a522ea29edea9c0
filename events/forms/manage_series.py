"""The form of a series of events."""

from typing import Any

from django import forms

from core.forms import VersionedModelForm
from events.models import EventSeries
from verbuende.models import Verbund


class SeriesForm(VersionedModelForm):
    """A series: title and what holds for all its meetings."""

    owner = forms.ModelChoiceField(label="Wer lädt ein?", queryset=Verbund.objects.none(), required=False)

    class Meta:
        model = EventSeries
        fields = ("title", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}
        help_texts = {"text": "Was alle Treffen der Reihe verbindet. Absätze, Listen und Verweise sind möglich."}

    def __init__(self, *args: Any, owners: Any, for_centre: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        field.queryset, field.required = owners, not for_centre
        field.empty_label = "Koordinierungszentrum" if for_centre else "Bitte wählen"
        if self.instance.pk:
            del self.fields["owner"]
