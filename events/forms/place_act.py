"""The form by which organisers change one person's places."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from core.forms import ChoiceWithHint, PortalForm
from events.models import Registration
from events.place_options import act_from
from events.services.place_act_rules import Act

SEND, SILENT = "mail", "ohne"


class MailChoiceForm(PortalForm):
    """Why, and whether those concerned get a mail: what every act on places asks."""

    # What is needed depends on the other answers; the hints say when.
    mark_optional = False

    reason = forms.CharField(
        label="Grund",
        max_length=200,
        required=False,
        help_text="Steht im Protokoll, nicht in der Mail. Nötig, wenn andere länger warten, wenn es mehr Zusagen als "
        "Plätze werden oder wenn jemand einen Platz verliert.",
    )
    beyond_capacity = forms.BooleanField(
        label="Über die Kapazität hinaus",
        required=False,
        help_text="Nur wenn alle Plätze vergeben sind. Die Überbuchung steht danach rot auf der Seite „Plätze“.",
    )
    mail = forms.ChoiceField(
        label="Sollen die Betroffenen eine Mail erhalten?",
        choices=(
            (
                SEND,
                ChoiceWithHint("Ja", "Die Mail sagt, dass die Gastgeber den Platz geändert haben und was jetzt gilt"),
            ),
            (SILENT, ChoiceWithHint("Nein", "Zum Beispiel, weil Sie es am Telefon besprochen haben")),
        ),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Ein Satz für die Mail",
        max_length=300,
        required=False,
        help_text="Freiwillig. Steht nach dem ersten Satz.",
    )
    no_mail_because = forms.CharField(
        label="Warum ohne Mail?",
        max_length=120,
        required=False,
        help_text="Nur wenn niemand eine Mail erhält. Ergänzen Sie: Ohne Mail, weil …",
    )

    def clean(self) -> dict[str, Any]:
        """Nobody is left untold without a reason."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("mail") == SILENT and not cleaned.get("no_mail_because"):
            self.add_error("no_mail_because", "Geben Sie an, warum niemand eine Mail erhält")
        return cleaned

    @property
    def details(self) -> dict[str, Any]:
        """What the act needs besides the choice itself."""
        names = ("reason", "beyond_capacity")
        silence = self.cleaned_data["no_mail_because"] if self.cleaned_data["mail"] == SILENT else ""
        words = "" if silence else self.cleaned_data["words"]
        return {name: self.cleaned_data[name] for name in names} | {"words": words, "no_mail_because": silence}


class PlaceActForm(MailChoiceForm):
    """One act on one person's places."""

    what = forms.ChoiceField(label="Was soll geschehen?", choices=(), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, instance: Registration, options: Sequence[tuple[str, ChoiceWithHint]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = options

    @property
    def act(self) -> Act:
        """The act as the service takes it."""
        return act_from(self.cleaned_data["what"], **self.details)

    def get_layout(self) -> Layout:
        """First what, then why, then who is told."""
        return Layout("what", "reason", "beyond_capacity", "mail", "words", "no_mail_because")
